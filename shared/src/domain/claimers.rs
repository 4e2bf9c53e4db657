//! Which messages claim what beside an invoice.
//!
//! A claim stands while some message that claims it was said or is on its way, whichever of them began
//! it: what one message that never went had begun, a later one may have said. Money that came for a
//! claim and a waiver keep it, too, since they are facts about it.

use serde::{Deserialize, Serialize};

use super::account::StepTaken;
use super::claimed::Claimed;
use super::interest::{ClaimKind, Outcome, SideClaims};

/// A message that claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimer {
    /// What.
    pub claim: ClaimKind,
    /// The step that says it.
    pub taken: StepTaken,
}

impl Claimed {
    /// Whether this kind is claimed.
    pub fn has(&self, claim: ClaimKind) -> bool {
        match claim {
            ClaimKind::Interest => self.claims.interest.is_some(),
            ClaimKind::Compensation => self.claims.compensation.is_some(),
        }
    }

    /// A step is taken that claims these kinds: `claims` are those that stand then, and what is `awaited`
    /// begins once its rate is there.
    pub fn said_by(&mut self, claims: SideClaims, (kinds, awaited): (&[ClaimKind], Option<ClaimKind>), taken: &StepTaken) {
        // What stood before knows its messages before more stands.
        self.known_by();
        self.claims = claims;
        for claim in kinds.iter().copied().filter(|claim| self.has(*claim) || awaited == Some(*claim)).collect::<Vec<_>>() {
            let claimer = Claimer { claim, taken: taken.clone() };
            let by = self.known_by();
            if !by.contains(&claimer) {
                by.push(claimer);
            }
        }
    }

    /// Whether a message claims compensation that could not be calculated yet.
    pub fn awaits_compensation(&self) -> bool {
        let claims_it = |claimer: &Claimer| claimer.claim == ClaimKind::Compensation;
        !self.has(ClaimKind::Compensation) && self.by.iter().flatten().any(claims_it)
    }

    /// Compensation that could not be calculated yet is let go; returns whether there was any.
    pub fn let_go_awaited(&mut self) -> bool {
        let awaits = self.awaits_compensation();
        if awaits {
            self.known_by().retain(|claimer| claimer.claim != ClaimKind::Compensation);
        }
        awaits
    }

    /// A step was never said: it claims nothing.
    pub fn unsaid_by(&mut self, taken: &StepTaken) {
        self.known_by().retain(|claimer| claimer.taken != *taken);
    }

    /// Takes off what no message claims any more, and notes it for the invoice; returns whether anything
    /// was.
    pub fn lapse(&mut self) -> bool {
        let lapsed = |claim: &ClaimKind| self.has(*claim) && !self.is_kept(*claim);
        let gone: Vec<ClaimKind> = [ClaimKind::Interest, ClaimKind::Compensation].into_iter().filter(lapsed).collect();
        for claim in &gone {
            match claim {
                ClaimKind::Interest => self.claims.interest = None,
                ClaimKind::Compensation => self.claims.compensation = None,
            }
        }
        let first = self.by.iter().flatten().map(|claimer| &claimer.taken).min_by_key(|taken| taken.on);
        if let Some(first) = first.filter(|_| !gone.is_empty()) {
            self.begun = first.clone();
        }
        let any = !gone.is_empty();
        self.lapsed.extend(gone);
        any
    }

    /// Whether a message, money or a waiver keeps this claim.
    fn is_kept(&self, claim: ClaimKind) -> bool {
        // What an earlier version stored knows the step alone that began it, and was said unless that is taken back.
        let said = self.by.as_ref().is_none_or(|by| by.iter().any(|claimer| claimer.claim == claim));
        let paid = self.receipts.iter().any(|receipt| receipt.claim == claim);
        let waived = match claim {
            ClaimKind::Interest => self.interest_waived,
            ClaimKind::Compensation => {
                let bookings = self.claims.compensation.as_ref().map(|claim| claim.bookings());
                bookings.into_iter().flatten().any(|booking| matches!(booking.outcome, Outcome::Waived { .. }))
            }
        };
        said || paid || waived
    }

    /// The messages that claim; of what an earlier version stored, the one that began it all.
    fn known_by(&mut self) -> &mut Vec<Claimer> {
        let both = [ClaimKind::Interest, ClaimKind::Compensation].into_iter().filter(|claim| self.has(*claim));
        let begun: Vec<Claimer> = both.map(|claim| Claimer { claim, taken: self.begun.clone() }).collect();
        self.by.get_or_insert(begun)
    }
}

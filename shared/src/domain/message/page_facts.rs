//! What the pay page shows: the whole account, live, in every currency.
//!
//! Unlike a reminder it also shows invoices on hold, apart and outside every sum, since the debtor
//! knows of them. While the law forbids to remind, all of them stand there; where the reader may be
//! somebody else, none is shown. A hold on the debtor or on the creditor silences reminders; it does not hide the
//! way to pay from somebody who came to pay.

use chrono::NaiveDate;

use super::beside::{Beside, LeftFacts};
use super::clean::one_line;
use super::doors::Doors;
use super::facts::{CreditorFacts, sum};
use super::invoice::{InvoiceFacts, Standing};
use super::page::Door;
use super::transfer::{Transfer, transfers, transfers_of_left};
use crate::domain::account::{Account, Case};
use crate::domain::creditor::{Locale, Settings};
use crate::domain::decide;
use crate::domain::ids::CaseId;
use crate::domain::legal::LegalKind;
use crate::domain::money::Currency;
use crate::domain::plan::part;
use crate::domain::stops::{Stop, stop_on};

/// Everything that the pay page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFacts {
    /// The page's language.
    pub locale: Locale,
    /// Today, in the creditor's zone.
    pub as_of: NaiveDate,
    /// Who asks.
    pub creditor: CreditorFacts,
    /// Who owes.
    pub debtor_name: String,
    /// One per currency with an open invoice.
    pub ledgers: Vec<Ledger>,
    /// Something is open that must not be demanded and so is not shown: it is not paid, either.
    pub barred: bool,
    /// What the debtor may say beside paying, and has said.
    pub doors: Doors,
}

/// The open invoices of one currency. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// The currency.
    pub currency: Currency,
    /// Due: the last day to pay is today or has passed.
    pub due: Vec<InvoiceFacts>,
    /// Not due yet.
    pub upcoming: Vec<InvoiceFacts>,
    /// On hold: shown, and not asked for.
    pub held: Vec<InvoiceFacts>,
    /// Money without a case that covers a part of `due`.
    pub due_credit_minor: i64,
    /// Money without a case that covers a part of `upcoming`.
    pub upcoming_credit_minor: i64,
    /// What `due` comes to after that money, with what was claimed beside it.
    pub due_minor: i64,
    /// What `upcoming` comes to after that money.
    pub upcoming_minor: i64,
    /// What an instalment plan leaves for later.
    pub plan_remains_minor: i64,
    /// Side claims of invoices that are paid: shown, and asked for only where nothing else is.
    pub left: Vec<LeftFacts>,
    /// What `left` comes to.
    pub left_minor: i64,
    /// The transfers that pay `payable_minor`.
    pub transfers: Vec<Transfer>,
}

impl Ledger {
    /// What the pay button pays: what is due, or, with nothing due, all that is to come; with no
    /// invoice open, the side claims that are left.
    ///
    /// The handler of the button must take it from here too, and not from the form.
    pub fn payable_minor(&self) -> i64 {
        [self.due_minor, self.upcoming_minor, self.left_minor].into_iter().find(|minor| *minor > 0).unwrap_or(0)
    }

    /// The numbers of the invoices that `payable_minor` pays, for a provider's description.
    pub fn payable_numbers(&self) -> Vec<&str> {
        match (self.due_minor, self.upcoming_minor) {
            (1.., _) => self.due.iter().map(|invoice| invoice.number.as_str()).collect(),
            (_, 1..) => self.upcoming.iter().map(|invoice| invoice.number.as_str()).collect(),
            _ => self.left.iter().map(|left| left.number.as_str()).collect(),
        }
    }

    /// What may be paid by itself: all that `payable_minor` pays, or one invoice, with the most that each
    /// takes, minor units.
    pub fn most_of(&self, chosen: Option<&CaseId>) -> Option<i64> {
        let most = match chosen {
            None => self.payable_minor(),
            Some(case) => self.choices().find(|invoice| invoice.case == *case)?.asked_minor(),
        };
        Some(most).filter(|minor| *minor > 0)
    }

    /// The invoices of which one can be chosen.
    pub fn choices(&self) -> impl Iterator<Item = &InvoiceFacts> {
        self.due.iter().chain(&self.upcoming).filter(|invoice| invoice.asked_minor() > 0)
    }

    /// Which invoices these are; `open` has the oldest due first.
    /// `forbidden` says that nothing may be asked for at all.
    fn of(
        account: &Account,
        currency: Currency,
        open: &[(&Case, i64)],
        (forbidden, beside): (bool, Option<&Beside<'_>>),
        settings: &Settings,
        as_of: NaiveDate,
    ) -> Self {
        // Paying again would pay twice.
        let underway = |case: &Case| {
            case.pending.as_ref().is_some_and(|pending| pending.is_awaited() && pending.covers(as_of) && pending.is_of_a_checkout())
        };
        let is_held = |case: &Case| case.dispute.is_some() || underway(case) || case.hold.as_ref().is_some_and(|hold| hold.covers(as_of));
        let (held, asked): (Vec<_>, Vec<_>) = open.iter().partition(|(case, _)| forbidden || is_held(case));
        let facts = |(case, net_minor): &(&Case, i64)| InvoiceFacts::of(case, *net_minor, settings, as_of);
        let by_plan = |(case, net_minor): &(&Case, i64)| {
            let invoice = InvoiceFacts::asked(account, case, *net_minor, settings, as_of)?;
            Some(invoice.with(beside.map(|beside| beside.of(case, *net_minor)), as_of))
        };
        let remains = asked.iter().find_map(|(case, _)| part(account, case)).map_or(0, |part| part.remains_minor);
        let (upcoming, due): (Vec<_>, Vec<_>) =
            asked.iter().filter_map(by_plan).partition(|invoice| invoice.standing(as_of) == Standing::Ahead);
        let due_minor = sum(&due, InvoiceFacts::asked_minor);
        let upcoming_minor = sum(&upcoming, |invoice| invoice.net_minor);
        let left = beside.map(|beside| beside.left(currency)).unwrap_or_default();
        let left_minor = left.iter().map(|left| left.beside.open_minor()).fold(0, i64::saturating_add);
        let transfers = match (due_minor, upcoming_minor) {
            (1.., _) => transfers(&due),
            (_, 1..) => transfers(&upcoming),
            _ => transfers_of_left(&left),
        };
        Self {
            currency,
            due_credit_minor: sum(&due, InvoiceFacts::covered_minor),
            upcoming_credit_minor: sum(&upcoming, InvoiceFacts::covered_minor),
            due_minor,
            upcoming_minor,
            left,
            left_minor,
            due,
            upcoming,
            held: held.iter().map(facts).collect(),
            plan_remains_minor: remains,
            transfers,
        }
    }

    pub(super) fn is_settled(&self) -> bool {
        self.payable_minor() == 0 && self.held.is_empty()
    }
}

impl PageFacts {
    /// Whether nothing is left to pay in any currency.
    pub fn all_paid(&self) -> bool {
        !self.barred && self.ledgers.iter().all(Ledger::is_settled)
    }

    /// The ledger of a currency.
    pub fn ledger(&self, currency: Currency) -> Option<&Ledger> {
        self.ledgers.iter().find(|ledger| ledger.currency == currency)
    }
}

/// All open invoices of the account as they are now. `locale` is the reader's wish (`?lang=`);
/// without one the debtor's language is taken.
pub fn page_facts(account: &Account, settings: &Settings, as_of: NaiveDate, locale: Option<Locale>) -> PageFacts {
    let mut by_currency: Vec<(Currency, Vec<(&Case, i64)>)> = Vec::new();
    let open = decide::net_open(account).into_iter();
    let forbidden = account.profile.legal_stop_on(as_of).is_some();
    let is_stranger = account.profile.legal_stop(LegalKind::WrongPerson).is_some_and(|stop| stop.covers(as_of));
    let is_barred = |case: &Case| is_stranger || matches!(stop_on(account, case, settings, as_of), Some(Stop::TimeBarred { .. }));
    let mut barred = false;
    for (case, net_minor) in open.filter(|(case, _)| case.remindable && case.open_minor() > 0) {
        if is_barred(case) {
            barred = true;
            continue;
        }
        match by_currency.iter_mut().find(|(known, _)| *known == case.currency) {
            Some((_, members)) => members.push((case, net_minor)),
            None => by_currency.push((case.currency, vec![(case, net_minor)])),
        }
    }
    let may_ask = !forbidden && !is_stranger;
    let beside = Beside::new(account, settings, as_of).filter(|_| may_ask);
    for claimed in account.claims.iter().filter(|claimed| !claimed.settled) {
        let is_barred = beside.as_ref().is_none_or(|beside| beside.is_barred(claimed));
        barred |= is_barred;
        if !is_barred && by_currency.iter().all(|(known, _)| *known != claimed.currency) {
            by_currency.push((claimed.currency, Vec::new()));
        }
    }
    PageFacts {
        locale: locale.unwrap_or_else(|| account.locale(settings)),
        as_of,
        creditor: CreditorFacts::of(settings),
        debtor_name: if is_stranger { String::new() } else { one_line(&account.profile.name, 80) },
        barred,
        doors: match (is_stranger, forbidden) {
            (true, _) => Doors { said: vec![Door::WrongPerson], ..Doors::default() },
            (false, true) => Doors::default(),
            (false, false) => Doors::of(account, settings, as_of),
        },
        ledgers: by_currency
            .iter()
            .map(|(currency, open)| Ledger::of(account, *currency, open, (forbidden, beside.as_ref()), settings, as_of))
            .collect(),
    }
}

//! Entries of a debtor's time line as the API shows them: flat, with what does not apply left out.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use upominek::domain::cause::Cause;
use upominek::domain::contact::{ContactId, Role};
use upominek::domain::handle::Entry;
use upominek::domain::ids::{CaseId, DebtorId};
use upominek::domain::instruction::Act;
use upominek::domain::interest::ClaimKind;
use upominek::domain::legal::LegalEnd;
use upominek::domain::plan::PlanEnd;
use upominek::domain::settlement::{Settlement, Settler as CoreSettler};
use upominek::domain::stops::DisputeReason;
use utoipa::ToSchema;

use crate::cause;
use crate::decision::Decision;
use crate::dto::{
    AllocationReason, Amount, Channel, ContactField, Hold, HoldScope, LegalKind, Party, PendingEnd, PromiseEnd, ReminderState,
    Role as ContactRole, SettlementKind, Settler, Status, Text,
};
use crate::pending::Pending;
use crate::plan::Plan;

/// Something that happened to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeLineEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What: `invoice_seen`, `case_closed`, `case_reopened`, `payment_booked`, `allocated`, `refunded`, `credited`,
    /// `settled`, `settlement_undone`, `due_date_extended`, `due_date_restored`, `step_skipped`, `step_restored`, `sent_now`,
    /// `promised`, `promise_ended`, `disputed`,
    /// `payment_pending`, `pending_ended`, `plan_made`, `plan_changed`, `plan_ended`,
    /// `side_claim_begun`, `side_claim_unsaid`, `side_claim_collected`, `side_claim_returned`,
    /// `side_claim_waived`,
    /// `dispute_decided`, `legal_stop`, `legal_stop_ended`, `public_body_set`, `replanned`, `contact_added`,
    /// `contact_changed`, `contact_removed`, `contact_blocked`, `owner_set`, `postal_given`, `postal_taken_away`, `case_moved`, `debtor_merged`, `debtor_split`,
    /// `instructed`, `instruction_withdrawn`, `decided`, `undecided`, `reminder_scheduled`, `reminder_unsaid`, `fresh_link_asked`, `links_revoked`, `service_scheduled`, `held`, `hold_ran_out`, `released`,
    /// `channel_refused`, `channel_allowed`, `instalments_asked` or `instalments_answered`.
    #[schema(example = "payment_booked")]
    pub what: &'static str,
    /// The facts of it.
    #[serde(flatten)]
    pub facts: EntryFacts,
}

/// What a person said of a line of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InstructionKind)]
pub enum Said {
    /// It may go.
    Approve,
    /// It does not go on that day.
    Skip,
    /// It goes by another channel.
    Move,
}

/// The facts of an entry; each kind of entry has its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntryFacts {
    /// The invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The source's revision of the invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// What is open of the invoice then, minor units in its currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_minor: Option<i64>,
    /// How the invoice ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The payment, refund or credit note; of a set-off the debtor's claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking: Option<String>,
    /// How much was booked, or was missing of an instalment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// How much went to the invoice, minor units in its currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated_minor: Option<i64>,
    /// Why it went to this invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated_because: Option<AllocationReason>,
    /// The side claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimKind>,
    /// The first day of interest, or the day on which the invoice fell due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_on: Option<NaiveDate>,
    /// The reminder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminder: Option<String>,
    /// The reminder's strictest step; the step that is skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// How many invoices the reminder names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<usize>,
    /// How far the reminder came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<ReminderState>,
    /// Why: as a person wrote it, or by the name of a reason that Upominek itself gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same for a person, where Upominek itself says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_text: Option<Text>,
    /// How many instalments the debtor asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<u8>,
    /// The day of the list on which a person approved, skipped or moved a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_day: Option<NaiveDate>,
    /// What the person said of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<Said>,
    /// The channel to which the line was moved, or that the debtor refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The versions of the policy: until now, and from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_versions: Option<[u32; 2]>,
    /// The day to pay by from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The settlement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settlement: Option<String>,
    /// How it was settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled: Option<SettlementKind>,
    /// How much was settled, minor units in the invoice's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled_minor: Option<i64>,
    /// Who settled it, or took that back: the team, or a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settler: Option<Settler>,
    /// The day promised, or that of the instalment that was missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_on: Option<NaiveDate>,
    /// How much was promised, minor units in the invoice's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_minor: Option<i64>,
    /// How much had come since, minor units in the invoice's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_minor: Option<i64>,
    /// How the promise ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promise_end: Option<PromiseEnd>,
    /// Who promised for the debtor or opened the dispute: the team, or the debtor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Party>,
    /// What a dispute is about, where that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute_reason: Option<DisputeReason>,
    /// Whether the debtor was right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upheld: Option<bool>,
    /// The payment that is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_pending: Option<Pending>,
    /// How the wait for it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending_end: Option<PendingEnd>,
    /// The instalment plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// How the plan ended: `kept`, `broken`, `withdrawn`, `replaced` or `moot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_end: Option<&'static str>,
    /// Which stop of the law it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal: Option<LegalKind>,
    /// Since when that stands, or stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// The last day of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// How it ended: `lifted`, `mistaken`, `ran_out`, `other_contact`, or `other_debtors`: it was brought by
    /// a debtor that is one of its own again, and has it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_end: Option<&'static str>,
    /// Whether the debtor is a public body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_body: Option<bool>,
    /// The debtor that had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_debtor: Option<String>,
    /// The debtor that has it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_debtor: Option<String>,
    /// The contact, by its id within the debtor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// What the contact does at the debtor's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<ContactRole>,
    /// What is different of the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<Vec<ContactField>>,
    /// What is held or released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<HoldScope>,
    /// The hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// What is decided of the invoice from `since` on, as it was known then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

impl TimeLineEntry {
    /// An entry of a commit.
    pub fn new(at: DateTime<Utc>, entry: &Entry) -> Self {
        let (what, facts) = shown(entry);
        Self { at, what, facts }
    }
}

impl EntryFacts {
    /// With a reason that Upominek itself may have given.
    fn because(self, reason: &str) -> Self {
        let (reason, reason_text) = cause::shown(reason);
        Self { reason: Some(reason), reason_text, ..self }
    }

    /// With that of somebody who settled something, or undid it: a rule's is our own.
    fn settled_because(self, reason: &str, settler: CoreSettler) -> Self {
        let settler_shown = Some(settler.into());
        match settler {
            CoreSettler::Rule => Self { settler: settler_shown, ..self.because(reason) },
            CoreSettler::Team => Self { settler: settler_shown, reason: Some(reason.to_owned()), ..self },
        }
    }
}

fn of_contact(contact: &ContactId, role: Role, reason: &str) -> EntryFacts {
    EntryFacts { contact: Some(contact.to_string()), role: Some(role.into()), reason: Some(reason.to_owned()), ..EntryFacts::default() }
}

fn due_facts(case: &CaseId, due_on: NaiveDate, reason: &str) -> EntryFacts {
    EntryFacts { case: Some(case.to_string()), due_on: Some(due_on), reason: Some(reason.to_owned()), ..EntryFacts::default() }
}

fn step_facts(case: &CaseId, step: &str, reason: &str) -> EntryFacts {
    let (step, reason) = (Some(step.to_owned()), Some(reason.to_owned()));
    EntryFacts { case: Some(case.to_string()), step, reason, ..EntryFacts::default() }
}

fn settlement_facts(case: &CaseId, settlement: &Settlement) -> EntryFacts {
    EntryFacts {
        case: Some(case.to_string()),
        settlement: Some(settlement.id.clone()),
        settled: Some(settlement.kind.into()),
        settled_minor: Some(settlement.amount_minor),
        booking: settlement.reference.clone(),
        ..EntryFacts::default()
    }
}

fn between(from: &DebtorId, to: &DebtorId, reason: &str) -> EntryFacts {
    let facts = EntryFacts { from_debtor: Some(from.to_string()), to_debtor: Some(to.to_string()), ..EntryFacts::default() };
    EntryFacts { reason: Some(reason.to_owned()), ..facts }
}

fn instructed(case: &CaseId, on: NaiveDate, act: &Act) -> EntryFacts {
    let facts = EntryFacts { case: Some(case.to_string()), list_day: Some(on), ..EntryFacts::default() };
    match act {
        Act::Approve => EntryFacts { instruction: Some(Said::Approve), ..facts },
        Act::Skip { note } => EntryFacts { instruction: Some(Said::Skip), reason: Some(note.clone()), ..facts },
        Act::By { channel } => EntryFacts { instruction: Some(Said::Move), channel: Some((*channel).into()), ..facts },
    }
}

fn of_claim(case: &CaseId, claim: ClaimKind, payment: Option<&String>, amount: Amount) -> EntryFacts {
    let facts = EntryFacts { case: Some(case.to_string()), claim: Some(claim), ..EntryFacts::default() };
    EntryFacts { booking: payment.cloned(), amount: Some(amount), ..facts }
}

fn shown(entry: &Entry) -> (&'static str, EntryFacts) {
    let none = EntryFacts::default;
    match entry {
        Entry::InvoiceSeen { case, revision, open_minor } => (
            "invoice_seen",
            EntryFacts { case: Some(case.to_string()), revision: Some(*revision), open_minor: Some(*open_minor), ..none() },
        ),
        Entry::CaseClosed { case, why } => {
            ("case_closed", EntryFacts { case: Some(case.to_string()), status: Some(Some(*why).into()), ..none() })
        }
        Entry::CaseReopened { case, open_minor } => {
            ("case_reopened", EntryFacts { case: Some(case.to_string()), open_minor: Some(*open_minor), ..none() })
        }
        Entry::PaymentBooked { payment, amount_minor, currency } => {
            ("payment_booked", EntryFacts { booking: Some(payment.clone()), amount: Some(Amount::new(*amount_minor, *currency)), ..none() })
        }
        Entry::Allocated { payment, case, amount_minor, why } => {
            let facts = EntryFacts { booking: Some(payment.clone()), case: Some(case.to_string()), ..none() };
            ("allocated", EntryFacts { allocated_minor: Some(*amount_minor), allocated_because: Some((*why).into()), ..facts })
        }
        Entry::Refunded { refund, amount_minor, currency } => {
            ("refunded", EntryFacts { booking: Some(refund.clone()), amount: Some(Amount::new(*amount_minor, *currency)), ..none() })
        }
        Entry::Credited { note, amount_minor, currency } => {
            ("credited", EntryFacts { booking: Some(note.clone()), amount: Some(Amount::new(*amount_minor, *currency)), ..none() })
        }
        Entry::Promised { case, promise, reason } => {
            let facts = EntryFacts { case: Some(case.to_string()), pay_on: Some(promise.pay_on), ..none() };
            (
                "promised",
                EntryFacts { promised_minor: Some(promise.amount_minor), by: Some(promise.by.into()), reason: reason.clone(), ..facts },
            )
        }
        Entry::PromiseEnded { case, how, received_minor, promise, reason } => {
            let facts = EntryFacts { case: Some(case.to_string()), pay_on: Some(promise.pay_on), ..none() };
            let facts = EntryFacts { promised_minor: Some(promise.amount_minor), received_minor: Some(*received_minor), ..facts };
            ("promise_ended", EntryFacts { promise_end: Some((*how).into()), reason: reason.clone(), ..facts })
        }
        Entry::Disputed { case, dispute } => {
            let facts = EntryFacts { case: Some(case.to_string()), by: Some(dispute.by.into()), ..none() };
            ("disputed", EntryFacts { reason: Some(dispute.note.clone()), dispute_reason: dispute.reason, ..facts })
        }
        Entry::DisputeDecided { case, upheld, reason } => {
            let facts = EntryFacts { case: Some(case.to_string()), upheld: Some(*upheld), ..none() };
            ("dispute_decided", EntryFacts { reason: reason.clone(), ..facts })
        }
        Entry::PlanMade { plan } => ("plan_made", EntryFacts { plan: Some(plan.into()), ..none() }),
        Entry::PlanChanged { plan } => ("plan_changed", EntryFacts { plan: Some(plan.into()), ..none() }),
        Entry::PlanEnded { currency, made_on, how } => {
            let facts = EntryFacts { since: Some(*made_on), ..none() };
            let facts = match how {
                PlanEnd::Kept => EntryFacts { plan_end: Some("kept"), ..facts },
                PlanEnd::Broken { on, missing_minor } => {
                    let amount = Some(Amount::new(*missing_minor, *currency));
                    EntryFacts { plan_end: Some("broken"), pay_on: Some(*on), amount, ..facts }
                }
                PlanEnd::Withdrawn { reason } => EntryFacts { plan_end: Some("withdrawn"), reason: Some(reason.clone()), ..facts },
                PlanEnd::Replaced => EntryFacts { plan_end: Some("replaced"), ..facts },
                PlanEnd::Moot => EntryFacts { plan_end: Some("moot"), ..facts },
            };
            ("plan_ended", facts)
        }
        Entry::PaymentPending { case, pending, reason } => {
            let facts = EntryFacts { case: Some(case.to_string()), payment_pending: Some(pending.into()), ..none() };
            ("payment_pending", EntryFacts { reason: reason.clone(), ..facts })
        }
        Entry::PendingEnded { case, how, since, received_minor, reason } => {
            let facts = EntryFacts { case: Some(case.to_string()), since: Some(*since), received_minor: Some(*received_minor), ..none() };
            ("pending_ended", EntryFacts { pending_end: Some((*how).into()), reason: reason.clone(), ..facts })
        }
        Entry::LegalStop { stop } => {
            let facts = EntryFacts { legal: Some(stop.kind.into()), since: Some(stop.since), until: stop.until, ..none() };
            ("legal_stop", EntryFacts { reason: Some(stop.reason.clone()), ..facts })
        }
        Entry::LegalStopEnded { kind, since, how } => {
            let (end, reason) = match how {
                LegalEnd::Lifted { reason } => ("lifted", Some(reason.clone())),
                LegalEnd::Mistaken { reason } => ("mistaken", Some(reason.clone())),
                LegalEnd::RanOut => ("ran_out", None),
                LegalEnd::OtherContact => ("other_contact", None),
                LegalEnd::OtherDebtors => ("other_debtors", None),
            };
            let facts = EntryFacts { legal: Some((*kind).into()), since: Some(*since), legal_end: Some(end), ..none() };
            ("legal_stop_ended", EntryFacts { reason, ..facts })
        }
        Entry::PublicBodySet { public_body, reason } => {
            ("public_body_set", EntryFacts { public_body: Some(*public_body), reason: Some(reason.clone()), ..none() })
        }
        Entry::Settled { case, settlement } => {
            let facts = settlement_facts(case, settlement);
            ("settled", facts.settled_because(&settlement.reason, settlement.by))
        }
        Entry::SentNow { case, reason } => {
            ("sent_now", EntryFacts { case: case.as_ref().map(ToString::to_string), reason: Some(reason.clone()), ..none() })
        }
        Entry::DueDateExtended { case, due_on, reason } => ("due_date_extended", due_facts(case, *due_on, reason)),
        Entry::DueDateRestored { case, due_on, reason } => ("due_date_restored", due_facts(case, *due_on, reason)),
        Entry::StepSkipped { case, step, reason } => ("step_skipped", step_facts(case, step, reason)),
        Entry::StepRestored { case, step, reason } => ("step_restored", step_facts(case, step, reason)),
        Entry::SettlementUndone { case, settlement, by, reason } => {
            let facts = settlement_facts(case, settlement);
            ("settlement_undone", facts.settled_because(reason, *by))
        }
        Entry::SideClaimBegun { case, claim, since } => {
            ("side_claim_begun", EntryFacts { case: Some(case.to_string()), claim: Some(*claim), since_on: Some(*since), ..none() })
        }
        Entry::SideClaimUnsaid { case } => ("side_claim_unsaid", EntryFacts { case: Some(case.to_string()), ..none() }),
        Entry::SideClaimCollected { case, claim, payment, amount_minor, currency } => {
            ("side_claim_collected", of_claim(case, *claim, Some(payment), Amount::new(*amount_minor, *currency)))
        }
        Entry::SideClaimReturned { case, claim, payment, amount_minor, currency } => {
            ("side_claim_returned", of_claim(case, *claim, Some(payment), Amount::new(*amount_minor, *currency)))
        }
        Entry::SideClaimLowered { case, claim, amount_minor, currency } => {
            ("side_claim_lowered", of_claim(case, *claim, None, Amount::new(*amount_minor, *currency)))
        }
        Entry::SideClaimWaived { case, claim, amount_minor, currency, reason } => {
            let facts = of_claim(case, *claim, None, Amount::new(*amount_minor, *currency));
            ("side_claim_waived", EntryFacts { reason: Some(reason.clone()), ..facts })
        }
        Entry::Replanned { case, from, to, version_gone } => {
            let facts = EntryFacts { case: Some(case.to_string()), policy_versions: Some([*from, *to]), ..none() };
            ("replanned", if *version_gone { facts.because(Cause::PolicyVersionGone.name()) } else { facts })
        }
        Entry::Instructed { case, on, act } => ("instructed", instructed(case, *on, act)),
        Entry::InstructionWithdrawn { case, on, act } => ("instruction_withdrawn", instructed(case, *on, act)),
        Entry::Decided { case, on, decision } => {
            let facts = EntryFacts { case: Some(case.to_string()), since: Some(*on), ..none() };
            let decision = decision.as_ref().map(Decision::from);
            (if decision.is_some() { "decided" } else { "undecided" }, EntryFacts { decision, ..facts })
        }
        Entry::ReminderScheduled { reminder, step, lines } => (
            "reminder_scheduled",
            EntryFacts { reminder: Some(reminder.to_string()), step: Some(step.clone()), lines: Some(*lines), ..none() },
        ),
        Entry::ReminderUnsaid { reminder, state, reason } => {
            let facts = EntryFacts { reminder: Some(reminder.to_string()), state: Some((*state).into()), ..none() };
            ("reminder_unsaid", facts.because(reason))
        }
        Entry::LinksRevoked { reason } => ("links_revoked", none().because(reason)),
        Entry::FreshLinkAsked => ("fresh_link_asked", none()),
        Entry::ServiceScheduled { message } => {
            ("service_scheduled", EntryFacts { reminder: Some(message.to_string()), channel: Some(message.channel.into()), ..none() })
        }
        Entry::CaseMoved { case, from, to, reason } => {
            ("case_moved", EntryFacts { case: Some(case.to_string()), ..between(from, to, reason) })
        }
        Entry::DebtorMerged { from, into, reason } => ("debtor_merged", between(from, into, reason)),
        Entry::DebtorSplit { from, into, reason } => ("debtor_split", between(from, into, reason)),
        Entry::ContactAdded { contact, role, reason } => ("contact_added", of_contact(contact, *role, reason)),
        Entry::ContactChanged { contact, role, fields, reason } => {
            let changed = fields.iter().copied().map(Into::into).collect();
            ("contact_changed", EntryFacts { changed: Some(changed), ..of_contact(contact, *role, reason) })
        }
        Entry::ContactRemoved { contact, role, reason } => ("contact_removed", of_contact(contact, *role, reason)),
        Entry::ContactBlocked { contact, role, reason } => ("contact_blocked", of_contact(contact, *role, reason).because(reason)),
        Entry::OwnerSet { reason, .. } => ("owner_set", EntryFacts { reason: Some(reason.clone()), ..none() }),
        Entry::PostalGiven { reason } => ("postal_given", EntryFacts { reason: Some(reason.clone()), ..none() }),
        Entry::PostalTakenAway { reason } => ("postal_taken_away", EntryFacts { reason: Some(reason.clone()), ..none() }),
        Entry::Held { scope, case, hold } => {
            let facts = EntryFacts { scope: Some((*scope).into()), case: case.as_ref().map(ToString::to_string), ..none() };
            ("held", EntryFacts { hold: Some(hold.into()), ..facts })
        }
        Entry::HoldRanOut { scope, case } => {
            ("hold_ran_out", EntryFacts { scope: Some((*scope).into()), case: case.as_ref().map(ToString::to_string), ..none() })
        }
        Entry::Released { scope, case, reason } => {
            let facts = EntryFacts { scope: Some((*scope).into()), case: case.as_ref().map(ToString::to_string), ..none() };
            ("released", reason.as_deref().map_or(facts.clone(), |reason| facts.because(reason)))
        }
        Entry::ChannelRefused { channel, by, reason } => {
            let facts = EntryFacts { channel: Some((*channel).into()), by: Some((*by).into()), ..none() };
            ("channel_refused", EntryFacts { reason: reason.clone(), ..facts })
        }
        Entry::ChannelAllowed { channel, reason } => {
            ("channel_allowed", EntryFacts { channel: Some((*channel).into()), reason: Some(reason.clone()), ..none() })
        }
        Entry::InstalmentsAsked { parts, note } => {
            ("instalments_asked", EntryFacts { parts: Some(*parts), reason: Some(note.clone()).filter(|note| !note.is_empty()), ..none() })
        }
        Entry::InstalmentsAnswered { reason } => ("instalments_answered", EntryFacts { reason: reason.clone(), ..none() }),
    }
}

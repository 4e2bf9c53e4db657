//! An invoice as the API shows it.

use chrono::NaiveDate;
use serde::Serialize;
use upominek::domain::account::{Account, Case};
use upominek::domain::climb::{Climber, Said};
use upominek::domain::decide;
use upominek::domain::ids::DebtorId;
use upominek::domain::segments;
use upominek::domain::stops::free_from;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::claims::SideClaims;
use crate::course::{Extension, SkippedStep};
use crate::decision::Decision;
use crate::dto::{AllocationReason, Amount, Channel, Hold, Status, Tone, Warning};
use crate::pending::Pending;
use crate::plan::DueByPlan;
use crate::settlements::{EarlyDiscount, Settlement};
use crate::stops::{Dispute, Promise};

/// An invoice and our state of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Invoice {
    /// The source and its id of the invoice.
    #[schema(example = "shopify:5312")]
    pub case: String,
    /// Who owes it.
    pub debtor: String,
    /// Its number, as the debtor knows it.
    pub number: String,
    /// Whether it is open, and how it ended.
    pub status: Status,
    /// Date of issue.
    pub issued_on: NaiveDate,
    /// Due date as printed.
    pub due_on: NaiveDate,
    /// The day to pay by: the due date, or the one that the team gave; the later of both.
    pub pay_by: NaiveDate,
    /// Another due date that the team gave.
    pub extension: Option<Extension>,
    /// Gross total.
    pub total: Amount,
    /// What was paid.
    pub paid: Amount,
    /// Credit notes.
    pub credited: Amount,
    /// What is settled without money; with `paid`, `credited` and `open` it makes the total.
    pub settled: Amount,
    /// What is open.
    pub open: Amount,
    /// What is open after money that belongs to no invoice; only this is ever demanded.
    pub demanded: Amount,
    /// What is claimed beside it: interest and compensation, as they stand today.
    pub side_claims: Option<SideClaims>,
    /// Payments that we booked to it.
    pub payments: Vec<Allocation>,
    /// Settlements without money.
    pub settlements: Vec<Settlement>,
    /// The discount that it grants for early payment.
    pub discount: Option<EarlyDiscount>,
    /// Whether it may be reminded at all.
    pub remindable: bool,
    /// The invoice document.
    pub document_url: Option<String>,
    /// IBAN to pay to.
    pub payment_account: Option<String>,
    /// KSeF number.
    pub ksef_number: Option<String>,
    /// The source's revision that we have.
    pub revision: u64,
    /// What was odd about it.
    pub warnings: Vec<Warning>,
    /// The version of the policy by which it is planned.
    pub policy_version: u32,
    /// The debtor's segment by which it is planned: with which it took its first step; before that, and without
    /// one, the debtor's own of now.
    pub segment: Option<String>,
    /// Whether it keeps that segment, whatever becomes of the debtor's.
    pub segment_kept: bool,
    /// Steps taken, in order.
    pub steps_taken: Vec<StepTaken>,
    /// Steps that the team passed over, in order.
    pub steps_skipped: Vec<SkippedStep>,
    /// The step that comes next; `null` if none does while things stay as they are.
    pub next_step: Option<NextStep>,
    /// The last decision; `null` before the first night.
    pub last_decision: Option<LastDecision>,
    /// Since when VAT may be corrected as a bad debt: the day on which it was open for 90 days past its printed
    /// due date, or past a later one agreed in time (art. 89a of the VAT Act); `null` before.
    pub bad_debt_relief_since: Option<NaiveDate>,
    /// The debtor disputes it.
    pub dispute: Option<Dispute>,
    /// The debtor promised to pay it.
    pub promise: Option<Promise>,
    /// What is to be paid next by the plan that covers it.
    pub plan: Option<DueByPlan>,
    /// A payment of it is under way, or was and did not come.
    pub payment_pending: Option<Pending>,
    /// A hold on this invoice. A hold on the debtor stands with the debtor.
    pub hold: Option<Hold>,
}

/// Money that we booked to an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Allocation {
    /// The provider and its id of the payment.
    #[schema(example = "sandbox:pay-1")]
    pub payment: String,
    /// How much of it.
    pub amount: Amount,
    /// Why it went here.
    pub because: AllocationReason,
    /// The local day on which it came, where that is known.
    pub on: Option<NaiveDate>,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepTaken {
    /// The step.
    pub step: String,
    /// On which business day.
    pub on: NaiveDate,
    /// By which channel.
    pub channel: Channel,
}

/// A step that comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NextStep {
    /// The step.
    pub step: String,
    /// The day from which it may go.
    pub on: NaiveDate,
    /// The channel by which it can reach the debtor; `null` while none does.
    pub channel: Option<Channel>,
    /// How it will sound.
    pub tone: Tone,
}

/// The last decision and since when it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LastDecision {
    /// The first business day on which it was decided so.
    pub since_on: NaiveDate,
    /// The decision.
    #[serde(flatten)]
    pub decision: Decision,
}

impl Invoice {
    /// An invoice without a future: a closed one.
    pub fn new(debtor: &DebtorId, case: &Case) -> Self {
        let amount = |minor| Amount::new(minor, case.currency);
        let payments = case.allocations.iter().map(|allocation| Allocation {
            payment: allocation.payment.clone(),
            amount: amount(allocation.amount_minor),
            because: allocation.why.into(),
            on: allocation.on,
        });
        let steps = case.taken.iter().map(|taken| StepTaken { step: taken.step.clone(), on: taken.on, channel: taken.channel.into() });
        let open_minor = if case.closed.is_some() { 0 } else { case.open_minor() };
        Self {
            case: case.id.to_string(),
            debtor: debtor.to_string(),
            number: case.number.clone(),
            status: case.closed.into(),
            issued_on: case.issued_on,
            due_on: case.due_on,
            pay_by: case.agreed_due_on(),
            extension: case.extension.as_ref().map(Extension::from),
            total: amount(case.total_minor),
            paid: amount(case.paid_minor()),
            credited: amount(case.credited_minor),
            settled: amount(case.settled_minor()),
            open: amount(open_minor),
            demanded: amount(open_minor),
            side_claims: None,
            payments: payments.collect(),
            settlements: case.settlements.iter().map(|made| Settlement::new(made, case.currency)).collect(),
            discount: case.discount.as_ref().map(|terms| EarlyDiscount { until: terms.until, amount: amount(terms.amount_minor) }),
            remindable: case.remindable,
            document_url: case.document_url.clone(),
            payment_account: case.payment_account.clone(),
            ksef_number: case.ksef_number.clone(),
            revision: case.revision,
            warnings: case.warnings.iter().copied().map(Into::into).collect(),
            policy_version: case.policy_version,
            segment: case.segment.clone(),
            segment_kept: segments::is_kept(case),
            steps_taken: steps.collect(),
            steps_skipped: case.skipped.iter().map(SkippedStep::from).collect(),
            next_step: None,
            last_decision: case.decision.as_ref().map(|(on, decision)| LastDecision { since_on: *on, decision: decision.into() }),
            bad_debt_relief_since: None,
            dispute: case.dispute.as_ref().map(Dispute::from),
            promise: case.promise.as_ref().map(|promise| Promise::new(promise, case.currency)),
            plan: None,
            payment_pending: case.pending.as_ref().map(Pending::from),
            hold: case.hold.as_ref().map(Hold::from),
        }
    }

    /// A closed invoice with what is claimed beside it.
    pub fn closed(account: &Account, case: &Case, caller: &Caller) -> Self {
        Self { side_claims: SideClaims::of(account, &case.id, caller), ..Self::new(&account.profile.debtor, case) }
    }

    /// An open invoice with what comes next. `net_minor` is what is open after netting.
    pub fn open(account: &Account, case: &Case, net_minor: i64, caller: &Caller) -> Self {
        Self {
            demanded: Amount::new(net_minor, case.currency),
            segment: segments::of_case(&account.profile, case).map(str::to_owned),
            side_claims: SideClaims::of(account, &case.id, caller),
            bad_debt_relief_since: case.vat_relief_since(caller.today()),
            plan: DueByPlan::of(account, case),
            next_step: (case.remindable && net_minor > 0).then(|| next_step(account, case, net_minor, caller)).flatten(),
            ..Self::new(&account.profile.debtor, case)
        }
    }
}

fn next_step(account: &Account, case: &Case, net_minor: i64, caller: &Caller) -> Option<NextStep> {
    let (settings, today) = (&caller.settings, caller.today());
    let evaluated = account.profile.evaluated_on.is_some_and(|last| last >= today);
    let from = if evaluated { today.succ_opt()? } else { today };
    let from = free_from(account, case, settings, from)?;
    let climber = Climber::of(&account.profile, case, net_minor);
    let next = decide::upcoming(account, climber, settings, &Said::before(account, today), from)?;
    let channel = decide::channel_of(account, &case.id, &next.id, next.rung.step).map(Into::into);
    Some(NextStep { step: next.id.into_owned(), on: next.earliest, channel, tone: next.rung.tone().into() })
}

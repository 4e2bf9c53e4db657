//! The receipt: money that came is confirmed to who paid it, if the policy wants that.

use super::{Attention, Command, Context, Entry, Outcome, service};
use crate::domain::fact::PaymentFact;
use crate::domain::ids::CaseId;
use crate::domain::policy::Receipts;
use crate::domain::service::{Received, ServiceKind};
use crate::domain::window::local_day;

/// Most invoices that a receipt names.
const MOST_NUMBERS: usize = 5;

/// Confirms the payment of a command, where there is one and the policy wants it. What does not fit waits for a
/// person, who answers it; where the law stops us, or nothing may be written to, nothing is said.
pub(super) fn confirm(outcome: &mut Outcome, command: &Command, context: &Context<'_>) {
    let receipts = context.settings.policy.receipts;
    let fact = match command {
        Command::CheckoutPaid { fact, odd: None, .. } if receipts != Receipts::Never => fact,
        Command::Payment { fact, odd: None, .. } if receipts == Receipts::Every => fact,
        _ => return,
    };
    let payment = format!("{}:{}", fact.provider, fact.payment_id);
    let paid = went_to(outcome, &payment);
    // Money for an invoice that is not there, or in another currency, went nowhere: a person answers.
    let unclear = |one: &Attention| matches!(one, Attention::OddPayment { payment: odd, .. } if *odd == payment);
    let stopped = outcome.account.profile.legal_stop_on(context.today()).is_some();
    if stopped || (paid.is_empty() && outcome.attention.iter().any(unclear)) {
        return;
    }
    let Some(channel) = outcome.account.service_way() else { return };
    let received = received(outcome, fact, (&payment, &paid), context);
    let id = service::schedule(outcome, ServiceKind::Receipt, channel, fact.currency, context);
    if let Some(message) = outcome.account.message_mut(&id) {
        message.received = Some(received);
    }
}

/// The cases that a payment went to, each once, in the order in which it did.
fn went_to(outcome: &Outcome, payment: &str) -> Vec<CaseId> {
    let mut cases: Vec<CaseId> = Vec::new();
    for entry in &outcome.entries {
        let (Entry::Allocated { payment: by, case, .. } | Entry::SideClaimCollected { payment: by, case, .. }) = entry else { continue };
        if by == payment && !cases.contains(case) {
            cases.push(case.clone());
        }
    }
    cases
}

fn received(outcome: &Outcome, fact: &PaymentFact, (payment, paid): (&str, &[CaseId]), context: &Context<'_>) -> Received {
    let account = &outcome.account;
    let number = |case: &CaseId| {
        let claimed = || account.claim(case).map(|claimed| claimed.number.clone());
        account.case(case).map(|case| case.number.clone()).or_else(claimed)
    };
    let numbers: Vec<String> = paid.iter().filter_map(number).take(MOST_NUMBERS).collect();
    // What is still to be allocated is for invoices, too.
    let over = account.credits.iter().find(|credit| credit.id == payment && !credit.allocate);
    Received {
        amount_minor: fact.amount_minor,
        on: local_day(fact.paid_at, account.zone(context.settings)).min(context.today()),
        more: u32::try_from(paid.len().saturating_sub(numbers.len())).unwrap_or(u32::MAX),
        numbers,
        over_minor: over.map_or(0, |credit| credit.left_minor),
    }
}

//! Commands on an account: `handle(account, command, context) -> outcome`.
//!
//! Pure. The outcome is a whole new account and what is to be told; the store commits the
//! difference under the account's version, or not at all.

mod archive;
mod attention;
mod carry;
mod carry_hold;
mod claims;
mod command;
mod contact;
mod corrected;
mod course;
mod debtor_word;
mod delivery;
mod entry;
mod hold;
mod instalments;
mod instruct;
mod invoice;
mod legal;
mod money;
mod night;
mod outcome;
mod pending;
mod plan;
mod profile;
mod promise;
mod receipt;
mod refund;
mod refused;
mod replan;
mod send_now;
mod service;
mod settlement;
mod speak;
mod tell;
mod transfer;
mod why;

use chrono::{DateTime, NaiveDate, Utc};

use super::account::Account;
use super::approval;
use super::creditor::Settings;
use super::decide;
use super::record;
use super::reminder::ReminderState;
use super::score;
use super::segments;
use super::window::local_day;

pub use attention::Attention;
pub use command::Command;
pub use contact::{ContactChange, ContactEdit, ContactField};
pub use delivery::settle;
pub use entry::Entry;
pub use instruct::Word;
pub use legal::NewLegalStop;
pub use outcome::Outcome;
pub use pending::{FARTHEST_PAYMENT_DAYS, SaidPaid};
pub use plan::{NewPlan, PlanProblem};
pub use promise::NewPromise;
pub use refused::Refused;
pub use settlement::NewSettlement;
pub use transfer::{AT_ONCE, Pass, merged, moved, returned, waiting};

/// Everything that a command may need to know beside the account.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The creditor's settings.
    pub settings: &'a Settings,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Context<'_> {
    /// Today in the creditor's zone.
    pub fn today(&self) -> NaiveDate {
        local_day(self.now, self.settings.zone)
    }
}

/// Applies one command.
///
/// # Errors
/// `Refused` where the command does not fit the account or changes nothing; then nothing is to be
/// committed.
pub fn handle(account: &Account, command: &Command, context: &Context<'_>) -> Result<Outcome, Refused> {
    let mut outcome = Outcome::of(account);
    replan::without_version(&mut outcome, context);
    claims::begin_awaited(&mut outcome, context);
    match command {
        Command::Invoice(fact) => invoice::seen(&mut outcome, fact, context)?,
        Command::Paid { case, revision } => invoice::stated_paid(&mut outcome, case, *revision, context.today())?,
        Command::Cancelled { case, revision } => invoice::stated_cancelled(&mut outcome, case, *revision)?,
        Command::Adjusted { case, revision, less_owed_minor, less_paid_minor } => {
            invoice::adjusted(&mut outcome, case, *revision, (*less_owed_minor, *less_paid_minor), context.today())?;
        }
        Command::CreditNote(note, case) => money::credited(&mut outcome, note, case.as_ref(), context.today())?,
        Command::Payment { fact, case, odd } => money::paid(&mut outcome, fact, case.as_ref(), *odd, context),
        Command::Refund(refund, case) => refund::refunded(&mut outcome, refund, case.as_ref(), context.today()),
        Command::Allocate => {}
        Command::Night { as_of } => night::night(&mut outcome, *as_of, None, context)?,
        Command::NightWithin { as_of, messages } => night::night(&mut outcome, *as_of, Some(*messages), context)?,
        Command::Instruct { case, on, word } => instruct::instruct(&mut outcome, case, *on, word, context)?,
        Command::ApproveLines { on, lines } => instruct::approve(&mut outcome, *on, lines, context)?,
        Command::WithdrawInstruction { case, on } => instruct::withdraw(&mut outcome, case, *on, context)?,
        Command::NotApproved { reminder } => instruct::not_approved(&mut outcome, reminder, context)?,
        Command::Hold(case, hold) => hold::hold(&mut outcome, case.as_ref(), hold)?,
        Command::Release(case, reason) => hold::release(&mut outcome, case.as_ref(), reason)?,
        Command::Promise(case, new) => promise::promise(&mut outcome, case.as_ref(), new, context)?,
        Command::WithdrawPromise(case, reason) => promise::withdraw(&mut outcome, case.as_ref(), reason)?,
        Command::MakePlan(new) => plan::make(&mut outcome, new, context)?,
        Command::WithdrawPlan(currency, reason) => plan::withdraw(&mut outcome, *currency, reason)?,
        Command::SaidPaid(case, said) => pending::said(&mut outcome, case.as_ref(), said, context)?,
        Command::WithdrawPending(case, reason) => pending::withdraw(&mut outcome, case.as_ref(), reason)?,
        Command::CheckoutPending { reference, case, amount_minor, currency } => {
            pending::checkout(&mut outcome, reference, case.as_ref(), (*amount_minor, *currency), context)?;
        }
        Command::CheckoutFailed { reference } => pending::failed(&mut outcome, reference, context),
        Command::CheckoutPaid { fact, case, odd, .. } => money::paid(&mut outcome, fact, case.as_ref(), *odd, context),
        Command::RefuseChannel { channel, by, reason } => debtor_word::refuse(&mut outcome, *channel, (*by, reason.as_ref()), context)?,
        Command::AllowChannel { channel, reason } => debtor_word::allow(&mut outcome, *channel, reason)?,
        Command::AskInstalments { parts, note } => debtor_word::ask_instalments(&mut outcome, *parts, note, context)?,
        Command::AnswerInstalments { reason } => debtor_word::answer_request(&mut outcome, Some(reason))?,
        Command::Dispute { case, by, reason, note } => promise::dispute(&mut outcome, case, *by, (*reason, note), context)?,
        Command::DecideDispute { case, upheld, reason } => promise::decide_dispute(&mut outcome, case, *upheld, reason)?,
        Command::LegalStop(new) => legal::begin(&mut outcome, new, context)?,
        Command::EndLegalStop(kind, how) => legal::end(&mut outcome, *kind, how)?,
        Command::PublicBody { public_body, reason } => profile::public_body(&mut outcome, *public_body, reason)?,
        Command::Settle { case, new } => settlement::settle(&mut outcome, case, new, context)?,
        Command::UndoSettlement { case, settlement, reason } => settlement::undo(&mut outcome, case, settlement, reason)?,
        Command::SendNow { case, reason } => send_now::send_now(&mut outcome, case.as_ref(), reason, context)?,
        Command::ExtendDueDate { case, due_on, reason } => course::extend(&mut outcome, case, *due_on, reason, context)?,
        Command::RestoreDueDate { case, reason } => course::restore(&mut outcome, case, reason)?,
        Command::SkipStep { case, step, reason } => course::skip_step(&mut outcome, case, step, reason, context)?,
        Command::RestoreStep { case, step, reason } => course::restore_step(&mut outcome, case, step, reason, context)?,
        Command::Reopen { case, reason } => settlement::reopen(&mut outcome, case, reason)?,
        Command::CollectClaim { case, claim, payment, amount_minor, on } => {
            claims::collected(&mut outcome, case, *claim, (payment, *amount_minor, *on), context)?;
        }
        Command::WaiveClaim { case, claim, reason } => claims::waive(&mut outcome, case, *claim, reason, context)?,
        Command::Replan => replan::replan(&mut outcome, true, context)?,
        Command::Rearrange => replan::replan(&mut outcome, false, context)?,
        Command::Unsaid { reminder, state, reason, block } => {
            delivery::unsaid(&mut outcome, reminder, *state, (reason, block), context)?;
        }
        Command::RevokeLinks { reason } => service::revoke_links(&mut outcome, reason, context),
        Command::AskFreshLink => service::ask_fresh_link(&mut outcome, context)?,
        Command::FreeStep { case, step, reminder } => delivery::free_step(&mut outcome, case, step, reminder)?,
        Command::Block { addresses, reason } => delivery::block(&mut outcome, addresses, reason)?,
        Command::Contacts { edit, reason } => contact::edit(&mut outcome, edit, reason)?,
    }
    finish(&mut outcome, account, command, context);
    Ok(outcome)
}

/// What holds after every command: closed cases are closed, and the account knows when to wake.
fn finish(outcome: &mut Outcome, before: &Account, command: &Command, context: &Context<'_>) {
    let today = context.today();
    refund::give_back(outcome, before, context);
    money::allocate_credits(outcome, context);
    settlement::note_ways(outcome, before, command, today);
    settlement::by_rule(outcome, context);
    money::close_and_reopen(outcome, before, today);
    claims::keep_up(outcome, before, context);
    settlement::not_received(&mut outcome.account, before);
    promise::keep(outcome);
    pending::came(outcome, if let Command::CheckoutPaid { reference, .. } = command { Some(reference) } else { None });
    legal::other_contact(outcome, before);
    plan::keep(outcome, before);
    record::keep(outcome, before, context.settings, today);
    // A night for a day that has not come looks at that day.
    let day = if let Command::Night { as_of } | Command::NightWithin { as_of, .. } = command { *as_of } else { today };
    segments::refresh(&mut outcome.account, context.settings, day);
    score::refresh(&mut outcome.account, context.settings, day);
    archive::archive(&mut outcome.account, before, context.settings, today);
    let from = match command {
        Command::Night { as_of } | Command::NightWithin { as_of, .. } => *as_of + chrono::Days::new(1),
        // They decided today anew themselves.
        Command::Instruct { .. } | Command::ApproveLines { .. } | Command::WithdrawInstruction { .. }
            if before.profile.evaluated_on == Some(today) =>
        {
            today + chrono::Days::new(1)
        }
        // A decision of today is free again; the next night decides anew.
        Command::Unsaid { state: ReminderState::Cancelled, .. } | Command::NotApproved { .. } => today + chrono::Days::new(1),
        _ => today,
    };
    approval::arrange(&mut outcome.account, context);
    // A night has decided on everything that it looked at.
    if !matches!(command, Command::Night { .. } | Command::NightWithin { .. }) {
        why::say_why(&mut outcome.account, from, context);
    }
    let mut wake_on = decide::wake_on(&outcome.account, context.settings, from);
    if matches!(command, Command::NightWithin { .. }) && night::is_capped(&outcome.account) {
        // It keeps its place before those that wake later.
        wake_on = wake_on.min(before.profile.wake_on);
    }
    outcome.account.profile.wake_on = wake_on;
    if let Some((case, step)) = command.changes_course_of() {
        for case in super::plan::together(&outcome.account, case, step) {
            why::say_next(&mut outcome.account, &case, today, context);
        }
    }
    tell::decisions(outcome, before, today);
    receipt::confirm(outcome, command, context);
    outcome.new_messages = outcome::new_messages(before, &outcome.account);
    outcome.send_at_once = outcome::send_at_once(before, &outcome.account, context.now);
    let local_time = context.now.with_timezone(&context.settings.zone).time();
    let night_is_over = local_time >= context.settings.night_at;
    // The evaluation also opens the way for what a person sends now.
    let sends = matches!(command, Command::SendNow { .. });
    outcome.evaluate_today = sends || (night_is_over && wake_on.is_some_and(|day| day <= today));
}

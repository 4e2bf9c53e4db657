//! What people say: a script's lines as commands on an account.

use chrono::{Days, NaiveDate};
use upominek::domain::account::{Account, Hold};
use upominek::domain::ahead;
use upominek::domain::contact::{Address, ContactId, Details};
use upominek::domain::decide;
use upominek::domain::handle::{
    Command, ContactChange, ContactEdit, Context, NewLegalStop, NewPlan, NewPromise, NewSettlement, SaidPaid, Word,
};
use upominek::domain::ids::CaseId;
use upominek::domain::legal::LegalEnd;
use upominek::domain::list;
use upominek::domain::pending::PaidBy;
use upominek::domain::settlement::SettlementKind;
use upominek::domain::stops::Party;

use super::{Play, case};
use crate::model::cut;
use crate::script::What;

/// What every person's word gives as its reason.
const REASON: &str = "the script says so";

fn reason() -> String {
    REASON.to_owned()
}

impl Play<'_> {
    /// The command of a line, on the account as the person sees it; `None` where there is nothing to say.
    pub(super) fn command(&self, what: &What, account: &Account) -> Option<Command> {
        let id = |invoice: &Option<String>| invoice.as_deref().map(case);
        let today = self.world.today();
        Some(match what {
            What::Hold { invoice, until, .. } => Command::Hold(id(invoice), Hold { reason: reason(), from: today, until: *until }),
            What::Release { invoice, .. } => Command::Release(id(invoice), "they called".to_owned()),
            What::Promise { invoice, on, amount, .. } => {
                Command::Promise(id(invoice), NewPromise { by: Party::Debtor, pay_on: *on, amount_minor: *amount, reason: None })
            }
            What::WithdrawPromise { .. } => Command::WithdrawPromise(None, "they called".to_owned()),
            What::Dispute { invoice, .. } => {
                Command::Dispute { case: case(invoice), by: Party::Debtor, reason: None, note: "the goods were broken".to_owned() }
            }
            What::DecideDispute { invoice, upheld, .. } => {
                Command::DecideDispute { case: case(invoice), upheld: *upheld, reason: "they called".to_owned() }
            }
            What::SaidPaid { invoice, by, on, .. } => {
                Command::SaidPaid(id(invoice), SaidPaid { by: *by, paid_on: *on, way: PaidBy::Transfer, reason: None })
            }
            What::WithdrawPending { .. } => Command::WithdrawPending(None, "they called".to_owned()),
            What::Plan { .. } => Command::MakePlan(plan(what, account)?),
            What::WithdrawPlan { currency, .. } => Command::WithdrawPlan(Some(*currency), reason()),
            What::LegalStop { kind, since, until, channel, .. } => Command::LegalStop(NewLegalStop {
                kind: *kind,
                since: *since,
                until: *until,
                reason: reason(),
                contacts: channel.iter().copied().collect(),
            }),
            What::EndLegalStop { kind, mistaken, .. } => {
                let how = if *mistaken { LegalEnd::Mistaken { reason: reason() } } else { LegalEnd::Lifted { reason: reason() } };
                Command::EndLegalStop(*kind, how)
            }
            What::Approve { invoice, on, .. } => word(invoice, *on, Word::Approve { seen: None }),
            What::LeaveOut { invoice, on, .. } => word(invoice, *on, Word::Skip { note: reason() }),
            What::SendBy { invoice, on, channel, .. } => word(invoice, *on, Word::By { channel: *channel }),
            What::TakeBack { invoice, on, .. } => Command::WithdrawInstruction { case: case(invoice), on: *on },
            What::ApproveList { day } => self.approve_list(account, *day)?,
            What::AddContact { role, email, phone, .. } => {
                let (email, phone) = (email.clone().map(Address::new), phone.clone().map(Address::new));
                contacts(ContactEdit::Add(Details { name: None, role: *role, email, phone }))
            }
            What::ChangeContact { contact, role, email, .. } => {
                let change = ContactChange { role: Some(*role), email: email.clone().map(Some), ..ContactChange::default() };
                contacts(ContactEdit::Change(ContactId::named(&format!("c{contact}")), change))
            }
            What::RemoveContact { contact, .. } => contacts(ContactEdit::Remove(ContactId::named(&format!("c{contact}")))),
            other => return course(other, account),
        })
    }
}

fn contacts(edit: ContactEdit) -> Command {
    Command::Contacts { edit, reason: reason() }
}

fn word(invoice: &str, on: NaiveDate, word: Word) -> Command {
    Command::Instruct { case: case(invoice), on, word }
}

impl Play<'_> {
    /// Everything of an account that stands on the list of a day: as its night left it, or would.
    fn approve_list(&self, account: &Account, on: NaiveDate) -> Option<Command> {
        let settings = self.world.settings();
        let context = Context { settings: &settings, now: self.world.clock.time() };
        let by_then = match account.profile.evaluated_on == Some(on) {
            true => account.clone(),
            false => ahead::night(account, on, None, &context).ok()?.account,
        };
        let waiting = list::planned(&by_then, on, &settings);
        let lines: Vec<_> = waiting.into_iter().flat_map(|message| message.lines).map(|line| (line.case, line.seen)).collect();
        (!lines.is_empty()).then_some(Command::ApproveLines { on, lines })
    }
}

/// What the team does to one invoice.
fn course(what: &What, account: &Account) -> Option<Command> {
    Some(match what {
        What::Settle { invoice, kind, amount, .. } => {
            let reference = (*kind == SettlementKind::SetOff).then(|| "NK/1".to_owned());
            let new = NewSettlement { kind: *kind, amount_minor: *amount, on: None, reason: reason(), reference };
            Command::Settle { case: case(invoice), new }
        }
        What::UndoSettlement { invoice, kind, .. } => {
            let made = &account.case(&case(invoice))?.settlements;
            let last = made.iter().rev().find(|one| one.kind == *kind)?;
            Command::UndoSettlement { case: case(invoice), settlement: last.id.clone(), reason: reason() }
        }
        What::WaiveClaim { invoice, claim, .. } => Command::WaiveClaim { case: case(invoice), claim: *claim, reason: reason() },
        What::Reopen { invoice, .. } => Command::Reopen { case: case(invoice), reason: reason() },
        What::Extend { invoice, due, .. } => Command::ExtendDueDate { case: case(invoice), due_on: *due, reason: reason() },
        What::RestoreDue { invoice, .. } => Command::RestoreDueDate { case: case(invoice), reason: reason() },
        What::SkipStep { invoice, .. } => {
            let step = next_step(account, &case(invoice))?;
            Command::SkipStep { case: case(invoice), step, reason: reason() }
        }
        What::RestoreStep { invoice, .. } => {
            let step = account.case(&case(invoice))?.skipped.last()?.step.clone();
            Command::RestoreStep { case: case(invoice), step, reason: reason() }
        }
        What::SendNow { invoice, .. } => Command::SendNow { case: invoice.as_deref().map(case), reason: reason() },
        _ => return None,
    })
}

/// The step that an invoice says comes next.
fn next_step(account: &Account, id: &CaseId) -> Option<String> {
    match &account.case(id)?.decision {
        Some((_, decide::Decision::Skip { next_step, .. })) => next_step.clone(),
        Some((_, decide::Decision::Step { step, .. })) => Some(step.clone()),
        None => None,
    }
}

/// Instalments for all that is open in a currency.
fn plan(what: &What, account: &Account) -> Option<NewPlan> {
    let What::Plan { currency, first, parts, every, .. } = what else { return None };
    let open: Vec<_> = decide::net_open(account).into_iter().filter(|(case, _)| case.currency == *currency && case.remindable).collect();
    let days = (0..*parts).map(|number| *first + Days::new(u64::from(number * every)));
    let sum = open.iter().map(|(_, net)| net).sum();
    let cases = open.iter().map(|(case, _)| case.id.clone()).collect();
    Some(NewPlan { by: Party::Team, cases, instalments: days.zip(cut(sum, *parts)).collect(), note: String::new() })
}

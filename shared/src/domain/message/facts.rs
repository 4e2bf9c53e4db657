//! What a reminder would say now: taken from the account at the moment of sending, never from the
//! moment of deciding.
//!
//! Invoices that were paid, cancelled, held or covered in between are left out, and the tone falls
//! back to what the remaining ones call for: paying the oldest never pushes the others up a step.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::beside::Beside;
use super::clean::one_line;
use super::deadline::pay_by;
use super::invoice::{InvoiceFacts, Standing};
use super::transfer::{Transfer, transfers};
pub use super::voice::{CreditorFacts, Voice};
use crate::domain::account::{Account, Case};
use crate::domain::climb::{Climber, Said};
use crate::domain::contact::{Audience, Role};
use crate::domain::creditor::{Locale, Settings};
use crate::domain::decide;
use crate::domain::fact::{DebtorKind, PostalAddress};
use crate::domain::ids::CaseId;
use crate::domain::money::Currency;
use crate::domain::plan::{Part, is_true, ladder_of, part, policy_step};
use crate::domain::policy::{Attachment, Channel, Rung, Template, Tone};
use crate::domain::reminder::Reminder;
use crate::domain::stops::stop_on;

/// Everything that one message says. Amounts are minor units of `currency`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFacts {
    /// The reader's language: the debtor's, and the creditor's for a task.
    pub locale: Locale,
    /// The strictest tone that the lines still call for.
    pub tone: Tone,
    /// The strictest step among the lines that are left.
    pub step: String,
    /// What kind of message it is.
    pub voice: Voice,
    /// The local business day.
    pub as_of: NaiveDate,
    /// Who writes.
    pub creditor: CreditorFacts,
    /// Who owes.
    pub debtor_name: String,
    /// The roles that it is for, as the strictest step names them.
    pub to: Vec<Role>,
    /// The roles that get a copy.
    pub copies: Vec<Role>,
    /// The debtor's phone, for a task; also where no SMS may go.
    pub debtor_phone: Option<String>,
    /// By which way it goes.
    pub channel: Channel,
    /// Where a letter goes, a line each.
    pub postal: Vec<String>,
    /// The debtor's e-mail, for a task.
    pub debtor_email: Option<String>,
    /// Company or person.
    pub kind: DebtorKind,
    /// The currency of the whole message.
    pub currency: Currency,
    /// What the message is about: the lines past their last day to pay. Where there are none, the
    /// ones due today; else those whose day is near, which are announced and not demanded.
    pub demanded: Vec<InvoiceFacts>,
    /// Other open invoices not past their last day: information, never part of the sum.
    pub upcoming: Vec<InvoiceFacts>,
    /// How many further invoices are overdue and not part of this message.
    pub also_overdue: usize,
    /// The instalment, where the message is about one and nothing else.
    pub plan: Option<PlanFacts>,
    /// Money without a case that covers a part of `demanded`.
    pub credit_minor: i64,
    /// What `demanded` comes to, after that money and with what was claimed beside it; never below 0.
    pub demand_minor: i64,
    /// The day asked for.
    pub pay_by: NaiveDate,
    /// The account that all of `demanded` name, if it is one.
    pub payment_account: Option<String>,
    /// The transfers that settle `demanded`.
    pub transfers: Vec<Transfer>,
    /// The last day on which the debtor was written to.
    pub said_on: Option<NaiveDate>,
    /// What goes with it by e-mail, as the steps of `demanded` say.
    pub attachments: Vec<Attachment>,
    /// The pay link; a task does not show it.
    pub link: String,
}

impl MessageFacts {
    /// The roles that it is for.
    pub fn audience(&self) -> Audience<'_> {
        Audience { to: &self.to, copies: &self.copies }
    }
}

/// The instalment that a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanFacts {
    /// Its place in the plan, from 1.
    pub place: usize,
    /// How many there are.
    pub of: usize,
    /// What the plan leaves for later, minor units.
    pub remains_minor: i64,
}

/// A line of the reminder that still has something to say.
struct Live<'a> {
    facts: InvoiceFacts,
    climber: Climber<'a>,
    step: &'a str,
    rank: usize,
    tone: Tone,
    template: Option<Template>,
    attachments: &'a [Attachment],
    part: Option<Part>,
}

/// What a reminder would say on a day; `None` when nothing is left to say: all its lines are paid,
/// cancelled, held, covered, or past the day on which their step was true.
pub fn facts(account: &Account, reminder: &Reminder, settings: &Settings, as_of: NaiveDate, link: &str) -> Option<MessageFacts> {
    let open = sayable(account, reminder.id.currency, settings, as_of);
    let lines = live_lines(account, &open, reminder, settings, as_of);
    let standing = lines.iter().map(|line| line.facts.standing(as_of)).min()?;
    let (told, softer): (Vec<Live<'_>>, Vec<Live<'_>>) = lines.into_iter().partition(|line| line.facts.standing(as_of) == standing);
    let strictest = told.iter().max_by_key(|line| (line.tone, line.rank))?;
    let (tone, step, template) = (strictest.tone, strictest.step.to_owned(), strictest.template);
    let audience = ladder_of(strictest.climber, &step, settings).rung(policy_step(&step));
    let audience = audience.map(|rung| rung.step.audience()).unwrap_or_default();
    let (to, copies) = (audience.to.to_vec(), audience.copies.to_vec());
    let top = (tone, strictest.rank);
    let plan = told.iter().all(|line| line.part.is_some()).then_some(strictest.part).flatten();
    let asked: Vec<_> = told.iter().filter(|line| (line.tone, line.rank) == top).map(|line| (line.step, line.climber)).collect();
    let attachments = [Attachment::Statement].into_iter().filter(|one| told.iter().any(|line| line.attachments.contains(one))).collect();
    // An instalment has its day; the next message of a ladder does not matter to it.
    let pay_by = plan.map_or_else(|| pay_by(&asked, tone, settings, as_of), |_| strictest.facts.payable_until);
    let mut upcoming: Vec<InvoiceFacts> = softer.into_iter().map(|line| line.facts).collect();
    let also_overdue = add_others(&mut upcoming, account, &open, reminder, settings, as_of);
    let beside = Beside::new(account, settings, as_of);
    let with_claims = |line: Live<'_>| {
        let Climber { case, net_minor, .. } = line.climber;
        line.facts.with(beside.as_ref().map(|beside| beside.of(case, net_minor)), as_of)
    };
    let demanded: Vec<InvoiceFacts> = told.into_iter().map(with_claims).collect();
    let transfers = transfers(&demanded);
    let profile = &account.profile;
    // Nobody is to be called whose number it is not.
    let theirs = |channel| profile.contacts.shown(channel).filter(|known| !profile.is_somebody_elses(&known.address));
    let is_task = reminder.id.channel.is_for_team();
    Some(MessageFacts {
        locale: if is_task { settings.locale } else { account.locale(settings) },
        tone,
        step,
        voice: Voice::of(standing, tone, template),
        as_of,
        creditor: CreditorFacts::of(settings),
        debtor_name: one_line(&profile.name, 80),
        to,
        copies,
        debtor_phone: theirs(Channel::Sms).map(|phone| one_line(&phone.address, 30)),
        debtor_email: theirs(Channel::Email).map(|email| one_line(&email.address, 254)),
        channel: reminder.id.channel,
        postal: profile.postal.as_ref().map(postal_lines).unwrap_or_default(),
        kind: profile.kind,
        currency: reminder.id.currency,
        plan: plan.map(|Part { place, of, remains_minor, .. }| PlanFacts { place, of, remains_minor }),
        credit_minor: sum(&demanded, InvoiceFacts::covered_minor),
        demand_minor: sum(&demanded, InvoiceFacts::asked_minor),
        payment_account: common_account(&demanded),
        demanded,
        upcoming,
        also_overdue,
        pay_by,
        transfers,
        said_on: Said::before(account, as_of).last(),
        attachments,
        link: link.to_owned(),
    })
}

/// Open cases of a currency that may be spoken of, with what is left of them, the oldest due first.
fn sayable<'a>(account: &'a Account, currency: Currency, settings: &Settings, as_of: NaiveDate) -> Vec<(&'a Case, i64)> {
    let open = decide::net_open(account).into_iter();
    open.filter(|(case, net_minor)| {
        case.currency == currency && case.remindable && *net_minor > 0 && stop_on(account, case, settings, as_of).is_none()
    })
    .collect()
}

fn live_lines<'a>(
    account: &'a Account,
    open: &[(&'a Case, i64)],
    reminder: &'a Reminder,
    settings: &'a Settings,
    as_of: NaiveDate,
) -> Vec<Live<'a>> {
    let steps: HashMap<&CaseId, &str> = reminder.lines.iter().map(|line| (&line.case, line.step.as_str())).collect();
    let live = |(case, net_minor): &(&'a Case, i64)| {
        let step = *steps.get(&case.id)?;
        let part = part(account, case);
        if !is_true(part.as_ref(), step) {
            return None;
        }
        let climber = Climber::of(&account.profile, case, *net_minor);
        let ladder = ladder_of(climber, step, settings);
        let rung = ladder.rung(policy_step(step));
        let facts = InvoiceFacts::asked(account, case, *net_minor, settings, as_of)?;
        // What is meant for a day before or on the due date is untrue after it.
        let dates = part.map_or_else(|| settings.dates(case), |part| part.dates(settings));
        let meant = rung.map(|rung| rung.meant_on(dates, reminder.id.as_of, settings.calendar()));
        let last = meant.and_then(|day| Rung::lapses_after(day, dates)).or(part.map(|_| dates.due));
        // Of an instalment nothing could be said by then: what is decided afterwards is told as it is, in its
        // grace, and not harder than a friendly reminder.
        let is_late = part.is_some() && last.is_some_and(|last| reminder.id.as_of > last);
        let lapsed = !is_late && last.is_some_and(|last| as_of > last);
        let late = is_late && facts.standing(as_of) == Standing::Overdue;
        let rank = ladder.rank(policy_step(step)).unwrap_or(0);
        // A step that a changed policy no longer knows is spoken of gently.
        let tone = rung.map_or(Tone::Friendly.min(reminder.tone), |rung| rung.tone());
        let tone = if late { tone.min(Tone::Friendly) } else { tone };
        let template = rung.and_then(|rung| rung.template()).filter(|_| !late);
        let attachments = rung.map_or(&[][..], |rung| &rung.step.attachments);
        (!lapsed).then_some(Live { facts, climber, step, rank, tone, template, attachments, part })
    };
    open.iter().filter_map(live).collect()
}

/// Adds the account's other open invoices that are not overdue; returns how many others are.
fn add_others(
    upcoming: &mut Vec<InvoiceFacts>,
    account: &Account,
    open: &[(&Case, i64)],
    reminder: &Reminder,
    settings: &Settings,
    as_of: NaiveDate,
) -> usize {
    let lines: std::collections::HashSet<&CaseId> = reminder.lines.iter().map(|line| &line.case).collect();
    let others = open.iter().filter(|(case, _)| !lines.contains(&case.id));
    let others = others.filter_map(|(case, net_minor)| InvoiceFacts::asked(account, case, *net_minor, settings, as_of));
    // An instalment in its grace is not brought up by the way.
    let others = others.filter(|facts| facts.instalment.is_none() || facts.standing(as_of) != Standing::Overdue);
    let (overdue, ahead): (Vec<_>, Vec<_>) = others.partition(|facts| facts.standing(as_of) == Standing::Overdue);
    upcoming.extend(ahead);
    upcoming.sort_by_key(|invoice| invoice.due_on);
    overdue.len()
}

/// An address as it stands on an envelope, below the name.
fn postal_lines(postal: &PostalAddress) -> Vec<String> {
    let town = [postal.post_code.as_deref(), Some(postal.city.as_str())].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let country = postal.country.clone().filter(|country| country != "PL");
    [Some(postal.street.clone()), Some(town), country].into_iter().flatten().map(|line| one_line(&line, 100)).collect()
}

fn common_account(invoices: &[InvoiceFacts]) -> Option<String> {
    let first = invoices.first()?.payment_account.as_ref()?;
    let same = invoices.iter().all(|invoice| invoice.payment_account.as_ref() == Some(first));
    same.then(|| first.clone())
}

/// The sum over invoices; an impossible one stays at the largest amount instead of turning over.
pub(super) fn sum(invoices: &[InvoiceFacts], part: impl Fn(&InvoiceFacts) -> i64) -> i64 {
    invoices.iter().map(part).fold(0, i64::saturating_add)
}

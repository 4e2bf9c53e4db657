//! From lines to messages: what goes together, by which way, and whether it may.

use chrono::{NaiveDate, NaiveTime};

use super::{Context, Entry, Outcome, claims};
use crate::domain::account::StepTaken;
use crate::domain::cause::Cause;
use crate::domain::climb::{Climber, Said};
use crate::domain::creditor::Settings;
use crate::domain::decide::{Candidate, SkipReason, net_open};
use crate::domain::grounds::{Closing, Small};
use crate::domain::ids::CaseId;
use crate::domain::message::invoice::InvoiceFacts;
use crate::domain::money::Currency;
use crate::domain::plan::{is_plan_step, ladder_of, part, policy_step};
use crate::domain::plan_words::is_told;
use crate::domain::policy::Channel;
use crate::domain::reminder::{Line, Reminder, ReminderId, ReminderState};
use crate::domain::segments;
use crate::domain::window::{instant, local_day};

/// The night that speaks.
pub(super) struct Tonight<'a> {
    /// The business day.
    pub as_of: NaiveDate,
    /// How many new messages to the debtor are left; `None` is no bound.
    pub messages: Option<u32>,
    /// Settings and time.
    pub context: &'a Context<'a>,
}

/// What becomes one message.
pub(super) struct Group {
    /// Of all lines.
    pub currency: Currency,
    is_task: bool,
    /// The channel, where a person chose it; else the strictest line's.
    chosen: Option<Channel>,
    /// The lines.
    pub members: Vec<(CaseId, Candidate)>,
}

/// Lines by message: by currency, apart from them what goes to the team, and what a person moved.
#[derive(Default)]
pub(super) struct Groups(Vec<Group>);

impl Groups {
    /// Puts a line to those that it goes with.
    pub fn add(&mut self, currency: Currency, id: CaseId, candidate: Candidate) {
        let is_task = candidate.channel.is_for_team();
        let chosen = Some(candidate.channel).filter(|_| candidate.is_chosen());
        let same = |group: &&mut Group| (group.currency, group.is_task, group.chosen) == (currency, is_task, chosen);
        match self.0.iter_mut().find(same) {
            Some(group) => group.members.push((id, candidate)),
            None => self.0.push(Group { currency, is_task, chosen, members: vec![(id, candidate)] }),
        }
    }

    /// What was moved comes last, so that it joins what goes by that channel anyway; instalments come first,
    /// before others fill the cap.
    pub fn in_order(mut self) -> Vec<Group> {
        let has_instalment = |group: &Group| group.members.iter().any(|(_, candidate)| is_plan_step(&candidate.step));
        self.0.sort_by_key(|group| (group.chosen.is_some(), !has_instalment(group)));
        self.0
    }
}

/// Lines with their steps.
type Lines = Vec<(CaseId, Candidate)>;

/// Those that a message does not carry today, with what is asked for and why.
type Unsaid = Vec<(CaseId, i64, SkipReason)>;

/// One message for all members: the strictest step sets the tone and the channel. Those that it
/// cannot carry any more today come back.
pub(super) fn speak(outcome: &mut Outcome, group: Group, tonight: &mut Tonight<'_>) -> Unsaid {
    let as_of = tonight.as_of;
    let Group { currency, chosen, members, .. } = group;
    let Some(wanted) = Wanted::by(currency, chosen, &members) else { return Vec::new() };
    let (members, mut unsaid) = wanted.named(outcome, members, tonight);
    let Some(wanted) = Wanted::by(currency, chosen, &members) else { return unsaid };
    let index = match reminder_for(outcome, &wanted, tonight) {
        Ok(index) => index,
        Err(reason) => {
            unsaid.extend(members.into_iter().map(|(id, candidate)| (id, candidate.net_minor(), reason.clone())));
            return unsaid;
        }
    };
    let reminder_id = outcome.account.reminders[index].id.clone();
    for (id, candidate) in members {
        let line = Line { case: id.clone(), step: candidate.step.clone() };
        let reminder = &mut outcome.account.reminders[index];
        if !reminder.lines.contains(&line) {
            reminder.lines.push(line);
        }
        let segment = outcome.account.profile.segment.clone();
        let Some(case) = outcome.account.case_mut(&id) else { continue };
        if !segments::is_kept(case) {
            case.segment = segment;
        }
        let taken = StepTaken { step: candidate.step.clone(), on: as_of, channel: reminder_id.channel };
        case.taken.push(taken.clone());
        case.decision = Some((as_of, candidate.decision(reminder_id.clone())));
        claims::begin(outcome, &id, &taken, tonight.context);
    }
    let reminder = &outcome.account.reminders[index];
    let (step, lines) = (reminder.step.clone(), reminder.lines.len());
    outcome.entries.push(Entry::ReminderScheduled { reminder: reminder_id, step, lines });
    unsaid
}

/// The message that lines are to go with.
struct Wanted {
    currency: Currency,
    chosen: Option<Channel>,
    strictest: Candidate,
    /// What the lines come to.
    sum_minor: i64,
}

impl Wanted {
    /// The message of these lines; `None` without any.
    fn by(currency: Currency, chosen: Option<Channel>, lines: &[(CaseId, Candidate)]) -> Option<Self> {
        let candidates = lines.iter().map(|(_, candidate)| candidate);
        let strictest = candidates.clone().max_by_key(|candidate| (candidate.tone, candidate.rank))?.clone();
        let sum_minor = candidates.map(Candidate::net_minor).fold(0, i64::saturating_add);
        Some(Self { currency, chosen, strictest, sum_minor })
    }

    /// Those lines that the message names, and those that it has no room for: an SMS speaks of what is
    /// overdue, or else of what is due today, and never of both. A step that no word says is not taken.
    fn named(&self, outcome: &Outcome, lines: Lines, tonight: &Tonight<'_>) -> (Lines, Unsaid) {
        let (account, as_of) = (&outcome.account, tonight.as_of);
        let waiting = self.waiting(outcome, as_of).map(|index| &account.reminders[index]);
        if waiting.map_or(self.strictest.channel, |reminder| reminder.id.channel) != Channel::Sms {
            return (lines, Vec::new());
        }
        let open = net_open(account);
        let standing = |id: &CaseId| {
            let (case, net_minor) = open.iter().find(|(case, _)| case.id == *id)?;
            Some(InvoiceFacts::asked(account, case, *net_minor, tonight.context.settings, as_of)?.standing(as_of))
        };
        let said = waiting.and_then(|reminder| reminder.lines.iter().filter_map(|line| standing(&line.case)).min());
        // An instalment of which nothing was said has this day; the others have later ones.
        let untold = |id: &CaseId| {
            let case = account.case(id)?;
            part(account, case).filter(|part| !is_told(account, case, part, as_of))
        };
        let instalment = lines.iter().find(|(id, candidate)| is_plan_step(&candidate.step) && untold(id).is_some());
        let first = instalment.and_then(|(id, _)| standing(id));
        let spoken_of = said.or(first).or_else(|| lines.iter().filter_map(|(id, _)| standing(id)).min());
        let (named, unnamed): (Lines, Lines) = lines.into_iter().partition(|(id, _)| standing(id) == spoken_of);
        let too_soon = |(id, candidate): (CaseId, Candidate)| (id, candidate.net_minor(), SkipReason::TooSoon { last_on: as_of });
        (named, unnamed.into_iter().map(too_soon).collect())
    }

    fn is_task(&self) -> bool {
        self.strictest.channel.is_for_team()
    }

    /// The day's waiting reminder that the lines may join: by their own channel, or else by any where
    /// no person chose one.
    fn waiting(&self, outcome: &Outcome, as_of: NaiveDate) -> Option<usize> {
        let fits = |reminder: &Reminder| {
            reminder.id.as_of == as_of
                && reminder.id.currency == self.currency
                && reminder.id.channel.is_for_team() == self.is_task()
                && matches!(reminder.state, ReminderState::Draft | ReminderState::Scheduled)
        };
        let by = |channel| outcome.account.reminders.iter().position(|reminder| fits(reminder) && reminder.id.channel == channel);
        match self.chosen {
            Some(channel) => by(channel),
            None => by(self.strictest.channel).or_else(|| outcome.account.reminders.iter().position(fits)),
        }
    }
}

/// The day's waiting reminder, which further lines join, or a new one; else why there can be none.
fn reminder_for(outcome: &mut Outcome, wanted: &Wanted, tonight: &mut Tonight<'_>) -> Result<usize, SkipReason> {
    let (as_of, context) = (tonight.as_of, tonight.context);
    let settings = context.settings;
    let Candidate { tone, rank, channel, .. } = wanted.strictest;
    let is_task = wanted.is_task();
    if let Some(index) = wanted.waiting(outcome, as_of) {
        let waiting_rank = rank_of(outcome, index, settings);
        let reminder = &mut outcome.account.reminders[index];
        if (tone, rank) > (reminder.tone, waiting_rank) {
            reminder.step.clone_from(&wanted.strictest.step);
            reminder.tone = tone;
        }
        return Ok(index);
    }
    let least_minor = settings.policy.least_sums.of(wanted.currency);
    if !is_task && wanted.sum_minor < least_minor {
        let small = Small { sum_minor: wanted.sum_minor, currency: wanted.currency };
        return Err(SkipReason::TooSmall { least_minor, small: Some(small) });
    }
    // Other currencies may have filled the day already.
    let cap = settings.policy.week_cap;
    if let Some(messages) = cap.filter(|_| !is_task && Said::in_all(&outcome.account).below_cap_on(cap) > Some(as_of)) {
        return Err(SkipReason::CapReached { messages });
    }
    let zone = outcome.account.zone(settings);
    // A day that has not begun is not spoken on before it does.
    let now = context.now.max(instant(as_of, NaiveTime::MIN, settings.zone));
    let opens = settings.window(channel).next_open(now, zone, settings.calendar());
    if local_day(opens, settings.zone) > as_of {
        let closing = Closing { channel, until: settings.window(channel).until, zone };
        return Err(SkipReason::WindowClosed { closing: Some(closing) });
    }
    let id = ReminderId::new(as_of, channel, wanted.currency);
    // Another debtor that is this one now heard it already.
    if outcome.account.profile.ties.heard.iter().any(|heard| heard.reminder == id) {
        return Err(SkipReason::TooSoon { last_on: as_of });
    }
    // One per day, channel and currency, whatever became of it; one that a person emptied was never heard.
    let same = outcome.account.reminders.iter().position(|reminder| reminder.id == id);
    if same.is_some_and(|index| outcome.account.reminders[index].reason.as_deref().and_then(Cause::read) != Some(Cause::TakenOut)) {
        return Err(SkipReason::DayIsTaken { channel });
    }
    if let Some(messages) = tonight.messages.as_mut().filter(|_| !is_task) {
        *messages = messages.checked_sub(1).ok_or(SkipReason::RunCapReached { messages: settings.run_cap })?;
    }
    let reminder = Reminder {
        id,
        state: ReminderState::Scheduled,
        step: wanted.strictest.step.clone(),
        tone,
        lines: Vec::new(),
        created_at: context.now,
        check_at: Some(opens),
        attempts: 0,
        awaits_approval: false,
        claim: None,
        message_id: None,
        reason: None,
        settled_at: None,
        received: None,
    };
    match same {
        Some(index) => {
            outcome.account.reminders[index] = reminder;
            Ok(index)
        }
        None => {
            outcome.account.reminders.push(reminder);
            Ok(outcome.account.reminders.len() - 1)
        }
    }
}

/// Where the step that sets a reminder's tone stands in the ladder of its own invoice.
fn rank_of(outcome: &Outcome, index: usize, settings: &Settings) -> usize {
    let (account, reminder) = (&outcome.account, &outcome.account.reminders[index]);
    let strictest = reminder.lines.iter().filter(|line| line.step == reminder.step);
    let cases = strictest.filter_map(|line| account.case(&line.case));
    let ranks = cases
        .filter_map(|case| ladder_of(Climber::of(&account.profile, case, 0), &reminder.step, settings).rank(policy_step(&reminder.step)));
    ranks.max().unwrap_or(0)
}

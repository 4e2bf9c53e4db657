//! What one case is to hear on one day, and why: the step, or the reason for none.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::account::{Account, Case};
use super::calendar::OffDay;
use super::climb::{self, Climber, Said, Upcoming};
use super::creditor::{Mode, Settings};
use super::grounds::{self, Closing, Covered, Lack, Lacking, LastStep, Small, StepFacts, Way};
use super::ids::CaseId;
use super::instruction::Act;
use super::pending::Pending;
use super::plan::{self, Plan};
use super::plan_words;
use super::policy::{Channel, Step, Tone};
use super::reminder::ReminderId;
use super::stops::{Stop, free_from, stop_on};

/// What a hold covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldScope {
    /// One invoice.
    Invoice,
    /// Everything of one debtor.
    Debtor,
    /// Everything of the creditor.
    Creditor,
}

/// Why a case hears nothing, with the facts that it rests on; those that are optional were not kept by
/// earlier versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum SkipReason {
    /// The source marks it as a test or the like.
    NotRemindable,
    /// Money or credit notes without a case cover it.
    CoveredByCredit {
        /// How much of what.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sums: Option<Covered>,
    },
    /// The next step's day has not come.
    NotYet {
        /// The working day for which it is planned; it may go later, for the gap.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        planned_on: Option<NaiveDate>,
    },
    /// It was opened again on this day, on which nothing more is said of it.
    ReopenedToday,
    /// The team put the due date off, and that day has not passed.
    Extended {
        /// The last day to pay.
        until: NaiveDate,
    },
    /// The step's day has come, and something was said too recently.
    TooSoon {
        /// The last day on which something was said.
        last_on: NaiveDate,
    },
    /// The debtor has had as many messages in seven days as the policy allows.
    CapReached {
        /// How many these are.
        messages: u32,
    },
    /// What would be asked for is less than what the policy calls worth a message.
    TooSmall {
        /// The least sum, minor units.
        least_minor: i64,
        /// What it would be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        small: Option<Small>,
    },
    /// Nobody writes on a day off.
    DayOff {
        /// Why it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        off: Option<OffDay>,
    },
    /// The send window of the day has closed.
    WindowClosed {
        /// When.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closing: Option<Closing>,
    },
    /// The one message of the day by this channel went, or was called off: there is no second one.
    DayIsTaken {
        /// Which.
        channel: Channel,
    },
    /// None of the step's channels can be used.
    Unreachable {
        /// What each of them lacks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lacks: Vec<Lacking>,
    },
    /// The creditor is in trial and the address is not on its allow-list.
    NotOnAllowList {
        /// By which way it would have gone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<Channel>,
    },
    /// It is paid by instalments, and nothing is to be said before the next one.
    InPlan {
        /// The day of the instalment.
        pay_on: NaiveDate,
    },
    /// Its message would leave no day for the reminder of an instalment, which goes first.
    InstalmentFirst {
        /// The day of the instalment.
        pay_on: NaiveDate,
        /// The day on which that is reminded.
        until: NaiveDate,
    },
    /// No step is left that would be taken.
    LadderFinished {
        /// The last one that was; `None` where none was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last: Option<LastStep>,
    },
    /// A person said so for this day.
    Skipped {
        /// Why, as the person wrote it.
        note: String,
    },
    /// A person chose a channel for this day that cannot be used any more.
    ChannelGone {
        /// Which.
        channel: Channel,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lack: Option<Lack>,
    },
    /// Nobody approved it before its send window closed.
    NotApproved,
    /// The nights of the day have made as many messages as the settings allow.
    RunCapReached {
        /// How many these are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        messages: Option<u32>,
    },
    /// A stop is in force; its own name tells which.
    #[serde(untagged)]
    Stopped(Stop),
}

impl SkipReason {
    /// Its name, as in the API.
    pub fn name(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.get("why").and_then(|why| why.as_str()).unwrap_or("unknown").to_owned()
    }
}

/// What was decided for a case on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// It takes a step by a reminder.
    Step {
        /// The step.
        step: String,
        /// The reminder that carries it.
        reminder: ReminderId,
        /// What it rests on; not kept by earlier versions.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        facts: Option<Box<StepFacts>>,
    },
    /// It hears nothing.
    Skip {
        /// Why.
        #[serde(flatten)]
        reason: SkipReason,
        /// The step that comes next, if any.
        next_step: Option<String>,
        /// The day from which it may go.
        next_on: Option<NaiveDate>,
    },
}

/// A step that a case may take today, before cases are joined into reminders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The step.
    pub step: String,
    /// How it sounds.
    pub tone: Tone,
    /// Its place in the ladder.
    pub rank: usize,
    /// The channel by which this debtor can hear it.
    pub channel: Channel,
    /// What it rests on.
    pub facts: StepFacts,
}

impl Candidate {
    /// What is asked for of the case: what is open after netting, or its share of an instalment; minor
    /// units.
    pub fn net_minor(&self) -> i64 {
        self.facts.net_minor
    }

    /// Whether a person chose the channel: the line goes by it and by no other.
    pub fn is_chosen(&self) -> bool {
        self.facts.way == Way::Chosen
    }

    /// Its decision, as a line of a reminder.
    pub fn decision(self, reminder: ReminderId) -> Decision {
        let joined = reminder.channel != self.channel;
        let facts = StepFacts { way: if joined { Way::Joined } else { self.facts.way }, ..self.facts };
        Decision::Step { step: self.step, reminder, facts: Some(Box::new(facts)) }
    }
}

/// The channel by which a step can reach this debtor: the first of its own by which somebody can be.
///
/// Whatever roles it names: where nobody of them can be reached, the main contact is.
pub fn reachable_channel(account: &Account, step: &Step) -> Option<Channel> {
    step.channels.iter().copied().find(|channel| usable(account, *channel))
}

/// The channel by which a step of a case can go: as `reachable_channel`, without those by which its words
/// could not be made. Where that was so of all, the team is told to speak to the debtor, so that the case
/// goes on.
pub fn channel_of(account: &Account, case: &CaseId, name: &str, step: &Step) -> Option<Channel> {
    let first = reachable_channel(account, step)?;
    let wordless = |channel: Channel| {
        let same = account.reminders.iter().filter(|reminder| reminder.id.channel == channel && reminder.step == name);
        same.filter(|reminder| reminder.had_no_words()).flat_map(|reminder| &reminder.lines).any(|line| line.case == *case)
    };
    if !wordless(first) {
        return Some(first);
    }
    let mut others = step.channels.iter().copied().filter(|channel| usable(account, *channel));
    Some(others.find(|channel| !wordless(*channel)).unwrap_or(Channel::Task))
}

/// Whether anything can go by a channel: a task for the team always can.
pub fn usable(account: &Account, channel: Channel) -> bool {
    grounds::lack(account, channel).is_none()
}

/// How much of each open case is left after money that belongs to no case, the oldest due first.
///
/// What is not asked for (test orders and the like) swallows none of that money.
pub fn net_open(account: &Account) -> Vec<(&Case, i64)> {
    let mut credit: Vec<(super::money::Currency, i64)> = Vec::new();
    let mut net = Vec::new();
    for case in account.open_cases() {
        let index = credit.iter().position(|(currency, _)| *currency == case.currency).unwrap_or_else(|| {
            credit.push((case.currency, account.credit_minor(case.currency)));
            credit.len() - 1
        });
        let covered = if case.remindable { credit[index].1.clamp(0, case.open_minor()) } else { 0 };
        credit[index].1 -= covered;
        net.push((case, case.open_minor() - covered));
    }
    net
}

/// Decides one case: a candidate step, or the reason for none.
///
/// `net_minor` is what is open of it after netting (`net_open`).
pub fn decide(account: &Account, case: &Case, net_minor: i64, settings: &Settings, as_of: NaiveDate) -> Result<Candidate, Decision> {
    decided(account, case, net_minor, settings, as_of, Pace::Kept)
}

/// The same for a step that a person sends now: neither its day nor the gap is waited for.
pub fn decide_now(account: &Account, case: &Case, net_minor: i64, settings: &Settings, as_of: NaiveDate) -> Result<Candidate, Decision> {
    decided(account, case, net_minor, settings, as_of, Pace::Now)
}

/// The same for an instalment of which nothing was said yet, and which goes along with another message.
pub fn decide_along(account: &Account, case: &Case, net_minor: i64, settings: &Settings, as_of: NaiveDate) -> Result<Candidate, Decision> {
    decided(account, case, net_minor, settings, as_of, Pace::Along)
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// The step's day, the gap and the cap.
    Kept,
    /// Nothing: a person sends it.
    Now,
    /// The gap of its own case: another message goes anyway.
    Along,
}

fn decided(
    account: &Account,
    case: &Case,
    net_minor: i64,
    settings: &Settings,
    as_of: NaiveDate,
    pace: Pace,
) -> Result<Candidate, Decision> {
    let climber = Climber::of(&account.profile, case, net_minor);
    let skip = |reason| skip(account, climber, settings, as_of, reason);
    if !case.remindable {
        return Err(skip(SkipReason::NotRemindable));
    }
    if let Some(stop) = stop_on(account, case, settings, as_of) {
        return Err(skip(SkipReason::Stopped(stop)));
    }
    if net_minor == 0 {
        return Err(skip(SkipReason::CoveredByCredit { sums: Some(Covered::of(account, case)) }));
    }
    let part = plan::part(account, case);
    let in_plan = part.map(|part| SkipReason::InPlan { pay_on: part.on });
    let asked_minor = part.map_or(net_minor, |part| part.share_minor);
    let said = Said::before(account, as_of);
    let next = match (pace, part) {
        (Pace::Kept, _) => upcoming(account, climber, settings, &said, as_of),
        (Pace::Now, Some(part)) => plan_words::next_now(account, climber, &part, settings, as_of),
        (Pace::Now, None) => climb::next_now(climber, settings, as_of).map(Into::into),
        (Pace::Along, Some(part)) => plan_words::next_along(account, climber, &part, settings, as_of),
        (Pace::Along, None) => None,
    };
    let Some(next) = next.filter(|_| asked_minor > 0) else {
        let crowded = part.filter(|part| part.share_minor > 0 && pace == Pace::Kept);
        let crowded = crowded.and_then(|part| plan_words::crowded_out(account, climber, &part, settings, &said, as_of));
        return Err(skip(crowded.or(in_plan).unwrap_or_else(|| SkipReason::LadderFinished { last: LastStep::of(case) })));
    };
    let later = || {
        let why = in_plan.clone().filter(|_| next.planned > as_of);
        skip(why.unwrap_or_else(|| why_later(case, &next, settings, &said, as_of)))
    };
    let reached_by = channel_of(account, &case.id, &next.id, next.rung.step);
    // Whom nothing reaches, no later day reaches either.
    if next.earliest > as_of && (next.planned > as_of || reached_by.is_some()) {
        return Err(later());
    }
    let (channel, way) = match case.instruction(as_of).map(|word| &word.act) {
        Some(Act::Skip { note }) => return Err(skip(SkipReason::Skipped { note: note.clone() })),
        Some(Act::By { channel }) => match grounds::lack(account, *channel) {
            None => (*channel, Way::Chosen),
            lack => return Err(skip(SkipReason::ChannelGone { channel: *channel, lack })),
        },
        Some(Act::Approve) | None => match (reached_by, grounds::lacks(account, next.rung.step, reached_by)) {
            (Some(channel), lacks) if lacks.is_empty() => (channel, Way::First),
            (Some(channel), lacks) => (channel, Way::Fallback(lacks)),
            (None, lacks) => return Err(skip(SkipReason::Unreachable { lacks })),
        },
    };
    if next.earliest > as_of {
        return Err(later());
    }
    let listed_only = settings.mode == Mode::Trial;
    let recipients = listed_only.then(|| account.recipients(channel, next.rung.step.audience())).flatten();
    if recipients.is_some_and(|all| all.only(|address| settings.may_write_to(address)).is_none()) {
        return Err(skip(SkipReason::NotOnAllowList { channel: Some(channel) }));
    }
    let (due_on, due) = grounds::due(case, part.as_ref());
    let facts = StepFacts {
        due_on,
        due,
        anchor: next.counted.anchor,
        counted_from: next.counted.on,
        planned_on: next.planned,
        net_minor: asked_minor,
        segment: climber.segment.map(str::to_owned),
        policy_version: if part.is_some() { settings.policy.version } else { settings.policy_of(case).version },
        way,
        sent_now: pace == Pace::Now,
    };
    Ok(Candidate { step: next.id.into_owned(), rank: next.rank, tone: next.rung.tone(), channel, facts })
}

/// The next step of a case, by its plan where it has one, else by its ladder; and the first day, from
/// `from` on, on which it may be said.
pub fn upcoming<'p>(account: &Account, climber: Climber<'_>, settings: &'p Settings, said: &Said, from: NaiveDate) -> Option<Upcoming<'p>> {
    match plan::part(account, climber.case) {
        Some(part) => plan_words::next(account, climber, &part, settings, said, from),
        None => climb::next(climber, settings, said, from).map(Into::into),
    }
}

/// What a case would hear on a day, or why nothing and what comes next; `None` if it is not open.
pub fn outlook(account: &Account, id: &CaseId, settings: &Settings, as_of: NaiveDate) -> Option<Decision> {
    let (case, net_minor) = net_open(account).into_iter().find(|(case, _)| case.id == *id)?;
    Some(match decide(account, case, net_minor, settings, as_of) {
        Err(skip) => skip,
        Ok(candidate) => {
            let reminder = ReminderId::new(as_of, candidate.channel, case.currency);
            candidate.decision(reminder)
        }
    })
}

/// The reason for none, with the step that comes next and the first later day on which it may go,
/// where that day is known: nobody knows how long a hold without an end or a missing address lasts.
pub fn skip(account: &Account, climber: Climber<'_>, settings: &Settings, as_of: NaiveDate, reason: SkipReason) -> Decision {
    let case = climber.case;
    let from = match &reason {
        SkipReason::Stopped(_)
        | SkipReason::NotYet { .. }
        | SkipReason::ReopenedToday
        | SkipReason::Extended { .. }
        | SkipReason::InPlan { .. }
        | SkipReason::TooSoon { .. }
        | SkipReason::CapReached { .. }
        | SkipReason::DayOff { .. }
        | SkipReason::WindowClosed { .. }
        | SkipReason::DayIsTaken { .. }
        | SkipReason::Skipped { .. }
        | SkipReason::ChannelGone { .. }
        | SkipReason::NotApproved
        | SkipReason::RunCapReached { .. } => as_of.succ_opt().and_then(|day| free_from(account, case, settings, day)),
        SkipReason::InstalmentFirst { until, .. } => free_from(account, case, settings, *until),
        SkipReason::NotRemindable
        | SkipReason::CoveredByCredit { .. }
        | SkipReason::TooSmall { .. }
        | SkipReason::Unreachable { .. }
        | SkipReason::NotOnAllowList { .. }
        | SkipReason::LadderFinished { .. } => None,
    };
    let earliest = from.unwrap_or(as_of);
    let next = upcoming(account, climber, settings, &Said::before(account, earliest), earliest);
    let reason = match reason {
        // Of the very step that is named: what is said today may pass over one.
        SkipReason::NotYet { .. } => SkipReason::NotYet { planned_on: next.as_ref().map(|next| next.planned) },
        other => other,
    };
    Decision::Skip {
        reason,
        next_on: next.as_ref().map(|next| next.earliest).filter(|_| from.is_some()),
        next_step: next.map(|next| next.id.into_owned()),
    }
}

fn why_later(case: &Case, next: &Upcoming<'_>, settings: &Settings, said: &Said, as_of: NaiveDate) -> SkipReason {
    let until = settings.dates(case).due;
    if next.planned > as_of && case.extension.is_some() && as_of <= until {
        return SkipReason::Extended { until };
    }
    if next.planned > as_of {
        return SkipReason::NotYet { planned_on: Some(next.planned) };
    }
    if case.reopened_on == Some(as_of) {
        return SkipReason::ReopenedToday;
    }
    let off = settings.calendar().off_day(as_of);
    if off.is_some() {
        return SkipReason::DayOff { off };
    }
    let cap = settings.policy.week_cap;
    if let Some(messages) = cap.filter(|cap| !next.rung.step.is_task() && said.below_cap_on(Some(*cap)) > Some(as_of)) {
        return SkipReason::CapReached { messages };
    }
    let own_last = case.taken.iter().map(|taken| taken.on).max();
    let last_on = own_last.max(said.last()).unwrap_or(as_of);
    SkipReason::TooSoon { last_on }
}

/// The day, from `from` on, on which this account is to be looked at next; `None` with no open case.
///
/// The earliest of the next steps, the ends of holds and a heartbeat of 30 days.
pub fn wake_on(account: &Account, settings: &Settings, from: NaiveDate) -> Option<NaiveDate> {
    let heartbeat = from + Days::new(30);
    let said = Said::before(account, from);
    let looks = net_open(account).into_iter().map(|(case, net_minor)| {
        let stop = stop_on(account, case, settings, from);
        // Nobody has said yet that it waits for the team.
        let unsaid = matches!(stop, Some(Stop::FirstRunGuarded { .. } | Stop::TooOld { .. })) && case.decision.is_none();
        // What its record names as the reason is over by then.
        if let Some((_, Decision::Skip { reason: SkipReason::Stopped(recorded), .. })) = &case.decision
            && stop != Some(*recorded)
        {
            return from;
        }
        if let Some(stop) = stop.filter(|_| !unsaid) {
            return stop.until().and_then(|day| day.succ_opt()).unwrap_or(heartbeat);
        }
        // Its time is over: it is to be found broken, or not come.
        if case.promise.is_some() || case.pending.as_ref().is_some_and(Pending::is_awaited) || unsaid {
            return from;
        }
        // A person said something about a day: it may make a way that the ladder does not know.
        let said_for =
            case.instructions.iter().map(|word| word.on).filter(|on| *on >= from && account.profile.evaluated_on < Some(*on)).min();
        let climber = Climber::of(&account.profile, case, net_minor);
        let missed_on = plan::part(account, case).and_then(|part| Plan::waits_until(settings, part.on).succ_opt());
        let next_on = match upcoming(account, climber, settings, &said, from) {
            Some(next) if case.remindable && net_minor > 0 => {
                let waits = next.planned >= from || reachable_channel(account, next.rung.step).is_some();
                // What reaches nobody may lapse, and the rung after it may go by another channel.
                let lapses = || next.lapses_after.and_then(|last| last.succ_opt()).unwrap_or(heartbeat);
                if waits { next.earliest } else { lapses() }
            }
            _ => heartbeat,
        };
        let next_on = said_for.map_or(next_on, |on| on.min(next_on));
        missed_on.map_or(next_on, |day| next_on.min(day.max(from)))
    });
    // What nobody approves on its day is decided anew on the next, and stands on that day's list.
    let unapproved = account.reminders.iter().filter(|reminder| reminder.awaits_approval).map(|reminder| reminder.id.as_of + Days::new(1));
    let unapproved = unapproved.min().map(|day| day.max(from));
    looks.min().map(|day| unapproved.map_or(day, |again| again.min(day)).min(heartbeat))
}

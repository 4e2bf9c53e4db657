//! One rung of the ladder: a step, for the first time or again.

use std::borrow::Cow;

use chrono::{Days, NaiveDate};

use super::{Anchor, Start, Step, Template, Tone, Tones, Unit};
use crate::domain::calendar::Calendar;

/// A step, for the `time`-th time.
#[derive(Debug, Clone, Copy)]
pub struct Rung<'p> {
    /// The step.
    pub step: &'p Step,
    /// Its place among the steps.
    pub index: usize,
    /// For the how manieth time, from 1.
    pub time: usize,
    /// Between which tones its ladder stays.
    pub tones: Tones,
}

/// The dates of a case from which steps are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    /// Date of issue.
    pub issued: NaiveDate,
    /// The due date, shifted where settings say so.
    pub due: NaiveDate,
}

/// The day from which a rung is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Which that is.
    pub anchor: Start,
    /// The day.
    pub on: NaiveDate,
}

impl<'p> Rung<'p> {
    /// Its name on cases and reminders: the step's id; `chase.2` for the second time.
    pub fn id(&self) -> Cow<'p, str> {
        if self.time == 1 { Cow::Borrowed(self.step.id.as_str()) } else { Cow::Owned(format!("{}.{}", self.step.id, self.time)) }
    }

    /// How it sounds on its ladder.
    pub fn tone(&self) -> Tone {
        self.tones.of(self.step.tone)
    }

    /// The template that its step names.
    pub fn template(&self) -> Option<Template> {
        self.step.template.map(|template| self.tones.template(template))
    }

    /// Where its days begin, and how many there are.
    fn anchor(&self) -> Anchor {
        match self.step.repeat.filter(|_| self.time > 1) {
            Some(repeat) => {
                let days = i32::try_from(repeat.every_days).unwrap_or(i32::MAX);
                Anchor { from: Start::Previous, days, unit: self.step.anchor.unit }
            }
            None => self.step.anchor,
        }
    }

    /// From which day it is counted. `previous` is the day of the rung before.
    pub fn counted(&self, dates: Dates, previous: NaiveDate) -> Counted {
        let anchor = self.anchor().from;
        let on = match anchor {
            Start::Due => dates.due,
            Start::Issued => dates.issued,
            Start::Previous => previous,
        };
        Counted { anchor, on }
    }

    /// The day on which it is meant, before it is moved off days off. `previous` is the day of the
    /// rung before.
    pub fn meant_on(&self, dates: Dates, previous: NaiveDate, calendar: Calendar<'_>) -> NaiveDate {
        let Anchor { days, unit, .. } = self.anchor();
        let Counted { on: start, .. } = self.counted(dates, previous);
        match unit {
            Unit::Working => calendar.add_working_days(start, days),
            Unit::Calendar => {
                let distance = Days::new(u64::from(days.unsigned_abs()));
                let moved = if days < 0 { start.checked_sub_days(distance) } else { start.checked_add_days(distance) };
                moved.unwrap_or(start)
            }
        }
    }

    /// The last day on which it still makes sense. What is said before or on the due date would be
    /// untrue afterwards, so such a rung lapses; one after the due date never does.
    pub fn lapses_after(meant_on: NaiveDate, dates: Dates) -> Option<NaiveDate> {
        match meant_on.cmp(&dates.due) {
            std::cmp::Ordering::Less => dates.due.pred_opt(),
            std::cmp::Ordering::Equal => Some(dates.due),
            std::cmp::Ordering::Greater => None,
        }
    }
}

/// Takes a rung's name apart.
pub(super) fn parse(rung: &str) -> (&str, usize) {
    match rung.split_once('.') {
        Some((id, time)) => (id, time.parse().unwrap_or(0)),
        None => (rung, 1),
    }
}

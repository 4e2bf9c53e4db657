//! The list of tomorrow: what the team has to say of it, and how much may be on it.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use upominek::domain::reminder::ReminderId;

use super::messages::Asked;
use super::{Broke, Observer, ladder};
use crate::model::Word;

/// What the settings say of lists, and what went of them.
#[derive(Debug, Default)]
pub(super) struct List {
    /// Somebody has to look at what goes out.
    pub approval: bool,
    /// Since when that is so, or is not.
    pub approval_since: NaiveDate,
    /// Since when which cap.
    pub caps: Vec<(NaiveDate, Option<u32>)>,
    /// Messages of each day that its nights made.
    made: BTreeMap<NaiveDate, u32>,
}

impl List {
    /// The largest cap of a day, where all of it was capped.
    fn cap_on(&self, day: NaiveDate) -> Option<u32> {
        let before = self.caps.iter().rev().find(|(since, _)| *since < day).and_then(|(_, most)| *most);
        let on = self.caps.iter().filter(|(since, _)| *since == day).map(|(_, most)| *most);
        on.chain([before]).collect::<Option<Vec<u32>>>()?.into_iter().max()
    }

    /// Whether the nights of a day may be capped.
    pub fn is_capped_on(&self, day: NaiveDate) -> bool {
        self.caps.iter().rev().find(|(since, _)| *since <= day).is_some_and(|(_, most)| most.is_some()) || self.cap_on(day).is_some()
    }
}

impl Observer {
    /// What the team said of the lines of a reminder is done, and what it has to say it said.
    pub(super) fn the_team_agrees(
        &self,
        reminder: &ReminderId,
        by_hand: bool,
        live: &[(String, &Asked)],
        place: &str,
    ) -> Result<(), Broke> {
        for (bill, asked) in live {
            let word = self.model.bills.get(bill).and_then(|bill| bill.words.get(&reminder.as_of));
            let agreed = match word {
                Some(Word::LeftOut) => return Err(("what the team left out does not go", format!("{place}: {bill}"))),
                Some(Word::By(channel, _)) if *channel != reminder.channel => {
                    return Err(("a line goes the way that the team chose", format!("{place}: {bill} was to go by {channel:?}")));
                }
                Some(Word::By(_, sum) | Word::Approved(sum)) => asked.net <= *sum,
                None => false,
            };
            if self.list.approval && !by_hand && ladder::is_heard(reminder.channel) && !agreed {
                return Err(("nothing goes that nobody approved", format!("{place}: {bill} with {}, {word:?} was said", asked.net)));
            }
        }
        Ok(())
    }

    /// The nights of a day make no more messages than they may; what a person sends or moves is not counted.
    pub(super) fn cap_is_kept(&mut self, reminder: &ReminderId, by_hand: bool) -> Result<(), Broke> {
        if by_hand || !ladder::is_heard(reminder.channel) {
            return Ok(());
        }
        let made = self.list.made.entry(reminder.as_of).or_default();
        *made += 1;
        let made = *made;
        match self.list.cap_on(reminder.as_of) {
            Some(most) if made > most => Err(("the nights of a day keep to their cap", format!("{made} of {most} on {}", reminder.as_of))),
            _ => Ok(()),
        }
    }

    /// Whether the team stands between a bill and its next word: it left it out, or has to approve it.
    pub(super) fn waits_for_the_team(&self, bill: &crate::model::Bill, today: NaiveDate) -> bool {
        let lately = today - Days::new(4);
        self.list.approval
            || self.list.approval_since > lately
            || bill.words.range(lately..).any(|(_, word)| !matches!(word, Word::Approved(_)))
    }
}

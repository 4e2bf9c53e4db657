//! What the dispatcher does around the core: it re-checks with `message::facts` at the moment of
//! sending, and settles.

use chrono::NaiveDate;

use super::world::{Said, World};
use crate::domain::approval::awaited;
use crate::domain::handle::{Command, settle};
use crate::domain::message::facts::facts;
use crate::domain::reminder::{ReminderId, ReminderState};

impl World {
    /// Sends what waits for a day, each after its re-check.
    pub fn send(&mut self, on: NaiveDate) {
        self.at(on, "10:00:00");
        for id in self.waiting(on) {
            let reminder = self.account.reminders.iter().find(|one| one.id == id).unwrap();
            if !awaited(&self.account, reminder, &self.settings).is_empty() {
                continue;
            }
            match self.wording(&id, on) {
                Some(said) => {
                    self.settle(&id, ReminderState::Sent);
                    self.said.push(said);
                }
                None => self.unsaid(&id, ReminderState::Cancelled, false),
            }
        }
    }

    pub fn waiting(&self, on: NaiveDate) -> Vec<ReminderId> {
        let waiting = self.account.reminders.iter().filter(|one| one.id.as_of == on && one.state == ReminderState::Scheduled);
        waiting.map(|one| one.id.clone()).collect()
    }

    /// What a reminder would say if it went now.
    pub fn wording(&self, id: &ReminderId, on: NaiveDate) -> Option<Said> {
        let reminder = self.account.reminders.iter().find(|one| one.id == *id)?;
        let said = facts(&self.account, reminder, &self.settings, on, "https://pay.example/p/x")?;
        let live = reminder.lines.iter().filter(|line| self.account.case(&line.case).is_some_and(|case| case.closed.is_none()));
        let mut lines: Vec<_> = live.map(|line| (line.case.external.clone(), line.step.clone())).collect();
        lines.sort();
        Some(Said { on, channel: id.channel, currency: id.currency, lines, demand_minor: said.demand_minor })
    }

    pub fn settle(&mut self, id: &ReminderId, state: ReminderState) {
        let now = self.now;
        let reminder = self.account.reminders.iter_mut().find(|one| one.id == *id).unwrap();
        settle(reminder, state, None, Some(now));
    }

    pub fn unsaid(&mut self, id: &ReminderId, state: ReminderState, block_address: bool) {
        let reason = "a test says so".to_owned();
        let recipients = self.account.recipients(id.channel, Default::default()).filter(|_| block_address);
        let block = recipients.iter().flat_map(|all| all.iter()).map(str::to_owned).collect();
        self.apply(&Command::Unsaid { reminder: id.clone(), state, reason, block });
    }
}

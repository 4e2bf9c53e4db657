//! The list of tomorrow: approved by the team, and held against what the night does.

use chrono::NaiveDate;
use upominek::ports::store::PlanLine;

use super::{Broken, Done, Play, Wrong};
use crate::executor::Job;

impl Play<'_> {
    /// The team goes through the list of a day, debtor by debtor.
    pub(super) async fn approve_all(&self, line: usize) -> bool {
        let mut all = true;
        for debtor in self.script.debtors.iter().filter_map(|debtor| self.world.faults.debtor(&debtor.id)) {
            let account = self.world.account(&debtor);
            if let Some(command) = account.and_then(|account| self.command(&self.script.lines[line].what, &account)) {
                all &= self.world.command(line, &debtor, None, &command).await.is_ok();
            }
        }
        all
    }

    /// A dry run of today, then its night, with nothing beside them: both say the same.
    pub(super) fn night_as_planned(&self, today: NaiveDate) -> Result<(), Wrong> {
        let name = format!("dry-{today}");
        self.world.together(vec![Box::pin(async { Done::Line(self.world.dry(&name, today).await.is_ok()) }) as Job<'_, Done>]);
        let planned: Vec<PlanLine> = self.world.store.pages(&name).into_iter().flat_map(|page| page.plan).collect();
        self.world.together(vec![self.night(today)]);
        for line in planned {
            let Some(account) = self.world.account(&line.debtor) else { continue };
            let decided = account.case(&line.case).and_then(|case| case.decision.clone()).map(|(_, decision)| decision);
            if decided.as_ref() != Some(&line.decision) && self.broken != Broken::SkipsNights {
                let what = format!("{} {}: {:?} was planned, {decided:?} was decided", line.debtor, line.case, line.decision);
                return Err(Wrong { at: self.world.clock.time(), rule: "a dry run says what the night does", what });
            }
        }
        Ok(())
    }
}

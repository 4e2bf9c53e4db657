//! What is no work of anybody: settings, disturbances, faults.

use upominek::domain::account::Hold;
use upominek::domain::approval::Approval;
use upominek::domain::creditor::Settings;
use upominek::domain::first_run::FirstRun;
use upominek::domain::interest::{BusinessInterest, ConsumerInterest};

use super::{Play, policy};
use crate::faults::{Armed, Fault};
use crate::model::Charges;
use crate::script::{Line, What};

impl Play<'_> {
    /// What is no work of anybody: it is so from now on. `false` for a line that is work.
    pub(super) fn circumstance(&mut self, line: usize) -> bool {
        let Line { at, what } = &self.script.lines[line];
        let world = &self.world;
        if what.disturbs() {
            self.observer.disturbed(world.today());
        }
        match what {
            What::NoNight => self.no_night_on = Some(world.today()),
            What::Outage { until } => {
                self.outage_until = Some(*until);
                self.observer.disturbed(until.date_naive());
            }
            What::Poison { debtor } => {
                world.faults.poison(debtor, true);
                self.observer.poisoned(debtor, true);
            }
            What::Cure { debtor } => {
                world.faults.poison(debtor, false);
                self.observer.poisoned(debtor, false);
            }
            What::Fault { effect, fault, debtor } => {
                let fault = Fault::parse(fault).unwrap_or(Fault::StopBefore);
                self.observer.faulty(debtor.as_deref(), fault);
                world.faults.arm(Armed { customer: debtor.clone(), effect: effect.clone(), fault });
            }
            What::HoldAll { until } => {
                let hold = Hold { reason: "the script says so".to_owned(), from: world.today(), until: *until };
                world.set_settings(Settings { hold: Some(hold), ..(*world.settings()).clone() });
                self.observer.held_all(Some(*until), *at);
            }
            What::ReleaseAll => {
                world.set_settings(Settings { hold: None, ..(*world.settings()).clone() });
                self.observer.held_all(None, *at);
            }
            What::Policy { name } => {
                let next = world.settings().with_policy(policy(name));
                self.observer.new_policy(&next.policy, world.today(), *at);
                world.set_settings(next);
            }
            What::Charge { businesses, consumers, compensation } => {
                let mut settings = (*world.settings()).clone();
                let charging = &mut settings.side_claims;
                charging.businesses = if *businesses { BusinessInterest::PlCommercial } else { BusinessInterest::None };
                charging.consumers = if *consumers { ConsumerInterest::PlStatutory } else { ConsumerInterest::None };
                charging.compensation = *compensation;
                world.set_settings(settings);
                self.observer.charges(Charges { businesses: *businesses, consumers: *consumers, compensation: *compensation });
            }
            _ => return self.rule_of_lists(line),
        }
        true
    }

    /// What the settings say of lists and of invoices that come overdue. `false` for a line that is work.
    fn rule_of_lists(&mut self, line: usize) -> bool {
        let Line { at, what } = &self.script.lines[line];
        let world = &self.world;
        match what {
            What::Approval { required } => {
                let approval = if *required { Approval::Required } else { Approval::None };
                if !self.ignores(what) {
                    world.set_settings(Settings { approval, ..(*world.settings()).clone() });
                }
                self.observer.new_approval(*required, world.today(), *at);
            }
            What::Cap { most } => {
                if !self.ignores(what) {
                    world.set_settings(Settings { run_cap: *most, ..(*world.settings()).clone() });
                }
                self.observer.new_cap(*most, world.today());
            }
            What::FirstRun { mode, older } => {
                let first_run = FirstRun { mode: *mode, older_than: *older };
                if !self.ignores(what) {
                    world.set_settings(Settings { first_run, ..(*world.settings()).clone() });
                }
                self.observer.new_first_run(first_run, world.today(), *at);
            }
            _ => return false,
        }
        true
    }
}

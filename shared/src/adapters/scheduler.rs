//! One-off schedules for send windows, and the nightly schedule of each creditor.

use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::error::ProvideErrorMetadata;
use aws_sdk_scheduler::types::{ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, ScheduleState, Target};
use chrono::{DateTime, Timelike, Utc};

use crate::domain::creditor::Settings;
use crate::domain::ids::CreditorId;
use crate::ports::outside::{OutsideError, ReleaseScheduler};

/// Where schedules live, and whom they wake.
#[derive(Debug, Clone)]
pub struct Schedules {
    client: Client,
    group: String,
    role_arn: String,
    target_arn: String,
    enabled: bool,
}

impl Schedules {
    /// Schedules in a group that wake one function. On a stack whose clock is set by hand they are
    /// made disabled: the driver of that clock fires them.
    pub fn new(client: Client, group: &str, role_arn: &str, target_arn: &str, enabled: bool) -> Self {
        Self { client, group: group.to_owned(), role_arn: role_arn.to_owned(), target_arn: target_arn.to_owned(), enabled }
    }

    fn target(&self, input: &str) -> Result<Target, OutsideError> {
        let target = Target::builder().arn(&self.target_arn).role_arn(&self.role_arn).input(input);
        target.build().map_err(|source| OutsideError::new("the scheduler", source))
    }

    fn state(&self) -> ScheduleState {
        if self.enabled { ScheduleState::Enabled } else { ScheduleState::Disabled }
    }

    /// Makes or changes the nightly schedule of a creditor, in its own zone. The schedule hands on
    /// the time for which it was meant, so that a late start still evaluates the right day.
    pub async fn night(&self, settings: &Settings) -> Result<(), OutsideError> {
        let name = format!("night-{}", settings.creditor);
        let expression = format!("cron({} {} * * ? *)", settings.night_at.minute(), settings.night_at.hour());
        let input = format!(r#"{{"creditor":"{}","scheduled_at":"<aws.scheduler.scheduled-time>"}}"#, settings.creditor);
        let window = whole_window()?;
        let made = self
            .client
            .create_schedule()
            .name(&name)
            .group_name(&self.group)
            .schedule_expression(&expression)
            .schedule_expression_timezone(settings.zone.name())
            .flexible_time_window(window.clone())
            .state(self.state())
            .target(self.target(&input)?)
            .send()
            .await;
        match made {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ConflictException") => {
                let update = self.client.update_schedule().name(&name).group_name(&self.group);
                let update = update.schedule_expression(&expression).schedule_expression_timezone(settings.zone.name());
                let update = update.flexible_time_window(window).state(self.state()).target(self.target(&input)?);
                update.send().await.map(|_| ()).map_err(|source| OutsideError::new("the scheduler", source))
            }
            Err(error) => Err(OutsideError::new("the scheduler", error)),
        }
    }
}

fn whole_window() -> Result<FlexibleTimeWindow, OutsideError> {
    let window = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build();
    window.map_err(|source| OutsideError::new("the scheduler", source))
}

impl ReleaseScheduler for Schedules {
    async fn release_at(&self, creditor: &CreditorId, at: DateTime<Utc>, partition: u8) -> Result<(), OutsideError> {
        // Named by what it does, so that making it twice is one schedule.
        let name = format!("release-{creditor}-{}-{partition}", at.format("%Y%m%dT%H%M%S"));
        let made = self
            .client
            .create_schedule()
            .name(name)
            .group_name(&self.group)
            .schedule_expression(format!("at({})", at.format("%Y-%m-%dT%H:%M:%S")))
            .schedule_expression_timezone("UTC")
            .flexible_time_window(whole_window()?)
            .action_after_completion(ActionAfterCompletion::Delete)
            .state(self.state())
            .target(self.target(&format!(r#"{{"kind":"release","partition":{partition}}}"#))?)
            .send()
            .await;
        match made {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ConflictException") => Ok(()),
            Err(error) => Err(OutsideError::new("the scheduler", error)),
        }
    }
}

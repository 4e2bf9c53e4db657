//! The schedules as they stand in the scheduler, and the functions that they wake.

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use chrono::{DateTime, SecondsFormat, Utc};
use upominek::ports::outside::OutsideError;
use upominek::runtime::Failed;

use crate::timetable::{Planned, When};

/// The group of schedules of this deployment.
pub struct Schedules {
    scheduler: aws_sdk_scheduler::Client,
    lambda: aws_sdk_lambda::Client,
    group: String,
}

impl Schedules {
    /// The schedules of a group.
    pub fn new(aws: &upominek::runtime::AwsConfig, group: &str) -> Self {
        Self { scheduler: aws_sdk_scheduler::Client::new(aws), lambda: aws_sdk_lambda::Client::new(aws), group: group.to_owned() }
    }

    /// Every schedule of the group.
    pub async fn all(&self) -> Result<Vec<Planned>, Failed> {
        let listed = self.scheduler.list_schedules().group_name(&self.group).send().await?;
        let mut all = Vec::new();
        for name in listed.schedules.iter().filter_map(|schedule| schedule.name()) {
            let got = self.scheduler.get_schedule().group_name(&self.group).name(name).send().await?;
            let expression = got.schedule_expression().unwrap_or_default();
            let when = When::parse(expression, got.schedule_expression_timezone());
            let when =
                when.ok_or_else(|| OutsideError::new("a schedule", format!("{name} has a form that the test clock does not know")))?;
            let target = got.target().ok_or_else(|| OutsideError::new("a schedule", format!("{name} has no target")))?;
            let input = target.input().unwrap_or("{}").to_owned();
            all.push(Planned { name: name.to_owned(), when, target: target.arn().to_owned(), input });
        }
        Ok(all)
    }

    /// Wakes the schedule's function and waits for it. A one-off is gone before, as AWS deletes it.
    pub async fn fire(&self, planned: &Planned, at: DateTime<Utc>) -> Result<(), Failed> {
        if matches!(planned.when, When::At(_)) {
            self.scheduler.delete_schedule().group_name(&self.group).name(&planned.name).send().await?;
        }
        let time = at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let input = planned.input.replace("<aws.scheduler.scheduled-time>", &time);
        let invoke = self.lambda.invoke().function_name(&planned.target).invocation_type(InvocationType::RequestResponse);
        let answer = invoke.payload(Blob::new(input)).send().await?;
        if answer.function_error().is_some() {
            return Err(OutsideError::new("a scheduled function", format!("{} failed: see its log", planned.name)).into());
        }
        Ok(())
    }
}

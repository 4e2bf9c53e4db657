//! The dispatch of one channel as a Lambda function: a queue of reminders, a sender.

use aws_lambda_events::event::sqs::SqsEvent;
use chrono::NaiveDate;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use super::creditors::Creditors;
use super::{Clients, WallClock, batch};
use crate::adapters::dynamodb::Table;
use crate::adapters::kms::Vault;
use crate::adapters::sqs::Queues;
use crate::app::AppError;
use crate::app::apply::Setting;
use crate::app::dispatch::{Dispatcher, Sender};
use crate::app::list_mail;
use crate::domain::ids::{CreditorId, DebtorId};
use crate::domain::reminder::ReminderId;
use crate::ports::outside::{Clock, EmailSender, OutsideError, SmsSender, Work};
use crate::ports::tenant::{Proof, Tenant};

struct Function<'a, E, S> {
    table: Table,
    vault: Vault,
    queues: Queues,
    clock: WallClock,
    creditors: Creditors,
    link_base_url: &'a str,
    sender: Sender<'a, E, S>,
}

/// Serves the channel's queue.
///
/// # Errors
/// Those of the Lambda runtime.
pub async fn serve<E: EmailSender, S: SmsSender>(clients: &Clients, sender: Sender<'_, E, S>) -> Result<(), Error> {
    let table = clients.table();
    let function = Function {
        vault: clients.vault(),
        queues: clients.queues(),
        clock: WallClock::new(&table),
        creditors: Creditors::new(&table),
        link_base_url: &clients.config.link_base_url,
        sender,
        table,
    };
    let function = &function;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(batch::each(event.payload, |work| function.dispatch(work)).await)
    }))
    .await
}

impl<E: EmailSender, S: SmsSender> Function<'_, E, S> {
    async fn dispatch(&self, work: Work) -> Result<(), AppError> {
        match work {
            Work::Dispatch { creditor, debtor, reminder } => self.send(&creditor, &debtor, &reminder).await,
            Work::List { creditor, day } => self.mail_list(&creditor, day).await,
            Work::Shard { .. } | Work::Account { .. } | Work::Replay { .. } | Work::Reconcile { .. } => Ok(()),
        }
    }

    async fn mail_list(&self, creditor: &CreditorId, day: NaiveDate) -> Result<(), AppError> {
        let Sender::Email(sender) = self.sender else { return Ok(()) };
        let now = self.clock.now().await?;
        let tenant = Tenant::proven(creditor.clone(), Proof::OwnMessage);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(()) };
        let setting = Setting { settings: &known.settings, now };
        let mailed = list_mail::send(&self.table.of(&tenant), &self.clock, sender, day, setting).await?;
        tracing::info!(%creditor, %day, outcome = ?mailed, "a list was to be mailed");
        Ok(())
    }

    async fn send(&self, creditor: &CreditorId, debtor: &DebtorId, reminder: &ReminderId) -> Result<(), AppError> {
        let now = self.clock.now().await?;
        let tenant = Tenant::proven(creditor.clone(), Proof::OwnMessage);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(()) };
        let keys = known.secrets(&self.vault, "link").await?;
        let link_key = keys.first().ok_or_else(|| OutsideError::new("the creditor's link key", "it was never made"))?;
        let dispatcher = Dispatcher {
            store: &self.table.of(&tenant),
            queue: &self.queues,
            clock: &self.clock,
            sender: self.sender,
            setting: Setting { settings: &known.settings, now },
            link_key,
            link_base_url: self.link_base_url,
        };
        let dispatched = dispatcher.dispatch(debtor, reminder).await?;
        tracing::info!(%creditor, %debtor, %reminder, outcome = ?dispatched, "dispatched");
        Ok(())
    }
}

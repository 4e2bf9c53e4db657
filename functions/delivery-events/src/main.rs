//! SES events, through a topic and a queue: evidence, bounces, complaints.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;
use upominek::adapters::dynamodb::Table;
use upominek::adapters::sqs::Queues;
use upominek::app::AppError;
use upominek::app::apply::{Setting, and_evaluate};
use upominek::app::delivery::{DeliveryEvent, DeliveryFact, read_ses};
use upominek::app::tenant::{Proof, Tenant};
use upominek::domain::handle::Command;
use upominek::domain::reminder::ReminderState;
use upominek::ports::outside::Clock;
use upominek::runtime::creditors::Creditors;
use upominek::runtime::{Clients, WallClock, batch};

/// What the topic hands to the queue.
#[derive(Debug, Deserialize)]
struct Envelope {
    #[serde(rename = "Message")]
    message: String,
}

struct Function {
    table: Table,
    queues: Queues,
    clock: WallClock,
    creditors: Creditors,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clients = Clients::start().await;
    let table = clients.table();
    let function = Function {
        queues: clients.queues(),
        clock: WallClock::new(&table),
        creditors: Creditors::new(&table),
        table,
    };
    let function = &function;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(batch::each(event.payload, |envelope: Envelope| function.take(envelope)).await)
    }))
    .await
}

impl Function {
    async fn take(&self, envelope: Envelope) -> Result<(), AppError> {
        let Some(event) = read_ses(&envelope.message) else {
            tracing::info!("an event that is about no reminder of ours");
            return Ok(());
        };
        let now = self.clock.now().await?;
        let tenant = Tenant::proven(event.creditor.clone(), Proof::OwnMessage);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(()) };
        let store = self.table.of(&tenant);
        let DeliveryEvent { creditor, debtor, reminder, message_id, what } = event;
        let (suppressed, why) = match &what {
            DeliveryFact::Bounced(addresses) => (addresses.as_slice(), "it bounced for good"),
            DeliveryFact::Complained(addresses) => (addresses.as_slice(), "its reader complained"),
            _ => (&[][..], ""),
        };
        for address in suppressed {
            store.suppress(address, why, now).await?;
        }
        if what == DeliveryFact::Went {
            store.proven_sent(&debtor, &reminder, &message_id, now).await?;
        }
        if matches!(what, DeliveryFact::Bounced(_) | DeliveryFact::Rejected) {
            let block_address = matches!(what, DeliveryFact::Bounced(_));
            let reason = if block_address { "the address bounced for good" } else { "the provider rejected it" }.to_owned();
            let command = Command::Unsaid { reminder: reminder.clone(), state: ReminderState::Failed, reason, block_address };
            let setting = Setting { settings: &known.settings, now };
            and_evaluate(&store, &self.queues, &self.clock, &debtor, &command, setting).await?;
        }
        tracing::info!(%creditor, %debtor, %reminder, event = name(&what), "a delivery event was taken");
        Ok(())
    }
}

/// For the log: what happened, without to whom.
fn name(what: &DeliveryFact) -> &'static str {
    match what {
        DeliveryFact::Went => "went",
        DeliveryFact::Bounced(_) => "bounced",
        DeliveryFact::Complained(_) => "complained",
        DeliveryFact::Rejected => "rejected",
        DeliveryFact::Other => "other",
    }
}

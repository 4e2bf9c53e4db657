//! SES events, through a topic and a queue: evidence, bounces, complaints.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;
use upominek::adapters::dynamodb::Table;
use upominek::adapters::ses_events;
use upominek::adapters::sqs::Queues;
use upominek::app::AppError;
use upominek::app::apply::Setting;
use upominek::app::delivery;
use upominek::ports::delivery::{DeliveryEvent, DeliveryFact};
use upominek::ports::outside::Clock;
use upominek::ports::tenant::{Proof, Tenant};
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
    let function = Function { queues: clients.queues(), clock: WallClock::new(&table), creditors: Creditors::new(&table), table };
    let function = &function;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(batch::each(event.payload, |envelope: Envelope| function.take(envelope)).await)
    }))
    .await
}

impl Function {
    async fn take(&self, envelope: Envelope) -> Result<(), AppError> {
        let Some(event) = ses_events::read(&envelope.message) else {
            tracing::info!("an event that is about no reminder of ours");
            return Ok(());
        };
        let now = self.clock.now().await?;
        let tenant = Tenant::proven(event.creditor.clone(), Proof::OwnMessage);
        let Some(known) = self.creditors.get(&tenant, now).await? else { return Ok(()) };
        let setting = Setting { settings: &known.settings, now };
        delivery::take(&self.table.of(&tenant), &self.queues, &self.clock, &event, setting).await?;
        let DeliveryEvent { creditor, debtor, reminder, what, .. } = &event;
        tracing::info!(%creditor, %debtor, %reminder, event = name(what), "a delivery event was taken");
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

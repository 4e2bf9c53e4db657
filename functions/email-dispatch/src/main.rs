//! E-mails: reminders to debtors and tasks to the team: claimed, sent once, settled.

use upominek::app::dispatch::Sender;
use upominek::ports::outside::NoSms;
use upominek::runtime::{Clients, sending};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let clients = Clients::start().await;
    let ses = clients.ses();
    sending::serve(&clients, Sender::<_, NoSms>::Email(&ses)).await
}

//! SMS to debtors: claimed, sent once, settled.

use upominek::app::dispatch::Sender;
use upominek::ports::outside::NoEmail;
use upominek::runtime::{Clients, sending};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let clients = Clients::start().await;
    let sns = clients.sns();
    sending::serve(&clients, Sender::<NoEmail, _>::Sms(&sns)).await
}

//! Commands for whoever runs a deployment, as a Lambda function that is invoked directly. Nothing wakes
//! it but somebody with AWS credentials.

mod command;
mod failure;
mod fields;
mod operator;
mod purpose;

use command::Command;
use failure::Error;
use lambda_runtime::{LambdaEvent, service_fn};
use operator::Operator;
use serde_json::{Value, json};
use upominek::runtime::{Clients, Failed, WallClock, chain};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let clients = Clients::start().await;
    let table = clients.table();
    let operator = &Operator { clock: WallClock::new(&table), table, vault: clients.vault(), schedules: clients.nights() };
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| answer(operator, event.payload))).await
}

/// One line in the log for each command; arguments hold secrets and stay out.
async fn answer(operator: &Operator, payload: Value) -> Result<Value, Failed> {
    let command = match Command::read(payload) {
        Ok(command) => command,
        Err(failure) => {
            tracing::warn!(code = failure.code, "a command cannot be read");
            return Ok(json!({ "error": failure }));
        }
    };
    let (name, creditor) = command.about();
    let creditor = creditor.to_owned();
    match operator.carry_out(command).await {
        Ok(value) => {
            tracing::info!(command = name, creditor, "a command was carried out");
            Ok(value)
        }
        Err(Error::Caller(failure)) => {
            tracing::warn!(command = name, creditor, code = failure.code, "a command was refused");
            Ok(json!({ "error": failure }))
        }
        Err(error) => {
            tracing::error!(command = name, creditor, error = chain(&error), "a command stopped half-way");
            Err(error.into())
        }
    }
}

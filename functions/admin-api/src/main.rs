//! The admin API as a Lambda function behind the HTTP API.

use admin_api::gateway;
use admin_api::state::State;
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use upominek::runtime::Clients;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let router = admin_api::router(State::new(&Clients::start().await));
    lambda_runtime::run(service_fn(|event: LambdaEvent<ApiGatewayV2httpRequest>| {
        let router = router.clone();
        async move { gateway::serve(router, event.payload).await }
    }))
    .await
}

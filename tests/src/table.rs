//! A fresh table in an embedded DynamoDB, reached through the real SDK over HTTP.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType, ScalarAttributeType,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
    BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use upominek::adapters::dynamodb::Table;

use crate::tripwire::{Side, Tripwire};

/// What it is called.
pub const NAME: &str = "upominek-test";

/// Reports every request to the tripwire, and every write as an effect.
#[derive(Debug)]
struct Watch(Tripwire);

fn is_write(operation: &str) -> bool {
    matches!(operation, "PutItem" | "UpdateItem" | "DeleteItem" | "TransactWriteItems" | "BatchWriteItem")
}

fn operation(config: &ConfigBag) -> String {
    config.load::<Metadata>().map(|metadata| metadata.name().to_owned()).unwrap_or_default()
}

#[dyn_dispatch_hint]
impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "watch"
    }

    /// Asks the database to say what the request cost.
    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let body = request.body().bytes().unwrap_or_default();
        if let Ok(serde_json::Value::Object(mut fields)) = serde_json::from_slice(body) {
            fields.insert("ReturnConsumedCapacity".into(), "TOTAL".into());
            let body = serde_json::to_vec(&fields)?;
            request.headers_mut().insert("content-length", body.len().to_string());
            *request.body_mut() = body.into();
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = operation(config);
        self.0.count(&operation);
        if is_write(&operation) {
            self.0.effect(&operation, Side::Before);
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = operation(config);
        if is_write(&operation) {
            self.0.effect(&operation, Side::After);
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer: serde_json::Value =
            context.response().body().bytes().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let cost = &answer["ConsumedCapacity"];
        let costs = cost.as_array().cloned().unwrap_or_else(|| vec![cost.clone()]);
        let units: f64 = costs.iter().filter_map(|cost| cost["CapacityUnits"].as_f64()).sum();
        self.0.consume(is_write(&operation(config)), units);
        Ok(())
    }
}

/// A fresh table, watched by the tripwire, and the SDK's client of it.
pub async fn fresh(tripwire: &Tripwire) -> (Table, Client) {
    let database = dynoxide::Database::memory().expect("an in-memory database");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(format!("http://{address}"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .interceptor(Watch(tripwire.clone()))
        .build();
    let client = Client::from_conf(config);
    create(&client).await;
    tripwire.take_requests();
    (Table::new(client.clone(), NAME), client)
}

fn key(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build().expect("a key")
}

fn index(name: &str) -> GlobalSecondaryIndex {
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .key_schema(key(&format!("{name}_pk"), KeyType::Hash))
        .key_schema(key(&format!("{name}_sk"), KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build())
        .build()
        .expect("an index")
}

async fn create(client: &Client) {
    let names = ["PK", "SK", "agenda_pk", "agenda_sk", "lists_pk", "lists_sk"];
    let attributes = names.map(|name| {
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
        attribute.build().expect("an attribute")
    });
    client
        .create_table()
        .table_name(NAME)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key("PK", KeyType::Hash))
        .key_schema(key("SK", KeyType::Range))
        .set_attribute_definitions(Some(attributes.to_vec()))
        .global_secondary_indexes(index("agenda"))
        .global_secondary_indexes(index("lists"))
        .send()
        .await
        .expect("a table");
}

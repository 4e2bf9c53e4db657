//! What the integration tests stand on: a real DynamoDB in the process behind the real SDK, fakes
//! for what lies beyond it, and a tripwire that stops a function at any write.

pub mod bulk;
pub mod counter;
pub mod facts;
pub mod fakes;
pub mod pay_page;
pub mod stored;
pub mod table;
pub mod tripwire;
pub mod world;

//! The pure core: what a debtor hears, when, and why.
//!
//! Nothing here knows AWS, waits, reads a clock, an environment or a source of chance: `now`,
//! `as_of` and ids are arguments. Everything worth arguing about lives here and is tested as
//! given / when / then.

pub mod account;
pub mod ahead;
pub mod approval;
pub mod brand;
pub mod calendar;
pub mod cause;
pub mod claimed;
pub mod claimers;
pub mod climb;
pub mod contact;
pub mod course;
pub mod creditor;
pub mod debtor_word;
pub mod decide;
pub mod fact;
pub mod first_run;
pub mod grounds;
pub mod handle;
pub mod history;
pub mod hold_history;
pub mod ids;
pub mod instruction;
pub mod interest;
pub mod legal;
pub mod list;
pub mod locale;
pub mod message;
pub mod money;
pub mod owed;
pub mod past;
pub mod pending;
pub mod plan;
pub mod plan_words;
pub mod policy;
pub mod press;
pub mod provider;
pub mod record;
pub mod reminder;
pub mod score;
pub mod segments;
pub mod service;
pub mod settlement;
pub mod stops;
pub mod ties;
pub mod vat_relief;
pub mod window;

#[cfg(test)]
mod tests;

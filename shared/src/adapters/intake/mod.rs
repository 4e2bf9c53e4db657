//! Sources of invoices: each turns its own webhooks into the domain's facts.
//!
//! Owns the names of the sources and what they share: reading documents of others, checking
//! signatures, putting contacts into one form. Pure: nothing here reads a clock, a network or
//! an environment. It must not decide anything about a debtor; odd values become warnings.
//!
//! Invariants: no bytes from outside make it panic; an error never repeats a value that it was
//! given; no amount passes through a float's arithmetic.

mod document;
mod normalise;
pub mod shopify;
mod signature;
pub mod standard;

pub use normalise::{email, polish_phone as phone};

use crate::ports::intake::IntakeSource;

static SOURCES: [&(dyn IntakeSource + 'static); 2] = [&standard::Standard, &shopify::Shopify];

/// The source of that name, as it stands in the webhook's path.
pub fn source(name: &str) -> Option<&'static dyn IntakeSource> {
    SOURCES.into_iter().find(|source| source.name() == name)
}

/// The names of all sources.
pub fn names() -> impl Iterator<Item = &'static str> {
    SOURCES.into_iter().map(|source| source.name())
}

#[cfg(test)]
mod tests;

//! A simulated deployment: the core and the use cases over a world in memory, with a moving clock.
//!
//! Everything is decided by a seed or by a script; nothing reads a real clock or real chance.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod dice;
pub mod executor;
pub mod faults;
pub mod journal;
pub mod machine;
pub mod outside;
pub mod scenario;
pub mod store;
pub mod table;

#[cfg(test)]
mod smoke;

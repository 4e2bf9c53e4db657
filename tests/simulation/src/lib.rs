//! A simulated deployment: the core and the use cases over a world in memory, with a moving clock.
//!
//! Everything is decided by a seed or by a script; nothing reads a real clock or real chance.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod calendar;
pub mod dice;
pub mod executor;
pub mod faults;
pub mod generate;
pub mod journal;
pub mod machine;
pub mod model;
pub mod observer;
pub mod outside;
pub mod play;
pub mod reading;
pub mod scenario;
pub mod script;
pub mod shrink;
pub mod store;
pub mod table;
pub mod what;

#[cfg(test)]
mod runs;
#[cfg(test)]
mod smoke;

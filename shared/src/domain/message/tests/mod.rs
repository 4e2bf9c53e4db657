//! What messages promise, tried on invented accounts.

mod demand;
mod doors;
mod email;
mod over;
mod page;
mod service;
mod sms;
mod statement;
mod words;

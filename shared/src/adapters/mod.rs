//! What implements the ports. Only functions and tests name an adapter.

#[cfg(feature = "dynamodb")]
pub mod dynamodb;
pub mod intake;
#[cfg(feature = "kms")]
pub mod kms;
pub mod payments;
#[cfg(feature = "scheduler")]
pub mod scheduler;
#[cfg(feature = "ses")]
pub mod ses;
pub mod ses_events;
#[cfg(feature = "sns")]
pub mod sns;
#[cfg(feature = "sqs")]
pub mod sqs;

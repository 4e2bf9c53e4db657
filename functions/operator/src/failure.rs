//! What the operator is told when a command is not carried out: what is wrong, and what to do next.
//!
//! The caller's own mistakes are answers; what failed inside becomes a Lambda error, so that it counts
//! as one.

use serde::Serialize;
use upominek::fields::FieldError;
use upominek::ports::outside::OutsideError;
use upominek::ports::store::StoreError;

/// A command that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What kind of mistake, for programs.
    pub code: &'static str,
    /// What to do next, for people.
    pub message: String,
    /// Arguments or settings at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller has to change something.
    #[error("{}", .0.message)]
    Caller(Failure),
    /// The table did not do it.
    #[error("the command stopped half-way and may be given again")]
    Store(#[from] StoreError),
    /// The key service, the scheduler or the like did not do it.
    #[error("the command stopped half-way and may be given again")]
    Outside(#[from] OutsideError),
}

impl Failure {
    /// Without fields.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), errors: Vec::new() }
    }

    /// With the fields at fault.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let names: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        let message = format!("nothing was changed; put right: {}", names.join(", "));
        Self { code: "bad_fields", message, errors }
    }

    /// With one field at fault.
    pub fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::new(field, problem, "")])
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Caller(failure)
    }
}

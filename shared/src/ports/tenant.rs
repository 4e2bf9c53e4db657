//! Whose data a piece of work may touch: proven, never merely named.

use crate::domain::ids::CreditorId;

/// How it was proven that work belongs to a creditor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A webhook or callback verified under a secret of this creditor.
    Signature,
    /// A bearer token of this creditor.
    Token,
    /// A pay link that was made for this creditor.
    Link,
    /// A message on one of our own queues, or a schedule that we made.
    OwnMessage,
    /// Somebody with AWS credentials for the operator function.
    Operator,
    /// Reading the secrets and settings against which a signature is then checked.
    BeforeVerification,
}

/// A creditor whose data may be touched, with the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    creditor: CreditorId,
    proof: Proof,
}

impl Tenant {
    /// A creditor together with how that was proven.
    pub fn proven(creditor: CreditorId, proof: Proof) -> Self {
        Self { creditor, proof }
    }

    /// The creditor.
    pub fn creditor(&self) -> &CreditorId {
        &self.creditor
    }

    /// How it was proven.
    pub fn proof(&self) -> Proof {
        self.proof
    }
}

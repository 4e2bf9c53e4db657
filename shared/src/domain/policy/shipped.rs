//! The policies that are shipped: documents as a creditor would write them.

use std::sync::OnceLock;

use super::{Policy, from_text};

/// A shipped policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shipped {
    /// Few words and long pauses, for customers one wants to keep at almost any price.
    Gentle,
    /// The field's practice.
    Standard,
    /// Close and clear, with repeated firm reminders.
    Firm,
}

impl Shipped {
    /// All of them, the mildest first.
    pub const ALL: [Shipped; 3] = [Shipped::Gentle, Shipped::Standard, Shipped::Firm];

    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Shipped::Gentle => "gentle",
            Shipped::Standard => "standard",
            Shipped::Firm => "firm",
        }
    }

    /// Its document, in YAML with comments.
    pub fn text(self) -> &'static str {
        match self {
            Shipped::Gentle => include_str!("../../../policies/gentle.yaml"),
            Shipped::Standard => include_str!("../../../policies/standard.yaml"),
            Shipped::Firm => include_str!("../../../policies/firm.yaml"),
        }
    }

    /// The policy, as version 1.
    pub fn policy(self) -> Policy {
        static READ: [OnceLock<Policy>; 3] = [const { OnceLock::new() }; 3];
        let read = || {
            let policy = from_text(self.text()).unwrap_or_else(|errors| unreachable!("a test reads the shipped policies: {errors:?}"));
            Policy { version: 1, ..policy }
        };
        READ[self as usize].get_or_init(read).clone()
    }
}

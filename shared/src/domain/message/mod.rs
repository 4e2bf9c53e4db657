//! Everything that is said: e-mails, SMS and the pay page.
//!
//! Facts come first (`facts`, `page_facts`): what is open now, what of it is demanded and what
//! only mentioned. The renderers (`email`, `sms`, `page`) put facts into words and decide nothing.
//! What keeps holding: the amount shown is what is open after part payments, credit notes and
//! unallocated money, never below zero; an invoice before its due day is never demanded; a name
//! from outside never becomes markup, a header or a link.

mod clean;
mod deadline;
mod doors_view;
mod engine;
mod filters;
mod page_view;
mod rows;
mod view;

pub mod beside;
pub mod doors;
pub mod email;
pub mod facts;
pub mod format;
pub mod gsm;
pub mod invoice;
pub mod line;
pub mod list;
pub mod page;
pub mod page_facts;
pub mod qr;
pub mod service;
pub mod sms;
pub mod statement;
pub mod transfer;
pub mod voice;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

/// Why something could not be put into words. Never holds personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A template is broken or uses what the facts do not have.
    #[error("template {template} does not render: {what}, line {line}")]
    Template {
        /// Its name.
        template: String,
        /// The kind of mistake.
        what: String,
        /// Where.
        line: usize,
    },
    /// The policy's step names a template that there is no more.
    #[error("the policy's step names a template that there is no more")]
    NoTemplate,
    /// The formats of a language could not be loaded.
    #[error("no number or plural formats for {0}")]
    Formats(&'static str),
    /// The statement could not be written.
    #[error("the statement cannot be written")]
    Statement,
    /// The link holds characters that an SMS in GSM-7 cannot carry.
    #[error("the link holds characters beyond GSM-7")]
    LinkNotGsm,
    /// Even the shortest wording with the whole link and amount needs more parts than allowed.
    #[error("the shortest text needs {needed} parts, and {cap} are allowed")]
    TooLong {
        /// How many it needs.
        needed: usize,
        /// How many may be.
        cap: u8,
    },
}

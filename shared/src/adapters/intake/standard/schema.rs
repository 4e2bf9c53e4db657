//! The payloads of the own format as they stand on the wire.
//!
//! Owns the names of the fields. Their values are read late, so that an error can say where it
//! stands; fields that are not named here are allowed and mean nothing.

use serde::Deserialize;

use crate::adapters::intake::document::Field;

/// What every event looks like.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Envelope {
    /// What happened, such as `invoice.issued`. Required.
    #[serde(rename = "type")]
    pub(super) kind: Field,
    /// When it happened, an instant.
    pub(super) timestamp: Field,
    /// What it happened to: an object as the kind asks. Required.
    pub(super) data: Field,
}

/// `data` of the `invoice.…` events.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Invoice {
    /// The sender's id of the invoice. Required.
    pub(super) id: Field,
    /// Number as the debtor knows it. Required.
    pub(super) number: Field,
    /// Whole number that grows with each change. Required.
    pub(super) revision: Field,
    /// Day of issue. Required.
    pub(super) issued_on: Field,
    /// Due day; else the creditor's default term counts from the day of issue.
    pub(super) due_on: Field,
    /// ISO 4217 code. Required.
    pub(super) currency: Field,
    /// Gross total, decimal string in major units. Required.
    pub(super) total: Field,
    /// What was paid so far, decimal string in major units.
    pub(super) paid: Field,
    /// What it grants for early payment: [`Discount`].
    pub(super) discount: Field,
    /// Who owes it: [`Debtor`]. Required.
    pub(super) debtor: Field,
    /// Link to the document, `https://…`.
    pub(super) document_url: Field,
    /// Account to pay to, an IBAN; a Polish one may lack its `PL`.
    pub(super) payment_account: Field,
    /// KSeF number, 35 characters.
    pub(super) ksef_number: Field,
    /// `false` for a test and the like: kept, never reminded.
    pub(super) remindable: Field,
}

/// A discount for early payment (skonto): either `amount` or `percent`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Discount {
    /// The last day, from the issue to the due date. Required.
    pub(super) until: Field,
    /// How much less is then owed, decimal string in major units, above 0 and below the total.
    pub(super) amount: Field,
    /// The same as a part of the total, decimal string with up to two decimals, such as `"2"`.
    pub(super) percent: Field,
}

/// Who owes an invoice.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Debtor {
    /// The sender's id of the customer.
    pub(super) id: Field,
    /// Name as on the invoice. Required.
    pub(super) name: Field,
    /// NIP, or another country's number with its two letters before it.
    pub(super) tax_id: Field,
    /// E-mail address; of a list the first good one counts.
    pub(super) email: Field,
    /// Phone number, in any usual spelling.
    pub(super) phone: Field,
    /// Country, two letters; says how a phone number without `+` is meant. `PL` by default.
    pub(super) country: Field,
    /// Where letters go: [`Address`].
    pub(super) address: Field,
    /// Language tag, such as `pl` or `en-GB`.
    pub(super) language: Field,
    /// IANA name, such as `Europe/Warsaw`.
    pub(super) time_zone: Field,
    /// `business` or `consumer`; else a good tax id makes a business.
    pub(super) kind: Field,
    /// `true` for a public body; it is told apart from other companies. Not said, what was known stays.
    pub(super) public_body: Field,
}

/// Where letters go; without a street and a city it is left out.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Address {
    /// Street with its number, or what stands for it.
    pub(super) street: Field,
    /// Post code.
    pub(super) post_code: Field,
    /// Town.
    pub(super) city: Field,
    /// Country, two letters; else the debtor's.
    pub(super) country: Field,
}

/// How payments and credit notes name an invoice.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct InvoiceName {
    /// The sender's id of the invoice.
    pub(super) id: Field,
    /// Its KSeF number.
    pub(super) ksef_number: Field,
    /// Its number.
    pub(super) number: Field,
}

/// `data` of `credit_note.issued`, `payment.received` and `payment.refunded`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Movement {
    /// The sender's id of the credit note, payment or refund; counts once. Required.
    pub(super) id: Field,
    /// Number of the credit note; else its id.
    pub(super) number: Field,
    /// The payment that a refund takes back.
    pub(super) payment_id: Field,
    /// Which invoice is meant: [`InvoiceName`].
    pub(super) invoice: Field,
    /// Who paid, by the sender's customer id, where no invoice is named: the oldest due is paid.
    pub(super) debtor: Field,
    /// ISO 4217 code. Required.
    pub(super) currency: Field,
    /// Decimal string in major units, more than 0. Required.
    pub(super) amount: Field,
    /// When a payment was taken; else the event's own time counts.
    pub(super) paid_at: Field,
}

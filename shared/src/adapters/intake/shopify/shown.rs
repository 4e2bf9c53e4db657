//! Who owes an order, as far as Shopify shows it.
//!
//! Owns where names and contacts are looked for. It must not take a company's name for a company:
//! consumers write there what they like. A business is who has a tax id or buys in Shopify's
//! business-to-business checkout; of everybody else nothing is claimed, so they count as consumers.

use super::schema::{Address, B2bCompany, Customer, NoteAttribute, Order};
use crate::adapters::intake::document::Field;
use crate::adapters::intake::normalise::{self, Findings};
use crate::domain::creditor::Locale;
use crate::domain::fact::{DebtorFact, DebtorKind};
use crate::ports::intake::Unreadable;

/// Names under which checkouts keep a tax id, as letters only.
const TAX_ID_NOTES: [&str; 12] =
    ["nip", "nipfirmy", "numernip", "nipdofaktury", "nipue", "vatid", "vateu", "vatno", "vatnumber", "taxid", "taxnumber", "billingnip"];

/// The debtor of an order.
pub(super) fn debtor(order: &Order, findings: &mut Findings) -> Result<DebtorFact, Unreadable> {
    let customer: Customer = order.customer.object("customer")?.unwrap_or_default();
    let billing: Address = order.billing_address.object("billing_address")?.unwrap_or_default();
    let company: B2bCompany = order.company.object("company")?.unwrap_or_default();
    let tax_id = findings.tax_id(tax_id_note(order)?);
    let email = findings.email(vec![order.email.loose(), order.contact_email.loose(), customer.email.loose()]);
    let phones = vec![order.phone.loose(), billing.phone.loose(), customer.phone.loose()];
    let phone = findings.phone(phones, billing.country_code.loose().as_deref());
    findings.contacts(email.as_ref(), phone.as_ref());
    let buys_as_company = !company.id.is_absent();
    Ok(DebtorFact {
        external_id: customer.id.id("customer.id")?,
        kind: if buys_as_company { Some(DebtorKind::Business) } else { normalise::kind(tax_id.as_ref()) },
        tax_id,
        name: name(&billing, &customer),
        email,
        phone,
        locale: order.customer_locale.loose().and_then(|tag| Locale::from_tag(&tag)),
        zone: None,
        postal: normalise::postal(
            &[billing.address1.loose(), billing.address2.loose()],
            billing.zip.loose(),
            billing.city.loose(),
            billing.country_code.loose(),
        ),
        public_body: None,
    })
}

/// The company on the bill, else the person on it, else the customer; empty for a nameless guest.
fn name(billing: &Address, customer: &Customer) -> String {
    let joined = |first: &Field, last: &Field| {
        let words: Vec<String> = [first.loose(), last.loose()].into_iter().flatten().collect();
        Some(words.join(" ")).filter(|name| !name.is_empty())
    };
    let billed = || billing.name.loose().or_else(|| joined(&billing.first_name, &billing.last_name));
    let found = billing.company.loose().or_else(billed).or_else(|| joined(&customer.first_name, &customer.last_name));
    found.unwrap_or_default().chars().take(500).collect()
}

fn tax_id_note(order: &Order) -> Result<Option<String>, Unreadable> {
    let notes = order.note_attributes.list::<NoteAttribute>("note_attributes")?;
    let is_tax_id = |note: &NoteAttribute| {
        let name: String =
            note.name.loose().unwrap_or_default().chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
        TAX_ID_NOTES.contains(&name.as_str())
    };
    Ok(notes.into_iter().filter(|(_, note)| is_tax_id(note)).find_map(|(_, note)| note.value.loose()))
}

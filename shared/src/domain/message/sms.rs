//! SMS: one line in GSM-7, as long as the creditor is willing to pay for.
//!
//! A text that is too long is shortened by rule: first the contact goes, then the creditor's name
//! is cut, then the invoice's number gives way to a count, then the name goes. The link and the
//! amount always stay whole.

use minijinja::context;

use super::RenderError;
use super::clean::shorten;
use super::engine::render;
use super::facts::MessageFacts;
use super::format::{Formats, phone};
use super::gsm::{is_gsm, parts, transliterate};

/// A rendered SMS. It holds personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sms {
    /// GSM-7 only.
    pub text: String,
    /// How many parts it is billed as.
    pub parts: u8,
}

/// How much is said. Each level says less than the one before.
struct Level {
    phone: bool,
    number: bool,
    name_longest: usize,
    short: bool,
}

const LEVELS: [Level; 6] = [
    Level { phone: true, number: true, name_longest: 40, short: false },
    Level { phone: false, number: true, name_longest: 40, short: false },
    Level { phone: false, number: true, name_longest: 20, short: false },
    Level { phone: false, number: false, name_longest: 20, short: false },
    Level { phone: false, number: false, name_longest: 20, short: true },
    Level { phone: false, number: false, name_longest: 0, short: true },
];

/// The reminder as an SMS of at most `parts_cap` parts.
///
/// # Errors
/// `LinkNotGsm` or `TooLong` if no wording with the whole link and amount can go; `Template` or
/// `Formats` for a mistake of ours.
pub fn sms(facts: &MessageFacts, parts_cap: u8) -> Result<Sms, RenderError> {
    if !is_gsm(&facts.link) || facts.link.contains(char::is_whitespace) {
        return Err(RenderError::LinkNotGsm);
    }
    let mut needed = 0;
    for level in &LEVELS {
        let text = word(facts, level)?;
        needed = parts(&text).ok_or(RenderError::LinkNotGsm)?;
        if let Ok(parts) = u8::try_from(needed)
            && parts <= parts_cap
        {
            return Ok(Sms { text, parts });
        }
    }
    Err(RenderError::TooLong { needed, cap: parts_cap })
}

/// One wording. The link is put in after transliteration, so that nothing can change it.
fn word(facts: &MessageFacts, level: &Level) -> Result<String, RenderError> {
    let formats = Formats::new(facts.locale)?;
    let one = facts.demanded.first();
    let until = one.map(|invoice| formats.short_date(invoice.payable_until));
    let number = one.map(|invoice| shorten(&transliterate(&invoice.number), 30)).filter(|number| level.number && !number.is_empty());
    let view = context! {
        voice => facts.voice.name(),
        short => level.short,
        name => shorten(&transliterate(&facts.creditor.name), level.name_longest.max(1)).trim_matches(['…', ' ']),
        with_name => level.name_longest > 0 && !transliterate(&facts.creditor.name).is_empty(),
        phone => facts.creditor.contact_phone.as_deref().filter(|_| level.phone).map(phone),
        n => facts.demanded.len(),
        number,
        until,
        place => facts.plan.map(|plan| plan.place),
        of => facts.plan.map(|plan| plan.of),
        amount => formats.money(facts.demand_minor, facts.currency),
        pay_by => formats.short_date(facts.pay_by),
        link => LINK,
    };
    let text = render(&format!("sms/{}.txt", facts.locale.tag()), facts.locale, view)?;
    let (before, after) = text.split_once(LINK).unwrap_or((&text, ""));
    let pieces = [transliterate(before), facts.link.clone(), transliterate(after)];
    Ok(pieces.join(" ").trim_end().to_owned())
}

/// Stands for the link until the text around it is transliterated. Names cannot hold it: control
/// signs do not survive their own transliteration.
const LINK: &str = "\u{1}";

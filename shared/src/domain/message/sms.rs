//! SMS: one line, as long as the creditor is willing to pay for.
//!
//! Latin letters go as GSM-7, without the marks that it lacks. Ukrainian goes as it is written, since in
//! Latin letters it reads like a fraud; a part then holds 70 characters and less is said.
//!
//! A text that is too long is shortened by rule: first the contact goes, then the creditor's name
//! is cut, then the invoice's number gives way to a count, then the name goes, and at last every word
//! but the name. The link and the amount always stay whole.

use minijinja::context;

use super::RenderError;
use super::clean::{one_line, shorten};
use super::engine::render;
use super::facts::MessageFacts;
use super::format::{Formats, phone};
use super::gsm::{is_gsm, parts, transliterate};
use super::voice::Voice;
use crate::domain::creditor::Locale;

/// A rendered SMS. It holds personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sms {
    /// One line: GSM-7, or any letters in a language that GSM-7 cannot write.
    pub text: String,
    /// How many parts it is billed as.
    pub parts: u8,
}

/// How a language's letters go.
#[derive(Clone, Copy)]
pub(super) enum Letters {
    /// As GSM-7.
    Latin,
    /// As they are.
    Own,
}

impl Letters {
    pub(super) fn of(locale: Locale) -> Self {
        match locale {
            Locale::Pl | Locale::En | Locale::De | Locale::Cs => Self::Latin,
            Locale::Uk => Self::Own,
        }
    }

    /// The text in these letters and in one line.
    pub(super) fn write(self, text: &str) -> String {
        match self {
            Self::Latin => transliterate(text),
            Self::Own => one_line(text, usize::MAX),
        }
    }
}

/// How much is said. Each level says less than the one before.
struct Level {
    phone: bool,
    number: bool,
    name_longest: usize,
    words: Words,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// A sentence.
    All,
    /// What it is about.
    Few,
    /// None: the name, the amount and the link, which GSM-7 holds in any language.
    None,
}

const LEVELS: [Level; 8] = [
    Level { phone: true, number: true, name_longest: 40, words: Words::All },
    Level { phone: false, number: true, name_longest: 40, words: Words::All },
    Level { phone: false, number: true, name_longest: 20, words: Words::All },
    Level { phone: false, number: false, name_longest: 20, words: Words::All },
    Level { phone: false, number: false, name_longest: 20, words: Words::Few },
    Level { phone: false, number: false, name_longest: 0, words: Words::Few },
    Level { phone: false, number: false, name_longest: 20, words: Words::None },
    Level { phone: false, number: false, name_longest: 0, words: Words::None },
];

/// The reminder as an SMS of at most `parts_cap` parts.
///
/// # Errors
/// `NoTemplate` where its step names none that there is; `LinkNotGsm` or `TooLong` if no wording with the whole link and amount can go; `Template` or
/// `Formats` for a mistake of ours.
pub fn sms(facts: &MessageFacts, parts_cap: u8) -> Result<Sms, RenderError> {
    if facts.voice == Voice::Unknown {
        return Err(RenderError::NoTemplate);
    }
    if !is_gsm(&facts.link) || facts.link.contains(char::is_whitespace) {
        return Err(RenderError::LinkNotGsm);
    }
    let mut needed = 0;
    for level in &LEVELS {
        let text = match level.words {
            Words::None => bare(facts, level)?,
            Words::All | Words::Few => word(facts, level)?,
        };
        needed = parts(&text);
        if let Ok(parts) = u8::try_from(needed)
            && parts <= parts_cap
        {
            return Ok(Sms { text, parts });
        }
    }
    Err(RenderError::TooLong { needed, cap: parts_cap })
}

/// One wording. The link is put in after the letters are made, so that nothing can change it.
fn word(facts: &MessageFacts, level: &Level) -> Result<String, RenderError> {
    let (formats, letters) = (Formats::new(facts.locale)?, Letters::of(facts.locale));
    let one = facts.demanded.first();
    let until = one.map(|invoice| formats.short_date(invoice.payable_until));
    let number = one.map(|invoice| shorten(&letters.write(&invoice.number), 30)).filter(|number| level.number && !number.is_empty());
    let name = name(facts, level, letters);
    let view = context! {
        voice => facts.voice.name(),
        short => level.words == Words::Few,
        with_name => name.is_some(),
        name => name.unwrap_or_default(),
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
    Ok(with_link(&text, &facts.link, letters))
}

/// The text in a language's letters, with the link as it is.
pub(super) fn with_link(text: &str, link: &str, letters: Letters) -> String {
    let (before, after) = text.split_once(LINK).unwrap_or((text, ""));
    let pieces = [letters.write(before), link.to_owned(), letters.write(after)];
    pieces.join(" ").trim_end().to_owned()
}

/// The shortest: `Herbaciarnia: 223,45 PLN https://…`, always in GSM-7.
fn bare(facts: &MessageFacts, level: &Level) -> Result<String, RenderError> {
    let letters = Letters::Latin;
    let amount = letters.write(&Formats::new(facts.locale)?.money(facts.demand_minor, facts.currency));
    let pieces = [name(facts, level, letters).map(|name| format!("{}:", letters.write(&name))), Some(amount), Some(facts.link.clone())];
    Ok(pieces.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// The creditor's name, as long as the level lets it be.
fn name(facts: &MessageFacts, level: &Level, letters: Letters) -> Option<String> {
    let name = shorten(&letters.write(&facts.creditor.name), level.name_longest.max(1));
    let name = name.trim_matches(['…', ' ']);
    (level.name_longest > 0 && !letters.write(&facts.creditor.name).is_empty()).then(|| name.to_owned())
}

/// Stands for the link until the letters around it are made. Names cannot hold it: control signs do not
/// survive that.
pub(super) const LINK: &str = "\u{1}";

//! Who speaks, and how it sounds.

use super::clean::one_line;
use super::invoice::Standing;
use crate::domain::brand::Accents;
use crate::domain::creditor::Settings;
use crate::domain::policy::{Template, Tone};

/// In whose name is written, and whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditorFacts {
    /// The name that debtors know.
    pub name: String,
    /// Who answers questions.
    pub contact_name: String,
    /// That person's phone.
    pub contact_phone: Option<String>,
    /// Where answers go.
    pub reply_to: String,
    /// The colours of its pages; none for Upominek's own.
    pub accents: Option<Accents>,
    /// Its logo as a `data:` address.
    pub logo: Option<String>,
}

impl CreditorFacts {
    /// From the creditor's settings.
    pub fn of(settings: &Settings) -> Self {
        Self {
            name: one_line(&settings.name, 80),
            contact_name: one_line(&settings.contact_name, 80),
            contact_phone: settings.contact_phone.as_deref().map(|phone| one_line(phone, 30)).filter(|phone| !phone.is_empty()),
            reply_to: one_line(&settings.reply_to, 254),
            accents: settings.brand.accents(),
            logo: settings.brand.picture().map(str::to_owned),
        }
    }
}

/// What kind of message it is. It names the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Voice {
    /// Announces a due date to come. Demands nothing.
    Before,
    /// Announces that the due date is today. Demands nothing.
    DueDay,
    /// It may have slipped through.
    Friendly,
    /// Clear, with a day.
    Firm,
    /// The last one, and what comes next.
    Final,
    /// That of a template that there is no more: nothing is said in it.
    Unknown,
}

impl Voice {
    /// All that have words.
    pub const ALL: [Voice; 5] = [Voice::Before, Voice::DueDay, Voice::Friendly, Voice::Firm, Voice::Final];

    /// The name of its templates.
    pub fn name(self) -> &'static str {
        match self {
            Voice::Before => "before",
            Voice::DueDay => "due_day",
            Voice::Friendly => "friendly",
            Voice::Firm => "firm",
            Voice::Final => "final",
            Voice::Unknown => "unknown",
        }
    }

    /// The facts rule: what is not overdue is announced, whatever the tone.
    pub(super) fn of(standing: Standing, tone: Tone, template: Option<Template>) -> Self {
        let template = template.unwrap_or(match tone {
            Tone::Courtesy | Tone::Friendly => Template::Friendly,
            Tone::Firm => Template::Firm,
            Tone::Final => Template::Final,
        });
        match (standing, template) {
            (Standing::Ahead, _) => Voice::Before,
            (Standing::DueToday, _) => Voice::DueDay,
            (Standing::Overdue, Template::Friendly) => Voice::Friendly,
            (Standing::Overdue, Template::Firm) => Voice::Firm,
            (Standing::Overdue, Template::Final) => Voice::Final,
            (Standing::Overdue, Template::Unknown) => Voice::Unknown,
        }
    }
}

//! Segments as a policy writes them: who belongs to each, and what is different for them.

use serde::{Deserialize, Serialize};

use super::{Amounts, Step, Template, Tone};
use crate::domain::fact::DebtorKind;

/// The segments that everybody knows; a policy may have others of its own.
pub const STANDARD_SEGMENTS: [&str; 7] = ["public_body", "consumer", "large", "on_time", "always_late", "sometimes_late", "new"];

/// Who belongs to a segment. All that is said has to be true; what is not said does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    /// At least so many paid invoices are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_paid: Option<u32>,
    /// At least this share of the last 24 paid invoices was paid late, percent, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 100))]
    pub late_share_at_least: Option<u32>,
    /// At most this share was, percent, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 100))]
    pub late_share_at_most: Option<u32>,
    /// They were paid at least so many days late on average; in time counts as 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_days_late_at_least: Option<u32>,
    /// They were paid at most so many days late on average.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_days_late_at_most: Option<u32>,
    /// The debtor is known for at most so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_days_at_most: Option<u32>,
    /// At least this much is open, in one of the currencies, in major units: `PLN: "50000.00"`.
    #[serde(default, skip_serializing_if = "Amounts::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub open_at_least: Amounts,
    /// At least this much is open and was paid in this calendar year or the one before, whichever is more; in
    /// one of the currencies, in major units.
    #[serde(default, skip_serializing_if = "Amounts::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub turnover_at_least: Amounts,
    /// These kinds of debtor: `business`, `consumer`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<DebtorKind>,
    /// Marked as a public body by its source or by the team; or listed in `tax_ids`, where these are named, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public_body: bool,
    /// One of these tax ids: a NIP as ten digits, another country's with its two letters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tax_ids: Vec<String>,
}

impl Membership {
    /// Whether everybody belongs to it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether everybody who belongs to `other` surely belongs to it, too; decided condition by condition.
    pub(super) fn takes_all_of(&self, other: &Self) -> bool {
        let least = |own: Option<u32>, other: Option<u32>| own.is_none_or(|own| other.is_some_and(|other| other >= own));
        let most = |own: Option<u32>, other: Option<u32>| own.is_none_or(|own| other.is_some_and(|other| other <= own));
        least(self.least_paid, other.least_paid)
            && least(self.late_share_at_least, other.late_share_at_least)
            && most(self.late_share_at_most, other.late_share_at_most)
            && least(self.average_days_late_at_least, other.average_days_late_at_least)
            && most(self.average_days_late_at_most, other.average_days_late_at_most)
            && most(self.known_days_at_most, other.known_days_at_most)
            && one_of_reaches(&self.open_at_least, &other.open_at_least)
            && one_of_reaches(&self.turnover_at_least, &other.turnover_at_least)
            && (self.kinds.is_empty() || (!other.kinds.is_empty() && other.kinds.iter().all(|kind| self.kinds.contains(kind))))
            && self.lists_all_of(other)
    }

    /// The mark of a public body and the tax ids are alternatives.
    fn lists_all_of(&self, other: &Self) -> bool {
        let anybody = |one: &Self| !one.public_body && one.tax_ids.is_empty();
        anybody(self)
            || (!anybody(other)
                && (self.public_body || !other.public_body)
                && other.tax_ids.iter().all(|tax_id| self.tax_ids.contains(tax_id)))
    }
}

/// Whether one of the `own` amounts is reached wherever one of the `others` is.
fn one_of_reaches(own: &Amounts, others: &Amounts) -> bool {
    let reached = |(currency, other): (_, &i64)| own.0.get(currency).is_some_and(|least| least <= other);
    own.is_empty() || (!others.is_empty() && others.0.iter().all(reached))
}

/// A kind of debtor that is spoken to in its own way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Segment {
    /// `on_time`, `sometimes_late`, `always_late`, `new`, `large`, `public_body`, `consumer`, or a name of your
    /// own: 1 to 30 of a-z, 0-9 and _.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_]{1,30}$"))]
    pub name: String,
    /// Who belongs to it; without conditions everybody whom no segment before it took.
    #[serde(default, skip_serializing_if = "Membership::is_empty")]
    pub when: Membership,
    /// No message sounds stricter than this, whatever its step says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone_at_most: Option<Tone>,
    /// No message about what is overdue sounds softer than this: `friendly` or `firm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone_at_least: Option<Tone>,
    /// A ladder of its own, instead of the policy's `steps`; up to 200.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub steps: Vec<Step>,
}

/// Between which tones a segment's messages stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tones {
    /// None stricter.
    pub at_most: Option<Tone>,
    /// None softer, once something is overdue.
    pub at_least: Option<Tone>,
}

impl Tones {
    /// The tone of a step that says `tone`.
    pub fn of(self, tone: Tone) -> Tone {
        let raised = if tone == Tone::Courtesy { tone } else { tone.max(self.at_least.unwrap_or(tone)) };
        raised.min(self.at_most.unwrap_or(raised))
    }

    /// The template of a step that names one: none stricter than the strictest tone.
    pub fn template(self, template: Template) -> Template {
        match (template, self.at_most) {
            (Template::Unknown, _) => Template::Unknown,
            (_, Some(Tone::Courtesy | Tone::Friendly)) => Template::Friendly,
            (Template::Final, Some(Tone::Firm)) => Template::Firm,
            (named, _) => named,
        }
    }
}

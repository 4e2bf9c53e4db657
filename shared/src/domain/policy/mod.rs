//! The policy: the ladder of steps that an unpaid invoice climbs, and how often a debtor may be
//! spoken to.
//!
//! A policy is one document, in YAML or JSON, with a version. A case keeps the version with which it
//! was planned until it is re-planned on purpose.

mod amounts;
mod check;
mod check_segments;
mod ladder;
mod reach;
mod read;
mod rung;
mod score;
mod segment;
mod shipped;
mod stored;

use serde::{Deserialize, Serialize};

pub use amounts::Amounts;
pub use check::Places;
use check::problems;
pub use ladder::Ladder;
pub use read::{accepted, from_text};
pub use rung::{Counted, Dates, Rung};
pub use score::{Factor, FactorName, Score};
pub use segment::{Membership, STANDARD_SEGMENTS, Segment, Tones};
pub use shipped::Shipped;
pub(super) use stored::stored;

use super::contact::{Audience, Role};
use super::fact::DebtorKind;
use super::interest::ClaimKind;
use super::money::Currency;

/// By which way a reminder goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Channel {
    /// E-mail to the debtor.
    Email,
    /// SMS to the debtor.
    Sms,
    /// A call by the creditor's own team, told by e-mail with the number. It needs a phone number.
    Call,
    /// A letter that the creditor's own team sends, told by e-mail with the address. It needs a postal
    /// address.
    Letter,
    /// A task for the creditor's own team, told by e-mail. The debtor hears nothing.
    Task,
}

impl Channel {
    /// The channel's name as it stands in keys and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Sms => "sms",
            Channel::Call => "call",
            Channel::Letter => "letter",
            Channel::Task => "task",
        }
    }

    /// Whether it goes to the creditor's own team: we say nothing to the debtor by it.
    pub fn is_for_team(self) -> bool {
        match self {
            Channel::Email | Channel::Sms => false,
            Channel::Call | Channel::Letter | Channel::Task => true,
        }
    }
}

/// How a message sounds; it also names the template, where the step names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Tone {
    /// Before and on the due date: a courtesy.
    Courtesy,
    /// Shortly after: it may have slipped through.
    Friendly,
    /// Clear, with a deadline.
    Firm,
    /// The last one before the case is handed over.
    Final,
}

/// The shipped templates of what is overdue. What is not overdue is announced, whatever a step says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// It may have slipped through.
    Friendly,
    /// Clear, with a day.
    Firm,
    /// The last one, and what comes next.
    Final,
    /// One that there is no more, of a policy that was stored while there was. Nothing can be said by it; a
    /// policy that names it is not taken.
    #[serde(other)]
    Unknown,
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Template {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let text = utoipa::openapi::schema::ObjectBuilder::new().schema_type(utoipa::openapi::schema::Type::String);
        let about = "The shipped templates of what is overdue. What is not overdue is announced, whatever a step says.";
        text.enum_values(Some(["friendly", "firm", "final"])).description(Some(about)).into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Template {}

/// What goes with an e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Attachment {
    /// The statement of account: every open invoice as a table (CSV).
    Statement,
}

/// From where the days of a step are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Start {
    /// The due date, shifted off a day off where the creditor's settings say so.
    Due,
    /// The date of issue.
    Issued,
    /// The day on which the step before was taken; its planned day where it was passed over.
    Previous,
}

/// Which days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Unit {
    /// All of them.
    #[default]
    Calendar,
    /// Working days of the creditor's calendar.
    Working,
}

/// When a step's day comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Anchor {
    /// From where the days are counted.
    pub from: Start,
    /// How many days after it; negative is before it.
    pub days: i32,
    /// Which days count: all (`calendar`, the default), or `working` days.
    #[serde(default)]
    pub unit: Unit,
}

/// A step that comes again while the invoice is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Repeat {
    /// Days from one time to the next, 1 to 365.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub every_days: u32,
    /// How often in all, 2 to 50.
    #[cfg_attr(feature = "openapi", schema(minimum = 2, maximum = 50))]
    pub times: u32,
}

/// What has to be true for a step to be taken. What is not said does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conditions {
    /// At least this much of the invoice is open, by currency, in major units: `PLN: "100.00"`. A
    /// currency that is not named has no least amount.
    #[serde(default, skip_serializing_if = "Amounts::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub least_open: Amounts,
    /// Only these kinds of debtor: `business`, `consumer`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<DebtorKind>,
    /// Only invoices in these currencies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub currencies: Vec<Currency>,
    /// Only invoices of debtors in these segments of the policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
}

impl Conditions {
    /// Whether they hold for an invoice of which `open_minor` is open, of a debtor in a segment.
    pub fn hold(&self, kind: DebtorKind, segment: Option<&str>, currency: Currency, open_minor: i64) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && (self.segments.is_empty() || segment.is_some_and(|segment| self.segments.iter().any(|name| name == segment)))
            && (self.currencies.is_empty() || self.currencies.contains(&currency))
            && open_minor >= self.least_open.of(currency)
    }

    /// Whether they ask for nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One step of the ladder; with `repeat` it is several rungs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// Unique within the policy: `due-3`, `due`, `due+7`. 1 to 20 of a-z, 0-9, + and -.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9+-]{1,20}$"))]
    pub id: String,
    /// When its day comes.
    pub anchor: Anchor,
    /// The channels, the preferred one first; the next is taken where the debtor has no such address,
    /// or it bounced. The team's own come last: a `call` where there is a number, a `letter` where there
    /// is a postal address, and a `task`, which always succeeds.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 5))]
    pub channels: Vec<Channel>,
    /// To whom it goes: contacts with these roles. Nobody named, or none of them to be reached, is the
    /// main contact: the source's own, or who stands in for it. An SMS goes to the first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub to: Vec<Role>,
    /// Who gets a copy of its e-mail: contacts with these roles; where none can be reached, the main
    /// contact. Never anybody beside a consumer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub copies: Vec<Role>,
    /// How it sounds.
    pub tone: Tone,
    /// Its template once the invoice is overdue; without one the tone names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
    /// What goes with it by e-mail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What has to be true for it to be taken; else it is passed over.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub when: Conditions,
    /// What is claimed beside the invoice from this step on, where the settings charge it: `interest`,
    /// `compensation`. Only businesses owe compensation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 2))]
    pub claims: Vec<ClaimKind>,
    /// How it comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
}

impl Step {
    /// Whether it is meant for the creditor's own team: the debtor hears nothing.
    pub fn is_task(&self) -> bool {
        self.channels.first().is_some_and(|channel| channel.is_for_team())
    }

    /// The roles that it is for.
    pub fn audience(&self) -> Audience<'_> {
        Audience { to: &self.to, copies: &self.copies }
    }

    fn times(&self) -> usize {
        self.repeat.map_or(1, |repeat| repeat.times as usize)
    }
}

/// Which payments are confirmed by a message to the debtor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Receipts {
    /// Those by the pay page, the moment that their money came.
    #[default]
    Checkouts,
    /// Every one that fits, also what a source or the team tells.
    Every,
    /// None.
    Never,
}

/// What a promise to pay may say, and how long its money is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Promises {
    /// How many days ahead it may lie, 1 to 90.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 90))]
    pub most_days: u32,
    /// Working days after the promised one until it counts as broken, 0 to 10.
    #[cfg_attr(feature = "openapi", schema(maximum = 10))]
    pub grace_days: u32,
}

impl Default for Promises {
    fn default() -> Self {
        Self { most_days: 14, grace_days: 2 }
    }
}

/// What an instalment plan may say, and how long an instalment is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Plans {
    /// How many days ahead its last instalment may lie, 1 to 1,095.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1095))]
    pub most_days: u32,
    /// Working days after the day of an instalment until it counts as missed, 0 to 10.
    #[cfg_attr(feature = "openapi", schema(maximum = 10))]
    pub grace_days: u32,
}

impl Default for Plans {
    fn default() -> Self {
        Self { most_days: 365, grace_days: 3 }
    }
}

/// A creditor's ladder in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    /// Grows with each change; the cases keep theirs.
    #[serde(default)]
    pub version: u32,
    /// What people call it, 1 to 60 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
    /// The least distance between two messages to a debtor, and between two steps of a case, in days,
    /// 0 to 60.
    #[cfg_attr(feature = "openapi", schema(maximum = 60))]
    pub least_gap_days: u32,
    /// The most messages to a debtor in any seven local days, over all channels, 1 to 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 50))]
    pub week_cap: Option<u32>,
    /// The least sum worth a message, by currency, in major units: `PLN: "5.00"`.
    #[serde(default, skip_serializing_if = "Amounts::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub least_sums: Amounts,
    /// The most that is written off by rule of what is left when money came for an invoice, by currency,
    /// in major units, up to 10,000 minor units: `PLN: "1.00"`. Without an amount nothing is.
    #[serde(default, skip_serializing_if = "Amounts::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub write_off_up_to: Amounts,
    /// What a promise to pay may say.
    #[serde(default)]
    pub promises: Promises,
    /// What an instalment plan may say.
    #[serde(default)]
    pub plans: Plans,
    /// How many days a payment that is under way is waited for in silence, 1 to 30.
    #[serde(default = "five_days")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 30))]
    pub pending_days: u32,
    /// Which payments are confirmed to who paid, with what is left to pay.
    #[serde(default)]
    pub receipts: Receipts,
    /// The steps, in the order in which they are climbed, 1 to 200.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 200))]
    pub steps: Vec<Step>,
    /// Kinds of debtors by their own history, the first that fits wins; up to 20. Who fits none belongs to none
    /// and climbs `steps`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub segments: Vec<Segment>,
    /// The score for late payment, which orders the team's call list and nothing else.
    #[serde(default)]
    pub score: Score,
}

fn five_days() -> u32 {
    5
}

impl Default for Policy {
    fn default() -> Self {
        Shipped::Standard.policy()
    }
}

impl Policy {
    /// The rungs of its own ladder, which everybody climbs whose segment has none.
    pub fn rungs(&self) -> impl Iterator<Item = Rung<'_>> {
        self.ladder_of(None).rungs()
    }

    /// Where a rung stands in its own ladder; a higher rank is stricter. `None` for one that it does not
    /// have.
    pub fn rank(&self, rung: &str) -> Option<usize> {
        self.ladder_of(None).rank(rung)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_segments;

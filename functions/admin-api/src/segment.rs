//! A debtor's segment as the API shows it: its name, the rule that matched, and the figures.

use chrono::NaiveDate;
use serde::Serialize;
use upominek::domain::account::Account;
use upominek::domain::creditor::Settings;
use upominek::domain::fact::DebtorKind;
use upominek::domain::money::Currency;
use upominek::domain::segments::{Criterion, Held, held, segment_of};
use utoipa::ToSchema;

use crate::dto::Text;

/// A segment with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SegmentBecause {
    /// Its name in the policy.
    #[schema(example = "always_late")]
    pub segment: String,
    /// Its name for a person, and why the debtor is in it.
    pub text: Text,
    /// Every condition of it with what is true of the debtor; none for a segment of everybody else.
    pub conditions: Vec<Condition>,
}

/// A condition of a segment and the figure that it was held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Condition {
    /// As in the policy: `least_paid`, `late_share_at_least`, `late_share_at_most`, `average_days_late_at_least`,
    /// `average_days_late_at_most`, `known_days_at_most`, `open_at_least`, `turnover_at_least`, `kinds`,
    /// `public_body` or `tax_ids`.
    #[schema(example = "late_share_at_least")]
    pub condition: &'static str,
    /// What is true of the debtor: a number, in minor units where it is money; 1 for yes.
    pub figure: i64,
    /// What the policy asks for.
    pub bound: i64,
    /// The currency, where it is money.
    pub currency: Option<String>,
    /// The same for a person.
    pub text: Text,
}

impl SegmentBecause {
    /// The segment of an account on a day by the policy in force.
    pub fn of(account: &Account, settings: &Settings, today: NaiveDate) -> Option<Self> {
        let segment = segment_of(account, &settings.policy, settings, today)?;
        let conditions: Vec<Condition> = held(&segment.when, account, settings, today).into_iter().map(Condition::from).collect();
        let name = name(&segment.name);
        let join = |texts: Vec<&str>| texts.join(", ");
        let text = if conditions.is_empty() {
            Text::new(
                format!("{}: żaden z wcześniejszych segmentów nie pasuje.", name.pl),
                format!("{}: none of the segments before it fits.", name.en),
            )
        } else {
            let pl = join(conditions.iter().map(|condition| condition.text.pl.as_str()).collect());
            let en = join(conditions.iter().map(|condition| condition.text.en.as_str()).collect());
            Text::new(format!("{}: {pl}.", name.pl), format!("{}: {en}.", name.en))
        };
        Some(Self { segment: segment.name.clone(), text, conditions })
    }
}

/// The name of a segment for a person; one of the policy's own stands as it is.
fn name(segment: &str) -> Text {
    match segment {
        "on_time" => Text::new("Płaci w terminie", "Pays on time"),
        "sometimes_late" => Text::new("Czasem płaci po terminie", "Sometimes late"),
        "always_late" => Text::new("Stale płaci po terminie", "Always late"),
        "new" => Text::new("Nowy", "New"),
        "large" => Text::new("Duży", "Large"),
        "public_body" => Text::new("Podmiot publiczny", "Public body"),
        "consumer" => Text::new("Konsument", "Consumer"),
        own => Text::new(own, own),
    }
}

impl From<Held> for Condition {
    fn from(held: Held) -> Self {
        let Held { criterion, figure, bound } = held;
        let (condition, currency, text) = shown(criterion, figure, bound);
        Self { condition, figure, bound, currency: currency.map(|currency| currency.to_string()), text }
    }
}

fn shown(criterion: Criterion, figure: i64, bound: i64) -> (&'static str, Option<Currency>, Text) {
    let both = |pl: String, en: String| Text::new(pl, en);
    match criterion {
        Criterion::LeastPaid => (
            "least_paid",
            None,
            both(format!("zapłaconych faktur: {figure} (co najmniej {bound})"), format!("paid invoices: {figure} (at least {bound})")),
        ),
        Criterion::LateShareAtLeast => (
            "late_share_at_least",
            None,
            both(format!("po terminie: {figure}% (co najmniej {bound}%)"), format!("paid late: {figure}% (at least {bound}%)")),
        ),
        Criterion::LateShareAtMost => (
            "late_share_at_most",
            None,
            both(format!("po terminie: {figure}% (najwyżej {bound}%)"), format!("paid late: {figure}% (at most {bound}%)")),
        ),
        Criterion::AverageDaysLateAtLeast => (
            "average_days_late_at_least",
            None,
            both(
                format!("średnio dni po terminie: {figure} (co najmniej {bound})"),
                format!("days late on average: {figure} (at least {bound})"),
            ),
        ),
        Criterion::AverageDaysLateAtMost => (
            "average_days_late_at_most",
            None,
            both(
                format!("średnio dni po terminie: {figure} (najwyżej {bound})"),
                format!("days late on average: {figure} (at most {bound})"),
            ),
        ),
        Criterion::KnownDaysAtMost => (
            "known_days_at_most",
            None,
            both(format!("znany od dni: {figure} (najwyżej {bound})"), format!("known for days: {figure} (at most {bound})")),
        ),
        Criterion::OpenAtLeast(currency) => {
            let (have, ask) = (currency.decimal(figure), currency.decimal(bound));
            let text =
                both(format!("do zapłaty: {have} {currency} (co najmniej {ask})"), format!("open: {have} {currency} (at least {ask})"));
            ("open_at_least", Some(currency), text)
        }
        Criterion::TurnoverAtLeast(currency) => {
            let (have, ask) = (currency.decimal(figure), currency.decimal(bound));
            let text = both(
                format!("do zapłaty i zapłacone w ciągu roku: {have} {currency} (co najmniej {ask})"),
                format!("open and paid in a year: {have} {currency} (at least {ask})"),
            );
            ("turnover_at_least", Some(currency), text)
        }
        Criterion::Kind(DebtorKind::Business) => ("kinds", None, Text::new("firma", "a company")),
        Criterion::Kind(DebtorKind::Consumer) => ("kinds", None, Text::new("osoba prywatna", "a person")),
        Criterion::PublicBody => ("public_body", None, Text::new("oznaczony jako podmiot publiczny", "marked as a public body")),
        Criterion::TaxId => ("tax_ids", None, Text::new("NIP jest na liście", "its tax id is listed")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use upominek::domain::ids::{CreditorId, DebtorId};
    use upominek::domain::record::Paid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shown_for(change: impl Fn(&mut Account)) -> SegmentBecause {
        let creditor = CreditorId::parse("acme").unwrap();
        let settings = Settings::new(creditor.clone(), "Acme", "faktury@acme.example", chrono_tz::Europe::Warsaw);
        let mut account = Account::new(creditor, DebtorId::from_chance([7; 10]), 0, "2026-01-02T09:00:00Z".parse().unwrap());
        account.profile.kind = DebtorKind::Business;
        change(&mut account);
        SegmentBecause::of(&account, &settings, day("2026-06-01")).unwrap()
    }

    #[test]
    fn a_segment_tells_the_figures_that_it_rests_on() {
        let late = shown_for(|account| {
            for n in 0..4u64 {
                let due_on = day("2026-02-02") + Days::new(n);
                let paid = Paid { due_on, paid_on: due_on + Days::new(8), amount_minor: 100, currency: Currency::PLN };
                account.profile.record.add(paid);
            }
        });
        assert_eq!(late.segment, "always_late");
        assert_eq!(
            late.text.pl,
            "Stale płaci po terminie: zapłaconych faktur: 4 (co najmniej 3), po terminie: 100% (co najmniej 75%), średnio dni po terminie: 8 (co najmniej 3)."
        );
        assert_eq!(
            late.text.en,
            "Always late: paid invoices: 4 (at least 3), paid late: 100% (at least 75%), days late on average: 8 (at least 3)."
        );
        assert_eq!(late.conditions[1].condition, "late_share_at_least");
        assert_eq!((late.conditions[1].figure, late.conditions[1].bound), (100, 75));
    }

    #[test]
    fn the_segment_of_everybody_else_says_so() {
        let new = shown_for(|_| {});
        assert_eq!((new.segment.as_str(), new.text.en.as_str()), ("new", "New: none of the segments before it fits."));
        let consumer = shown_for(|account| account.profile.kind = DebtorKind::Consumer);
        assert_eq!(consumer.text.pl, "Konsument: osoba prywatna.");
        let public = shown_for(|account| account.profile.public_body = true);
        assert_eq!(public.text.en, "Public body: marked as a public body.");
    }
}

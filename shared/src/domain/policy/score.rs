//! The score for late payment as a policy writes it: which factors count, and how much.

use serde::{Deserialize, Serialize};

/// What a score may rest on. All of it is the account's own history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FactorName {
    /// The share of late ones among the last 24 paid invoices, percent.
    LateShare,
    /// Their days late on average.
    AverageDaysLate,
    /// The most days late among them.
    WorstRecent,
    /// How many promises were not kept.
    BrokenPromises,
    /// Days past its last day of the oldest invoice that is asked for.
    DaysOverdueNow,
    /// What is overdue now, in percent of what an invoice of the debtor usually comes to.
    OpenNow,
    /// How many of the first three paid invoices are still missing: 3 for somebody who paid none yet.
    NewDebtor,
}

impl FactorName {
    /// All of them.
    pub const ALL: [FactorName; 7] = [
        Self::LateShare,
        Self::AverageDaysLate,
        Self::WorstRecent,
        Self::BrokenPromises,
        Self::DaysOverdueNow,
        Self::OpenNow,
        Self::NewDebtor,
    ];
}

/// One factor: no points up to `from`, all of them from `to` on, in proportion between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Factor {
    /// What it looks at.
    pub factor: FactorName,
    /// The most points that it adds, 1 to 100; those of all factors come to 100.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100))]
    pub weight: u32,
    /// The figure up to which it adds none.
    pub from: u32,
    /// The figure from which it adds all.
    pub to: u32,
}

impl Factor {
    /// The points that a figure adds, 0 to `weight`, rounded down.
    pub fn points(&self, figure: i64) -> u32 {
        let (from, to) = (i64::from(self.from), i64::from(self.to).max(i64::from(self.from) + 1));
        let above = figure.clamp(from, to) - from;
        u32::try_from(above * i64::from(self.weight) / (to - from)).unwrap_or(self.weight)
    }
}

/// How the score is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Score {
    /// Whether consumers have one, too. Off unless it is said: then none is computed, kept or shown for them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consumers: bool,
    /// The factors; none for no score at all.
    #[serde(default = "usual")]
    pub factors: Vec<Factor>,
}

impl Default for Score {
    fn default() -> Self {
        Self { consumers: false, factors: usual() }
    }
}

fn usual() -> Vec<Factor> {
    let factor = |factor, weight, from, to| Factor { factor, weight, from, to };
    vec![
        factor(FactorName::DaysOverdueNow, 30, 0, 60),
        factor(FactorName::LateShare, 20, 10, 90),
        factor(FactorName::AverageDaysLate, 15, 0, 30),
        factor(FactorName::BrokenPromises, 15, 0, 3),
        factor(FactorName::OpenNow, 10, 100, 500),
        factor(FactorName::WorstRecent, 5, 0, 60),
        factor(FactorName::NewDebtor, 5, 0, 3),
    ]
}

/// What is wrong with a score, with its path.
pub(super) fn check(score: &Score, check: &mut impl FnMut(bool, String, &str, String)) {
    let factors = &score.factors;
    for (n, factor) in factors.iter().enumerate() {
        let at = |name: &str| format!("score.factors[{n}].{name}");
        let earlier = factors[..n].iter().any(|earlier| earlier.factor == factor.factor);
        check(!earlier, at("factor"), "stands there twice", "each once".into());
        check((1..=100).contains(&factor.weight), at("weight"), "is out of range", "1 to 100".into());
        check(factor.from < factor.to, at("to"), "is not above from", format!("more than {}", factor.from));
        check(factor.to <= 100_000, at("to"), "is out of range", "100,000 at most".into());
    }
    let sum: u64 = factors.iter().map(|factor| u64::from(factor.weight)).sum();
    let right = format!("weights that come to 100 instead of {sum}");
    check(factors.is_empty() || sum == 100, "score.factors".into(), "have weights that do not come to 100", right);
}

//! A creditor's settings: who writes, in whose name, when, and to whom it may.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::account::{Case, Hold, Profile};
use super::approval::Approval;
use super::brand::Brand;
use super::calendar::{Calendar, Country, OwnDay};
use super::fact::DebtorKind;
use super::first_run::{self, FirstRun};
use super::ids::CreditorId;
use super::interest;
use super::interest::{BusinessInterest, Charging, ConsumerInterest, MidRates, OwnMidRate, OwnTable, PaymentDay};
use super::interest::{PL_COMMERCIAL, PL_COMMERCIAL_HEALTHCARE, PL_STATUTORY, RateTables};
pub use super::locale::Locale;
use super::policy::{self, Channel, Policy};
use super::provider;
use super::window::Window;
use crate::fields::FieldError;

/// Whether real debtors are written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Only allow-listed addresses hear anything, and payments go through the sandbox.
    #[default]
    Trial,
    /// Everybody.
    Live,
}

/// Everything about a creditor that decisions and messages need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Grows with each change: a change is made of what stands, or not at all.
    #[serde(default)]
    pub revision: u64,
    /// Who this is.
    pub creditor: CreditorId,
    /// The name that debtors know.
    pub name: String,
    /// Trial or live.
    #[serde(default)]
    pub mode: Mode,
    /// E-mail addresses and phone numbers that a creditor in trial may write to; `@example.com`
    /// allows a whole domain.
    #[serde(default)]
    pub allow_list: Vec<String>,
    /// The creditor's zone: `as_of`, due days and caps count in it.
    pub zone: Tz,
    /// Whose days off count.
    #[serde(default)]
    pub calendar: Country,
    /// The creditor's own days off, on which nobody writes. They shift no term.
    #[serde(default)]
    pub days_off: Vec<OwnDay>,
    /// Whether a due date on a day off is shifted to the next working day (art. 115 of the Polish
    /// Civil Code).
    #[serde(default = "shifted_by_law")]
    pub shift_due_dates: bool,
    /// After how many years a claim against a consumer is time-barred, counted to the end of the
    /// calendar year: 2 for sales (art. 554 of the Polish Civil Code), 3 for other claims (art. 118).
    #[serde(default = "two_years")]
    pub limitation_years: u8,
    /// The language for debtors whose own is unknown.
    #[serde(default)]
    pub locale: Locale,
    /// Local time of the nightly evaluation; never between 02:00 and 02:59.
    pub night_at: NaiveTime,
    /// How many shards a night is cut into, 1 to 64.
    pub shards: u16,
    /// When e-mail may go, in the debtor's zone.
    pub email_window: Window,
    /// When SMS may go, in the debtor's zone.
    pub sms_window: Window,
    /// Days from issue to due where the source names no due date.
    pub default_term_days: u16,
    /// Sender address of e-mails; its domain is a verified SES identity.
    pub sender_email: String,
    /// Where answers go.
    pub reply_to: String,
    /// Sender id of SMS: 3 to 11 letters and digits, with a letter.
    pub sms_sender_id: String,
    /// Most parts that one SMS may have; a longer text is shortened.
    pub sms_parts_cap: u8,
    /// Highest price of one SMS part in US dollars, as SNS takes it (`"0.10"`).
    pub sms_max_price_usd: String,
    /// Account to pay to where the invoice names none: an IBAN.
    pub payment_account: Option<String>,
    /// Who answers questions: a name.
    pub contact_name: String,
    /// The phone number of that person.
    pub contact_phone: Option<String>,
    /// Where tasks for the team go.
    pub team_email: String,
    /// The providers that the pay page offers, in order.
    #[serde(default)]
    pub providers: Vec<String>,
    /// How its pay page looks.
    #[serde(default)]
    pub brand: Brand,
    /// Which interest and compensation it claims.
    #[serde(default)]
    pub side_claims: Charging,
    /// Rate tables of its own.
    #[serde(default)]
    pub rate_tables: Vec<OwnTable>,
    /// Mid rates of the euro, by which compensation is converted.
    #[serde(default)]
    pub mid_rates: Vec<OwnMidRate>,
    /// A hold on everything that this creditor says.
    #[serde(default)]
    pub hold: Option<Hold>,
    /// Whether a person has to look at what goes out.
    #[serde(default)]
    pub approval: Approval,
    /// Local time at which the list of the next working day is made and mailed to the team.
    #[serde(default)]
    pub list_at: Option<NaiveTime>,
    /// What becomes of invoices that are overdue when they first come.
    #[serde(default)]
    pub first_run: FirstRun,
    /// Most messages to debtors that the nights of one day may make.
    #[serde(default)]
    pub run_cap: Option<u32>,
    /// The policy in force.
    #[serde(default, deserialize_with = "policy::stored")]
    pub policy: Policy,
    /// Earlier versions of it by which cases are still planned.
    #[serde(default)]
    pub former_policies: Vec<Policy>,
}

/// What is wrong with settings, each with its field and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingsProblem {
    /// The field.
    pub field: &'static str,
    /// What would be right.
    pub rule: &'static str,
}

impl Settings {
    /// Settings of a new creditor: in trial, in Poland, with the default policy.
    pub fn new(creditor: CreditorId, name: &str, sender_email: &str, zone: Tz) -> Self {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self {
            revision: 0,
            creditor,
            name: name.to_owned(),
            mode: Mode::Trial,
            allow_list: Vec::new(),
            zone,
            calendar: Country::Pl,
            days_off: Vec::new(),
            shift_due_dates: true,
            limitation_years: two_years(),
            locale: Locale::Pl,
            night_at: time(4),
            shards: 1,
            email_window: Window { from: time(8), until: time(20) },
            sms_window: Window { from: time(9), until: time(18) },
            default_term_days: 14,
            sender_email: sender_email.to_owned(),
            reply_to: sender_email.to_owned(),
            sms_sender_id: "Upominek".to_owned(),
            sms_parts_cap: 2,
            sms_max_price_usd: "0.10".to_owned(),
            payment_account: None,
            contact_name: name.to_owned(),
            contact_phone: None,
            team_email: sender_email.to_owned(),
            providers: Vec::new(),
            brand: Brand::default(),
            side_claims: Charging::default(),
            rate_tables: Vec::new(),
            mid_rates: Vec::new(),
            hold: None,
            approval: Approval::None,
            list_at: None,
            first_run: FirstRun::default(),
            run_cap: None,
            policy: Policy::default(),
            former_policies: Vec::new(),
        }
    }

    /// Whether a version of the policy is kept.
    pub fn keeps_policy(&self, version: u32) -> bool {
        version == self.policy.version || self.former_policies.iter().any(|former| former.version == version)
    }

    /// The policy by which a case is planned: the version with which it began, while that is kept.
    pub fn policy_of(&self, case: &Case) -> &Policy {
        let former = self.former_policies.iter().find(|policy| policy.version == case.policy_version);
        former.filter(|_| case.policy_version != self.policy.version).unwrap_or(&self.policy)
    }

    /// The same settings with a new policy in force: the next version, the present one kept for the
    /// cases that are planned by it.
    #[must_use]
    pub fn with_policy(&self, policy: Policy) -> Self {
        let mut new = self.clone();
        new.former_policies.push(std::mem::replace(&mut new.policy, policy));
        new.policy.version = self.policy.version + 1;
        let mut room = MOST_FORMER_BYTES;
        let fits = |former: &&Policy| {
            let size = serde_json::to_vec(former).map_or(usize::MAX, |stored| stored.len());
            room.checked_sub(size).inspect(|left| room = *left).is_some()
        };
        let kept = new.former_policies.iter().rev().take(MOST_FORMER_POLICIES).take_while(fits).count();
        new.former_policies.drain(..new.former_policies.len() - kept);
        new
    }

    /// The working days on which this creditor writes.
    pub fn calendar(&self) -> Calendar<'_> {
        Calendar { country: self.calendar, own: &self.days_off }
    }

    /// The last day on which a due date is still kept.
    pub fn payable_until(&self, due_on: NaiveDate) -> NaiveDate {
        if self.shift_due_dates { self.calendar().shift_term(due_on) } else { due_on }
    }

    /// The table by which a debtor is charged interest, by its id; `None` where none is charged.
    ///
    /// A consumer is never charged by another table than that of art. 481 of the Civil Code.
    pub fn interest_table(&self, profile: &Profile) -> Option<&str> {
        let charging = &self.side_claims;
        if profile.kind == DebtorKind::Consumer {
            return (charging.consumers == ConsumerInterest::PlStatutory).then_some(PL_STATUTORY);
        }
        let healthcare = profile.tax_id.as_ref().is_some_and(|id| charging.healthcare_bodies.contains(id));
        match charging.businesses {
            BusinessInterest::None => None,
            BusinessInterest::PlCommercial if !healthcare => Some(PL_COMMERCIAL),
            BusinessInterest::PlCommercial | BusinessInterest::PlCommercialHealthcare => Some(PL_COMMERCIAL_HEALTHCARE),
            BusinessInterest::Contractual => charging.contract_table.as_deref(),
        }
    }

    /// Rate tables: the shipped ones with the creditor's own.
    pub fn interest_tables(&self) -> RateTables {
        interest::tables_with(&self.rate_tables)
    }

    /// Mid rates of the euro.
    pub fn euro_rates(&self) -> MidRates {
        interest::mid_rates(&self.mid_rates)
    }

    /// The last day of interest that somebody owes who pays on a day.
    pub fn interest_until(&self, paid_on: NaiveDate) -> NaiveDate {
        match self.side_claims.payment_day {
            PaymentDay::Counted => paid_on,
            PaymentDay::NotCounted => paid_on.pred_opt().unwrap_or(paid_on),
        }
    }

    /// Everything that is wrong with side claims, rate tables and mid rates, each with its path.
    pub fn claim_problems(&self) -> Vec<FieldError> {
        interest::problems(&self.side_claims, &self.rate_tables, &self.mid_rates)
    }

    /// The send window of a channel. Tasks follow the e-mail's.
    pub fn window(&self, channel: Channel) -> Window {
        match channel {
            Channel::Email | Channel::Call | Channel::Letter | Channel::Task => self.email_window,
            Channel::Sms => self.sms_window,
        }
    }

    /// Whether this creditor may write to an address or number now.
    pub fn may_write_to(&self, address: &str) -> bool {
        if self.mode == Mode::Live {
            return true;
        }
        let address = address.to_lowercase();
        self.allow_list.iter().any(|allowed| {
            let allowed = allowed.to_lowercase();
            allowed == address || (allowed.starts_with('@') && address.ends_with(&allowed))
        })
    }

    /// A shard's share of the messages that the nights of a day may make; `None` without a cap. What
    /// does not divide goes to other shards each day, so that none is left out for good.
    pub fn share_of_cap(&self, as_of: NaiveDate, shard: u16) -> Option<u32> {
        use chrono::Datelike;
        let (cap, shards) = (self.run_cap?, u32::from(self.shards.max(1)));
        let turn = u32::try_from(as_of.num_days_from_ce()).unwrap_or(0).wrapping_add(u32::from(shard)) % shards;
        Some(cap / shards + u32::from(turn < cap % shards))
    }

    /// Whether a hold on the whole creditor covers a day.
    pub fn held_on(&self, day: NaiveDate) -> Option<&Hold> {
        self.hold.as_ref().filter(|hold| hold.covers(day))
    }

    /// Everything that is wrong with these settings at once.
    pub fn problems(&self) -> Vec<SettingsProblem> {
        use chrono::Timelike;
        let mut problems = Vec::new();
        let mut check = |fine: bool, field, rule| {
            if !fine {
                problems.push(SettingsProblem { field, rule });
            }
        };
        let named = !self.name.trim().is_empty() && self.name.chars().count() <= 100 && !self.name.contains(char::is_control);
        check(named, "name", "the name that debtors know: up to 100 characters in one line");
        check(self.night_at.hour() != 2, "night_at", "not between 02:00 and 02:59, which the spring change skips");
        let before_windows_close = self.night_at < self.email_window.until && self.night_at < self.sms_window.until;
        check(before_windows_close, "night_at", "before the send windows close, or nothing that it decides could ever go");
        check((1..=64).contains(&self.shards), "shards", "1 to 64");
        for (window, field) in [(self.email_window, "email_window"), (self.sms_window, "sms_window")] {
            check(window.from < window.until && window.is_by_day(), field, "from earlier than until, between 06:00 and 22:00");
        }
        check((1..=10).contains(&self.sms_parts_cap), "sms_parts_cap", "1 to 10");
        check(is_price(&self.sms_max_price_usd), "sms_max_price_usd", "dollars with at most four decimals, such as 0.10");
        check(is_sender_id(&self.sms_sender_id), "sms_sender_id", "3 to 11 letters and digits, at least one letter");
        for (field, address) in [("sender_email", &self.sender_email), ("reply_to", &self.reply_to), ("team_email", &self.team_email)] {
            check(email_address::EmailAddress::is_valid(address), field, "an e-mail address");
        }
        let known = |name: &String| provider::named(name).is_some();
        let once = self.providers.iter().enumerate().all(|(index, name)| !self.providers[..index].contains(name));
        check(self.providers.iter().all(known) && once, "providers", provider::RULE);
        let account_fine = self.payment_account.as_deref().is_none_or(|iban| iban.parse::<iban::Iban>().is_ok());
        check(account_fine, "payment_account", "an IBAN with a right check number, such as PL61109010140000071219812874");
        for (field, rule) in self.brand.problems() {
            check(false, field, rule);
        }
        check((1..=10).contains(&self.limitation_years), "limitation_years", "1 to 10");
        check(self.days_off.len() <= MOST_DAYS_OFF, "days_off", "at most 100 days");
        let has_day = self.first_run.older_than.is_some();
        let day_fits = has_day == (self.first_run.mode == first_run::Mode::Ignore);
        check(day_fits, "first_run.older_than", "a day with the mode ignore, and with no other");
        check(self.run_cap != Some(0), "run_cap", "at least 1, or none; hold silences everything");
        check(!self.policy.steps.is_empty(), "policy.steps", "at least one step");
        problems
    }
}

/// Most earlier policies that are kept. A case whose own is gone is re-planned by the one in force.
const MOST_FORMER_POLICIES: usize = 20;

/// Most bytes of them: settings are one item of the table, which holds 400 KB.
const MOST_FORMER_BYTES: usize = 200_000;

/// Most days off of a creditor's own.
const MOST_DAYS_OFF: usize = 100;

fn two_years() -> u8 {
    2
}

fn shifted_by_law() -> bool {
    true
}

fn is_sender_id(id: &str) -> bool {
    (3..=11).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric()) && id.bytes().any(|b| b.is_ascii_alphabetic())
}

/// A price is checked for its form only and handed on as text.
fn is_price(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    (1..=3).contains(&whole.len()) && digits(whole) && digits(fraction) && fraction.len() <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        let creditor = CreditorId::parse("acme").unwrap();
        Settings::new(creditor, "Acme", "faktury@acme.example", chrono_tz::Europe::Warsaw)
    }

    #[test]
    fn new_settings_are_fine_and_write_to_nobody() {
        assert_eq!(settings().problems(), vec![]);
        assert!(!settings().may_write_to("anna@example.com"));
    }

    #[test]
    fn a_trial_writes_to_listed_addresses_and_domains_only() {
        let mut trial = settings();
        trial.allow_list = vec!["Anna@Example.com".into(), "@test.example".into(), "+48500100200".into()];
        assert!(trial.may_write_to("anna@example.com"));
        assert!(trial.may_write_to("x@test.example"));
        assert!(!trial.may_write_to("x@eviltest.example"));
        assert!(trial.may_write_to("+48500100200"));
    }

    #[test]
    fn all_problems_come_at_once() {
        let mut bad = settings();
        bad.night_at = "02:30:00".parse().unwrap();
        bad.shards = 65;
        bad.sms_sender_id = "12345".into();
        bad.payment_account = Some("PL61109010140000071219812875".into());
        let fields: Vec<_> = bad.problems().iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["night_at", "shards", "sms_sender_id", "payment_account"]);
    }

    #[test]
    fn a_night_falls_before_the_windows_of_its_day_close() {
        let fields = |time: &str| {
            let settings = Settings { night_at: time.parse().unwrap(), ..settings() };
            settings.problems().into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        assert_eq!((fields("04:00:00"), fields("17:59:00")), (vec![], vec![]));
        assert_eq!((fields("18:00:00"), fields("20:30:00")), (vec!["night_at"], vec!["night_at"]), "SMS go until 18:00");
    }

    #[test]
    fn nobody_is_written_to_at_night() {
        let fields = |from: &str, until: &str| {
            let window = Window { from: from.parse().unwrap(), until: until.parse().unwrap() };
            let settings = Settings { email_window: window, sms_window: window, ..settings() };
            settings.problems().into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        assert_eq!(fields("06:00:00", "22:00:00"), Vec::<&str>::new());
        for (from, until) in [("05:59:00", "20:00:00"), ("08:00:00", "22:00:01"), ("00:00:00", "23:59:00"), ("12:00:00", "12:00:00")] {
            assert_eq!(fields(from, until), ["email_window", "sms_window"], "{from} to {until}");
        }
    }
}

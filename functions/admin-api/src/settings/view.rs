//! Settings and policy as the API shows and takes them.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use upominek::domain;
use upominek::domain::calendar::OwnDay;
use upominek::domain::ids::CreditorId;
use upominek::domain::interest::{Charging, OwnMidRate, OwnTable};
use utoipa::ToSchema;

use crate::dto::{Approval, Country, FirstRunMode, Hold, Locale, Mode};

/// Everything about a creditor that decisions and messages need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Who this is. Cannot be changed.
    #[schema(value_type = String, example = "acme")]
    pub creditor: CreditorId,
    /// The name that debtors know.
    pub name: String,
    /// Trial or live. Only whoever runs the deployment changes it.
    pub mode: Mode,
    /// Whom a creditor in trial may write to: addresses, numbers, or `@example.com` for a whole domain.
    pub allow_list: Vec<String>,
    /// IANA time zone: business days count in it.
    #[schema(value_type = String, example = "Europe/Warsaw")]
    pub zone: Zone,
    /// Whose days off count.
    pub calendar: Country,
    /// The creditor's own days off: once (`2026-12-31`) or every year (`12-31`). Nobody writes on them;
    /// they shift no due date.
    #[schema(value_type = Vec<String>, example = json!(["12-31", "2027-01-04"]))]
    pub days_off: Vec<OwnDay>,
    /// Whether a due date on a day off is shifted to the next working day.
    pub shift_due_dates: bool,
    /// After how many years a claim against a consumer is time-barred and never demanded again, counted to
    /// the end of the calendar year: 2 for sales, 3 for other claims.
    pub limitation_years: u8,
    /// The language for debtors whose own is unknown.
    pub locale: Locale,
    /// Local time of the nightly evaluation, never between 02:00 and 02:59.
    #[schema(value_type = String, example = "04:00")]
    pub night_at: Time,
    /// How many shards a night is cut into, 1 to 64. Can grow only.
    pub shards: u16,
    /// When e-mail may go, in the debtor's zone.
    pub email_window: Window,
    /// When SMS may go, in the debtor's zone.
    pub sms_window: Window,
    /// Days from issue to due where the source names no due date.
    pub default_term_days: u16,
    /// Sender address of e-mails. Only whoever runs the deployment changes it.
    pub sender_email: String,
    /// Where answers go.
    pub reply_to: String,
    /// Sender id of SMS: 3 to 11 letters and digits, with a letter.
    pub sms_sender_id: String,
    /// Most parts that one SMS may have.
    pub sms_parts_cap: u8,
    /// Highest price of one SMS part in US dollars.
    #[schema(example = "0.10")]
    pub sms_max_price_usd: String,
    /// IBAN to pay to where the invoice names none.
    pub payment_account: Option<String>,
    /// Who answers questions.
    pub contact_name: String,
    /// The phone number of that person.
    pub contact_phone: Option<String>,
    /// Where tasks for the team go.
    pub team_email: String,
    /// The payment providers that the pay page offers, in order.
    pub providers: Vec<String>,
    /// How the pay page looks; Upominek's own look at first.
    #[serde(default)]
    pub brand: Brand,
    /// Which interest and compensation may be claimed. Everything is off at first.
    pub side_claims: Charging,
    /// Rate tables of your own; one with a shipped id continues that table.
    pub rate_tables: Vec<OwnTable>,
    /// Mid rates of the euro (NBP, table A), by which compensation is converted.
    pub mid_rates: Vec<OwnMidRate>,
    /// A hold on everything that this creditor says.
    pub hold: Option<Hold>,
    /// Whether messages to debtors wait until a person has approved every line.
    pub approval: Approval,
    /// Local time, on working days, at which the list of the next working day is mailed to the team.
    #[schema(value_type = Option<String>, example = "17:00")]
    pub list_at: Option<Time>,
    /// What becomes of invoices that are overdue when they first come.
    pub first_run: FirstRun,
    /// Most messages to debtors that the nights of one day may make; what is beyond waits for the next.
    #[schema(minimum = 1)]
    pub run_cap: Option<u32>,
}

/// How the pay page looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// The colour of buttons and links, dark enough to be read on white.
    #[serde(default)]
    #[schema(example = "#1a3d8f")]
    pub colour: Option<String>,
    /// A picture above the name: PNG, JPEG, WebP or SVG as `data:image/…;base64,…`, at most 16,000 characters.
    #[serde(default)]
    pub logo: Option<String>,
}

impl From<domain::brand::Brand> for Brand {
    fn from(brand: domain::brand::Brand) -> Self {
        Self { colour: brand.colour, logo: brand.logo }
    }
}

impl From<Brand> for domain::brand::Brand {
    fn from(brand: Brand) -> Self {
        Self { colour: brand.colour, logo: brand.logo }
    }
}

/// What becomes of invoices that are overdue when they first come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstRun {
    /// Where they begin.
    pub mode: FirstRunMode,
    /// With `ignore`: what was due before this day is never reminded.
    #[serde(default)]
    pub older_than: Option<NaiveDate>,
}

impl From<domain::first_run::FirstRun> for FirstRun {
    fn from(first_run: domain::first_run::FirstRun) -> Self {
        Self { mode: first_run.mode.into(), older_than: first_run.older_than }
    }
}

impl From<FirstRun> for domain::first_run::FirstRun {
    fn from(first_run: FirstRun) -> Self {
        Self { mode: first_run.mode.into(), older_than: first_run.older_than }
    }
}

/// Local hours: from (inclusive) until (exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First local time at which a message may go.
    #[schema(value_type = String, example = "08:00")]
    pub from: Time,
    /// Local time from which none may go any more.
    #[schema(value_type = String, example = "20:00")]
    pub until: Time,
}

/// A time zone by its IANA name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(pub Tz);

impl TryFrom<String> for Zone {
    type Error = &'static str;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse().map(Self).map_err(|_| "is no time zone, expected an IANA name such as Europe/Warsaw")
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.0.name().to_owned()
    }
}

/// A local time to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time(pub NaiveTime);

impl TryFrom<String> for Time {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        NaiveTime::parse_from_str(&text, "%H:%M").map(Self).map_err(|_| "is no time, expected hours and minutes such as 04:00")
    }
}

impl From<Time> for String {
    fn from(time: Time) -> String {
        time.0.format("%H:%M").to_string()
    }
}

impl From<domain::window::Window> for Window {
    fn from(window: domain::window::Window) -> Self {
        Self { from: Time(window.from), until: Time(window.until) }
    }
}

impl From<Window> for domain::window::Window {
    fn from(window: Window) -> Self {
        Self { from: window.from.0, until: window.until.0 }
    }
}

impl From<&domain::creditor::Settings> for Settings {
    fn from(settings: &domain::creditor::Settings) -> Self {
        let settings = settings.clone();
        Self {
            hold: settings.hold.as_ref().map(Hold::by_person),
            approval: settings.approval.into(),
            list_at: settings.list_at.map(Time),
            first_run: settings.first_run.into(),
            run_cap: settings.run_cap,
            creditor: settings.creditor,
            name: settings.name,
            mode: settings.mode.into(),
            allow_list: settings.allow_list,
            zone: Zone(settings.zone),
            calendar: settings.calendar.into(),
            days_off: settings.days_off,
            shift_due_dates: settings.shift_due_dates,
            limitation_years: settings.limitation_years,
            locale: settings.locale.into(),
            night_at: Time(settings.night_at),
            shards: settings.shards,
            email_window: settings.email_window.into(),
            sms_window: settings.sms_window.into(),
            default_term_days: settings.default_term_days,
            sender_email: settings.sender_email,
            reply_to: settings.reply_to,
            sms_sender_id: settings.sms_sender_id,
            sms_parts_cap: settings.sms_parts_cap,
            sms_max_price_usd: settings.sms_max_price_usd,
            payment_account: settings.payment_account,
            contact_name: settings.contact_name,
            contact_phone: settings.contact_phone,
            team_email: settings.team_email,
            providers: settings.providers,
            brand: settings.brand.into(),
            side_claims: settings.side_claims,
            rate_tables: settings.rate_tables,
            mid_rates: settings.mid_rates,
        }
    }
}

impl Settings {
    /// As the domain has them; what the settings do not show stays as it is in `current`.
    pub fn over(self, current: &domain::creditor::Settings) -> domain::creditor::Settings {
        let settings = self;
        domain::creditor::Settings {
            revision: current.revision,
            creditor: settings.creditor,
            name: settings.name,
            mode: settings.mode.into(),
            allow_list: settings.allow_list,
            zone: settings.zone.0,
            calendar: settings.calendar.into(),
            days_off: settings.days_off,
            shift_due_dates: settings.shift_due_dates,
            limitation_years: settings.limitation_years,
            locale: settings.locale.into(),
            night_at: settings.night_at.0,
            shards: settings.shards,
            email_window: settings.email_window.into(),
            sms_window: settings.sms_window.into(),
            default_term_days: settings.default_term_days,
            sender_email: settings.sender_email,
            reply_to: settings.reply_to,
            sms_sender_id: settings.sms_sender_id,
            sms_parts_cap: settings.sms_parts_cap,
            sms_max_price_usd: settings.sms_max_price_usd,
            payment_account: settings.payment_account,
            contact_name: settings.contact_name,
            contact_phone: settings.contact_phone,
            team_email: settings.team_email,
            providers: settings.providers,
            brand: settings.brand.into(),
            side_claims: settings.side_claims,
            rate_tables: settings.rate_tables,
            mid_rates: settings.mid_rates,
            hold: settings.hold.map(Into::into),
            approval: settings.approval.into(),
            list_at: settings.list_at.map(|time| time.0),
            first_run: settings.first_run.into(),
            run_cap: settings.run_cap,
            policy: current.policy.clone(),
            former_policies: current.former_policies.clone(),
        }
    }
}

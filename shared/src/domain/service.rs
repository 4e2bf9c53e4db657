//! Service messages: what answers something that the debtor did, and reminds of nothing.
//!
//! A service message goes through the ledger as a reminder does (its intent first, then claim, send,
//! settle; never twice), under an id of the same form that also names its kind. It stands apart in the
//! account, so that no step, gap or cap can count it, and no night cancels it. It is nobody's to
//! approve, and waits for no send window: somebody waits for it. Only an SMS waits for the day.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::policy::Channel;
use super::reminder::{Reminder, ReminderId};
use super::window::{Window, local_day};

/// After this time nobody waits for an answer any more: it is not sent then.
pub const STALE_AFTER: Duration = Duration::hours(36);

/// What a service message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServiceKind {
    /// A fresh pay link, for which somebody asked on the page of one that is over.
    FreshLink,
    /// That money came, and what is left to pay.
    Receipt,
}

impl ServiceKind {
    /// All of them.
    pub const ALL: [ServiceKind; 2] = [Self::FreshLink, Self::Receipt];

    /// Its name within an id.
    pub fn name(self) -> &'static str {
        match self {
            ServiceKind::FreshLink => "fresh-link",
            ServiceKind::Receipt => "receipt",
        }
    }

    /// Whether it goes by SMS where the e-mail does not arrive.
    pub fn is_worth_an_sms(self) -> bool {
        match self {
            ServiceKind::FreshLink => true,
            // The page has said it, and the invoice is quiet.
            ServiceKind::Receipt => false,
        }
    }
}

/// What a receipt confirms. Sums are minor units of the message's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// What came.
    pub amount_minor: i64,
    /// The local day on which it came.
    pub on: NaiveDate,
    /// The numbers of the first invoices that it went to.
    pub numbers: Vec<String>,
    /// How many more there were.
    pub more: u32,
    /// How much of it was beyond what there was to pay.
    pub over_minor: i64,
}

/// Which service message of a day, channel and currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Service {
    /// What it is about.
    pub kind: ServiceKind,
    /// Its place among those of its kind, from 1.
    pub nth: u16,
}

impl std::fmt::Display for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.kind.name(), self.nth)
    }
}

impl std::str::FromStr for Service {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a service message is named by its kind and number, such as fresh-link-1";
        let (kind, nth) = text.rsplit_once('-').ok_or(FORM)?;
        let kind = ServiceKind::ALL.into_iter().find(|known| known.name() == kind).ok_or(FORM)?;
        Ok(Self { kind, nth: nth.parse().map_err(|_| FORM)? })
    }
}

/// The first instant from `now` on at which a service message may go: at once, but an SMS wakes nobody.
pub fn first_at(channel: Channel, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    if channel != Channel::Sms {
        return now;
    }
    let hours = Window { from: NaiveTime::MIN + TimeDelta::hours(8), until: NaiveTime::MIN + TimeDelta::hours(21) };
    let today = local_day(now, zone);
    let (opens, closes) = hours.on(today, zone);
    if now < closes { now.max(opens) } else { hours.on(today + Days::new(1), zone).0 }
}

impl Account {
    /// A message by its id: a reminder, or a service message.
    pub fn message(&self, id: &ReminderId) -> Option<&Reminder> {
        let of = if id.service.is_some() { &self.service } else { &self.reminders };
        of.iter().find(|known| known.id == *id)
    }

    /// The message by its id, to change.
    pub fn message_mut(&mut self, id: &ReminderId) -> Option<&mut Reminder> {
        let of = if id.service.is_some() { &mut self.service } else { &mut self.reminders };
        of.iter_mut().find(|known| known.id == *id)
    }

    /// Every message that is kept with the account: reminders first.
    pub fn messages(&self) -> impl Iterator<Item = &Reminder> {
        self.reminders.iter().chain(&self.service)
    }

    /// The way of a service message: e-mail, else SMS; `None` where neither may be used.
    pub fn service_way(&self) -> Option<Channel> {
        [Channel::Email, Channel::Sms].into_iter().find(|channel| self.address(*channel).is_some())
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Warsaw;

    use super::*;

    #[test]
    fn an_id_is_read_back_with_its_kind_and_a_reminders_stays_as_it_was() {
        for text in ["2026-11-23_email_PLN", "2026-11-23_sms_EUR_fresh-link-1", "2026-11-23_email_PLN_fresh-link-12"] {
            let id = ReminderId::try_from(text.to_owned()).unwrap();
            assert_eq!(id.to_string(), text);
            assert_eq!(id.service.is_some(), text.contains("link"));
        }
        for text in
            ["2026-11-23_email_PLN_", "2026-11-23_email_PLN_fresh-link", "2026-11-23_email_PLN_fresh-link-x", "2026-11-23_email_PLN_x-1"]
        {
            assert!(ReminderId::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn an_email_goes_at_once_and_an_sms_by_day_on_every_day_of_two_years() {
        let mut now: DateTime<Utc> = "2026-01-01T00:17:00Z".parse().unwrap();
        while now < "2028-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() {
            assert_eq!(first_at(Channel::Email, now, Warsaw), now);
            let at = first_at(Channel::Sms, now, Warsaw);
            let time = at.with_timezone(&Warsaw).time();
            assert!(at >= now && at - now < Duration::hours(13) && first_at(Channel::Sms, at, Warsaw) == at, "{now}");
            assert!(time >= "08:00:00".parse().unwrap() && time < "21:00:00".parse().unwrap(), "{now}: {time}");
            now += Duration::minutes(47);
        }
    }
}

//! Words that sentences about decisions share: days, sums, ways, and what a way lacks.

use chrono::NaiveDate;
use upominek::domain::grounds::{Lack, Lacking};
use upominek::domain::money::Currency;
use upominek::domain::policy::Channel;

use crate::dto::Text;

/// A day as Poles write it.
pub fn day_pl(day: NaiveDate) -> String {
    day.format("%d.%m.%Y").to_string()
}

/// A day as the English write it.
pub fn day_en(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// A sum with its currency; Poles write a comma.
pub fn much(minor: i64, currency: Currency) -> Text {
    let decimal = currency.decimal(minor);
    Text::new(format!("{} {currency}", decimal.replace('.', ",")), format!("{decimal} {currency}"))
}

/// A channel, in Polish.
pub fn way_pl(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "e-mail",
        Channel::Sms => "SMS",
        Channel::Call => "telefon",
        Channel::Letter => "list",
        Channel::Task => "zadanie",
    }
}

/// A channel, in English.
pub fn way_en(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "e-mail",
        Channel::Sms => "SMS",
        Channel::Call => "call",
        Channel::Letter => "letter",
        Channel::Task => "task",
    }
}

/// What a channel lacks.
pub fn lacking(channel: Channel, lack: Lack) -> Text {
    match (lack, channel) {
        (Lack::Missing, Channel::Sms | Channel::Call) => Text::new("nie ma numeru telefonu", "there is no phone number"),
        (Lack::Missing, Channel::Letter) => Text::new("nie ma adresu pocztowego", "there is no postal address"),
        (Lack::Missing, Channel::Email | Channel::Task) => Text::new("nie ma adresu e-mail", "there is no e-mail address"),
        (Lack::Blocked, Channel::Sms | Channel::Call) => Text::new("numer nie działa", "the number does not work"),
        (Lack::Blocked, Channel::Email | Channel::Letter | Channel::Task) => Text::new("adres nie działa", "the address does not work"),
        (Lack::NoWords, _) => Text::new("nie udało się ułożyć tekstu", "its words could not be made"),
        (Lack::Refused, _) => Text::new("dłużnik nie chce wiadomości tą drogą", "the debtor wants nothing this way"),
        (Lack::SomebodyElses, Channel::Sms | Channel::Call) => Text::new("numer należy do kogoś innego", "the number is somebody else's"),
        (Lack::SomebodyElses, Channel::Email | Channel::Letter | Channel::Task) => {
            Text::new("adres należy do kogoś innego", "the address is somebody else's")
        }
    }
}

/// What each of some channels lacks, joined by commas.
pub fn lacks(all: &[Lacking]) -> Text {
    let each = all.iter().map(|one| (one.channel, lacking(one.channel, one.lack)));
    let (pl, en): (Vec<String>, Vec<String>) =
        each.map(|(channel, Text { pl, en })| (format!("{} ({pl})", way_pl(channel)), format!("{} ({en})", way_en(channel)))).unzip();
    Text::new(pl.join(", "), en.join(", "))
}

/// In brackets after a word; nothing where there is nothing.
pub fn bracketed(text: Option<Text>) -> Text {
    match text {
        Some(Text { pl, en }) => Text::new(format!(" ({pl})"), format!(" ({en})")),
        None => Text::new("", ""),
    }
}

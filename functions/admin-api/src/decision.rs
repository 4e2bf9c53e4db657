//! Decisions as the API shows them: what was decided, its facts, and one sentence for a person.

use chrono::NaiveDate;
use serde::Serialize;
use upominek::app::evaluate::reason_name;
use upominek::domain::decide::{self, HoldScope as Scope, SkipReason};
use upominek::domain::legal::LegalKind;
use upominek::domain::policy::Channel;
use upominek::domain::stops::Stop;
use utoipa::ToSchema;

use crate::dto::{HoldScope, Text};

/// Whether a case takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DecisionKind)]
pub enum Kind {
    /// It takes a step by a reminder.
    Step,
    /// It hears nothing, for a reason.
    Skip,
}

/// What was decided for an invoice on a day, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decision {
    /// `step` or `skip`.
    pub decision: Kind,
    /// Why it hears nothing: `not_remindable`, `on_hold`, `disputed`, `promised`, `time_barred`, `legal_stop`,
    /// `payment_pending`, `in_plan`,
    /// `covered_by_credit`, `not_yet`, `extended`, `too_soon`, `cap_reached`,
    /// `too_small`, `day_off`,
    /// `window_closed`, `day_is_taken`, `instalments_asked`, `unreachable`, `not_on_allow_list`, `ladder_finished`, `skipped`, `channel_gone`,
    /// `not_approved`, `run_cap_reached`, `first_run_guarded`, `too_old`. `null` for a step.
    #[schema(example = "not_yet")]
    pub reason: Option<String>,
    /// The same for a person.
    pub text: Text,
    /// The step that it takes.
    pub step: Option<String>,
    /// The reminder that carries the step.
    pub reminder: Option<String>,
    /// `on_hold`: what is held.
    pub held: Option<HoldScope>,
    /// `on_hold`: the last day of it; `null` until it is released.
    pub held_until: Option<NaiveDate>,
    /// `too_soon`: the last day on which something was said.
    pub said_on: Option<NaiveDate>,
    /// The step that was to come next.
    pub next_step: Option<String>,
    /// The day from which it might go.
    pub next_on: Option<NaiveDate>,
}

impl From<&decide::Decision> for Decision {
    fn from(decision: &decide::Decision) -> Self {
        match decision {
            decide::Decision::Step { step, reminder } => Self {
                decision: Kind::Step,
                reason: None,
                text: Text::new(
                    format!("Krok „{step}” idzie w przypomnieniu {reminder}."),
                    format!("Step “{step}” goes with reminder {reminder}."),
                ),
                step: Some(step.clone()),
                reminder: Some(reminder.to_string()),
                held: None,
                held_until: None,
                said_on: None,
                next_step: None,
                next_on: None,
            },
            decide::Decision::Skip { reason, next_step, next_on } => {
                let (held, held_until, said_on) = facts(reason);
                Self {
                    decision: Kind::Skip,
                    reason: Some(reason_name(reason)),
                    text: with_next(because(reason), next_step.as_deref(), *next_on),
                    step: None,
                    reminder: None,
                    held,
                    held_until,
                    said_on,
                    next_step: next_step.clone(),
                    next_on: *next_on,
                }
            }
        }
    }
}

fn facts(reason: &SkipReason) -> (Option<HoldScope>, Option<NaiveDate>, Option<NaiveDate>) {
    match reason {
        SkipReason::Stopped(Stop::Held { scope, until }) => (Some((*scope).into()), *until, None),
        SkipReason::TooSoon { last_on } => (None, None, Some(*last_on)),
        SkipReason::NotRemindable
        | SkipReason::Stopped(_)
        | SkipReason::InPlan { .. }
        | SkipReason::CapReached { .. }
        | SkipReason::TooSmall { .. }
        | SkipReason::CoveredByCredit
        | SkipReason::NotYet
        | SkipReason::Extended { .. }
        | SkipReason::DayOff
        | SkipReason::WindowClosed
        | SkipReason::DayIsTaken { .. }
        | SkipReason::Unreachable
        | SkipReason::NotOnAllowList
        | SkipReason::Skipped { .. }
        | SkipReason::ChannelGone { .. }
        | SkipReason::NotApproved
        | SkipReason::RunCapReached
        | SkipReason::LadderFinished => (None, None, None),
    }
}

/// Why a case hears nothing, for a person.
pub fn because(reason: &SkipReason) -> Text {
    match reason {
        SkipReason::NotRemindable => Text::new(
            "Źródło oznaczyło tę fakturę jako nieprzeznaczoną do przypominania, np. zamówienie testowe.",
            "The source marks this invoice as not to be reminded, such as a test order.",
        ),
        SkipReason::Stopped(stop) => stopped(*stop),
        SkipReason::InPlan { pay_on } => Text::new(
            format!("Faktura jest spłacana w ratach; następna rata jest na {}.", pl(*pay_on)),
            format!("The invoice is paid by instalments; the next one is due on {}.", en(*pay_on)),
        ),
        SkipReason::CoveredByCredit => Text::new(
            "Pokrywają ją wpłaty lub korekty, które nie są przypisane do żadnej faktury.",
            "Money or credit notes that belong to no invoice cover it.",
        ),
        SkipReason::Extended { until } => Text::new(
            format!("Termin zapłaty jest przedłużony; do {} włącznie nie przypominamy, że minął.", pl(*until)),
            format!("The due date is put off; until {} inclusive nobody is told that it has passed.", en(*until)),
        ),
        SkipReason::NotYet => Text::new("Dzień następnego kroku jeszcze nie nadszedł.", "The day of the next step has not come yet."),
        SkipReason::TooSoon { last_on } => Text::new(
            format!("Ostatnia wiadomość była {}; na kolejną jest za wcześnie.", pl(*last_on)),
            format!("Something was last said on {}; it is too soon for more.", en(*last_on)),
        ),
        SkipReason::CapReached { messages } => Text::new(
            format!("Dłużnik dostał już tyle wiadomości, ile polityka dopuszcza w ciągu siedmiu dni: {messages}."),
            format!("The debtor has had as many messages as the policy allows in seven days: {messages}."),
        ),
        SkipReason::TooSmall { .. } => Text::new(
            "Kwota jest mniejsza niż najmniejsza, dla której polityka wysyła wiadomość.",
            "The sum is less than the least that the policy calls worth a message.",
        ),
        SkipReason::DayOff => {
            Text::new("To dzień wolny od pracy, a w takie dni nie piszemy.", "It is a day off, and nobody writes on a day off.")
        }
        SkipReason::WindowClosed => Text::new("Godziny wysyłki na ten dzień już minęły.", "The send window of the day has closed."),
        SkipReason::DayIsTaken { channel } => Text::new(
            format!("Jedyna wiadomość tego dnia ({}) już poszła albo została odwołana; drugiej nie będzie.", way_pl(*channel)),
            format!("The one message of the day by {} went or was called off already; there is no second one.", channel.name()),
        ),
        SkipReason::Unreachable => Text::new(
            "Dłużnik nie ma działającego adresu e-mail ani numeru telefonu.",
            "The debtor has neither a working e-mail address nor a phone number.",
        ),
        SkipReason::NotOnAllowList => Text::new(
            "Wierzyciel działa w trybie próbnym, a adresu dłużnika nie ma na liście dozwolonych.",
            "The creditor is in trial, and the debtor's address is not on its allow-list.",
        ),
        SkipReason::Skipped { note } => {
            Text::new(format!("Pominięta w tym dniu przez zespół: „{note}”."), format!("The team skipped it for this day: “{note}”."))
        }
        SkipReason::ChannelGone { channel } => Text::new(
            format!("Zespół wybrał na ten dzień inną drogę ({}), którą dłużnika nie można już osiągnąć.", way_pl(*channel)),
            format!("The team chose {} for this day, by which the debtor can no longer be reached.", channel.name()),
        ),
        SkipReason::NotApproved => {
            Text::new("Czekała na zatwierdzenie, gdy minęły godziny wysyłki.", "It was awaiting approval when its send window closed.")
        }
        SkipReason::RunCapReached => Text::new(
            "Tej nocy powstało już tyle wiadomości, na ile pozwalają ustawienia; ta poczeka na następną.",
            "The night made as many messages as the settings allow; this one waits for the next.",
        ),
        SkipReason::LadderFinished => Text::new("Wszystkie kroki zostały wykonane.", "Every step has been taken."),
    }
}

fn way_pl(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "e-mail",
        Channel::Sms => "SMS",
        Channel::Call => "telefon",
        Channel::Letter => "list",
        Channel::Task => "zadanie",
    }
}

fn stopped(stop: Stop) -> Text {
    match stop {
        Stop::PaymentPending { since, until, failed: false } => Text::new(
            format!("Wpłata jest w drodze od {}; czekamy do {} włącznie.", pl(since), pl(until)),
            format!("A payment has been under way since {}; it is waited for until {} inclusive.", en(since), en(until)),
        ),
        Stop::PaymentPending { until, failed: true, .. } => Text::new(
            format!("Wpłata nie powiodła się {}; tego dnia nie przypominamy.", pl(until)),
            format!("The payment failed on {}; nothing is said on that day.", en(until)),
        ),
        Stop::LegalStop { kind, since, until } => legal(kind, since, until),
        Stop::FirstRunGuarded { overdue_days } => Text::new(
            format!("Przyszła {overdue_days} dni po terminie; czeka, aż w ustawieniu first_run zostanie wybrane, od czego zacząć."),
            format!("It came {overdue_days} days overdue; it waits until the setting first_run says how to begin."),
        ),
        Stop::TooOld { older_than } => Text::new(
            format!("Przyszła już po terminie, a termin był przed {}; ustawienia każą o takich nie przypominać.", pl(older_than)),
            format!("It was overdue when it came, and due before {}; the settings say that such are not reminded.", en(older_than)),
        ),
        Stop::Held { scope, until } => held(scope, until),
        Stop::Disputed { since, upheld: false } => Text::new(
            format!("Dłużnik kwestionuje tę fakturę od {}; milczymy do rozstrzygnięcia.", pl(since)),
            format!("The debtor has disputed this invoice since {}; nothing is said until that is decided.", en(since)),
        ),
        Stop::Disputed { upheld: true, .. } => Text::new(
            "Dłużnik zakwestionował tę fakturę i miał rację; czeka na korektę.",
            "The debtor disputed this invoice and was right; a credit note is awaited.",
        ),
        Stop::Promised { pay_on, until } => Text::new(
            format!("Dłużnik obiecał zapłacić {}; czekamy do {} włącznie.", pl(pay_on), pl(until)),
            format!("The debtor promised to pay on {}; that is waited for until {} inclusive.", en(pay_on), en(until)),
        ),
        Stop::InstalmentsAsked { since, until } => Text::new(
            format!("Dłużnik poprosił {} o raty; na odpowiedź zespołu czekamy do {} włącznie.", pl(since), pl(until)),
            format!("The debtor asked for instalments on {}; the team's answer is waited for until {} inclusive.", en(since), en(until)),
        ),
        Stop::TimeBarred { since } => Text::new(
            format!("Roszczenie wobec konsumenta jest przedawnione od {}; nie wolno się go domagać.", pl(since)),
            format!("The claim against a consumer has been time-barred since {}; it must not be demanded.", en(since)),
        ),
    }
}

fn legal(kind: LegalKind, since: NaiveDate, until: Option<NaiveDate>) -> Text {
    let (why_pl, why_en) = match kind {
        LegalKind::Insolvency => ("Ogłoszono upadłość dłużnika", "The debtor is insolvent"),
        LegalKind::Restructuring => ("Trwa restrukturyzacja dłużnika", "The debtor restructures"),
        LegalKind::Death => ("Dłużnik zmarł", "The debtor has died"),
        LegalKind::Attorney => ("Dłużnika zastępuje pełnomocnik", "The debtor is represented by an attorney"),
        LegalKind::Objection => ("Dłużnik sprzeciwił się przetwarzaniu danych", "The debtor objects to the processing of personal data"),
        LegalKind::WrongPerson => ("Adres lub numer należy do kogoś innego", "The address or number belongs to somebody else"),
    };
    let (last_pl, last_en) = match until {
        Some(day) => (format!("milczymy do {} włącznie", pl(day)), format!("nothing is said until {} inclusive", en(day))),
        None => ("milczymy do odwołania".to_owned(), "nothing is said until that is ended".to_owned()),
    };
    Text::new(format!("{why_pl} (od {}); {last_pl}.", pl(since)), format!("{why_en} (since {}); {last_en}.", en(since)))
}

fn held(scope: Scope, until: Option<NaiveDate>) -> Text {
    let (what_pl, what_en) = match scope {
        Scope::Invoice => ("dla tej faktury", "for this invoice"),
        Scope::Debtor => ("dla tego dłużnika", "for this debtor"),
        Scope::Creditor => ("u tego wierzyciela", "of this creditor"),
    };
    match until {
        Some(day) => Text::new(
            format!("Przypomnienia {what_pl} są wstrzymane do {} włącznie.", pl(day)),
            format!("Reminders {what_en} are on hold until {} inclusive.", en(day)),
        ),
        None => Text::new(
            format!("Przypomnienia {what_pl} są wstrzymane do odwołania."),
            format!("Reminders {what_en} are on hold until they are released."),
        ),
    }
}

fn with_next(text: Text, step: Option<&str>, on: Option<NaiveDate>) -> Text {
    match (step, on) {
        (Some(step), Some(day)) => Text::new(
            format!("{} Następny krok: „{step}”, najwcześniej {}.", text.pl, pl(day)),
            format!("{} Next step: “{step}”, on {} at the earliest.", text.en, en(day)),
        ),
        _ => text,
    }
}

fn pl(day: NaiveDate) -> String {
    day.format("%d.%m.%Y").to_string()
}

fn en(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn all() -> Vec<SkipReason> {
        // A new reason fails to compile here: add it below, too.
        let listed = |reason: &SkipReason| match reason {
            SkipReason::NotRemindable | SkipReason::CoveredByCredit | SkipReason::NotYet | SkipReason::DayIsTaken { .. } => {}
            SkipReason::TooSoon { .. } | SkipReason::DayOff | SkipReason::WindowClosed | SkipReason::Unreachable => {}
            SkipReason::NotOnAllowList | SkipReason::LadderFinished => {}
            SkipReason::CapReached { .. } | SkipReason::TooSmall { .. } | SkipReason::Extended { .. } => {}
            SkipReason::Stopped(Stop::PaymentPending { .. }) | SkipReason::InPlan { .. } => {}
            SkipReason::Skipped { .. } | SkipReason::ChannelGone { .. } | SkipReason::NotApproved | SkipReason::RunCapReached => {}
            SkipReason::Stopped(Stop::FirstRunGuarded { .. } | Stop::TooOld { .. }) => {}
            SkipReason::Stopped(Stop::LegalStop { .. } | Stop::TimeBarred { .. } | Stop::InstalmentsAsked { .. }) => {}
            SkipReason::Stopped(Stop::Held { .. } | Stop::Disputed { .. } | Stop::Promised { .. }) => {}
        };
        let mut reasons = vec![
            SkipReason::NotRemindable,
            SkipReason::CoveredByCredit,
            SkipReason::NotYet,
            SkipReason::Extended { until: day("2026-12-20") },
            SkipReason::InPlan { pay_on: day("2026-11-20") },
            SkipReason::TooSoon { last_on: day("2026-11-20") },
            SkipReason::CapReached { messages: 3 },
            SkipReason::Skipped { note: "they called".into() },
            SkipReason::ChannelGone { channel: Channel::Sms },
            SkipReason::NotApproved,
            SkipReason::RunCapReached,
            SkipReason::Stopped(Stop::FirstRunGuarded { overdue_days: 40 }),
            SkipReason::Stopped(Stop::TooOld { older_than: day("2026-01-01") }),
            SkipReason::Stopped(Stop::TimeBarred { since: day("2027-01-01") }),
            SkipReason::Stopped(Stop::Disputed { since: day("2026-11-20"), upheld: false }),
            SkipReason::Stopped(Stop::Disputed { since: day("2026-11-20"), upheld: true }),
            SkipReason::Stopped(Stop::Promised { pay_on: day("2026-11-20"), until: day("2026-11-24") }),
            SkipReason::Stopped(Stop::InstalmentsAsked { since: day("2026-11-20"), until: day("2026-11-25") }),
            SkipReason::TooSmall { least_minor: 500 },
            SkipReason::DayOff,
            SkipReason::DayIsTaken { channel: Channel::Email },
            SkipReason::WindowClosed,
            SkipReason::Unreachable,
            SkipReason::NotOnAllowList,
            SkipReason::LadderFinished,
        ];
        let (since, until) = (day("2026-11-18"), day("2026-11-23"));
        reasons.extend([true, false].map(|failed| SkipReason::Stopped(Stop::PaymentPending { since, until, failed })));
        for kind in LegalKind::ALL {
            let since = day("2026-11-20");
            reasons.extend([None, Some(since)].map(|until| SkipReason::Stopped(Stop::LegalStop { kind, since, until })));
        }
        for scope in [Scope::Invoice, Scope::Debtor, Scope::Creditor] {
            reasons.extend([None, Some(day("2026-11-30"))].map(|until| SkipReason::Stopped(Stop::Held { scope, until })));
        }
        reasons.iter().for_each(listed);
        reasons
    }

    #[test]
    fn every_reason_has_its_own_sentence_in_both_languages() {
        let texts: Vec<Text> = all().iter().map(because).collect();
        for text in &texts {
            assert!(text.pl.ends_with('.') && text.en.ends_with('.'), "{text:?}");
            assert_eq!(texts.iter().filter(|other| other.pl == text.pl || other.en == text.en).count(), 1, "{text:?}");
        }
    }

    #[test]
    fn a_skip_tells_its_facts_and_what_comes_next() {
        let reason = SkipReason::Stopped(Stop::Held { scope: Scope::Debtor, until: Some(day("2026-11-30")) });
        let skip = decide::Decision::Skip { reason, next_step: Some("due+7".into()), next_on: Some(day("2026-12-01")) };
        let shown = Decision::from(&skip);
        assert_eq!(shown.reason.as_deref(), Some("on_hold"));
        assert_eq!((shown.held, shown.held_until), (Some(HoldScope::Debtor), Some(day("2026-11-30"))));
        assert_eq!(
            shown.text.pl,
            "Przypomnienia dla tego dłużnika są wstrzymane do 30.11.2026 włącznie. Następny krok: „due+7”, najwcześniej 01.12.2026."
        );
        assert_eq!(
            shown.text.en,
            "Reminders for this debtor are on hold until 30 November 2026 inclusive. Next step: “due+7”, on 1 December 2026 at the earliest."
        );
    }

    #[test]
    fn a_step_names_its_reminder() {
        let reminder = "2026-11-23_email_PLN".to_owned().try_into().unwrap();
        let shown = Decision::from(&decide::Decision::Step { step: "due+1".into(), reminder });
        assert_eq!(shown.decision, Kind::Step);
        assert!(shown.text.en.contains("2026-11-23_email_PLN") && shown.reason.is_none());
    }
}

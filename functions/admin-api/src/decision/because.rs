//! Why a case hears nothing, as a sentence for a person, with the figures that it rests on.

use chrono::NaiveDate;
use upominek::domain::calendar::OffDay;
use upominek::domain::decide::{HoldScope as Scope, SkipReason};
use upominek::domain::grounds::{Covered, Small};
use upominek::domain::legal::LegalKind;
use upominek::domain::stops::Stop;

use super::say::{bracketed, day_en, day_pl, lacks, much, way_en, way_pl};
use crate::dto::Text;

/// Why a case hears nothing, for a person.
pub fn because(reason: &SkipReason) -> Text {
    match reason {
        SkipReason::NotRemindable => Text::new(
            "Źródło oznaczyło tę fakturę jako nieprzeznaczoną do przypominania, np. zamówienie testowe.",
            "The source marks this invoice as not to be reminded, such as a test order.",
        ),
        SkipReason::Stopped(stop) => stopped(*stop),
        SkipReason::InPlan { pay_on } => Text::new(
            format!("Faktura jest spłacana w ratach; następna rata jest na {}.", day_pl(*pay_on)),
            format!("The invoice is paid by instalments; the next one is due on {}.", day_en(*pay_on)),
        ),
        SkipReason::InstalmentFirst { pay_on, until } => Text::new(
            format!(
                "Najpierw przypominamy o racie na {}; ta wiadomość zabrałaby jej dzień, więc czeka do {}.",
                day_pl(*pay_on),
                day_pl(*until)
            ),
            format!(
                "The instalment due on {} is reminded first; this message would leave no day for it, so it waits until {}.",
                day_en(*pay_on),
                day_en(*until)
            ),
        ),
        SkipReason::CoveredByCredit { sums } => covered(*sums),
        SkipReason::Extended { until } => Text::new(
            format!("Termin zapłaty jest przedłużony; do {} włącznie nie przypominamy, że minął.", day_pl(*until)),
            format!("The due date is put off; until {} inclusive nobody is told that it has passed.", day_en(*until)),
        ),
        SkipReason::NotYet { planned_on: Some(day) } => Text::new(
            format!("Dzień następnego kroku jeszcze nie nadszedł: jest planowany na {}.", day_pl(*day)),
            format!("The day of the next step has not come yet: it is planned for {}.", day_en(*day)),
        ),
        SkipReason::NotYet { planned_on: None } => {
            Text::new("Dzień następnego kroku jeszcze nie nadszedł.", "The day of the next step has not come yet.")
        }
        SkipReason::ReopenedToday => Text::new(
            "Tego dnia faktura została otwarta na nowo; wracamy do niej najwcześniej następnego.",
            "The invoice was opened again on that day; nothing more is said of it before the next.",
        ),
        SkipReason::TooSoon { last_on } => Text::new(
            format!("Ostatnia wiadomość była {}; na kolejną jest za wcześnie.", day_pl(*last_on)),
            format!("Something was last said on {}; it is too soon for more.", day_en(*last_on)),
        ),
        SkipReason::CapReached { messages } => Text::new(
            format!("Dłużnik dostał już tyle wiadomości, ile polityka dopuszcza w ciągu siedmiu dni: {messages}."),
            format!("The debtor has had as many messages as the policy allows in seven days: {messages}."),
        ),
        SkipReason::TooSmall { least_minor, small } => too_small(*least_minor, *small),
        SkipReason::DayOff { off } => {
            let (why_pl, why_en) = match off {
                None => ("dzień wolny od pracy", "a day off"),
                Some(OffDay::Weekend) => ("sobota lub niedziela", "a Saturday or Sunday"),
                Some(OffDay::Holiday) => ("święto ustawowo wolne od pracy", "a statutory day off"),
                Some(OffDay::Own) => ("dzień wolny wpisany przez wierzyciela", "a day off of the creditor's own"),
            };
            Text::new(format!("To {why_pl}, a w takie dni nie piszemy."), format!("It is {why_en}, and nobody writes on a day off."))
        }
        SkipReason::WindowClosed { closing: None } => {
            Text::new("Godziny wysyłki na ten dzień już minęły.", "The send window of the day has closed.")
        }
        SkipReason::WindowClosed { closing: Some(closing) } => {
            let (until, zone) = (closing.until.format("%H:%M"), closing.zone);
            Text::new(
                format!("Godziny wysyłki na ten dzień ({}) minęły o {until} ({zone}).", way_pl(closing.channel)),
                format!("The send window of the day ({}) closed at {until} ({zone}).", way_en(closing.channel)),
            )
        }
        SkipReason::DayIsTaken { channel } => Text::new(
            format!("Jedyna wiadomość tego dnia ({}) już poszła albo została odwołana; drugiej nie będzie.", way_pl(*channel)),
            format!("The one message of the day by {} went or was called off already; there is no second one.", way_en(*channel)),
        ),
        SkipReason::Unreachable { lacks: all } if all.is_empty() => Text::new(
            "Dłużnika nie można osiągnąć żadną drogą, którą ten krok wymienia.",
            "The debtor cannot be reached by any way that the step names.",
        ),
        SkipReason::Unreachable { lacks: all } => {
            let Text { pl, en } = lacks(all);
            Text::new(
                format!("Dłużnika nie można osiągnąć żadną drogą, którą ten krok wymienia: {pl}."),
                format!("The debtor cannot be reached by any way that the step names: {en}."),
            )
        }
        SkipReason::NotOnAllowList { channel } => {
            let Text { pl, en } = bracketed(channel.map(|channel| Text::new(way_pl(channel), way_en(channel))));
            Text::new(
                format!("Wierzyciel działa w trybie próbnym, a adresu dłużnika nie ma na liście dozwolonych{pl}."),
                format!("The creditor is in trial, and the debtor's address is not on its allow-list{en}."),
            )
        }
        SkipReason::Skipped { note } => {
            Text::new(format!("Pominięta w tym dniu przez zespół: „{note}”."), format!("The team skipped it for this day: “{note}”."))
        }
        SkipReason::ChannelGone { channel, lack } => {
            let why = bracketed(lack.map(|lack| super::say::lacking(*channel, lack)));
            Text::new(
                format!("Zespół wybrał na ten dzień inną drogę ({}), którą dłużnika nie można już osiągnąć{}.", way_pl(*channel), why.pl),
                format!("The team chose {} for this day, by which the debtor can no longer be reached{}.", way_en(*channel), why.en),
            )
        }
        SkipReason::NotApproved => {
            Text::new("Czekała na zatwierdzenie, gdy minęły godziny wysyłki.", "It was awaiting approval when its send window closed.")
        }
        SkipReason::RunCapReached { messages } => {
            let figure = messages.map(|messages| format!(": {messages}")).unwrap_or_default();
            Text::new(
                format!(
                    "Udział tej grupy dłużników w limicie wiadomości na noc (run_cap{figure}) jest wyczerpany; ta poczeka na następną noc."
                ),
                format!(
                    "This group of debtors has used up its share of the night's messages (run_cap{figure}); this one waits for the next night."
                ),
            )
        }
        SkipReason::LadderFinished { last: Some(last) } => Text::new(
            format!("Nie ma już kolejnego kroku; ostatni był „{}” dnia {}.", last.step, day_pl(last.on)),
            format!("No step is left; the last one was “{}” on {}.", last.step, day_en(last.on)),
        ),
        SkipReason::LadderFinished { last: None } => {
            Text::new("Nie ma kroku, który miałby być wykonany.", "There is no step that would be taken.")
        }
    }
}

fn covered(sums: Option<Covered>) -> Text {
    let Some(Covered { open_minor, credit_minor, currency }) = sums else {
        return Text::new(
            "Pokrywają ją wpłaty lub korekty, które nie są przypisane do żadnej faktury.",
            "Money or credit notes that belong to no invoice cover it.",
        );
    };
    let (open, credit) = (much(open_minor, currency), much(credit_minor, currency));
    Text::new(
        format!(
            "Pokrywają ją wpłaty lub korekty, które nie są przypisane do żadnej faktury: otwarte jest {}, a takich środków jest {}.",
            open.pl, credit.pl
        ),
        format!("Money or credit notes that belong to no invoice cover it: {} is open, and there is {} of them.", open.en, credit.en),
    )
}

fn too_small(least_minor: i64, small: Option<Small>) -> Text {
    let figures = small.map(|Small { sum_minor, currency }| {
        let (sum, least) = (much(sum_minor, currency), much(least_minor, currency));
        Text::new(format!(": {} wobec {}", sum.pl, least.pl), format!(": {} against {}", sum.en, least.en))
    });
    let Text { pl, en } = figures.unwrap_or_else(|| Text::new("", ""));
    Text::new(
        format!("Kwota wiadomości jest mniejsza niż najmniejsza, dla której polityka ją wysyła{pl}."),
        format!("The sum of the message is less than the least that the policy calls worth one{en}."),
    )
}

fn stopped(stop: Stop) -> Text {
    match stop {
        Stop::PaymentPending { since, until, failed: false } => Text::new(
            format!("Wpłata jest w drodze od {}; czekamy do {} włącznie.", day_pl(since), day_pl(until)),
            format!("A payment has been under way since {}; it is waited for until {} inclusive.", day_en(since), day_en(until)),
        ),
        Stop::PaymentPending { until, failed: true, .. } => Text::new(
            format!("Wpłata nie powiodła się {}; tego dnia nie przypominamy.", day_pl(until)),
            format!("The payment failed on {}; nothing is said on that day.", day_en(until)),
        ),
        Stop::LegalStop { kind, since, until } => legal(kind, since, until),
        Stop::FirstRunGuarded { overdue_days } => Text::new(
            format!("Przyszła {overdue_days} dni po terminie; czeka, aż w ustawieniu first_run zostanie wybrane, od czego zacząć."),
            format!("It came {overdue_days} days overdue; it waits until the setting first_run says how to begin."),
        ),
        Stop::TooOld { older_than } => Text::new(
            format!("Przyszła już po terminie, a termin był przed {}; ustawienia każą o takich nie przypominać.", day_pl(older_than)),
            format!("It was overdue when it came, and due before {}; the settings say that such are not reminded.", day_en(older_than)),
        ),
        Stop::Held { scope, until } => held(scope, until),
        Stop::Disputed { since, upheld: false } => Text::new(
            format!("Dłużnik kwestionuje tę fakturę od {}; milczymy do rozstrzygnięcia.", day_pl(since)),
            format!("The debtor has disputed this invoice since {}; nothing is said until that is decided.", day_en(since)),
        ),
        Stop::Disputed { upheld: true, .. } => Text::new(
            "Dłużnik zakwestionował tę fakturę i miał rację; czeka na korektę.",
            "The debtor disputed this invoice and was right; a credit note is awaited.",
        ),
        Stop::Promised { pay_on, until } => Text::new(
            format!("Dłużnik obiecał zapłacić {}; czekamy do {} włącznie.", day_pl(pay_on), day_pl(until)),
            format!("The debtor promised to pay on {}; that is waited for until {} inclusive.", day_en(pay_on), day_en(until)),
        ),
        Stop::InstalmentsAsked { since, until } => Text::new(
            format!("Dłużnik poprosił {} o raty; na odpowiedź zespołu czekamy do {} włącznie.", day_pl(since), day_pl(until)),
            format!(
                "The debtor asked for instalments on {}; the team's answer is waited for until {} inclusive.",
                day_en(since),
                day_en(until)
            ),
        ),
        Stop::TimeBarred { since } => Text::new(
            format!("Roszczenie wobec konsumenta jest przedawnione od {}; nie wolno się go domagać.", day_pl(since)),
            format!("The claim against a consumer has been time-barred since {}; it must not be demanded.", day_en(since)),
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
        Some(day) => (format!("milczymy do {} włącznie", day_pl(day)), format!("nothing is said until {} inclusive", day_en(day))),
        None => ("milczymy do odwołania".to_owned(), "nothing is said until that is ended".to_owned()),
    };
    Text::new(format!("{why_pl} (od {}); {last_pl}.", day_pl(since)), format!("{why_en} (since {}); {last_en}.", day_en(since)))
}

fn held(scope: Scope, until: Option<NaiveDate>) -> Text {
    let (what_pl, what_en) = match scope {
        Scope::Invoice => ("dla tej faktury", "for this invoice"),
        Scope::Debtor => ("dla tego dłużnika", "for this debtor"),
        Scope::Creditor => ("u tego wierzyciela", "of this creditor"),
    };
    match until {
        Some(day) => Text::new(
            format!("Przypomnienia {what_pl} są wstrzymane do {} włącznie.", day_pl(day)),
            format!("Reminders {what_en} are on hold until {} inclusive.", day_en(day)),
        ),
        None => Text::new(
            format!("Przypomnienia {what_pl} są wstrzymane do odwołania."),
            format!("Reminders {what_en} are on hold until they are released."),
        ),
    }
}

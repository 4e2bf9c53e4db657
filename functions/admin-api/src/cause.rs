//! Reasons that Upominek itself gives, in both languages. What a person or a provider wrote stays as it is.

use upominek::domain::cause::Cause;

use crate::dto::Text;

/// A stored reason as the API shows it: its name with a sentence for a person, or the words as written.
pub fn shown(stored: &str) -> (String, Option<Text>) {
    match Cause::read(stored) {
        Some(cause) => (cause.text(), Some(text(cause))),
        None => (stored.to_owned(), None),
    }
}

/// The same where there may be none.
pub fn shown_if(stored: Option<&str>) -> (Option<String>, Option<Text>) {
    match stored.map(shown) {
        Some((reason, text)) => (Some(reason), text),
        None => (None, None),
    }
}

/// The sentence of a reason.
pub fn text(cause: Cause) -> Text {
    let (pl, en) = match cause {
        Cause::TakenOut => {
            ("Każda pozycja została pominięta albo poszła inną drogą.", "Every line of it was skipped, or moved to another channel.")
        }
        Cause::NotApproved => (
            "Nikt nie zatwierdził jej przed końcem godzin wysyłki; kolejna noc decyduje od nowa.",
            "Nobody approved it before its send window closed; the next night decides anew.",
        ),
        Cause::NotSentOnItsDay => ("Nie wyszła w swoim dniu; decyzja zapada od nowa.", "It was not sent on its day, and is decided anew."),
        Cause::DueDateExtended => ("Termin zapłaty faktury został przedłużony.", "The due date of its invoice was extended."),
        Cause::StepSkipped => ("Zespół pominął jej krok.", "The team passed over its step."),
        Cause::ChannelRefused => ("Dłużnik nie chce już wiadomości tą drogą.", "The debtor wants nothing this way any more."),
        Cause::DebtorChanged => (
            "Faktura, o której mówiła, ma teraz innego dłużnika; decyzja zapada od nowa.",
            "An invoice of it changed its debtor, and is decided anew.",
        ),
        Cause::SenderStopped => (
            "Wysyłający zatrzymał się, zanim zapisał odpowiedź dostawcy; nie wiadomo, czy wyszła.",
            "The sender stopped before it wrote down the provider's answer; nobody knows whether it went.",
        ),
        Cause::DayIsOver => ("Jej dzień już minął.", "Its day is over."),
        Cause::LawStops => {
            ("Przepisy nie pozwalają teraz pisać do dłużnika.", "The law stops everything that would be written to the debtor.")
        }
        Cause::NothingLeft => ("Nie ma już o czym przypominać.", "Nothing is left to say."),
        Cause::NoText => (
            "Nie udało się ułożyć tekstu; dziennik funkcji wysyłki podaje szablon.",
            "Its text could not be made; the log of the sending function names the template.",
        ),
        Cause::NoAddress => ("Nie ma adresu, na który można napisać.", "There is no address to use."),
        Cause::AddressBlocked => (
            "Na ten adres nic już nie wysyłamy: wiadomość wróciła albo odbiorca się poskarżył.",
            "Nothing is sent to this address any more: it bounced or complained.",
        ),
        Cause::NotOnAllowList => (
            "Wierzyciel działa w trybie próbnym, a adresu nie ma na liście dozwolonych.",
            "The creditor is in trial and the address is not on its allow-list.",
        ),
        Cause::TeamAddressBlocked => (
            "Na adres zespołu nic już nie wysyłamy: wiadomość wróciła albo odbiorca się poskarżył. Trzeba zmienić team_email w ustawieniach.",
            "The team's address bounced or complained. Change team_email in the settings.",
        ),
        Cause::Bounced => ("Wiadomość wróciła na stałe: adres nie działa.", "The address bounced for good."),
        Cause::Complained => ("Odbiorca zgłosił wiadomość jako niechcianą.", "The reader complained about the message."),
        Cause::RejectedAfterAll => {
            ("Dostawca poczty przyjął wiadomość, a potem ją odrzucił.", "The provider accepted it, and rejected it afterwards.")
        }
        Cause::Rejected => ("Dostawca poczty odrzucił wiadomość.", "The provider rejected the message."),
        Cause::NotSendable => ("Nie dało się złożyć zapytania do dostawcy.", "No request to the provider could be made of it."),
        Cause::NumberRefused => ("Dostawca SMS odrzucił numer albo tekst.", "The provider refused the number or the text."),
        Cause::OptedOut => ("Ten numer nie przyjmuje już SMS-ów.", "The number has opted out."),
        Cause::ProviderFault => (
            "Dostawca odpowiedział własnym błędem; nie wiadomo, czy wyszła.",
            "The provider answered with an error of its own; nobody knows whether it went.",
        ),
        Cause::NoAnswer => {
            ("Dostawca nie odpowiedział; nie wiadomo, czy wyszła.", "The provider did not answer; nobody knows whether it went.")
        }
        Cause::SomebodyElses => ("Adres lub numer należy do kogoś innego.", "The address or number is somebody else's."),
        Cause::DiscountEarned => ("Zapłacono w terminie rabatu, który daje faktura.", "It was paid in time for the invoice's discount."),
        Cause::SmallDifference => {
            ("Różnica nie większa niż write_off_up_to w polityce.", "It is a difference up to the policy's write_off_up_to.")
        }
        Cause::MoreIsOpen => ("Na fakturze znów jest otwarte więcej.", "More is open of the invoice again."),
        Cause::TimeBarredConsumer => (
            "Roszczenie było przedawnione wobec konsumenta, zanim jego konto połączono z firmą.",
            "It was time-barred as a claim against a consumer when its debtor was merged into a company.",
        ),
        Cause::TwoAgain => {
            ("Wstrzymanie wzięło się z połączenia dłużników, a są znowu dwoma.", "The hold came of a merge, and the debtors are two again.")
        }
        Cause::PolicyVersionGone => (
            "Wersji polityki, według której szła faktura, już nie przechowujemy; idzie dalej od tego samego miejsca według obecnej.",
            "The version of the policy by which the invoice was planned is not kept any more; it goes on from where it stands by the one in force.",
        ),
        Cause::CurrencyNotInvoices => ("Wpłata jest w innej walucie niż faktura.", "The payment is in another currency than the invoice."),
        Cause::NotItsInvoice => {
            ("Wpłata wskazuje fakturę, której ten dłużnik nie ma.", "The payment names an invoice that this debtor does not have.")
        }
        Cause::PaidAlready => (
            "Faktura była już zapłacona: to te same pieniądze podane dwa razy albo druga wpłata.",
            "The invoice was paid already: the same money told twice, or a second payment.",
        ),
        Cause::CurrencyNotCheckouts => (
            "Wpłata jest w innej walucie niż ta, którą dłużnik wybrał na stronie.",
            "The payment is in another currency than the debtor chose on the page.",
        ),
        Cause::AmountNotCheckouts => (
            "Kwota wpłaty jest inna niż ta, którą dłużnik wybrał na stronie.",
            "The amount of the payment is not the one that the debtor chose on the page.",
        ),
        Cause::UnknownReference => ("Wpłata ma odniesienie, którego nie nadaliśmy.", "The payment has a reference that is none of ours."),
        Cause::CameAgain => (
            "Zwrot się nie powiódł albo obciążenie zwrotne cofnięto: te pieniądze znów są u wierzyciela.",
            "A refund failed or a chargeback was reversed: its money is with the creditor again.",
        ),
        Cause::UnreadableCallback => (
            "Nie da się odczytać powiadomienia dostawcy płatności; zdarzenie czeka na liście zdarzeń.",
            "The payment provider's callback cannot be read; it waits on the list of events.",
        ),
        Cause::TaskForTeam => (
            "Ten krok jest zadaniem dla zespołu i nie idzie do dłużnika.",
            "This step is a task for the team, and has no words for the debtor.",
        ),
        Cause::NotRefusable => ("Zrezygnować można tylko z e-maili i SMS-ów.", "Only e-mail and SMS can be refused."),
    };
    Text::new(pl, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_sentence_in_both_languages() {
        let texts = Cause::ALL.map(text);
        for text in &texts {
            assert!(text.pl.ends_with('.') && text.en.ends_with('.'), "{text:?}");
            assert_eq!(texts.iter().filter(|other| other.pl == text.pl || other.en == text.en).count(), 1, "{text:?}");
        }
    }

    #[test]
    fn what_earlier_versions_wrote_is_told_like_a_name_and_a_persons_words_stay() {
        assert_eq!(shown("the address bounced for good"), shown("bounced"));
        assert_eq!(shown("bounced").0, "bounced");
        assert_eq!(shown("they called"), ("they called".to_owned(), None));
        assert_eq!(shown_if(None), (None, None));
    }
}

//! The doors of the pay page: offered where they would be taken, and what was said stands there.

use chrono::Days;

use super::page::without_own_script;
use crate::domain::account::Account;
use crate::domain::creditor::Locale;
use crate::domain::debtor_word::{InstalmentRequest, Refusal};
use crate::domain::legal::{LegalKind, LegalStop};
use crate::domain::message::fixture::*;
use crate::domain::message::format::plain;
use crate::domain::message::page::*;
use crate::domain::message::page_facts::page_facts;
use crate::domain::pending::{PaidBy, Pending, PendingSource};
use crate::domain::policy::Channel;
use crate::domain::stops::{Dispute, Party, Promise};

fn html(locale: Option<Locale>, said: Option<Said>, change: impl Fn(&mut Account)) -> String {
    let mut account = account();
    account.cases = vec![case(1, day("2026-11-23")), case(2, today())];
    change(&mut account);
    let facts = page_facts(&account, &settings(), today(), locale);
    plain(&pay_page(&facts, &Offer { providers: &[], form_token: "t0ken", back: None, said }).unwrap())
}

fn offers(html: &str, door: Door) -> bool {
    let name = door.name();
    html.contains(&format!("name=\"do\" value=\"{name}\""))
}

fn promised(made_on: &str, pay_on: &str) -> impl Fn(&mut Account) {
    let promise = Promise { made_on: day(made_on), by: Party::Debtor, pay_on: day(pay_on), amount_minor: 1, open_minor: 1 };
    move |account| account.cases.iter_mut().for_each(|case| case.promise = Some(promise.clone()))
}

/// The debtor has said it.
fn says(door: Door, account: &mut Account) {
    let (on, until, by) = (today(), today() + Days::new(5), Party::Debtor);
    let refusal = |channel| Refusal { channel, since: on, by };
    match door {
        Door::Promise => promised("2026-11-30", "2026-12-01")(account),
        Door::Instalments => account.profile.asked_instalments = Some(InstalmentRequest { on, until, parts: 3, note: String::new() }),
        Door::Paid => {
            let source = PendingSource::Said { by, paid_on: on, way: PaidBy::Transfer };
            account.cases[0].pending = Some(Pending { since: on, until, source, open_minor: 1, over: None });
        }
        Door::Dispute => {
            account.cases[0].dispute = Some(Dispute { opened_on: on, by, reason: None, note: String::new(), upheld: false });
        }
        Door::NoSms => account.profile.refusals.push(refusal(Channel::Sms)),
        Door::NoEmail => account.profile.refusals.push(refusal(Channel::Email)),
        Door::WrongPerson => {
            let (kind, not_theirs) = (LegalKind::WrongPerson, Vec::new());
            account.profile.legal_stops.push(LegalStop { kind, since: on, until: None, reason: "x".into(), not_theirs });
        }
    }
}

#[test]
fn every_door_is_open_to_who_owes_and_can_be_written_to() {
    for locale in Locale::ALL {
        let page = html(Some(locale), None, |_| {});
        for door in Door::ALL {
            assert!(offers(&page, door), "{locale:?} {door:?}");
        }
        assert!(page.matches("value=\"t0ken\"").count() >= 6, "each form proves where it was made");
        assert!(!without_own_script(&page).contains("<script"));
    }
}

#[test]
fn who_owes_nothing_is_asked_for_no_word_about_paying() {
    let page = html(None, None, |account| account.cases.clear());
    for door in [Door::Promise, Door::Instalments, Door::Paid, Door::Dispute] {
        assert!(!offers(&page, door), "{door:?}");
    }
    assert!(offers(&page, Door::NoSms) && offers(&page, Door::WrongPerson));
}

#[test]
fn a_day_may_be_promised_within_the_limit_of_the_policy() {
    let page = html(None, None, |_| {});
    let last = today() + Days::new(14);
    assert!(page.contains(&format!("min=\"{}\" max=\"{last}\"", today())), "{page}");
    let again = html(None, None, promised("2026-11-20", "2026-12-01"));
    assert!(again.contains("Zapłata obiecana do") && again.contains("max=\"2026-12-04\""), "counted from the first promise");
    let broken = html(None, None, |account| account.cases.iter_mut().for_each(|case| case.broke_word_on = Some(today())));
    assert!(!offers(&broken, Door::Promise));
}

/// What may be chosen in a door: the values of its `of`.
fn chosen_from(html: &str, door: &str) -> Vec<String> {
    let form = html.split_once(&format!("id=\"{door}\"")).map_or("", |(_, rest)| rest.split("</form>").next().unwrap_or(""));
    let Some((_, rest)) = form.split_once("name=\"of\"") else { return Vec::new() };
    let options = rest.split("</select>").next().unwrap_or("").split("value=\"").skip(1);
    options.map(|option| option.split('"').next().unwrap_or("").to_owned()).collect()
}

#[test]
fn a_promise_and_a_payment_may_be_told_of_one_invoice_or_of_all() {
    let page = html(None, None, |_| {});
    for door in ["promise", "paid"] {
        assert_eq!(chosen_from(&page, door), ["", "upominek:inv-1", "upominek:inv-2"], "{door}");
        let one = html(None, None, |account| account.cases.truncate(1));
        assert!(chosen_from(&one, door).is_empty(), "one needs no choice");
    }
    let broken = html(None, None, |account| account.cases[0].broke_word_on = Some(today()));
    assert_eq!(chosen_from(&broken, "promise"), ["upominek:inv-2"], "all together would be refused");
    let told = html(None, None, |account| {
        let source = PendingSource::Said { by: Party::Debtor, paid_on: today(), way: PaidBy::Transfer };
        account.cases[0].pending = Some(Pending { since: today(), until: today() + Days::new(5), source, open_minor: 1, over: None });
        let promise = Promise { made_on: today(), by: Party::Debtor, pay_on: today(), amount_minor: 1, open_minor: 1 };
        account.cases[1].promise = Some(promise);
    });
    assert!(chosen_from(&told, "paid").is_empty());
    assert!(told.contains("2026</strong>: FV/2026/11/0001.") && told.contains("2026</strong>: FV/2026/11/0002."), "{told}");
}

#[test]
fn what_was_said_closes_its_door() {
    let refused = html(None, None, |account| {
        account.profile.refusals.push(Refusal { channel: Channel::Sms, since: today(), by: Party::Debtor });
    });
    assert!(!offers(&refused, Door::NoSms) && offers(&refused, Door::NoEmail) && refused.contains("SMS-ów już nie wysyłamy"));
    let asked = html(None, None, |account| {
        let request = InstalmentRequest { on: today(), until: today() + Days::new(5), parts: 3, note: String::new() };
        account.profile.asked_instalments = Some(request);
    });
    assert!(!offers(&asked, Door::Instalments) && asked.contains("Prośba o raty dotarła"));
    let disputed = html(None, None, |account| {
        let dispute = Dispute { opened_on: today(), by: Party::Debtor, reason: None, note: "do not show".into(), upheld: false };
        account.cases[0].dispute = Some(dispute);
    });
    let chosen = |html: &str| html.matches("<option value=\"").count();
    assert_eq!(chosen(&html(None, None, |_| {})) - chosen(&disputed), 1, "one invoice less to choose from");
    assert!(!disputed.contains("do not show"));
}

#[test]
fn under_a_stop_of_the_law_nothing_is_asked() {
    for kind in LegalKind::ALL {
        let page = html(None, None, |account| {
            account.profile.legal_stops.push(LegalStop { kind, since: today(), until: None, reason: "x".into(), not_theirs: Vec::new() });
        });
        assert!(!page.contains("<form"), "{kind:?}");
    }
}

#[test]
fn how_it_was_taken_is_said_for_every_door() {
    for locale in Locale::ALL {
        for door in Door::ALL {
            let page = html(Some(locale), Some(Said::Done(door)), |account| says(door, account));
            assert!(page.contains("role=\"status\""), "{door:?}");
            let untrue = html(Some(locale), Some(Said::Done(door)), |_| {});
            assert!(!untrue.contains("role=\"status\""), "an address alone confirms nothing: {door:?}");
        }
        let days = Trouble::Days(today(), today() + Days::new(14));
        let all = [days, Trouble::PromisedBefore, Trouble::AskedBefore, Trouble::SaidBefore, Trouble::Text, Trouble::Gone];
        assert_eq!(all.map(Trouble::kind), Trouble::KINDS);
        for trouble in all {
            let page = html(Some(locale), Some(Said::Trouble(Door::Promise, trouble)), |_| {});
            assert!(page.contains("role=\"alert\"") && page.contains("id=\"promise\" open"), "{trouble:?}");
        }
    }
}

#[test]
fn a_page_with_every_door_stays_small() {
    let page = html(None, None, |account| {
        account.cases = (1..400).map(|n| case(n, day("2026-11-23"))).collect();
        account.cases.iter_mut().for_each(|case| case.number = format!("FV/{}", "9".repeat(60)));
    });
    assert!(page.len() < LARGEST_PAGE, "{}", page.len());
}

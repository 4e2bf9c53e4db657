//! Interest and compensation through the whole core: claimed by a step, said, paid, left over, waived.
//! Figures are worked out by hand beside them, in grosze.

#![expect(clippy::inconsistent_digit_grouping, clippy::mistyped_literal_suffixes, reason = "grosze stand apart: 369_86 is 369.86 PLN")]

use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::{Account, Closed};
use crate::domain::claimed::Void;
use crate::domain::creditor::{Locale, Settings};
use crate::domain::fact::{DebtorFact, DebtorKind, InvoiceFact};
use crate::domain::handle::{Attention, Command, Context, Entry, Refused, moved};
use crate::domain::ids::DebtorId;
use crate::domain::interest::{
    BusinessInterest, ClaimKind, CompensationError, ConsumerInterest, Order, OwnMidRate, OwnTable, PaymentDay, Zloty,
};
use crate::domain::message::facts::{MessageFacts, facts};
use crate::domain::message::format::plain;
use crate::domain::message::page::{Offer, ProviderButton, pay_page};
use crate::domain::message::page_facts::page_facts;
use crate::domain::message::{email, sms};
use crate::domain::money::Currency;
use crate::domain::policy::{Channel, Shipped};
use crate::domain::reminder::ReminderState;

pub(super) const TEN_THOUSAND: i64 = 10_000_00;

/// 70 EUR at 4.2267, the mid rate of 28 November 2025.
pub(super) const COMPENSATION: i64 = 295_87;

pub(super) fn charging(settings: &mut Settings) {
    settings.policy = Shipped::Firm.policy();
    settings.side_claims.businesses = BusinessInterest::PlCommercial;
    settings.side_claims.compensation = true;
    settings.mid_rates = vec![OwnMidRate { on: day("2025-11-28"), rate: Zloty(42_267) }];
}

/// Somebody who owes invoices due on 15 December 2025, a Monday.
fn owes(kind: DebtorKind, amounts: &[(&str, i64)], change: impl Fn(&mut Settings)) -> World {
    let mut world = World::new();
    charging(&mut world.settings);
    change(&mut world.settings);
    world.at(day("2025-12-01"), "10:00:00");
    for (name, minor) in amounts {
        let fact = invoice(name, *minor, day("2025-12-15"));
        let debtor = DebtorFact { kind: Some(kind), ..fact.debtor.clone() };
        world.apply(&Command::Invoice(Box::new(InvoiceFact { debtor, ..fact })));
    }
    world
}

/// A company owes 10 000.00 PLN.
pub(super) fn company(change: impl Fn(&mut Settings)) -> World {
    owes(DebtorKind::Business, &[("A", TEN_THOUSAND)], change)
}

/// The creditor claims interest alone.
pub(super) fn interest_only(settings: &mut Settings) {
    settings.side_claims.compensation = false;
}

/// Nights until the first step that claims, `due+4`: Friday 19 December.
pub(super) fn claimed() -> impl FnOnce(&mut World) {
    days_pass("2025-12-12", "2025-12-19")
}

pub(super) fn comes(payment: &str, invoice: Option<&str>, minor: i64, on: &str) -> impl FnOnce(&mut World) {
    let (command, on) = (paid_at(payment, invoice, minor, &format!("{on}T09:00:00Z")), day(on));
    move |world| {
        world.at(on, "12:00:00");
        world.apply(&command);
    }
}

/// What is open beside an invoice for who pays on a day: interest and compensation.
pub(super) fn beside(name: &str, on: &str, expected: (i64, i64)) -> impl FnOnce(&World) {
    let on = day(on);
    move |world| {
        let mut account = world.account.clone();
        account.claims.extend(world.past_claims.iter().cloned());
        let open = account.open_claims(&id(name), &world.settings, on);
        assert_eq!((open.interest_minor, open.compensation_minor), expected, "beside {name} on {on}: {open:?}");
    }
}

pub(super) fn waives(name: &str, claim: ClaimKind) -> impl FnOnce(&mut World) {
    does(Command::WaiveClaim { case: id(name), claim, reason: "a good customer".to_owned() })
}

pub(super) fn last_message(world: &World, on: &str) -> MessageFacts {
    let as_of = day(on);
    let reminder = world.account.reminders.iter().rfind(|one| one.id.as_of == as_of).unwrap();
    facts(&world.account, reminder, &world.settings, as_of, "https://pay.example/p/x").unwrap()
}

#[test]
fn the_commercial_vector_comes_out_of_the_whole_core() {
    company(interest_only)
        .when(claimed())
        .when(comes("p", Some("A"), TEN_THOUSAND, "2026-03-20"))
        .then(open("A", 0))
        // 16 days at 15.25 % and 79 at 14.00 %: 66.85 + 303.01.
        .then(beside("A", "2026-03-20", (369_86, 0)))
        .then(beside("A", "2027-05-01", (369_86, 0)));
}

#[test]
fn the_vector_of_article_481_comes_out_of_the_whole_core_for_a_consumer() {
    owes(DebtorKind::Consumer, &[("A", TEN_THOUSAND)], |settings| settings.side_claims.consumers = ConsumerInterest::PlStatutory)
        .when(claimed())
        .when(comes("p", Some("A"), TEN_THOUSAND, "2026-03-20"))
        // 79 days at 9.50 % and 16 at 9.25 %; never compensation.
        .then(beside("A", "2026-03-20", (246_16, 0)));
}

#[test]
fn the_day_of_payment_counts_where_the_settings_say_so() {
    let not_counted = |settings: &mut Settings| {
        interest_only(settings);
        settings.side_claims.payment_day = PaymentDay::NotCounted;
    };
    // A day at 14.00 % is 3.8356.
    company(not_counted).when(claimed()).when(comes("p", Some("A"), TEN_THOUSAND, "2026-03-20")).then(beside(
        "A",
        "2026-03-20",
        (366_03, 0),
    ));
}

#[test]
fn a_public_healthcare_body_is_charged_its_own_rate() {
    let change = |settings: &mut Settings| {
        interest_only(settings);
        settings.side_claims.healthcare_bodies = vec!["1234563218".to_owned()];
    };
    let mut world = company(change);
    world.account.profile.tax_id = Some("1234563218".to_owned());
    // 16 days at 13.25 % and 79 at 12.00 %: 58.08 + 259.73.
    world.when(claimed()).when(comes("p", Some("A"), TEN_THOUSAND, "2026-03-20")).then(beside("A", "2026-03-20", (317_81, 0)));
}

#[test]
fn a_contracts_rate_is_capped_at_twice_the_statutory_one() {
    let change = |settings: &mut Settings| {
        interest_only(settings);
        settings.side_claims.businesses = BusinessInterest::Contractual;
        settings.side_claims.contract_table = Some("contract".to_owned());
        let table =
            serde_json::json!({ "id": "contract", "rates": [{ "valid_from": "2025-01-01", "percent": "24", "source": "contract 7" }] });
        settings.rate_tables = vec![serde_json::from_value::<OwnTable>(table).unwrap()];
    };
    assert_eq!(company(change).settings.claim_problems(), []);
    // 79 days at 19.00 % and 16 at 18.50 %: 411.23 + 81.10.
    company(change).when(claimed()).when(comes("p", Some("A"), TEN_THOUSAND, "2026-03-20")).then(beside("A", "2026-03-20", (492_33, 0)));
}

/// Interest by a table of 24 % under a law, and others beside it.
fn under(cap: serde_json::Value, others: serde_json::Value) -> World {
    company(|settings| {
        interest_only(settings);
        settings.side_claims.businesses = BusinessInterest::Contractual;
        settings.side_claims.contract_table = Some("contract".to_owned());
        let rates = serde_json::json!([{ "valid_from": "2025-01-01", "percent": "24", "source": "contract 7" }]);
        settings.rate_tables = vec![serde_json::from_value(serde_json::json!({ "id": "contract", "rates": rates, "cap": cap })).unwrap()];
        settings.rate_tables.extend(serde_json::from_value::<Vec<OwnTable>>(others.clone()).unwrap());
    })
}

#[test]
fn a_rate_under_another_law_has_that_laws_maximum_or_none() {
    let paid = |world: World| world.when(claimed()).when(comes("p", Some("A"), TEN_THOUSAND, "2026-03-20"));
    let german = serde_json::json!({ "none": { "source": "§ 288 BGB" } });
    let world = under(german, serde_json::json!([]));
    assert_eq!(world.settings.claim_problems(), []);
    let text = email::email(&last_message(&world.clone().when(claimed()), "2025-12-19")).unwrap().text;
    // 95 days at 24 %.
    paid(world).then(beside("A", "2026-03-20", (624_66, 0)));
    assert!(text.contains("(odsetki za opóźnienie, od 16.12.2025") && !text.contains("umowne"), "{text}");
    let rates = serde_json::json!([
        { "valid_from": "2025-01-01", "percent": "4", "source": "an announcement" },
        { "valid_from": "2026-01-01", "percent": "3.5", "source": "an announcement" },
    ]);
    let other = serde_json::json!([{ "id": "base", "rates": rates, "cap": { "none": { "source": "rates of the law itself" } } }]);
    let world = under(serde_json::json!({ "times": { "table": "base", "times": 3, "source": "§ 1" } }), other);
    assert_eq!(world.settings.claim_problems(), []);
    // 16 days at 12.00 % and 79 at 10.50 %: 52.60 + 227.26.
    paid(world).then(beside("A", "2026-03-20", (279_86, 0)));
    // Said or not, Polish law is the rule.
    for cap in [serde_json::json!("pl_maximum"), serde_json::Value::Null] {
        paid(under(cap, serde_json::json!([]))).then(beside("A", "2026-03-20", (492_33, 0)));
    }
}

#[test]
fn without_the_table_of_its_cap_no_agreed_rate_is_taken_for_granted() {
    let cap = serde_json::json!({ "times": { "table": "gone", "times": 1, "source": "§ 1" } });
    let world = under(cap, serde_json::json!([]));
    assert_eq!(world.settings.claim_problems()[0].field, "rate_tables[0].cap.times.table");
    // Settings like these are refused; were they stored, nothing is claimed by them.
    world.when(claimed()).then(beside("A", "2026-03-20", (0, 0)));
}

#[test]
fn the_message_of_a_claiming_step_shows_each_part_and_asks_for_their_sum() {
    let world = company(|_| {}).when(days_pass("2025-12-12", "2025-12-17"));
    assert!(world.account.claims.is_empty(), "a friendly step claims nothing");
    assert_eq!(world.said.last().unwrap().demand_minor, TEN_THOUSAND);
    let world = world.when(night("2025-12-18")).when(night("2025-12-19"));
    let said = last_message(&world, "2025-12-19");
    // 4 days at 15.25 %.
    let interest = said.demanded[0].beside.interest.as_ref().unwrap();
    assert_eq!((interest.open_minor, interest.from, interest.until), (16_71, day("2025-12-16"), Some(day("2025-12-19"))));
    assert_eq!(interest.rates, [(day("2025-12-16"), 1525)]);
    assert_eq!(said.demanded[0].beside.compensation_minor, COMPENSATION);
    assert_eq!(said.demand_minor, TEN_THOUSAND + 16_71 + COMPENSATION);
    let page = page_facts(&world.account, &world.settings, day("2025-12-19"), None);
    assert_eq!(page.ledgers[0].payable_minor(), said.demand_minor, "the page asks for what the message asked");
    let begun: Vec<_> = world.entries.iter().filter(|one| matches!(one, Entry::SideClaimBegun { .. })).collect();
    assert_eq!(begun.len(), 2, "{begun:?}");
}

#[test]
fn the_words_name_rates_days_and_ground_and_an_sms_the_sum_alone() {
    let mut world = company(|_| {}).when(days_pass("2025-12-12", "2026-01-07")).when(night("2026-01-09"));
    // 66.85 and 9 days at 14.00 %: 34.52.
    let said = last_message(&world, "2026-01-09");
    let text = email::email(&said).unwrap().text;
    for expected in [
        "Pozostało do zapłaty: 10 000,00 zł".replace("Pozostało do zapłaty", "Do zapłaty"),
        "Odsetki: 101,37 zł (odsetki ustawowe za opóźnienie w transakcjach handlowych, od 16.12.2025 do 9.01.2026: 15,25%, od 1.01.2026 14%)".to_owned(),
        "Rekompensata za koszty odzyskiwania należności: 295,87 zł".to_owned(),
        "Razem do zapłaty: 10 397,24 zł".to_owned(),
    ] {
        assert!(text.contains(&expected), "{expected}: {text}");
    }
    let html = plain(&email::email(&said).unwrap().html);
    assert!(html.contains("101,37 zł") && html.contains("295,87 zł") && html.contains("10 397,24 zł"), "{html}");
    let sms = sms::sms(&said, 2).unwrap().text;
    assert!(sms.contains("10 397,24 zl") && !sms.contains("295,87") && !sms.contains("101,37"), "{sms}");
    world.account.profile.locale = Some(Locale::En);
    let text = email::email(&last_message(&world, "2026-01-09")).unwrap().text;
    let expected = "Interest: PLN 101.37 (statutory interest for late payment in commercial transactions, from 16 Dec 2025 to 9 Jan 2026: 15.25%, from 1 Jan 2026 14%)";
    assert!(text.contains(expected) && text.contains("Compensation for recovery costs: PLN 295.87"), "{text}");
    for (locale, expected) in [
        (
            Locale::De,
            "Verzugszinsen: 101,37 PLN (gesetzliche Verzugszinsen im Geschäftsverkehr nach polnischem Recht, \
             ab 16.12.2025 bis 09.01.2026: 15,25 %, ab 01.01.2026 14 %)",
        ),
        (
            Locale::Uk,
            "Проценти за прострочення: 101,37 PLN (законні проценти за прострочення в комерційних операціях (польське право), \
             з 16.12.2025 до 09.01.2026: 15,25%, з 01.01.2026 14%)",
        ),
        (
            Locale::Cs,
            "Úrok z prodlení: 101,37 PLN (zákonný úrok z prodlení v obchodních vztazích podle polského práva, \
             od 16. 12. 2025 do 9. 1. 2026: 15,25 %, od 1. 1. 2026 14 %)",
        ),
    ] {
        world.account.profile.locale = Some(locale);
        let text = email::email(&last_message(&world, "2026-01-09")).unwrap().text;
        assert!(text.contains(expected) && text.contains("295,87 PLN"), "{text}");
    }
    world.account.profile.locale = Some(Locale::En);
    let offer = Offer { providers: &[ProviderButton { id: "sandbox", label: None }], form_token: "t", back: None, said: None };
    let page = plain(&pay_page(&page_facts(&world.account, &world.settings, day("2026-01-09"), None), &offer).unwrap());
    assert!(page.contains("Pay PLN 10,397.24") && page.contains("Interest PLN 101.37") && page.contains("value=\"1039724\""), "{page}");
    let world = world.when(comes("p", Some("A"), TEN_THOUSAND, "2026-01-09"));
    let left = plain(&pay_page(&page_facts(&world.account, &world.settings, day("2026-01-12"), None), &offer).unwrap());
    assert!(left.contains("Interest and compensation for paid invoices") && left.contains("Pay PLN 397.24"), "{left}");
    assert!(left.contains("PLN 397.24") && !left.contains("Everything is paid"), "{left}");
}

#[test]
fn a_payment_of_what_was_asked_settles_everything_named_or_not() {
    for order in [Order::PrincipalFirst, Order::SideClaimsFirst] {
        for named in [None, Some("A")] {
            let asked = TEN_THOUSAND + 16_71 + COMPENSATION;
            let world = company(|settings| settings.side_claims.order = order)
                .when(claimed())
                .when(comes("p", named, asked, "2025-12-19"))
                .when(comes("p", named, asked, "2025-12-19"))
                .then(open("A", 0))
                .then(credit_left(0))
                .then(beside("A", "2026-06-01", (0, 0)));
            assert!(world.account.claims.is_empty() && world.past_claims.len() == 1, "settled claims are history: {order:?}");
        }
    }
}

#[test]
fn a_payment_of_the_page_settles_what_it_showed_and_leaves_what_is_not_due() {
    for order in [Order::PrincipalFirst, Order::SideClaimsFirst] {
        let mut world = company(|settings| settings.side_claims.order = order);
        world.apply(&Command::Invoice(Box::new(invoice("L", 50_000, day("2026-02-16")))));
        world.apply(&Command::Invoice(Box::new(invoice("B", 20_000, day("2025-12-16")))));
        let world = world.when(claimed());
        let page = page_facts(&world.account, &world.settings, day("2025-12-19"), None);
        let payable = page.ledgers[0].payable_minor();
        world
            .when(comes("p", None, payable, "2025-12-19"))
            .then(open("A", 0))
            .then(open("B", 0))
            .then(open("L", 50_000))
            .then(beside("A", "2025-12-19", (0, 0)))
            .then(credit_left(0));
    }
}

#[test]
fn a_paid_principal_leaves_its_side_claims_open_and_silent() {
    let world = company(|_| {}).when(claimed()).when(comes("p", Some("A"), TEN_THOUSAND, "2026-01-02"));
    let said = world.said.len();
    let world = world
        .when(days_pass("2026-01-03", "2026-06-30"))
        // 16 days at 15.25 % and 2 at 14.00 %: 66.85 + 7.67.
        .then(beside("A", "2026-06-30", (74_52, COMPENSATION)));
    assert_eq!(world.said.len(), said, "nobody is reminded of side claims alone");
    assert_eq!((world.case("A").closed, world.account.profile.wake_on), (Some(Closed::Paid), None));
    let page = page_facts(&world.account, &world.settings, day("2026-06-30"), None);
    assert!(!page.all_paid());
    assert_eq!(page.ledgers[0].payable_minor(), 74_52 + COMPENSATION);
    world
        .when(comes("q", None, 74_52 + COMPENSATION, "2026-06-30"))
        .then(beside("A", "2026-06-30", (0, 0)))
        .then(credit_left(0))
        .then(|world| assert!(world.account.claims.is_empty()));
}

#[test]
fn what_a_payment_has_beyond_the_principal_covers_the_side_claims_of_its_invoice_before_it_is_a_credit() {
    company(|_| {})
        .when(claimed())
        .when(comes("p", Some("A"), TEN_THOUSAND + 500_00, "2026-01-02"))
        .then(beside("A", "2026-01-02", (0, 0)))
        .then(credit_left(500_00 - 74_52 - COMPENSATION));
}

#[test]
fn with_side_claims_first_a_part_payment_covers_them_and_leaves_principal() {
    company(|settings| settings.side_claims.order = Order::SideClaimsFirst)
        .when(claimed())
        .when(comes("p", Some("A"), 5_000_00, "2025-12-19"))
        .then(open("A", TEN_THOUSAND - 5_000_00 + 16_71 + COMPENSATION))
        .then(beside("A", "2025-12-19", (0, 0)))
        // 12 days of December on what is left: 5 312.58 × 15.25 % × 12 / 365.
        .then(beside("A", "2025-12-31", (26_64, 0)));
}

#[test]
fn a_part_payment_splits_the_interest_and_no_day_is_charged_twice() {
    company(interest_only)
        .when(claimed())
        .when(comes("p", Some("A"), 4_000_00, "2025-12-31"))
        // 66.85 to the year's end, then 31 days on 6 000.00 at 14.00 %: 71.34.
        .then(beside("A", "2026-01-31", (138_19, 0)))
        .when(comes("q", Some("A"), 6_000_00 + 100_00, "2026-01-31"))
        .then(open("A", 0))
        .then(beside("A", "2026-01-31", (38_19, 0)))
        .then(beside("A", "2026-06-30", (38_19, 0)))
        .then(|world| {
            let claim = world.find_claim(&id("A")).unwrap().claims.interest.clone().unwrap();
            let rates: Vec<_> =
                claim.settlements()[0].periods.iter().map(|one| (one.days(), one.principal_minor, one.basis_points)).collect();
            assert_eq!(rates, [(16, TEN_THOUSAND, 1525), (31, 6_000_00, 1400)]);
        });
}

#[test]
fn a_refund_after_settlement_opens_both_again_and_interest_goes_on_from_its_day() {
    let asked = TEN_THOUSAND + 16_71 + COMPENSATION;
    let refunds = |minor| move |world: &mut World| world.apply(&refund("r", Some("p"), Some("A"), minor));
    company(|_| {})
        .when(claimed())
        .when(comes("p", Some("A"), asked, "2025-12-19"))
        .when(|world| world.at(day("2026-01-12"), "12:00:00"))
        .when(refunds(asked))
        .then(open("A", TEN_THOUSAND))
        .then(credit_left(0))
        // Compensation once, and interest of the 4 days and of those after the money went back.
        .then(beside("A", "2026-01-12", (16_71, COMPENSATION)))
        // 19 days of January at 14.00 %.
        .then(beside("A", "2026-01-31", (16_71 + 72_88, COMPENSATION)));
}

#[test]
fn a_source_that_repeats_a_payment_with_its_side_claims_counts_it_once() {
    let asked = TEN_THOUSAND + 16_71 + COMPENSATION;
    let told = |revision, paid| {
        let fact = invoice("A", TEN_THOUSAND, day("2025-12-15"));
        let debtor = DebtorFact { kind: Some(DebtorKind::Business), ..fact.debtor.clone() };
        arrives(InvoiceFact { revision, paid_minor: Some(paid), debtor, ..fact })
    };
    company(|settings| settings.side_claims.order = Order::SideClaimsFirst)
        .when(claimed())
        .when(comes("p", Some("A"), TEN_THOUSAND, "2025-12-19"))
        .when(told(2, TEN_THOUSAND))
        .then(open("A", 16_71 + COMPENSATION));
    company(|_| {})
        .when(claimed())
        .when(comes("p", Some("A"), asked, "2025-12-19"))
        .when(told(2, TEN_THOUSAND))
        .then(open("A", 0))
        .when(told(3, asked))
        .then(open("A", 0))
        .then(credit_left(0))
        .then(|world| assert_eq!(world.case("A").overpaid_minor(), 0));
}

#[test]
fn the_thresholds_of_compensation_hold_at_both_edges() {
    // 40, 70 and 100 EUR at 4.2267.
    for (minor, sum) in [(5_000_00, 169_07), (5_000_01, COMPENSATION), (49_999_99, COMPENSATION), (50_000_00, 422_67)] {
        owes(DebtorKind::Business, &[("A", minor)], |settings| settings.side_claims.businesses = BusinessInterest::None)
            .when(claimed())
            .then(beside("A", "2025-12-19", (0, sum)));
    }
}

#[test]
fn compensation_is_claimed_once_per_invoice_for_ever() {
    let world = company(|_| {}).when(days_pass("2025-12-12", "2026-02-27"));
    assert!(world.said.len() > 4, "the ladder goes on: {:?}", world.said);
    let begun = world.entries.iter().filter(|one| matches!(one, Entry::SideClaimBegun { claim: ClaimKind::Compensation, .. }));
    assert_eq!(begun.count(), 1);
    world.then(beside("A", "2026-02-27", (66_85 + 222_47, COMPENSATION)));
}

#[test]
fn a_missing_rate_stops_that_calculation_only_and_shows_up_and_the_message_still_goes() {
    let world = company(|settings| settings.mid_rates.clear()).when(claimed());
    let missing = |table: &str, on| Attention::MissingRate { case: id("A"), table: table.to_owned(), day: day(on) };
    assert_eq!(world.attention, [missing("NBP table A, EUR", "2025-11-28")]);
    assert_eq!(world.said.last().unwrap().demand_minor, TEN_THOUSAND + 16_71, "interest is claimed all the same");
    // Once the rate is there, the next claiming step finds it.
    let world = world.when(|world| charging(&mut world.settings)).when(days_pass("2025-12-20", "2025-12-31"));
    world.then(beside("A", "2025-12-31", (66_85, COMPENSATION)));

    let mut late = World::new();
    charging(&mut late.settings);
    late.settings.mid_rates = vec![OwnMidRate { on: day("2026-05-29"), rate: Zloty(42_267) }];
    late.at(day("2026-06-01"), "10:00:00");
    let fact = invoice("A", TEN_THOUSAND, day("2026-06-26"));
    let debtor = DebtorFact { kind: Some(DebtorKind::Business), ..fact.debtor.clone() };
    late.apply(&Command::Invoice(Box::new(InvoiceFact { debtor, ..fact })));
    let late = late.when(days_pass("2026-06-24", "2026-07-01"));
    assert_eq!(late.attention, [missing("pl-commercial", "2026-07-01")]);
    assert_eq!(late.said.last().unwrap().demand_minor, TEN_THOUSAND + COMPENSATION);
    // Paid before the rate is known: nothing is lost.
    let mut late = late.when(comes("p", Some("A"), TEN_THOUSAND, "2026-07-02"));
    assert_eq!(late.case("A").closed, Some(Closed::Paid));
    let shipped = crate::domain::interest::RateTables::shipped().table("pl-commercial").unwrap();
    let percent = |points: i32| format!("{}.{:02}", points / 100, points % 100);
    let rate = |one: &crate::domain::interest::RateEntry| serde_json::json!({ "valid_from": one.valid_from, "valid_until": one.valid_until, "percent": percent(one.basis_points), "source": one.source });
    let mut rates: Vec<_> = shipped.rates.iter().map(rate).collect();
    rates.push(serde_json::json!({ "valid_from": "2026-07-01", "percent": "13.75", "source": "NBP 3.75 % + 10 pp" }));
    late.settings.rate_tables = serde_json::from_value(serde_json::json!([{ "id": "pl-commercial", "rates": rates }])).unwrap();
    assert_eq!(late.settings.claim_problems(), []);
    // 4 days at 14.00 % and 2 at 13.75 %: 15.34 + 7.53.
    late.then(beside("A", "2026-08-01", (22_88, COMPENSATION)));
}

#[test]
fn what_is_waived_stays_waived() {
    let world = company(|_| {})
        .when(claimed())
        .when(|world| world.at(day("2025-12-31"), "12:00:00"))
        .when(waives("A", ClaimKind::Interest))
        .when(waives("A", ClaimKind::Compensation))
        .then(beside("A", "2026-03-01", (0, 0)))
        .when(days_pass("2026-01-02", "2026-01-30"))
        .then(beside("A", "2026-03-01", (0, 0)));
    assert_eq!(world.said.last().unwrap().demand_minor, TEN_THOUSAND);
    let waived: Vec<_> = world
        .entries
        .iter()
        .filter_map(|one| if let Entry::SideClaimWaived { amount_minor, .. } = one { Some(*amount_minor) } else { None })
        .collect();
    assert_eq!(waived, [66_85, COMPENSATION]);
    let again = world.handle(&Command::WaiveClaim { case: id("A"), claim: ClaimKind::Interest, reason: "again".to_owned() });
    assert!(matches!(again, Err(Refused::NoEffect(_))), "{again:?}");
    world.when(comes("p", Some("A"), TEN_THOUSAND, "2026-02-02")).then(|world| assert!(world.account.claims.is_empty()));
}

#[test]
fn money_that_a_person_books_to_a_claim_is_no_more_than_what_is_open() {
    let world = company(|_| {}).when(claimed());
    let collects = |claim, amount_minor| Command::CollectClaim {
        case: id("A"),
        claim,
        payment: "manual:m".to_owned(),
        amount_minor,
        on: day("2025-12-19"),
    };
    let most = Refused::MoreThanClaimed { most_minor: 16_71, currency: Currency::PLN };
    assert_eq!(world.handle(&collects(ClaimKind::Interest, 16_72)), Err(most));
    world
        .when(does(collects(ClaimKind::Interest, 16_71)))
        .when(does(collects(ClaimKind::Compensation, 100_00)))
        .then(open("A", TEN_THOUSAND))
        .then(beside("A", "2025-12-19", (0, COMPENSATION - 100_00)));
}

#[test]
fn a_claim_whose_message_never_went_is_none() {
    let world = company(|_| {}).when(days_pass("2025-12-12", "2025-12-18")).when(night("2025-12-19"));
    assert_eq!(world.account.claims.len(), 1);
    let waiting = world.waiting(day("2025-12-19"));
    let world = world.when(|world| world.unsaid(&waiting[0], ReminderState::Failed, false));
    assert!(world.account.claims.is_empty());
    assert!(world.entries.iter().any(|one| matches!(one, Entry::SideClaimUnsaid { .. })));
}

#[test]
fn a_task_claims_nothing_and_a_creditor_that_charges_nothing_neither() {
    let off = |settings: &mut Settings| settings.side_claims = Default::default();
    let world = company(off).when(days_pass("2025-12-12", "2026-03-31"));
    assert!(world.account.claims.is_empty() && world.attention.is_empty(), "{:?}", world.attention);
    let mut unreachable = company(|_| {});
    unreachable.account.profile.contacts = Default::default();
    let unreachable = unreachable.when(days_pass("2025-12-12", "2026-03-31"));
    assert!(unreachable.account.claims.is_empty());
    assert!(unreachable.said.iter().all(|said| said.channel == Channel::Task));
}

#[test]
fn an_invoice_that_is_cancelled_or_credited_in_full_owes_nothing_beside_it() {
    let cancelled = company(|_| {}).when(claimed()).when(does(Command::Cancelled { case: id("A"), revision: 2 })).then(beside(
        "A",
        "2026-02-01",
        (0, 0),
    ));
    assert_eq!(cancelled.find_claim(&id("A")).unwrap().void, Some(Void::Cancelled));
    let credited =
        company(|_| {}).when(claimed()).when(does(credit_note("K", Some("A"), TEN_THOUSAND))).then(beside("A", "2026-02-01", (0, 0)));
    assert!(credited.account.claims.is_empty());
    // What was paid for them comes free.
    company(|_| {})
        .when(claimed())
        .when(comes("p", Some("A"), TEN_THOUSAND + 16_71 + COMPENSATION, "2025-12-19"))
        .when(does(Command::Cancelled { case: id("A"), revision: 2 }))
        .then(credit_left(TEN_THOUSAND + 16_71 + COMPENSATION));
}

#[test]
fn no_interest_runs_on_what_the_creditor_holds_already() {
    let mut world = company(interest_only);
    world.apply(&Command::Invoice(Box::new(invoice("B", 1_000_00, day("2025-12-10")))));
    world
        .when(comes("over", Some("B"), 5_000_00, "2025-12-10"))
        .then(credit_left(4_000_00))
        .when(claimed())
        // 4 days on 6 000.00 at 15.25 %.
        .then(beside("A", "2025-12-19", (10_03, 0)));
}

#[test]
fn a_due_date_that_moves_moves_the_first_day_of_interest() {
    let fact = invoice("A", TEN_THOUSAND, day("2025-12-17"));
    let debtor = DebtorFact { kind: Some(DebtorKind::Business), ..fact.debtor.clone() };
    company(interest_only)
        .when(claimed())
        .when(arrives(InvoiceFact { revision: 2, debtor, ..fact }))
        // From the 18th: 2 days at 15.25 %.
        .then(beside("A", "2025-12-19", (8_36, 0)));
}

#[test]
fn who_turns_out_to_be_a_consumer_owes_none_of_it() {
    let mut world = company(|_| {}).when(claimed());
    let fact = invoice("A", TEN_THOUSAND, day("2025-12-15"));
    let debtor = DebtorFact { kind: Some(DebtorKind::Consumer), ..fact.debtor.clone() };
    world.apply(&Command::Invoice(Box::new(InvoiceFact { revision: 2, debtor, ..fact })));
    let world = world.then(beside("A", "2026-02-01", (0, 0))).when(days_pass("2025-12-20", "2026-02-27"));
    assert_eq!(world.said.last().unwrap().demand_minor, TEN_THOUSAND);
}

#[test]
fn an_invoice_in_euro_bears_interest_and_no_compensation_and_the_note_says_why() {
    let mut world = company(|_| {});
    let fact = in_euro(invoice("E", 1_000_00, day("2025-12-15")));
    let debtor = DebtorFact { kind: Some(DebtorKind::Business), ..fact.debtor.clone() };
    world.apply(&Command::Invoice(Box::new(InvoiceFact { debtor, ..fact })));
    let world = world.when(claimed());
    let claims = &world.account.claim(&id("E")).unwrap().claims;
    assert!(claims.interest.is_some() && claims.compensation.is_none());
    let case = world.case("E");
    let note = crate::domain::claimed::note(&world.account, case, case.open_minor(), &world.settings, day("2026-01-15"));
    assert_eq!(note.compensation_stopped, Some(CompensationError::NotInZloty { currency: Currency::EUR }));
    assert_eq!(world.attention, [], "nobody has to look at what is never claimed");
}

#[test]
fn side_claims_go_along_with_an_invoice_that_moves_and_are_not_made_again() {
    let world = company(|_| {}).when(claimed());
    let mut to = Account::new(world.settings.creditor.clone(), DebtorId::from_chance([4; 10]), 0, world.now);
    let context = Context { settings: &world.settings, now: world.now };
    let to_a_consumer = moved(&world.account, &to, &[id("A")], "another buyer", &context).unwrap();
    assert_eq!(to_a_consumer.to.account.claims[0].void, Some(Void::Consumer), "a consumer never owes it");
    to.profile.kind = DebtorKind::Business;
    let pass = moved(&world.account, &to, &[id("A")], "another buyer", &context).unwrap();
    assert!(pass.from.account.claims.is_empty());
    assert_eq!(pass.to.account.claims, world.account.claims);
    // Even where the claims were left behind, each is made once for ever.
    let mut alone = world.clone();
    alone.account.claims.clear();
    let alone = alone.when(days_pass("2025-12-20", "2026-01-30"));
    assert!(alone.said.len() > 3 && alone.account.claims.is_empty(), "{:?}", alone.said);
}

#[test]
fn an_account_stored_before_there_were_claims_can_be_read() {
    let world = company(|_| {});
    let mut stored = serde_json::to_value(world.case("A")).unwrap();
    stored.as_object_mut().unwrap().remove("beside_minor");
    assert_eq!(serde_json::from_value::<crate::domain::account::Case>(stored).unwrap(), *world.case("A"));
    let claimed = company(|_| {}).when(claimed());
    let claim = claimed.find_claim(&id("A")).unwrap();
    assert_eq!(serde_json::from_value::<crate::domain::claimed::Claimed>(serde_json::to_value(claim).unwrap()).unwrap(), *claim);
}

fn owed_in_all(account: &Account, settings: &Settings, on: chrono::NaiveDate) -> i64 {
    account.claims.iter().map(|claimed| account.open_claims(&claimed.case, settings, on).open_minor()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever a consumer does and whatever the creditor chose, no compensation and no commercial
    /// interest is ever asked for.
    #[test]
    fn a_consumer_is_never_asked_for_more_than_the_invoice(
        minor in 1_00i64..90_000_00, paid in 1i64..90_000_00, after in 0u64..60, business in 1usize..3, first in any::<bool>(),
    ) {
        let change = |settings: &mut Settings| {
            settings.side_claims.businesses = [BusinessInterest::PlCommercial, BusinessInterest::PlCommercialHealthcare][business - 1];
            settings.side_claims.order = if first { Order::SideClaimsFirst } else { Order::PrincipalFirst };
        };
        let mut world = owes(DebtorKind::Consumer, &[("A", minor)], change);
        days(&mut world, day("2025-12-12"), day("2025-12-12") + chrono::Days::new(after));
        world.apply(&payment("p", Some("A"), paid));
        let last = world.now.date_naive() + chrono::Days::new(1);
        days(&mut world, last, last + chrono::Days::new(40));
        prop_assert!(world.account.claims.is_empty() && world.past_claims.is_empty());
        prop_assert!(world.said.iter().all(|said| said.demand_minor <= minor));
    }

    /// Money is never lost between invoices, side claims and credits, in either order, and no order of
    /// payments makes more or less of the interest than one calculation over the principal does.
    #[test]
    fn whatever_comes_in_whatever_order_every_grosz_is_somewhere(
        payments in prop::collection::vec((0u64..40, 1i64..6_000_00, any::<bool>()), 1..8), first in any::<bool>(),
    ) {
        let order = if first { Order::SideClaimsFirst } else { Order::PrincipalFirst };
        let mut world = company(|settings| settings.side_claims.order = order).when(claimed());
        let mut payments = payments;
        payments.sort_unstable();
        let mut came = 0;
        for (n, (after, minor, named)) in payments.iter().enumerate() {
            let on = day("2025-12-20") + chrono::Days::new(*after);
            came += minor;
            world = world.when(comes(&format!("p{n}"), named.then_some("A"), *minor, &on.to_string()));
        }
        let claimed = world.find_claim(&id("A")).unwrap();
        let beside: i64 = claimed.receipts.iter().map(|receipt| receipt.amount_minor).sum();
        let allocated: i64 = world.case("A").allocations.iter().map(|one| one.amount_minor).sum();
        prop_assert_eq!(allocated + beside + world.credit(), came);
        prop_assert_eq!(allocated + world.case("A").open_minor(), TEN_THOUSAND);
        let until = day("2026-02-10");
        let settled: i64 = claimed.receipts.iter().filter(|one| one.claim == ClaimKind::Interest).map(|one| one.amount_minor).sum();
        let mut account = world.account.clone();
        account.claims.extend(world.past_claims.iter().cloned());
        account.credits.clear();
        let open = account.open_claims(&id("A"), &world.settings, until);
        let table = world.settings.interest_tables();
        let terms = crate::domain::interest::Terms { debtor: DebtorKind::Business, table: table.table("pl-commercial").unwrap(), cap: None, payment_day: PaymentDay::Counted };
        let whole = crate::domain::interest::interest(&world.case("A").principal(), &terms, day("2025-12-16"), until, Default::default()).unwrap();
        prop_assert_eq!(settled + open.interest_minor, whole.total_minor, "additivity: {:?}", open);
        prop_assert!(owed_in_all(&account, &world.settings, until) >= 0);
    }
}

#[test]
fn interest_that_a_consumer_is_left_with_is_time_barred_with_its_invoice() {
    let consumer = |settings: &mut Settings| {
        interest_only(settings);
        settings.side_claims.consumers = ConsumerInterest::PlStatutory;
    };
    let world = owes(DebtorKind::Consumer, &[("A", TEN_THOUSAND)], consumer).when(claimed()).when(comes(
        "p",
        Some("A"),
        TEN_THOUSAND,
        "2026-01-09",
    ));
    let page = |on: &str| page_facts(&world.account, &world.settings, day(on), None);
    let last = page("2027-12-31");
    assert!(last.ledgers[0].left_minor > 0 && !last.barred);
    let barred = page("2028-01-01");
    assert!(barred.ledgers.is_empty() && barred.barred && !barred.all_paid());
}

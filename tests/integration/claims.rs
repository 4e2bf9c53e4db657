//! Side claims in the table: begun by a night, beside part payments, outliving their invoice, paid,
//! collected, waived and given back. Figures are worked out by hand beside them, in grosze.

use std::sync::OnceLock;

use tests::facts::{brings, case, day, invoice, paid_on, pays, settings};
use tests::world::World;
use upominek::app::intake::Received;
use upominek::domain::account::Account;
use upominek::domain::creditor::Settings;
use upominek::domain::fact::{DebtorKind, Event, Fact, RefundFact};
use upominek::domain::handle::{Attention, Command, Entry};
use upominek::domain::interest::{BusinessInterest, ClaimKind, OwnMidRate, OwnTable, RateEntry, RateTables, Zloty};
use upominek::domain::money::Currency;
use upominek::domain::policy::Shipped;
use upominek::ports::store::Accounts;

use crate::by_hand::{End, nights_fall, the_same_end};
use crate::never_lost::stopped_everywhere;

const TEN_THOUSAND: i64 = 1_000_000;
/// 70 EUR at 4.2267, the mid rate of 28 November 2025.
const COMPENSATION: i64 = 29_587;

/// A creditor who charges businesses by the firm policy.
pub(crate) fn charging() -> Settings {
    let mut settings = settings();
    settings.policy = Shipped::Firm.policy();
    settings.side_claims.businesses = BusinessInterest::PlCommercial;
    settings.side_claims.compensation = true;
    settings.mid_rates = vec![OwnMidRate { on: day("2025-11-28"), rate: Zloty(42_267) }];
    settings
}

/// A company owes 10 000.00 PLN since Monday, 15 December 2025, and was reminded until Friday, the day of
/// the first step that claims.
async fn claimed(settings: Settings) -> World {
    let world = World::with(settings, "2025-12-01T09:00:00Z").await;
    let mut fact = invoice("1", "anna", "2025-12-15", TEN_THOUSAND);
    fact.debtor.kind = Some(DebtorKind::Business);
    world.take(&brings(fact)).await;
    for today in ["2025-12-11", "2025-12-16"] {
        world.live_through(today).await;
    }
    world.jump("2025-12-19T03:00:00Z");
    world.night_as_decided("anna").await;
    world.live_through("2025-12-19").await;
    world
}

/// Money of Anna's that came on a day, for the invoice or without a name.
fn comes(payment: &str, number: Option<&str>, amount_minor: i64, on: &str) -> Event {
    paid_on(pays(payment, number, amount_minor), on)
}

fn goes_back(payment: &str, amount_minor: i64) -> Event {
    let refund = RefundFact {
        provider: "bank".to_owned(),
        refund_id: format!("back-{payment}"),
        payment_id: Some(payment.to_owned()),
        invoice: None,
        currency: Currency::PLN,
        amount_minor,
    };
    Event { event_id: format!("back-{payment}"), fact: Fact::Refund(refund) }
}

/// The account as another process reads it, with what it keeps apart of the invoice.
async fn read(world: &World) -> Account {
    let debtor = world.debtor("anna").await;
    world.elsewhere().load(&debtor, Some(&case("1"))).await.unwrap().unwrap()
}

/// Interest and compensation that are open for who pays on a day.
async fn open(world: &World, on: &str) -> (i64, i64) {
    let open = read(world).await.open_claims(&case("1"), &world.settings, day(on));
    (open.interest_minor, open.compensation_minor)
}

async fn told(world: &World, wanted: fn(&Entry) -> bool) -> usize {
    let debtor = world.debtor("anna").await;
    let pages = world.store.time_line(&debtor, None, 200).await.unwrap().rows;
    pages.iter().flat_map(|page| &page.entries).filter(|entry| wanted(entry)).count()
}

async fn missing_rates(world: &World) -> Vec<(String, String)> {
    let waits = world.store.attention(None, 100).await.unwrap().rows;
    let missing = waits.into_iter().filter_map(|row| match row.attention {
        Attention::MissingRate { table, day, .. } => Some((table, day.to_string())),
        _ => None,
    });
    missing.collect()
}

fn collects(payment: &str, amount_minor: i64, on: &str) -> Command {
    let payment = format!("manual:{payment}");
    Command::CollectClaim { case: case("1"), claim: ClaimKind::Interest, payment, amount_minor, on: day(on) }
}

#[tokio::test]
async fn side_claims_outlive_their_invoice_until_they_are_paid_and_waived() {
    let world = claimed(charging()).await;
    // 4 days at 15.25 %.
    assert_eq!(open(&world, "2025-12-19").await, (1_671, COMPENSATION));
    assert!(world.heard().last().unwrap().text.contains("10 312,58"), "{:?}", world.heard().last());
    world.jump("2025-12-31T12:00:00Z");
    assert_eq!(world.take(&comes("part", Some("FV/1"), 400_000, "2025-12-31")).await, Received::Accepted);
    // 66.85 to the year's end, then 31 days on 6 000.00 at 14.00 %: 71.34.
    assert_eq!(open(&world, "2026-01-31").await, (13_819, COMPENSATION));
    world.jump("2026-01-31T12:00:00Z");
    world.take(&comes("rest", Some("FV/1"), 600_000, "2026-01-31")).await;
    let account = world.account("anna").await;
    assert_eq!((account.cases.len(), account.claims.len(), account.profile.wake_on), (0, 1, None), "the claims are what is left");
    assert_eq!(open(&world, "2026-06-30").await, (13_819, COMPENSATION), "no interest runs on what is paid");
    // A person books what came for the interest, twice.
    for _ in 0..2 {
        world.command("anna", &collects("cash", 10_000, "2026-01-31"), Some("cash")).await;
    }
    assert_eq!(open(&world, "2026-06-30").await, (3_819, COMPENSATION));
    let waive = Command::WaiveClaim { case: case("1"), claim: ClaimKind::Interest, reason: "a good customer".to_owned() };
    world.person("anna", None, &waive).await;
    world.take(&comes("sum", None, COMPENSATION, "2026-02-02")).await;
    let account = world.account("anna").await;
    assert!(account.claims.is_empty() && account.credits.is_empty(), "all is settled: {account:?}");
    let claimed = read(&world).await.claim(&case("1")).cloned().unwrap();
    assert!(claimed.settled && claimed.interest_waived);
    let receipts: Vec<(&str, i64)> = claimed.receipts.iter().map(|one| (one.payment.as_str(), one.amount_minor)).collect();
    assert_eq!(receipts, [("manual:cash", 10_000), ("bank:sum", COMPENSATION)]);
    assert_eq!(told(&world, |one| matches!(one, Entry::SideClaimBegun { .. })).await, 2, "each began once");
}

#[tokio::test]
async fn nobody_is_reminded_of_side_claims_alone() {
    let world = claimed(charging()).await;
    world.take(&comes("all", Some("FV/1"), TEN_THOUSAND, "2025-12-19")).await;
    let heard = world.heard().len();
    for today in ["2025-12-22", "2025-12-23", "2025-12-30", "2026-01-07", "2026-01-20"] {
        world.live_through(today).await;
    }
    assert_eq!(world.heard().len(), heard);
    assert_eq!(open(&world, "2026-01-20").await, (1_671, COMPENSATION));
}

#[tokio::test]
async fn what_goes_back_opens_the_invoice_and_its_claims_where_they_lie_in_history() {
    let world = claimed(charging()).await;
    let asked = TEN_THOUSAND + 1_671 + COMPENSATION;
    world.take(&comes("all", Some("FV/1"), asked, "2025-12-19")).await;
    let account = world.account("anna").await;
    assert!(account.cases.is_empty() && account.claims.is_empty() && account.credits.is_empty(), "{account:?}");
    world.jump("2026-01-12T12:00:00Z");
    let event = goes_back("all", asked);
    for received in [Received::Accepted, Received::Duplicate] {
        assert_eq!(world.take(&event).await, received);
    }
    let account = world.account("anna").await;
    assert_eq!((account.cases[0].open_minor(), account.cases[0].beside_minor, account.claims.len()), (TEN_THOUSAND, 0, 1));
    // Interest goes on from the day after: 19 days of January at 14.00 %.
    assert_eq!(open(&world, "2026-01-31").await, (1_671 + 7_288, COMPENSATION));
    let apart = world.elsewhere().closed_cases(&account.profile.debtor, None, 10).await.unwrap().rows;
    assert!(apart.is_empty(), "it lies in one place");
}

#[tokio::test]
async fn a_missing_mid_rate_stops_compensation_alone_until_it_is_there() {
    let world = claimed(Settings { mid_rates: Vec::new(), ..charging() }).await;
    assert_eq!(open(&world, "2025-12-19").await, (1_671, 0));
    assert_eq!(missing_rates(&world).await, [("NBP table A, EUR".to_owned(), "2025-11-28".to_owned())]);
    assert!(world.heard().last().unwrap().text.contains("10 016,71"), "the message goes, with the interest");
    let known = world.under(charging());
    for today in ["2025-12-22", "2025-12-23"] {
        known.live_through(today).await;
    }
    assert_eq!(open(&known, "2025-12-31").await, (6_685, COMPENSATION), "the next step that claims finds it");
}

#[tokio::test]
async fn a_missing_rate_stops_the_interest_of_its_day_alone_and_nothing_else_of_the_night() {
    let mut late = charging();
    late.mid_rates = vec![OwnMidRate { on: day("2026-05-29"), rate: Zloty(42_267) }];
    let world = World::with(late, "2026-06-01T09:00:00Z").await;
    for (id, customer, kind) in [("1", "anna", DebtorKind::Business), ("2", "jan", DebtorKind::Consumer)] {
        let mut fact = invoice(id, customer, "2026-06-26", TEN_THOUSAND);
        fact.debtor.kind = Some(kind);
        world.take(&brings(fact)).await;
    }
    for today in ["2026-06-24", "2026-06-29"] {
        world.live_through(today).await;
    }
    // The rate of the second half of 2026 is not known.
    world.jump("2026-07-01T02:00:00Z");
    world.night_as_decided("anna").await;
    world.live_through("2026-07-01").await;
    assert_eq!(missing_rates(&world).await, [("pl-commercial".to_owned(), "2026-07-01".to_owned())]);
    assert_eq!(open(&world, "2026-07-01").await, (0, COMPENSATION));
    assert_eq!(open(&world, "2026-06-30").await.0, 1_534, "4 days at 14.00 % are known");
    let run = world.store.run_tally("night-2026-07-01").await.unwrap();
    assert_eq!((run.accounts, run.failed.len()), (2, 0));
    world.take(&comes("all", Some("FV/1"), TEN_THOUSAND, "2026-06-30")).await;
    let account = world.account("anna").await;
    assert_eq!((account.cases.len(), account.claims.len()), (0, 1), "paid before the rate is known: nothing is lost");
}

/// Rates of a year that the shipped tables do not know: 14.00 % goes on, and 4.2267 for a euro.
fn charging_in_2027() -> Settings {
    let rate = |one: &RateEntry| {
        let percent = format!("{}.{:02}", one.basis_points / 100, one.basis_points % 100);
        serde_json::json!({ "valid_from": one.valid_from, "valid_until": one.valid_until, "percent": percent, "source": one.source })
    };
    let mut rates: Vec<_> = RateTables::shipped().table("pl-commercial").unwrap().rates.iter().map(rate).collect();
    rates.push(serde_json::json!({ "valid_from": "2026-07-01", "percent": "14.00", "source": "a test" }));
    let table: OwnTable = serde_json::from_value(serde_json::json!({ "id": "pl-commercial", "rates": rates })).unwrap();
    Settings { rate_tables: vec![table], mid_rates: vec![OwnMidRate { on: day("2026-12-31"), rate: Zloty(42_267) }], ..charging() }
}

/// What 10 000.00 PLN due on 15 January 2027 cost for six days at 14.00 %.
const SIX_DAYS: i64 = 2_301;

/// Two companies are asked for side claims. One pays the invoice, then the interest in part, is forgiven the
/// rest, and pays the compensation; one pays all that was asked, and it goes back.
async fn claims_come_and_go(world: &World) {
    world.tripwire.rest(true);
    let world = &world.under(charging_in_2027());
    for (id, customer) in [("1", "anna"), ("2", "ola")] {
        let mut fact = invoice(id, customer, "2027-01-15", TEN_THOUSAND);
        fact.debtor.kind = Some(DebtorKind::Business);
        world.take(&brings(fact)).await;
    }
    world.live_through("2027-01-18").await;
    world.tripwire.rest(false);
    nights_fall(world, &["2027-01-20"]).await;
    world.jump("2027-01-21T10:00:00Z");
    world.take(&comes("principal", Some("FV/1"), TEN_THOUSAND, "2027-01-21")).await;
    world.command("anna", &collects("cash", 1_000, "2027-01-21"), Some("cash")).await;
    let waive = Command::WaiveClaim { case: case("1"), claim: ClaimKind::Interest, reason: "a good customer".to_owned() };
    world.person("anna", None, &waive).await;
    world.take(&comes("sum", None, COMPENSATION, "2027-01-21")).await;
    let asked = TEN_THOUSAND + SIX_DAYS + COMPENSATION;
    world.take(&comes("asked", Some("FV/2"), asked, "2027-01-21")).await;
    world.take(&goes_back("asked", asked)).await;
    nights_fall(world, &["2027-01-22"]).await;
}

async fn each_claim_is_settled_or_open_once(world: &World, place: &str) {
    static UNDISTURBED: OnceLock<End> = OnceLock::new();
    let (anna, ola) = (world.account("anna").await, world.account("ola").await);
    assert!(anna.cases.is_empty() && anna.claims.is_empty() && anna.credits.is_empty(), "{place}: {anna:?}");
    assert_eq!((ola.cases[0].open_minor(), ola.claims.len(), ola.credits.len()), (TEN_THOUSAND, 1, 0), "{place}");
    let open = ola.open_claims(&case("2"), &charging_in_2027(), day("2027-01-21"));
    assert_eq!((open.interest_minor, open.compensation_minor), (SIX_DAYS, COMPENSATION), "{place}");
    let collected = told(world, |one| matches!(one, Entry::SideClaimCollected { amount_minor: 1_000 | COMPENSATION, .. })).await;
    assert_eq!(collected, 2, "{place}: interest in part, and the compensation");
    the_same_end(world, &["anna", "ola"], place, &UNDISTURBED).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_around_side_claims_loses_and_doubles_none_of_them() {
    let effects = stopped_everywhere(
        |world| Box::pin(claims_come_and_go(world)),
        |world, place| Box::pin(each_claim_is_settled_or_open_once(world, place)),
        1,
    );
    let (effects, undisturbed) = effects.await;
    assert_eq!(undisturbed, 5, "each is asked twice, and Ola again");
    assert!(effects > 12, "the story has {effects} effects");
}

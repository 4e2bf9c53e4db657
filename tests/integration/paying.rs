//! Paying through the page: what the debtor reads on the way back, and money that goes back.

use tests::counter::callback;
use tests::facts::{at, brings, case, invoice, pays};
use tests::world::World;
use upominek::adapters::payments::sandbox::Sandbox;
use upominek::app::intake::Received;
use upominek::app::payment::{Booked, Called, Returned};
use upominek::domain::account::Case;
use upominek::domain::fact::{Event, Fact, RefundFact};
use upominek::domain::money::Currency;
use upominek::ports::intake::Delivery;
use upominek::ports::outside::{Callbacks, Told};
use upominek::ports::store::KeptEvents;

async fn owing() -> World {
    let world = World::new("2027-01-18T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.take(&brings(invoice("2", "ola", "2027-01-15", 5_000))).await;
    world
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

async fn open(world: &World, customer: &str) -> Vec<i64> {
    world.account(customer).await.cases.iter().map(Case::open_minor).collect()
}

#[tokio::test]
async fn who_comes_back_reads_what_became_of_the_checkout() {
    let world = owing().await;
    let reference = world.checkout("anna", 12_300).await;
    let at_provider = |event| world.provider.became.lock().unwrap().insert(format!("at-{reference}"), event);
    for (status, expected) in
        [("open", None), ("declined", Some(Returned::Failed)), ("pending", Some(Returned::Underway)), ("paid", Some(Returned::Underway))]
    {
        let delivery = Delivery { headers: Vec::new(), body: callback("p", &reference, status, 12_300), received_at: world.clock.time() };
        let Ok(Told::Happened(event)) = Sandbox.read(&delivery, &world.settings) else { panic!("{status} is read") };
        at_provider(event);
        assert_eq!(world.returned("anna", &reference).await, expected, "{status} at the provider, and no callback yet");
    }
    world.provider.became.lock().unwrap().clear();
    assert_eq!(world.returned("anna", &reference).await, Some(Returned::Underway), "nobody knows: paying again could pay twice");
    world.call(&callback("p", &reference, "paid", 12_300)).await;
    assert_eq!(world.returned("anna", &reference).await, Some(Returned::Paid));
    world.jump("2027-01-18T11:30:00Z");
    assert_eq!(world.returned("anna", &reference).await, None, "thanks are for the way back, not for ever");
}

async fn awaited(world: &World, customer: &str) -> Vec<bool> {
    let pending = |case: &Case| case.pending.as_ref().is_some_and(|pending| pending.is_awaited());
    world.account(customer).await.cases.iter().map(pending).collect()
}

#[tokio::test]
async fn a_checkout_under_way_is_waited_for_and_what_comes_late_or_twice_changes_nothing() {
    let world = owing().await;
    let reference = world.checkout("anna", 12_300).await;
    assert_eq!(world.call(&callback("p", &reference, "pending", 12_300)).await, Called::Taken(Booked::Nothing));
    assert_eq!(awaited(&world, "anna").await, [true]);
    assert_eq!(world.call(&callback("p", &reference, "pending", 12_300)).await, Called::Taken(Booked::Duplicate));
    assert_eq!(awaited(&world, "ola").await, [false]);
    world.call(&callback("p", &reference, "paid", 12_300)).await;
    assert_eq!(world.account("anna").await.cases, []);
    // The invoice is asked for again; a late word of the old checkout does not silence it.
    world.take(&brings(invoice("3", "anna", "2027-01-15", 700))).await;
    assert_eq!(world.call(&callback("p", &reference, "pending", 12_300)).await, Called::Taken(Booked::Duplicate));
    assert_eq!(world.call(&callback("p", &reference, "declined", 12_300)).await, Called::Taken(Booked::Duplicate));
    assert_eq!(awaited(&world, "anna").await, [false]);
}

#[tokio::test]
async fn a_checkout_that_failed_is_not_under_way_by_a_word_that_came_late() {
    let world = owing().await;
    let reference = world.checkout("anna", 12_300).await;
    world.call(&callback("p", &reference, "declined", 12_300)).await;
    world.call(&callback("p", &reference, "pending", 12_300)).await;
    assert_eq!(awaited(&world, "anna").await, [false]);
    world.call(&callback("p", "up-nobody", "pending", 12_300)).await;
    assert_eq!(awaited(&world, "ola").await, [false]);
}

#[tokio::test]
async fn a_checkout_of_somebody_else_tells_nothing() {
    let world = owing().await;
    let reference = world.checkout("anna", 12_300).await;
    world.call(&callback("p", &reference, "paid", 12_300)).await;
    assert_eq!(world.returned("ola", &reference).await, None);
    assert_eq!(world.returned("anna", "up-aaaaaaaaaaaaaaaaaaaaaaaa").await, None);
}

#[tokio::test]
async fn the_same_balance_gives_the_same_checkout_and_the_next_one_another() {
    let world = owing().await;
    let first = world.checkout("anna", 12_300).await;
    assert_eq!(world.checkout("anna", 12_300).await, first, "a double click pays once");
    world.call(&callback("p", &first, "paid", 12_300)).await;
    world.take(&brings(invoice("3", "anna", "2027-01-15", 12_301))).await;
    assert_ne!(world.checkout("anna", 12_301).await, first);
}

#[tokio::test]
async fn a_refund_of_the_provider_opens_again_what_its_payment_had_closed() {
    let world = owing().await;
    let reference = world.checkout("anna", 12_300).await;
    world.call(&callback("p", &reference, "paid", 12_300)).await;
    assert!(open(&world, "anna").await.is_empty());
    let back = callback("p", &reference, "refunded", 2_300);
    assert_eq!(world.call(&back).await, Called::Taken(Booked::Settled));
    assert_eq!(world.call(&back).await, Called::Taken(Booked::Duplicate));
    assert_eq!(open(&world, "anna").await, [2_300]);
}

#[tokio::test]
async fn a_refund_opens_again_every_invoice_that_its_payment_had_paid() {
    let world = owing().await;
    world.take(&brings(invoice("3", "anna", "2027-01-16", 700))).await;
    assert_eq!(world.take(&pays("all", None, 13_000)).await, Received::Accepted);
    assert!(open(&world, "anna").await.is_empty());
    assert_eq!(world.take(&goes_back("all", 13_000)).await, Received::Accepted);
    let mut again = open(&world, "anna").await;
    again.sort_unstable();
    assert_eq!(again, [700, 12_300]);
}

#[tokio::test]
async fn a_refund_of_our_own_format_may_name_its_payment_alone_and_come_first() {
    let world = owing().await;
    assert!(matches!(world.take(&goes_back("late", 1_000)).await, Received::Kept(_)));
    world.take(&pays("late", Some("FV/1"), 12_300)).await;
    assert!(open(&world, "anna").await.is_empty());
    world.clock.set(at("2027-01-19T10:30:00Z"));
    world.sweep().await;
    assert_eq!(open(&world, "anna").await, [1_000]);
    assert!(world.store.kept_events(None, 10).await.unwrap().rows.is_empty(), "it waits no more");
}

#[tokio::test]
async fn a_callback_that_cannot_be_read_is_kept_once_and_listed() {
    let world = owing().await;
    let first = world.call(b"{\"payment_id\":").await;
    let Called::Quarantined { id, why } = &first else { panic!("{first:?}") };
    assert!(why.contains("body"), "{why}");
    assert_eq!(world.call(b"{\"payment_id\":").await, first);
    let listed = world.store.kept_events(None, 10).await.unwrap().rows;
    assert_eq!(listed.iter().map(|kept| &kept.id).collect::<Vec<_>>(), [id]);
    assert_eq!(world.store.kept(id).await.unwrap().unwrap().body, b"{\"payment_id\":");
    assert_eq!(world.store.attention(None, 10).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn a_part_of_a_chosen_invoice_is_booked_to_it_and_what_is_paid_twice_waits_for_a_person() {
    let world = owing().await;
    world.take(&brings(invoice("3", "anna", "2027-01-17", 8_000))).await;
    let part = world.checkout_of("anna", Some(&case("3")), 3_000).await;
    let whole = world.checkout_of("anna", Some(&case("3")), 8_000).await;
    assert_eq!(world.call(&callback("p1", &part, "paid", 3_000)).await, Called::Taken(Booked::Settled));
    assert_eq!(open(&world, "anna").await, [12_300, 5_000]);
    // Closed invoices are kept apart, and found again for the money that names them.
    world.call(&callback("p2", &whole, "paid", 8_000)).await;
    world.call(&callback("p2", &whole, "paid", 8_000)).await;
    assert_eq!(open(&world, "anna").await, [12_300]);
    let credit: Vec<_> = world.account("anna").await.credits.iter().map(|credit| (credit.left_minor, credit.allocate)).collect();
    assert_eq!(credit, [(3_000, false)], "what was paid twice goes to no other invoice by itself");
    let again = world.checkout_of("anna", Some(&case("3")), 1_000).await;
    world.call(&callback("p3", &again, "paid", 1_000)).await;
    assert_eq!(open(&world, "anna").await, [12_300], "an invoice that is paid takes no more");
}

//! Each provider's own events, and a stop before and after every effect of booking them.

use serde_json::{Value, json};
use tests::facts::{brings, invoice};
use tests::world::World;
use upominek::adapters::payments::stripe::Stripe;
use upominek::app::payment::{Booked, Called};
use upominek::domain::account::Case;

use crate::never_lost::stopped_everywhere;

/// An event of Stripe, cut to what is read of it.
fn stripe(kind: &str, object: Value) -> Vec<u8> {
    let event = json!({
        "id": "evt_1", "object": "event", "type": kind, "created": 1_800_000_000, "livemode": true, "data": { "object": object },
    });
    event.to_string().into_bytes()
}

fn session(reference: &str, status: &str) -> Value {
    json!({
        "id": "cs_1", "object": "checkout.session", "client_reference_id": reference, "payment_intent": "pi_1",
        "payment_status": status, "amount_total": 12_300, "currency": "pln",
    })
}

fn refund() -> Value {
    json!({ "id": "re_1", "object": "refund", "payment_intent": "pi_1", "amount": 2_300, "currency": "pln", "status": "succeeded" })
}

/// A part goes back before its payment is told of; the payment takes its time, and is told of three times.
async fn paid_by_stripe(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    world.call_from(&Stripe, &stripe("refund.created", refund())).await;
    world.call_from(&Stripe, &stripe("checkout.session.completed", session(&reference, "unpaid"))).await;
    for kind in ["checkout.session.async_payment_succeeded", "checkout.session.async_payment_succeeded", "checkout.session.completed"] {
        world.call_from(&Stripe, &stripe(kind, session(&reference, "paid"))).await;
    }
    for later in ["2027-01-19T10:30:00Z", "2027-01-19T14:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
}

async fn what_went_back_is_open(world: &World, place: &str) {
    let anna = world.account("anna").await;
    let open: Vec<i64> = anna.cases.iter().map(Case::open_minor).collect();
    assert_eq!(open, [2_300], "{place}: the payment and its refund count once each");
    assert!(anna.credits.is_empty(), "{place}: nothing is booked twice");
    assert!(anna.cases.iter().all(|case| case.pending.is_none()), "{place}: nothing is under way any more");
    assert!(world.store.kept_events(None, 10).await.unwrap().rows.is_empty(), "{place}: the early refund was applied");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_stripe_calls_loses_and_doubles_no_money() {
    let effects =
        stopped_everywhere(|world| Box::pin(paid_by_stripe(world)), |world, place| Box::pin(what_went_back_is_open(world, place)), 0)
            .await
            .0;
    assert!(effects > 10, "the story has {effects} effects");
}

#[tokio::test]
async fn money_by_a_checkout_page_that_is_not_ours_is_shown_to_a_person() {
    let world = World::new("2027-01-18T10:00:00Z").await;
    let mut foreign = session("", "paid");
    foreign["client_reference_id"] = Value::Null;
    let called = world.call_from(&Stripe, &stripe("checkout.session.completed", foreign)).await;
    assert!(matches!(called, Called::Taken(Booked::Odd(_))), "{called:?}");
}

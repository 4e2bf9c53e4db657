//! Each provider's own events, and a stop before and after every effect of booking them.

use std::sync::atomic::Ordering::SeqCst;

use serde_json::{Value, json};
use tests::facts::{at, brings, invoice};
use tests::world::World;
use upominek::adapters::payments::mollie::Mollie;
use upominek::adapters::payments::paypal::PayPal;
use upominek::adapters::payments::payu::Payu;
use upominek::adapters::payments::przelewy24::Przelewy24;
use upominek::adapters::payments::stripe::Stripe;
use upominek::adapters::payments::tpay::Tpay;
use upominek::app::payment::{Booked, Called};
use upominek::domain::account::Case;
use upominek::domain::cause::Cause;
use upominek::domain::creditor::Settings;
use upominek::domain::fact::{PaymentFact, RefundFact};
use upominek::domain::money::Currency;
use upominek::ports::intake::{Delivery, NotVerified, Unreadable};
use upominek::ports::outside::{Callbacks, ProviderEvent, Told};

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
        stopped_everywhere(|world| Box::pin(paid_by_stripe(world)), |world, place| Box::pin(what_went_back_is_open(world, place)), 1)
            .await
            .0;
    assert!(effects > 10, "the story has {effects} effects");
}

/// A notification of PayU on an order, cut to what is read of it.
fn payu(reference: &str, status: &str) -> Vec<u8> {
    let order = json!({
        "orderId": "HRB1", "extOrderId": format!("{reference}.29916666"), "totalAmount": "12300", "currencyCode": "PLN", "status": status,
    });
    json!({ "order": order }).to_string().into_bytes()
}

/// A part goes back before its payment is told of; the rest comes twice, and what was before comes last.
async fn paid_by_payu(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    let back = json!({ "refundId": "900001", "amount": "2300", "currencyCode": "PLN", "status": "FINALIZED" });
    world.call_from(&Payu, json!({ "orderId": "HRB1", "refund": back }).to_string().as_bytes()).await;
    for status in ["PENDING", "WAITING_FOR_CONFIRMATION", "COMPLETED", "COMPLETED", "PENDING", "CANCELED"] {
        world.call_from(&Payu, &payu(&reference, status)).await;
    }
    for later in ["2027-01-19T10:30:00Z", "2027-01-19T14:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_payu_calls_loses_and_doubles_no_money() {
    let effects =
        stopped_everywhere(|world| Box::pin(paid_by_payu(world)), |world, place| Box::pin(what_went_back_is_open(world, place)), 1).await.0;
    assert!(effects > 10, "the story has {effects} effects");
}

/// A notification of Przelewy24, whose sign is not looked at here.
fn przelewy24(mut notification: Value, reference: &str) -> Vec<u8> {
    let known = json!({ "sessionId": format!("{reference}.1"), "orderId": 700_100_200, "merchantId": 1, "currency": "PLN", "sign": "" });
    notification.as_object_mut().unwrap().extend(known.as_object().unwrap().clone());
    notification.to_string().into_bytes()
}

/// As by Stripe: a part goes back before its payment is told of, which is told of twice.
async fn paid_by_przelewy24(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    let refund = json!({ "refundsUuid": "r-1", "amount": 2_300, "status": 0 });
    world.call_from(&Przelewy24, &przelewy24(refund, &reference)).await;
    let paid = json!({ "posId": 1, "amount": 12_300, "originAmount": 12_300, "methodId": 154, "statement": "p24" });
    for _ in 0..2 {
        world.call_from(&Przelewy24, &przelewy24(paid.clone(), &reference)).await;
    }
    for later in ["2027-01-19T10:30:00Z", "2027-01-19T14:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_przelewy24_calls_loses_and_doubles_no_money() {
    let effects =
        stopped_everywhere(|world| Box::pin(paid_by_przelewy24(world)), |world, place| Box::pin(what_went_back_is_open(world, place)), 1)
            .await
            .0;
    assert!(effects > 10, "the story has {effects} effects");
}

/// Mollie's webhook says an id; what it is asked for then changes from telling to telling.
async fn paid_by_mollie(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    let refund = |id: &str, amount_minor| RefundFact {
        provider: "sandbox".to_owned(),
        refund_id: id.to_owned(),
        payment_id: Some("pay-1".to_owned()),
        invoice: None,
        currency: Currency::PLN,
        amount_minor,
    };
    let stands =
        |back: Vec<RefundFact>| ProviderEvent::Stands { payment: money(12_300), reference: reference.clone(), back, again: Vec::new() };
    let pending = ProviderEvent::Pending { reference: reference.clone(), at: at("2027-01-18T10:01:00Z") };
    let paid = ProviderEvent::Paid { payment: money(12_300), reference: reference.clone() };
    let twice = vec![refund("re_1", 1_300), refund("re_2", 1_000)];
    for became in [pending, paid.clone(), paid, stands(vec![refund("re_1", 1_300)]), stands(twice.clone()), stands(twice)] {
        world.provider.became.lock().unwrap().insert("tr_1".to_owned(), became);
        world.call_from(&Mollie, b"id=tr_1").await;
    }
    for later in ["2027-01-19T10:30:00Z", "2027-01-19T14:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_mollie_calls_loses_and_doubles_no_money() {
    // What says that the account is looked at on the same day is a hint, and may be lost: its night comes.
    let stopped =
        stopped_everywhere(|world| Box::pin(paid_by_mollie(world)), |world, place| Box::pin(what_went_back_is_open(world, place)), 1);
    let (effects, _) = stopped.await;
    assert!(effects > 10, "the story has {effects} effects");
}

/// An event of PayPal, cut to what is read of it.
fn paypal(kind: &str, resource: &Value) -> Vec<u8> {
    json!({ "id": "WH-1", "event_type": kind, "create_time": "2027-01-18T10:02:00Z", "resource": resource }).to_string().into_bytes()
}

/// A part goes back before its payment is told of; the approval is told twice, and so is what its capture gave.
async fn paid_by_paypal(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    let amount = |value: &str| json!({ "currency_code": "PLN", "value": value });
    let up = json!([{ "href": "https://api.paypal.com/v2/payments/captures/3C679366HH908993F", "rel": "up" }]);
    let refund = json!({ "id": "1JU08902781691411", "status": "COMPLETED", "amount": amount("23.00"), "links": up });
    world.call_from(&PayPal, &paypal("PAYMENT.CAPTURE.REFUNDED", &refund)).await;
    let payment = PaymentFact { provider: "paypal".to_owned(), payment_id: "3C679366HH908993F".to_owned(), ..money(12_300) };
    let paid = ProviderEvent::Paid { payment, reference: reference.clone() };
    world.provider.became.lock().unwrap().insert("orders/5O190127TN364715T".to_owned(), paid);
    let order = json!({ "id": "5O190127TN364715T", "status": "APPROVED", "purchase_units": [{ "custom_id": reference }] });
    let capture = |status| json!({ "id": "3C679366HH908993F", "status": status, "amount": amount("123.00"), "custom_id": reference });
    world.call_from(&PayPal, &paypal("PAYMENT.CAPTURE.PENDING", &capture("PENDING"))).await;
    for _ in 0..2 {
        world.call_from(&PayPal, &paypal("CHECKOUT.ORDER.APPROVED", &order)).await;
        world.call_from(&PayPal, &paypal("PAYMENT.CAPTURE.COMPLETED", &capture("COMPLETED"))).await;
    }
    for later in ["2027-01-19T10:30:00Z", "2027-01-19T14:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_paypal_calls_loses_and_doubles_no_money() {
    let effects =
        stopped_everywhere(|world| Box::pin(paid_by_paypal(world)), |world, place| Box::pin(what_went_back_is_open(world, place)), 1)
            .await
            .0;
    assert!(effects > 10, "the story has {effects} effects");
}

/// A payment of which all is told at once: it was paid, a part went back, and a part of that came again.
#[tokio::test]
async fn money_that_came_again_is_booked_once_and_left_to_a_person() {
    let world = World::new("2027-01-18T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    let gone = RefundFact {
        provider: "sandbox".to_owned(),
        refund_id: "chb_1".to_owned(),
        payment_id: Some("pay-1".to_owned()),
        invoice: None,
        currency: Currency::PLN,
        amount_minor: 12_300,
    };
    let never = RefundFact { refund_id: "re_9".to_owned(), ..gone.clone() };
    let stands = |back: Vec<RefundFact>, again: Vec<RefundFact>| ProviderEvent::Stands {
        payment: money(12_300),
        reference: reference.clone(),
        back,
        again,
    };
    let tells = async |became| {
        world.provider.became.lock().unwrap().insert("tr_1".to_owned(), became);
        world.call_from(&Mollie, b"id=tr_1").await
    };
    assert_eq!(tells(stands(vec![gone.clone()], vec![never.clone()])).await, Called::Taken(Booked::Settled));
    assert_eq!(world.account("anna").await.cases[0].open_minor(), 12_300, "it was charged back, and is open again");
    let again = stands(Vec::new(), vec![gone, never]);
    assert_eq!(tells(again.clone()).await, Called::Taken(Booked::Odd(Cause::CameAgain)));
    assert_eq!(tells(again).await, Called::Taken(Booked::Duplicate));
    let anna = world.account("anna").await;
    assert_eq!(anna.cases[0].open_minor(), 12_300, "it settles nothing by itself");
    assert_eq!(
        anna.credits.iter().map(|credit| credit.left_minor).collect::<Vec<_>>(),
        [12_300],
        "once, and what never went back not at all"
    );
}

/// A notification of Tpay, whose signatures are not looked at here.
fn tpay(reference: &str, status: &str, paid: &str) -> Vec<u8> {
    let known = "id=1&tr_id=TR-1&tr_date=2027-01-18+11%3A00%3A00&tr_amount=123.00&tr_error=none&test_mode=0&md5sum=x";
    format!("{known}&tr_crc={reference}&tr_paid={paid}&tr_status={status}").into_bytes()
}

/// As by Stripe: what goes back is told of before its payment, whose two steps come out of order and again.
async fn paid_by_tpay(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    world.call_from(&Tpay, &tpay(&reference, "CHARGEBACK", "23.00")).await;
    for status in ["PAID", "TRUE", "TRUE", "PAID"] {
        world.call_from(&Tpay, &tpay(&reference, status, "123.00")).await;
    }
    for later in ["2027-01-19T10:30:00Z", "2027-01-19T14:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_tpay_calls_loses_and_doubles_no_money() {
    let effects =
        stopped_everywhere(|world| Box::pin(paid_by_tpay(world)), |world, place| Box::pin(what_went_back_is_open(world, place)), 1).await.0;
    assert!(effects > 10, "the story has {effects} effects");
}

/// Told as JSON, which says nothing of whose it is: Tpay is asked before it counts.
async fn told_by_tpay_as_json(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    let paid = ProviderEvent::Paid { payment: PaymentFact { provider: "tpay".to_owned(), ..money(12_300) }, reference };
    world.provider.became.lock().unwrap().insert("TO-1".to_owned(), paid);
    let told = json!({ "type": "marketplace_transaction", "data": { "transactionId": "TO-1" } });
    for _ in 0..2 {
        world.call_from(&Tpay, told.to_string().as_bytes()).await;
    }
    world.jump("2027-01-18T11:00:00Z");
    world.sweep().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_after_tpay_was_asked_loses_and_doubles_no_money() {
    let effects =
        stopped_everywhere(|world| Box::pin(told_by_tpay_as_json(world)), |world, place| Box::pin(it_is_paid_once(world, place)), 1)
            .await
            .0;
    assert!(effects > 5, "the story has {effects} effects");
}

#[tokio::test]
async fn an_advance_that_is_not_verified_is_never_booked() {
    let world = World::new("2027-01-18T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    world.provider.denies.store(true, SeqCst);
    let paid = json!({ "posId": 1, "amount": 12_300, "originAmount": 12_300, "methodId": 154, "statement": "p24" });
    let called = world.call_from(&Przelewy24, &przelewy24(paid.clone(), &reference)).await;
    assert!(matches!(called, Called::Quarantined { .. }), "a person sees it: {called:?}");
    assert_eq!(world.account("anna").await.cases[0].open_minor(), 12_300);
    world.provider.denies.store(false, SeqCst);
    assert_eq!(world.call_from(&Przelewy24, &przelewy24(paid, &reference)).await, Called::Taken(Booked::Settled));
}

#[tokio::test]
async fn money_by_a_checkout_page_that_is_not_ours_is_shown_to_a_person() {
    let world = World::new("2027-01-18T10:00:00Z").await;
    let mut foreign = session("", "paid");
    foreign["client_reference_id"] = Value::Null;
    let called = world.call_from(&Stripe, &stripe("checkout.session.completed", foreign)).await;
    assert!(matches!(called, Called::Taken(Booked::Odd(_))), "{called:?}");
}

fn money(amount_minor: i64) -> PaymentFact {
    PaymentFact {
        provider: "sandbox".to_owned(),
        payment_id: "pay-1".to_owned(),
        invoice: None,
        debtor: None,
        currency: Currency::PLN,
        amount_minor,
        paid_at: at("2027-01-18T10:02:00Z"),
    }
}

/// The provider knows that a checkout is paid; its callback never comes, or only after it was asked.
async fn paid_and_never_told(world: &World) {
    world.take(&brings(invoice("1", "anna", "2027-02-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    let paid = ProviderEvent::Paid { payment: money(12_300), reference: reference.clone() };
    world.provider.became.lock().unwrap().insert(format!("at-{reference}"), paid);
    for later in ["2027-01-18T10:20:00Z", "2027-01-18T10:31:00Z", "2027-01-18T11:00:00Z", "2027-01-19T12:00:00Z"] {
        world.jump(later);
        world.sweep().await;
    }
}

async fn it_is_paid_once(world: &World, place: &str) {
    let anna = world.account("anna").await;
    assert!(anna.cases.iter().all(|case| case.open_minor() == 0), "{place}: what its provider says is booked");
    assert!(anna.credits.is_empty(), "{place}: nothing is booked twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkout_whose_callback_never_came_is_asked_about() {
    let effects =
        stopped_everywhere(|world| Box::pin(paid_and_never_told(world)), |world, place| Box::pin(it_is_paid_once(world, place)), 1).await.0;
    assert!(effects > 5, "the story has {effects} effects");
}

#[tokio::test]
async fn who_was_asked_and_told_later_is_paid_once_and_asked_no_more() {
    let world = World::new("2027-01-18T10:00:00Z").await;
    paid_and_never_told(&world).await;
    let reference = world.provider.orders.lock().unwrap().keys().next().unwrap().clone();
    let told = world.call(&tests::counter::callback("pay-1", &reference, "paid", 12_300)).await;
    assert_eq!(told, Called::Taken(Booked::Duplicate));
    it_is_paid_once(&world, "told after all").await;
    let asked = || world.provider.asked.load(SeqCst);
    let before = asked();
    world.jump("2027-02-18T12:00:00Z");
    world.sweep().await;
    assert_eq!((before, asked()), (1, 1));
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_asked_ever_more_seldom_and_at_last_no_more() {
    let world = World::new("2027-01-18T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    world.checkout("anna", 12_300).await;
    let mut days = Vec::new();
    for day in (0..=20).chain([40, 60]) {
        let before = world.provider.asked.load(SeqCst);
        world.jump(&(at("2027-01-18T10:00:00Z") + chrono::Duration::days(day)).to_rfc3339());
        world.sweep().await;
        days.extend((world.provider.asked.load(SeqCst) > before).then_some(day));
    }
    assert_eq!(days, [1, 2, 4, 8, 16]);
}

/// A provider that only says that there is news.
struct Hint;

impl Callbacks for Hint {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn verify(&self, _: &Delivery, _: &[String], _: &Settings) -> Result<(), NotVerified> {
        Ok(())
    }

    fn read(&self, callback: &Delivery, _: &Settings) -> Result<Told, Unreadable> {
        Ok(Told::ToAsk { payment: String::from_utf8_lossy(&callback.body).into_owned() })
    }
}

#[tokio::test]
async fn what_a_provider_only_hints_at_counts_once_it_was_asked() {
    let world = World::new("2027-01-18T10:00:00Z").await;
    world.take(&brings(invoice("1", "anna", "2027-01-15", 12_300))).await;
    let reference = world.checkout("anna", 12_300).await;
    let called = world.call_from(&Hint, b"pay-1").await;
    assert!(matches!(called, Called::Kept(_)), "it does not answer, and nothing is lost: {called:?}");
    assert_eq!(world.account("anna").await.cases[0].open_minor(), 12_300);
    world.provider.became.lock().unwrap().insert("pay-1".to_owned(), ProviderEvent::Paid { payment: money(12_300), reference });
    let called = world.call_from(&Hint, b"pay-1").await;
    assert_eq!(called, Called::Taken(Booked::Settled));
    it_is_paid_once(&world, "once it was asked").await;
}

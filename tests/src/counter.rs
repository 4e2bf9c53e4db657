//! Where money and the post office's news come in: checkouts, callbacks, delivery events, and what a
//! person does. Each is tried again as whoever sends it would.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use upominek::adapters::dynamodb::Store;
use upominek::adapters::payments::sandbox::{Callback, Sandbox};
use upominek::app::AppError;
use upominek::app::apply::{Applied, and_follow_up, apply};
use upominek::app::delivery;
use upominek::app::payment::{self, Addresses, Back, Called, Payable, Returned, Till};
use upominek::app::transfer::{Carrier, Transferred};
use upominek::domain::account::Account;
use upominek::domain::creditor::Locale;
use upominek::domain::handle::{Command, Refused};
use upominek::domain::ids::{CaseId, CreditorId, DebtorId};
use upominek::domain::money::Currency;
use upominek::ports::delivery::{DeliveryEvent, DeliveryFact};
use upominek::ports::intake::Delivery;
use upominek::ports::outside::{
    Asked, Callbacks, Checkout, CheckoutError, CheckoutRequest, Confirms, OutsideError, PaymentProvider, ProviderEvent, Told,
};
use upominek::ports::store::{Also, Identity, Kept};

use crate::fakes::{Delivered, TestClock, TestQueue};
use crate::tripwire::{Side, Tripwire};
use crate::world::World;

/// A payment provider that remembers its checkouts.
#[derive(Debug, Clone, Default)]
pub struct TestProvider {
    /// What was ordered, by our reference.
    pub orders: Arc<Mutex<BTreeMap<String, CheckoutRequest>>>,
    /// What became of each checkout, by the provider's id.
    pub became: Arc<Mutex<BTreeMap<String, ProviderEvent>>>,
    /// How often it was asked.
    pub asked: Arc<AtomicUsize>,
    /// Whether it confirms nothing.
    pub denies: Arc<AtomicBool>,
    tripwire: Tripwire,
}

impl TestProvider {
    /// A provider watched by a tripwire.
    pub fn new(tripwire: &Tripwire) -> Self {
        Self { tripwire: tripwire.clone(), ..Self::default() }
    }
}

impl PaymentProvider for TestProvider {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    async fn checkout(&self, request: &CheckoutRequest, _: &str) -> Result<Checkout, CheckoutError> {
        self.tripwire.effect("checkout", Side::Before);
        self.orders.lock().unwrap().insert(request.reference.clone(), request.clone());
        self.tripwire.effect("checkout", Side::After);
        let id = format!("at-{}", request.reference);
        Ok(Checkout { url: format!("https://provider.example/{id}"), id })
    }

    async fn ask(&self, asked: Asked<'_>, _: &str) -> Result<Told, CheckoutError> {
        self.tripwire.effect("asked", Side::Before);
        self.asked.fetch_add(1, SeqCst);
        self.tripwire.effect("asked", Side::After);
        let became = self.became.lock().unwrap().get(asked.checkout).cloned();
        became.map(Told::from).ok_or_else(|| CheckoutError::Unknown("it does not answer".to_owned()))
    }

    async fn confirm(&self, told: Told, _: &str, _: DateTime<Utc>) -> Result<ProviderEvent, CheckoutError> {
        self.tripwire.effect("confirmed", Side::Before);
        self.tripwire.effect("confirmed", Side::After);
        match told {
            Told::Happened(event) => Ok(event),
            Told::ToConfirm { reference, .. } if self.denies.load(SeqCst) => {
                Err(CheckoutError::Refused(format!("{reference} is an advance")))
            }
            Told::ToConfirm { payment, reference, .. } => Ok(ProviderEvent::Paid { payment, reference }),
            Told::ToAsk { payment } => {
                let became = self.became.lock().unwrap().get(&payment).cloned();
                became.ok_or_else(|| CheckoutError::Unknown("it does not answer".to_owned()))
            }
        }
    }
}

impl Confirms for TestProvider {
    async fn confirm(&self, told: Told) -> Result<Result<ProviderEvent, CheckoutError>, OutsideError> {
        Ok(PaymentProvider::confirm(self, told, "secret", crate::facts::at("2027-01-18T12:00:00Z")).await)
    }
}

/// A callback of the sandbox, as its bytes.
pub fn callback(payment_id: &str, reference: &str, status: &str, amount_minor: i64) -> Vec<u8> {
    let callback = Callback {
        payment_id: payment_id.to_owned(),
        reference: reference.to_owned(),
        status: status.to_owned(),
        refund_id: (status == "refunded").then(|| format!("back-{payment_id}")),
        amount_minor,
        currency: Currency::PLN,
        paid_at: crate::facts::at("2027-01-18T12:00:00Z"),
    };
    serde_json::to_vec(&callback).expect("a callback")
}

fn done(transferred: Transferred) -> Result<(), AppError> {
    match transferred {
        Transferred::Done { .. } => Ok(()),
        other => panic!("a transfer ended in {other:?}"),
    }
}

impl World {
    /// A debtor presses the button; returns our reference.
    pub async fn checkout(&self, customer: &str, amount_minor: i64) -> String {
        self.checkout_of(customer, None, amount_minor).await
    }

    /// The same for one invoice, or for a part of it.
    pub async fn checkout_of(&self, customer: &str, chosen: Option<&CaseId>, amount_minor: i64) -> String {
        let account = self.account(customer).await;
        let locale = Locale::Pl;
        let payable = Payable { account: &account, case: chosen, amount_minor, currency: Currency::PLN, title: "FV", locale };
        let addresses = Addresses { base_url: "https://api.example", pay_page: "https://pay.example/p/x" };
        self.at_least_once(|| async {
            let started = payment::start(&self.store, &self.provider, "secret", payable, addresses, self.setting()).await?;
            started.map(|_| ()).map_err(|_| AppError::Busy)
        })
        .await;
        let orders = self.provider.orders.lock().unwrap();
        let made = orders.iter().filter(|(_, order)| order.amount_minor == amount_minor);
        let references: Vec<&String> = made.map(|(reference, _)| reference).collect();
        assert_eq!(references.len(), 1, "one checkout for one amount, however often it was asked for");
        references[0].clone()
    }

    /// What the debtor sees who comes back from a checkout.
    pub async fn returned(&self, customer: &str, reference: &str) -> Option<Returned> {
        let debtor = self.debtor(customer).await;
        match payment::back(&self.store, &debtor, reference, self.clock.time()).await.expect("an answer")? {
            Back::Known(returned) => Some(returned),
            Back::Ask { reference, checkout, .. } => {
                let asked = Asked { reference: &reference, checkout: &checkout, at: self.clock.time() };
                payment::ask(&self.provider, "secret", &debtor, asked).await
            }
        }
    }

    /// The provider calls, again until it is answered.
    pub async fn call(&self, body: &[u8]) -> Called {
        self.call_from(&Sandbox, body).await
    }

    /// The same of another provider.
    pub async fn call_from(&self, provider: &dyn Callbacks, body: &[u8]) -> Called {
        let last = Mutex::new(None);
        self.at_least_once(|| async {
            let called = self.call_once(provider, body, None).await?;
            *last.lock().unwrap() = Some(called);
            Ok(())
        })
        .await;
        last.into_inner().unwrap().expect("an answer")
    }

    pub(crate) async fn call_once(&self, provider: &dyn Callbacks, body: &[u8], kept: Option<&Kept>) -> Result<Called, AppError> {
        let till = Till { store: &self.store, queue: &self.queue, clock: &self.clock, setting: self.setting() };
        let received_at = kept.map_or(self.clock.time(), |kept| kept.received_at);
        let callback = Delivery { headers: Vec::new(), body: body.to_vec(), received_at };
        till.receive(provider, &self.provider, &callback, kept).await
    }

    /// SES tells about a message that it took.
    pub async fn told(&self, message: &Delivered, what: &DeliveryFact) {
        let mut tag = message.tag.split('/');
        let mut part = || tag.next().expect("the tags of an e-mail").to_owned();
        let event = DeliveryEvent {
            creditor: CreditorId::parse(&part()).expect("a creditor"),
            debtor: DebtorId::parse(&part()).expect("a debtor"),
            reminder: part().try_into().expect("a reminder"),
            message_id: "message".to_owned(),
            sent_to: message.all().map(str::to_owned).collect(),
            what: what.clone(),
        };
        self.at_least_once(|| delivery::take(&self.store, &self.queue, &self.clock, &event, self.setting())).await;
    }

    fn carrier(&self) -> Carrier<'_, Store, TestQueue, TestClock> {
        Carrier { store: &self.store, queue: &self.queue, clock: &self.clock, setting: self.setting() }
    }

    /// A person moves invoices, and tries again until it is done.
    pub async fn moves(&self, from: &DebtorId, to: &DebtorId, cases: &[CaseId]) {
        self.at_least_once(|| async { done(self.carrier().move_cases(from, to, cases, "a person says so").await?) }).await;
    }

    /// A person merges a debtor into another one, and tries again until it is done.
    pub async fn merges(&self, from: &DebtorId, into: &DebtorId) {
        self.at_least_once(|| async { done(self.carrier().merge(from, into, "a person says so").await?) }).await;
    }

    /// A person splits them again, and tries again until it is done.
    pub async fn gives_back(&self, from: &DebtorId, to: &DebtorId) {
        self.at_least_once(|| async {
            match self.carrier().give_back(from, to, "a person says so").await? {
                // Done before, and the answer was not seen.
                Transferred::Refused(Refused::NotMerged) => Ok(()),
                other => done(other),
            }
        })
        .await;
    }

    /// A person makes a debtor of its own of invoices and identities, and tries again until it is done.
    pub async fn splits(&self, from: &DebtorId, new: &Account, cases: &[CaseId], identities: &[Identity]) {
        self.at_least_once(|| async { done(self.carrier().split(from, new, cases, identities, "a person says so").await?) }).await;
    }

    /// A person does something to an invoice, open or closed, as the API does it, and tries again until it
    /// is answered. What was done already is done; anything else that is refused is a fault of the test.
    pub async fn person(&self, customer: &str, case: Option<&CaseId>, command: &Command) {
        let debtor = self.debtor(customer).await;
        let tries = AtomicUsize::new(0);
        self.at_least_once(|| async {
            let first = tries.fetch_add(1, SeqCst) == 0;
            let applied = apply(&self.store, &self.clock, &debtor, case, command, &[], self.setting()).await?;
            match &applied {
                Applied::Refused(why) => assert!(!first, "{command:?} is refused: {why}"),
                Applied::Done(outcome) => self.holds(&outcome.account).await,
                Applied::NoAccount => panic!("no account"),
            }
            and_follow_up(&self.queue, &applied, self.setting()).await
        })
        .await;
        self.work().await;
    }

    /// A person does something, and tries again when it fails. What is booked is booked once.
    pub async fn command(&self, customer: &str, command: &Command, booking: Option<&str>) {
        let debtor = self.debtor(customer).await;
        let also: Vec<Also> = booking.map(|id| Also::Booking { provider: "manual".to_owned(), id: id.to_owned() }).into_iter().collect();
        self.at_least_once(|| async {
            match apply(&self.store, &self.clock, &debtor, None, command, &also, self.setting()).await {
                Ok(Applied::Done(_) | Applied::Refused(_)) => Ok(()),
                Ok(Applied::NoAccount) => panic!("no account"),
                // As the API does: booked before is done.
                Err(AppError::Busy) if booking.is_some() => Ok(()),
                Err(error) => Err(error),
            }
        })
        .await;
    }
}

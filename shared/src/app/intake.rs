//! Intake: a verified delivery becomes a command on the right account, exactly once.
//!
//! Nothing is lost: what cannot be understood, has no invoice yet or finds its account too busy is
//! kept and tried again.

use sha2::{Digest, Sha256};

use super::AppError;
use super::apply::{Applied, Setting, TRIES, find, finish, follow_up, once, with_refunded};
use crate::domain::account::Account;
use crate::domain::fact::{Event, Fact, InvoiceFact, InvoiceRef, RefundFact};
use crate::domain::handle::Command;
use crate::domain::ids::{CaseId, CreditorId, DebtorId, Source, base32};
use crate::ports::intake::{Delivery, IntakeSource};
use crate::ports::outside::{Chance, Clock, Work, WorkQueue};
use crate::ports::payments::Bookings;
use crate::ports::store::{Accounts, Also, Directories, Directory, Identity, Kept, KeptBecause, KeptEvents, Question, StoreError};

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// Applied, or known to mean nothing.
    Accepted,
    /// Applied before.
    Duplicate,
    /// Understood, and changes nothing: a stale revision.
    NoEffect(&'static str),
    /// Kept until its invoice comes, or its account is less busy.
    Kept(String),
    /// Cannot be understood; kept for a person.
    Quarantined {
        /// The id to replay it by.
        id: String,
        /// What is wrong: field and rule.
        why: String,
    },
}

/// What intake works with.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a, S, Q, C> {
    /// The creditor's store.
    pub store: &'a S,
    /// The queues.
    pub queue: &'a Q,
    /// Clock and chance.
    pub clock: &'a C,
    /// Settings and the time of this work.
    pub setting: Setting<'a>,
    /// How many days an event waits for its invoice before a person is asked.
    pub patience_days: i64,
}

/// How an event can be tried again when it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Original<'a> {
    /// Where it came from.
    pub source: &'a Source,
    /// As it arrived.
    pub delivery: &'a Delivery,
    /// The kept event, if this is a replay.
    pub kept: Option<&'a Kept>,
}

impl<S, Q, C> Desk<'_, S, Q, C>
where
    S: Accounts + Bookings + Directories + KeptEvents,
    Q: WorkQueue,
    C: Clock + Chance,
{
    /// Takes a delivery whose signature was verified.
    pub async fn receive(&self, adapter: &dyn IntakeSource, original: Original<'_>) -> Result<Received, AppError> {
        match adapter.translate(original.delivery, self.setting.settings) {
            Ok(event) => self.take(&event, original).await,
            Err(unreadable) => {
                let why = unreadable.to_string();
                let mut kept = self.kept(original, &sha256(&original.delivery.body), KeptBecause::Quarantine, &why);
                kept.retry_at = None;
                self.store.keep(&kept).await?;
                Ok(Received::Quarantined { id: kept.id, why })
            }
        }
    }

    /// Applies an event that was understood.
    pub async fn take(&self, event: &Event, original: Original<'_>) -> Result<Received, AppError> {
        if let Fact::Nothing { .. } = event.fact {
            return Ok(Received::Accepted);
        }
        for attempt in 0..TRIES {
            match self.attempt(event, original).await {
                Err(AppError::Store(StoreError::Conflict)) => self.clock.pause(attempt).await,
                other => return other,
            }
        }
        let mut kept = self.kept(original, &event.event_id, KeptBecause::Busy, "its account is too busy now");
        kept.retry_at = Some(self.setting.now + chrono::Duration::minutes(1));
        self.store.keep(&kept).await?;
        Ok(Received::Kept(kept.id))
    }

    async fn attempt(&self, event: &Event, original: Original<'_>) -> Result<Received, AppError> {
        let identities = identities(&event.fact, original.source);
        let invoice = event.fact.invoice();
        let names = names(&event.fact);
        let booking = booking(&event.fact);
        let question = Question {
            event: (original.source, &event.event_id),
            invoice: invoice.as_ref(),
            names: &names,
            booking: booking.as_ref().map(|(provider, id)| (provider.as_str(), id.as_str())),
            identities: &identities,
        };
        let known = self.store.look_up(question).await?;
        if known.event_seen || known.booked {
            return Ok(Received::Duplicate);
        }
        match (known.invoices.as_slice(), &event.fact) {
            ([(case, debtor)], _) => {
                let account = self.holder(debtor, case).await?;
                self.apply(event, original, account, Some(case.clone()), &known, &identities).await
            }
            ([], Fact::Invoice(fact)) => {
                let account = self.account_for(fact, &known, &identities).await?;
                self.apply(event, original, account, None, &known, &identities).await
            }
            // Money that names its payer, or the payment that went back, and no invoice.
            ([], fact) => match self.payer(fact, &known).await? {
                Some(debtor) => {
                    let account = find(self.store, &debtor, None).await?.ok_or(StoreError::Conflict)?;
                    self.apply(event, original, account, None, &known, &[]).await
                }
                None => self.park(event, original, invoice).await,
            },
            _ => {
                let why = "it names an invoice number that several invoices have: name the invoice's id";
                let mut kept = self.kept(original, &event.event_id, KeptBecause::Quarantine, why);
                kept.retry_at = None;
                self.store.keep(&kept).await?;
                Ok(Received::Quarantined { id: kept.id, why: why.to_owned() })
            }
        }
    }

    /// The account that has a case. The debtor is where its name led to; it may have been moved since, and
    /// then its own reference knows. It is somewhere: it is never taken for a new one.
    async fn holder(&self, debtor: &DebtorId, case: &CaseId) -> Result<Account, AppError> {
        let has_it = |account: &Account| account.case(case).is_some();
        if let Some(account) = find(self.store, debtor, Some(case)).await?.filter(has_it) {
            return Ok(account);
        }
        let name = InvoiceRef::Case(case.clone());
        let question = Question { event: (&case.source, "-"), invoice: Some(&name), names: &[], booking: None, identities: &[] };
        let [(_, debtor)] = self.store.look_up(question).await?.invoices.try_into().map_err(|_| StoreError::Conflict)?;
        Ok(find(self.store, &debtor, Some(case)).await?.filter(has_it).ok_or(StoreError::Conflict)?)
    }

    async fn payer(&self, fact: &Fact, known: &Directory) -> Result<Option<DebtorId>, AppError> {
        match fact {
            Fact::Refund(RefundFact { provider, payment_id: Some(payment), invoice: None, .. }) => {
                Ok(self.store.booked(provider, payment).await?.flatten())
            }
            _ => Ok(known.debtors.first().cloned().flatten()),
        }
    }

    async fn account_for(&self, fact: &InvoiceFact, known: &Directory, identities: &[Identity]) -> Result<Account, AppError> {
        let found = matching(fact, known, identities);
        if let Some(debtor) = found {
            let account = find(self.store, &debtor, None).await?;
            return account.ok_or_else(|| StoreError::Conflict.into());
        }
        let debtor = DebtorId::from_chance(self.clock.ten_bytes()?);
        let settings = self.setting.settings;
        let shard = shard_of(&debtor, settings.shards);
        Ok(Account::new(settings.creditor.clone(), debtor, shard, self.setting.now))
    }

    async fn apply(
        &self,
        event: &Event,
        original: Original<'_>,
        account: Account,
        case: Option<CaseId>,
        known: &Directory,
        identities: &[Identity],
    ) -> Result<Received, AppError> {
        let command = command(&event.fact, case.clone());
        let account = with_refunded(self.store, account, &command).await?;
        let mut also = vec![Also::EventSeen { source: original.source.clone(), event_id: event.event_id.clone() }];
        also.extend(booking(&event.fact).map(|(provider, id)| Also::Booking { provider, id }));
        let new = identities.iter().zip(&known.debtors).filter(|(_, debtor)| debtor.is_none());
        let new: Vec<Identity> = new.map(|(identity, _)| identity.clone()).collect();
        if !new.is_empty() {
            also.push(Also::Identities(new));
        }
        if let (Fact::Invoice(fact), None) = (&event.fact, &case) {
            let nobody_waits = !known.parked;
            also.push(Also::NewCase { case: fact.case.clone(), aliases: aliases(fact), nobody_waits });
        }
        match once(self.store, &account, &command, &also, self.setting).await? {
            Applied::Refused(crate::domain::handle::Refused::NoEffect(why)) => Ok(Received::NoEffect(why)),
            Applied::Refused(_) | Applied::NoAccount => Err(StoreError::Conflict.into()),
            Applied::Done(outcome) => {
                let Applied::Done(outcome) = finish(self.store, self.clock, outcome, self.setting).await? else {
                    return Ok(Received::Accepted);
                };
                self.follow_up(&event.fact, known.parked, &outcome).await?;
                Ok(Received::Accepted)
            }
        }
    }

    /// What waited for this invoice comes now; what is due today is evaluated today.
    async fn follow_up(&self, fact: &Fact, somebody_waits: bool, outcome: &crate::domain::handle::Outcome) -> Result<(), AppError> {
        let creditor = &self.setting.settings.creditor;
        let mut work = Vec::new();
        if let (Fact::Invoice(fact), true) = (fact, somebody_waits) {
            let waiting = self.store.waiting_for(&names_of(fact)).await?;
            work.extend(waiting.into_iter().map(|id| Work::Replay { creditor: creditor.clone(), id }));
        }
        work.extend(follow_up(outcome, self.setting));
        if !work.is_empty() {
            self.queue.send(&work).await?;
        }
        Ok(())
    }

    async fn park(&self, event: &Event, original: Original<'_>, invoice: Option<InvoiceRef>) -> Result<Received, AppError> {
        let why = match &invoice {
            Some(_) => "its invoice has not come yet",
            None if names_whom(&event.fact) => "neither its payer nor its payment has come yet",
            None => "it names no invoice: a person has to allocate it",
        };
        let mut kept = self.kept(original, &event.event_id, KeptBecause::Parked, why);
        let age = self.setting.now - kept.received_at;
        let named = invoice.is_some() || names_whom(&event.fact);
        let patient = named && age < chrono::Duration::days(self.patience_days);
        kept.retry_at = patient.then(|| self.setting.now + chrono::Duration::days(1));
        kept.waits_for = invoice;
        self.store.keep(&kept).await?;
        Ok(Received::Kept(kept.id))
    }

    fn kept(&self, original: Original<'_>, event_id: &str, because: KeptBecause, why: &str) -> Kept {
        let id = original.kept.map_or_else(|| kept_id(original.source, event_id), |kept| kept.id.clone());
        Kept {
            id,
            source: original.source.clone(),
            headers: original.delivery.headers.clone(),
            body: original.delivery.body.clone(),
            received_at: original.kept.map_or(original.delivery.received_at, |kept| kept.received_at),
            because,
            why: why.to_owned(),
            retry_at: None,
            tries: original.kept.map_or(0, |kept| kept.tries + 1),
            waits_for: original.kept.and_then(|kept| kept.waits_for.clone()),
        }
    }

    /// Applies a kept event again, and forgets it if that succeeds.
    pub async fn replay(&self, adapter: &dyn IntakeSource, kept: &Kept) -> Result<Received, AppError> {
        let delivery = Delivery { headers: kept.headers.clone(), body: kept.body.clone(), received_at: kept.received_at };
        let original = Original { source: &kept.source, delivery: &delivery, kept: Some(kept) };
        let received = self.receive(adapter, original).await?;
        if matches!(received, Received::Accepted | Received::Duplicate | Received::NoEffect(_)) {
            self.store.forget(kept).await?;
        }
        Ok(received)
    }
}

/// Whether money without an invoice tells whose it is.
fn names_whom(fact: &Fact) -> bool {
    match fact {
        Fact::Payment(payment) => payment.debtor.is_some(),
        Fact::Refund(refund) => refund.payment_id.is_some(),
        _ => false,
    }
}

/// The same event is kept under the same id, however often it comes.
pub(super) fn kept_id(source: &Source, event_id: &str) -> String {
    let digest = Sha256::digest(format!("{source}\n{event_id}").as_bytes());
    format!("evt-{}", base32(&digest[..10]))
}

pub(super) fn sha256(body: &[u8]) -> String {
    base32(&Sha256::digest(body))
}

/// The shard of a new debtor, even over shards.
pub fn shard_of(debtor: &DebtorId, shards: u16) -> u16 {
    let digest = Sha256::digest(debtor.as_str().as_bytes());
    u16::from_be_bytes([digest[1], digest[2]]) % shards.max(1)
}

/// By what the debtor of a fact is recognised, the strongest first.
fn identities(fact: &Fact, source: &Source) -> Vec<Identity> {
    if let Fact::Payment(payment) = fact {
        let payer = payment.debtor.clone().filter(|_| payment.invoice.is_none());
        return payer.map(|id| Identity::Customer(source.clone(), id)).into_iter().collect();
    }
    let Fact::Invoice(invoice) = fact else { return Vec::new() };
    let debtor = &invoice.debtor;
    let customer = debtor.external_id.clone().map(|id| Identity::Customer(source.clone(), id));
    let tax_id = debtor.tax_id.clone().map(Identity::TaxId);
    let email = debtor.email.clone().map(Identity::Email);
    [customer, tax_id, email].into_iter().flatten().collect()
}

/// The debtor that the identities lead to. An e-mail address alone is no proof where the invoice
/// names a tax id: one bookkeeper serves many companies.
fn matching(fact: &InvoiceFact, known: &Directory, identities: &[Identity]) -> Option<DebtorId> {
    let strong_enough = |identity: &Identity| !matches!(identity, Identity::Email(_)) || fact.debtor.tax_id.is_none();
    let pairs = identities.iter().zip(&known.debtors);
    pairs.filter(|(identity, _)| strong_enough(identity)).find_map(|(_, debtor)| debtor.clone())
}

fn aliases(fact: &InvoiceFact) -> Vec<String> {
    let mut aliases = vec![fact.number.clone()];
    aliases.extend(fact.ksef_number.clone().filter(|ksef| *ksef != fact.number));
    aliases.retain(|alias| !alias.is_empty());
    aliases
}

/// Every name of an invoice under which something may wait for it.
fn names_of(fact: &InvoiceFact) -> Vec<InvoiceRef> {
    let aliases = aliases(fact).into_iter().map(InvoiceRef::Alias);
    aliases.chain([InvoiceRef::Case(fact.case.clone())]).collect()
}

fn names(fact: &Fact) -> Vec<InvoiceRef> {
    match fact {
        Fact::Invoice(invoice) => names_of(invoice),
        other => other.invoice().into_iter().collect(),
    }
}

fn booking(fact: &Fact) -> Option<(String, String)> {
    match fact {
        Fact::Payment(payment) => Some((payment.provider.clone(), payment.payment_id.clone())),
        Fact::Refund(refund) => Some((refund.provider.clone(), format!("refund:{}", refund.refund_id))),
        Fact::CreditNote(note) => Some(("credit-note".to_owned(), note.case.to_string())),
        _ => None,
    }
}

fn command(fact: &Fact, case: Option<CaseId>) -> Command {
    match fact.clone() {
        Fact::Invoice(invoice) => Command::Invoice(invoice),
        Fact::Paid { case, revision } => Command::Paid { case, revision },
        Fact::Cancelled { case, revision } => Command::Cancelled { case, revision },
        Fact::Adjusted { case, revision, less_owed_minor, less_paid_minor } => {
            Command::Adjusted { case, revision, less_owed_minor, less_paid_minor }
        }
        Fact::CreditNote(note) => Command::CreditNote(note, case),
        Fact::Payment(fact) => Command::Payment { fact, case, odd: None },
        Fact::Refund(refund) => Command::Refund(refund, case),
        Fact::Nothing { .. } => Command::Allocate,
    }
}

/// Whose settings a name in a path may open: parsed, not yet proven.
pub fn creditor_in_path(text: &str) -> Option<CreditorId> {
    CreditorId::parse(text).ok()
}

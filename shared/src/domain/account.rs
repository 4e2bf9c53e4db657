//! The account: one debtor's profile, open cases and whatever is unsettled. It is the unit of
//! consistency: loaded in one read, changed by one command, committed under one version.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::claimed::Claimed;
use super::contact::{Audience, Contacts, Recipients};
use super::course::{Extension, SkippedStep};
use super::creditor::{Locale, Settings};
use super::debtor_word::{InstalmentRequest, Refusal};
use super::decide::Decision;
use super::fact::{DebtorKind, PostalAddress, PostalWord, Warning};
use super::ids::{CaseId, CreditorId, DebtorId};
use super::instruction::Instruction;
use super::interest::{Change, ClaimKind};
use super::legal::{LegalKind, LegalStop, same_address};
use super::money::Currency;
use super::pending::Pending;
use super::plan::Plan;
use super::policy::Channel;
use super::record::{Paid, Record};
use super::reminder::Reminder;
use super::score::Call;
use super::settlement::{EarlyDiscount, Settlement, SettlementKind};
use super::stops::{Dispute, Promise};
use super::ties::{HeldBefore, Ties};

/// A dated stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Why, as a person wrote it.
    pub reason: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` holds until it is released.
    pub until: Option<NaiveDate>,
}

impl Hold {
    /// Whether the hold covers a day.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether its last day lies before a day.
    pub fn is_over(&self, day: NaiveDate) -> bool {
        self.until.is_some_and(|until| until < day)
    }

    /// One that lasts as long as both do; the reason is the longer one's.
    #[must_use]
    pub fn joined(self, other: &Hold) -> Hold {
        let end = |hold: &Hold| hold.until.unwrap_or(NaiveDate::MAX);
        let from = self.from.min(other.from);
        let longer = if end(other) > end(&self) { other.clone() } else { self };
        Hold { from, ..longer }
    }
}

/// Who the debtor is, and when we look at them next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Who is owed.
    pub creditor: CreditorId,
    /// Who owes.
    pub debtor: DebtorId,
    /// Grows with each commit; 0 is an account that is not stored yet.
    pub version: u64,
    /// Name as on the invoices.
    pub name: String,
    /// Tax id.
    pub tax_id: Option<String>,
    /// Company or person.
    pub kind: DebtorKind,
    /// A public body: it pays by its own procedures, and from budgets.
    #[serde(default)]
    pub public_body: bool,
    /// Language; the creditor's where unknown.
    pub locale: Option<Locale>,
    /// Zone; the creditor's where unknown.
    pub zone: Option<chrono_tz::Tz>,
    /// Who can be reached, and how.
    #[serde(flatten)]
    pub contacts: Contacts,
    /// Who of the creditor's team hears about this debtor: an e-mail address; the settings' `team_email`
    /// where nobody is named.
    #[serde(default)]
    pub owner: Option<String>,
    /// Where letters go.
    #[serde(default)]
    pub postal: Option<PostalAddress>,
    /// What the team said of that: it stands, whatever the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_word: Option<PostalWord>,
    /// What ties it to other debtors: where it went, what came to it.
    #[serde(default)]
    pub ties: Ties,
    /// A hold on everything said to this debtor.
    pub hold: Option<Hold>,
    /// The stops that the law puts up, at most one of a kind.
    #[serde(default)]
    pub legal_stops: Vec<LegalStop>,
    /// The instalment plans in force, at most one in a currency.
    #[serde(default)]
    pub plans: Vec<Plan>,
    /// The number of the last instalment that was ever agreed.
    #[serde(default)]
    pub last_instalment: u32,
    /// Addresses and numbers that turned out to be somebody else's: never used again, whoever gives
    /// them.
    #[serde(default)]
    pub somebody_elses: Vec<String>,
    /// The ways of writing that the debtor refuses, each once.
    #[serde(default)]
    pub refusals: Vec<Refusal>,
    /// The last request for instalments.
    #[serde(default)]
    pub asked_instalments: Option<InstalmentRequest>,
    /// When a fresh link was asked for on the page of one that is over, within the last month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fresh_links_at: Vec<DateTime<Utc>>,
    /// Pay links that were made before this instant are revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links_from: Option<DateTime<Utc>>,
    /// Which of the creditor's shards evaluates it.
    pub shard: u16,
    /// The day to look at the account next; never empty while a case is open.
    pub wake_on: Option<NaiveDate>,
    /// The last business day evaluated.
    pub evaluated_on: Option<NaiveDate>,
    /// How it has paid so far.
    #[serde(default)]
    pub record: Record,
    /// Its segment by the policy in force, as of its last command.
    #[serde(default)]
    pub segment: Option<String>,
    /// Its place on the team's call list, as of its last command; `None` where nothing is overdue that may be
    /// asked for.
    #[serde(default)]
    pub call: Option<Call>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

impl Profile {
    /// The stop of a kind.
    pub fn legal_stop(&self, kind: LegalKind) -> Option<&LegalStop> {
        self.legal_stops.iter().find(|stop| stop.kind == kind)
    }

    /// The stop that covers a day and lasts longest.
    pub fn legal_stop_on(&self, day: NaiveDate) -> Option<&LegalStop> {
        let covering = self.legal_stops.iter().filter(|stop| stop.covers(day));
        covering.max_by_key(|stop| (stop.until.unwrap_or(NaiveDate::MAX), std::cmp::Reverse(stop.kind)))
    }

    /// Whether an address or number is known to be somebody else's.
    pub fn is_somebody_elses(&self, address: &str) -> bool {
        self.somebody_elses.iter().any(|known| same_address(known, address))
    }
}

/// A step that a case has taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTaken {
    /// The step.
    pub step: String,
    /// On which business day.
    pub on: NaiveDate,
    /// By which channel.
    pub channel: Channel,
}

/// Money of ours allocated to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// The provider and its payment id, joined by `:`.
    pub payment: String,
    /// Minor units, more than 0.
    pub amount_minor: i64,
    /// Why this case: `named` or `oldest_due`.
    pub why: AllocationReason,
    /// The local day on which the money came; `None` for what was booked before days were kept.
    #[serde(default)]
    pub on: Option<NaiveDate>,
}

/// Why a payment went to a case (art. 451 of the Polish Civil Code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllocationReason {
    /// The debtor named it.
    Named,
    /// The oldest due debt.
    OldestDue,
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    /// Nothing is open any more.
    Paid,
    /// The source voided the invoice.
    Cancelled,
    /// The team gave up what was left.
    WrittenOff,
}

/// Our state of one invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Which.
    pub id: CaseId,
    /// The number that the debtor knows.
    pub number: String,
    /// The source's revision that we have.
    pub revision: u64,
    /// Date of issue.
    pub issued_on: NaiveDate,
    /// Due date as printed.
    pub due_on: NaiveDate,
    /// Currency.
    pub currency: Currency,
    /// Gross total, minor units.
    pub total_minor: i64,
    /// What the source says was paid, minor units.
    pub asserted_minor: i64,
    /// Our own bookings that the source has not repeated yet, minor units.
    pub unechoed_minor: i64,
    /// Credit notes, minor units.
    pub credited_minor: i64,
    /// What of credit notes had no room, since it was paid already, minor units: the money is a credit, and it was
    /// never owed.
    #[serde(default)]
    pub credited_beyond_minor: i64,
    /// What was ever claimed beside it: each once, wherever its claims are kept.
    #[serde(default)]
    pub claimed: Vec<ClaimKind>,
    /// What of our own bookings went to the invoice's side claims and so paid nothing of it, minor
    /// units. Its source may repeat it as paid.
    #[serde(default)]
    pub beside_minor: i64,
    /// Payments booked by us.
    pub allocations: Vec<Allocation>,
    /// When its open amount changed, and by how much.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// What is settled without money.
    #[serde(default)]
    pub settlements: Vec<Settlement>,
    /// The discount for early payment that the invoice grants.
    #[serde(default)]
    pub discount: Option<EarlyDiscount>,
    /// A person took back what a rule had settled: no rule settles anything of it any more.
    #[serde(default)]
    pub rules_off: bool,
    /// Another due date that the team gave.
    #[serde(default)]
    pub extension: Option<Extension>,
    /// Rungs that the team passed over, in order.
    #[serde(default)]
    pub skipped: Vec<SkippedStep>,
    /// The day on which it was opened again; nothing new is said about it on that day.
    #[serde(default)]
    pub reopened_on: Option<NaiveDate>,
    /// Whether it may be reminded at all (no test order).
    pub remindable: bool,
    /// The invoice document.
    pub document_url: Option<String>,
    /// Account to pay to.
    pub payment_account: Option<String>,
    /// KSeF number.
    pub ksef_number: Option<String>,
    /// The policy's version when the case began.
    pub policy_version: u32,
    /// Steps taken, in order.
    pub taken: Vec<StepTaken>,
    /// The rung up to which the ladder was passed over when the case was re-planned.
    #[serde(default)]
    pub passed: Option<String>,
    /// The segment with which it took its first step, and by which it is planned from then on.
    #[serde(default)]
    pub segment: Option<String>,
    /// The debtors that it came from by merges, the last one last: it goes back there when they are split.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub came_from: Vec<DebtorId>,
    /// What it was held by before each merge that held it, the last one last: that comes back when the
    /// debtors are split.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_before: Vec<HeldBefore>,
    /// A hold on this invoice.
    pub hold: Option<Hold>,
    /// The debtor disputes it.
    #[serde(default)]
    pub dispute: Option<Dispute>,
    /// The debtor promised to pay it.
    #[serde(default)]
    pub promise: Option<Promise>,
    /// The day on which a promise that the debtor gave on the page was found not kept: the next one is
    /// for the team to take.
    #[serde(default)]
    pub broke_word_on: Option<NaiveDate>,
    /// A payment of it is under way, or was and did not come.
    #[serde(default)]
    pub pending: Option<Pending>,
    /// What was odd about the invoice.
    pub warnings: Vec<Warning>,
    /// The last decision and since which day it stands.
    pub decision: Option<(NaiveDate, Decision)>,
    /// The day on which it first came; not known of invoices of an earlier version.
    #[serde(default)]
    pub arrived_on: Option<NaiveDate>,
    /// What a person said of it for single days: one word a day, none for days that are over.
    #[serde(default)]
    pub instructions: Vec<Instruction>,
    /// How it ended; `None` while open.
    pub closed: Option<Closed>,
    /// What it added to the account's record when it was paid.
    #[serde(default)]
    pub recorded: Option<Paid>,
}

impl Case {
    /// What was paid, minor units: what the source says and what it does not know yet.
    pub fn paid_minor(&self) -> i64 {
        self.asserted_minor.saturating_add(self.unechoed_minor).saturating_sub(self.beside_minor)
    }

    /// What is open, minor units; never below zero.
    pub fn open_minor(&self) -> i64 {
        self.room_minor().saturating_sub(self.settled_minor())
    }

    /// What was paid beyond the total, minor units. Settlements give way first.
    pub fn overpaid_minor(&self) -> i64 {
        let settled = self.paid_minor().saturating_add(self.credited_minor);
        settled.saturating_sub(self.total_minor).max(0)
    }

    /// How much of our own bookings the source has repeated, minor units.
    pub fn echoed_minor(&self) -> i64 {
        let booked = self.allocations.iter().map(|allocation| allocation.amount_minor).fold(self.beside_minor, i64::saturating_add);
        booked.saturating_sub(self.unechoed_minor)
    }

    /// What of our bookings the source's picture has lost already: a refund that it told itself, minor
    /// units.
    pub fn lost_minor(&self) -> i64 {
        self.echoed_minor().saturating_sub(self.asserted_minor).max(0)
    }

    /// Takes a booking out that is gone from the others. The part that the source has not repeated goes
    /// first. What it has repeated is too high in its picture until its own refund event says so; what
    /// that picture has `lost` already is the same refund.
    pub fn booked_out(&mut self, minor: i64, lost_minor: i64) {
        let new = minor.saturating_sub(lost_minor).max(0);
        let unechoed = new.min(self.unechoed_minor);
        self.unechoed_minor -= unechoed;
        self.asserted_minor = self.asserted_minor.saturating_sub(new - unechoed).max(0);
    }

    /// Money that went to side claims goes back.
    pub fn beside_goes_back(&mut self, minor: i64) {
        let lost_minor = self.lost_minor();
        self.beside_minor = self.beside_minor.saturating_sub(minor);
        self.booked_out(minor, lost_minor);
    }

    /// The source now says that `paid_minor` was paid.
    ///
    /// A rise is taken as the echo of our own bookings first, so that the shop's "paid" for a
    /// payment that we booked counts once; then as that of a set-off of this very amount, since
    /// ledgers book one as paid. A fall is a refund that the source knows of.
    pub fn assert_paid(&mut self, paid_minor: i64) {
        let rise = paid_minor.saturating_sub(self.asserted_minor).max(0);
        let is_set_off = rise != self.unechoed_minor && self.tell(&[SettlementKind::SetOff], rise);
        if !is_set_off {
            let echoed = rise.min(self.unechoed_minor);
            self.unechoed_minor -= echoed;
            self.tell(&[SettlementKind::SetOff], rise - echoed);
        }
        self.asserted_minor = paid_minor;
        self.untell();
    }
}

/// Money or a credit note that belongs to no case: netted before any reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// The payment or credit note it is left of.
    pub id: String,
    /// Currency.
    pub currency: Currency,
    /// What is left, minor units.
    pub left_minor: i64,
    /// Whether it is still to be allocated to open cases.
    pub allocate: bool,
    /// The local day on which it came, where that is known.
    #[serde(default)]
    pub on: Option<NaiveDate>,
}

/// One debtor's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who and when.
    pub profile: Profile,
    /// Open cases, and those that this command closes.
    pub cases: Vec<Case>,
    /// Reminders that decisions still need.
    pub reminders: Vec<Reminder>,
    /// Service messages of the last weeks: no reminders, and nothing that decides about reminders looks at them.
    pub service: Vec<Reminder>,
    /// Money that belongs to no case.
    pub credits: Vec<Credit>,
    /// Side claims of open cases, and those of closed ones that are open still.
    pub claims: Vec<Claimed>,
}

impl Account {
    /// An account that is not stored yet.
    pub fn new(creditor: CreditorId, debtor: DebtorId, shard: u16, now: DateTime<Utc>) -> Self {
        let profile = Profile {
            creditor,
            debtor,
            version: 0,
            name: String::new(),
            tax_id: None,
            kind: DebtorKind::default(),
            public_body: false,
            locale: None,
            zone: None,
            contacts: Contacts::default(),
            owner: None,
            postal: None,
            postal_word: None,
            ties: Ties::default(),
            hold: None,
            legal_stops: Vec::new(),
            plans: Vec::new(),
            last_instalment: 0,
            somebody_elses: Vec::new(),
            refusals: Vec::new(),
            asked_instalments: None,
            fresh_links_at: Vec::new(),
            links_from: None,
            shard,
            wake_on: None,
            evaluated_on: None,
            record: Record::default(),
            segment: None,
            call: None,
            created_at: now,
        };
        Self { profile, cases: Vec::new(), reminders: Vec::new(), service: Vec::new(), credits: Vec::new(), claims: Vec::new() }
    }

    /// The case by its id.
    pub fn case(&self, id: &CaseId) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == *id)
    }

    /// The case by its id, to change.
    pub fn case_mut(&mut self, id: &CaseId) -> Option<&mut Case> {
        self.cases.iter_mut().find(|case| case.id == *id)
    }

    /// Open cases, the oldest due first.
    pub fn open_cases(&self) -> Vec<&Case> {
        let mut open: Vec<_> = self.cases.iter().filter(|case| case.closed.is_none()).collect();
        open.sort_by(|a, b| (a.agreed_due_on(), &a.id).cmp(&(b.agreed_due_on(), &b.id)));
        open
    }

    /// Money that belongs to no case, minor units.
    pub fn credit_minor(&self, currency: Currency) -> i64 {
        let of_currency = self.credits.iter().filter(|credit| credit.currency == currency);
        of_currency.map(|credit| credit.left_minor).fold(0, i64::saturating_add)
    }

    /// Keeps money that belongs to no case, together with what is left of the same payment.
    pub fn keep_credit(&mut self, credit: Credit) {
        let same = self.credits.iter_mut().find(|kept| kept.id == credit.id && kept.currency == credit.currency);
        match same {
            Some(kept) => {
                kept.left_minor = kept.left_minor.saturating_add(credit.left_minor);
                kept.allocate |= credit.allocate;
            }
            None => self.credits.push(credit),
        }
    }

    /// Whom a message by a channel goes to; `None` where nobody can be reached by it. Tasks go to the
    /// creditor's own team.
    pub fn recipients(&self, channel: Channel, audience: Audience<'_>) -> Option<Recipients<'_>> {
        let profile = &self.profile;
        (!profile.refuses(channel)).then(|| profile.contacts.recipients(channel, audience, profile.kind)).flatten()
    }

    /// The main contact's address of a channel, if it may be used.
    pub fn address(&self, channel: Channel) -> Option<&str> {
        let main = self.profile.contacts.main(channel).filter(|_| !self.profile.refuses(channel));
        main.and_then(|contact| contact.details.usable(channel))
    }

    /// Who of the creditor's team hears about this debtor.
    pub fn owner<'a>(&'a self, settings: &'a Settings) -> &'a str {
        self.profile.owner.as_deref().unwrap_or(&settings.team_email)
    }

    /// The debtor's language.
    pub fn locale(&self, settings: &Settings) -> Locale {
        self.profile.locale.unwrap_or(settings.locale)
    }

    /// The debtor's zone.
    pub fn zone(&self, settings: &Settings) -> chrono_tz::Tz {
        self.profile.zone.unwrap_or(settings.zone)
    }
}

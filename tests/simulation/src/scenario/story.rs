//! A scenario as it was read: who takes part, what comes when, what is expected.

use chrono::{NaiveDate, NaiveTime};
use upominek::domain::fact::DebtorKind;
use upominek::domain::money::Currency;
use upominek::domain::policy::Shipped;

use crate::faults::Fault;

/// A whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its first line.
    pub title: String,
    /// What goes wrong elsewhere.
    pub trap: Vec<String>,
    /// The cases, each in a world of its own.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it is about.
    pub title: String,
    /// Who takes part.
    pub who: Who,
    /// How it is played beside once.
    pub again: Vec<Again>,
    /// What comes and what is expected, in order.
    pub days: Vec<Dated>,
    /// What is true in the end, however it is played.
    pub in_the_end: Vec<(usize, Ending)>,
}

/// Creditor and debtors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The creditor's policy.
    pub policy: Shipped,
    /// What the creditor charges beside invoices.
    pub charges: Vec<Charge>,
    /// The debtors.
    pub debtors: Vec<Debtor>,
}

/// What a creditor charges beside invoices, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Charge {
    /// Interest of commercial transactions from businesses.
    Commercial,
    /// Interest of art. 481 from consumers.
    Statutory,
    /// Compensation from businesses.
    Compensation,
    /// The mid rate of the euro on a day, in złoty.
    MidRate(NaiveDate, String),
}

/// A debtor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debtor {
    /// Name.
    pub name: String,
    /// Company or person.
    pub kind: DebtorKind,
    /// Has an e-mail address.
    pub email: bool,
    /// Has a phone.
    pub phone: bool,
    /// In another zone than the creditor.
    pub zone: Option<chrono_tz::Tz>,
}

/// How a case is played beside once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// So many nights in turn are missed from a day on.
    Missed {
        /// At least.
        least: u32,
        /// At most.
        most: u32,
        /// The first missed one.
        from: NaiveDate,
    },
    /// The machine stops before and after each write in turn.
    Stops,
    /// Everything comes twice, and nights overlap.
    Twice,
    /// The inputs of a day come in every order.
    Orders(NaiveDate),
    /// Everything is paid at three times of each day in turn.
    Paid {
        /// The first day.
        from: NaiveDate,
        /// The last one.
        to: NaiveDate,
    },
}

/// Something on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// Where it stands in the file.
    pub line: usize,
    /// The day.
    pub on: NaiveDate,
    /// As it is written.
    pub text: String,
    /// Input or expectation.
    pub what: What,
}

/// Input or expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It comes at this time.
    Input(NaiveTime, Input),
    /// It has to be true at the end of the day.
    Expect(Expect),
}

/// An amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Minor units.
    pub minor: i64,
    /// Currency.
    pub currency: Currency,
}

/// What comes in, or goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The day is only lived through.
    Nothing,
    /// Neither nights nor sweeps until the end of that day.
    Off(NaiveDate),
    /// No night begins by its schedule until the end of that day.
    NoSchedule(NaiveDate),
    /// An invoice comes, or comes changed.
    Invoice {
        /// Number.
        number: String,
        /// To whom; the one it was to before if not said.
        to: Option<String>,
        /// Total.
        total: Amount,
        /// Issued; today if not said.
        issued: Option<NaiveDate>,
        /// Due.
        due: NaiveDate,
        /// The source's revision; one more than the last one if not said.
        revision: Option<u64>,
    },
    /// Invoices with numbers in a row come at once.
    Invoices {
        /// What all numbers begin with: `FV/`.
        prefix: String,
        /// The first and the last number.
        range: (u32, u32),
        /// To whom.
        to: String,
        /// Total of each.
        each: Amount,
        /// The first one's due date.
        due: NaiveDate,
        /// Days from one due date to the next.
        every: u64,
    },
    /// The source says: paid.
    SaidPaid(String),
    /// The source says: void.
    Cancelled(String),
    /// Money.
    Payment {
        /// The bank's id.
        id: String,
        /// How much.
        amount: Amount,
        /// From whom.
        from: String,
        /// The invoice it names.
        names: Option<String>,
    },
    /// Money goes back.
    Refund {
        /// The bank's id.
        id: String,
        /// How much.
        amount: Amount,
        /// Of which payment.
        payment: String,
    },
    /// Less is owed.
    CreditNote {
        /// Number.
        number: String,
        /// How much.
        amount: Amount,
        /// The invoice.
        names: String,
    },
    /// What came before comes again, by its name: `payment P1`.
    Again(String),
    /// A hold on a debtor until a day.
    Hold(String, NaiveDate),
    /// A debtor promises to pay everything on a day.
    Promise(String, NaiveDate),
    /// A debtor pays on the pay page, and the money is under way.
    UnderWay {
        /// The checkout.
        id: String,
        /// How much.
        amount: Amount,
        /// Who pays.
        from: String,
    },
    /// The provider tells of a checkout.
    Checkout(String, Checkout),
    /// A debtor says: paid today.
    SaysPaid(String),
    /// The last e-mail to a debtor bounces for good.
    Bounce(String),
    /// Something goes wrong with the next message to a debtor.
    AtSending(String, Fault),
    /// A debtor's record cannot be read (or can be again).
    Poison(String, bool),
}

/// What a provider tells of a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkout {
    /// Its money is under way.
    UnderWay,
    /// It will not come.
    Fails,
    /// It came.
    Paid,
}

/// What has to be true on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// A message, told as `words::said` tells it.
    Hears {
        /// Who, by which way: `Anna hears by e-mail`.
        who: String,
        /// At which local time, if that matters.
        at: Option<NaiveTime>,
        /// The rest.
        what: String,
    },
    /// Nobody hears anything.
    Silence,
    /// All that is open, in order; `nothing`.
    Open(String),
    /// Money without an invoice.
    Credit(String),
    /// What is owed beside an invoice.
    Beside {
        /// Invoice.
        number: String,
        /// `interest 16.71 PLN, compensation 295.87 PLN`; `nothing`.
        told: String,
    },
    /// Why an invoice hears nothing, or how it ended: the line begins so.
    Case {
        /// Invoice.
        number: String,
        /// Why, and what is next.
        told: String,
    },
    /// Something is listed for a person: the line begins so.
    Person(String),
    /// The night reports: these words.
    Report(String),
}

/// What is true in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// An invoice took these steps, once each and in this order.
    Took {
        /// Invoice.
        number: String,
        /// Steps.
        steps: Vec<String>,
    },
    /// An invoice took no step twice, and these last and in this order.
    TookAtLast {
        /// Invoice.
        number: String,
        /// Steps.
        steps: Vec<String>,
    },
    /// So many days lie between two messages.
    Gap {
        /// To whom.
        debtor: String,
        /// Days.
        days: i64,
    },
    /// So many messages in any seven days.
    Cap {
        /// To whom.
        debtor: String,
        /// Messages.
        most: usize,
    },
    /// All that is open.
    Open(String),
}

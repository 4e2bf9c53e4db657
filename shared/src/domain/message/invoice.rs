//! One invoice as messages and the pay page show it.

use chrono::NaiveDate;

use super::beside::BesideFacts;
use super::clean::{number, web_address};
use crate::domain::account::{Account, Case};
use crate::domain::creditor::Settings;
use crate::domain::ids::CaseId;
use crate::domain::plan;

/// What is said of one invoice. Amounts are minor units of the message's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceFacts {
    /// Which.
    pub case: CaseId,
    /// The number that the debtor knows.
    pub number: String,
    /// Date of issue.
    pub issued_on: NaiveDate,
    /// The day to pay by: as printed, or as the team put it off.
    pub due_on: NaiveDate,
    /// The last day to pay: the due date shifted to a working day (art. 115 of the Polish Civil
    /// Code). Nothing is called overdue before it has passed.
    pub payable_until: NaiveDate,
    /// Days since `payable_until`; 0 up to and on it.
    pub days_overdue: i64,
    /// Gross total.
    pub total_minor: i64,
    /// What was paid.
    pub paid_minor: i64,
    /// Credit notes.
    pub credited_minor: i64,
    /// What is settled without money: set off, discounted, written off.
    pub settled_minor: i64,
    /// What is open.
    pub open_minor: i64,
    /// What is open after its share of money that belongs to no case.
    pub net_minor: i64,
    /// How its total comes to what is asked for.
    pub sums: Sums,
    /// What was claimed beside it, once it is overdue.
    pub beside: BesideFacts,
    /// Where the document is; a web address.
    pub document_url: Option<String>,
    /// Account to pay to, an IBAN without spaces. The invoice's own; the creditor's where the
    /// invoice names none; none where the invoice's own is no valid IBAN, since money must never
    /// be sent on to a guess.
    pub payment_account: Option<String>,
    /// KSeF number.
    pub ksef_number: Option<String>,
    /// The instalment that is asked for instead of the whole: its place in the plan, and of how many.
    pub instalment: Option<(usize, usize)>,
}

/// What the total of an invoice is made of beside what is asked for. Minor units; all of it and `net_minor` add up
/// to the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// What was paid.
    pub paid_minor: i64,
    /// Credit notes.
    pub credited_minor: i64,
    /// What is settled without money.
    pub settled_minor: i64,
    /// What money that belongs to no case covers.
    pub covered_minor: i64,
    /// What a plan leaves for later instalments.
    pub later_minor: i64,
}

impl Sums {
    fn of(case: &Case, net_minor: i64) -> Self {
        Self {
            paid_minor: case.paid_minor(),
            credited_minor: case.credited_minor,
            settled_minor: case.settled_minor(),
            covered_minor: case.open_minor().saturating_sub(net_minor),
            later_minor: 0,
        }
    }
}

/// How an invoice stands to its last day to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The day has passed.
    Overdue,
    /// It is today.
    DueToday,
    /// It has not come.
    Ahead,
}

impl InvoiceFacts {
    /// Collects the facts. `net_minor` is what `decide::net_open` leaves of the case.
    pub fn of(case: &Case, net_minor: i64, settings: &Settings, as_of: NaiveDate) -> Self {
        let payable_until = settings.payable_until(case.agreed_due_on());
        Self {
            case: case.id.clone(),
            number: number(&case.number, 60),
            issued_on: case.issued_on,
            due_on: case.agreed_due_on(),
            payable_until,
            days_overdue: (as_of - payable_until).num_days().max(0),
            total_minor: case.total_minor,
            paid_minor: case.paid_minor().max(0),
            credited_minor: case.credited_minor.max(0),
            settled_minor: case.settled_minor(),
            open_minor: case.open_minor(),
            net_minor,
            sums: Sums::of(case, net_minor),
            beside: BesideFacts::default(),
            document_url: case.document_url.as_deref().and_then(web_address),
            payment_account: account_number(case.payment_account.as_deref(), settings),
            ksef_number: case.ksef_number.as_deref().map(|ksef| number(ksef, 60)),
            instalment: None,
        }
    }

    /// The facts as they are asked for: of an invoice under a plan its share of the next instalment, on
    /// that one's day; nothing where it has none.
    pub fn asked(account: &Account, case: &Case, net_minor: i64, settings: &Settings, as_of: NaiveDate) -> Option<Self> {
        let whole = Self::of(case, net_minor, settings, as_of);
        let Some(part) = plan::part(account, case) else { return Some(whole) };
        let payable_until = settings.payable_until(part.on);
        let days_overdue = (as_of - payable_until).num_days().max(0);
        let instalment = Some((part.place, part.of));
        let sums = Sums { later_minor: whole.net_minor.saturating_sub(part.share_minor), ..whole.sums };
        let (open_minor, net_minor) = (part.share_minor, part.share_minor);
        let asked = Self { due_on: part.on, payable_until, days_overdue, open_minor, net_minor, sums, instalment, ..whole };
        (part.share_minor > 0).then_some(Self { paid_minor: 0, credited_minor: 0, settled_minor: 0, ..asked })
    }

    /// How it stands on a day.
    pub fn standing(&self, as_of: NaiveDate) -> Standing {
        match self.payable_until.cmp(&as_of) {
            std::cmp::Ordering::Less => Standing::Overdue,
            std::cmp::Ordering::Equal => Standing::DueToday,
            std::cmp::Ordering::Greater => Standing::Ahead,
        }
    }

    /// The same with what was claimed beside it; nothing is asked for beside what is not overdue.
    #[must_use]
    pub(super) fn with(mut self, beside: Option<BesideFacts>, as_of: NaiveDate) -> Self {
        if self.standing(as_of) == Standing::Overdue && self.instalment.is_none() {
            self.beside = beside.unwrap_or_default();
        }
        self
    }

    /// What is asked for: what is open after netting, and what was claimed beside it.
    pub fn asked_minor(&self) -> i64 {
        self.net_minor.saturating_add(self.beside.open_minor())
    }

    /// The part of `open_minor` that money without a case covers.
    pub fn covered_minor(&self) -> i64 {
        self.open_minor.saturating_sub(self.net_minor)
    }
}

/// The account to pay to: the invoice's own, the creditor's where it names none.
pub(super) fn account_number(own: Option<&str>, settings: &Settings) -> Option<String> {
    own.or(settings.payment_account.as_deref()).and_then(account)
}

/// A valid IBAN without spaces; a Polish number may come without its `PL`.
fn account(text: &str) -> Option<String> {
    use iban::IbanLike;
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let iban_text = if compact.len() == 26 && compact.bytes().all(|b| b.is_ascii_digit()) { format!("PL{compact}") } else { compact };
    let iban: iban::Iban = iban_text.to_ascii_uppercase().parse().ok()?;
    Some(iban.electronic_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_with_a_wrong_check_number_is_not_shown() {
        let good = Some("PL61109010140000071219812874".to_owned());
        assert_eq!(account("PL61 1090 1014 0000 0712 1981 2874"), good);
        assert_eq!(account("61109010140000071219812874"), good);
        assert_eq!(account("PL61109010140000071219812875"), None);
    }
}

//! The doors of the pay page as its template takes them.

use chrono::NaiveDate;
use serde::Serialize;

use super::RenderError;
use super::format::Formats;
use super::page_facts::PageFacts;
use crate::domain::debtor_word::INSTALMENTS_ASKED;
use crate::domain::ids::CaseId;
use crate::domain::pending::PaidBy;
use crate::domain::policy::Channel;
use crate::domain::stops::DisputeReason;

#[derive(Serialize)]
pub(super) struct DoorsView<'a> {
    promise: Option<DaysView>,
    /// The invoices to choose one from; none where there is only one.
    promisable: Vec<InvoiceView<'a>>,
    promise_all: bool,
    promised: Option<String>,
    promised_of: String,
    instalments: bool,
    instalments_asked: bool,
    parts: Vec<u8>,
    paid: Option<DaysView>,
    unsaid: Vec<InvoiceView<'a>>,
    paid_until: Option<String>,
    paid_of: String,
    ways: Vec<&'static str>,
    disputable: Vec<InvoiceView<'a>>,
    reasons: Vec<&'static str>,
    no_sms: bool,
    no_email: bool,
    refused_sms: bool,
    refused_email: bool,
    wrong_person: bool,
}

/// Days as a date field takes them: `2026-11-30`.
#[derive(Serialize)]
struct DaysView {
    first: String,
    last: String,
}

#[derive(Serialize)]
struct InvoiceView<'a> {
    case: String,
    number: &'a str,
}

/// Most invoices to choose from in one list.
const MOST_DISPUTABLE: usize = 100;
/// Of those that may also be meant all together.
const MOST_CHOICES: usize = 30;
/// Most numbers that a sentence names.
const MOST_NUMBERS: usize = 5;

impl<'a> DoorsView<'a> {
    pub(super) fn of(facts: &'a PageFacts) -> Result<Self, RenderError> {
        let (doors, formats) = (&facts.doors, Formats::new(facts.locale)?);
        let days = |(first, last): (NaiveDate, NaiveDate)| DaysView { first: first.to_string(), last: last.to_string() };
        let date = |day: Option<NaiveDate>| day.map(|day| formats.date(day));
        let view = |(case, number): &'a (CaseId, String)| InvoiceView { case: case.to_string(), number };
        let several = |all: bool, known: &'a [(CaseId, String)]| -> Vec<InvoiceView<'a>> {
            if all && known.len() < 2 { Vec::new() } else { known.iter().take(MOST_CHOICES).map(view).collect() }
        };
        let numbers = |known: &[String]| known.iter().take(MOST_NUMBERS).cloned().collect::<Vec<_>>().join(", ");
        Ok(Self {
            promise: doors.promise.map(days),
            promisable: several(doors.promise_all, &doors.promisable),
            promise_all: doors.promise_all,
            promised: date(doors.promised_on),
            promised_of: numbers(&doors.promised_of),
            instalments: doors.instalments,
            instalments_asked: doors.instalments_asked,
            parts: INSTALMENTS_ASKED.collect(),
            paid: doors.paid.map(days),
            unsaid: several(true, &doors.unsaid),
            paid_until: date(doors.paid_waits_until),
            paid_of: numbers(&doors.paid_of),
            ways: PaidBy::ALL.iter().map(|way| way.name()).collect(),
            disputable: doors.disputable.iter().take(MOST_DISPUTABLE).map(view).collect(),
            reasons: DisputeReason::ALL.iter().map(|reason| reason.name()).collect(),
            no_sms: doors.refusable.contains(&Channel::Sms),
            no_email: doors.refusable.contains(&Channel::Email),
            refused_sms: doors.refused.contains(&Channel::Sms),
            refused_email: doors.refused.contains(&Channel::Email),
            wrong_person: doors.wrong_person,
        })
    }
}

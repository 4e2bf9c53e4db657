//! What the pay page offers beside paying: a promise, instalments, "I have paid", a dispute, and how the
//! debtor is written to; and what of these was said already.
//!
//! A door is shown where its command would be taken. Whoever takes the form decides anew.

use chrono::{Days, NaiveDate};

use super::clean::number;
use super::page::Door;
use crate::domain::account::{Account, Case};
use crate::domain::creditor::Settings;
use crate::domain::debtor_word::ASKED_AGAIN_AFTER_DAYS;
use crate::domain::handle::FARTHEST_PAYMENT_DAYS;
use crate::domain::ids::CaseId;
use crate::domain::pending::PendingSource;
use crate::domain::policy::Channel;
use crate::domain::stops::Party;

/// The doors of one debtor's page on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doors {
    /// The first and the last day that may be promised; `None` where the team takes the next promise.
    pub promise: Option<(NaiveDate, NaiveDate)>,
    /// The invoices that may be promised one by one; not all that are open, where a promise of one was broken.
    pub promisable: Vec<(CaseId, String)>,
    /// All that is open may be promised at once.
    pub promise_all: bool,
    /// The earliest day that is promised already.
    pub promised_on: Option<NaiveDate>,
    /// The numbers that are promised, where not all are.
    pub promised_of: Vec<String>,
    /// Instalments may be asked for.
    pub instalments: bool,
    /// They were, and the team has not answered.
    pub instalments_asked: bool,
    /// The first and the last day on which it may have been paid; `None` where that was said already.
    pub paid: Option<(NaiveDate, NaiveDate)>,
    /// The invoices of which that was not said yet.
    pub unsaid: Vec<(CaseId, String)>,
    /// The debtor said that it is paid, and that is waited for until this day.
    pub paid_waits_until: Option<NaiveDate>,
    /// The numbers that are waited for, where not all are.
    pub paid_of: Vec<String>,
    /// Invoices that may be disputed, with the number that the debtor knows.
    pub disputable: Vec<(CaseId, String)>,
    /// The ways of writing that may be refused.
    pub refusable: Vec<Channel>,
    /// Those that are.
    pub refused: Vec<Channel>,
    /// It may be said that this is the wrong person.
    pub wrong_person: bool,
    /// What was said and stands: nothing else is confirmed, whatever the address of a page asks for.
    pub said: Vec<Door>,
}

impl Doors {
    /// What may be said on a day of an account that no law stops.
    pub fn of(account: &Account, settings: &Settings, today: NaiveDate) -> Self {
        let profile = &account.profile;
        let open: Vec<&Case> = account.open_cases().into_iter().filter(|case| case.remindable && case.open_minor() > 0).collect();
        let most = Days::new(u64::from(settings.policy.promises.most_days));
        // Each is bounded by its own first promise, all together by the first of all.
        let last = |case: &&Case| case.promise.as_ref().map_or(today, |promise| promise.made_on) + most;
        let may_promise = |case: &&&Case| case.broke_word_on.is_none() && last(case) >= today;
        let promisable: Vec<&Case> = open.iter().filter(may_promise).copied().collect();
        let last_of_all = open.iter().map(last).min().filter(|last| *last >= today);
        let promise_all = promisable.len() == open.len() && last_of_all.is_some();
        let last = if promisable.len() > 1 { promisable.iter().map(last).max() } else { promisable.first().map(last) };
        let said = |case: &&Case| {
            let by_debtor = |source: &PendingSource| matches!(source, PendingSource::Said { by: Party::Debtor, .. });
            case.pending.as_ref().filter(|pending| by_debtor(&pending.source)).map(|pending| (pending.is_awaited(), pending.until))
        };
        let waits = open.iter().filter_map(said).filter(|(awaited, _)| *awaited).map(|(_, until)| until).max();
        let named = |case: &&Case| (case.id.clone(), number(&case.number, 60));
        let numbers_of = |is: &dyn Fn(&&Case) -> bool| {
            let some: Vec<String> = open.iter().filter(|case| is(case)).map(|case| number(&case.number, 60)).collect();
            if some.len() == open.len() { Vec::new() } else { some }
        };
        let asked = profile.asked_instalments.as_ref();
        let lately = asked.is_some_and(|asked| today < asked.on + Days::new(ASKED_AGAIN_AFTER_DAYS));
        let (refused, free): (Vec<Channel>, Vec<Channel>) =
            [Channel::Sms, Channel::Email].into_iter().partition(|one| profile.refuses(*one));
        let stands = [
            (Door::Promise, open.iter().any(|case| case.promise.is_some())),
            (Door::Instalments, asked.is_some_and(|asked| asked.covers(today))),
            (Door::Paid, waits.is_some()),
            (Door::Dispute, open.iter().any(|case| case.dispute.is_some())),
            (Door::NoSms, profile.refuses(Channel::Sms)),
            (Door::NoEmail, profile.refuses(Channel::Email)),
        ];
        Self {
            said: stands.into_iter().filter_map(|(door, stands)| stands.then_some(door)).collect(),
            promise: last.map(|last| (today, last)),
            promisable: promisable.iter().map(named).collect(),
            promise_all,
            promised_of: numbers_of(&|case| case.promise.is_some()),
            promised_on: open.iter().filter_map(|case| Some(case.promise.as_ref()?.pay_on)).min(),
            instalments: !open.is_empty() && !lately && profile.plans.is_empty(),
            instalments_asked: asked.is_some_and(|asked| asked.covers(today)),
            paid: (!open.is_empty() && !open.iter().all(|case| said(case).is_some()))
                .then_some((today - Days::new(FARTHEST_PAYMENT_DAYS), today)),
            unsaid: open.iter().filter(|case| said(case).is_none()).map(named).collect(),
            paid_waits_until: waits,
            paid_of: numbers_of(&|case| said(case).is_some_and(|(awaited, _)| awaited)),
            disputable: open.iter().filter(|case| case.dispute.is_none()).map(named).collect(),
            refusable: free.into_iter().filter(|channel| profile.contacts.shown(*channel).is_some()).collect(),
            refused,
            wrong_person: profile.contacts.has_address(),
        }
    }
}

//! Every reason has its sentences, and each sentence its figures.

use upominek::domain::calendar::OffDay;
use upominek::domain::decide::HoldScope as Scope;
use upominek::domain::grounds::{Closing, Covered, DueKind, Lack, Lacking, LastStep, Small, StepFacts, Way};
use upominek::domain::legal::LegalKind;
use upominek::domain::money::Currency;
use upominek::domain::policy::{Channel, Start};
use upominek::domain::reminder::ReminderId;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn closing() -> Closing {
    Closing { channel: Channel::Sms, until: "17:00:00".parse().unwrap(), zone: chrono_tz::Europe::Warsaw }
}

fn lacking() -> Vec<Lacking> {
    let of = |channel, lack| Lacking { channel, lack };
    vec![of(Channel::Email, Lack::Blocked), of(Channel::Sms, Lack::Missing)]
}

fn all() -> Vec<SkipReason> {
    // A new reason fails to compile here: add it below, too.
    let listed = |reason: &SkipReason| match reason {
        SkipReason::NotRemindable | SkipReason::CoveredByCredit { .. } | SkipReason::NotYet { .. } | SkipReason::DayIsTaken { .. } => {}
        SkipReason::TooSoon { .. } | SkipReason::DayOff { .. } | SkipReason::WindowClosed { .. } | SkipReason::Unreachable { .. } => {}
        SkipReason::NotOnAllowList { .. } | SkipReason::LadderFinished { .. } | SkipReason::ReopenedToday => {}
        SkipReason::CapReached { .. } | SkipReason::TooSmall { .. } | SkipReason::Extended { .. } => {}
        SkipReason::Stopped(Stop::PaymentPending { .. }) | SkipReason::InPlan { .. } => {}
        SkipReason::InstalmentFirst { .. } => {}
        SkipReason::Skipped { .. } | SkipReason::ChannelGone { .. } | SkipReason::NotApproved | SkipReason::RunCapReached { .. } => {}
        SkipReason::Stopped(Stop::FirstRunGuarded { .. } | Stop::TooOld { .. }) => {}
        SkipReason::Stopped(Stop::LegalStop { .. } | Stop::TimeBarred { .. } | Stop::InstalmentsAsked { .. }) => {}
        SkipReason::Stopped(Stop::Held { .. } | Stop::Disputed { .. } | Stop::Promised { .. }) => {}
    };
    let mut reasons = vec![
        SkipReason::NotRemindable,
        SkipReason::CoveredByCredit { sums: None },
        SkipReason::CoveredByCredit { sums: Some(Covered { open_minor: 10_000, credit_minor: 12_000, currency: Currency::PLN }) },
        SkipReason::NotYet { planned_on: None },
        SkipReason::NotYet { planned_on: Some(day("2026-11-24")) },
        SkipReason::ReopenedToday,
        SkipReason::Extended { until: day("2026-12-20") },
        SkipReason::InPlan { pay_on: day("2026-11-20") },
        SkipReason::InstalmentFirst { pay_on: day("2026-11-20"), until: day("2026-11-18") },
        SkipReason::TooSoon { last_on: day("2026-11-20") },
        SkipReason::CapReached { messages: 3 },
        SkipReason::Skipped { note: "they called".into() },
        SkipReason::ChannelGone { channel: Channel::Sms, lack: None },
        SkipReason::ChannelGone { channel: Channel::Sms, lack: Some(Lack::Blocked) },
        SkipReason::NotApproved,
        SkipReason::RunCapReached { messages: None },
        SkipReason::RunCapReached { messages: Some(50) },
        SkipReason::Stopped(Stop::FirstRunGuarded { overdue_days: 40 }),
        SkipReason::Stopped(Stop::TooOld { older_than: day("2026-01-01") }),
        SkipReason::Stopped(Stop::TimeBarred { since: day("2027-01-01") }),
        SkipReason::Stopped(Stop::Disputed { since: day("2026-11-20"), upheld: false }),
        SkipReason::Stopped(Stop::Disputed { since: day("2026-11-20"), upheld: true }),
        SkipReason::Stopped(Stop::Promised { pay_on: day("2026-11-20"), until: day("2026-11-24") }),
        SkipReason::Stopped(Stop::InstalmentsAsked { since: day("2026-11-20"), until: day("2026-11-25") }),
        SkipReason::TooSmall { least_minor: 500, small: None },
        SkipReason::TooSmall { least_minor: 500, small: Some(Small { sum_minor: 499, currency: Currency::EUR }) },
        SkipReason::DayIsTaken { channel: Channel::Email },
        SkipReason::WindowClosed { closing: None },
        SkipReason::WindowClosed { closing: Some(closing()) },
        SkipReason::Unreachable { lacks: Vec::new() },
        SkipReason::Unreachable { lacks: lacking() },
        SkipReason::NotOnAllowList { channel: None },
        SkipReason::NotOnAllowList { channel: Some(Channel::Email) },
        SkipReason::LadderFinished { last: None },
        SkipReason::LadderFinished { last: Some(LastStep { step: "due+14".into(), on: day("2026-11-20") }) },
    ];
    let (since, until) = (day("2026-11-18"), day("2026-11-23"));
    reasons.extend([true, false].map(|failed| SkipReason::Stopped(Stop::PaymentPending { since, until, failed })));
    reasons.extend([None, Some(OffDay::Weekend), Some(OffDay::Holiday), Some(OffDay::Own)].map(|off| SkipReason::DayOff { off }));
    for kind in LegalKind::ALL {
        let since = day("2026-11-20");
        reasons.extend([None, Some(since)].map(|until| SkipReason::Stopped(Stop::LegalStop { kind, since, until })));
    }
    for scope in [Scope::Invoice, Scope::Debtor, Scope::Creditor] {
        reasons.extend([None, Some(day("2026-11-30"))].map(|until| SkipReason::Stopped(Stop::Held { scope, until })));
    }
    reasons.iter().for_each(listed);
    reasons
}

#[test]
fn every_reason_has_its_own_sentence_in_both_languages() {
    let texts: Vec<Text> = all().iter().map(because).collect();
    for text in &texts {
        assert!(text.pl.ends_with('.') && text.en.ends_with('.'), "{text:?}");
        assert_eq!(texts.iter().filter(|other| other.pl == text.pl || other.en == text.en).count(), 1, "{text:?}");
    }
}

#[test]
fn a_skip_tells_its_facts_and_what_comes_next() {
    let reason = SkipReason::Stopped(Stop::Held { scope: Scope::Debtor, until: Some(day("2026-11-30")) });
    let skip = decide::Decision::Skip { reason, next_step: Some("due+7".into()), next_on: Some(day("2026-12-01")) };
    let shown = Decision::from(&skip);
    assert_eq!(shown.reason.as_deref(), Some("on_hold"));
    assert_eq!((shown.held, shown.held_until), (Some(HoldScope::Debtor), Some(day("2026-11-30"))));
    assert_eq!(
        shown.text.pl,
        "Przypomnienia dla tego dłużnika są wstrzymane do 30.11.2026 włącznie. Następny krok: „due+7”, najwcześniej 01.12.2026."
    );
    assert_eq!(
        shown.text.en,
        "Reminders for this debtor are on hold until 30 November 2026 inclusive. Next step: “due+7”, on 1 December 2026 at the earliest."
    );
}

fn step(facts: Option<StepFacts>) -> Decision {
    let reminder: ReminderId = "2026-11-23_sms_PLN".to_owned().try_into().unwrap();
    Decision::from(&decide::Decision::Step { step: "due+1".into(), reminder, facts: facts.map(Box::new) })
}

fn facts() -> StepFacts {
    StepFacts {
        due_on: day("2026-11-20"),
        due: DueKind::Printed,
        anchor: Start::Due,
        counted_from: day("2026-11-20"),
        planned_on: day("2026-11-23"),
        net_minor: 123_450,
        segment: Some("consumer".into()),
        policy_version: 4,
        way: Way::Fallback(lacking()[..1].to_vec()),
        sent_now: false,
    }
}

#[test]
fn a_step_explains_itself_by_its_facts() {
    let shown = step(Some(facts()));
    assert_eq!(
        shown.text.pl,
        "Krok „due+1” idzie w przypomnieniu 2026-11-23_sms_PLN; z tej faktury prosi o 1234,50 PLN. Termin zapłaty z faktury: 20.11.2026. \
         Krok liczy się od tego dnia i był planowany na 23.11.2026. Polityka w wersji 4, segment „consumer”. \
         Droga: SMS, bo wcześniejsze odpadają: e-mail (adres nie działa)."
    );
    assert_eq!(
        shown.text.en,
        "Step “due+1” goes with reminder 2026-11-23_sms_PLN and asks for 1234.50 PLN of this invoice. Due date as printed: 20 November 2026. \
         The step counts from that day and was planned for 23 November 2026. Version 4 of the policy, segment “consumer”. \
         By SMS, since what comes before it cannot be used: e-mail (the address does not work)."
    );
    assert_eq!(shown.facts.asked.as_ref().map(|asked| asked.minor), Some(123_450));
    assert_eq!((shown.facts.due, shown.facts.way, shown.facts.lacks.len()), (Some(DueKind::Printed), Some(facts::Way::Fallback), 1));
}

#[test]
fn every_fact_of_a_step_has_words_of_its_own() {
    let of = |change: fn(&mut StepFacts)| {
        let mut changed = facts();
        change(&mut changed);
        step(Some(changed)).text
    };
    let texts = [
        of(|_| {}),
        of(|facts| facts.due = DueKind::Extended),
        of(|facts| facts.due = DueKind::Instalment),
        of(|facts| facts.anchor = Start::Issued),
        of(|facts| facts.anchor = Start::Previous),
        of(|facts| facts.counted_from = day("2026-11-22")),
        of(|facts| facts.planned_on = day("2026-11-24")),
        of(|facts| facts.net_minor = 1),
        of(|facts| facts.segment = None),
        of(|facts| facts.policy_version = 5),
        of(|facts| facts.way = Way::First),
        of(|facts| facts.way = Way::Chosen),
        of(|facts| facts.way = Way::Joined),
        of(|facts| facts.sent_now = true),
        step(None).text,
    ];
    for text in &texts {
        assert!(text.pl.ends_with('.') && text.en.ends_with('.'), "{text:?}");
        assert_eq!(texts.iter().filter(|other| other.pl == text.pl || other.en == text.en).count(), 1, "{text:?}");
    }
}

#[test]
fn what_every_channel_lacks_has_words_in_both_languages() {
    for channel in [Channel::Email, Channel::Sms, Channel::Call, Channel::Letter] {
        let texts =
            [Lack::Missing, Lack::Blocked, Lack::Refused, Lack::SomebodyElses, Lack::NoWords].map(|lack| say::lacking(channel, lack));
        for text in &texts {
            assert_eq!(texts.iter().filter(|other| other.pl == text.pl || other.en == text.en).count(), 1, "{text:?}");
        }
    }
}

#[test]
fn the_figures_of_silence_stand_in_its_sentence_and_beside_it() {
    let shown = |reason| Decision::from(&decide::Decision::Skip { reason, next_step: None, next_on: None });
    let covered =
        shown(SkipReason::CoveredByCredit { sums: Some(Covered { open_minor: 10_000, credit_minor: 12_000, currency: Currency::PLN }) });
    assert!(covered.text.pl.contains("100,00 PLN") && covered.text.pl.contains("120,00 PLN"), "{:?}", covered.text);
    assert_eq!(covered.facts.credit.map(|credit| credit.minor), Some(12_000));
    let small = shown(SkipReason::TooSmall { least_minor: 500, small: Some(Small { sum_minor: 499, currency: Currency::EUR }) });
    assert!(small.text.en.contains("4.99 EUR against 5.00 EUR"), "{:?}", small.text);
    let closed = shown(SkipReason::WindowClosed { closing: Some(closing()) });
    assert!(closed.text.pl.contains("17:00 (Europe/Warsaw)"), "{:?}", closed.text);
    assert_eq!(closed.facts.closed_at.as_deref(), Some("17:00"));
    let stopped = shown(SkipReason::Stopped(Stop::Promised { pay_on: day("2026-11-20"), until: day("2026-11-24") }));
    assert_eq!((stopped.facts.pay_on, stopped.facts.until), (Some(day("2026-11-20")), Some(day("2026-11-24"))));
}

#[test]
fn a_decision_of_an_earlier_version_is_still_told() {
    let shown = step(None);
    assert_eq!((shown.decision, shown.reason.is_none()), (Kind::Step, true));
    assert!(shown.text.en.contains("2026-11-23_sms_PLN"));
    let bare = Facts { channel: Some(crate::dto::Channel::Sms), ..Facts::default() };
    assert_eq!(shown.facts, bare);
}

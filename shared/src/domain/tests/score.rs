//! The score for late payment and the call list: bounded, growing with each figure, and not for everybody.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::account::Hold;
use crate::domain::calendar::{Calendar, Country};
use crate::domain::fact::{DebtorKind, InvoiceFact};
use crate::domain::handle::Command;
use crate::domain::money::Currency;
use crate::domain::policy::{Factor, FactorName, Score, accepted};
use crate::domain::record::Paid;
use crate::domain::score::{CallReason, Scored, call};

/// Monday.
const DUE: &str = "2026-02-02";

fn company(name: &str, total_minor: i64, due_on: NaiveDate) -> InvoiceFact {
    let mut fact = invoice(name, total_minor, due_on);
    fact.debtor.kind = Some(DebtorKind::Business);
    fact
}

fn scored(world: &World, on: &str) -> Option<Scored> {
    call(&world.account, &world.settings, day(on)).and_then(|call| call.scored)
}

fn points(world: &World, factor: FactorName, on: &str) -> u32 {
    let scored = scored(world, on).unwrap();
    scored.parts.iter().find(|part| part.factor == factor).map_or(0, |part| part.points)
}

#[test]
fn who_owes_nothing_overdue_is_not_on_the_list() {
    let world = given([company("A", 100, day(DUE))]);
    assert_eq!(call(&world.account, &world.settings, day(DUE)), None);
    assert!(call(&world.account, &world.settings, day("2026-02-03")).is_some());
    // Saturday, shifted to Monday.
    let world = given([company("A", 100, day("2026-02-07"))]);
    assert_eq!(call(&world.account, &world.settings, day("2026-02-09")), None);
    assert!(call(&world.account, &world.settings, day("2026-02-10")).is_some());
}

#[test]
fn nobody_is_called_about_what_is_held_disputed_promised_or_covered() {
    let overdue = || given([company("A", 100, day(DUE))]).when(|world: &mut World| world.at(day("2026-02-10"), "12:00:00"));
    let hold = Hold { reason: "x".into(), from: day("2026-02-10"), until: None };
    let party = crate::domain::stops::Party::Team;
    for stop in [
        Command::Hold(None, hold.clone()),
        Command::Hold(Some(id("A")), hold),
        Command::Dispute { case: id("A"), by: party, reason: None, note: "x".into() },
        Command::Promise(
            None,
            crate::domain::handle::NewPromise { by: party, pay_on: day("2026-02-12"), amount_minor: None, reason: None },
        ),
    ] {
        let world = overdue().when(does(stop.clone()));
        assert_eq!(world.account.profile.call, None, "{stop:?}");
    }
    let mut test = company("A", 100, day(DUE));
    test.remindable = false;
    assert_eq!(call(&given([test]).account, &World::new().settings, day("2026-02-10")), None);
    overdue().when(does(credit_note("K", None, 100))).then(|world| assert_eq!(world.account.profile.call, None));
}

#[test]
fn consumers_have_no_score_unless_the_policy_says_so() {
    let mut world = given([invoice("A", 100, day(DUE))]);
    let on = "2026-03-02";
    assert!(call(&world.account, &world.settings, day(on)).is_some(), "on the list they are");
    assert_eq!(scored(&world, on), None);
    world.night(day(on));
    assert_eq!(world.account.profile.call.as_ref().and_then(|call| call.scored.clone()), None, "none is kept");
    world.settings.policy.score.consumers = true;
    assert!(scored(&world, on).is_some());
}

#[test]
fn without_factors_nobody_has_a_score() {
    let mut world = given([company("A", 100, day(DUE))]);
    world.settings.policy.score.factors.clear();
    assert_eq!(scored(&world, "2026-03-02"), None);
}

#[test]
fn the_score_is_the_sum_of_its_parts_and_each_is_explained() {
    let mut world = given([company("A", 30_000, day(DUE))]);
    for n in 0..4u64 {
        let due_on = day("2025-06-02") + Days::new(n);
        let late = if n == 0 { 0 } else { 20 };
        world.account.profile.record.add(Paid { due_on, paid_on: due_on + Days::new(late), amount_minor: 10_000, currency: Currency::PLN });
    }
    world.account.profile.record.promises_broken = 1;
    let on = "2026-03-04";
    let parts: Vec<(FactorName, i64, u32)> =
        scored(&world, on).unwrap().parts.iter().map(|part| (part.factor, part.figure, part.points)).collect();
    let expected = [
        (FactorName::DaysOverdueNow, 30, 15),
        // 75%: 65 of 80 from 10 to 90.
        (FactorName::LateShare, 75, 16),
        (FactorName::AverageDaysLate, 15, 7),
        (FactorName::BrokenPromises, 1, 5),
        // Three times the usual: 200 of 400 from 100 to 500.
        (FactorName::OpenNow, 300, 5),
        (FactorName::WorstRecent, 20, 1),
        (FactorName::NewDebtor, 0, 0),
    ];
    assert_eq!(parts, expected);
    assert_eq!(scored(&world, on).unwrap().points(), 15 + 16 + 7 + 5 + 5 + 1);
}

#[test]
fn who_has_paid_nothing_yet_counts_as_new_and_has_no_usual_invoice() {
    let world = given([company("A", 100, day(DUE))]);
    assert_eq!((points(&world, FactorName::NewDebtor, "2026-02-10"), points(&world, FactorName::OpenNow, "2026-02-10")), (5, 0));
}

#[test]
fn the_place_on_the_list_follows_what_happens() {
    let world = given([company("A", 100, day(DUE)), in_euro(company("B", 200, day("2026-02-05")))]);
    let world = world.when(night("2026-02-10"));
    let call = world.account.profile.call.clone().unwrap();
    assert_eq!(call.oldest_due_on, day(DUE));
    let sums: Vec<(Currency, i64, u32)> = call.overdue.iter().map(|one| (one.currency, one.minor, one.invoices)).collect();
    assert_eq!(sums, [(Currency::EUR, 200, 1), (Currency::PLN, 100, 1)]);
    let world = world.when(pays_for("A", "p", 100));
    assert_eq!(world.account.profile.call.as_ref().map(|call| call.overdue.len()), Some(1));
    let world = world.when(does(Command::Cancelled { case: id("B"), revision: 2 }));
    assert_eq!(world.account.profile.call, None);
}

#[test]
fn the_list_says_why() {
    let world = given([company("A", 100, day(DUE))]);
    let because = |world: &World| call(&world.account, &world.settings, day("2026-03-20")).unwrap().reasons;
    assert_eq!(because(&world), [CallReason::Overdue]);
    let mut nobody = company("A", 100, day(DUE));
    (nobody.debtor.email, nobody.debtor.phone) = (None, None);
    assert_eq!(because(&given([nobody])), [CallReason::Unreachable, CallReason::Overdue]);
    // By 16 February the standard ladder has come to its task, and a month later to its end.
    let called = world.when(days_pass("2026-02-03", "2026-02-13"));
    assert!(because(&called).contains(&CallReason::TeamStep), "{:?}", called.heard("A"));
    let finished = called.when(days_pass("2026-02-14", "2026-03-31"));
    assert!(because(&finished).contains(&CallReason::LadderFinished), "{:?}", finished.heard("A"));
    let mut broken = given([company("A", 100, day(DUE))]);
    broken.account.profile.record.broken_on = Some(day("2026-02-10"));
    assert!(because(&broken).contains(&CallReason::BrokenPromise));
    broken.account.profile.record.broken_on = Some(day("2026-01-10"));
    assert!(!because(&broken).contains(&CallReason::BrokenPromise), "an old one is no reason today");
}

#[test]
fn a_score_whose_factors_make_no_sense_is_refused() {
    let fields = |score: &str| {
        let text = format!(
            "name: x\nleast_gap_days: 2\nsteps: [{{ id: a, anchor: {{ from: due, days: 1 }}, channels: [email], tone: firm }}]\nscore: {score}"
        );
        let errors = accepted(&text, Calendar::of(Country::Pl)).err().unwrap_or_default();
        assert!(errors.iter().all(|error| !error.problem.is_empty() && !error.expected.is_empty()), "{errors:?}");
        errors.into_iter().map(|error| error.field).collect::<Vec<_>>()
    };
    let factor = |name: &str, weight: i64, from: i64, to: i64| format!("{{ factor: {name}, weight: {weight}, from: {from}, to: {to} }}");
    let list = |factors: &[String]| format!("{{ factors: [{}] }}", factors.join(", "));
    assert_eq!(fields("{ factors: [] }"), Vec::<String>::new());
    assert_eq!(fields("{ consumers: true }"), Vec::<String>::new());
    assert_eq!(fields(&list(&[factor("late_share", 100, 0, 1)])), Vec::<String>::new());
    assert_eq!(fields(&list(&[factor("late_share", 99, 0, 1)])), ["score.factors"]);
    assert_eq!(fields(&list(&[factor("late_share", 50, 0, 1), factor("late_share", 50, 0, 1)])), ["score.factors[1].factor"]);
    assert_eq!(fields(&list(&[factor("late_share", 100, 5, 5)])), ["score.factors[0].to"]);
    let twice_wrong = [factor("late_share", 100, 0, 1), factor("open_now", 0, 7, 200_000)];
    assert_eq!(fields(&list(&twice_wrong)), ["score.factors[1].weight", "score.factors[1].to"]);
    assert_eq!(fields(&list(&[factor("horoscope", 100, 0, 1)])), ["score.factors[0].factor"]);
    assert_eq!(fields("{ consumers: sometimes }"), ["score.consumers"]);
}

fn factor() -> impl Strategy<Value = Factor> {
    (1u32..=100, 0u32..1_000, 1u32..1_000).prop_map(|(weight, from, more)| Factor {
        factor: FactorName::LateShare,
        weight,
        from,
        to: from + more,
    })
}

proptest! {
    #[test]
    fn points_grow_with_the_figure_and_stay_within_the_weight(factor in factor(), figure in any::<i64>(), more in 0i64..2_000) {
        let (less, more) = (factor.points(figure), factor.points(figure.saturating_add(more)));
        prop_assert!(less <= more && more <= factor.weight);
        prop_assert_eq!(factor.points(i64::from(factor.from)), 0);
        prop_assert_eq!(factor.points(i64::from(factor.to)), factor.weight);
    }

    #[test]
    fn a_score_is_0_to_100_and_never_falls_when_somebody_pays_worse(
        late in proptest::collection::vec(0u64..200, 0..30), worse in 0usize..30, broken in 0u32..9, total in 1i64..10_000_000, overdue in 1u64..900,
    ) {
        let with = |late: &[u64], broken: u32| {
            let mut world = given([company("A", total, day(DUE))]);
            for (n, days) in late.iter().enumerate() {
                let due_on = day("2020-01-01") + Days::new(400 * n as u64);
                world.account.profile.record.add(Paid { due_on, paid_on: due_on + Days::new(*days), amount_minor: 5_000, currency: Currency::PLN });
            }
            world.account.profile.record.promises_broken = broken;
            let on = day(DUE) + Days::new(overdue);
            call(&world.account, &world.settings, on).unwrap().scored.unwrap().points()
        };
        let before = with(&late, broken);
        prop_assert!(before <= 100);
        prop_assert!(with(&late, broken + 1) >= before);
        let mut later = late.clone();
        if let Some(days) = later.get_mut(worse) {
            *days += 5;
        }
        prop_assert!(with(&later, broken) >= before);
    }
}

#[test]
fn a_policy_of_an_earlier_version_has_the_usual_score() {
    let mut stored = serde_json::to_value(World::new().settings.policy).unwrap();
    assert!(stored.as_object_mut().unwrap().remove("score").is_some());
    let read: crate::domain::policy::Policy = serde_json::from_value(stored).unwrap();
    assert_eq!(read.score, Score::default());
}

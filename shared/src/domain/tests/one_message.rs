//! One reminder per debtor, day and currency; a second evaluation changes nothing (trap 7).

use chrono::Days;

use super::sentences::*;
use super::world::{World, day};
use crate::domain::decide::{Decision, SkipReason};
use crate::domain::fact::InvoiceFact;
use crate::domain::handle::{Command, Refused};
use crate::domain::money::Currency;
use crate::domain::policy::{Channel, Tone};
use crate::domain::reminder::ReminderState;

/// Tuesday.
const TODAY: &str = "2026-02-24";

/// Thirty invoices, due from 15 days ago to 14 days ahead.
fn thirty() -> Vec<InvoiceFact> {
    let first = day(TODAY) - Days::new(15);
    (0..30).map(|n| invoice(&format!("{n:02}"), 1_000 + n, first + Days::new(n.unsigned_abs()))).collect()
}

#[test]
fn thirty_invoices_at_mixed_steps_make_one_message() {
    given(thirty()).when(a_day(TODAY)).then(messages(1)).then(|world| {
        let told: Vec<_> = world.said[0].lines.iter().map(|(_, step)| step.as_str()).collect();
        assert!(told.contains(&"due+1") && told.contains(&"due-3"), "{told:?}");
    });
}

#[test]
fn over_months_thirty_invoices_never_make_two_messages_within_two_days() {
    let world = given(thirty()).when(days_pass("2026-02-01", "2026-04-30"));
    let on: Vec<_> = world.said.iter().filter(|said| said.channel != Channel::Task).map(|said| said.on).collect();
    assert!(on.windows(2).all(|pair| pair[0] + Days::new(2) <= pair[1]), "{on:?}");
    for n in 0..30 {
        let after = world.heard(&format!("{n:02}")).into_iter().filter(|(_, step)| step.contains('+')).count();
        assert_eq!(after, 5, "invoice {n:02} takes each step after its due date once");
    }
}

#[test]
fn the_strictest_step_sets_tone_and_channel_and_the_others_ride_on_it() {
    // On Thursday 5 February A is due for its SMS and B, due on the 4th, for its first e-mail.
    let world = given([invoice("A", 100, day("2026-02-02")), invoice("B", 200, day("2026-02-04"))])
        .when(|world| world.settings.policy.steps.retain(|step| step.anchor.days > 0))
        .when(a_day("2026-02-03"))
        .when(night("2026-02-05"));
    let reminder = &world.account.reminders[1];
    assert_eq!((reminder.id.channel, reminder.step.as_str(), reminder.tone), (Channel::Sms, "due+3", Tone::Friendly));
    assert_eq!(reminder.lines.len(), 2);
    assert!(world.account.cases.iter().all(|case| case.taken.last().unwrap().channel == Channel::Sms));
}

#[test]
fn the_channel_is_the_strictest_steps_even_if_a_gentler_invoice_is_older() {
    given([invoice("A", 100, day("2026-02-02"))])
        .when(days_pass("2026-02-03", "2026-02-04"))
        .when(arrives(invoice("B", 200, day("2026-01-05"))))
        .when(a_day("2026-02-05"))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-05", "due+3")]))
        .then(heard("B", &[("2026-02-05", "due+1")]))
        .then(|world| assert_eq!(world.said[1].channel, Channel::Sms));
}

#[test]
fn an_sms_takes_no_step_of_an_invoice_that_it_does_not_name() {
    // On Thursday 5 February A is due for its SMS, and B, which is due on Friday, for its announcement.
    given([invoice("A", 100, day("2026-02-02"))])
        .when(a_day("2026-02-03"))
        .when(arrives(invoice("B", 200, day("2026-02-06"))))
        .when(night("2026-02-05"))
        .when(night("2026-02-05"))
        .then(|world| {
            let reminder = &world.account.reminders[1];
            assert_eq!((reminder.id.channel, reminder.lines.len()), (Channel::Sms, 1));
            assert!(world.case("B").taken.is_empty(), "{:?}", world.case("B").taken);
        })
        .then(skipped("B", SkipReason::TooSoon { last_on: day("2026-02-05") }))
        .when(days_pass("2026-02-05", "2026-02-10"))
        .then(heard("A", &[("2026-02-03", "due+1"), ("2026-02-05", "due+3"), ("2026-02-09", "due+7")]))
        .then(heard("B", &[("2026-02-09", "due+1")]));
}

#[test]
fn a_task_and_a_message_of_one_day_never_mix() {
    // On Thursday 12 February A is a task for the team and B, due on the 9th, an SMS.
    given([invoice("A", 100, day("2026-02-02")), invoice("B", 200, day("2026-02-09"))])
        .when(|world| world.settings.policy.steps.retain(|step| matches!(step.id.as_str(), "due+3" | "due+10")))
        .when(days_pass("2026-02-05", "2026-02-12"))
        .then(|world| {
            let told: Vec<_> = world.said[1..].iter().map(|said| (said.channel, said.lines[0].0.as_str(), said.lines.len())).collect();
            assert_eq!(told, [(Channel::Task, "A", 1), (Channel::Sms, "B", 1)]);
        });
}

#[test]
fn each_currency_has_its_own_message() {
    given([invoice("A", 100, day("2026-02-02")), in_euro(invoice("B", 200, day("2026-02-02")))]).when(a_day(TODAY)).then(|world| {
        let mut told: Vec<_> = world.said.iter().map(|said| (said.currency, said.demand_minor)).collect();
        told.sort();
        assert_eq!(told, [(Currency::EUR, 200), (Currency::PLN, 100)]);
    });
}

#[test]
fn a_second_evaluation_of_the_same_day_changes_nothing() {
    for back in 0..40 {
        let on = day(TODAY) + Days::new(back);
        let mut world = given(thirty()).when(|world| days(world, day("2026-02-10"), on - Days::new(1))).when(|world| world.night(on));
        let once = world.account.clone();
        let again = world.handle(&Command::Night { as_of: on }).unwrap();
        assert_eq!(again.account, once, "{on}, before sending");
        assert_eq!((again.entries, again.attention), (vec![], vec![]), "{on}, before sending");
        world.send(on);
        let once = world.account.clone();
        let again = world.handle(&Command::Night { as_of: on }).unwrap();
        assert_eq!(again.account.reminders, once.reminders, "{on}, after sending");
        assert_eq!(again.account.cases, once.cases, "{on}, after sending");
    }
}

#[test]
fn an_invoice_that_comes_after_the_night_joins_the_message_that_still_waits() {
    given([invoice("A", 100, day("2026-02-23"))])
        .when(night(TODAY))
        .when(arrives(invoice("B", 200, day("2026-02-02"))))
        .then(|world| assert!(world.evaluate_today, "it is due today and the night is over"))
        .when(a_day(TODAY))
        .then(messages(1))
        .then(|world| assert_eq!(world.said[0].demand_minor, 300));
}

#[test]
fn a_stricter_step_that_joins_sets_the_step_of_the_message() {
    given([invoice("A", 100, day("2026-02-23")), invoice("B", 200, day("2026-02-02"))])
        .when(a_day("2026-02-19"))
        .when(does(Command::Hold(Some(id("B")), hold("2026-02-20", None))))
        .when(night(TODAY))
        .then(|world| assert_eq!(world.account.reminders[1].step, "due+1"))
        .when(does(Command::Release(Some(id("B")), "they called".to_owned())))
        .when(night(TODAY))
        .then(|world| assert_eq!(world.account.reminders[1].step, "due+3"))
        .when(sending(TODAY))
        .then(messages(2))
        .then(|world| assert_eq!(world.said[1].demand_minor, 300));
}

#[test]
fn an_invoice_that_comes_after_the_message_waits_for_the_gap() {
    given([invoice("A", 100, day("2026-02-23"))])
        .when(a_day(TODAY))
        .when(arrives(invoice("B", 200, day("2026-02-02"))))
        .then(|world| assert_eq!(world.account.profile.wake_on, Some(day("2026-02-26"))))
        .when(days_pass(TODAY, "2026-02-26"))
        .then(heard("B", &[("2026-02-26", "due+1")]))
        .then(messages(2));
}

#[test]
fn paying_the_oldest_never_pushes_the_others_up_a_step() {
    let both = [invoice("A", 100, day("2026-02-02")), invoice("B", 200, day("2026-02-23"))];
    let alone = given([invoice("B", 200, day("2026-02-23"))]).when(days_pass(TODAY, "2026-03-20"));
    let world = given(both).when(days_pass("2026-02-02", "2026-02-23")).when(pays_for("A", "p", 100)).when(days_pass(TODAY, "2026-03-20"));
    let steps = |world: &World| world.heard("B").into_iter().map(|(_, step)| step).filter(|step| step.contains('+')).collect::<Vec<_>>();
    assert_eq!(steps(&world), steps(&alone));
    for (a, b) in world.heard("B").iter().zip(world.heard("B").iter().skip(1)) {
        assert!(a.0 + Days::new(2) <= b.0);
    }
}

#[test]
fn an_older_message_that_was_never_sent_is_cancelled_and_decided_anew() {
    given([invoice("A", 100, day("2026-02-02"))])
        .when(night(TODAY))
        .when(a_day("2026-02-25"))
        .then(heard("A", &[("2026-02-25", "due+1")]))
        .then(messages(1))
        .then(|world| {
            assert_eq!(world.account.reminders[0].state, ReminderState::Cancelled);
            assert_eq!(world.case("A").taken.len(), 1);
        });
}

#[test]
fn a_message_being_sent_or_perhaps_sent_is_never_decided_anew() {
    for state in [ReminderState::Claimed, ReminderState::Sent, ReminderState::Ambiguous, ReminderState::PresumedSent] {
        given([invoice("A", 100, day("2026-02-02"))])
            .when(night(TODAY))
            .when(|world| world.account.reminders[0].state = state)
            .when(days_pass("2026-02-25", "2026-02-26"))
            .then(|world| assert_eq!(world.account.reminders[0].state, state))
            .then(heard("A", &[("2026-02-26", "due+3")]));
    }
}

#[test]
fn an_older_day_than_the_last_one_evaluated_is_refused() {
    given([invoice("A", 100, day("2026-02-02"))]).when(night(TODAY)).when(night("2026-02-23")).then(|world| {
        assert_eq!(world.refused, Some(Refused::NoEffect("a later night has been evaluated")));
    });
}

#[test]
fn every_decision_of_a_message_names_that_message() {
    given(thirty()).when(night(TODAY)).then(|world| {
        let [reminder] = world.account.reminders.as_slice() else { panic!("{:#?}", world.account.reminders) };
        for line in &reminder.lines {
            let case = world.account.case(&line.case).unwrap();
            let Some((on, Decision::Step { step, reminder: named, .. })) = &case.decision else { panic!("{:?}", case.decision) };
            assert_eq!((*on, step, named), (day(TODAY), &line.step, &reminder.id));
        }
    });
}

#[test]
fn a_long_gap_is_kept_also_after_a_message_whose_invoice_is_paid() {
    let mut world = given([invoice("A", 10_000, day("2026-02-20")), invoice("B", 10_000, day("2026-03-12"))]);
    world.settings.policy.least_gap_days = 30;
    let world = world.when(days_pass("2026-02-23", "2026-02-24")).then(messages(1));
    let said_on = world.said[0].on;
    let world = world.when(pays_for("A", "p", 10_000)).when(days_pass("2026-02-25", "2026-04-10"));
    let next_on = world.said.iter().filter(|said| said.channel != Channel::Task).nth(1).map(|said| said.on);
    assert!(next_on.is_some_and(|on| on >= said_on + Days::new(30)), "said on {said_on} and again on {next_on:?}");
}

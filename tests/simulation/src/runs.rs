//! The short run: some seeds on every `cargo test`; `make soak` runs long.

use crate::generate::{Size, generate};
use crate::play::{Broken, play};
use crate::script::Script;
use crate::shrink::shrink;

#[test]
fn some_seeds_break_no_rule() {
    for seed in 1..=5 {
        let script = generate(seed, Size { debtors: 10, days: 180 });
        let played = play(&script, Broken::Nothing).unwrap_or_else(|wrong| panic!("seed {seed}: {wrong}\n{script}"));
        assert!(played.messages > 50 && played.faults > 5 && played.evaluated > 100, "{played:?}");
    }
}

#[test]
fn a_seed_determines_its_run() {
    let size = Size { debtors: 6, days: 120 };
    assert_eq!(generate(7, size), generate(7, size));
    assert_eq!(play(&generate(7, size), Broken::Nothing), play(&generate(7, size), Broken::Nothing));
}

#[test]
fn a_script_is_read_as_it_was_written() {
    let script = generate(3, Size { debtors: 8, days: 200 });
    assert_eq!(script.to_string().parse::<Script>(), Ok(script));
    let wrong = "play seed=1 start=2027-01-01 days=9 policy=firm\n2027-01-01T10:00:00Z invoice debtor=d1 amount=7";
    assert!(wrong.parse::<Script>().is_err_and(|error| error.starts_with("line 2: ")));
}

/// Breaks something on purpose; says which rule caught it, and that the short script does so again.
fn caught(broken: Broken) -> (&'static str, Script) {
    let (script, wrong) = (2..40)
        .map(|seed| generate(seed, Size { debtors: 5, days: 120 }))
        .find_map(|script| play(&script, broken).err().map(|wrong| (script, wrong)))
        .expect("it is caught");
    let (short, again) = shrink(&script, &wrong, broken, 150);
    let read: Script = short.to_string().parse().expect("a script");
    assert_eq!(play(&read, broken), Err(again.clone()), "its script fails in the same way");
    assert_eq!(again.rule, wrong.rule);
    play(&read, Broken::Nothing).expect("nothing else is wrong with it");
    (again.rule, short)
}

#[test]
fn a_provider_that_takes_messages_twice_is_caught_and_its_script_replays() {
    let (rule, short) = caught(Broken::DoubleSends);
    assert_eq!(rule, "one reminder per debtor, day, channel and currency");
    assert!(short.debtors.len() == 1 && short.lines.len() <= 2, "{short}");
}

#[test]
fn an_account_that_does_not_do_what_people_say_is_caught() {
    for (verb, rule) in [
        ("legal-stop", "nothing is claimed that may not be asked for"),
        ("hold", "nothing is claimed that may not be asked for"),
        ("settle", "what is open is what is owed"),
        ("extend", "the amount shown is what is open"),
        ("end-legal-stop", "no open case is forgotten"),
    ] {
        assert_eq!(caught(Broken::Ignores(verb)).0, rule, "{verb}");
    }
}

#[test]
fn messages_at_night_wrong_amounts_and_lost_events_are_caught() {
    assert_eq!(caught(Broken::SendsAtNight).0, "no message on a day off or in quiet hours");
    assert_eq!(caught(Broken::ForgetsMoney).0, "what is open is what is owed");
    assert_eq!(caught(Broken::SkipsNights).0, "no open case is forgotten");
}

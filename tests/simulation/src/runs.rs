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
    let mut scripts = (2..20).map(|seed| generate(seed, Size { debtors: 5, days: 120 }));
    let (script, wrong) = scripts.find_map(|script| play(&script, broken).err().map(|wrong| (script, wrong))).expect("it is caught");
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

/// One invoice of 100.00 that falls due on Friday, 15 January 2027, and what people say of it.
fn story(said: &[&str]) -> Script {
    let mut text = "play seed=1 start=2027-01-04 days=45 policy=standard\n\
        debtor id=d1 kind=business locale=pl email=d1@example.com phone=+48500000001\n\
        2027-01-04T10:00:00Z invoice debtor=d1 invoice=i1n1 revision=1 issued=2027-01-01 due=2027-01-15 total=10000 currency=PLN\n"
        .to_owned();
    said.iter().for_each(|line| text.extend([line, "\n"]));
    text.parse().expect("a script")
}

#[test]
fn an_account_that_does_not_do_what_people_say_is_caught() {
    let broken: [(&str, &[&str], &str); 11] = [
        ("hold", &["2027-01-05T10:00:00Z hold debtor=d1"], "nothing is claimed that may not be asked for"),
        ("dispute", &["2027-01-05T10:00:00Z dispute debtor=d1 invoice=i1n1"], "nothing is claimed that may not be asked for"),
        ("promise", &["2027-01-11T10:00:00Z promise debtor=d1 on=2027-01-20"], "nothing is claimed that may not be asked for"),
        (
            "legal-stop",
            &["2027-01-05T10:00:00Z legal-stop debtor=d1 kind=insolvency since=2027-01-05"],
            "nothing is claimed that may not be asked for",
        ),
        ("settle", &["2027-01-05T10:00:00Z settle debtor=d1 invoice=i1n1 kind=write_off"], "what is open is what is owed"),
        ("extend", &["2027-01-05T10:00:00Z extend debtor=d1 invoice=i1n1 due=2027-01-25"], "no step goes before its day"),
        (
            "end-legal-stop",
            &[
                "2027-01-05T10:00:00Z legal-stop debtor=d1 kind=death since=2027-01-05",
                "2027-01-08T10:00:00Z end-legal-stop debtor=d1 kind=death mistaken=true",
            ],
            "no open case is forgotten",
        ),
        (
            "withdraw-plan",
            &[
                "2027-01-11T10:00:00Z plan debtor=d1 currency=PLN first=2027-01-29 parts=2 every=14",
                "2027-01-18T10:00:00Z withdraw-plan debtor=d1 currency=PLN",
            ],
            "a plan is what was agreed",
        ),
        ("approval", &["2027-01-05T10:00:00Z approval required=true"], "nothing goes that nobody approved"),
        (
            "cap",
            &[
                "2027-01-05T10:00:00Z invoice debtor=d1 invoice=i1n2 revision=1 issued=2027-01-01 due=2027-01-15 total=10000 currency=EUR",
                "2027-01-05T10:00:00Z cap most=1",
            ],
            "the nights of a day keep to their cap",
        ),
        (
            "remove-contact",
            &[
                "2027-01-04T11:00:00Z add-contact debtor=d1 role=owner email=owner@example.com",
                "2027-01-05T11:00:00Z bounce debtor=d1",
                "2027-01-12T12:00:00Z bounce debtor=d1",
                "2027-01-13T11:00:00Z remove-contact debtor=d1 contact=1",
            ],
            "nobody else is written to",
        ),
    ];
    for (verb, said, rule) in broken {
        let script = story(said);
        play(&script, Broken::Nothing).unwrap_or_else(|wrong| panic!("{verb}: {wrong}"));
        let wrong = play(&script, Broken::Ignores(verb)).expect_err(verb);
        assert_eq!(wrong.rule, rule, "{verb}: {wrong}");
    }
}

#[test]
fn a_reason_that_is_not_true_is_caught() {
    for said in [
        "2027-01-05T10:00:00Z hold debtor=d1",
        "2027-01-05T10:00:00Z dispute debtor=d1 invoice=i1n1",
        "2027-01-11T10:00:00Z promise debtor=d1 on=2027-01-20",
        "2027-01-05T10:00:00Z legal-stop debtor=d1 kind=insolvency since=2027-01-05",
    ] {
        let verb = said.split(' ').nth(1).unwrap();
        let broken = Broken::IgnoresUnderEyes(["hold", "dispute", "promise", "legal-stop"].into_iter().find(|one| *one == verb).unwrap());
        assert_eq!(play(&story(&[said]), broken).expect_err(said).rule, "the recorded reason is true", "{said}");
    }
}

#[test]
fn a_fact_that_is_not_true_is_caught() {
    let script = story(&["2027-01-05T10:00:00Z extend debtor=d1 invoice=i1n1 due=2027-01-25"]);
    let wrong = play(&script, Broken::IgnoresUnderEyes("extend")).expect_err("the printed day is not the one that counts");
    assert_eq!(wrong.rule, "the facts of a decision are true", "{wrong}");
}

#[test]
fn messages_at_night_wrong_amounts_and_lost_events_are_caught() {
    assert_eq!(caught(Broken::SendsAtNight).0, "no message on a day off or in quiet hours");
    assert_eq!(caught(Broken::ForgetsMoney).0, "what is open is what is owed");
    assert_eq!(caught(Broken::SkipsNights).0, "no open case is forgotten");
}

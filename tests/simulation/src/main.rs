//! `make soak`: plays many seeds, or one script, and tells what it found.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use simulation::generate::{Size, generate};
use simulation::play::{Broken, Played, Wrong, play};
use simulation::script::Script;
use simulation::shrink::shrink;

const HELP: &str = "soak [--seeds N] [--from SEED] [--debtors N] [--days N] [--replay FILE]";
/// Shorter scripts that are tried for a failure.
const TRIES: u32 = 2_000;

struct Wanted {
    seeds: u64,
    from: u64,
    size: Size,
    replay: Option<String>,
}

fn wanted(mut words: impl Iterator<Item = String>) -> Result<Wanted, String> {
    let mut wanted = Wanted { seeds: 100, from: 1, size: Size { debtors: 300, days: 730 }, replay: None };
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value; {HELP}"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{word} needs a number, not `{value}`"));
        match word.as_str() {
            "--seeds" => wanted.seeds = number()?,
            "--from" => wanted.from = number()?,
            "--debtors" => wanted.size.debtors = usize::try_from(number()?).unwrap_or(usize::MAX).max(1),
            "--days" => wanted.size.days = number()?.max(60),
            "--replay" => wanted.replay = Some(value),
            _ => return Err(format!("{word} is unknown; {HELP}")),
        }
    }
    Ok(wanted)
}

fn main() -> ExitCode {
    let wanted = match wanted(std::env::args().skip(1)) {
        Ok(wanted) => wanted,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    match wanted.replay {
        Some(file) => replay(&file),
        None => soak(&wanted),
    }
}

fn replay(file: &str) -> ExitCode {
    let script = match std::fs::read_to_string(file).map_err(|error| error.to_string()).and_then(|text| text.parse::<Script>()) {
        Ok(script) => script,
        Err(problem) => {
            eprintln!("{file}: {problem}");
            return ExitCode::from(2);
        }
    };
    match play(&script, Broken::Nothing) {
        Ok(played) => {
            println!("{} events, {} messages: nothing is wrong", played.events, played.messages);
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            println!("{wrong}");
            ExitCode::FAILURE
        }
    }
}

fn soak(wanted: &Wanted) -> ExitCode {
    let began = Instant::now();
    let mut all = Played::default();
    println!("{} seeds from {}, each {} debtors over {} days", wanted.seeds, wanted.from, wanted.size.debtors, wanted.size.days);
    for done in 0..wanted.seeds {
        let seed = wanted.from + done;
        let script = generate(seed, wanted.size);
        match play(&script, Broken::Nothing) {
            Ok(played) => {
                all.events += played.events;
                all.messages += played.messages;
                all.effects += played.effects;
                all.faults += played.faults;
                all.evaluated += played.evaluated;
            }
            Err(wrong) => return failed(&script, &wrong),
        }
        let seconds = began.elapsed().as_secs().max(1);
        let rate = all.events / seconds;
        println!("{} of {} seeds, {} events, {} messages, {rate} events a second", done + 1, wanted.seeds, all.events, all.messages);
    }
    let Played { events, messages, effects, faults, evaluated } = all;
    println!(
        "nothing is wrong: {} seeds, {events} events, {messages} messages, {evaluated} outcomes of nights, {effects} effects, {faults} faults, {} s",
        wanted.seeds,
        began.elapsed().as_secs()
    );
    ExitCode::SUCCESS
}

fn failed(script: &Script, wrong: &Wrong) -> ExitCode {
    println!("seed {} fails: {wrong}", script.seed);
    let (short, wrong) = shrink(script, wrong, Broken::Nothing, TRIES);
    let folder = Path::new("target/simulation");
    let file = folder.join(format!("seed-{}.script", script.seed));
    if let Err(error) = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, format!("# {wrong}\n{short}"))) {
        eprintln!("{}: {error}\n{short}", file.display());
        return ExitCode::FAILURE;
    }
    println!("{} debtors and {} events are enough: {wrong}", short.debtors.len(), short.lines.len());
    println!("the script: {}", file.display());
    ExitCode::FAILURE
}

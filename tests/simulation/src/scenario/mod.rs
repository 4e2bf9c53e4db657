//! Scenarios: plain text with dated lines, read without help by whoever keeps books, and played
//! through the real use cases. What is expected stands in the same file; what happened is written
//! out day by day as a transcript.
//!
//! `tests/README.md` explains how to write one.

mod again;
mod check;
mod checkout;
mod day;
mod diff;
mod form;
mod intake;
mod letter;
mod looks;
mod play;
mod read;
mod stage;
mod story;
mod transcript;
mod words;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use read::{Unreadable, read};

/// What became of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What happened, day by day.
    pub transcript: String,
    /// What was expected and did not come, or came and was not expected; each with its place.
    pub problems: Vec<String>,
}

/// Reads a scenario and plays all of its cases.
///
/// # Errors
/// The lines that cannot be read.
pub fn run(text: &str) -> Result<Outcome, Vec<Unreadable>> {
    let scenario = read(text)?;
    let mut transcript = transcript::head(&scenario);
    let mut problems = Vec::new();
    for case in &scenario.cases {
        let (told, wrong) = again::play_all(case);
        transcript.push_str(&told);
        problems.extend(wrong.into_iter().map(|problem| format!("case \"{}\", {problem}", case.title)));
    }
    Ok(Outcome { transcript, problems })
}

/// Runs the scenario in a file and compares its transcript with the one beside it; with `update` it
/// is written anew.
///
/// # Errors
/// Everything that is not as it should be, in words.
pub fn hold(path: &Path, update: bool) -> Result<(), String> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    let outcome = run(&text).map_err(|lines| {
        let lines: Vec<String> = lines.iter().map(|line| format!("{name}:{line}")).collect();
        lines.join("\n")
    })?;
    let beside = path.with_extension("transcript");
    if update {
        std::fs::write(&beside, &outcome.transcript).map_err(|error| format!("{}: {error}", beside.display()))?;
    }
    let known = std::fs::read_to_string(&beside).unwrap_or_default();
    let mut wrong: Vec<String> = outcome.problems.iter().map(|problem| format!("{name}: {problem}")).collect();
    if known != outcome.transcript {
        let hint = "UPDATE_TRANSCRIPTS=1 writes it anew; read it before you keep it";
        wrong.push(format!("{}: the transcript is another one ({hint})\n{}", beside.display(), diff::lines(&known, &outcome.transcript)));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

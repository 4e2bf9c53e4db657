//! E-mails: to debtors by voice, and tasks to the creditor's own team.

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::RenderError;
use super::clean::one_line;
use super::engine::render;
use super::facts::MessageFacts;
use super::format::plain;
use super::view::MessageView;
use super::voice::Voice;
use crate::domain::creditor::Locale;

/// A rendered e-mail. It holds personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// One line, at most 200 characters.
    pub subject: String,
    /// The HTML part. Amounts hold no-break spaces.
    pub html: String,
    /// The text part, with ordinary spaces.
    pub text: String,
}

/// The reminder, in the debtor's language and by the facts' voice.
///
/// # Errors
/// `NoTemplate` where its step names none that there is; `RenderError::Template` or `Formats`: a mistake of
/// ours, caught by the tests for every voice.
pub fn email(facts: &MessageFacts) -> Result<Email, RenderError> {
    if facts.voice == Voice::Unknown {
        return Err(RenderError::NoTemplate);
    }
    compose(facts, facts.voice.name(), false)
}

/// The task for the creditor's own team: whom to call, what is open, since when. It holds no pay
/// link, which is for the debtor alone.
///
/// # Errors
/// As `email`.
pub fn task(facts: &MessageFacts) -> Result<Email, RenderError> {
    compose(facts, "task", true)
}

fn compose(facts: &MessageFacts, copy: &str, task: bool) -> Result<Email, RenderError> {
    let view = Value::from(Serde(MessageView::of(facts)?));
    // A task has nobody to answer it.
    laid_out(facts.locale, copy, "frame", context! { task, asks => !task, ..view })
}

/// The three forms of an e-mail: what `copy` says in a language, in a layout.
pub(super) fn laid_out(locale: Locale, copy: &str, layout: &str, view: Value) -> Result<Email, RenderError> {
    let part = |ending: &str, layout: &str| {
        let name = format!("email/{}/{copy}.{ending}", locale.tag());
        render(&name, locale, context! { layout, ..view.clone() })
    };
    Ok(Email {
        subject: one_line(&plain(&part("txt", "email/subject.txt")?), 200),
        html: part("html", &format!("email/{layout}.html"))?,
        text: tidy(&plain(&part("txt", &format!("email/{layout}.txt"))?)),
    })
}

/// No spaces at line ends, never more than one empty line, one line break at the end.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && empty {
            continue;
        }
        empty = line.is_empty();
        tidy.push_str(line);
        tidy.push('\n');
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.push('\n');
    tidy
}

//! The mail to the team about the list of a day: short, with what can be done about it and no link.

use chrono::NaiveDate;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::RenderError;
use super::clean::one_line;
use super::email::Email;
use super::engine::render;
use super::format::{Formats, plain};
use crate::domain::approval::Approval;
use crate::domain::creditor::Settings;
use crate::domain::list::ListMessage;

/// Numbers of invoices that one row names.
const MOST_NUMBERS: usize = 5;

#[derive(Serialize)]
struct Row {
    name: String,
    channel: String,
    step: String,
    sum: String,
    numbers: String,
    awaited: bool,
}

/// The mail, in the creditor's language. `beyond` is how many further messages the list has.
///
/// # Errors
/// `RenderError::Template` or `Formats`: a mistake of ours, caught by the tests.
pub fn mail(settings: &Settings, day: NaiveDate, messages: &[ListMessage], beyond: u64) -> Result<Email, RenderError> {
    let formats = Formats::new(settings.locale)?;
    let rows: Vec<Row> = messages.iter().map(|message| row(message, &formats)).collect();
    let view = context! {
        creditor => one_line(&settings.name, 100),
        day => formats.date(day),
        iso => day.to_string(),
        n => messages.len() as u64 + beyond,
        more => beyond,
        approval => settings.approval == Approval::Required,
        rows => Value::from(Serde(rows)),
    };
    let part = |name: &str| render(name, settings.locale, view.clone());
    let text = plain(&part("list/mail.txt")?);
    let title = text.lines().nth(1).unwrap_or_default();
    Ok(Email { subject: one_line(&format!("{title}: {}", settings.name), 200), html: part("list/mail.html")?, text })
}

fn row(message: &ListMessage, formats: &Formats) -> Row {
    let number = |line: &crate::domain::list::ListLine| line.number.clone().unwrap_or_else(|| line.case.external.clone());
    let named: Vec<String> = message.lines.iter().take(MOST_NUMBERS).map(number).collect();
    let beyond = message.lines.len().saturating_sub(MOST_NUMBERS);
    let more = if beyond > 0 { format!(" +{beyond}") } else { String::new() };
    Row {
        name: one_line(&message.name, 80),
        channel: message.reminder.channel.name().to_owned(),
        step: message.step.clone(),
        sum: formats.money(message.sum_minor(), message.reminder.currency),
        numbers: one_line(&format!("{}{more}", named.join(", ")), 300),
        awaited: message.is_awaited(),
    }
}

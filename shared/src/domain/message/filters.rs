//! What our templates can do beside the engine's own: escape, count and make paragraphs.

use minijinja::{AutoEscape, Error, ErrorKind, Output, State, Value, escape_formatter};

use super::format::Formats;
use crate::domain::creditor::Locale;

/// Escapes like the engine's own formatter, but leaves `/` alone, so that links stay readable; and
/// refuses to print "none" where a value is missing.
pub(super) fn write(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Err(Error::new(ErrorKind::UndefinedError, "nothing to print"));
    }
    let text = value.as_str().filter(|_| matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe());
    let Some(text) = text else { return escape_formatter(out, state, value) };
    Ok(out.write_str(&escape(text))?)
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// `{{ 5|count(w.day) }}` is `5 dni`: the number and the word's form that goes with it.
pub(super) fn count(state: &State, number: u64, forms: Vec<String>) -> Result<String, Error> {
    let locale = state.lookup("lang").and_then(|tag| Locale::from_tag(tag.as_str()?)).unwrap_or_default();
    let missing = || Error::new(ErrorKind::InvalidOperation, "a form of the word is missing");
    let formats = Formats::new(locale).map_err(|_| missing())?;
    let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
    let form = formats.form(number, &forms).ok_or_else(missing)?;
    Ok(format!("{number}\u{a0}{form}"))
}

/// Makes paragraphs of text whose paragraphs are parted by empty lines: `<p>` in HTML, one line
/// each in text. The text is what a block gave, so it is escaped already.
pub(super) fn paragraphs(state: &State, text: &str, style: Option<&str>) -> Value {
    let lines: Vec<String> = text
        .split("\n\n")
        .map(|paragraph| paragraph.split([' ', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
        .filter(|paragraph| !paragraph.is_empty())
        .collect();
    if !matches!(state.auto_escape(), AutoEscape::Html) {
        return Value::from(lines.join("\n\n"));
    }
    let open = style.map_or_else(|| "<p>".to_owned(), |style| format!("<p style=\"{style}\">"));
    let wrapped: Vec<String> = lines.iter().map(|line| format!("{open}{line}</p>")).collect();
    Value::from_safe_string(wrapped.join("\n"))
}

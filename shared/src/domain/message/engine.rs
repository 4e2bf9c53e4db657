//! The template engine: embedded templates, strict variables, and HTML escaped by the name's ending.
//!
//! A copy template (`email/pl/firm`) holds sentences only. It is loaded once as `.html` and once as
//! `.txt` and extends the layout that it is given, so both forms of an e-mail say the same.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior, Value, context};

use super::RenderError;
use super::filters::{count, paragraphs, write};
use crate::domain::creditor::Locale;

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../templates/", $name)))),*]
    };
}

/// Layouts and pages, under their own names.
const WHOLE: &[(&str, &str)] = templates![
    "email/frame.html",
    "email/frame.txt",
    "email/subject.txt",
    "sms/pl.txt",
    "sms/en.txt",
    "page/frame.html",
    "page/pay.html",
    "page/doors.html",
    "page/copy.js",
    "page/letters.html",
    "page/notice.html",
    "page/checkout.html",
    "list/mail.html",
    "list/mail.txt",
];

/// Copy, loaded as `.html` and as `.txt`.
const COPY: &[(&str, &str)] = templates![
    "email/pl/before",
    "email/pl/due_day",
    "email/pl/friendly",
    "email/pl/firm",
    "email/pl/final",
    "email/pl/task",
    "email/en/before",
    "email/en/due_day",
    "email/en/friendly",
    "email/en/firm",
    "email/en/final",
    "email/en/task",
];

const WORDS_PL: &str = include_str!("../../../templates/words.pl.json");
const WORDS_EN: &str = include_str!("../../../templates/words.en.json");

struct Engine {
    environment: Environment<'static>,
    words_pl: Value,
    words_en: Value,
}

static ENGINE: LazyLock<Result<Engine, RenderError>> = LazyLock::new(Engine::load);

/// Renders a template with a view; the language's words stand beside it as `w`, its tag as `lang`.
pub(super) fn render(template: &str, locale: Locale, view: Value) -> Result<String, RenderError> {
    let engine = ENGINE.as_ref().map_err(Clone::clone)?;
    let words = match locale {
        Locale::Pl => &engine.words_pl,
        Locale::En => &engine.words_en,
    };
    let known = engine.environment.get_template(template).map_err(|error| broken(template, &error))?;
    let view = context! { w => words, lang => locale.tag(), ..view };
    known.render(view).map_err(|error| broken(template, &error))
}

impl Engine {
    fn load() -> Result<Self, RenderError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_formatter(write);
        environment.add_filter("count", count);
        environment.add_filter("paragraphs", paragraphs);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| broken("syntax", &error))?);
        for (name, source) in WHOLE {
            environment.add_template(name, source).map_err(|error| broken(name, &error))?;
        }
        for (name, source) in COPY {
            for ending in ["html", "txt"] {
                environment.add_template_owned(format!("{name}.{ending}"), *source).map_err(|error| broken(name, &error))?;
            }
        }
        Ok(Self { environment, words_pl: words("words.pl.json", WORDS_PL)?, words_en: words("words.en.json", WORDS_EN)? })
    }
}

fn words(name: &str, json: &str) -> Result<Value, RenderError> {
    let parsed: serde_json::Value = serde_json::from_str(json).map_err(|error| RenderError::Template {
        template: name.to_owned(),
        what: "not JSON".to_owned(),
        line: error.line(),
    })?;
    Ok(Value::from(Serde(parsed)))
}

/// Says what broke and where. The engine's own detail is left out: it may quote values.
fn broken(template: &str, error: &Error) -> RenderError {
    RenderError::Template {
        template: error.name().unwrap_or(template).to_owned(),
        what: format!("{:?}", error.kind()),
        line: error.line().unwrap_or(0),
    }
}

//! The template engine: embedded templates, strict variables, and HTML escaped by the name's ending.
//!
//! Each language has an engine of its own, made when it is first spoken, so that a start does not
//! pay for five. A copy template (`email/pl/firm`) holds sentences only. It is loaded once as `.html`
//! and once as `.txt` and extends the layout that it is given, so both forms of an e-mail say the same.

use std::sync::OnceLock;

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

/// Layouts and pages, the same in every language.
const WHOLE: &[(&str, &str)] = templates![
    "email/base.html",
    "email/base.txt",
    "email/frame.html",
    "email/frame.txt",
    "email/service.html",
    "email/service.txt",
    "email/subject.txt",
    "page/frame.html",
    "page/languages.html",
    "page/pay.html",
    "page/doors.html",
    "page/copy.js",
    "page/letters.html",
    "page/notice.html",
    "page/over.html",
    "page/too_many.html",
    "page/checkout.html",
    "list/mail.html",
    "list/mail.txt",
];

/// What is said in one language.
pub(super) struct Tongue {
    /// Words by key, as JSON.
    pub(super) words: &'static str,
    /// The SMS by its name.
    pub(super) sms: &'static [(&'static str, &'static str)],
    /// E-mails by name, loaded as `.html` and as `.txt`.
    pub(super) copy: &'static [(&'static str, &'static str)],
}

macro_rules! tongue {
    ($tag:literal) => {
        Tongue {
            words: include_str!(concat!("../../../templates/words.", $tag, ".json")),
            sms: &[
                (concat!("sms/", $tag, ".txt"), include_str!(concat!("../../../templates/sms/", $tag, ".txt"))),
                (concat!("sms/", $tag, "/fresh_link.txt"), include_str!(concat!("../../../templates/sms/", $tag, "/fresh_link.txt"))),
                (concat!("sms/", $tag, "/receipt.txt"), include_str!(concat!("../../../templates/sms/", $tag, "/receipt.txt"))),
            ],
            copy: &[
                tongue!($tag, "before"),
                tongue!($tag, "due_day"),
                tongue!($tag, "friendly"),
                tongue!($tag, "firm"),
                tongue!($tag, "final"),
                tongue!($tag, "task"),
                tongue!($tag, "fresh_link"),
                tongue!($tag, "receipt"),
            ],
        }
    };
    ($tag:literal, $voice:literal) => {
        (concat!("email/", $tag, "/", $voice), include_str!(concat!("../../../templates/email/", $tag, "/", $voice)))
    };
}

static PL: Tongue = tongue!("pl");
static EN: Tongue = tongue!("en");
static DE: Tongue = tongue!("de");
static UK: Tongue = tongue!("uk");
static CS: Tongue = tongue!("cs");

pub(super) fn tongue(locale: Locale) -> &'static Tongue {
    match locale {
        Locale::Pl => &PL,
        Locale::En => &EN,
        Locale::De => &DE,
        Locale::Uk => &UK,
        Locale::Cs => &CS,
    }
}

struct Engine {
    environment: Environment<'static>,
    words: Value,
}

/// The engine of a language.
fn engine(locale: Locale) -> &'static Result<Engine, RenderError> {
    static ENGINES: [OnceLock<Result<Engine, RenderError>>; 5] = [const { OnceLock::new() }; 5];
    let [pl, en, de, uk, cs] = &ENGINES;
    let kept = match locale {
        Locale::Pl => pl,
        Locale::En => en,
        Locale::De => de,
        Locale::Uk => uk,
        Locale::Cs => cs,
    };
    kept.get_or_init(|| Engine::load(locale))
}

/// Renders a template with a view; the language's words stand beside it as `w`, its tag as `lang`.
pub(super) fn render(template: &str, locale: Locale, view: Value) -> Result<String, RenderError> {
    let engine = engine(locale).as_ref().map_err(Clone::clone)?;
    let known = engine.environment.get_template(template).map_err(|error| broken(template, &error))?;
    let view = context! { w => &engine.words, lang => locale.tag(), ..view };
    known.render(view).map_err(|error| broken(template, &error))
}

impl Engine {
    fn load(locale: Locale) -> Result<Self, RenderError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_formatter(write);
        environment.add_filter("count", count);
        environment.add_filter("paragraphs", paragraphs);
        let languages = Locale::ALL.map(|other| context! { tag => other.tag(), name => other.own_name() });
        environment.add_global("languages", Value::from(languages.to_vec()));
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| broken("syntax", &error))?);
        let tongue = tongue(locale);
        for (name, source) in WHOLE.iter().chain(tongue.sms) {
            environment.add_template(name, source).map_err(|error| broken(name, &error))?;
        }
        for (name, source) in tongue.copy {
            for ending in ["html", "txt"] {
                environment.add_template_owned(format!("{name}.{ending}"), *source).map_err(|error| broken(name, &error))?;
            }
        }
        Ok(Self { environment, words: words(locale, tongue.words)? })
    }
}

fn words(locale: Locale, json: &str) -> Result<Value, RenderError> {
    let parsed: serde_json::Value = serde_json::from_str(json).map_err(|error| RenderError::Template {
        template: format!("words.{}.json", locale.tag()),
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

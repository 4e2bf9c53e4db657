//! The layers of the common crate, enforced: who may name whom.

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// Whether a line names something: as a whole, or as the beginning of a longer name, and not at the end of another one.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
}

#[test]
fn a_name_is_told_from_the_end_of_another_one() {
    assert!(names("use rand::Rng;", "rand::") && names("let x = rand::random();", "rand::") && names("aws_sdk_ses::x", "aws_sdk_"));
    assert!(!names("use crate::domain::brand::Brand;", "rand::"));
}

/// Lines of a layer that name something it must not name.
fn trespasses(layer: &str, forbidden: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/src").join(layer);
    let mut found = Vec::new();
    for file in files(&root) {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let code = line.trim_start();
            if !code.starts_with("//") && forbidden.iter().any(|word| names(code, word)) {
                found.push(format!("{}:{}: {code}", file.display(), number + 1));
            }
        }
    }
    found
}

const AWS: [&str; 6] = ["aws_sdk_", "aws_config", "lambda_runtime", "lambda_http", "aws_lambda_events", "reqwest"];

#[test]
fn the_domain_is_pure() {
    let layers = ["crate::ports", "crate::app", "crate::adapters", "crate::runtime"];
    let impure = ["tokio", "async fn", "std::env", "SystemTime", "Utc::now", "rand::", "getrandom"];
    let forbidden: Vec<_> = AWS.into_iter().chain(layers).chain(impure).collect();
    assert_eq!(trespasses("domain", &forbidden), Vec::<String>::new());
}

#[test]
fn ports_name_only_the_domain() {
    let forbidden: Vec<_> = AWS.into_iter().chain(["crate::app", "crate::adapters", "crate::runtime", "tokio"]).collect();
    assert_eq!(trespasses("ports", &forbidden), Vec::<String>::new());
}

#[test]
fn use_cases_name_no_adapter_and_nothing_of_aws() {
    let forbidden: Vec<_> = AWS.into_iter().chain(["crate::adapters", "crate::runtime", "tokio"]).collect();
    assert_eq!(trespasses("app", &forbidden), Vec::<String>::new());
}

#[test]
fn adapters_name_no_use_case() {
    assert_eq!(trespasses("adapters", &["crate::app", "crate::runtime"]), Vec::<String>::new());
}

#[test]
fn no_float_is_near_money() {
    let words = ["f32", "f64"];
    for layer in ["domain", "app", "ports", "adapters"] {
        let near: Vec<_> =
            trespasses(layer, &words).into_iter().filter(|line| !line.contains("#[cfg(test)]") && !line.contains("tests")).collect();
        assert_eq!(near, Vec::<String>::new());
    }
}

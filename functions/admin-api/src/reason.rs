//! Why a person did something, as other people will read it.

use crate::problem::Problem;

/// The reason that the caller wrote, without the space around it.
pub fn reason(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if (1..=500).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Problem::field("reason", "is empty or too long", "1 to 500 characters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_not_too_much() {
        assert_eq!(reason("  agreed by phone ").ok().as_deref(), Some("agreed by phone"));
        for bad in ["", " \n", &"x".repeat(501)] {
            assert_eq!(reason(bad).unwrap_err().errors[0].field, "reason");
        }
    }
}

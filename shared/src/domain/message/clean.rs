//! Text from outside, made safe to stand in one line of a message.
//!
//! Escaping for HTML is the engine's; this keeps line breaks out of headers, direction tricks out
//! of invoice numbers, and anything but web addresses out of links.

/// One line: control and direction characters gone, runs of white space one space, at most
/// `longest` characters.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let visible: String = text.chars().filter(|c| c.is_whitespace() || !is_hidden(*c)).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&line, longest)
}

/// At most `longest` characters; what was longer ends in an ellipsis.
pub(super) fn shorten(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The number of a document as one line. Long ones differ at their end, so the middle is left out.
pub(super) fn number(text: &str, longest: usize) -> String {
    let line = one_line(text, usize::MAX);
    let all = line.chars().count();
    if all <= longest {
        return line;
    }
    let head: String = line.chars().take((longest - 1) / 2).collect();
    let tail: String = line.chars().skip(all - longest / 2).collect();
    format!("{head}…{tail}")
}

/// The address if it is a web address that can stand in a link, else none.
pub(super) fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let web = ["https://", "http://"].iter().any(|scheme| lower.len() > scheme.len() && lower.starts_with(scheme));
    let plain = text.chars().all(|c| !c.is_whitespace() && !is_hidden(c) && !matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\'));
    (web && plain && text.len() <= 2_000).then(|| text.to_owned())
}

fn is_hidden(c: char) -> bool {
    let direction = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
    c.is_control() || direction || matches!(c, '\u{ad}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_never_reaches_a_header() {
        assert_eq!(one_line("FV/1\r\nBcc: x@example.com", 80), "FV/1 Bcc: x@example.com");
        assert_eq!(one_line(" a\u{202e}b \u{2028} c ", 80), "ab c");
        assert_eq!(one_line("abcdef", 4), "abc…");
    }

    #[test]
    fn long_numbers_that_differ_at_their_end_look_different() {
        assert_eq!(number("FV/2026/0001", 60), "FV/2026/0001");
        assert_eq!(number("FV/2026/00000000000001", 9), "FV/2…0001");
        assert_ne!(number("FV/2026/00000000000001", 9), number("FV/2026/00000000000002", 9));
        assert_eq!(number(&"ź".repeat(300), 60).chars().count(), 60);
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert!(web_address("https://faktury.example.com/1?a=b").is_some());
        for bad in ["javascript:alert(1)", "data:text/html,x", "https://", "https://a b", "https://a\">", "//a.example"] {
            assert_eq!(web_address(bad), None, "{bad}");
        }
    }
}

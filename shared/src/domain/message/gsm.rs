//! The GSM 03.38 alphabet: what an SMS of 160 characters can hold, and how many parts a text needs.

/// Characters of the basic table; each is one septet. Line feed and carriage return aside, since
/// our texts are one line.
const BASIC: &str =
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Characters of the extension table; each is two septets.
const EXTENDED: &str = "^{}[]~\\|€";

/// Septets of a single part.
const SINGLE: usize = 160;
/// Septets of each part of several: the header that joins them takes seven.
const JOINED: usize = 153;

/// How many septets a character takes; `None` if it is not in the alphabet.
fn septets(c: char) -> Option<usize> {
    if BASIC.contains(c) {
        Some(1)
    } else if EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// Whether every character is in the alphabet.
pub fn is_gsm(text: &str) -> bool {
    text.chars().all(|c| septets(c).is_some())
}

/// How many parts a text needs, or `None` if it holds a character beyond the alphabet. A character
/// of two septets is never split between parts.
pub fn parts(text: &str) -> Option<usize> {
    let lengths: Vec<usize> = text.chars().map(septets).collect::<Option<_>>()?;
    if lengths.iter().sum::<usize>() <= SINGLE {
        return Some(1);
    }
    let (mut parts, mut used) = (1, 0);
    for length in lengths {
        if used + length > JOINED {
            parts += 1;
            used = 0;
        }
        used += length;
    }
    Some(parts)
}

/// The text in one line of plain letters: `Zażółć` becomes `Zazolc`. What has no Latin likeness
/// is left out.
pub fn transliterate(text: &str) -> String {
    let text = text.replace(['„', '”', '“', '«', '»'], "\"");
    let ascii = deunicode::deunicode_with_tofu(&text, "");
    let known: String =
        ascii.chars().map(|c| if c == '`' { '\'' } else { c }).filter(|c| c.is_whitespace() || septets(*c).is_some()).collect();
    known.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polish_letters_cost_one_septet_each() {
        let text = transliterate("Zażółć gęślą jaźń, 1\u{a0}234,56\u{a0}zł „tak” – `nie`");
        assert_eq!(text, "Zazolc gesla jazn, 1 234,56 zl \"tak\" - 'nie'");
        assert!(is_gsm(&text));
    }

    #[test]
    fn parts_are_160_or_153_each() {
        for (length, expected) in [(0, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)] {
            assert_eq!(parts(&"a".repeat(length)), Some(expected), "{length}");
        }
    }

    #[test]
    fn extended_characters_count_twice_and_are_not_split() {
        assert_eq!(parts(&"€".repeat(80)), Some(1));
        assert_eq!(parts(&"€".repeat(81)), Some(2));
        // 152 septets and one half would fit into 153.
        assert_eq!(parts(&"€".repeat(153)), Some(3));
        assert_eq!(parts("ł"), None);
    }
}

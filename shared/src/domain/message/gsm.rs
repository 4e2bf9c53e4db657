//! The alphabets of SMS and how many parts a text needs: GSM 03.38, where 160 characters fit into one
//! part, and UCS-2 for what it cannot write, where 70 do.

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

/// UTF-16 units of a single part in UCS-2.
const SINGLE_WIDE: usize = 70;
/// UTF-16 units of each part of several.
const JOINED_WIDE: usize = 67;

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

/// How many parts a text needs: in GSM-7 if it can be written so, else in UCS-2, as carriers choose.
/// A character of two septets or units is never split between parts.
pub fn parts(text: &str) -> usize {
    let septets: Option<Vec<usize>> = text.chars().map(septets).collect();
    match septets {
        Some(lengths) => parts_of(&lengths, SINGLE, JOINED),
        None => parts_of(&text.chars().map(char::len_utf16).collect::<Vec<_>>(), SINGLE_WIDE, JOINED_WIDE),
    }
}

fn parts_of(lengths: &[usize], single: usize, joined: usize) -> usize {
    if lengths.iter().sum::<usize>() <= single {
        return 1;
    }
    let (mut parts, mut used) = (1, 0);
    for length in lengths {
        if used + length > joined {
            parts += 1;
            used = 0;
        }
        used += length;
    }
    parts
}

/// The text in one line of letters that GSM-7 has: `Zażółć für 5 €` becomes `Zazolc für 5 €`. What has
/// no likeness is left out.
pub fn transliterate(text: &str) -> String {
    let text = text.replace(['„', '”', '“', '«', '»'], "\"");
    let mut known = String::with_capacity(text.len());
    for c in text.chars() {
        match septets(c) {
            Some(_) => known.push(c),
            None if c.is_whitespace() => known.push(' '),
            None => {
                let ascii = deunicode::deunicode_char(c).unwrap_or_default().replace('`', "'");
                known.extend(ascii.chars().filter(|c| c.is_whitespace() || septets(*c).is_some()));
            }
        }
    }
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
            assert_eq!(parts(&"a".repeat(length)), expected, "{length}");
        }
    }

    #[test]
    fn german_and_the_euro_stay_as_they_are_and_czech_loses_its_marks() {
        assert_eq!(transliterate("Größe für 1.234,56\u{a0}€"), "Größe für 1.234,56 €");
        assert_eq!(transliterate("Příliš žluťoučký kůň, 1\u{a0}234,56\u{a0}Kč"), "Prilis zlutoucky kun, 1 234,56 Kc");
    }

    #[test]
    fn one_letter_beyond_the_alphabet_makes_parts_of_70_or_67_each() {
        for (length, expected) in [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)] {
            assert_eq!(parts(&"ї".repeat(length)), expected, "{length}");
        }
        assert_eq!(parts(&format!("{}ї", "a".repeat(70))), 2);
        assert_eq!(parts(&"😀".repeat(35)), 1);
        // 66 units and one half would fit into 67.
        assert_eq!(parts(&"😀".repeat(67)), 3);
    }

    #[test]
    fn extended_characters_count_twice_and_are_not_split() {
        assert_eq!(parts(&"€".repeat(80)), 1);
        assert_eq!(parts(&"€".repeat(81)), 2);
        // 152 septets and one half would fit into 153.
        assert_eq!(parts(&"€".repeat(153)), 3);
    }
}

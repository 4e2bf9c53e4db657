//! Reads a message as its reader does: the invoices and amounts that its words name. What made the
//! words is not asked.

/// What a message names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// Invoices that it is about, with what is open of each.
    pub rows: Vec<(String, String)>,
    /// Others, told for information.
    pub others: Vec<(String, String)>,
    /// What is deducted.
    pub credit: Option<String>,
    /// Of how many invoices an SMS speaks.
    pub count: Option<usize>,
    /// The sum.
    pub sum: Option<String>,
}

/// The first amount in a text, `PLN 1,234.50`, as `1234.50 PLN`.
fn amount(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c == '\u{a0}').collect();
    words.windows(2).find_map(|pair| {
        let code = pair[0].trim_start_matches('-');
        let is_code = code.len() == 3 && code.chars().all(|c| c.is_ascii_uppercase());
        let number: String = pair[1].trim_end_matches(['.', ',', ':', ';']).replace(',', "");
        let is_number = number.contains('.') && number.chars().all(|c| c.is_ascii_digit() || c == '.');
        (is_code && is_number).then(|| format!("{number} {code}"))
    })
}

/// What is asked for beside an invoice.
const BESIDE: [(&str, &str); 2] = [("interest", "  Interest:"), ("compensation", "  Compensation for recovery costs:")];

/// Reads the text of an e-mail, in English.
pub fn email(text: &str) -> Letter {
    let mut letter = Letter::default();
    let mut number = None;
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let follows = lines.get(at + 1).copied().unwrap_or_default();
        if let (Some(known), true) = (line.strip_prefix("Invoice "), follows.starts_with("  Issued on")) {
            number = Some(known.to_owned());
        } else if line.starts_with("  To pay:") || line.starts_with("  Left to pay:") {
            letter.rows.extend(number.take().zip(amount(line)));
        } else if let Some((name, label)) = BESIDE.iter().find(|(_, label)| line.starts_with(label)) {
            if let (Some((_, row)), Some(amount)) = (letter.rows.last_mut(), amount(line.trim_start_matches(label))) {
                row.push_str(&format!(" + {name} {amount}"));
            }
        } else if let Some((known, rest)) = line.strip_prefix("- ").and_then(|line| line.split_once(", due ")) {
            letter.others.extend(amount(rest).map(|amount| (known.to_owned(), amount)));
        } else if line.starts_with("Overpayment or credit note deducted:") {
            letter.credit = amount(line);
        } else if line.starts_with("Total to pay:") {
            letter.sum = amount(line);
        }
    }
    if letter.sum.is_none() {
        letter.sum = letter.rows.first().map(|(_, amount)| amount.clone());
    }
    letter
}

/// Reads an SMS: it names a sum, and an invoice only where it is about one.
pub fn sms(text: &str) -> Letter {
    let words: Vec<&str> = text.split_whitespace().collect();
    let many = words.windows(2).find(|pair| pair[1].starts_with("invoices")).and_then(|pair| pair[0].parse().ok());
    let one = words.contains(&"invoice").then_some(1);
    Letter { sum: amount(text), count: many.or(one), ..Letter::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_out_of_sentences() {
        assert_eq!(amount("invoice FV/1 for PLN 1,400.00 will be due"), Some("1400.00 PLN".to_owned()));
        assert_eq!(amount("To pay: EUR\u{a0}4.00, due on"), Some("4.00 EUR".to_owned()));
        assert_eq!(amount("deducted: -PLN\u{a0}4.00"), Some("4.00 PLN".to_owned()));
        assert_eq!(amount("nothing"), None);
    }
}

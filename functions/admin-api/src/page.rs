//! Lists in pages: the shape, the limit, and cursors that are safe in a URL.
//!
//! A cursor belongs to one list of one creditor; one from elsewhere, or a torn one, is refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use upominek::adapters::dynamodb::keys::sha256_hex;
use upominek::domain::ids::CreditorId;
use utoipa::ToSchema;

use crate::problem::Problem;

/// Rows of a page where the caller does not say.
const USUAL: u16 = 50;
/// Most rows of a page.
const MOST: u16 = 100;
/// Letters of the check that a cursor carries.
const CHECK: usize = 8;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct List<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the next page begins: hand it on as `after`. `null` at the end.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// A list that has only one page.
    pub fn whole(data: Vec<T>) -> Self {
        Self { data, next: None }
    }
}

/// How many rows a page has at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Limit(u16);

impl Default for Limit {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl Limit {
    /// As the store wants it.
    pub fn rows(self) -> i32 {
        i32::from(self.0)
    }

    /// As a count.
    pub fn count(self) -> usize {
        usize::from(self.0)
    }
}

impl TryFrom<String> for Limit {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let limit = text.parse().ok().filter(|rows| (1..=MOST).contains(rows));
        limit.map(Self).ok_or_else(|| format!("is no such number, expected 1 to {MOST}"))
    }
}

/// Which list a cursor belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Cursors<'a> {
    creditor: &'a CreditorId,
    list: &'a str,
}

impl<'a> Cursors<'a> {
    /// Cursors of a list.
    pub fn of(creditor: &'a CreditorId, list: &'a str) -> Self {
        Self { creditor, list }
    }

    fn check(&self, place: &str) -> String {
        sha256_hex(&format!("{}\n{}\n{place}", self.creditor, self.list)).chars().take(CHECK).collect()
    }

    /// A place in the list as the caller gets it.
    pub fn write(&self, place: Option<String>) -> Option<String> {
        place.map(|place| URL_SAFE_NO_PAD.encode(format!("{}{place}", self.check(&place))))
    }

    /// A cursor as the store's place.
    ///
    /// # Errors
    /// 422 for a cursor that this list did not give out.
    pub fn read(&self, cursor: Option<&str>) -> Result<Option<String>, Problem> {
        let Some(cursor) = cursor else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let parts = text.as_deref().and_then(|text| text.split_at_checked(CHECK));
        let place = parts.filter(|(check, place)| self.check(place) == *check).map(|(_, place)| place.to_owned());
        place.map(Some).ok_or_else(|| Problem::field("after", "is no cursor of this list", "`next` of the page before, unchanged"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn creditor(id: &str) -> CreditorId {
        CreditorId::parse(id).unwrap()
    }

    #[test]
    fn a_cursor_comes_back_and_is_safe_in_a_url() {
        let acme = creditor("acme");
        let cursors = Cursors::of(&acme, "debtors");
        let place = "deb-x\nACCOUNT#acme#deb-x\n0#PROFILE".to_owned();
        let cursor = cursors.write(Some(place.clone())).unwrap();
        assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert_eq!(cursors.read(Some(&cursor)), Ok(Some(place)));
        assert_eq!(cursors.read(None), Ok(None));
    }

    #[test]
    fn a_cursor_of_another_list_or_creditor_or_a_torn_one_is_refused() {
        let (acme, other) = (creditor("acme"), creditor("other"));
        let cursor = Cursors::of(&acme, "debtors").write(Some("a\nb\nc".into())).unwrap();
        assert!(Cursors::of(&acme, "runs").read(Some(&cursor)).is_err());
        assert!(Cursors::of(&other, "debtors").read(Some(&cursor)).is_err());
        let debtors = Cursors::of(&acme, "debtors");
        for bad in ["", "x", "%%%", "ąę", &cursor[..cursor.len() - 2]] {
            assert!(debtors.read(Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_limit_is_1_to_100() {
        assert_eq!(Limit::try_from("100".to_owned()), Ok(Limit(100)));
        for bad in ["0", "101", "-1", "x", ""] {
            assert!(Limit::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}

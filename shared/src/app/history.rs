//! What was decided of an invoice until now, or on one day, wherever it was on that day: an invoice that
//! changed its debtor left what was decided before in the time line of the old one.

use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use crate::domain::history::{Told, came_from, left, stood_on, told};
use crate::domain::ids::{CaseId, DebtorId};
use crate::domain::window::{instant, local_day};
use crate::ports::store::StoreError;
use crate::ports::time_line::{Before, TimeLines};

/// How often one is led on at the most: an invoice that changed its debtor again and again.
const MOST_HOPS: usize = 16;
/// How many changes are read at once where one day is asked for.
const AT_ONCE: usize = 20;

/// Where in the history of an invoice one goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The account whose time line tells it.
    pub debtor: DebtorId,
    /// Where in it.
    pub before: Before,
}

/// A part of a history, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The changes.
    pub told: Vec<Told>,
    /// Where to go on; `None` at its beginning.
    pub next: Option<Place>,
    /// It begins with the invoice's leaving of this account: what comes next is not what stood last.
    had_left: bool,
}

/// The changes from a place backwards, about `enough` of them.
///
/// # Errors
/// Store errors as they come.
pub async fn changes(store: &impl TimeLines, case: &CaseId, from: Place, enough: usize, zone: Tz) -> Result<Changes, StoreError> {
    let mut found = Changes { told: Vec::new(), next: Some(from), had_left: false };
    let (mut hops, mut first) = (0, true);
    while let Some(place) = found.next.take() {
        let part = store.about(&place.debtor, case, &place.before, enough.saturating_sub(found.told.len()).max(1)).await?;
        let mut came = None;
        for commit in &part.rows {
            found.had_left |= std::mem::take(&mut first) && left(case, &place.debtor, &commit.entries);
            found.told.extend(told(case, commit.at, &commit.entries, zone));
            came = came_from(case, &place.debtor, &commit.entries).map(|from| (from.clone(), commit.at));
            if came.is_some() {
                break;
            }
        }
        found.next = match (came, part.next) {
            (Some((debtor, at)), _) => {
                hops += 1;
                (hops <= MOST_HOPS).then_some(Place { debtor, before: Before::Instant(at) })
            }
            (None, next) => next.map(|next| Place { debtor: place.debtor, before: Before::Place(next) }),
        };
        if found.told.len() >= enough {
            break;
        }
    }
    Ok(found)
}

/// What stood on a day, the newest first: what stood at its end, and what had stood earlier on it. Empty
/// where nothing had been decided by then. `holder` is the account that has the invoice now.
///
/// # Errors
/// Store errors as they come.
pub async fn on_day(store: &impl TimeLines, case: &CaseId, holder: &DebtorId, day: NaiveDate, zone: Tz) -> Result<Vec<Told>, StoreError> {
    let end = instant(day + Days::new(1), NaiveTime::MIN, zone);
    // What came after the day is read only where the invoice was with another debtor then.
    for before in [Before::Instant(end), Before::Now] {
        let from = Place { debtor: holder.clone(), before: before.clone() };
        let stood = back_to(store, case, from, day, zone).await?;
        match stood {
            Some(stood) if !stood.is_empty() || before == Before::Now => return Ok(stood),
            _ => {}
        }
    }
    Ok(Vec::new())
}

/// What stood on a day, read backwards from a place; `None` where the invoice had left that account.
async fn back_to(store: &impl TimeLines, case: &CaseId, from: Place, day: NaiveDate, zone: Tz) -> Result<Option<Vec<Told>>, StoreError> {
    let (mut all, mut next) = (Vec::new(), Some(from));
    while let Some(place) = next {
        let part = changes(store, case, place, AT_ONCE, zone).await?;
        if all.is_empty() && part.had_left {
            return Ok(None);
        }
        all.extend(part.told);
        next = part.next;
        let is_all = |one: &Told| one.since_on <= day && local_day(one.at, zone) < day;
        if all.iter().any(is_all) {
            break;
        }
    }
    Ok(Some(stood_on(&all, day, zone).into_iter().cloned().collect()))
}

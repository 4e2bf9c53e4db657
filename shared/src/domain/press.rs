//! How often the buttons behind one pay link may be pressed.
//!
//! Only a form that our own page made counts, and only forms: opening a page changes nothing, and is limited for
//! all links together in front of the function.

use chrono::{DateTime, Duration, Utc};

/// Most presses within `WITHIN`; nobody who reads what the page answers needs as many.
pub const MOST: u32 = 30;

/// The time that is counted, from its first press on.
pub const WITHIN: Duration = Duration::hours(1);

/// The presses of a link, as they are kept with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presses {
    /// When the first one was.
    pub from: DateTime<Utc>,
    /// How many there were since.
    pub count: u32,
}

impl Presses {
    /// With one press more.
    ///
    /// # Errors
    /// The instant from which on another one may be, where there were too many.
    pub fn one_more(known: Option<Self>, now: DateTime<Utc>) -> Result<Self, DateTime<Utc>> {
        match known.filter(|known| now < known.from + WITHIN) {
            None => Ok(Self { from: now, count: 1 }),
            Some(known) if known.count < MOST => Ok(Self { count: known.count + 1, ..known }),
            Some(known) => Err(known.from + WITHIN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        "2026-11-23T10:00:00Z".parse::<DateTime<Utc>>().unwrap() + Duration::minutes(minutes)
    }

    #[test]
    fn thirty_an_hour_are_taken_and_the_next_one_when_the_hour_is_over() {
        let mut known = None;
        for press in 0..30 {
            known = Some(Presses::one_more(known, at(press)).unwrap());
        }
        assert_eq!(Presses::one_more(known, at(30)), Err(at(60)));
        assert_eq!(Presses::one_more(known, at(59)), Err(at(60)));
        assert_eq!(Presses::one_more(known, at(60)), Ok(Presses { from: at(60), count: 1 }));
    }

    #[test]
    fn whatever_is_pressed_when_no_more_than_thirty_of_a_counted_hour_are_taken() {
        for step in 1..200 {
            let (mut known, mut taken) = (None, Vec::new());
            for press in 0..500 {
                let now = at(press * step / 40);
                if let Ok(next) = Presses::one_more(known, now) {
                    known = Some(next);
                    taken.push(next);
                }
            }
            let most = taken.iter().map(|one| taken.iter().filter(|other| other.from == one.from).count()).max();
            assert!(most <= Some(30), "{step}: {most:?}");
        }
    }
}

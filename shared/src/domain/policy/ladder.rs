//! The steps that one case climbs: its policy's, or those of its segment.

use super::rung::{self, Rung};
use super::segment::{Segment, Tones};
use super::{Policy, Step};

/// A ladder.
#[derive(Debug, Clone, Copy)]
pub struct Ladder<'p> {
    /// Its steps, in the order in which they are climbed.
    pub steps: &'p [Step],
    /// Between which tones its messages stay.
    pub tones: Tones,
    /// The least distance between two steps of a case, in days.
    pub least_gap_days: u32,
}

impl Policy {
    /// A segment by its name.
    pub fn segment(&self, name: &str) -> Option<&Segment> {
        self.segments.iter().find(|segment| segment.name == name)
    }

    /// The ladder of a segment's cases; of a segment that the policy does not know, and of none, its own.
    pub fn ladder_of(&self, segment: Option<&str>) -> Ladder<'_> {
        let segment = segment.and_then(|name| self.segment(name));
        let own = segment.map(|segment| segment.steps.as_slice()).filter(|steps| !steps.is_empty());
        Ladder {
            steps: own.unwrap_or(&self.steps),
            tones: segment.map_or_else(Tones::default, |segment| Tones { at_most: segment.tone_at_most, at_least: segment.tone_at_least }),
            least_gap_days: self.least_gap_days,
        }
    }
}

impl<'p> Ladder<'p> {
    /// Its rungs: each step as often as it comes.
    pub fn rungs(self) -> impl Iterator<Item = Rung<'p>> {
        let rungs_of = move |(index, step): (usize, &'p Step)| {
            let tones = self.tones;
            (1..=step.times()).map(move |time| Rung { step, index, time, tones })
        };
        self.steps.iter().enumerate().flat_map(rungs_of)
    }

    /// Where a rung stands; a higher rank is stricter. `None` for one that this ladder does not have.
    pub fn rank(self, name: &str) -> Option<usize> {
        let (id, time) = rung::parse(name);
        let mut below = 0;
        for step in self.steps {
            if step.id == id {
                return (1..=step.times()).contains(&time).then(|| below + time - 1);
            }
            below += step.times();
        }
        None
    }

    /// The rung of a name.
    pub fn rung(self, name: &str) -> Option<Rung<'p>> {
        self.rank(name).and_then(|rank| self.rungs().nth(rank))
    }
}

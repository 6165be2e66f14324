//! The buckets of one process, and finding the one of a latency.

use super::fine::{self, PARTS, PER_OCTAVE};

/// The bits of a float below its exponent.
const MANTISSA: u32 = f64::MANTISSA_DIGITS - 1;
/// An octave has two to the power of these slots, each with one fine bound at most.
const SLOT_BITS: u32 = 4;
/// The bits of a float that tell where in a slot it is.
const WITHIN_SLOT: u32 = MANTISSA - SLOT_BITS;
/// The number of octaves, the last of which ends at 2^30 seconds, 34 years.
const OCTAVES: usize = 64;
/// The bits of a position below the number of its group, which is two octaves. There is none
/// with the number 0, and group 1 is below all fine buckets.
const GROUP: u32 = MANTISSA + 1;
/// The number that is subtracted from the bits of a latency, so that they count from the first
/// octave on: its lower bound and one, as a latency equal to a bound is below it.
#[expect(
    clippy::cast_sign_loss,
    reason = "the exponent of a normal float is positive"
)]
const FIRST: u64 = ((fine::LOWEST_OCTAVE as i64 - 4 + 1023) as u64) << MANTISSA | 1;
/// Marks slots with more than one limit.
const HAS_MORE: u16 = 1 << 15;

/// The buckets of a process: fine ones, split by the bounds that were set.
///
/// A cell counts the buckets of one group, so that octaves which never occur take no memory. With
/// groups of one octave there were twice as many cells for a snapshot to read.
#[derive(Debug)]
pub(crate) struct Layout {
    /// By octave and the bits behind a latency's leading one.
    ///
    /// The upper bits are the first bucket of the slot, the lower ones, as many as there are in
    /// a slot, what has to be added to the limit in this slot to get to the next one, or zero. So
    /// the sum with a latency has the bucket in its upper bits.
    slots: Box<[u64; OCTAVES << SLOT_BITS]>,
    groups: Box<[Group]>,
    /// The bounds that were set, in seconds.
    bounds: Box<[f64]>,
}

#[derive(Debug)]
struct Group {
    /// The positions at which its second bucket, its third, … begin.
    limits: Box<[u64]>,
    buckets: Box<[Bucket]>,
}

/// The buckets to which the calls of one bucket of the layout add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// An index into the bounds that were set, or their number.
    pub(crate) bound: u16,
    /// The fine bucket; `None` below all of them.
    pub(crate) fine: Option<i16>,
}

/// The bucket of a latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) group: u8,
    /// The bucket in the group.
    pub(crate) bucket: u16,
}

impl Layout {
    /// The number of groups. There is none with the number 0.
    pub(crate) const GROUPS: usize = OCTAVES / 2;

    /// `bounds` are seconds from 1 ns on, and must ascend.
    pub(crate) fn new(bounds: &[f64]) -> Self {
        let limits: Vec<u64> = bounds.iter().map(|&bound| limit(bound)).collect();
        let groups: Box<[Group]> = (0..Self::GROUPS as u64)
            .map(|group| Group::new(group, &limits))
            .collect();
        let mut slots = Box::new([0; OCTAVES << SLOT_BITS]);
        for (number, slot) in (0..).zip(slots.iter_mut()) {
            *slot = groups[number >> (SLOT_BITS + 1)].slot(number as u64);
        }
        Self {
            slots,
            groups,
            bounds: bounds.into(),
        }
    }

    /// Returns the bucket of a latency, which is not negative.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the upper bits are meant")]
    pub(crate) fn place(&self, seconds: f64) -> Place {
        // Floats that are positive are in the order of their bits.
        let position = seconds.to_bits().wrapping_sub(FIRST);
        let Some(slot) = self.slots.get((position >> WITHIN_SLOT) as usize) else {
            return self.outside(position);
        };
        let group = ((position >> GROUP) as u8).max(1);
        let within = position & ((1 << WITHIN_SLOT) - 1);
        let bucket = ((slot + within) >> WITHIN_SLOT) as u16;
        if bucket & HAS_MORE != 0 {
            return self.search(group, position);
        }
        Place { group, bucket }
    }

    /// Returns the place of what is below or above all groups.
    #[cold]
    #[inline(never)]
    #[expect(clippy::cast_possible_truncation, reason = "32 groups")]
    fn outside(&self, position: u64) -> Place {
        // Below, the subtraction went around.
        if position >> 63 == 1 {
            return Place {
                group: 1,
                bucket: 0,
            };
        }
        self.search(Self::GROUPS as u8 - 1, position)
    }

    #[cold]
    #[inline(never)]
    fn search(&self, group: u8, position: u64) -> Place {
        let limits = self.groups.get(usize::from(group));
        let bucket = limits.map_or(0, |it| {
            it.limits.partition_point(|&limit| limit <= position)
        });
        Place {
            group,
            bucket: u16::try_from(bucket).unwrap_or(0),
        }
    }

    /// Returns the buckets of a group; none of group 0.
    pub(crate) fn group(&self, group: u8) -> &[Bucket] {
        let group = self.groups.get(usize::from(group));
        group.map_or(&[], |group| &group.buckets)
    }

    /// Returns, for each group, the lowest latency of each of its buckets, in seconds.
    pub(super) fn lowest_latencies(&self) -> impl Iterator<Item = impl Iterator<Item = f64>> {
        (0..).zip(&self.groups).map(|(group, it): (u64, _)| {
            let begins = [group << GROUP].into_iter();
            let begins = begins.chain(it.limits.iter().copied());
            let begins = begins.map(|position| f64::from_bits(position + FIRST));
            begins.take(it.buckets.len())
        })
    }

    /// Returns the bounds that were set, in seconds.
    pub(crate) fn bounds(&self) -> &[f64] {
        &self.bounds
    }

    /// Returns the bound of the bucket: an index into [`bounds`](Self::bounds), or their number.
    pub(crate) fn bound(&self, place: Place) -> u16 {
        let bucket = self.group(place.group).get(usize::from(place.bucket));
        bucket.map_or(0, |bucket| bucket.bound)
    }
}

/// Returns the position of the lowest latency above a bound.
fn limit(bound: f64) -> u64 {
    (bound.to_bits() + 1).saturating_sub(FIRST)
}

impl Group {
    /// Returns the group of this number, where `bounds` are limits.
    fn new(group: u64, bounds: &[u64]) -> Self {
        let start = group << GROUP;
        let within = |limit: &u64| start < *limit && *limit < start + (1 << GROUP);
        let has_fine = group > 1;
        // The limits are at the same positions in every octave.
        let octaves = [start, start + (1 << MANTISSA)];
        let fine = octaves
            .iter()
            .flat_map(|octave| PARTS.map(|part| octave + limit_in_octave(part)));
        let fine: Vec<u64> = fine.filter(|limit| has_fine && within(limit)).collect();
        let set = bounds.iter().copied().filter(within);
        let mut limits: Vec<u64> = fine.iter().copied().chain(set).collect();
        limits.sort_unstable();
        limits.dedup();
        let begins = [start].into_iter().chain(limits.iter().copied());
        let buckets = begins.map(|begin| {
            let bound = bounds.partition_point(|&limit| limit <= begin);
            let part = fine.partition_point(|&limit| limit <= begin);
            Bucket {
                bound: u16::try_from(bound).unwrap_or(u16::MAX),
                fine: has_fine.then(|| number(group, part)),
            }
        });
        // Group 0 is none.
        let buckets = buckets.filter(|_| group > 0);
        Self {
            buckets: buckets.collect(),
            limits: limits.into(),
        }
    }

    /// Returns the entry of a slot of this group.
    fn slot(&self, slot: u64) -> u64 {
        let [start, end] = [slot, slot + 1].map(|slot| slot << WITHIN_SLOT);
        let first = self.limits.partition_point(|&limit| limit <= start);
        let inside = |at: usize| self.limits.get(at).is_some_and(|&limit| limit < end);
        let mut upper = u64::try_from(first).unwrap_or(0);
        if inside(first + 1) {
            upper |= u64::from(HAS_MORE);
        }
        let rest = if inside(first) {
            end - self.limits[first]
        } else {
            0
        };
        (upper << WITHIN_SLOT) + rest
    }
}

/// Returns the position, in its octave, of the lowest latency above the bound `part`.
fn limit_in_octave(part: f64) -> u64 {
    part.to_bits() - 1_f64.to_bits()
}

/// Returns the number of a fine bucket, by its group and its place among those of the group.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "32 groups with sixteen each"
)]
fn number(group: u64, part: usize) -> i16 {
    let octave = (group as i16 - 2) * 2 + fine::LOWEST_OCTAVE;
    octave * PER_OCTAVE + part as i16 + 1
}

#[cfg(test)]
mod tests {
    use super::{Bucket, FIRST, Layout, OCTAVES, Place};
    use crate::buckets::fine;

    fn layouts() -> Vec<Layout> {
        let sets: [&[f64]; 7] = [
            &[],
            &[1e-9],
            &[1e-9, 2e-9, 3e-9, 5e-9, 8e-9, 1.3e-8, 2.1e-8, 2.9e-8, 3e-8],
            &[
                0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
            ],
            &[0.001, 0.001_000_001, 0.001_000_002, 0.001_000_003],
            &[0.125, 0.25, 0.5, 1.0, 2.0, 4.0],
            &[86_400.0, 2_592_000.0],
        ];
        sets.iter().map(|bounds| Layout::new(bounds)).collect()
    }

    fn bucket(layout: &Layout, place: Place) -> Bucket {
        layout.group(place.group)[usize::from(place.bucket)]
    }

    /// Latencies at every limit and slot, and on both sides of them.
    fn latencies(layout: &Layout) -> Vec<f64> {
        let limits = layout.groups.iter().flat_map(|group| group.limits.to_vec());
        let slots = (0..(OCTAVES as u64) << 4).map(|slot| slot << 48);
        let near = limits
            .chain(slots)
            .map(|position| f64::from_bits(position + FIRST));
        let mut all: Vec<f64> = near
            .flat_map(|it| [it.next_down(), it, it.next_up()])
            .chain([0.0, 1e-12, 1e10, 1e30])
            .collect();
        all.sort_by(f64::total_cmp);
        all
    }

    #[test]
    fn a_latency_is_in_the_bucket_of_each_kind_that_its_bounds_tell() {
        for layout in layouts() {
            let mut last = None;
            for seconds in latencies(&layout) {
                let place = layout.place(seconds);
                let found = bucket(&layout, place);
                let bound = layout.bounds().partition_point(|&bound| bound < seconds);
                assert_eq!(
                    usize::from(found.bound),
                    bound,
                    "{seconds:e} of {:?}",
                    layout.bounds()
                );
                if seconds < 1e9 {
                    assert_eq!(found.fine, fine::bucket(seconds), "{seconds:e}");
                }
                assert!(last <= Some(place), "{seconds:e}");
                last = Some(place);
            }
        }
    }

    #[test]
    fn a_group_has_the_buckets_of_two_octaves_and_one_more_for_each_bound() {
        let layout = Layout::new(&[0.005, 0.5]);
        let counts: Vec<usize> = layout.groups.iter().map(|it| it.buckets.len()).collect();
        // 0.5 is a fine bound, too.
        assert_eq!(counts.iter().sum::<usize>(), 1 + 30 * 16 + 1);
        assert!(counts.iter().all(|&buckets| buckets <= 17));
    }
}

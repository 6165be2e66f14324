//! The cells of all threads, added up.

use std::{iter, time::SystemTime};

use super::Histogram;
use crate::{
    buckets::Layout,
    cells::{Cell, Header, Key, Kind},
    clock,
    registry::Registry,
};

/// The calls of an edge in all threads.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    pub(super) key: Key,
    pub(super) latency: Histogram,
    pub(super) in_flight: u64,
    /// When a call was first counted.
    pub(super) created: Option<SystemTime>,
}

/// The cells of all threads, by edge and group.
#[derive(Debug, Default)]
struct Sums {
    /// By the number of the edge.
    edges: Vec<Option<OfEdge>>,
    /// By the number of the edge: the place of its first group.
    groups: Vec<Link>,
    /// The groups: for each a [`Group`], and behind it the calls of each bucket.
    ///
    /// In one piece, as a snapshot takes as long as its memory needs to arrive.
    words: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
struct OfEdge {
    key: Key,
    /// The ticks and the nanoseconds, as integers, so that the sum in seconds does not depend
    /// on the order and never goes down.
    times: [u64; 2],
    in_flight: u64,
}

/// The place of a group among the words, in a list that ascends by the groups' numbers; `NONE`
/// at its end.
type Link = u32;
const NONE: Link = Link::MAX;

/// The header before the calls of a group.
#[derive(Clone, Copy, Debug)]
struct Group {
    number: u8,
    next: Link,
}

impl Group {
    fn word(self) -> u64 {
        u64::from(self.next) << 32 | u64::from(self.number)
    }

    #[expect(clippy::cast_possible_truncation, reason = "taken apart")]
    fn from_word(word: u64) -> Self {
        Self {
            number: word as u8,
            next: (word >> 32) as Link,
        }
    }
}

/// Returns what the threads have counted, each edge once.
pub(super) fn read(registry: &'static Registry) -> Vec<Sum> {
    let mut sums = Sums::default();
    for cell in registry.sets.cells(|header| registry.words(header)) {
        sums.add(cell);
    }
    let seconds_per_tick = clock::counter().map_or(0.0, |counter| counter.seconds_per_tick);
    let mut called = Vec::new();
    let edges = sums.edges.iter().enumerate();
    let edges = edges.filter_map(|(number, edge)| Some((number, edge.as_ref()?)));
    edges
        .map(|(number, edge)| Sum {
            key: edge.key,
            latency: sums.histogram(number, &registry.layout, seconds_per_tick, &mut called),
            in_flight: edge.in_flight,
            created: registry.created(number),
        })
        .collect()
}

impl Sums {
    fn add(&mut self, cell: Cell<'_>) {
        match cell.header() {
            Header::Edge(key) => self.add_edge(key, cell),
            Header::Group { edge, group } => self.add_group(edge, group, cell),
        }
    }

    fn add_edge(&mut self, key: Key, cell: Cell<'_>) {
        let number = cell.number();
        if number >= self.edges.len() {
            self.edges.resize(number + 1, None);
            self.groups.resize(number + 1, NONE);
        }
        let edge = self.edges[number].get_or_insert(OfEdge {
            key,
            times: [0; 2],
            in_flight: 0,
        });
        if key.kind() == Kind::IN_FLIGHT {
            edge.in_flight = edge.in_flight.wrapping_add(cell.in_flight());
            return;
        }
        for (sum, time) in edge.times.iter_mut().zip(cell.times()) {
            *sum += time;
        }
    }

    fn add_group(&mut self, edge: usize, number: u8, cell: Cell<'_>) {
        // The edge may have been made after its chunk was read: it is in the next snapshot.
        let Some(&first) = self.groups.get(edge) else {
            return;
        };
        let mut before = None;
        let mut next = first;
        while let Some((group, calls)) = self.group_mut(next) {
            if group.number == number {
                for (sum, calls) in calls.iter_mut().zip(cell.buckets()) {
                    *sum += calls;
                }
                return;
            }
            if group.number > number {
                break;
            }
            before = Some((next, group));
            next = group.next;
        }
        // Some 2^32 words would be more memory than there is.
        let Ok(place) = Link::try_from(self.words.len()) else {
            return;
        };
        match before {
            Some((at, group)) => {
                let linked = Group {
                    next: place,
                    ..group
                };
                self.words[at as usize] = linked.word();
            }
            None => self.groups[edge] = place,
        }
        let buckets = cell.buckets();
        self.words.reserve(1 + buckets.len());
        self.words.push(Group { number, next }.word());
        self.words.extend(buckets);
    }

    /// Returns the group at a place, and the calls that stand behind it, among those of others.
    fn group_mut(&mut self, place: Link) -> Option<(Group, &mut [u64])> {
        let (header, calls) = self.words.get_mut(place as usize..)?.split_first_mut()?;
        Some((Group::from_word(*header), calls))
    }

    /// Returns the groups of an edge, ascending, and the calls that stand behind each, among
    /// those of others.
    fn groups(&self, edge: usize) -> impl Iterator<Item = (u8, &[u64])> {
        let group = |place: Link| {
            let (header, calls) = self.words.get(place as usize..)?.split_first()?;
            Some((Group::from_word(*header), calls))
        };
        let first = self.groups.get(edge).and_then(|&place| group(place));
        let groups = iter::successors(first, move |(it, _)| group(it.next));
        groups.map(|(group, calls)| (group.number, calls))
    }

    /// Returns the latencies of the edge with this number. `called` is room for its buckets.
    fn histogram(
        &self,
        number: usize,
        layout: &Layout,
        seconds_per_tick: f64,
        called: &mut Vec<(i16, u64)>,
    ) -> Histogram {
        let mut histogram = Histogram::default();
        let (bounds, sum, fine) = histogram.parts();
        let edge = self.edges.get(number).copied().flatten();
        let [ticks, nanos] = edge.map_or([0; 2], |edge| edge.times);
        *sum = clock::float(ticks) * seconds_per_tick + clock::seconds(nanos);
        let mut found = 0;
        for (group, calls) in self.groups(number) {
            let buckets = layout.group(group);
            bounds.resize(layout.bounds().len() + 1, 0);
            called.resize(called.len().max(found + buckets.len()), (0, 0));
            for (bucket, &calls) in iter::zip(buckets, calls) {
                bounds[usize::from(bucket.bound)] += calls;
                let Some(number) = bucket.fine else {
                    fine.add_zero(calls);
                    continue;
                };
                // Without asking whether it has calls, which no processor guesses.
                called[found] = (number, calls);
                found += usize::from(calls > 0);
            }
        }
        fine.extend(&called[..found]);
        histogram
    }
}

#[cfg(test)]
mod tests;

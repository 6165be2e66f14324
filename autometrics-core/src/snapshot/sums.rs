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
    groups: Vec<OfGroup>,
    /// The calls per bucket of all groups.
    calls: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
struct OfEdge {
    key: Key,
    /// The ticks and the nanoseconds, as integers, so that the sum in seconds does not depend
    /// on the order and never goes down.
    times: [u64; 2],
    in_flight: u64,
    groups: Link,
}

/// A group of buckets of an edge.
#[derive(Clone, Copy, Debug)]
struct OfGroup {
    number: u8,
    /// The place of its first bucket.
    calls: u32,
    next: Link,
}

/// The place of a group, in a list that ascends; `NONE` at its end.
type Link = u32;
const NONE: Link = Link::MAX;

/// Returns what the threads have counted, each edge once.
pub(super) fn read(registry: &'static Registry) -> Vec<Sum> {
    let mut sums = Sums::default();
    for cell in registry.sets.cells(|header| registry.words(header)) {
        sums.add(cell);
    }
    let seconds_per_tick = clock::counter().map_or(0.0, |counter| counter.seconds_per_tick);
    let edges = sums.edges.iter().enumerate();
    let edges = edges.filter_map(|(number, edge)| Some((number, edge.as_ref()?)));
    edges
        .map(|(number, edge)| Sum {
            key: edge.key,
            latency: sums.histogram(edge, &registry.layout, seconds_per_tick),
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
        }
        let edge = self.edges[number].get_or_insert(OfEdge {
            key,
            times: [0; 2],
            in_flight: 0,
            groups: NONE,
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
        let Some(Some(edge)) = self.edges.get_mut(edge) else {
            return;
        };
        let mut link = &mut edge.groups;
        let mut before = NONE;
        let mut next = *link;
        while let Some(group) = self.groups.get(next as usize) {
            if group.number == number {
                let sums = self.calls[group.calls as usize..].iter_mut();
                for (sum, calls) in sums.zip(cell.buckets()) {
                    *sum += calls;
                }
                return;
            }
            if group.number > number {
                break;
            }
            before = next;
            next = group.next;
        }
        // Some 2^32 groups would take more memory than there is.
        let [Ok(place), Ok(calls)] = [self.groups.len(), self.calls.len()].map(Link::try_from)
        else {
            return;
        };
        if let Some(before) = self.groups.get_mut(before as usize) {
            link = &mut before.next;
        }
        *link = place;
        self.groups.push(OfGroup {
            number,
            calls,
            next,
        });
        self.calls.extend(cell.buckets());
    }

    /// Returns the groups of an edge, ascending.
    fn groups(&self, edge: &OfEdge) -> impl Iterator<Item = OfGroup> {
        let group = |place: Link| self.groups.get(place as usize).copied();
        iter::successors(group(edge.groups), move |it| group(it.next))
    }

    fn histogram(&self, edge: &OfEdge, layout: &Layout, seconds_per_tick: f64) -> Histogram {
        let called = || {
            let groups = self.groups(edge).flat_map(|group| {
                let calls = self.calls[group.calls as usize..].iter().copied();
                iter::zip(layout.group(group.number), calls)
            });
            groups.filter(|(_, calls)| *calls > 0)
        };
        let mut histogram = Histogram::default();
        let (bounds, sum, fine) = histogram.parts();
        let [ticks, nanos] = edge.times;
        *sum = clock::float(ticks) * seconds_per_tick + clock::seconds(nanos);
        let buckets = called().count();
        if buckets == 0 {
            return histogram;
        }
        bounds.resize(layout.bounds().len() + 1, 0);
        fine.reserve(buckets);
        for (bucket, calls) in called() {
            bounds[usize::from(bucket.bound)] += calls;
            match bucket.fine {
                Some(number) => fine.add(number, calls),
                None => fine.add_zero(calls),
            }
        }
        histogram
    }
}

#[cfg(test)]
mod tests;

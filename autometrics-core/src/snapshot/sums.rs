//! Sums of the cells of all threads.

use std::{iter, time::SystemTime};

use super::Histogram;
use crate::{
    buckets::Layout,
    cells::{CallKind, Cell, EdgeCell, GroupCell, Key},
    clock,
    registry::Registry,
};

/// The calls of an edge in all threads.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    pub(super) key: Key,
    pub(super) latency: Histogram,
    pub(super) in_flight: u64,
    /// Time at which a call was first counted.
    pub(super) created: Option<SystemTime>,
}

/// The cells of all threads, by edge and group.
#[derive(Debug, Default)]
struct Sums {
    /// By the number of the edge.
    edges: Vec<Option<OfEdge>>,
    /// By the number of the edge: the place of each group in `calls`.
    groups: Vec<[Place; Layout::GROUPS]>,
    /// The calls in each bucket of a group, one group behind the other, from 1 on.
    ///
    /// One vector for all groups, because the time of a snapshot is that of its memory accesses.
    calls: Vec<u64>,
}

/// The place of a group among the calls; 0 for none.
type Place = u32;

#[derive(Clone, Copy, Debug)]
struct OfEdge {
    key: Key,
    /// The ticks and the nanoseconds, as integers, so that the sum in seconds does not depend
    /// on the order and never goes down.
    times: [u64; 2],
    in_flight: u64,
}

/// Returns the sums over all threads, one per edge.
pub(super) fn read(registry: &'static Registry) -> Vec<Sum> {
    let mut sums = Sums::default();
    for cell in registry.sets.cells(|group| registry.buckets(group)) {
        sums.add(cell, |group| registry.buckets(group));
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
    fn add(&mut self, cell: Cell<'_>, buckets: impl Fn(u8) -> usize) {
        match cell {
            Cell::Edge(cell) => self.add_edge(cell),
            Cell::Group(cell) => self.add_group(cell, buckets(cell.group())),
        }
    }

    fn add_edge(&mut self, cell: EdgeCell<'_>) {
        let key = cell.key();
        let number = cell.number();
        if number >= self.edges.len() {
            self.edges.resize(number + 1, None);
            self.groups.resize(number + 1, [0; Layout::GROUPS]);
        }
        let edge = self.edges[number].get_or_insert(OfEdge {
            key,
            times: [0; 2],
            in_flight: 0,
        });
        if key.kind() == CallKind::IN_FLIGHT {
            edge.in_flight = edge.in_flight.wrapping_add(cell.in_flight());
            return;
        }
        for (sum, time) in edge.times.iter_mut().zip(cell.times()) {
            *sum += time;
        }
    }

    fn add_group(&mut self, cell: GroupCell<'_>, buckets: usize) {
        // The edge may have been created after its chunk was read. Then it is in the next snapshot.
        let groups = self.groups.get_mut(cell.edge());
        let place = groups.and_then(|groups| groups.get_mut(usize::from(cell.group())));
        let Some(place) = place else {
            return;
        };
        if *place == 0 {
            let first = self.calls.len().max(1);
            // Some 2^32 buckets would be more memory than there is.
            let Ok(new) = Place::try_from(first) else {
                return;
            };
            *place = new;
            self.calls.resize(first + buckets.next_multiple_of(2), 0);
        }
        cell.add_to(&mut self.calls[*place as usize..]);
    }

    /// Returns the groups of an edge, ascending, and the calls in the buckets of each.
    fn groups(&self, edge: usize) -> impl Iterator<Item = (u8, &[u64])> {
        let places = self.groups.get(edge).into_iter().flatten();
        let groups = (0..).zip(places).filter(|(_, place)| **place > 0);
        groups.filter_map(|(group, &place)| Some((group, self.calls.get(place as usize..)?)))
    }

    /// Returns the latencies of the edge with this number. `called` is a buffer for its buckets.
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
                // Without a branch on `calls`, which processors predict badly.
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

//! Latencies as cells count them, against `hdrhistogram` and a sorted list.

use std::time::Duration;

use super::{
    super::{BucketSpan, FineBuckets},
    Histogram, Sums,
};
use crate::{
    buckets::{Layout, Place, Windows},
    cells::{CallKind, CellSet, EdgeCell, Key, Scope, Sets, Slot},
    clock,
};

const EDGE: Key = Key::new(1, Scope::NONE, CallKind::OK);
const SECONDS_PER_TICK: f64 = 1e-9 / 2.6;
/// 250 ms as a threshold, among the default bounds and some that lie close together.
const BOUNDS: [f64; 9] = [
    0.000_000_1,
    0.000_005,
    0.000_005_001,
    0.005,
    0.01,
    0.25,
    1.0,
    10.0,
    3_600.0,
];

/// Counts calls as threads do.
struct Thread {
    layout: &'static Layout,
    windows: Windows,
    sets: &'static Sets,
    set: &'static CellSet,
    aimed: u32,
}

impl Thread {
    fn new() -> Self {
        let layout: &_ = Box::leak(Box::new(Layout::new(&BOUNDS)));
        let sets: &_ = Box::leak(Box::new(Sets::new()));
        Self {
            windows: Windows::new(layout, seconds),
            layout,
            sets,
            set: sets.adopt().unwrap(),
            aimed: 0,
        }
    }

    fn cell(&self) -> EdgeCell<'static> {
        let known = self.set.index().find(EDGE);
        known.unwrap_or_else(|| self.set.create(EDGE, 0).unwrap())
    }

    fn slot(&self, place: Place) -> Slot {
        let buckets = self.layout.group(place.group).len();
        self.set.slot(self.cell(), place, buckets).unwrap()
    }

    fn count_ticks(&mut self, ticks: u64) {
        let place = self.layout.place(seconds(ticks));
        let cell = self.cell();
        if let Some(bound) = cell.add_aimed(self.set.index().directory, ticks) {
            assert_eq!(bound, self.layout.bound(place), "{ticks} ticks");
            self.aimed += 1;
            return;
        }
        let slot = self.slot(place);
        cell.add_ticks(slot, ticks);
        cell.aim(self.windows.of(place), slot);
    }

    fn count_nanos(&self, nanos: u64) {
        let slot = self.slot(self.layout.place(clock::seconds(nanos)));
        self.cell().add_nanos(slot, nanos);
    }

    fn histogram(&self) -> Histogram {
        let mut sums = Sums::default();
        let buckets = |group| self.layout.group(group).len();
        self.sets
            .cells(buckets)
            .for_each(|cell| sums.add(cell, buckets));
        sums.histogram(0, self.layout, SECONDS_PER_TICK, &mut Vec::new())
    }
}

fn seconds(ticks: u64) -> f64 {
    clock::float(ticks) * SECONDS_PER_TICK
}

/// Numbers from 0 to 1 that look random (Steele and others, `SplitMix64`).
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    clock::float((mixed ^ mixed >> 31) >> 11) / clock::float(1 << 53)
}

const SHORTEST: f64 = 50e-9;
const LONGEST: f64 = 3_600.0;

/// Returns a latency in seconds.
type Sample = fn(&mut u64) -> f64;

/// Shapes of distributions, each from 50 ns to an hour.
const SHAPES: [(&str, Sample); 5] = [
    ("even in the logarithm", |state| {
        SHORTEST * (LONGEST / SHORTEST).powf(random(state))
    }),
    ("even", |state| SHORTEST + 0.02 * random(state)),
    ("exponential", |state| -0.000_03 * random(state).ln()),
    ("with two peaks", |state| {
        let peak = if random(state) < 0.7 { 0.000_002 } else { 0.8 };
        peak * (0.9 + 0.2 * random(state))
    }),
    ("with a long tail", |state| {
        0.000_1 / random(state).powf(1.5)
    }),
];

#[test]
fn quantiles_are_those_of_hdrhistogram_and_counts_below_bounds_are_exact() {
    for (shape, sample) in SHAPES {
        let mut thread = Thread::new();
        // Five digits, so that it is the exact one of the two.
        let mut reference =
            hdrhistogram::Histogram::<u64>::new_with_bounds(1, 4_000_000_000_000, 5).unwrap();
        let mut latencies = Vec::new();
        let mut state = 7;
        for call in 0..100_000 {
            let sampled = sample(&mut state).clamp(SHORTEST, LONGEST);
            let nanos = u64::try_from(Duration::from_secs_f64(sampled).as_nanos()).unwrap();
            // Both clocks, as in the first seconds of a program.
            if call % 10 == 0 {
                thread.count_nanos(nanos);
                latencies.push(clock::seconds(nanos));
            } else {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "small"
                )]
                let ticks = (clock::float(nanos) * 2.6) as u64;
                thread.count_ticks(ticks);
                latencies.push(seconds(ticks));
            }
            reference.record(nanos).unwrap();
        }
        let histogram = thread.histogram();

        let mut counts = vec![0_u64; BOUNDS.len() + 1];
        for seconds in &latencies {
            counts[BOUNDS.partition_point(|bound| bound < seconds)] += 1;
        }
        assert_eq!(histogram.buckets(), counts, "{shape}");
        let sum: f64 = latencies.iter().sum();
        assert!((histogram.sum() / sum - 1.0).abs() < 1e-9, "{shape}");
        for per_mille in (10..=990).step_by(10).chain([995, 999]) {
            let q = f64::from(per_mille) / 1_000.0;
            let found = histogram.quantile(q, &BOUNDS).unwrap();
            let exact = clock::seconds(reference.value_at_quantile(q));
            let off = (found.seconds / exact - 1.0).abs();
            assert!(off < 0.045, "{shape}, {q}: {found:?}, {exact}");
            // A nanosecond and what the reference rounds.
            let least = found.lower * 0.999_98 - 1e-9;
            assert!(
                least <= exact && exact <= found.upper * 1.000_02 + 1e-9,
                "{shape}, {q}: {found:?}, {exact}"
            );
        }
        assert!(
            thread.aimed > 100,
            "{shape}: some calls are as long as the one before"
        );
    }
}

#[test]
fn histograms_of_parts_add_up_to_that_of_the_whole() {
    let latencies =
        |from: u64, to: u64| (from..to).map(|n| Duration::from_nanos(n * n * n % 9_999_991));
    let whole = Histogram::of(latencies(0, 900), &BOUNDS);
    let mut sum = Histogram::of(latencies(0, 300), &BOUNDS);
    let first = sum.clone();
    sum.add(&Histogram::of(latencies(300, 900), &BOUNDS));
    assert_eq!(
        (sum.buckets(), sum.fine_buckets()),
        (whole.buckets(), whole.fine_buckets())
    );
    let rest = whole.since(&first);
    let expected = Histogram::of(latencies(300, 900), &BOUNDS);
    assert_eq!(
        (rest.buckets(), rest.fine_buckets()),
        (expected.buckets(), expected.fine_buckets())
    );
    let parts = [(0, 300), (300, 900), (0, 0)].map(|(from, to)| {
        let part = Histogram::of(latencies(from, to), &BOUNDS);
        part.fine_buckets().unwrap().clone()
    });
    let parts: Vec<&FineBuckets> = parts.iter().collect();
    assert_eq!(&FineBuckets::sum(&parts), whole.fine_buckets().unwrap());
    let spans: u64 = whole
        .fine_buckets()
        .unwrap()
        .spans()
        .flat_map(BucketSpan::counts)
        .sum();
    assert_eq!(spans + whole.fine_buckets().unwrap().zero(), 900);
}

#[test]
fn a_histogram_without_fine_buckets_is_linear_between_bounds() {
    let calls = Histogram::new([0, 4, 0, 1], 1.0);
    let bounds = [0.25, 0.5, 1.0];
    let at = |q| {
        calls
            .quantile(q, &bounds)
            .map(|it| (it.lower, it.seconds, it.upper))
    };
    assert_eq!(at(0.4), Some((0.25, 0.375, 0.5)));
    assert_eq!(at(1.0), Some((1.0, 1.0, f64::INFINITY)));
    assert_eq!(Histogram::default().quantile(0.5, &bounds), None);
    assert!(calls.fine_buckets().is_none());
}

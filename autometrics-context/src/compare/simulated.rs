//! Simulated programs: runs with random latencies, errors and noise.

use std::collections::BTreeMap;

use crate::calls::{Bucket, Caller, Calls, Counts, Distribution, EdgeCalls, FunctionCalls, Name};

/// Number of slices of a side.
const SLICES: u32 = 8;

/// Pseudorandom numbers: `SplitMix64` (Steele et al. 2014).
pub(super) struct Random(pub(super) u64);

impl Random {
    /// Returns a number from 0 to 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let high = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0);
        (f64::from(high) + 0.5) / 4_294_967_296.0
    }

    /// Returns a normally distributed number (Box & Muller 1958).
    fn normal(&mut self, deviation: f64) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        deviation * radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// Function of a simulated program.
#[derive(Clone)]
pub(super) struct Function {
    pub(super) calls: u32,
    /// Median latency in seconds, and deviation of its logarithm.
    pub(super) seconds: f64,
    pub(super) spread: f64,
    pub(super) error_ratio: f64,
    /// Share of calls with an error of kind `new`.
    pub(super) new_ratio: f64,
    /// Share of calls that take five times as long.
    pub(super) slow_ratio: f64,
    pub(super) callers: Vec<Edge>,
}

/// Caller with its share of the calls, and the factor of their latency.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    pub(super) caller: usize,
    pub(super) share: f64,
    pub(super) factor: f64,
}

impl Function {
    pub(super) fn new(calls: u32) -> Self {
        Self {
            calls,
            seconds: 0.01,
            spread: 0.5,
            error_ratio: 0.0,
            new_ratio: 0.0,
            slow_ratio: 0.0,
            callers: Vec::new(),
        }
    }
}

pub(super) fn name(at: usize) -> Name {
    Name::new("shop", format!("f{at:02}"))
}

/// Returns one run of a program, in slices. `noise` is the deviation of latencies between runs and
/// between slices; functions differ by a third of it.
pub(super) fn run(random: &mut Random, program: &[Function], noise: f64) -> Vec<Calls> {
    let of_run = random.normal(noise);
    let of_functions: Vec<_> = program.iter().map(|_| random.normal(noise / 3.0)).collect();
    let slices = 0..SLICES;
    slices
        .map(|_| {
            let all = of_run + random.normal(noise);
            let mut calls = Calls {
                seconds: 60.0,
                ..Calls::default()
            };
            for (at, function) in program.iter().enumerate() {
                let factor = (all + of_functions[at]).exp();
                add(random, &mut calls, at, function, factor);
            }
            calls
        })
        .collect()
}

fn add(random: &mut Random, calls: &mut Calls, at: usize, function: &Function, factor: f64) {
    let mut sum = FunctionCalls {
        name: name(at),
        ..FunctionCalls::default()
    };
    let entry = [Edge {
        caller: usize::MAX,
        share: 1.0,
        factor: 1.0,
    }];
    let callers = match &function.callers[..] {
        [] => &entry[..],
        some => some,
    };
    for edge in callers {
        let mut counts = Counts::default();
        let mut buckets: BTreeMap<i32, f64> = BTreeMap::new();
        let calls_of_edge = f64::from(function.calls / SLICES) * edge.share;
        while counts.calls < calls_of_edge {
            let slow = if random.uniform() < function.slow_ratio {
                5.0
            } else {
                1.0
            };
            let spread = random.normal(function.spread).exp();
            let seconds = function.seconds * factor * edge.factor * slow * spread;
            counts.calls += 1.0;
            counts.seconds += seconds;
            let chance = random.uniform();
            let kind = if chance < function.new_ratio {
                "new"
            } else {
                "old"
            };
            if chance < function.new_ratio + function.error_ratio {
                counts.errors += 1.0;
                *sum.kinds.entry(kind.to_owned()).or_default() += 1.0;
            }
            #[expect(clippy::cast_possible_truncation, reason = "a small number")]
            let bucket = (8.0 * seconds.log2()).ceil() as i32;
            *buckets.entry(bucket).or_default() += 1.0;
        }
        let bound = |at: i32| (f64::from(at) / 8.0).exp2();
        let latencies = Distribution::new(buckets.into_iter().map(|(at, calls)| Bucket {
            lower: bound(at - 1),
            upper: bound(at),
            calls,
        }));
        sum.counts.add(counts);
        sum.latencies.merge(&latencies);
        let caller = match edge.caller {
            usize::MAX => Caller::Uninstrumented,
            caller => Caller::Function(caller),
        };
        calls.edges.push(EdgeCalls {
            caller,
            callee: at,
            counts,
            latencies: Some(latencies),
        });
    }
    calls.functions.push(sum);
}

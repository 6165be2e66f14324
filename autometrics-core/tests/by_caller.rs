//! Latencies by caller, which programs enable in their settings.

use std::time::{Duration, SystemTime};

use autometrics_core::{
    Buckets, Caller, Edge, Families, FineBuckets, Function, Histogram, Outcome, Snapshot, Value,
};

const NAME: &str = "function_calls_duration_by_caller_seconds";

fn edge(caller: Caller, outcome: Outcome, millis: &[u64], bounds: &[f64]) -> Edge {
    let latencies = millis.iter().map(|&millis| Duration::from_millis(millis));
    Edge::new(1, caller, outcome, Histogram::of(latencies, bounds))
}

/// Returns a snapshot with `pay`, called by `buy` and by code that is not instrumented.
fn shop() -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    snapshot.bounds = vec![0.1, 1.0];
    snapshot.functions = ["buy", "pay"].map(|it| Function::new("shop", it)).into();
    let bounds = &snapshot.bounds;
    let mut edges = vec![
        edge(Caller::None, Outcome::Ok, &[5, 7], bounds),
        edge(Caller::Function(0), Outcome::Ok, &[10, 20, 5_000], bounds),
        edge(Caller::Function(0), Outcome::PANIC, &[300], bounds),
    ];
    for (edge, second) in edges[1..].iter_mut().zip([90, 60]) {
        edge.created = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(second));
    }
    snapshot.edges = edges;
    snapshot
}

/// Passes caller, value and start time of each sample of the family to `sink`.
fn each(snapshot: &Snapshot, mut sink: impl FnMut(&str, Buckets<'_>, Option<SystemTime>)) {
    let families = Families::of(snapshot);
    let groups: Vec<_> = families.groups().collect();
    for family in families.iter().filter(|it| it.metric.name == NAME) {
        family.for_each(|sample| {
            let labels = sample.groups.iter().flat_map(|group| groups[group.index()]);
            let mut callers = labels.filter(|(name, _)| *name == "caller_function");
            let Value::Histogram(buckets) = sample.value else {
                panic!("{:?}", sample.value)
            };
            sink(&callers.next().unwrap().1, buckets, sample.created);
        });
    }
}

#[test]
fn has_no_samples_unless_enabled() {
    each(&shop(), |caller, _, _| panic!("{caller}"));
}

#[test]
fn adds_up_all_outcomes_of_one_caller() {
    let mut snapshot = shop();
    snapshot.latency_by_caller = true;
    let mut found = Vec::new();
    each(&snapshot, |caller, buckets, created| {
        let cumulative: Vec<_> = buckets.cumulative().collect();
        assert_eq!(cumulative, [None, None, Some(buckets.count())]);
        let all: Vec<_> = buckets.each().collect();
        assert_eq!(all, [(f64::INFINITY, buckets.count())]);
        let median = buckets
            .fine_buckets()
            .and_then(|fine| fine.quantile(0.5))
            .unwrap();
        found.push((
            caller.to_owned(),
            buckets.count(),
            buckets.sum(),
            median,
            created,
        ));
    });
    let [outside, buy] = &*found else {
        panic!("{found:?}")
    };
    let lower = |seconds| FineBuckets::upper(FineBuckets::bucket(seconds).unwrap() - 1);
    assert_eq!((&*outside.0, outside.1, outside.4), ("", 2, None));
    assert!((outside.2 - 0.012).abs() < 1e-12);
    assert_eq!((&*buy.0, buy.1), ("buy", 4));
    assert!((buy.2 - 5.33).abs() < 1e-12);
    assert!(buy.3.lower.total_cmp(&lower(0.02)).is_eq(), "{buy:?}");
    let first = SystemTime::UNIX_EPOCH + Duration::from_secs(60);
    assert_eq!(buy.4, Some(first));
}

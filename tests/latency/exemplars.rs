//! Selection of exemplars, with a trace source that counts its calls.

use std::{
    cell::Cell,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant, SystemTime},
};

use autometrics::{Exemplar, Settings, Snapshot, TraceContext, instrument_fn, snapshot};

thread_local! {
    static CURRENT: Cell<Option<TraceContext>> = const { Cell::new(None) };
}

static ASKED: AtomicUsize = AtomicUsize::new(0);

/// Returns the current span, as a tracing library would. It also makes an instrumented call and
/// panics, which a trace source should not do.
fn current() -> Option<TraceContext> {
    ASKED.fetch_add(1, Ordering::Relaxed);
    asked_by_the_source();
    let context = CURRENT.get();
    assert!(
        context.is_none_or(|context| context.trace_id != 13),
        "a bug of the source"
    );
    context
}

#[instrument_fn]
fn asked_by_the_source() {}

/// Calls in a span of the trace `trace_id`.
fn within<R>(trace_id: u128, sampled: bool, call: impl FnOnce() -> R) -> R {
    CURRENT.set(Some(TraceContext::new(trace_id, 7, sampled)));
    let result = call();
    CURRENT.set(None);
    result
}

#[instrument_fn]
fn traced() {}

#[instrument_fn]
fn untraced() {}

#[instrument_fn]
fn unsampled() {}

#[instrument_fn]
fn without_ids() {}

#[instrument_fn]
fn with_a_bad_source() {}

#[instrument_fn]
fn slow_now_and_then(slow: bool) {
    if slow {
        thread::sleep(Duration::from_millis(15));
    }
}

#[instrument_fn]
fn fails() -> Result<(), ()> {
    Err(())
}

#[instrument_fn]
fn panics() {
    panic!("as it should");
}

#[instrument_fn]
async fn awaits() {
    tokio::task::yield_now().await;
}

#[instrument_fn]
fn busy(value: u64) -> u64 {
    value.wrapping_mul(3)
}

fn of<'a>(snapshot: &'a Snapshot, name: &str) -> Vec<&'a Exemplar> {
    let exemplars = snapshot.exemplars.iter();
    exemplars
        .filter(|exemplar| snapshot.functions[exemplar.function].name == name)
        .collect()
}

/// One test, because the trace source belongs to the process.
#[test]
fn buckets_have_an_exemplar_of_a_recent_sampled_call() {
    Settings::new().trace_source(current).apply().unwrap();
    let before = SystemTime::now();

    within(1, true, traced);
    untraced();
    within(2, false, unsampled);
    within(0, true, without_ids);
    within(13, true, with_a_bad_source);
    within(3, true, || slow_now_and_then(false));
    within(4, true, || slow_now_and_then(true));
    within(5, true, fails).unwrap_err();
    within(6, true, || std::panic::catch_unwind(panics)).unwrap_err();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    within(8, true, || runtime.unwrap().block_on(awaits()));

    let first = snapshot();
    for name in ["untraced", "unsampled", "without_ids", "with_a_bad_source"] {
        assert_eq!(of(&first, name), [] as [&Exemplar; 0], "{name}");
    }
    for (name, trace_id) in [("traced", 1), ("fails", 5), ("panics", 6), ("awaits", 8)] {
        let [one] = of(&first, name)[..] else {
            panic!("{name}: {:?}", of(&first, name));
        };
        assert_eq!(one.trace, TraceContext::new(trace_id, 7, true), "{name}");
        assert!(before <= one.time && one.time <= SystemTime::now());
    }
    let [quick, slow] = of(&first, "slow_now_and_then")[..] else {
        panic!("a bucket each");
    };
    assert_eq!((quick.trace.trace_id, slow.trace.trace_id), (3, 4));
    assert!(slow.latency >= Duration::from_millis(15));
    for exemplar in &first.exemplars {
        let upper = first.bounds.get(exemplar.bucket).copied();
        let lower = exemplar
            .bucket
            .checked_sub(1)
            .map_or(0.0, |at| first.bounds[at]);
        let seconds = exemplar.latency.as_secs_f64();
        assert!(seconds >= lower && seconds <= upper.unwrap_or(f64::MAX));
        let recorded = first.edges.iter().any(|edge| {
            edge.function == exemplar.function
                && edge
                    .latency
                    .buckets()
                    .get(exemplar.bucket)
                    .is_some_and(|&calls| calls > 0)
        });
        assert!(recorded, "a call of the bucket: {exemplar:?}");
    }

    // For a second the first exemplar stays, whatever follows.
    let began = Instant::now();
    within(9, true, || busy(1));
    within(10, true, || busy(1));
    let newest = |name| {
        of(&snapshot(), name)
            .iter()
            .map(|one| one.trace.trace_id)
            .max()
    };
    let newest_soon = newest("busy");
    if began.elapsed() < Duration::from_secs(1) {
        assert_eq!(newest_soon, Some(9));
    }

    // After that second the next call replaces it.
    thread::sleep(Duration::from_millis(1100));
    within(11, true, || busy(1));
    within(12, true, || busy(1));
    assert_eq!(newest("busy"), Some(11));

    // Calls outside of traces rarely call the trace source.
    ASKED.store(0, Ordering::Relaxed);
    let calls = 1_000_000;
    let start = SystemTime::now();
    (0..calls).for_each(|_| untraced());
    let thousandths = start.elapsed().unwrap().as_millis();
    // At most once per millisecond: for this function and the one that the source calls, in each
    // bucket.
    let most = 2 * 3 * (thousandths + 2);
    let asked = ASKED.load(Ordering::Relaxed) as u128;
    assert!(
        asked > 0 && asked <= most,
        "{asked} times in {thousandths} ms"
    );
}

#[test]
fn trace_context_is_formatted_as_in_w3c_trace_context() {
    let context = TraceContext::new(
        0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736,
        0x00f0_67aa_0ba9_02b7,
        true,
    );
    assert_eq!(
        context.to_string(),
        "4bf92f3577b34da6a3ce929d0e0e4736/00f067aa0ba902b7"
    );
}

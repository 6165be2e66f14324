//! Settings that are applied at the same time as the first call take effect completely or not at
//! all.

use std::{env, process::Command, sync::Barrier, thread};

use autometrics::{DEFAULT_BUCKETS, Settings, instrument_fn, snapshot};

/// Environment variable that is set in the child processes of the test.
const CHILD: &str = "TEST_RACES";

#[instrument_fn]
fn called() {}

#[test]
fn settings_beside_a_first_call_apply_completely_or_not_at_all() {
    if env::var_os(CHILD).is_some() {
        return race();
    }
    let program = env::current_exe().unwrap();
    // Registries belong to the process, so each race has a process of its own.
    for _ in 0..30 {
        let output = Command::new(&program).env(CHILD, "1").output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

fn race() {
    let barrier = Barrier::new(3);
    let applied = thread::scope(|scope| {
        scope.spawn(|| {
            barrier.wait();
            called();
        });
        let apply = |name: &'static str| {
            barrier.wait();
            let settings = Settings::new().service_name(name).buckets([0.25]);
            settings.apply().is_ok().then_some(name)
        };
        let one = scope.spawn(move || apply("one"));
        let other = apply("other");
        let applied = [one.join().unwrap(), other];
        assert!(applied.iter().flatten().count() <= 1, "{applied:?}");
        applied.into_iter().flatten().next()
    });
    called();
    let snapshot = snapshot();
    if let Some(name) = applied {
        assert_eq!(
            (&*snapshot.service_name, &*snapshot.bounds),
            (name, &[0.25][..])
        );
    } else {
        assert_eq!(snapshot.service_name, env!("CARGO_PKG_NAME"));
        assert_eq!(snapshot.bounds, DEFAULT_BUCKETS);
    }
    assert_eq!(
        snapshot
            .edges
            .iter()
            .map(|it| it.latency.count())
            .sum::<u64>(),
        2
    );
}

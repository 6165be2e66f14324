//! Valid settings take effect: name, buckets, build, cardinality limit.

#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use autometrics::{BuildInfo, Objective, Settings, instrument_fn, snapshot};
use support::{called_by, ended, everything};

const SLOW: Objective = Objective::new("slow").latency(Duration::from_micros(1_500), 99.0);

macro_rules! callers {
    ($($name:ident)*) => {
        $(
            #[instrument_fn]
            fn $name() -> Result<(), ()> {
                callee()
            }
        )*

        fn call_all() {
            $( let _ = $name(); )*
        }
    };
}

callers!(caller_a caller_b caller_c caller_d caller_e caller_f);

#[instrument_fn(objective = SLOW)]
fn callee() -> Result<(), ()> {
    Err(())
}

#[test]
fn valid_settings_take_effect() {
    Settings::new()
        .service_name("shop")
        .buckets([0.001, 0.25, 1.0])
        .cardinality_limit(4)
        .build_info(
            BuildInfo::new()
                .version("1.2.3")
                .commit("abc")
                .branch("main")
                .repository_url("https://github.com/example/shop"),
        )
        .apply()
        .expect("they are valid");

    for _ in 0..10 {
        call_all();
    }

    let snapshot = snapshot();
    assert_eq!(snapshot.service_name, "shop");
    assert_eq!(
        snapshot.bounds,
        [0.001, 0.0015, 0.25, 1.0],
        "the threshold is a bucket"
    );
    assert_eq!(snapshot.build.version, "1.2.3");
    assert_eq!(snapshot.build.repository_provider, "github");

    // Four callers have edges of their own. The others share the overflow edge, and no call is
    // lost.
    assert_eq!(snapshot.overflowed_pairs, 2);
    assert_eq!(called_by("callee", "__overflow__"), 20);
    assert_eq!(ended("callee", "error"), 60);
    assert_eq!(everything(), 120);

    // Calls on another thread are counted the same way, without more edges.
    std::thread::spawn(call_all).join().expect("no panic");
    assert_eq!(called_by("callee", "__overflow__"), 22);
    assert_eq!(autometrics::snapshot().overflowed_pairs, 2);

    let error = Settings::new()
        .service_name("other")
        .apply()
        .expect_err("applied before");
    assert_eq!(
        error.to_string(),
        "setting `apply` was called before; settings are applied once, at the start of main"
    );
}

//! A function that is missing in the linker's list is listed from its first call on.

use std::thread;

use autometrics_core::{
    __private0::{Callsite, Encoded, Returns, Verdict, enter},
    snapshot,
};

/// The module `a` sorts before that of this test, so the position of the function is not the last.
macro_rules! unlisted {
    ($site:ident, $function:literal) => {
        static $site: Callsite = {
            const TEXTS: &str = concat!("plugin\01.0.0\0", $function, "\0\0a\0plugin.rs\01");
            static RECORD: Encoded<[u8; TEXTS.len()]> = Encoded::new(TEXTS, Returns::Other, false);
            Callsite::new(&RECORD, &[], false, false)
        };
    };
}

unlisted!(OUTER, "outer");
unlisted!(INNER, "inner");

fn outer() {
    let _entered = enter::<false>(&OUTER, Verdict::OK);
    inner();
}

fn inner() {
    let _entered = enter::<false>(&INNER, Verdict::ERROR);
}

#[test]
fn an_unlinked_function_is_listed_once_and_counted_exactly() {
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..100).for_each(|_| outer()));
        }
    });
    let snapshot = snapshot();
    let names: Vec<&str> = snapshot.functions.iter().map(|f| &*f.name).collect();
    assert_eq!(names, ["inner", "outer"], "sorted, and each once");
    let calls: Vec<_> = snapshot
        .edges
        .iter()
        .filter(|edge| edge.latency.count() > 0)
        .map(|edge| {
            (
                names[edge.function],
                edge.outcome.result(),
                edge.latency.count(),
            )
        })
        .collect();
    assert_eq!(calls, [("inner", "error", 800), ("outer", "ok", 800)]);
}

//! A function that the linker's list does not have is listed from its first call on.

use std::thread;

use autometrics_core::{
    __private::{About, Callsite, Package, Verdict, call},
    snapshot,
};

const fn unlisted(function: &'static str) -> Callsite {
    Callsite::new(About {
        function,
        // Sorts before this test's own module, so its place is not the last.
        module: "a",
        file: "plugin.rs",
        line: 1,
        package: Package {
            name: "plugin",
            version: "1.0.0",
            binary: false,
        },
        objective: None,
        concurrency: false,
        asynchronous: false,
        kinds: None,
    })
}

static OUTER: Callsite = unlisted("outer");
static INNER: Callsite = unlisted("inner");

fn outer() {
    call::<false, _>(&OUTER, inner, |()| Verdict::OK);
}

fn inner() {
    call::<false, _>(&INNER, || (), |()| Verdict::ERROR);
}

#[test]
fn it_is_listed_once_and_counted_exactly() {
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

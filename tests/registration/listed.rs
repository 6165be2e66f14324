//! Functions are in snapshots from the start, under distinct names.

#[path = "../support/mod.rs"]
mod support;

use std::{fmt, time::Duration};

use autometrics::{Caller, Objective, instrument_fn, snapshot};
use support::{function, total};

const API: Objective = Objective::new("api")
    .success_rate(99.9)
    .latency(Duration::from_millis(180), 99.0);

#[instrument_fn(objective = API)]
#[expect(dead_code, reason = "never called, and listed all the same")]
fn never_called() {}

mod inner {
    use autometrics::instrument_fn;

    #[instrument_fn]
    #[expect(dead_code, reason = "never called, and listed all the same")]
    fn never_called() {}
}

#[test]
fn functions_that_were_never_called_have_zeros_for_each_result() {
    let snapshot = snapshot();
    let at = snapshot
        .functions
        .iter()
        .position(|function| function.name == "never_called" && function.module == "listed")
        .expect("it is listed");
    let edges: Vec<_> = snapshot
        .edges
        .iter()
        .filter(|edge| edge.function == at)
        .collect();
    let results: Vec<_> = edges
        .iter()
        .map(|edge| (edge.outcome.result(), edge.outcome.error()))
        .collect();
    assert_eq!(
        results,
        [("ok", None), ("error", None), ("error", Some("panic"))]
    );
    assert!(
        edges
            .iter()
            .all(|edge| edge.caller == Caller::None && edge.latency.count() == 0)
    );
    assert_eq!(snapshot.functions[at].objectives, [API]);
    assert!(
        snapshot.bounds.contains(&0.18),
        "the objective's threshold is a bucket"
    );
    let inner = snapshot
        .functions
        .iter()
        .any(|function| function.module == "listed::inner");
    assert!(inner, "a private function of a module is listed");
}

/// A name with a NUL, which separates the parts of a record.
#[instrument_fn(name = "two\0parts")]
fn named_with_a_nul() -> u8 {
    1
}

#[test]
fn nul_in_a_name_is_escaped() {
    assert_eq!(named_with_a_nul(), 1);
    assert_eq!(total("two\\0parts"), 1);
}

struct Celsius(f64);
struct Kelvin(f64);
struct Fahrenheit(f64);

#[instrument_fn]
impl From<Kelvin> for Celsius {
    fn from(Kelvin(degrees): Kelvin) -> Self {
        Self(degrees - 273.15)
    }
}

#[instrument_fn]
impl From<Fahrenheit> for Celsius {
    fn from(Fahrenheit(degrees): Fahrenheit) -> Self {
        Self((degrees - 32.0) / 1.8)
    }
}

#[instrument_fn]
impl fmt::Display for Celsius {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} °C", self.0)
    }
}

struct Wrapper<'a, T>(&'a [T]);

#[instrument_fn]
impl<'a, T: Clone> Wrapper<'a, T> {
    fn first(&self) -> Option<T> {
        self.0.first().cloned()
    }

    #[skip]
    fn skipped(&self) -> usize {
        self.0.len()
    }

    #[instrument_fn(name = "renamed", track_concurrency)]
    fn last(&self) -> Option<T> {
        self.0.last().cloned()
    }

    fn into_inner(self) -> &'a [T] {
        self.0
    }
}

#[test]
fn methods_are_named_by_their_type() {
    assert_eq!(Celsius::from(Kelvin(273.15)).to_string(), "0 °C");
    assert_eq!(Celsius::from(Fahrenheit(32.0)).to_string(), "0 °C");
    let wrapper = Wrapper(&[1, 2, 3]);
    assert_eq!(
        (wrapper.first(), wrapper.last(), wrapper.skipped()),
        (Some(1), Some(3), 3)
    );
    assert_eq!(wrapper.into_inner(), [1, 2, 3]);

    for name in [
        "<Celsius as From<Kelvin>>::from",
        "<Celsius as From<Fahrenheit>>::from",
        "Wrapper::first",
        "renamed",
        "Wrapper::into_inner",
    ] {
        assert_eq!(total(name), 1, "{name}");
    }
    assert_eq!(total("Celsius::fmt"), 2);
    assert!(function(&snapshot(), "renamed").in_flight.is_some());
    assert!(
        snapshot()
            .functions
            .iter()
            .all(|function| !function.name.contains("skipped"))
    );
}

fn one() -> u32 {
    #[instrument_fn]
    fn same() -> u32 {
        1
    }
    same()
}

fn two() -> u32 {
    #[instrument_fn]
    fn same() -> u32 {
        2
    }
    same() + same()
}

#[test]
fn functions_of_one_name_have_file_and_line_in_their_names() {
    assert_eq!((one(), two()), (1, 4));
    let snapshot = snapshot();
    let same: Vec<_> = snapshot
        .functions
        .iter()
        .filter(|function| function.name.starts_with("same"))
        .collect();
    assert_eq!(same.len(), 2);
    for function in &same {
        assert!(function.collides);
        let place = format!("same ({}:{})", function.file, function.line);
        assert_eq!(function.name, place);
    }
    assert_eq!([total(&same[0].name), total(&same[1].name)], [1, 2]);
}

#[test]
fn place_is_the_line_of_the_functions_name() {
    let snapshot = snapshot();
    let text = std::fs::read_to_string(file!()).expect("this file");
    for (name, spelled) in [("Wrapper::first", "fn first"), ("renamed", "fn last")] {
        let function = function(&snapshot, name);
        assert_eq!(function.file, file!());
        let line = text
            .lines()
            .nth(function.line as usize - 1)
            .expect("the line exists");
        assert!(
            line.contains(spelled),
            "{name} at line {}: {line}",
            function.line
        );
    }
}

#[test]
fn program_is_named_after_its_package() {
    let snapshot = snapshot();
    assert_eq!(snapshot.service_name, env!("CARGO_PKG_NAME"));
    assert_eq!(snapshot.build.version, env!("CARGO_PKG_VERSION"));
}

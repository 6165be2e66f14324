//! What generated functions need, and how they are called.
#![allow(warnings, clippy::all, clippy::pedantic)]

pub use std::{
    future::{Future, ready},
    num::ParseIntError,
    pin::{Pin, pin},
};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt::Debug,
    panic::{AssertUnwindSafe, catch_unwind},
    task::{Context, Poll, Waker},
};

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static TALLY: RefCell<BTreeMap<String, [u64; 4]>> = const { RefCell::new(BTreeMap::new()) };
}

pub fn log(text: String) {
    LOG.with_borrow_mut(|log| log.push(text));
}

/// Tells when it is looked at, and when it is dropped.
pub struct D(pub &'static str);

impl D {
    pub fn look(&self) -> usize {
        log(format!("look {}", self.0));
        self.0.len()
    }
}

impl Drop for D {
    fn drop(&mut self) {
        log(format!("drop {}", self.0));
    }
}

pub struct Pair {
    pub first: D,
    pub second: D,
}

impl Pair {
    pub fn new() -> Self {
        Self {
            first: D("first"),
            second: D("second"),
        }
    }
}

/// Waits once.
pub struct Wait(pub bool);

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let was = std::mem::replace(&mut self.0, true);
        if was { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[derive(Debug)]
pub struct Failed(pub usize);

impl From<ParseIntError> for Failed {
    fn from(_: ParseIntError) -> Self {
        log("converted".to_owned());
        Self(1)
    }
}

/// Names that an expansion might use.
pub mod names {
    pub struct value;
    pub struct entered;
    pub struct returned;
    pub struct call;
    pub struct failure;
    pub struct future;
    pub struct it;
    pub const event: u8 = 1;
    pub const text: u8 = 1;

    pub trait Methods: Sized {
        fn split(self) {}
        fn say(self) {}
        fn judged(self) {}
        fn judge(self) {}
        fn or(self) {}
        fn get(self) {}
    }
    impl<T> Methods for T {}
}

/// Whether a value counts as an error.
pub trait Judged: Debug {
    fn is_error(&self) -> bool {
        false
    }
}

impl Judged for () {}
impl Judged for usize {}
impl Judged for Option<usize> {}
impl<E: Debug> Judged for Result<usize, E> {
    fn is_error(&self) -> bool {
        self.is_err()
    }
}

#[derive(Debug)]
pub enum Ended<T> {
    With(T),
    Dropped { polled: bool },
}

/// Polls a future so many times at most, then drops it.
pub fn drive<F: Future>(future: F, polls: usize) -> Ended<F::Output> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Ended::With(value);
        }
    }
    Ended::Dropped { polled: polls > 0 }
}

/// Makes a call, and prints what came of it.
pub fn run<T: Judged>(name: &str, call: impl FnOnce() -> Ended<T>) {
    let ended = catch_unwind(AssertUnwindSafe(call));
    let place = match &ended {
        Ok(Ended::With(value)) => Some(usize::from(value.is_error())),
        Ok(Ended::Dropped { polled }) => polled.then_some(3),
        Err(_) => Some(2),
    };
    TALLY.with_borrow_mut(|tally| {
        let counts = tally.entry(name.to_owned()).or_default();
        if let Some(place) = place {
            counts[place] += 1;
        }
    });
    let ended = ended.map_err(|_| "panic");
    println!("{name} {ended:?} {:?}", LOG.take());
}

/// Prints the counts of ok, errors, panics and cancelled calls: as they were seen here, or
/// as they were counted.
pub fn print_counts(is_instrumented: bool) {
    let mut tally = TALLY.take();
    if is_instrumented {
        tally.values_mut().for_each(|counts| *counts = [0; 4]);
        let snapshot = autometrics::snapshot();
        for edge in &snapshot.edges {
            let name = snapshot.functions[edge.function].name.to_string();
            let place = match (edge.outcome.result(), edge.outcome.error()) {
                ("ok", _) => 0,
                (_, Some("panic")) => 2,
                _ => 1,
            };
            if let Some(counts) = tally.get_mut(&name) {
                counts[place] += edge.latency.count();
            }
        }
        for function in &snapshot.functions {
            let cancelled = function.cancelled.as_ref().map_or(0, |it| it.count());
            if let Some(counts) = tally.get_mut(&*function.name) {
                counts[3] += cancelled;
            }
        }
    }
    for (name, counts) in tally {
        println!("{name} {counts:?}");
    }
}

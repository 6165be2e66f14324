//! Parameters and locals are dropped in the same order with and without the attribute.
//!
//! Each function is compiled twice, instrumented and not.

#![expect(unused, clippy::pedantic, reason = "the shapes are the point")]

use std::{
    cell::RefCell,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll, Waker},
};

type Log = Rc<RefCell<Vec<&'static str>>>;

/// Logs its name when it is dropped.
struct D(&'static str, Log);

impl Drop for D {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

impl D {
    fn log(&self) -> usize {
        self.1.borrow_mut().push("used");
        self.0.len()
    }
}

struct Pair {
    first: D,
    second: D,
}

/// A type with a destructor of its own.
struct Owner {
    name: D,
    other: D,
    number: usize,
}

impl Drop for Owner {
    fn drop(&mut self) {
        let number = if self.number == 0 {
            "owner"
        } else {
            "owner assigned"
        };
        self.name.1.borrow_mut().push(number);
    }
}

/// A future that is pending at the first poll, and ready at the second.
#[derive(Default)]
struct Wait(bool);

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let was = std::mem::replace(&mut self.0, true);
        if was { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// State of a future at which it is dropped.
#[derive(Clone, Copy, Debug)]
enum Until {
    Never,
    Waiting,
    Done,
}

fn drive<F: Future>(future: F, log: &Log, until: Until) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    let polls = match until {
        Until::Never => 0,
        Until::Waiting => 1,
        Until::Done => 9,
    };
    for _ in 0..polls {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            log.borrow_mut().push("done");
            return Some(value);
        }
    }
    None
}

macro_rules! twice {
    ($($item:item)*) => {
        mod plain {
            use super::*;
            $($item)*
        }
        mod instrumented {
            use super::*;
            $(#[autometrics::instrument_fn] $item)*
        }
    };
}

twice! {
    pub(super) fn whole(a: D, _b: D, _: D) -> usize { let local = D("local", a.1.clone()); a.log() }
    pub(super) fn whole_mut(mut a: D, _b: D) -> usize { a.0 = "assigned"; a.log() }
    pub(super) fn judged(a: D, _b: D, _: D) -> Result<usize, ()> { let local = D("local", a.1.clone()); Ok(a.log()) }
    pub(super) fn judged_mut(mut a: D, _b: D) -> Result<usize, ()> { a.0 = "assigned"; Ok(a.log()) }
    pub(super) fn judged_both_mut(mut a: D, mut b: D) -> Result<usize, ()> { b.0 = "also"; a.0 = "assigned"; Ok(a.log()) }
    pub(super) fn judged_replaced(mut a: D, _b: D) -> Result<usize, ()> { a = D("new", a.1.clone()); Ok(a.log()) }
    pub(super) fn judged_moved(a: D, b: D) -> Result<usize, ()> { drop(a); Ok(b.log()) }
    pub(super) fn judged_fields(a: Pair, _b: D) -> Result<usize, ()> { Ok(a.second.log() + a.first.log()) }
    pub(super) fn judged_field_moved(a: Pair, b: D) -> Result<usize, ()> { drop(a.second); Ok(b.log()) }
    pub(super) fn judged_owner(mut a: Owner, _b: D) -> Result<usize, ()> { a.number = 1; Ok(a.name.log()) }
    pub(super) fn judged_pattern((a, b): (D, D), _c: D) -> Result<usize, ()> { Ok(b.log() + a.log()) }
    pub(super) fn judged_early(a: D, b: D) -> Result<usize, String> { let local = D("local", a.1.clone()); "x".parse::<u8>().map_err(|e| e.to_string())?; Ok(b.log()) }
    pub(super) fn judged_panics(a: D, b: D) -> Result<usize, ()> { let local = D("local", a.1.clone()); if b.log() > 0 { panic!("on purpose") } Ok(1) }
    #[track_caller] pub(super) fn exits(a: D, _b: D, _: D) -> Result<usize, ()> { let local = D("local", a.1.clone()); if a.0.is_empty() { return Err(()); } Ok(a.log()) }
    #[track_caller] pub(super) fn exits_mut(mut a: D, mut b: D) -> Result<usize, ()> { b.0 = "b2"; a.0 = "a2"; Ok(a.log()) }
    #[track_caller] pub(super) fn exits_temporary(a: D, b: D) -> Result<usize, ()> { let local = D("local", a.1.clone()); Ok(D("temporary", b.1.clone()).log()) }

    pub(super) async fn later(a: D, _b: D) { Wait::default().await; a.log(); }
    pub(super) async fn later_unused(_a: D, _b: D, _c: D) { Wait::default().await; }
    pub(super) async fn later_first_ignored(_: D, b: D, _c: D) { Wait::default().await; b.log(); }
    pub(super) async fn later_all(a: D, b: D, c: D) { let local = D("local", a.1.clone()); b.log(); Wait::default().await; a.log(); c.log(); }
    pub(super) async fn later_judged(a: D, _b: D, c: D) -> Result<usize, ()> { Wait::default().await; Ok(c.log() + a.log()) }
    pub(super) async fn later_mut(mut a: D, mut b: D) -> Result<usize, ()> { b.0 = "b2"; Wait::default().await; a.0 = "a2"; Ok(a.log()) }
    pub(super) async fn later_replaced(mut a: D, b: D) { a = D("new", a.1.clone()); Wait::default().await; b.log(); }
    pub(super) async fn later_moved(a: D, b: D, c: D) { drop(b); Wait::default().await; c.log(); }
    pub(super) async fn later_maybe_moved(a: D, b: D, c: D) { if a.0.is_empty() { drop(a); } Wait::default().await; c.log(); b.log(); }
    pub(super) async fn later_fields(a: Pair, _b: D) { a.second.log(); Wait::default().await; a.first.log(); }
    pub(super) async fn later_field_moved(a: Pair, b: D) { drop(a.second); Wait::default().await; b.log(); }
    pub(super) async fn later_owner(mut a: Owner, _b: D) { a.number = 1; Wait::default().await; a.name.log(); }
    pub(super) async fn later_pattern((a, b): (D, D), c: D) { Wait::default().await; a.log(); b.log(); c.log(); }
    pub(super) async fn later_struct_pattern(Pair { first, second }: Pair, c: D) { Wait::default().await; first.log(); second.log(); c.log(); }
    pub(super) async fn later_option(a: Option<D>, b: Vec<D>, c: Box<D>) -> Result<usize, ()> { Wait::default().await; let a = a.as_ref().ok_or(())?; Ok(a.log() + b.len() + c.log()) }
    pub(super) async fn later_early(a: D, b: D) -> Result<usize, String> { Wait::default().await; let local = D("local", a.1.clone()); "x".parse::<u8>().map_err(|e| e.to_string())?; Ok(b.log()) }
    pub(super) async fn later_panics(a: D, b: D) { Wait::default().await; let local = D("local", b.1.clone()); if a.log() > 0 { panic!("on purpose") } }
    pub(super) async fn later_without_waiting(a: D, _b: D) -> usize { a.log() }
    pub(super) async fn later_in_a_macro(a: D, _b: D) { assert!({ Wait::default().await; a.log() > 0 }); }

    pub(super) async fn later_second_ignored(a: D, _: D, c: D) { Wait::default().await; a.log(); c.log(); }
    pub(super) async fn later_rest(Pair { first, .. }: Pair, c: D) { Wait::default().await; first.log(); c.log(); }
    pub(super) fn judged_maybe_moved(a: D, b: D) -> Result<usize, ()> { if a.0.is_empty() { drop(a); } Ok(b.log()) }
    pub(super) fn judged_maybe_moved_mut(mut a: D, b: D) -> Result<usize, ()> { if a.0.is_empty() { drop(a); } else { a.0 = "a2"; } Ok(b.log()) }
    pub(super) fn judged_rest(Pair { first, .. }: Pair, c: D) -> Result<usize, ()> { c.log(); Ok(first.log()) }
    pub(super) fn judged_ignored(a: D, _: D, c: D) -> Result<usize, ()> { c.log(); Ok(a.log()) }

    pub(super) fn opaque(a: D, _b: D, c: D) -> impl Future<Output = usize> { let local = D("local", c.1.clone()); async move { Wait::default().await; c.log() + a.log() } }
    pub(super) fn boxed(a: D, _b: D) -> Pin<Box<dyn Future<Output = Result<usize, ()>>>> { Box::pin(async move { Wait::default().await; Ok(a.log()) }) }
    pub(super) fn boxed_early(a: D, b: D, _c: D) -> Pin<Box<dyn Future<Output = usize>>> { if a.0.is_empty() { return Box::pin(async { 1 }); } let local = D("local", a.1.clone()); Box::pin(async move { Wait::default().await; b.log() }) }
}

fn d(name: &'static str, log: &Log) -> D {
    D(name, Rc::clone(log))
}

/// The exceptions that the README names. They drop the same values in another order.
const KNOWN: [&str; 2] = ["later_second_ignored", "judged_maybe_moved"];

/// Compares the logs of a function, plain and instrumented.
#[track_caller]
fn same(name: &str, run: impl Fn(bool, &Log)) {
    let [plain, instrumented] = [false, true].map(|is_instrumented| {
        let log = Log::default();
        let _ = catch_unwind(AssertUnwindSafe(|| run(is_instrumented, &log)));
        log.take()
    });
    assert!(!plain.is_empty(), "{name} tells something");
    let [mut plain, mut instrumented] = [plain, instrumented];
    if KNOWN.iter().any(|known| name.starts_with(known)) {
        plain.sort_unstable();
        instrumented.sort_unstable();
    }
    assert_eq!(plain, instrumented, "{name}");
}

fn pair(d: impl Fn(&'static str) -> D) -> Pair {
    Pair {
        first: d("first"),
        second: d("second"),
    }
}

fn owner(d: impl Fn(&'static str) -> D) -> Owner {
    Owner {
        name: d("name"),
        other: d("other"),
        number: 0,
    }
}

/// Calls functions, with `d` to make arguments.
macro_rules! check {
    ($d:ident: $($name:ident($($argument:expr),*))*) => {$(
        same(stringify!($name), |is_instrumented, log| {
            let $d = |name| d(name, log);
            if is_instrumented {
                let _ = instrumented::$name($($argument),*);
            } else {
                let _ = plain::$name($($argument),*);
            }
        });
    )*};
}

/// Calls functions that return futures, and drops each future in all states.
macro_rules! check_later {
    ($d:ident: $($name:ident($($argument:expr),*))*) => {$(
        for until in [Until::Never, Until::Waiting, Until::Done] {
            same(&format!("{}, polled until {until:?}", stringify!($name)), |is_instrumented, log| {
                let $d = |name| d(name, log);
                if is_instrumented {
                    let _ = drive(instrumented::$name($($argument),*), log, until);
                } else {
                    let _ = drive(plain::$name($($argument),*), log, until);
                }
            });
        }
    )*};
}

#[test]
fn functions_drop_in_the_same_order() {
    check! { d:
        whole(d("a"), d("b"), d("c"))
        whole_mut(d("a"), d("b"))
        judged(d("a"), d("b"), d("c"))
        judged_mut(d("a"), d("b"))
        judged_both_mut(d("a"), d("b"))
        judged_replaced(d("a"), d("b"))
        judged_moved(d("a"), d("b"))
        judged_fields(pair(d), d("b"))
        judged_field_moved(pair(d), d("b"))
        judged_owner(owner(d), d("b"))
        judged_pattern((d("a"), d("b")), d("c"))
        judged_early(d("a"), d("b"))
        judged_panics(d("a"), d("b"))
        judged_maybe_moved(d("a"), d("b"))
        judged_maybe_moved_mut(d("a"), d("b"))
        judged_rest(pair(d), d("c"))
        judged_ignored(d("a"), d("b"), d("c"))
        exits(d("a"), d("b"), d("c"))
        exits_mut(d("a"), d("b"))
        exits_temporary(d("a"), d("b"))
    }
}

#[test]
fn futures_drop_in_the_same_order() {
    check_later! { d:
        later(d("a"), d("b"))
        later_unused(d("a"), d("b"), d("c"))
        later_first_ignored(d("a"), d("b"), d("c"))
        later_all(d("a"), d("b"), d("c"))
        later_judged(d("a"), d("b"), d("c"))
        later_mut(d("a"), d("b"))
        later_replaced(d("a"), d("b"))
        later_moved(d("a"), d("b"), d("c"))
        later_maybe_moved(d("a"), d("b"), d("c"))
        later_fields(pair(d), d("b"))
        later_field_moved(pair(d), d("b"))
        later_owner(owner(d), d("b"))
        later_pattern((d("a"), d("b")), d("c"))
        later_struct_pattern(pair(d), d("c"))
        later_option(Some(d("a")), vec![d("b")], Box::new(d("c")))
        later_early(d("a"), d("b"))
        later_panics(d("a"), d("b"))
        later_without_waiting(d("a"), d("b"))
        later_in_a_macro(d("a"), d("b"))
        later_second_ignored(d("a"), d("b"), d("c"))
        later_rest(pair(d), d("c"))
        opaque(d("a"), d("b"), d("c"))
        boxed(d("a"), d("b"))
        boxed_early(d("a"), d("b"), d("c"))
    }
}

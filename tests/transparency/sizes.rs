//! An instrumented future is hardly larger than the plain one, and needs the same depth of stack.

#![expect(clippy::pedantic, reason = "the sizes are the point")]

use std::hint::black_box;

/// Bytes that a call needs between two polls.
const MORE: usize = 24;

type Large = [u8; 1024];

async fn wait() {
    tokio::task::yield_now().await;
}

async fn keeps(a: Large) -> u8 {
    wait().await;
    a[0]
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
    pub(super) async fn nothing() { wait().await; }
    pub(super) async fn judged() -> Result<u8, String> { wait().await; Ok(1) }
    pub(super) async fn borrows(a: &Large, b: &mut Large) -> Result<u8, String> { wait().await; b[0] = a[0]; Ok(1) }
    pub(super) async fn keeps(a: Large) -> u8 { wait().await; a[0] }
    pub(super) async fn keeps_judged(a: Large, name: String) -> Result<usize, String> { wait().await; Ok(name.len() + usize::from(a[0])) }
    pub(super) async fn changes(mut a: Large) -> Result<u8, String> { wait().await; a[0] += 1; wait().await; Ok(a[0]) }
    pub(super) async fn changes_list(mut a: Vec<u8>) -> Result<u8, String> { wait().await; a.push(1); wait().await; Ok(a[0]) }
    pub(super) async fn hands_on(a: Large) -> u8 { super::keeps(a).await }
    pub(super) async fn ignores(_a: [u8; 1024]) { wait().await; }

    pub(super) async fn f0(n: u64) -> u64 { let mut local = [1_u8; 8192]; black_box(&mut local); f1(n + 1).await + black_box(&local).len() as u64 }
    pub(super) async fn f1(n: u64) -> u64 { let mut local = [1_u8; 8192]; black_box(&mut local); f2(n + 1).await + black_box(&local).len() as u64 }
    pub(super) async fn f2(n: u64) -> u64 { let mut local = [1_u8; 8192]; black_box(&mut local); f3(n + 1).await + black_box(&local).len() as u64 }
    pub(super) async fn f3(n: u64) -> u64 { let mut local = [1_u8; 8192]; black_box(&mut local); f4(n + 1).await + black_box(&local).len() as u64 }
    pub(super) async fn f4(n: u64) -> u64 { let mut local = [1_u8; 8192]; black_box(&mut local); f5(n + 1).await + black_box(&local).len() as u64 }
    pub(super) async fn f5(n: u64) -> u64 { let mut local = [1_u8; 8192]; black_box(&mut local); f6(n + 1).await + black_box(&local).len() as u64 }
    pub(super) async fn f6(n: u64) -> u64 { let mut local = [1_u8; 8192]; black_box(&mut local); f7(n + 1).await + black_box(&local).len() as u64 }
    pub(super) async fn f7(n: u64) -> u64 { let mut local = [1_u8; 8192]; black_box(&mut local); wait().await; n + black_box(&local).len() as u64 }
}

macro_rules! sizes {
    ($($name:ident($($argument:expr),*))*) => {$(
        let plain = size_of_val(&plain::$name($($argument),*));
        let instrumented = size_of_val(&instrumented::$name($($argument),*));
        assert!(
            instrumented <= plain + MORE,
            "{}: {plain} and {instrumented} bytes",
            stringify!($name)
        );
    )*};
}

#[test]
fn future_grows_by_at_most_24_bytes() {
    sizes! {
        nothing()
        judged()
        borrows(&[0; 1024], &mut [0; 1024])
        keeps([0; 1024])
        keeps_judged([0; 1024], String::new())
        changes([0; 1024])
        changes_list(Vec::new())
        ignores([0; 1024])
    }
}

/// The two copies are in the function's own state, and in that of the measured block.
#[test]
fn parameter_passed_to_another_future_is_stored_twice_at_most() {
    let plain = size_of_val(&plain::hands_on([0; 1024]));
    let instrumented = size_of_val(&instrumented::hands_on([0; 1024]));
    assert!(
        instrumented <= plain + size_of::<Large>() + MORE,
        "{plain} and {instrumented} bytes"
    );
}

/// Eight levels of calls, on half of the stack of a tokio worker.
#[test]
fn deep_call_fits_on_the_stack_of_a_worker() {
    let worker = std::thread::Builder::new().stack_size(1024 * 1024);
    let deep = worker.spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("it can be built");
        let plain = runtime.block_on(Box::pin(plain::f0(0)));
        (plain, runtime.block_on(Box::pin(instrumented::f0(0))))
    });
    let (plain, instrumented) = deep.expect("there are threads").join().expect("it fits");
    assert_eq!(plain, instrumented);
}

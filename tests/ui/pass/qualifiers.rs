//! Qualifiers, attributes and parameters of all kinds.
#![deny(warnings, unsafe_op_in_unsafe_fn)]

use std::{
    ffi::{c_int, c_void},
    fmt::{Debug, Display},
    ops::ControlFlow,
    pin::Pin,
    process::ExitCode,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
};

use autometrics::instrument_fn;

mod core {}
mod std_like {
    pub mod autometrics {}
}
#[allow(unused_imports)]
use std_like::autometrics as shadowed;

#[instrument_fn]
unsafe extern "C" fn callback(data: *mut c_void) -> c_int {
    let count: &mut c_int = unsafe { &mut *data.cast() };
    *count += 1;
    *count
}

#[instrument_fn]
async unsafe fn dangerous(pointer: *const u8) -> Result<u8, ()> {
    std::future::ready(()).await;
    if pointer.is_null() {
        return Err(());
    }
    Ok(unsafe { *pointer })
}

#[instrument_fn]
#[unsafe(no_mangle)]
pub extern "C" fn autometrics_test_exported(n: c_int) -> c_int {
    n
}

#[inline(always)]
#[instrument_fn]
fn always(n: u8) -> Result<u8, ()> {
    Ok(n)
}

#[cfg(target_arch = "x86_64")]
#[instrument_fn]
#[target_feature(enable = "sse2")]
fn featured(n: u8) -> Result<u8, ()> {
    if n > 3 { Err(()) } else { Ok(n) }
}

struct Point {
    x: u8,
    y: u8,
}

#[instrument_fn]
fn parameters(
    #[cfg(all())] kept: u8,
    #[cfg(any())] removed: u8,
    ref by_reference: String,
    mut number @ 0..=255: u8,
    Point { x, y: ref mut _y }: Point,
    &[first, .., _]: &[u8; 4],
    _: impl Display,
) -> Result<usize, String> {
    number += kept + x + first;
    Ok(by_reference.len() + usize::from(number))
}

#[instrument_fn]
fn bounds<'a, T, const N: usize>(items: &'a [T; N], extra: &'a (impl Debug + ?Sized)) -> Result<Box<dyn Debug + 'a>, Box<dyn std::error::Error + Send + Sync>>
where
    T: Debug + for<'b> PartialEq<&'b str>,
    [T; N]: Sized,
{
    if N == 0 {
        return Err("empty".into());
    }
    Ok(Box::new((&items[0], extra)))
}

#[instrument_fn]
fn r#match(r#type: u8) -> Result<u8, u8> {
    #![allow(clippy::question_mark)]
    let Some(half) = r#type.checked_div(2) else {
        return Err(r#type);
    };
    'outer: loop {
        loop {
            if half > 1 {
                break 'outer;
            }
            return Ok(half);
        }
    }
    Ok(half)
}

#[instrument_fn]
fn recursive(depth: u8) -> Box<dyn Iterator<Item = u8>> {
    if depth == 0 {
        return Box::new(std::iter::empty());
    }
    Box::new(std::iter::once(depth).chain(recursive(depth - 1)))
}

#[instrument_fn]
fn breaks(n: u8) -> ControlFlow<u8, ()> {
    if n > 3 { ControlFlow::Break(n) } else { ControlFlow::Continue(()) }
}

#[instrument_fn]
fn names(entered: u8, returned: u8, site: u8, caller: u8, result: u8, autometrics: u8) -> Result<u8, ()> {
    Ok(entered + returned + site + caller + result + autometrics)
}

struct Receivers(u8);

#[instrument_fn]
impl Receivers {
    fn boxed(self: Box<Self>) -> Result<u8, ()> {
        Ok(self.0)
    }

    fn shared(self: Rc<Self>) -> Result<Rc<Self>, ()> {
        Ok(self)
    }

    fn arc<'a>(self: &'a Arc<Self>) -> Result<&'a u8, ()> {
        Ok(&self.0)
    }

    fn explicit<'a>(self: &'a mut Self) -> Result<&'a mut u8, ()> {
        Ok(&mut self.0)
    }

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<u8, ()>> {
        Poll::Ready(Ok(self.0))
    }

    fn mutable(mut self) -> Result<Self, ()> {
        self.0 += 1;
        Ok(self)
    }

    fn moved(self) -> Result<impl Fn() -> u8, ()> {
        Ok(move || self.0)
    }

    async fn later(mut self: Box<Self>) -> Result<u8, ()> {
        self.0 += std::future::ready(1).await;
        Ok(self.0)
    }
}

#[tokio::test]
#[instrument_fn]
async fn below_a_test() -> Result<(), String> {
    Ok(())
}

#[instrument_fn]
#[tokio::main(flavor = "current_thread")]
async fn above_a_main() -> Result<u8, String> {
    Ok(std::future::ready(1).await)
}

#[tokio::main(flavor = "current_thread")]
#[instrument_fn]
async fn below_a_main() -> Result<u8, String> {
    Ok(std::future::ready(1).await)
}

#[instrument_fn]
fn main() -> ExitCode {
    let mut count: c_int = 0;
    assert_eq!(unsafe { callback((&raw mut count).cast()) }, 1);
    drop(unsafe { dangerous(&1) });
    assert_eq!(autometrics_test_exported(1), 1);
    assert_eq!(always(1), Ok(1));
    #[cfg(target_arch = "x86_64")]
    assert_eq!(unsafe { featured(1) }, Ok(1));
    let point = Point { x: 1, y: 2 };
    let _ = point.y;
    assert_eq!(parameters(1, "a".into(), 2, point, &[3, 4, 5, 6], 7), Ok(8));
    assert!(bounds(&["a"], &[1][..]).is_ok());
    assert_eq!(r#match(4), Ok(2));
    assert_eq!(recursive(3).count(), 3);
    assert!(breaks(4).is_break());
    assert_eq!(names(1, 1, 1, 1, 1, 1), Ok(6));
    assert_eq!(Box::new(Receivers(1)).boxed(), Ok(1));
    assert_eq!(Rc::new(Receivers(1)).shared().map(|this| this.0), Ok(1));
    assert_eq!(Arc::new(Receivers(1)).arc(), Ok(&1));
    assert_eq!(Receivers(1).explicit(), Ok(&mut 1));
    let mut context = Context::from_waker(std::task::Waker::noop());
    assert_eq!(Pin::new(&mut Receivers(1)).poll(&mut context), Poll::Ready(Ok(1)));
    assert_eq!(Receivers(1).mutable().and_then(Receivers::moved).map(|get| get()), Ok(2));
    drop(Box::new(Receivers(1)).later());
    assert_eq!((above_a_main(), below_a_main()), (Ok(1), Ok(1)));
    ExitCode::SUCCESS
}

//! Whole blocks: `impl`, trait and module; what `Self` may be in an objective.
#![deny(warnings)]

use std::{fmt, marker::PhantomData, sync::Mutex};

use autometrics::{Objective, instrument_fn};

const SLOW: Objective = Objective::new("slow").success_rate(90.0);

/// Documented.
#[derive(Debug, Default)]
struct Shop<'a>(&'a str);

#[instrument_fn(objective = Self::SLO)]
/// This stays.
#[allow(dead_code)]
impl Shop<'_> {
    const SLO: Objective = Objective::new("shop").success_rate(99.0);

    fn name(&self) -> &str {
        self.0
    }

    #[instrument_fn(objective = SLOW, track_concurrency)]
    fn parse(&self) -> Result<u8, std::num::ParseIntError> {
        self.0.parse()
    }

    #[skip]
    const fn constant() -> u8 {
        1
    }
}

trait Sells {
    const SLO: Objective;
}

impl Sells for Shop<'static> {
    const SLO: Objective = SLOW;
}

struct Pair<A, B>(A, PhantomData<B>);

#[instrument_fn]
impl<A: fmt::Display, B> From<A> for Pair<A, B> {
    fn from(value: A) -> Self {
        Self(value, PhantomData)
    }
}

struct Raw(*const u8);

#[instrument_fn]
unsafe impl Send for Raw {}

unsafe trait Reads {
    /// # Safety
    ///
    /// The pointer is valid.
    unsafe fn read(&self) -> Result<u8, ()>;
}

#[instrument_fn]
unsafe impl Reads for Raw {
    unsafe fn read(&self) -> Result<u8, ()> {
        if self.0.is_null() {
            return Err(());
        }
        Ok(unsafe { *self.0 })
    }
}

#[instrument_fn]
trait Greets {
    fn name(&self) -> String;

    fn greeting(&self) -> Result<String, fmt::Error> {
        Ok(format!("hello, {}", self.name()))
    }

    #[skip]
    fn farewell(&self) -> &'static str {
        "bye"
    }
}

impl Greets for u8 {
    fn name(&self) -> String {
        self.to_string()
    }
}

#[instrument_fn(objective = super::SLOW)]
/// Documented, too.
mod module {
    use super::*;

    pub fn free() -> u8 {
        inner::deeper()
    }

    #[instrument_fn(name = "other")]
    pub fn named() -> u8 {
        free()
    }

    #[skip]
    pub const fn constant() -> u8 {
        2
    }

    pub static COUNT: Mutex<u8> = Mutex::new(0);

    pub struct Counter;

    impl Counter {
        pub fn count(&self) -> u8 {
            let mut count = COUNT.lock().unwrap();
            *count += constant();
            *count
        }
    }

    #[skip]
    impl Counter {
        pub const fn new() -> Self {
            Self
        }
    }

    #[instrument_fn(objective = crate::SLOW)]
    mod inner {
        pub(super) fn deeper() -> u8 {
            1
        }
    }
}

fn main() {
    assert_eq!(Shop("a").name(), "a");
    assert_eq!(Shop("3").parse(), Ok(3));
    assert_eq!(Shop::constant(), 1);
    let _ = <Shop<'static> as Sells>::SLO;
    assert_eq!(Pair::<u8, String>::from(1).0, 1);
    assert_eq!(unsafe { Raw(&1).read() }, Ok(1));
    assert_eq!(1.greeting().unwrap(), "hello, 1");
    assert_eq!(1.farewell(), "bye");
    assert_eq!(module::named(), 1);
    assert_eq!(module::Counter::new().count(), 2);
}

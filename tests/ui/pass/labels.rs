//! All that a label may say, on every shape of type, without a warning.
#![deny(warnings)]
#![allow(dead_code)]

mod renamed {
    pub(crate) use autometrics as metrics;
}

use autometrics::{ResultLabels, instrument_fn};

#[derive(ResultLabels)]
#[label(error = "load_failed")]
enum LoadError<'a, T, const N: usize>
where
    T: Clone,
{
    #[label(error = "not_found", result = "error")]
    NotFound,
    #[label(error = "not_found")]
    #[label(result = "error")]
    Gone { id: u64, name: &'a str },
    #[label(result = "ok",)]
    Cancelled([T; N]),
    #[label(transparent)]
    Inner(T),
    #[label(transparent)]
    Nested { from: Box<LoadError<'a, T, N>> },
    #[deprecated]
    Unlabelled(u8, u8),
}

trait Backend {
    type Error;
}

#[derive(ResultLabels)]
enum BackendError<B: Backend> {
    #[label(transparent)]
    Failed(B::Error),
}

#[derive(ResultLabels)]
enum Never {}

#[derive(Clone, ResultLabels)]
struct Unit;

#[derive(ResultLabels)]
#[label(transparent)]
struct Newtype(Unit);

#[derive(ResultLabels)]
#[label(transparent, crate = crate::renamed::metrics)]
struct Named {
    r#type: Unit,
}

#[derive(ResultLabels)]
#[label(crate = renamed::metrics, error = "kind")]
enum r#Raw {
    r#As,
}

// Names of ours that could be in the way.
struct Option;
struct Some;
static __AUTOMETRICS_KINDS: u8 = 1;

#[instrument_fn]
fn load() -> Result<(), LoadError<'static, Unit, 1>> {
    Err(LoadError::Inner(Unit))
}

fn main() {
    let _ = load();
}

//! Classification of returned values: ok or error, and the error kind.
//!
//! The expansion classifies in two steps. In both, method resolution selects the implementation by
//! type and sees through aliases: [`Returned`] splits a value into its success and its failure
//! half; each half is then classified by its [`ResultLabels`], if its type implements them.

#[cfg(feature = "actix-web-4")]
mod actix_web_4;
#[cfg(feature = "axum-0_8")]
mod axum_0_8;
#[cfg(feature = "http-1")]
mod http;
mod kind;
mod labels;
mod returned;
#[cfg(any(feature = "actix-web-4", feature = "http-1"))]
mod status;
mod test;
mod verdict;

pub use self::{
    kind::ErrorKind,
    labels::{ErrorKinds, ResultLabel, ResultLabels},
    returned::{Failure, Otherwise, Ready, Returned, Unlabelled, Value},
    test::{Test, classify, classify_value},
    verdict::{HalfVerdict, Verdict, always_ok},
};
pub(crate) use self::{kind::name, labels::AddKinds};

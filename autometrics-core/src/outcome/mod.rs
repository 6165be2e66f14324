//! What counts as an error, and of which kind.
//!
//! The expansion asks in two steps, each of which the compiler decides by type,
//! aliases seen through: [`Returned`] tells the value of success from that of
//! failure, and each of these then has a say if it has [`ResultLabels`].

#[cfg(feature = "actix-web-4")]
mod actix_web_4;
#[cfg(feature = "axum-0_8")]
mod axum_0_8;
#[cfg(feature = "http")]
mod http;
mod kind;
mod labels;
mod returned;
#[cfg(any(feature = "actix-web-4", feature = "http"))]
mod status;
mod test;
mod verdict;

pub use self::{
    kind::ErrorKind,
    labels::{ErrorKinds, ResultLabel, ResultLabels},
    returned::{Failure, Otherwise, Ready, Returned, Unlabelled, Value},
    test::{Test, judge, judge_value},
    verdict::{Verdict, Word, always_ok},
};
pub(crate) use self::{kind::name, verdict::AddKinds};

//! Service level objectives as constants that are checked at compile time.
//!
//! An [`Objective`] sets the share of calls that must succeed, and the share of calls that must be
//! faster than a threshold. Its builder consists of `const fn`, so an objective that could never
//! work does not compile:
//!
//! ```
//! use slo_spec::Objective;
//! use std::time::Duration;
//!
//! const CHECKOUT: Objective = Objective::new("checkout")
//!     .success_rate(99.9)
//!     .latency(Duration::from_millis(180), 99.0)
//!     .owner("payments");
//!
//! assert_eq!(CHECKOUT.success().unwrap().budget().to_string(), "0.001");
//! ```
//!
//! ```compile_fail
//! # use slo_spec::Objective;
//! // 0.999 was meant as 99.9 percent.
//! const CHECKOUT: Objective = Objective::new("checkout").success_rate(0.999);
//! ```
//!
//! Feature `promql` formats queries for Prometheus, from values of the module `promql`. Feature
//! `rules`, which includes it, generates Prometheus rules from objectives: see the module `rules`.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "promql"), no_std)]
#![forbid(unsafe_code)]

mod decimal;
mod objective;
mod percent;
#[cfg(feature = "promql")]
pub mod promql;
#[cfg(feature = "rules")]
pub mod rules;

pub use decimal::{Decimal, DecimalError};
pub use objective::{Cancelled, Latency, Objective};
pub use percent::Percent;

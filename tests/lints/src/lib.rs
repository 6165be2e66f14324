//! Functions that lints have something to say about.
//!
//! Each file has a theme; each function is there for at least one lint, or
//! because a lint must stay silent about it.
#![warn(
    unused,
    future_incompatible,
    nonstandard_style,
    rust_2018_idioms,
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    unreachable_pub,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    meta_variable_misuse,
    non_ascii_idents,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unsafe_code,
    unsafe_op_in_unsafe_fn,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction,
    clippy::cargo
)]
// What would only repeat that restriction lints are on.
#![allow(clippy::blanket_clippy_restriction_lints)]

pub mod bodies;
mod dead;
pub mod futures;
pub mod methods;
pub mod parameters;
pub mod results;
pub mod returns;
pub mod signatures;

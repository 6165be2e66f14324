//! A test of `tracing-attributes` 0.1.31, see `Cargo.toml`.
#![allow(warnings, clippy::all, clippy::pedantic, clippy::restriction)]

use autometrics::instrument_fn;
use tracing::subscriber::with_default;
use tracing_mock::*;

#[instrument_fn(span)]
fn default_name() {}

#[instrument_fn(span(name = "my_name"))]
fn custom_name() {}

// XXX: it's weird that we support both of these forms, but apparently we
// managed to release a version that accepts both syntax, so now we have to
// support it! yay!

#[test]
fn default_name_test() {
    let (subscriber, handle) = subscriber::mock()
        .new_span(expect::span().named("default_name"))
        .enter(expect::span().named("default_name"))
        .exit(expect::span().named("default_name"))
        .only()
        .run_with_handle();

    with_default(subscriber, || {
        default_name();
    });

    handle.assert_finished();
}

#[test]
fn custom_name_test() {
    let (subscriber, handle) = subscriber::mock()
        .new_span(expect::span().named("my_name"))
        .enter(expect::span().named("my_name"))
        .exit(expect::span().named("my_name"))
        .only()
        .run_with_handle();

    with_default(subscriber, || {
        custom_name();
    });

    handle.assert_finished();
}

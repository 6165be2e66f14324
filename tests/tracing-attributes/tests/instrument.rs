//! A test of `tracing-attributes` 0.1.31, see `Cargo.toml`.
#![allow(warnings, clippy::all, clippy::pedantic, clippy::restriction)]

use autometrics::instrument_fn;
use tracing::subscriber::with_default;
use tracing::Level;
use tracing_mock::*;

// Reproduces a compile error when an instrumented function body contains inner
// attributes (https://github.com/tokio-rs/tracing/issues/2294).
#[deny(unused_variables)]
#[allow(dead_code, clippy::mixed_attributes_style)]
#[instrument_fn(span)]
fn repro_2294() {
    #![allow(unused_variables)]
    let i = 42;
}

#[test]
fn override_everything() {
    #[instrument_fn(span(target = "my_target", level = "debug"))]
    fn my_fn() {}

    #[instrument_fn(span(level = Level::DEBUG, target = "my_target"))]
    fn my_other_fn() {}

    let span = expect::span()
        .named("my_fn")
        .at_level(Level::DEBUG)
        .with_target("my_target");
    let span2 = expect::span()
        .named("my_other_fn")
        .at_level(Level::DEBUG)
        .with_target("my_target");
    let (subscriber, handle) = subscriber::mock()
        .new_span(span.clone())
        .enter(span.clone())
        .exit(span.clone())
        .drop_span(span)
        .new_span(span2.clone())
        .enter(span2.clone())
        .exit(span2.clone())
        .drop_span(span2)
        .only()
        .run_with_handle();

    with_default(subscriber, || {
        my_fn();
        my_other_fn();
    });

    handle.assert_finished();
}

#[test]
fn name_ident() {
    const MY_NAME: &str = "my_name";
    #[instrument_fn(span(name = MY_NAME))]
    fn name() {}

    let span_name = expect::span().named(MY_NAME);

    let (subscriber, handle) = subscriber::mock()
        .new_span(span_name.clone())
        .enter(span_name.clone())
        .exit(span_name.clone())
        .drop_span(span_name)
        .only()
        .run_with_handle();

    with_default(subscriber, || {
        name();
    });

    handle.assert_finished();
}

#[test]
fn target_ident() {
    const MY_TARGET: &str = "my_target";

    #[instrument_fn(span(target = MY_TARGET))]
    fn target() {}

    let span_target = expect::span().named("target").with_target(MY_TARGET);

    let (subscriber, handle) = subscriber::mock()
        .new_span(span_target.clone())
        .enter(span_target.clone())
        .exit(span_target.clone())
        .drop_span(span_target)
        .only()
        .run_with_handle();

    with_default(subscriber, || {
        target();
    });

    handle.assert_finished();
}

#[test]
fn target_name_ident() {
    const MY_NAME: &str = "my_name";
    const MY_TARGET: &str = "my_target";

    #[instrument_fn(span(target = MY_TARGET, name = MY_NAME))]
    fn name_target() {}

    let span_name_target = expect::span().named(MY_NAME).with_target(MY_TARGET);

    let (subscriber, handle) = subscriber::mock()
        .new_span(span_name_target.clone())
        .enter(span_name_target.clone())
        .exit(span_name_target.clone())
        .drop_span(span_name_target)
        .only()
        .run_with_handle();

    with_default(subscriber, || {
        name_target();
    });

    handle.assert_finished();
}

#[test]
fn user_tracing_module() {
    use ::tracing::field::Empty;

    // Reproduces https://github.com/tokio-rs/tracing/issues/3119
    #[instrument_fn(span(fields(f = Empty)))]
    #[allow(dead_code)]
    fn my_fn() {
        assert_eq!("test", tracing::my_other_fn());
    }

    mod tracing {
        #[allow(dead_code)]
        pub fn my_other_fn() -> &'static str {
            "test"
        }
    }
}

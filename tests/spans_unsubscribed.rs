//! Functions with `span` in a program that has no subscriber.
//!
//! A program of its own: a subscriber of another thread, as other tests have, makes `tracing`
//! evaluate fields on every thread.

use autometrics::instrument_fn;

#[test]
fn fields_are_not_evaluated_without_a_subscriber() {
    #[instrument_fn(span(fields(id = panics())))]
    fn quiet() -> bool {
        true
    }

    fn panics() -> u64 {
        panic!("no one listens")
    }

    assert!(quiet());
}

//! Functions with `span` in a program that has no subscriber.
//!
//! A program of its own: `tracing` takes all subscribers that a process ever had into account.

use autometrics::instrument_fn;
use tracing::subscriber::{NoSubscriber, with_default};

#[test]
fn fields_are_not_evaluated_without_a_subscriber() {
    #[instrument_fn(span(fields(id = panics())))]
    fn quiet() -> bool {
        true
    }

    fn panics() -> u64 {
        panic!("no one listens")
    }

    // Until a process has had a subscriber, `tracing` with its feature `log`, which actix-web enables,
    // evaluates the fields of all spans, to write them to the log.
    with_default(NoSubscriber::new(), || ());
    assert!(quiet());
}

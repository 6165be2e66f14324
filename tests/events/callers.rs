//! Callers that an event names.

use autometrics::{CurrentCall, InCurrentCall as _, RemoteCaller, instrument_fn};
use expect_test::expect;

use crate::{Declined, block_on, check, recorded, set_up};

#[instrument_fn(events)]
fn outer(depth: u8) -> Result<(), Declined> {
    middle(depth)
}

#[instrument_fn]
fn middle(depth: u8) -> Result<(), Declined> {
    if depth > 0 { outer(depth - 1) } else { inner() }
}

#[instrument_fn(events)]
fn inner() -> Result<(), Declined> {
    Err(Declined(1))
}

#[instrument_fn(events)]
async fn asks() -> Result<(), Declined> {
    tokio::spawn(async { inner() }.in_current_call())
        .await
        .unwrap()
}

#[test]
fn events_name_callers_across_tasks_and_processes() {
    let remote = RemoteCaller::new("web", "web::basket", "Basket::pay").unwrap();
    check(
        || {
            let _ = outer(1);
            let _ = block_on(asks());
            let _ = CurrentCall::remote(&remote).unwrap().run(|| outer(0));
        },
        expect![[r#"
            ERROR events::callers: inner failed callers=events::callers::middle < events::callers::outer < events::callers::middle < events::callers::outer outcome="error" error=declined with 1 reason="error"
            ERROR events::callers: outer failed callers=events::callers::middle < events::callers::outer outcome="error" error=declined with 1 reason="error"
            ERROR events::callers: outer failed outcome="error" error=declined with 1 reason="error"
            ERROR events::callers: inner failed callers=events::callers::asks outcome="error" error=declined with 1 reason="error"
            ERROR events::callers: asks failed outcome="error" error=declined with 1 reason="error"
            ERROR events::callers: inner failed callers=events::callers::middle < events::callers::outer < web: web::basket::Basket::pay outcome="error" error=declined with 1 reason="error"
            ERROR events::callers: outer failed callers=web: web::basket::Basket::pay outcome="error" error=declined with 1 reason="error"
        "#]],
    );
}

#[instrument_fn(events)]
fn deep(depth: u8) -> Result<(), Declined> {
    deeper(depth)
}

#[instrument_fn]
fn deeper(depth: u8) -> Result<(), Declined> {
    if depth > 0 {
        deep(depth - 1)
    } else {
        deepest()
    }
}

#[instrument_fn(events)]
fn deepest() -> Result<(), Declined> {
    Err(Declined(1))
}

#[test]
fn deep_chain_keeps_the_caller_and_the_outermost_callers() {
    set_up();
    let _ = deep(50);
    let callers = recorded("deepest").pop().unwrap().callers;
    assert_eq!(callers.len(), 32);
    let first = ["events::callers::deeper", "…", "events::callers::deep"];
    assert_eq!(callers[..3], first);
}

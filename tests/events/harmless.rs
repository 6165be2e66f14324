//! Failures while an event is made do not affect the call.

use std::fmt;

use autometrics::{instrument_fn, snapshot};
use expect_test::expect;
use tracing::dispatcher::with_default;

use crate::{check, quietly, recorded, set_up};

#[instrument_fn(events(fields(card, cents, breaks_the_hook)))]
fn charge(card: &str, cents: u64, breaks_the_hook: u8) -> Result<(), String> {
    Err(format!("secret of {card}, and more than is shown"))
}

#[test]
fn redaction_replaces_and_drops_texts_before_they_are_cut() {
    check(
        || {
            let _ = charge("4111", 5, 0);
        },
        expect![[r#"
            ERROR events::harmless: charge failed outcome="error" error=*** of 4111, and … reason="error" cents=5
        "#]],
    );
    let fields = recorded("charge").pop().unwrap().fields;
    assert_eq!(fields, [("cents".into(), "5".into())]);
}

/// A value that panics in the middle of its `Display`.
#[derive(Clone, Copy)]
struct Bomb;

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tick")?;
        panic!("boom")
    }
}

struct OwnedBomb(Bomb);

impl fmt::Display for OwnedBomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[instrument_fn(events(fields(bomb, owned)))]
fn shows_bombs(bomb: Bomb, owned: OwnedBomb, panics: bool) -> Result<u8, Bomb> {
    assert!(!panics, "already unwinding");
    Err(bomb)
}

#[test]
fn panic_while_a_field_is_formatted_does_not_reach_the_caller() {
    check(
        || {
            assert!(shows_bombs(Bomb, OwnedBomb(Bomb), false).is_err());
            let panic = quietly(|| shows_bombs(Bomb, OwnedBomb(Bomb), true))
                .err()
                .unwrap();
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"already unwinding"));
        },
        expect![[r#"
            ERROR events::harmless: shows_bombs failed outcome="error" error=tick reason="error" bomb=tick owned=tick
            ERROR events::harmless: shows_bombs panicked outcome="error" kind="panic" reason="panic" bomb=tick owned=tick
        "#]],
    );
}

#[instrument_fn(events)]
fn fails_quietly(panics: bool) -> Result<u8, &'static str> {
    assert!(!panics, "the caller's");
    Err("failed")
}

/// A subscriber that makes an instrumented call, which fails again, and then panics.
struct Grenade;

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Grenade {
    fn on_event(&self, _: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        let _ = fails_quietly(false);
        panic!("the subscriber")
    }
}

#[test]
fn subscriber_that_panics_or_calls_back_does_not_affect_the_caller() {
    use tracing_subscriber::layer::SubscriberExt as _;
    set_up();
    let subscriber = tracing_subscriber::Registry::default().with(Grenade);
    with_default(&subscriber.into(), || {
        assert_eq!(fails_quietly(false), Err("failed"));
        let panic = quietly(|| fails_quietly(true)).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"the caller's"));
    });
    let events = recorded("fails_quietly");
    assert_eq!(events.len(), 2);
    assert_eq!(events[1].suppressed, 1, "the one within the first");
    let suppressed = snapshot()
        .functions
        .iter()
        .find(|it| it.name == "fails_quietly")
        .unwrap()
        .suppressed_events;
    assert_eq!(suppressed, Some(2));
}

//! Fields of an event.

use std::{
    pin::pin,
    task::{Context, Waker},
};

use autometrics::{EventReason, Outcome, TraceContext, instrument_fn, snapshot};
use expect_test::expect;

use crate::{Declined, block_on, check, quietly, recorded};

#[derive(Debug)]
struct OnlyDebug;

struct Neither;

#[derive(Debug)]
struct Cart {
    id: u64,
    owner: String,
}

#[instrument_fn(events(fields(cart = self.id, self.owner, whole = ?self)))]
impl Cart {
    fn pay(&self, code: u8) -> Result<u8, Declined> {
        if code > 0 {
            Err(Declined(code))
        } else {
            Ok(code)
        }
    }

    #[instrument_fn(events(fields(%code, taken = ?self.owner)))]
    fn take(self, code: u8) -> Result<String, OnlyDebug> {
        if code > 0 {
            return Err(OnlyDebug);
        }
        Ok(self.owner)
    }

    #[instrument_fn(events)]
    #[track_caller]
    fn tracked(&self, code: u8) -> Result<u8, Declined> {
        if code > 1 {
            return Err(Declined(code));
        }
        let code = self.pay(code)?;
        Ok(code)
    }
}

#[instrument_fn(events)]
fn neither() -> Result<(), Neither> {
    Err(Neither)
}

#[instrument_fn(events, ok_if = Option::is_some)]
fn find() -> Option<u8> {
    None
}

#[instrument_fn(events(fields(why_not = "it does")))]
fn panics(really: bool) {
    assert!(!really, "as it should");
}

#[test]
fn event_has_outcome_place_and_fields() {
    let cart = || Cart {
        id: 7,
        owner: "Ann".into(),
    };
    check(
        || {
            let _ = (
                cart().pay(0),
                cart().pay(51),
                cart().take(0),
                cart().take(1),
            );
            let _ = (cart().tracked(0), cart().tracked(1), cart().tracked(2));
            let _ = (neither(), find());
            panics(false);
            let _ = quietly(|| panics(true));
        },
        expect![[r#"
            ERROR events::contents: Cart::pay failed outcome="error" error=declined with 51 reason="error" cart=7 self.owner=Ann whole=Cart { id: 7, own…
            ERROR events::contents: Cart::take failed outcome="error" error=OnlyDebug reason="error" code=1 taken="Ann"
            ERROR events::contents: Cart::pay failed callers=events::contents::Cart::tracked outcome="error" error=declined with 1 reason="error" cart=7 self.owner=Ann whole=Cart { id: 7, own…
            ERROR events::contents: Cart::tracked failed outcome="error" reason="error"
            ERROR events::contents: Cart::tracked failed outcome="error" error=declined with 2 reason="error"
            ERROR events::contents: neither failed outcome="error" reason="error"
            ERROR events::contents: find failed outcome="error" reason="error"
            ERROR events::contents: panics panicked outcome="error" kind="panic" reason="panic" why_not=it does
        "#]],
    );
    let event = recorded("Cart::take").pop().unwrap();
    assert_eq!(
        (&*event.module, &*event.file),
        ("events::contents", file!())
    );
    assert_eq!(event.error.as_deref(), Some("OnlyDebug"));
    assert_eq!(event.outcome, Outcome::Error(None));
    assert_eq!(event.trace, Some(TraceContext::new(0xabc, 0xdef, true)));
    assert_eq!(event.reason, EventReason::Error);
    assert_eq!(event.field("taken"), Some("\"Ann\""));
    assert_eq!(event.field("nothing"), None);
    assert!(!event.latency.is_zero());
    let line = snapshot()
        .functions
        .iter()
        .find(|it| it.name == "Cart::take")
        .unwrap()
        .line;
    assert_eq!(event.line, line);
}

#[instrument_fn(events(fields(name, n)))]
async fn waits(name: String, n: u8) -> Result<String, Declined> {
    tokio::task::yield_now().await;
    match n {
        0 => Ok(name),
        1 => Err(Declined(n)),
        _ => panic!("{name}"),
    }
}

#[expect(clippy::manual_async_fn, reason = "it is the one to look at")]
#[instrument_fn(events(fields(n)))]
fn returns_future(n: u8) -> impl Future<Output = Result<u8, Declined>> {
    async move {
        tokio::task::yield_now().await;
        Err(Declined(n))
    }
}

#[test]
fn futures_are_kept_when_done_and_not_when_dropped() {
    check(
        || {
            block_on(async {
                let all = tokio::join!(
                    waits("first".into(), 0),
                    waits("second".into(), 1),
                    returns_future(3)
                );
                assert!(all.0.is_ok() && all.1.is_err() && all.2.is_err());
                let dropped = pin!(waits("dropped".into(), 1));
                let mut context = Context::from_waker(Waker::noop());
                assert!(dropped.poll(&mut context).is_pending());
            });
            let _ = quietly(|| block_on(waits("third".into(), 2)));
        },
        expect![[r#"
            ERROR events::contents: waits failed outcome="error" error=declined with 1 reason="error" name=second n=1
            ERROR events::contents: returns_future failed outcome="error" error=declined with 3 reason="error" n=3
            ERROR events::contents: waits panicked outcome="error" kind="panic" reason="panic" name=third n=2
        "#]],
    );
}

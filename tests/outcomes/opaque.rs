//! Futures with an `impl Trait` output are classified by the concrete type.

#[path = "../support/mod.rs"]
mod support;

use std::{
    fmt::Display,
    future::{Future, ready},
    num::ParseIntError,
    pin::pin,
    task::{Context, Poll, Waker},
};

use autometrics::{ResultLabels, instrument_fn};
use support::endings;

#[derive(ResultLabels)]
enum Answer {
    #[label(result = "ok")]
    Fine,
    #[label(result = "error", error = "refused")]
    Refused,
}

impl Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an answer")
    }
}

/// A trait with the name of a web framework's, whose values may have a status.
trait Responder: Display {}

impl<T: Display> Responder for T {}

#[instrument_fn]
async fn waits(fine: bool) -> impl Responder {
    ready(()).await;
    if fine { Answer::Fine } else { Answer::Refused }
}

#[instrument_fn]
async fn formats(fine: bool) -> impl Responder {
    let text = format!("{fine}");
    text + "!"
}

#[instrument_fn]
async fn parses(text: &str) -> Result<impl Responder, ParseIntError> {
    let text = format!("{text}0");
    ready(()).await;
    let number: u32 = text.parse()?;
    Ok(number.to_string())
}

#[instrument_fn(events(fields(text)), track_concurrency)]
async fn tells(text: &str) -> Result<impl Responder, ParseIntError> {
    ready(()).await;
    Ok(text.parse::<u32>()?.to_string())
}

#[instrument_fn]
fn returns(fine: bool) -> impl Future<Output = Result<impl Responder, String>> {
    use std::string::String;
    let text = String::from("no");
    async move { if fine { Ok(text + "thing") } else { Err(text) } }
}

#[instrument_fn(events)]
fn passes(fine: bool) -> impl Future<Output = Result<impl Responder, String>> {
    returns(fine)
}

#[instrument_fn(span)]
async fn spans(fine: bool) -> Result<impl Responder, String> {
    ready(()).await;
    returns(fine).await
}

fn finish<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing is waited for"),
    }
}

#[test]
fn opaque_outputs_are_classified_by_their_concrete_type() {
    for fine in [true, false] {
        assert_eq!(finish(waits(fine)).to_string(), "an answer");
        finish(formats(fine));
        assert_eq!(finish(returns(fine)).is_ok(), fine);
        assert_eq!(finish(passes(fine)).is_ok(), fine);
        assert_eq!(finish(spans(fine)).is_ok(), fine);
    }
    for text in ["1", "one"] {
        assert_eq!(finish(parses(text)).is_ok(), text == "1");
        assert_eq!(finish(tells(text)).is_ok(), text == "1");
    }
    assert_eq!(endings("waits"), ["ok", "refused"]);
    assert_eq!(endings("formats"), ["ok", "ok"]);
    for name in ["parses", "tells", "passes", "spans"] {
        assert_eq!(endings(name), ["error", "ok"], "{name}");
    }
    assert_eq!(
        endings("returns"),
        ["error", "error", "error", "ok", "ok", "ok"]
    );
}

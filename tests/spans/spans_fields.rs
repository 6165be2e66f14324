//! Exemplars from the fields of spans.

use std::thread;

use autometrics::{
    Settings, TraceContext, TraceSource as _, instrument_fn, snapshot,
    tracing_subscriber_0_3::{EnteredSpan, SpanFields},
};
use tracing::{Span, field::Empty, info_span, subscriber::with_default};
use tracing_subscriber::{Registry, layer::SubscriberExt as _};

/// Compares the thread's current trace, from the fields of its spans, with `expected`.
#[track_caller]
fn check(expected: Option<(u128, u64, bool)>) {
    let expected = expected.map(|(trace, span, sampled)| TraceContext::new(trace, span, sampled));
    assert_eq!(EnteredSpan.current(), expected);
}

fn with_fields(fields: SpanFields, work: impl FnOnce()) {
    with_default(Registry::default().with(fields), work);
}

#[test]
fn ids_are_numbers_or_hexadecimal_text() {
    with_fields(SpanFields::new(), || {
        for span in [
            info_span!("text", trace_id = "4bf9", span_id = "f067"),
            info_span!("numbers", trace_id = 0x4bf9, span_id = 0xf067_u64),
            info_span!("wide", trace_id = 0x4bf9_u128, span_id = 0xf067_u128),
            info_span!("shown", trace_id = %"0x4bf9", span_id = ?"f067"),
            info_span!(
                "others",
                id = 3,
                trace_id = "4bf9",
                span_id = "f067",
                user = "f1"
            ),
        ] {
            span.in_scope(|| check(Some((0x4bf9, 0xf067, true))));
            check(None);
        }
        info_span!("no number", trace_id = "the first").in_scope(|| check(None));
        info_span!("nothing").in_scope(|| check(None));
    });
}

#[test]
fn spans_inherit_the_trace_of_their_parents() {
    with_fields(SpanFields::new(), || {
        let request = info_span!("request", trace_id = 1, span_id = 2, sampled = false);
        let _request = request.enter();
        info_span!("plain").in_scope(|| check(Some((1, 2, false))));
        info_span!("own number", span_id = 3).in_scope(|| check(Some((1, 3, false))));
        let own = info_span!("own trace", trace_id = 9);
        let id = own.id().unwrap().into_u64();
        own.in_scope(|| {
            check(Some((9, id, true)));
            info_span!("kept", sampled = true).in_scope(|| check(Some((9, id, true))));
        });
        info_span!(parent: None, "apart").in_scope(|| check(None));
        check(Some((1, 2, false)));
        thread::spawn(|| check(None)).join().unwrap();
    });
}

#[test]
fn fields_recorded_later_apply_from_then_on() {
    with_fields(SpanFields::new(), || {
        let request = info_span!("request", trace_id = Empty, span_id = Empty);
        let _request = request.enter();
        let inner = info_span!("inner");
        let _inner = inner.enter();
        check(None);
        request.record("trace_id", "4bf9");
        request.record("span_id", 7);
        check(Some((0x4bf9, 7, true)));
        Span::current().record("trace_id", 5);
        check(Some((0x4bf9, 7, true)));
    });
}

#[test]
fn spans_may_be_exited_in_any_order() {
    with_fields(SpanFields::new(), || {
        let first = info_span!("first", trace_id = 1, span_id = 1).entered();
        let second = info_span!("second", trace_id = 2, span_id = 2).entered();
        first.exit();
        check(Some((2, 2, true)));
        second.exit();
        check(None);
    });
}

#[test]
fn fields_may_have_other_names() {
    let fields = SpanFields::new()
        .trace_id("dd.trace_id")
        .span_id("dd.span_id")
        .sampled("kept");
    with_fields(fields, || {
        let span = info_span!(
            "span",
            dd.trace_id = 1,
            dd.span_id = 2,
            kept = false,
            trace_id = 3
        );
        span.in_scope(|| check(Some((1, 2, false))));
    });
}

#[instrument_fn(span(fields(trace_id, span_id = 8)))]
fn traced(trace_id: u64) {}

#[instrument_fn]
async fn waits() {
    tokio::task::yield_now().await;
}

#[test]
fn exemplars_have_the_ids_in_the_fields() {
    use tracing::Instrument as _;

    Settings::new().trace_source(EnteredSpan).apply().unwrap();
    with_fields(SpanFields::new(), || {
        traced(3);
        let span = info_span!("request", trace_id = 4, span_id = 9);
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(waits().instrument(span));
    });
    let snapshot = snapshot();
    let shown: Vec<_> = snapshot
        .exemplars
        .iter()
        .map(|exemplar| {
            let name = &*snapshot.functions[exemplar.function].name;
            (name, exemplar.trace)
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("traced", TraceContext::new(3, 8, true)),
            ("waits", TraceContext::new(4, 9, true)),
        ]
    );
}

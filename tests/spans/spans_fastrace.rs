//! Exemplars have the span ids that `fastrace` reports.
#![expect(
    clippy::diverging_sub_expression,
    reason = "`#[trace]` moves the body of an async function to where the lint looks into what macros wrote"
)]

use std::collections::BTreeMap;

use autometrics::{Settings, fastrace_0_7::LocalParent, instrument_fn, snapshot};
use fastrace::{
    collector::{Config, SpanContext, TestReporter},
    prelude::*,
};

#[instrument_fn]
#[trace(short_name = true)]
fn own_span() {}

#[trace(short_name = true)]
#[instrument_fn]
fn span_around() {}

#[instrument_fn]
#[trace(short_name = true)]
async fn waits() {
    tokio::task::yield_now().await;
}

#[instrument_fn]
fn not_sampled() {}

#[instrument_fn]
fn without_a_span() {}

/// One test, because the trace source belongs to the process.
#[test]
fn exemplar_has_the_reported_span() {
    Settings::new().trace_source(LocalParent).apply().unwrap();
    let (reporter, reported) = TestReporter::new();
    fastrace::set_reporter(reporter, Config::default());
    without_a_span();
    {
        let root = Span::root("root", SpanContext::random());
        let _guard = root.set_local_parent();
        own_span();
        span_around();
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(waits());
    }
    {
        let root = Span::root("root of nothing", SpanContext::random().sampled(false));
        let _guard = root.set_local_parent();
        not_sampled();
    }
    fastrace::flush();

    let spans: BTreeMap<_, _> = reported
        .lock()
        .iter()
        .map(|span| {
            let ids = format!("{:032x}/{:016x}", span.trace_id.0, span.span_id.0);
            (ids, span.name.to_string())
        })
        .collect();
    let snapshot = snapshot();
    let shown: Vec<_> = snapshot
        .exemplars
        .iter()
        .map(|exemplar| {
            let name = &*snapshot.functions[exemplar.function].name;
            let span = spans.get(&exemplar.trace.to_string());
            (name, span.map(String::as_str))
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("own_span", Some("own_span")),
            ("span_around", Some("root")),
            ("waits", Some("waits")),
        ]
    );
}

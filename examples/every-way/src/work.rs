//! Calls of instrumented functions, so that there are metrics.

use std::{
    num::ParseIntError,
    pin::pin,
    task::{Context, Waker},
};

use autometrics::{Objective, instrument_fn, tracing_subscriber_0_3::SpanFields};
use fastrace::{Span, collector::SpanContext};
use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::{Registry, layer::SubscriberExt as _};

/// Makes orders, some of which fail, a payment that is cancelled, and three calls in spans.
pub(crate) fn work() {
    for cart in ["1", "2", "3", "many", "none"] {
        // Errors are only counted.
        let _ = order(cart);
    }
    let mut waiting = Context::from_waker(Waker::noop());
    assert!(pin!(pay()).poll(&mut waiting).is_pending());

    let tracer = SdkTracerProvider::builder().build().tracer("every-way");
    tracer.in_span("order", |_| in_a_span_of_opentelemetry());
    {
        let root = Span::root("order", SpanContext::random());
        let _guard = root.set_local_parent();
        in_a_span_of_fastrace();
    }
    let subscriber = Registry::default().with(SpanFields::new());
    tracing::subscriber::with_default(subscriber, || {
        tracing::info_span!("order", trace_id = "4bf9", span_id = 7_u64)
            .in_scope(in_a_span_with_fields);
    });
}

const ORDER: Objective = Objective::new("order").success_rate(99.0);
const PAY: Objective = Objective::new("pay").success_rate(99.9);

#[instrument_fn(objective = ORDER)]
fn order(cart: &str) -> Result<u64, ParseIntError> {
    price(cart)
}

#[instrument_fn]
fn price(cart: &str) -> Result<u64, ParseIntError> {
    cart.parse()
}

#[instrument_fn(objective = PAY, track_concurrency)]
async fn pay() {
    std::future::pending::<()>().await;
}

#[instrument_fn]
fn in_a_span_of_opentelemetry() {}

#[instrument_fn]
fn in_a_span_of_fastrace() {}

#[instrument_fn]
fn in_a_span_with_fields() {}

//! Tests the active span as a source of exemplars.

use autometrics_core::{TraceContext, TraceSource as _};
use autometrics_opentelemetry_0_33::ActiveSpan;
use opentelemetry::{
    Context,
    trace::{
        SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, Tracer as _,
        TracerProvider as _,
    },
};
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};

#[test]
fn without_a_span_there_is_no_context() {
    assert_eq!(ActiveSpan.current(), None);
    let _guard = Context::current_with_value("no span").attach();
    assert_eq!(ActiveSpan.current(), None);
}

#[test]
fn ids_are_read_in_big_endian_order() {
    let context = SpanContext::new(
        TraceId::from_hex("4bf92f3577b34da6a3ce929d0e0e4736").unwrap(),
        SpanId::from_hex("00f067aa0ba902b7").unwrap(),
        TraceFlags::SAMPLED,
        true,
        opentelemetry::trace::TraceState::default(),
    );
    let _guard = Context::new().with_remote_span_context(context).attach();
    assert_eq!(
        ActiveSpan.current(),
        Some(TraceContext::new(
            0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736,
            0x00f0_67aa_0ba9_02b7,
            true
        ))
    );
}

#[test]
fn innermost_span_is_returned_with_its_sampled_flag() {
    for (sampler, sampled) in [(Sampler::AlwaysOn, true), (Sampler::AlwaysOff, false)] {
        let provider = SdkTracerProvider::builder().with_sampler(sampler).build();
        let tracer = provider.tracer("test");
        tracer.in_span("outer", |_| {
            let outer = ActiveSpan.current().unwrap();
            tracer.in_span("inner", |context| {
                let inner = ActiveSpan.current().unwrap();
                assert_eq!(inner.trace_id, outer.trace_id);
                assert_ne!(inner.span_id, outer.span_id);
                assert_eq!(inner.sampled, sampled);
                let id = context.span().span_context().span_id();
                assert_eq!(format!("{:016x}", inner.span_id), id.to_string());
            });
            assert_eq!(ActiveSpan.current(), Some(outer));
        });
        assert_eq!(ActiveSpan.current(), None);
    }
}

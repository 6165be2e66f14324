//! Exemplars that lead to spans of crate `fastrace`, version 0.7.
//!
//! Pass [`LocalParent`] to the settings at the start of `main`.
#![forbid(unsafe_code)]

use autometrics_core::{TraceContext, TraceSource};
use fastrace::collector::SpanContext;

/// Source of exemplars that returns `fastrace`'s local parent span.
///
/// ```
/// use autometrics::Settings;
/// use autometrics::fastrace_0_7::LocalParent;
///
/// Settings::new().trace_source(LocalParent).apply()?;
/// # Ok::<(), autometrics::SettingsError>(())
/// ```
///
/// The span is read when a call ends. With `#[instrument_fn]` above `#[trace]`, the exemplar leads
/// to the function's own span. With `#[trace]` above, it leads to the span around the function.
///
/// There are no exemplars unless the program enables `fastrace`'s feature `enable`, and none of
/// spans that are not sampled.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalParent;

impl TraceSource for LocalParent {
    fn current(&self) -> Option<TraceContext> {
        let context = SpanContext::current_local_parent()?;
        let (trace, span) = (context.trace_id.0, context.span_id.0);
        Some(TraceContext::new(trace, span, context.sampled))
    }
}

//! Source of exemplars: the active span of OpenTelemetry.

use autometrics_core::{TraceContext, TraceSource};
use opentelemetry::trace::get_active_span;

/// Source of exemplars that returns the span in OpenTelemetry's active context.
///
/// ```
/// use autometrics::Settings;
/// use autometrics::opentelemetry_0_33::ActiveSpan;
///
/// Settings::new().trace_source(ActiveSpan).apply()?;
/// # Ok::<(), autometrics::SettingsError>(())
/// ```
///
/// Spans of crate `tracing` are included if `tracing-opentelemetry` makes them active when they are
/// entered. It does so by default from 0.32 on, and its version for this version of `opentelemetry`
/// is 0.34.
#[derive(Clone, Copy, Debug, Default)]
pub struct ActiveSpan;

impl TraceSource for ActiveSpan {
    fn current(&self) -> Option<TraceContext> {
        get_active_span(|span| {
            let context = span.span_context();
            context.is_valid().then(|| {
                TraceContext::new(
                    u128::from_be_bytes(context.trace_id().to_bytes()),
                    u64::from_be_bytes(context.span_id().to_bytes()),
                    context.is_sampled(),
                )
            })
        })
    }
}

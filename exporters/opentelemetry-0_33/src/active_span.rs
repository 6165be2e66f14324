//! The active span of OpenTelemetry, as a source of exemplars.

use autometrics_core::{TraceContext, TraceSource};
use opentelemetry::trace::get_active_span;

/// The span in OpenTelemetry's active context, as a source of exemplars.
///
/// ```
/// use autometrics_core::Settings;
/// use autometrics_opentelemetry_0_33::ActiveSpan;
///
/// Settings::new().trace_source(ActiveSpan).apply()?;
/// # Ok::<(), autometrics_core::SettingsError>(())
/// ```
///
/// It also sees spans of crate `tracing` where `tracing-opentelemetry` makes them active
/// when they are entered, as it does by default from 0.32 on; the one that goes with
/// this version of `opentelemetry` is 0.34.
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

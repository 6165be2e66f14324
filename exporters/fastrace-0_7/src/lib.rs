//! Exemplars that lead to spans of crate `fastrace`, version 0.7.
//!
//! [`LocalParent`] is all there is: give it to the settings at the start of `main`.
#![forbid(unsafe_code)]

use autometrics_core::{TraceContext, TraceSource};
use fastrace::collector::SpanContext;

/// The span that is `fastrace`'s local parent, as a source of exemplars.
///
/// ```
/// use autometrics_core::Settings;
/// use autometrics_fastrace_0_7::LocalParent;
///
/// Settings::new().trace_source(LocalParent).apply()?;
/// # Ok::<(), autometrics_core::SettingsError>(())
/// ```
///
/// It is asked when a call ends. With `#[instrument_fn]` above `#[trace]` the exemplar
/// leads to the function's own span, with `#[trace]` above to the one around it.
///
/// There are none before `fastrace`'s feature `enable` is on, which is for the program to
/// decide, nor of spans that are not sampled.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalParent;

impl TraceSource for LocalParent {
    fn current(&self) -> Option<TraceContext> {
        let context = SpanContext::current_local_parent()?;
        let (trace, span) = (context.trace_id.0, context.span_id.0);
        Some(TraceContext::new(trace, span, context.sampled))
    }
}

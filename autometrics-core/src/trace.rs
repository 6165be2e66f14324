//! The position of a call in a distributed trace, as reported by a tracing library.

use std::{fmt, sync::Arc};

/// A span of a trace, by its identifiers.
///
/// The identifiers are those of the [W3C Trace Context], as big-endian numbers: `trace_id` is
/// `0x4bf9…` if the header contains `4bf9…`. [`Display`](fmt::Display) formats both in hexadecimal.
///
/// ```
/// use autometrics::TraceContext;
///
/// let context = TraceContext::new(0x4bf9_2f35, 0xf067, true);
/// assert_eq!(context.to_string(), "0000000000000000000000004bf92f35/000000000000f067");
/// ```
///
/// [W3C Trace Context]: https://www.w3.org/TR/trace-context/#traceparent-header-field-values
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TraceContext {
    /// Id of the trace; zero if there is none.
    pub trace_id: u128,
    /// Id of the span; zero if there is none.
    pub span_id: u64,
    /// `true` if the trace is sampled. Only sampled traces become exemplars, as others are not
    /// stored.
    pub sampled: bool,
}

impl TraceContext {
    /// Creates the context of the span `span_id` in the trace `trace_id`.
    pub const fn new(trace_id: u128, span_id: u64, sampled: bool) -> Self {
        Self {
            trace_id,
            span_id,
            sampled,
        }
    }

    /// Returns `true` if the trace is sampled and both ids are set, so that a link to the span
    /// works.
    pub const fn is_linkable(self) -> bool {
        self.sampled && self.trace_id != 0 && self.span_id != 0
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}/{:016x}", self.trace_id, self.span_id)
    }
}

/// Source of the trace context of the calling thread.
///
/// The source is called when a call ends, on the thread on which the call ended, and only for some
/// calls: see [`Settings::trace_source`](crate::Settings::trace_source). It should read
/// thread-local state and never block. A panic in it counts as `None`.
///
/// Implemented for every function and closure with this signature. Adaptors for tracing libraries
/// provide sources of their own.
///
/// ```
/// use autometrics::{Settings, TraceContext};
///
/// fn current() -> Option<TraceContext> {
///     // … as your tracing library knows it
/// #    None
/// }
///
/// Settings::new().trace_source(current).apply()?;
/// # Ok::<(), autometrics::SettingsError>(())
/// ```
pub trait TraceSource: Send + Sync + 'static {
    /// Returns the span that the calling thread is in; `None` if there is none.
    fn current(&self) -> Option<TraceContext>;
}

impl<F: Fn() -> Option<TraceContext> + Send + Sync + 'static> TraceSource for F {
    fn current(&self) -> Option<TraceContext> {
        self()
    }
}

/// A trace source inside [`Settings`](crate::Settings), which are `Clone` and `Debug`.
#[derive(Clone)]
pub(crate) struct Source(pub(crate) Arc<dyn TraceSource>);

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TraceSource")
    }
}

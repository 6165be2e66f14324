//! Where a call stands in a distributed trace, as a tracing library tells it.

use std::{fmt, sync::Arc};

/// A span of a trace, by its identifiers.
///
/// They are those of the [W3C Trace Context], big-endian: `trace_id` is
/// `0x4bf9…` when it is written `4bf9…`. [`Display`](fmt::Display) writes both in hexadecimal.
///
/// ```
/// use autometrics_core::TraceContext;
///
/// let context = TraceContext::new(0x4bf9_2f35, 0xf067, true);
/// assert_eq!(context.to_string(), "0000000000000000000000004bf92f35/000000000000f067");
/// ```
///
/// [W3C Trace Context]: https://www.w3.org/TR/trace-context/#traceparent-header-field-values
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TraceContext {
    /// The trace. Zero is none.
    pub trace_id: u128,
    /// The span in it. Zero is none.
    pub span_id: u64,
    /// Whether the trace is kept: a link to one that is not leads nowhere.
    pub sampled: bool,
}

impl TraceContext {
    /// The span `span_id` of the trace `trace_id`.
    pub const fn new(trace_id: u128, span_id: u64, sampled: bool) -> Self {
        Self {
            trace_id,
            span_id,
            sampled,
        }
    }

    /// Whether it names a span of a trace that is kept.
    pub const fn leads_somewhere(self) -> bool {
        self.sampled && self.trace_id != 0 && self.span_id != 0
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}/{:016x}", self.trace_id, self.span_id)
    }
}

/// Tells in which span the calling thread is, if in any.
///
/// It is asked when a call ends, on the thread on which it ended, and not at every
/// call: see [`Settings::trace_source`](crate::Settings::trace_source). It should
/// answer from what the thread knows, without waiting for anything. If it panics, that
/// is taken for `None`.
///
/// Any function will do; adaptors for tracing libraries bring theirs.
///
/// ```
/// use autometrics_core::{Settings, TraceContext};
///
/// fn current() -> Option<TraceContext> {
///     // … as your tracing library knows it
/// #    None
/// }
///
/// Settings::new().trace_source(current).apply()?;
/// # Ok::<(), autometrics_core::SettingsError>(())
/// ```
pub trait TraceSource: Send + Sync + 'static {
    /// The span that the calling thread is in.
    fn current(&self) -> Option<TraceContext>;
}

impl<F: Fn() -> Option<TraceContext> + Send + Sync + 'static> TraceSource for F {
    fn current(&self) -> Option<TraceContext> {
        self()
    }
}

/// A source that settings carry, which have to be `Clone` and `Debug`.
#[derive(Clone)]
pub(crate) struct Source(pub(crate) Arc<dyn TraceSource>);

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TraceSource")
    }
}

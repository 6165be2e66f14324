//! Layer that reads the fields of spans.

use autometrics_core::TraceContext;
use tracing::{
    Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use crate::{
    entered,
    fields::{Fields, Names, Visitor},
};

/// Layer that reads `trace_id`, `span_id` and `sampled` from the fields of spans, for
/// [`EnteredSpan`](crate::EnteredSpan).
///
/// - Integers are used as they are. Strings, and values recorded with `%` or `?`, are parsed as
///   hexadecimal, with or without `0x`, or as a UUID. Other values are ignored.
/// - A span without `trace_id` belongs to the trace of the span around it. A field that is recorded
///   later applies from then on.
/// - Exemplars need a span id. If neither the span nor one around it, up to the one with the
///   `trace_id`, has a `span_id`, the span id is the id that `tracing` gave to the span with the
///   `trace_id`.
/// - A trace counts as sampled unless a field is `sampled = false`.
///
/// A span that is hidden by a filter is hidden from this layer, too.
#[derive(Clone, Copy, Debug)]
pub struct SpanFields {
    names: Names,
}

impl SpanFields {
    /// Returns a layer that reads the fields `trace_id`, `span_id` and `sampled`.
    pub const fn new() -> Self {
        Self {
            names: Names {
                trace_id: "trace_id",
                span_id: "span_id",
                sampled: "sampled",
            },
        }
    }

    /// Sets the name of the field with the trace id. Default: `trace_id`.
    #[must_use]
    pub const fn trace_id(mut self, name: &'static str) -> Self {
        self.names.trace_id = name;
        self
    }

    /// Sets the name of the field with the span id. Default: `span_id`.
    #[must_use]
    pub const fn span_id(mut self, name: &'static str) -> Self {
        self.names.span_id = name;
        self
    }

    /// Sets the name of the `bool` field that is `true` for a sampled trace. Default: `sampled`.
    #[must_use]
    pub const fn sampled(mut self, name: &'static str) -> Self {
        self.names.sampled = name;
        self
    }
}

impl Default for SpanFields {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for SpanFields {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut Visitor(self.names, &mut fields));
        if let (false, Some(span)) = (fields.is_empty(), context.span(id)) {
            span.extensions_mut().replace(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let before = span
            .extensions()
            .get::<Fields>()
            .copied()
            .unwrap_or_default();
        let mut fields = before;
        values.record(&mut Visitor(self.names, &mut fields));
        if fields != before {
            span.extensions_mut().replace(fields);
            entered::refresh(|id| leads_to(id, &context));
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        entered::enter(id, leads_to(id, &context));
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        entered::exit(id);
    }
}

/// Returns the trace context from the fields of the span and of those around it, up to the span
/// with the trace id. `None` if there is no trace id.
fn leads_to<S>(id: &Id, context: &Context<'_, S>) -> Option<TraceContext>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let (mut span_id, mut sampled) = (None, None);
    for span in context.span_scope(id)? {
        let Some(fields) = span.extensions().get::<Fields>().copied() else {
            continue;
        };
        span_id = span_id.or(fields.span_id);
        sampled = sampled.or(fields.sampled);
        if let Some(trace_id) = fields.trace_id {
            let span_id = span_id.unwrap_or_else(|| span.id().into_u64());
            return Some(TraceContext::new(
                trace_id,
                span_id,
                sampled.unwrap_or(true),
            ));
        }
    }
    None
}

//! The layer that reads the fields of spans.

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

/// Reads `trace_id` and `span_id` from the fields of spans, for
/// [`EnteredSpan`](crate::EnteredSpan).
///
/// - Numbers are taken as they are. Text, and what is recorded with `%` or `?`, is
///   hexadecimal: with or without `0x`, or as a UUID. What is neither is no number.
/// - A span without `trace_id` is in the trace of the span around it, and so is everything
///   in it. Fields that are recorded later count from then on.
/// - Exemplars need the number of a span. Where no span up to the one with the `trace_id`
///   has a `span_id`, it is the number that `tracing` itself gave that one.
/// - Everything is taken for sampled but what has a field `sampled = false`.
///
/// Filters that hide a span hide it from here as well.
#[derive(Clone, Copy, Debug)]
pub struct SpanFields {
    names: Names,
}

impl SpanFields {
    /// Reads `trace_id`, `span_id` and `sampled`.
    pub const fn new() -> Self {
        Self {
            names: Names {
                trace_id: "trace_id",
                span_id: "span_id",
                sampled: "sampled",
            },
        }
    }

    /// Reads the number of the trace from the field `name`.
    #[must_use]
    pub const fn trace_id(mut self, name: &'static str) -> Self {
        self.names.trace_id = name;
        self
    }

    /// Reads the number of the span from the field `name`.
    #[must_use]
    pub const fn span_id(mut self, name: &'static str) -> Self {
        self.names.span_id = name;
        self
    }

    /// Reads whether the trace is kept from the field `name`.
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

/// What the fields say of the span and of those around it, up to the one that has the
/// number of the trace.
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

//! Calls that were kept one by one, and the search for them.

use crate::calls::Name;

/// Call that was kept as an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// Function that was called.
    pub function: Name,
    /// End of the call, in Unix seconds.
    pub at: f64,
    /// Reason for keeping the call: `error`, `panic`, `slow` or `sampled`.
    pub reason: String,
    /// Result under which the call is counted: `ok` or `error`.
    pub result: String,
    /// Error kind; `None` without one.
    pub kind: Option<String>,
    /// Text of the returned error.
    pub error: Option<String>,
    /// Latency, in seconds.
    pub seconds: f64,
    /// The calls around it, the innermost first.
    pub callers: Vec<String>,
    /// Flow of the call: its route, or its outermost function.
    pub flow: Option<String>,
    /// Fields that the function's attribute names.
    pub fields: Vec<(String, String)>,
    /// Id of its trace, 32 hexadecimal digits.
    pub trace_id: Option<String>,
    /// Id of its span, 16 hexadecimal digits.
    pub span_id: Option<String>,
    /// Number of events of the function that were suppressed since the previous event.
    pub suppressed: u64,
}

/// Conditions that an event meets. A condition that is not set accepts every event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// The function is one of these.
    pub functions: Option<Vec<Name>>,
    /// Reason (`error`, `panic`, `slow`, `sampled`) or result (`ok`, `error`).
    pub outcome: Option<String>,
    /// Error kind, exactly.
    pub kind: Option<String>,
    /// Name of a field that the event has.
    pub field: Option<String>,
    /// Text that the field contains, in any case; without a field name, any field or the error.
    pub value: Option<String>,
    /// Name of the flow, exactly.
    pub flow: Option<String>,
    /// Id of the trace.
    pub trace_id: Option<String>,
}

/// Values that [`EventFilter::outcome`] accepts.
pub const OUTCOMES: [&str; 5] = ["ok", "error", "panic", "slow", "sampled"];

impl EventFilter {
    /// Returns `true` if the event meets all conditions.
    pub fn accepts(&self, event: &Event) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        let functions = self.functions.as_ref();
        functions.is_none_or(|functions| functions.contains(&event.function))
            && self.has_outcome(event)
            && is(&self.kind, event.kind.as_deref())
            && is(&self.flow, event.flow.as_deref())
            && is(&self.trace_id, event.trace_id.as_deref())
            && self.has_field(event)
    }

    fn has_outcome(&self, event: &Event) -> bool {
        let outcome = self.outcome.as_deref();
        outcome.is_none_or(|outcome| event.reason == outcome || event.result == outcome)
    }

    fn has_field(&self, event: &Event) -> bool {
        if self.field.is_none() && self.value.is_none() {
            return true;
        }
        let value = self.value.as_ref().map(|value| value.to_lowercase());
        let contains = |text: &str| {
            let value = value.as_ref();
            value.is_none_or(|value| text.to_lowercase().contains(value))
        };
        let mut fields = event.fields.iter();
        let has_field = fields.any(|(name, text)| {
            let is_named = self.field.as_ref().is_none_or(|field| field == name);
            is_named && contains(text)
        });
        let error = event.error.as_deref().filter(|_| self.field.is_none());
        has_field || error.is_some_and(contains)
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, EventFilter};
    use crate::calls::Name;

    fn event() -> Event {
        Event {
            function: Name::new("shop::pay", "charge"),
            reason: "error".to_owned(),
            result: "error".to_owned(),
            kind: Some("declined".to_owned()),
            error: Some("Card refused".to_owned()),
            fields: vec![("customer".to_owned(), "Ada 7".to_owned())],
            ..Event::default()
        }
    }

    #[test]
    fn every_condition_must_be_met() {
        let some = |text: &str| Some(text.to_owned());
        let accepted = [
            EventFilter::default(),
            EventFilter {
                outcome: some("error"),
                kind: some("declined"),
                ..EventFilter::default()
            },
            EventFilter {
                field: some("customer"),
                ..EventFilter::default()
            },
            EventFilter {
                field: some("customer"),
                value: some("ada"),
                ..EventFilter::default()
            },
            EventFilter {
                value: some("REFUSED"),
                ..EventFilter::default()
            },
        ];
        for filter in accepted {
            assert!(filter.accepts(&event()), "{filter:?}");
        }
        let refused = [
            EventFilter {
                outcome: some("panic"),
                ..EventFilter::default()
            },
            EventFilter {
                kind: some("timeout"),
                ..EventFilter::default()
            },
            EventFilter {
                field: some("order"),
                ..EventFilter::default()
            },
            EventFilter {
                field: some("customer"),
                value: some("refused"),
                ..EventFilter::default()
            },
            EventFilter {
                flow: some("POST /pay"),
                ..EventFilter::default()
            },
            EventFilter {
                trace_id: some("00"),
                ..EventFilter::default()
            },
            EventFilter {
                functions: Some(Vec::new()),
                ..EventFilter::default()
            },
        ];
        for filter in refused {
            assert!(!filter.accepts(&event()), "{filter:?}");
        }
    }
}

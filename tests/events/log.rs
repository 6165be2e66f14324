//! Logs events of `tracing`, without the fields that differ from run to run.

use std::{
    fmt::{self, Write as _},
    sync::{Arc, Mutex},
};

use tracing::{
    Dispatch, Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt as _},
};

/// A line for each event: its level, its message, and its fields.
#[derive(Clone, Default)]
pub(crate) struct EventLog(Arc<Mutex<Vec<String>>>);

impl EventLog {
    /// Returns a subscriber that writes into this log.
    pub(crate) fn dispatch(&self) -> Dispatch {
        Registry::default().with(self.clone()).into()
    }

    /// Returns the lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl<S: Subscriber> Layer<S> for EventLog {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Fields { message, others } = fields;
        let line = format!(
            "{} {}: {message}{others}",
            metadata.level(),
            metadata.target()
        );
        self.0.lock().unwrap().push(line);
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    others: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            // Message and target have these already, or the value differs from run to run.
            "function" | "module" | "file" | "line" | "seconds" => Ok(()),
            name => write!(self.others, " {name}={value:?}"),
        };
    }
}

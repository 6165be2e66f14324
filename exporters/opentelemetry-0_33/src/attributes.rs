//! Labels as attributes.

use autometrics_core::{Caller, Calls, Snapshot};
use autometrics_schema::label;
use opentelemetry::{Key, KeyValue, StringValue};

/// What one series is told apart by.
pub(crate) type Attributes = Vec<KeyValue>;

/// Of the function at `at`.
pub(crate) fn of_function(snapshot: &Snapshot, at: usize) -> Attributes {
    let function = &snapshot.functions[at];
    // With room for what series of calls have besides.
    let mut attributes = Vec::with_capacity(10);
    attributes.push(attribute(label::FUNCTION, function.name.clone().into()));
    attributes.push(attribute(label::MODULE, function.module.clone().into()));
    attributes.push(attribute(
        label::SERVICE_NAME,
        snapshot.service_name.clone().into(),
    ));
    attributes
}

/// Of calls, as if `caller` had made them.
pub(crate) fn of_calls(snapshot: &Snapshot, calls: &Calls<'_>, caller: Caller) -> Attributes {
    let mut attributes = of_function(snapshot, calls.function);
    let success = snapshot.functions[calls.function].success_labels();
    attributes.extend(
        success
            .into_iter()
            .flatten()
            .map(|(name, value)| attribute(name, value.into())),
    );
    attributes.push(attribute(label::RESULT, calls.result.into()));
    let (function, module) = snapshot.caller_names(caller);
    attributes.push(attribute(label::CALLER_FUNCTION, text(function)));
    attributes.push(attribute(label::CALLER_MODULE, text(module)));
    let service = snapshot.caller_service(caller);
    attributes.extend(service.map(|service| attribute(label::CALLER_SERVICE, text(service))));
    attributes.extend(
        calls
            .error
            .map(|error| attribute(label::ERROR, text(error))),
    );
    attributes
}

/// Of the program.
pub(crate) fn of_program(snapshot: &Snapshot) -> Attributes {
    vec![attribute(
        label::SERVICE_NAME,
        snapshot.service_name.clone().into(),
    )]
}

/// Of the build.
pub(crate) fn of_build(snapshot: &Snapshot) -> Attributes {
    let labels = snapshot.build_labels();
    labels
        .map(|(name, value)| attribute(name, text(value)))
        .into()
}

/// With dots, which Prometheus' OTLP endpoint and a Collector's Prometheus exporters turn
/// back into underscores.
fn attribute(label: &'static str, value: StringValue) -> KeyValue {
    let key = if label.contains('_') {
        Key::from(label.replace('_', "."))
    } else {
        Key::from_static_str(label)
    };
    KeyValue::new(key, value)
}

fn text(text: &str) -> StringValue {
    text.to_owned().into()
}

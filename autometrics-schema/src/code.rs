//! Names of `code.function.*`, a proposed semantic convention of OpenTelemetry for functions.
//!
//! The convention is a draft and may change. This file is the only one with its names.

use crate::{label, metric};

/// A metric of the convention, and the metric of ours that has its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeMetric {
    /// The name in OpenTelemetry.
    pub name: &'static str,
    /// The unit in UCUM.
    pub unit: &'static str,
    /// A description of one line, without a final dot.
    pub help: &'static str,
    /// The [`name`](metric::Metric::name) of the metric with its samples.
    pub source: &'static str,
    /// `true` if it has only the samples of failed calls.
    pub only_errors: bool,
}

/// An attribute of the convention, and the label of ours that has its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeAttribute {
    /// The key of the attribute.
    pub key: &'static str,
    /// The label with its value.
    pub label: &'static str,
    /// The label with the module that qualifies the value, as in `module::Type::name`.
    pub module: Option<&'static str>,
}

/// The metrics of the convention. All other metrics keep their names.
pub const METRICS: [CodeMetric; 3] = [
    CodeMetric {
        name: "code.function.calls",
        unit: "{call}",
        help: "Invocations of a code unit",
        source: metric::CALLS.name,
        only_errors: false,
    },
    CodeMetric {
        name: "code.function.errors",
        unit: "{error}",
        help: "Invocations of a code unit that ended in an error",
        source: metric::CALLS.name,
        only_errors: true,
    },
    CodeMetric {
        name: "code.function.call.duration",
        unit: "s",
        help: "Duration of invocations of a code unit",
        source: metric::DURATION.name,
        only_errors: false,
    },
];

/// The attributes of the convention that have the value of a label.
pub const ATTRIBUTES: [CodeAttribute; 4] = [
    CodeAttribute {
        key: "code.function.name",
        label: label::FUNCTION,
        module: Some(label::MODULE),
    },
    CodeAttribute {
        key: "code.function.caller.name",
        label: label::CALLER_FUNCTION,
        module: Some(label::CALLER_MODULE),
    },
    CodeAttribute {
        key: ERROR_TYPE,
        label: label::ERROR,
        module: None,
    },
    CodeAttribute {
        key: "code.flow.name",
        label: label::FLOW,
        module: None,
    },
];

/// Labels without an attribute in the convention: the service is in the resource, and a call is an
/// error if it has an `error.type`.
pub const OMITTED: [&str; 2] = [label::SERVICE_NAME, label::RESULT];

/// The error kind of a failed call; absent from other calls.
pub const ERROR_TYPE: &str = "error.type";
/// The [`ERROR_TYPE`] of failed calls without an error kind.
pub const OTHER_ERROR: &str = "_OTHER";
/// The source file of a function. The convention wants it only if the program asks for it.
pub const FILE_PATH: &str = "code.file.path";
/// The commit that the program was built from, an attribute of the resource.
pub const REVISION: &str = "vcs.ref.head.revision";

//! The names of labels, and their keys in OpenTelemetry.

use alloc::borrow::Cow;

/// The function that was called: `name` or `Type::name`.
pub const FUNCTION: &str = "function";
/// The module path of that function.
pub const MODULE: &str = "module";
/// The name of the service, from the settings, the environment, the package or the executable.
pub const SERVICE_NAME: &str = "service_name";
/// `ok` or `error`.
pub const RESULT: &str = "result";
/// The error kind, if it is known: `panic`, or the kind that the error's type defines.
pub const ERROR: &str = "error";
/// The innermost instrumented function around the call; empty if there is none.
pub const CALLER_FUNCTION: &str = "caller_function";
/// The module path of the caller.
pub const CALLER_MODULE: &str = "caller_module";
/// The caller's program, if the caller is in another program.
pub const CALLER_SERVICE: &str = "caller_service";
/// The flow of the call: the name that the program gives it, or the outermost instrumented function.
pub const FLOW: &str = "flow";
/// The package that contains the function, which does not depend on the name of the service.
pub const PACKAGE: &str = "package";
/// The promise of the objective for which calls are good or bad: `success` or `latency`.
pub const SLI: &str = "sli";
/// The program's classification of the call: `good` or `bad`.
pub const OUTCOME: &str = "outcome";
/// The objective that the function belongs to.
pub const OBJECTIVE_NAME: &str = "objective_name";
/// The percentage of good calls that the objective promises.
pub const OBJECTIVE_PERCENTILE: &str = "objective_percentile";
/// The objective's threshold in seconds, in the same format as the `le` of its bucket.
pub const OBJECTIVE_LATENCY_THRESHOLD: &str = "objective_latency_threshold";
/// The upper bound of a histogram's bucket.
pub const LE: &str = "le";
/// The program's version.
pub const VERSION: &str = "version";
/// The commit that it was built from.
pub const COMMIT: &str = "commit";
/// The branch that it was built from.
pub const BRANCH: &str = "branch";
/// The address of its source code.
pub const REPOSITORY_URL: &str = "repository_url";
/// The host of the source code: `github`, `gitlab`, `bitbucket`, or empty.
pub const REPOSITORY_PROVIDER: &str = "repository_provider";
/// The version of the specification of these metrics.
pub const AUTOMETRICS_VERSION: &str = "autometrics_version";

/// Returns the attribute key for `label` in OpenTelemetry, as in the Autometrics specification.
///
/// Each underscore becomes a dot, except in `objective.latency_threshold`. Prometheus' OTLP
/// endpoint and a Collector's Prometheus exporters turn dots back into underscores.
pub fn attribute_key(label: &'static str) -> Cow<'static, str> {
    match label {
        OBJECTIVE_LATENCY_THRESHOLD => Cow::Borrowed("objective.latency_threshold"),
        _ if label.contains('_') => Cow::Owned(label.replace('_', ".")),
        _ => Cow::Borrowed(label),
    }
}

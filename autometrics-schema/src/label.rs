//! Label names.

use alloc::borrow::Cow;

/// The function that was called: `name` or `Type::name`.
pub const FUNCTION: &str = "function";
/// The module path of that function.
pub const MODULE: &str = "module";
/// The program.
pub const SERVICE_NAME: &str = "service_name";
/// `ok` or `error`.
pub const RESULT: &str = "result";
/// Which kind of error, where it is known: `panic`, or what the error says of itself.
pub const ERROR: &str = "error";
/// The innermost instrumented function that made the call; empty at the outside.
pub const CALLER_FUNCTION: &str = "caller_function";
/// The module path of the caller.
pub const CALLER_MODULE: &str = "caller_module";
/// The program that the caller is in, where it is another one.
pub const CALLER_SERVICE: &str = "caller_service";
/// The package that the function was compiled in, whatever the deployment calls the service.
pub const PACKAGE: &str = "package";
/// The promise of the objective that calls are judged by: `success` or `latency`.
pub const SLI: &str = "sli";
/// The judgement of the program: `good` or `bad`.
pub const OUTCOME: &str = "outcome";
/// The objective that the function belongs to.
pub const OBJECTIVE_NAME: &str = "objective_name";
/// The percentage that the objective promises.
pub const OBJECTIVE_PERCENTILE: &str = "objective_percentile";
/// The objective's threshold in seconds, spelled as its bucket's `le`.
pub const OBJECTIVE_LATENCY_THRESHOLD: &str = "objective_latency_threshold";
/// The upper bound of a histogram's bucket.
pub const LE: &str = "le";
/// The program's version.
pub const VERSION: &str = "version";
/// The commit that it was built from.
pub const COMMIT: &str = "commit";
/// The branch that it was built from.
pub const BRANCH: &str = "branch";
/// Where its source is.
pub const REPOSITORY_URL: &str = "repository_url";
/// Who hosts the source: `github`, `gitlab`, `bitbucket`, or empty.
pub const REPOSITORY_PROVIDER: &str = "repository_provider";
/// The specification of these metrics.
pub const AUTOMETRICS_VERSION: &str = "autometrics_version";

/// Returns the attribute key for `label` in OpenTelemetry, as the Autometrics specification
/// spells it.
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

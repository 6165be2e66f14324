//! Names of functions without the place that distinguishes them.

use autometrics_core::Function;

/// Returns the function's name without the file and line that are appended if names collide.
pub(super) fn bare_name(function: &Function) -> &str {
    bare(&function.name, &function.file, function.line)
}

pub(super) fn bare<'a>(name: &'a str, file: &str, line: u32) -> &'a str {
    let rest = name
        .strip_suffix(')')
        .and_then(|rest| rest.strip_suffix(&line.to_string()))
        .and_then(|rest| rest.strip_suffix(':'))
        .and_then(|rest| rest.strip_suffix(file))
        .and_then(|rest| rest.strip_suffix(" ("));
    rest.unwrap_or(name)
}

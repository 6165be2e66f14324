//! Builds the queries behind the links: PromQL over the metrics of one function.
//!
//! All other queries are expressions of `slo_spec::promql`. This crate depends on none of ours, as
//! users of the macros would otherwise build those crates twice: once for the compiler, once for
//! the program. Its tests compare the queries, with their escapes, with such expressions, and the
//! names with those of `autometrics-schema`.

use std::fmt::Write as _;

/// Names of metrics and labels, the same as in `autometrics-schema`.
pub(super) mod names {
    pub(in crate::docs) const CALLS: &str = "function_calls_total";
    pub(in crate::docs) const DURATION: &str = "function_calls_duration_seconds";
    pub(in crate::docs) const CONCURRENT: &str = "function_calls_concurrent";

    pub(in crate::docs) const FUNCTION: &str = "function";
    pub(in crate::docs) const MODULE: &str = "module";
    pub(in crate::docs) const SERVICE_NAME: &str = "service_name";
    pub(in crate::docs) const CALLER_FUNCTION: &str = "caller_function";
    pub(in crate::docs) const CALLER_MODULE: &str = "caller_module";
    pub(in crate::docs) const RESULT: &str = "result";
    pub(in crate::docs) const LE: &str = "le";
}

use names::{
    CALLER_FUNCTION, CALLER_MODULE, CALLS, CONCURRENT, DURATION, FUNCTION, LE, MODULE, RESULT,
    SERVICE_NAME,
};

/// The range of rates.
const WINDOW: &str = "5m";

/// The placeholder for the module, which only the compiler knows: [`super::text`] replaces it by
/// `module_path!()`.
pub(super) const MODULE_PATH: char = '\0';

/// The function in a query.
#[derive(Clone, Copy)]
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    /// Set if the query selects the function's module. Otherwise functions of the same name in
    /// other modules are lines of the same chart.
    pub(super) by_module: bool,
}

/// The text of a link, and the query of each chart behind it.
pub(super) struct Link {
    pub(super) text: &'static str,
    pub(super) queries: Vec<String>,
}

/// Returns the links about the function itself.
pub(super) fn own(function: Function<'_>, concurrency: bool) -> Vec<Link> {
    let of = function.selector(FUNCTION, MODULE);
    let mut links = traffic(&of);
    links.push(Link {
        text: "latency",
        queries: vec![quantile("0.95", &of), quantile("0.99", &of)],
    });
    if concurrency {
        links.push(Link {
            text: "calls in flight",
            queries: vec![sum("", &format!("{CONCURRENT}{{{of}}}"))],
        });
    }
    links
}

/// Returns the links about the functions that it calls.
pub(super) fn callees(function: Function<'_>) -> Vec<Link> {
    traffic(&function.selector(CALLER_FUNCTION, CALLER_MODULE))
}

fn traffic(of: &str) -> Vec<Link> {
    let all = calls(of);
    let errors = calls(&format!("{of},{RESULT}=\"error\""));
    vec![
        Link {
            text: "calls per second",
            queries: vec![all.clone()],
        },
        Link {
            text: "error ratio",
            // Without calls the result is empty, instead of 0/0.
            queries: vec![format!("{errors} / ({all} > 0)")],
        },
    ]
}

fn calls(of: &str) -> String {
    sum("", &format!("rate({CALLS}{{{of}}}[{WINDOW}])"))
}

/// Returns a quantile from native histograms, which have finer buckets, or else from classic ones.
fn quantile(quantile: &str, of: &str) -> String {
    let native = sum("", &format!("rate({DURATION}{{{of}}}[{WINDOW}])"));
    let classic = sum(
        &format!("{LE}, "),
        &format!("rate({DURATION}_bucket{{{of}}}[{WINDOW}])"),
    );
    format!("histogram_quantile({quantile}, {native}) or histogram_quantile({quantile}, {classic})")
}

fn sum(and_by: &str, of: &str) -> String {
    format!("sum by ({and_by}{FUNCTION}, {MODULE}, {SERVICE_NAME}) ({of})")
}

impl Function<'_> {
    fn selector(self, function: &str, module: &str) -> String {
        let name = escaped(self.name);
        if self.by_module {
            format!("{function}=\"{name}\",{module}=\"{MODULE_PATH}\"")
        } else {
            format!("{function}=\"{name}\"")
        }
    }
}

/// Escapes `text` for a PromQL string. The result does not contain [`MODULE_PATH`].
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str(r"\n"),
            '\r' => out.push_str(r"\r"),
            '\t' => out.push_str(r"\t"),
            c if c.is_control() => {
                // Writing to a `String` never fails.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

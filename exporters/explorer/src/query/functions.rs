//! API endpoint `functions`: a table of all functions, or of those that a flow reached.

use serde::Serialize;
use slo_spec::Objective;

use super::{
    Head, View, Window,
    figures::{Quantiles, per, rate, ratio, seconds},
    flows::mean,
    source,
    sums::Sums,
};
use crate::history::{Flow, FlowCounts, Function, History, Ring, Span};

/// Number of values of a sparkline.
const SPARKS: usize = 30;
/// Number of one-second steps per value.
const STEPS_PER_SPARK: usize = 10;

/// All functions of the program, or those that a flow reached.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Functions"))]
pub(crate) struct Answer<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    window: Window,
    /// Requested flow; null if the rows are of all calls. With a flow, rates, ratios and totals are of
    /// the calls in it, and numbers that are not known for one flow are null: percentiles, self time,
    /// calls in flight and cancelled calls.
    flow: Option<&'a str>,
    /// The functions, by id.
    functions: Vec<Row<'a>>,
}

/// A function. Rates, ratios and latencies are those of the window.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Function"))]
pub(crate) struct Row<'a> {
    /// Id of the function: `module::name`, opaque to clients.
    id: &'a str,
    /// Module of the function.
    module: &'a str,
    /// `name` or `Type::name`, with ` (file:line)` if another function has the same name.
    name: &'a str,
    /// Its source file, as the compiler was given it; empty if unknown.
    file: &'a str,
    /// The line of its name; 0 if unknown.
    line: u32,
    /// URL of that line at the commit of the build; null if the build does not name its commit.
    source_url: Option<String>,
    /// Names of the function's objectives.
    objectives: Vec<&'static str>,
    /// `true` if a call has ended since the program began.
    called: bool,
    /// Calls since the program began.
    calls_total: u64,
    /// Calls that failed since the program began.
    errors_total: u64,
    /// Async calls that were dropped before they finished, since the program began; null if the
    /// function is not async, and with a flow.
    cancelled_total: Option<u64>,
    /// Calls in flight; null if the function does not track them, and with a flow.
    in_flight: Option<u64>,
    /// Calls per second.
    calls_per_second: f64,
    /// Calls per second that failed.
    errors_per_second: f64,
    /// The share of calls that failed, from 0 to 1; null without calls.
    error_ratio: Option<f64>,
    #[serde(flatten)]
    quantiles: Quantiles,
    /// The mean latency, in seconds; null without calls.
    mean_seconds: Option<f64>,
    /// Time of its calls, in seconds per second.
    time_per_second: f64,
    /// Time of its calls without the time of instrumented functions that they called, in seconds
    /// per second; never below 0. Null with a flow.
    self_time_per_second: Option<f64>,
    /// Its share of the self time of all functions, from 0 to 1; null if no function has any, and
    /// with a flow.
    self_share: Option<f64>,
    /// Calls per second over the last five minutes, in steps of 10 s, oldest first; 0 before the
    /// first sample.
    #[cfg_attr(test, schemars(length(equal = SPARKS)))]
    sparkline: Vec<f64>,
}

/// Returns all functions, with rates and latencies over the last `window` seconds. With a flow,
/// returns the functions that the flow reached, with the numbers of the calls in it.
pub(crate) fn functions<'a>(view: &View<'a>, window: u32, flow: Option<&'a str>) -> Answer<'a> {
    let rows = Rows::new(view, window);
    let history = view.history;
    let mut functions: Vec<_> = match flow {
        None => (0..history.functions.len())
            .map(|function| rows.row(function))
            .collect(),
        Some(name) => {
            let parts = history.flows.iter().filter(|part| part.name == name);
            parts.map(|part| rows.row_in_flow(part)).collect()
        }
    };
    functions.sort_by_key(|row| row.id);
    Answer {
        head: view.head(),
        window: Window::of(window, &rows.span),
        flow,
        functions,
    }
}

/// Data shared by all rows.
pub(super) struct Rows<'a> {
    view: View<'a>,
    pub(super) span: Span,
    sums: Sums,
    all_own_seconds: f64,
    totals: Sums,
    sparks: [f64; SPARKS],
}

impl<'a> Rows<'a> {
    pub(super) fn new(view: &View<'a>, window: u32) -> Self {
        let span = view.history.last(window.into());
        let sums = Sums::of(view.history, &span);
        Self {
            view: *view,
            all_own_seconds: sums.all_own_seconds(),
            sums,
            totals: Sums::total(view.history),
            sparks: sparks(view.history),
            span,
        }
    }

    pub(super) fn row(&self, place: usize) -> Row<'a> {
        let function = &self.view.history.functions[place];
        let (flow, total) = (self.sums.functions[place], self.totals.functions[place]);
        Row {
            called: function.called,
            cancelled_total: function.cancelled,
            in_flight: function.in_flight,
            quantiles: Quantiles::of(&function.latencies_in(&self.span)),
            self_time_per_second: Some(self.sums.own_time(place)),
            self_share: per(self.sums.own_seconds(place), self.all_own_seconds),
            sparkline: self.sparkline(|age| function.calls_at(Ring::Fine, age, STEPS_PER_SPARK)),
            ..self.counted(function, flow, total)
        }
    }

    /// Returns the row of a function with the numbers of its calls in one flow.
    fn row_in_flow(&self, part: &FlowCounts) -> Row<'a> {
        let function = &self.view.history.functions[part.function];
        Row {
            sparkline: self.sparkline(|age| part.calls_at(Ring::Fine, age, STEPS_PER_SPARK)),
            ..self.counted(function, part.flow_in(&self.span), part.total)
        }
    }

    /// Returns a row with these counts of the window and in total, and nothing that is not known for
    /// the calls of one flow.
    fn counted(&self, function: &'a Function, flow: Flow, total: Flow) -> Row<'a> {
        let covered = self.sums.covered;
        Row {
            id: &function.id,
            module: &function.module,
            name: &function.name,
            file: &function.file,
            line: function.line,
            source_url: source::url(&self.view.history.build, function),
            objectives: function.objectives.iter().map(Objective::name).collect(),
            called: total.calls > 0,
            calls_total: total.calls,
            errors_total: total.errors,
            cancelled_total: None,
            in_flight: None,
            calls_per_second: rate(flow.calls, covered),
            errors_per_second: rate(flow.errors, covered),
            error_ratio: ratio(flow.errors, flow.calls),
            quantiles: Quantiles::default(),
            mean_seconds: mean(flow),
            time_per_second: per(seconds(flow.nanos), covered).unwrap_or(0.0),
            self_time_per_second: None,
            self_share: None,
            sparkline: Vec::new(),
        }
    }

    /// Returns the calls per second over the last five minutes, oldest first. `calls_at` returns the
    /// calls in the steps of a value, the newest of which has an age.
    fn sparkline(&self, calls_at: impl Fn(usize) -> u64) -> Vec<f64> {
        let spark = |(spark, covered): (usize, &f64)| {
            let age = (SPARKS - 1 - spark) * STEPS_PER_SPARK;
            rate(calls_at(age), *covered)
        };
        self.sparks.iter().enumerate().map(spark).collect()
    }
}

/// Returns the time that each value of a sparkline covers, in seconds.
fn sparks(history: &History) -> [f64; SPARKS] {
    let mut sparks = [0.0; SPARKS];
    let steps = history.ages(Ring::Fine).take(SPARKS * STEPS_PER_SPARK);
    for (age, step) in steps.enumerate() {
        sparks[SPARKS - 1 - age / STEPS_PER_SPARK] += step.seconds();
    }
    sparks
}

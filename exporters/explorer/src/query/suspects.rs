//! API endpoint `suspects`: the functions that cause burning budgets, rising errors and rising
//! latencies.

use autometrics_context::{
    source::Objective,
    suspects::{self, Measure, Scope, Suspect},
};
use serde::Serialize;

use super::{Head, View, Window, ids::Ids, states};
use crate::program::observed;

/// Suspects of burning objectives and of rises.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Suspects"))]
pub(crate) struct Answer<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    window: Window,
    /// Findings: those of burning objectives first, then by descending score.
    suspects: Vec<Row<'a>>,
}

/// Function from which a rise comes.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Suspect"))]
struct Row<'a> {
    start: Start<'a>,
    /// Explanation in one sentence with numbers.
    explanation: String,
    /// Errors, or seconds of calls, per second in the window before, scaled to the current traffic.
    before_per_second: f64,
    /// Errors, or seconds of calls, per second in the current window.
    now_per_second: f64,
    /// Difference between the current window and the one before, per second.
    rise_per_second: f64,
    /// Functions from the start to the suspect.
    #[cfg_attr(test, schemars(length(min = 1)))]
    path: Vec<Station<'a>>,
    /// Id of the function where the walk ended: `module::name`, opaque to clients.
    suspect: &'a str,
    /// `true` if the errors of a burning objective did not rise: shares are then shares of the
    /// errors, and not of a rise.
    lasting: bool,
    /// Weight of the finding, from 0 to 1: the share that the path explains, times the rise's share
    /// of the current amount (1 if the suspect is `lasting`).
    score: f64,
}

/// Start of a walk.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Start<'a> {
    /// The objective that burns or was requested; null if the walk begins at a function that rose.
    objective: Option<String>,
    /// `true` if that objective burns by this promise.
    burning: bool,
    /// Id of the function: `module::name`, opaque to clients.
    function: &'a str,
    /// Measure of the walk: errors (`success`) or time (`latency`).
    #[cfg_attr(test, schemars(extend("enum" = ["success", "latency"])))]
    sli: &'static str,
}

/// Function on the path, with the numbers of the edge by which the walk reached it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Station<'a> {
    /// Id of the function: `module::name`, opaque to clients.
    id: &'a str,
    /// Errors, or seconds of calls, per second in the window before, scaled to the current traffic.
    before_per_second: f64,
    /// Errors, or seconds of calls, per second in the current window.
    now_per_second: f64,
    /// Difference between the current window and the one before, per second.
    rise_per_second: f64,
    /// The share of the first rise that went through this function, from 0 to 1; share of the
    /// errors if the suspect is `lasting`.
    share_of_rise: f64,
    /// The share of the rise of this function that no callee explains, from 0 to 1. It is small at
    /// the last station if a callee has the rise but is not its cause; the suspect's `explanation` gives
    /// the reason.
    self_share: f64,
    /// Error kind that rose most; empty for errors without one, null if the walk is about time.
    kind: Option<String>,
}

/// Returns the suspects for what rose in the last `window` seconds, compared with the same time
/// before. `scope` and `measure` restrict the result.
pub(crate) fn suspects<'a>(
    view: &View<'a>,
    scope: &Scope,
    measure: Option<Measure>,
    window: u32,
) -> Answer<'a> {
    let history = view.history;
    let (now, before) = history.last_two(window.into());
    let [calls_now, calls_before] =
        [&now, &before].map(|span| observed::calls(history, span, None));
    let promises = Objective::promises(&states::objectives(history));
    let found = suspects::find(&calls_before, &calls_now, &promises, scope, measure);
    let ids = Ids::of(history);
    Answer {
        head: view.head(),
        window: Window::of(window, &now),
        suspects: found.into_iter().map(|it| Row::new(&ids, it)).collect(),
    }
}

impl<'a> Row<'a> {
    fn new(ids: &Ids<'a>, found: Suspect) -> Self {
        let suspect = ids.id(found.function());
        let first = found.path.first();
        let first = |of: fn(&suspects::Station) -> f64| first.map_or(0.0, of);
        Self {
            start: Start {
                burning: found.start.burns,
                function: ids.id(&found.start.function),
                sli: match found.start.measure {
                    Measure::Errors => "success",
                    Measure::Time => "latency",
                },
                objective: found.start.objective,
            },
            before_per_second: first(|station| station.before_per_second),
            now_per_second: first(|station| station.now_per_second),
            rise_per_second: first(suspects::Station::rise_per_second),
            suspect,
            lasting: found.lasting,
            score: found.score,
            explanation: found.explanation,
            path: found
                .path
                .into_iter()
                .map(|station| Station {
                    id: ids.id(&station.function),
                    before_per_second: station.before_per_second,
                    now_per_second: station.now_per_second,
                    rise_per_second: station.rise_per_second(),
                    share_of_rise: station.share,
                    self_share: station.own_share,
                    kind: station.kind,
                })
                .collect(),
        }
    }
}

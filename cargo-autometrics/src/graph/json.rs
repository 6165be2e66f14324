//! The graph for programs; the README describes it.

use serde::Serialize;

use autometrics_schema::calls::How;

use super::model::{Graph, Id, Traffic};

pub(super) fn write(graph: &Graph) -> String {
    let seen = |traffic: Traffic| graph.observed.then(|| Seen::new(traffic));
    let functions = graph.nodes.iter().map(|(id, node)| Node {
        id: spelled(id),
        module: &id.0,
        function: &id.1,
        file: node.place.as_ref().map(|(file, _)| file.as_str()),
        line: node.place.as_ref().map(|(_, line)| *line),
        objectives: &node.objectives,
        in_code: node.place.is_some(),
        seen: seen(node.seen),
    });
    let edges = graph.edges.iter().map(|((caller, callee), edge)| Edge {
        caller: spelled(caller),
        callee: spelled(callee),
        in_code: edge.code.is_some(),
        by: edge.code.map(|how| match how {
            How::Path => "path",
            How::Name => "method name",
        }),
        seen: seen(edge.seen),
    });
    let ambiguous = graph
        .ambiguous
        .iter()
        .map(|((caller, call), candidates)| Ambiguous {
            caller: spelled(caller),
            call,
            candidates: candidates.iter().map(spelled).collect(),
        });
    crate::output::json(&File {
        version: 2,
        functions: functions.collect(),
        edges: edges.collect(),
        ambiguous: ambiguous.collect(),
    })
}

#[derive(Serialize)]
struct File<'a> {
    version: u32,
    functions: Vec<Node<'a>>,
    edges: Vec<Edge>,
    ambiguous: Vec<Ambiguous<'a>>,
}

#[derive(Serialize)]
struct Node<'a> {
    id: String,
    module: &'a str,
    function: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
    objectives: &'a [String],
    in_code: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
}

#[derive(Serialize)]
struct Edge {
    caller: String,
    callee: String,
    in_code: bool,
    by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
}

#[derive(Serialize)]
struct Ambiguous<'a> {
    caller: String,
    call: &'a str,
    candidates: Vec<String>,
}

/// Traffic at run time; absent without `--from`.
#[derive(Serialize)]
struct Seen {
    calls_per_second: f64,
    error_ratio: Option<f64>,
    p95_seconds: Option<f64>,
}

impl Seen {
    fn new(traffic: Traffic) -> Self {
        Self {
            calls_per_second: traffic.calls,
            error_ratio: traffic.error_ratio(),
            p95_seconds: traffic.p95,
        }
    }
}

fn spelled((module, function): &Id) -> String {
    format!("{module}::{function}")
}

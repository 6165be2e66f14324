//! Tests the HTTP interface with a simulated program.

mod api;
mod events;
mod flows;
mod hostile;
#[cfg(feature = "mcp")]
mod mcp;
mod openapi;
mod pages;
mod queries;
mod suspects;

use std::time::Duration;

use autometrics_core::{Event, Function, Outcome};
use http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use slo_spec::Objective;

use super::answer;
use crate::{Explorer, Mount, shared::Shared, simulation::Simulation};

const CHECKOUT: Objective = Objective::new("checkout")
    .success_rate(99.0)
    .latency(Duration::from_millis(200), 95.0)
    .owner("payments");

/// Response with its body.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Sends a request to the explorer, mounted at the root.
fn send(shared: &Shared, request: &Request<()>) -> Reply {
    let (head, body) = answer(shared, request, None).into_parts();
    Reply {
        status: head.status,
        headers: head.headers,
        body,
    }
}

fn get(shared: &Shared, path: &str) -> Reply {
    let request = Request::get(path).header("host", "127.0.0.1:9464");
    send(shared, &request.body(()).expect("a request"))
}

fn explore(simulation: Simulation) -> Shared {
    explore_with(simulation, Vec::new())
}

fn explore_with(simulation: Simulation, events: Vec<Event>) -> Shared {
    let Simulation {
        snapshot, history, ..
    } = simulation;
    let explorer = Explorer::new().mount(Mount::At("/".to_owned()));
    let explorer = explorer.snapshot_source(move || snapshot.clone());
    explorer.event_source(move || events.clone()).with(history)
}

/// Returns a shop whose acquirer begins to fail after ten minutes.
fn shop() -> Simulation {
    let mut shop = Simulation::new(&["acquire", "charge", "check_out", "search", "unused"]);
    let functions = &mut shop.snapshot.functions;
    functions[0].in_flight = Some(2);
    functions[1].calls = ".acquire\nunused".into();
    functions[1].cancelled = Some(autometrics_core::Histogram::new(vec![1], 0.0));
    functions[2].objectives = vec![CHECKOUT];
    functions[2].file = "src/checkout.rs".into();
    functions[2].calls = "charge".into();
    functions[2].line = 12;
    shop.snapshot.build.commit = "c0ffee".into();
    shop.snapshot.build.repository_url = "https://github.com/example/shop.git".into();
    shop.snapshot.build.repository_provider = "github".into();
    // A new history, because the first one saw the functions without these properties.
    let snapshot = std::mem::replace(&mut shop.snapshot, autometrics_core::Snapshot::new(""));
    let mut shop = Simulation {
        history: crate::history::History::new(crate::simulation::STEPS),
        snapshot,
        now: 0.0,
    };
    shop.history.record(0.0, shop.snapshot.clone());
    let order = |shop: &mut Simulation, failing: u64| {
        shop.ok(None, "search", 30, 0.005);
        shop.in_flow("search", "GET /search", 30, 0, 0.15);
        shop.ok(None, "check_out", 10 - failing, 0.15);
        shop.ok(Some("check_out"), "charge", 10 - failing, 0.1);
        shop.ok(Some("charge"), "acquire", 10 - failing, 0.05);
        if failing > 0 {
            let no_kind = Outcome::Error(None);
            shop.call(None, "check_out", &no_kind, failing, 0.3);
            shop.call(Some("check_out"), "charge", &no_kind, failing, 0.1);
            shop.fail(Some("charge"), "acquire", "unreachable", failing);
        }
    };
    shop.seconds(600, |shop| order(shop, 0));
    shop.seconds(60, |shop| order(shop, 4));
    shop
}

/// Returns a program with hostile names of functions, and these names.
fn hostile_shop() -> (Simulation, Vec<String>) {
    let names: Vec<String> = [
        "<script>alert(1)</script>",
        "a\"b'c`d\\e",
        "</script><!--",
        "naïve_函数_🦀\u{202e}",
        "\u{0}\n\r\t\u{1b}[31m",
        "&amp;%3Cscript%3E",
        " ",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(["x".repeat(1000), "é🦀".repeat(500)])
    .collect();
    let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut shop = Simulation::new(&borrowed);
    shop.snapshot.service_name = names[0].clone().into();
    shop.snapshot.functions.push(Function::new("<b>", "main"));
    for name in &names {
        shop.ok(Some("main"), name, 5, 0.05);
        shop.fail(Some("main"), name, name, 5);
        shop.in_flow(name, name, 5, 5, 0.5);
    }
    shop.second();
    (shop, names)
}

//! Calls are counted by the flow that they belong to.

use std::thread;

use autometrics::{
    CurrentCall, FlowCalls, InCurrentCall as _, RunInCurrentCall as _, Settings, instrument_fn,
    snapshot,
};

#[instrument_fn]
async fn checkout(number: u32) {
    tokio::task::yield_now().await;
    load(number);
    tokio::task::yield_now().await;
    let spawned = tokio::spawn(pay(number).in_current_call());
    thread::spawn((move || load(number)).in_current_call());
    let _ = spawned.await;
}

#[instrument_fn]
async fn browse(number: u32) {
    tokio::task::yield_now().await;
    load(number);
}

#[instrument_fn]
async fn pay(number: u32) -> Result<(), ()> {
    tokio::task::yield_now().await;
    if number % 10 == 0 { Err(()) } else { Ok(()) }
}

#[instrument_fn]
fn load(_number: u32) {}

#[instrument_fn]
fn nightly(depth: u32) {
    load(depth);
    if depth > 0 {
        nightly(depth - 1);
    }
}

/// Returns ok and failed calls of a function in the flow `flow`.
fn counted(function: &str, flow: &str) -> (u64, u64) {
    let snapshot = snapshot();
    let is_it = |calls: &&FlowCalls| {
        snapshot.functions[calls.function].name == function && calls.flow == flow
    };
    let found = snapshot.flows.iter().find(is_it);
    found.map_or((0, 0), |calls| (calls.ok, calls.errors))
}

fn path(function: &str) -> String {
    format!("{}::{function}", module_path!())
}

// One test, as settings are of the whole process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_tasks_are_counted_in_their_flows() {
    Settings::new().flows(6).apply().expect("valid settings");
    let mut tasks = Vec::new();
    for number in 0..5_000 {
        tasks.push(tokio::spawn(checkout(number)));
        let route = CurrentCall::get().in_flow("GET /items");
        tasks.push(tokio::spawn(route.around(browse(number))));
    }
    for task in tasks {
        task.await.expect("no panic");
    }
    nightly(3);
    // Threads that were not joined end soon.
    while counted("load", &path("checkout")).0 < 10_000 {
        thread::yield_now();
    }
    assert_eq!(counted("checkout", &path("checkout")), (5_000, 0));
    assert_eq!(counted("pay", &path("checkout")), (4_500, 500));
    assert_eq!(counted("load", &path("checkout")), (10_000, 0));
    assert_eq!(counted("browse", "GET /items"), (5_000, 0));
    assert_eq!(counted("load", "GET /items"), (5_000, 0));
    assert_eq!(counted("browse", &path("browse")), (0, 0));
    assert_eq!(counted("nightly", &path("nightly")), (4, 0));
    assert_eq!(counted("load", &path("nightly")), (4, 0));

    // A flow within a call belongs to the code that runs in it.
    nightly_in("job a");
    assert_eq!(counted("load", "job a"), (1, 0));
    assert_eq!(counted("nightly", "job a"), (1, 0));
    // Beyond the limit; a call in no flow begins its own again.
    for flow in ["job b", "job c", "job d", "job e"] {
        nightly_in(flow);
    }
    assert_eq!(counted("load", "__overflow__"), (3, 0));
    load(0);
    assert_eq!(counted("load", "__overflow__"), (4, 0));

    let text = autometrics::prometheus::encode(&snapshot(), autometrics::prometheus::Format::Text);
    let line = format!(
        "function_flow_calls_total{{function=\"pay\",module=\"{}\",service_name=\"autometrics\",\
         flow=\"{}\",result=\"error\"}} 500",
        module_path!(),
        path("checkout"),
    );
    assert!(text.contains(&line), "{line}\nis not in\n{text}");
    // The callers do not depend on flows.
    let snapshot = snapshot();
    let of_load = snapshot.edges.iter().filter(|edge| {
        snapshot.functions[edge.function].name == "load" && edge.latency.count() > 0
    });
    let counts: Vec<_> = of_load.map(|edge| edge.latency.count()).collect();
    assert_eq!(counts.iter().sum::<u64>(), 10_000 + 5_000 + 4 + 5 + 1);
    assert_eq!(counts.len(), 4, "no caller, and three callers");
}

#[instrument_fn]
fn nightly_in(flow: &str) {
    CurrentCall::get().in_flow(flow).run(|| nightly(0));
    assert_eq!(CurrentCall::get().flow(), Some(path("nightly_in")));
}

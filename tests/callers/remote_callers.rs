//! Remote callers: their labels on series of the functions that they call, and refused ones.

use autometrics::{
    Caller, CurrentCall, InCurrentCall as _, RefusedCaller, RemoteCaller, Snapshot, instrument_fn,
    prometheus::{Format, encode},
    snapshot,
};
use expect_test::expect;

#[instrument_fn]
async fn serve() {
    tokio::task::yield_now().await;
    tokio::spawn(store().in_current_call()).await.unwrap();
}

#[instrument_fn]
async fn store() {
    tokio::task::yield_now().await;
}

#[instrument_fn]
fn called() -> String {
    CurrentCall::get().to_string()
}

fn caller(service: &str) -> CurrentCall {
    let caller = RemoteCaller::new(service.to_owned(), "web::basket", "Basket::pay");
    CurrentCall::remote(&caller.unwrap()).unwrap()
}

/// Returns the number of calls of the function `name` for each caller.
fn calls(snapshot: &Snapshot, name: &str) -> Vec<(String, u64)> {
    let edges = snapshot.edges.iter();
    let of_it = edges.filter(|edge| snapshot.functions[edge.function].name == name);
    let with_calls = of_it.filter(|edge| edge.latency.count() > 0);
    with_calls
        .map(|edge| {
            let caller = match edge.caller {
                Caller::Function(caller) => snapshot.functions[caller].name.to_string(),
                Caller::Remote(caller) => snapshot.remote_callers[caller].to_string(),
                other => format!("{other:?}"),
            };
            (caller, edge.latency.count())
        })
        .collect()
}

/// One test, because remote callers belong to the process.
#[test]
fn remote_caller_is_the_caller_of_the_first_instrumented_function() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (web, app) = (caller("web"), caller("app"));
        assert_eq!(web, caller("web"), "the same is the same");
        assert_ne!(web, app);
        tokio::join!(web.around(serve()), app.around(serve()), serve());
        web.around(serve()).await;
    });
    assert_eq!(caller("web").to_string(), "web: web::basket::Basket::pay");
    assert_eq!(caller("web").function(), None, "it is not ours");
    assert_eq!(caller("web").run(called), "remote_callers::called");
    assert_eq!(CurrentCall::get().to_string(), "");

    let before = snapshot();
    expect![[r#"
        [
            (
                "None",
                1,
            ),
            (
                "web: web::basket::Basket::pay",
                2,
            ),
            (
                "app: web::basket::Basket::pay",
                1,
            ),
        ]
    "#]]
    .assert_debug_eq(&calls(&before, "serve"));
    assert_eq!(calls(&before, "store"), [("serve".to_owned(), 4)]);
    let page = encode(&before, Format::OpenMetrics);
    let lines: Vec<_> = page
        .lines()
        .filter(|line| {
            line.contains("caller_service=") && line.contains("\"serve\"")
                || line.contains("refused")
        })
        .filter(|line| !line.ends_with(" 0") || line.contains("refused"))
        .collect();
    expect![[r#"
        function_calls_total{function="serve",module="remote_callers",service_name="autometrics",result="ok",caller_function="Basket::pay",caller_module="web::basket",caller_service="web"} 2
        function_calls_total{function="serve",module="remote_callers",service_name="autometrics",result="ok",caller_function="Basket::pay",caller_module="web::basket",caller_service="app"} 1
        # HELP autometrics_refused_callers Remote callers refused: invalid, not accepted, or beyond the limit of 1,000
        # TYPE autometrics_refused_callers counter
        autometrics_refused_callers_total{service_name="autometrics"} 0"#]].assert_eq(&lines.join("\n"));

    // Invalid callers are refused, and then callers beyond the limit of 1,000.
    let refused = |service: &str, module: &str, function: &str| {
        let [service, module, function] = [service, module, function].map(str::to_owned);
        let refused = RemoteCaller::new(service, module, function).expect_err("it is refused");
        refused.count();
        refused.to_string()
    };
    let messages = [
        refused("", "m", "f"),
        refused(" ", "m", "f"),
        refused("web", "m", ""),
        refused("web\n", "m", "f"),
        refused("web", "\u{7}", "f"),
        refused(&"w".repeat(129), "m", "f"),
        refused("web", "m", &"ü".repeat(129)),
    ];
    expect![[r"
        the remote caller is refused: its service is empty
        the remote caller is refused: its service is empty
        the remote caller is refused: its function is empty
        the remote caller is refused: its service contains control characters
        the remote caller is refused: its module contains control characters
        the remote caller is refused: its service has 129 bytes; at most 128 are allowed
        the remote caller is refused: its function has 258 bytes; at most 256 are allowed"]]
    .assert_eq(&messages.join("\n"));
    let mut refusals = 0;
    for number in 0..2_000 {
        let caller = RemoteCaller::new(format!("forged {number}"), "", "f").unwrap();
        if let Err(refused) = CurrentCall::remote(&caller) {
            refusals += 1;
            refused.count();
            assert_eq!(
                refused,
                RefusedCaller::new("1000 remote callers are known already")
            );
        }
    }
    let after = snapshot();
    assert_eq!(after.remote_callers.len(), 1_000);
    assert_eq!(refusals, 2_000 - (1_000 - 2));
    assert_eq!(after.refused_callers, refusals + 7);
    assert_eq!(after.remote_callers[..2], before.remote_callers[..]);
}

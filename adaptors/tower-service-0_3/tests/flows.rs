//! One flow over the layers of a client and a server, which are in one process here.

use std::convert::Infallible;

use autometrics::{CurrentCall, Settings, instrument_fn, snapshot};
use autometrics_tower_service_0_3::{ClientLayer, ServerLayer};
use http::Request;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

#[instrument_fn]
async fn pay<S: Service<Request<()>, Error = Infallible>>(store: S) {
    let request = Request::get("http://store.internal/").body(()).unwrap();
    let _ = store.oneshot(request).await;
}

#[instrument_fn]
async fn reserve(_: Request<()>) -> Result<(), Infallible> {
    tokio::task::yield_now().await;
    take_from_stock();
    Ok(())
}

#[instrument_fn]
fn take_from_stock() {}

/// Returns the calls of `function` as `FLOW: COUNT`.
fn flows_of(function: &str) -> Vec<String> {
    let snapshot = snapshot();
    let of_function = snapshot
        .flows
        .iter()
        .filter(|calls| snapshot.functions[calls.function].name == function && calls.ok > 0);
    let mut lines: Vec<_> = of_function
        .map(|calls| format!("{}: {}", calls.flow, calls.ok))
        .collect();
    lines.sort();
    lines
}

// One test, as settings are of the whole process.
#[tokio::test]
async fn flow_of_the_client_goes_on_in_the_server() {
    // `flows::pay` is two flows here: of the function, and of the header.
    let settings = Settings::new().service_name("web").flows(6);
    settings.apply().unwrap();
    let server = ServerLayer::new().accept_from(["web"]);
    // The server is in a task of its own, so only the header carries the flow.
    let store = service_fn(move |request: Request<()>| {
        let store = server.layer(service_fn(reserve));
        async move { tokio::spawn(store.oneshot(request)).await.unwrap() }
    });
    let client = ClientLayer::new(["store.internal"])
        .unwrap()
        .layer(store.clone());
    let route = CurrentCall::get().in_flow("POST /pay/{id}");
    for _ in 0..3 {
        route.around(pay(client.clone())).await;
    }
    pay(client.clone()).await;
    assert_eq!(flows_of("pay"), ["POST /pay/{id}: 3", "flows::pay: 1"]);
    assert_eq!(flows_of("reserve"), flows_of("pay"));
    assert_eq!(flows_of("take_from_stock"), flows_of("pay"));

    // Forged flows: of a service that is not accepted, invalid ones, and too many.
    let send = async |baggage: &str| {
        let request = Request::get("/").header("baggage", baggage);
        store
            .clone()
            .oneshot(request.body(()).unwrap())
            .await
            .unwrap();
    };
    let web = "autometrics.service=web,autometrics.function=pay,autometrics.flow=";
    send(&format!("{}forged", web.replace("web", "app"))).await;
    send("autometrics.flow=forged").await;
    for invalid in ["%0A", "%zz", "a,autometrics.flow=b", ""] {
        send(&format!("{web}{invalid}")).await;
    }
    assert_eq!(
        flows_of("reserve"),
        ["POST /pay/{id}: 3", "flows::pay: 1", "flows::reserve: 6"]
    );
    send(&format!("{web}__overflow__")).await;
    let long = "x".repeat(1_000);
    send(&format!("{web}{long}")).await;
    for number in 0..1_000 {
        send(&format!("{web}forged{number}")).await;
    }
    assert_eq!(
        flows_of("reserve"),
        [
            "POST /pay/{id}: 3",
            "__overflow__: 1000",
            "flows::pay: 1",
            "flows::reserve: 6",
            "forged0: 1",
            &format!("{}: 1", &long[..256])
        ]
    );
    assert_eq!(snapshot().refused_callers, 1);
}

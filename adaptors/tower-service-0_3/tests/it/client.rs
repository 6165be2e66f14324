//! Tests the baggage that clients send.

use std::sync::Once;

use autometrics::{CurrentCall, RemoteCaller, Settings, instrument_fn};
use autometrics_tower_service_0_3::{ClientLayer, ClientService};
use http::Request;
use tower::{Layer as _, Service as _, ServiceExt as _};

use crate::{Broken, Echo, request};

const TOLD: &str =
    "autometrics.service=web%20shop,autometrics.module=it%3A%3Aclient,autometrics.function=pay";

fn client() -> ClientService<Echo> {
    static NAMED: Once = Once::new();
    NAMED.call_once(|| Settings::new().service_name("web shop").apply().unwrap());
    ClientLayer::new(["store.internal"]).unwrap().layer(Echo)
}

fn to(uri: &str) -> Request<()> {
    Request::get(uri).body(()).unwrap()
}

/// Returns the baggages that reach the other side.
#[instrument_fn]
async fn pay(client: ClientService<Echo>, request: Request<()>) -> Vec<String> {
    send(client, request).await
}

async fn send(client: ClientService<Echo>, request: Request<()>) -> Vec<String> {
    let headers = client.oneshot(request).await.unwrap();
    let baggages = headers.get_all("baggage").into_iter();
    baggages
        .map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn listed_host_gets_the_calling_function() {
    let told = pay(client(), to("http://store.internal:8080/reserve")).await;
    assert_eq!(told, [TOLD]);
}

#[tokio::test]
async fn other_hosts_get_no_caller() {
    let nothing: [&str; 0] = [];
    for uri in ["http://other.internal/", "/store.internal"] {
        assert_eq!(pay(client(), to(uri)).await, nothing, "{uri}");
    }
    let to_host = Request::get("/").header("host", "store.internal");
    assert_eq!(pay(client(), to_host.body(()).unwrap()).await, nothing);

    for off in [ClientLayer::default(), ClientLayer::new([""; 0]).unwrap()] {
        let told = pay(off.layer(Echo), to("http://store.internal/")).await;
        assert_eq!(told, nothing);
    }
}

#[tokio::test]
async fn requests_outside_of_instrumented_functions_have_no_caller() {
    let nothing: [&str; 0] = [];
    let uri = "http://store.internal/";
    assert_eq!(send(client(), to(uri)).await, nothing);
    // Our own remote caller is not the caller of that request.
    let app = RemoteCaller::new("app", "app", "tap").unwrap();
    let call = CurrentCall::remote(&app).unwrap();
    assert_eq!(call.around(send(client(), to(uri))).await, nothing);
}

#[tokio::test]
async fn passed_on_requests_lose_their_stale_caller() {
    let stale = "a=1,autometrics.service=app,autometrics.function=tap,b=2";
    let to = |uri| request(uri, stale);
    let listed = to("http://store.internal/");
    assert_eq!(pay(client(), listed).await, [format!("a=1,b=2,{TOLD}")]);
    let unlisted = to("http://other.internal/");
    assert_eq!(pay(client(), unlisted).await, ["a=1,b=2"]);
    let from_nowhere = to("http://store.internal/");
    assert_eq!(send(client(), from_nowhere).await, ["a=1,b=2"]);
}

#[instrument_fn(name = "pay")]
fn begin_to_pay(
    mut client: ClientService<Echo>,
) -> <ClientService<Echo> as tower::Service<Request<()>>>::Future {
    client.call(to("http://store.internal/"))
}

#[tokio::test]
async fn caller_is_the_function_that_calls_the_service() {
    let response = begin_to_pay(client());
    let headers = tokio::spawn(response).await.unwrap().unwrap();
    assert_eq!(headers["baggage"], TOLD);
}

#[instrument_fn(
    name = "a_function_with_a_name_that_is_too_long____________________________________________________________________________________________________________________________________________________________________________________________________________________________________________"
)]
async fn with_a_long_name(client: ClientService<Echo>) -> Vec<String> {
    send(client, to("http://store.internal/")).await
}

#[tokio::test]
async fn caller_that_would_be_refused_is_not_sent() {
    let nothing: [&str; 0] = [];
    assert_eq!(with_a_long_name(client()).await, nothing);
}

#[tokio::test]
async fn errors_pass_through() {
    let error = client().oneshot(to("http://store.internal/error")).await;
    assert_eq!(error, Err("it has failed"));
    let layer = ClientLayer::new(["store.internal"]).unwrap();
    let mut broken = layer.layer(Broken);
    assert_eq!(broken.ready().await.err(), Some("it is broken"));
}

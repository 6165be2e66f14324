//! Tests the callers of functions that handle a request.

use std::convert::Infallible;

use autometrics::{Caller, Outcome, instrument_fn, snapshot};
use autometrics_tower_service_0_3::ServerLayer;
use axum::{Router, body::Body, routing::get};
use http::{Request, Response};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::{Broken, Echo, request};

const WEB: &str = "autometrics.service=web,autometrics.module=web%3A%3Abasket,autometrics.function=Basket%3A%3Apay";
const APP: &str = "autometrics.service=app,autometrics.function=tap";

/// Returns the number of calls of the function `name` by caller.
fn callers(name: &str) -> Vec<String> {
    let snapshot = snapshot();
    let edges = snapshot.edges.iter();
    let called = edges.filter(|edge| {
        snapshot.functions[edge.function].name == name
            && edge.outcome == Outcome::Ok
            && edge.latency.count() > 0
    });
    let mut callers: Vec<_> = called
        .map(|edge| {
            let caller = match edge.caller {
                Caller::Function(caller) => snapshot.functions[caller].name.to_string(),
                Caller::Remote(caller) => snapshot.remote_callers[caller].to_string(),
                other => format!("{other:?}"),
            };
            format!("{caller}: {}", edge.latency.count())
        })
        .collect();
    callers.sort();
    callers
}

#[instrument_fn]
fn route() {}

#[instrument_fn]
async fn reserve() {
    tokio::task::yield_now().await;
    stock();
}

#[instrument_fn]
fn stock() {}

#[tokio::test]
async fn first_instrumented_functions_get_the_remote_caller() {
    let store = service_fn(|_: Request<()>| {
        route();
        async {
            reserve().await;
            Ok::<_, Infallible>(())
        }
    });
    let store = ServerLayer::new().layer(store);
    let to = |baggage| store.clone().oneshot(request("/", baggage));
    let from_nowhere = store.clone().oneshot(Request::new(()));
    let (first, second, third, fourth) =
        tokio::join!(to(WEB), to(APP), from_nowhere, to("tenant=7"));
    for response in [first, second, third, fourth, to(WEB).await] {
        response.unwrap();
    }
    let remote = ["None: 2", "app: tap: 1", "web: web::basket::Basket::pay: 2"];
    assert_eq!(callers("reserve"), remote);
    assert_eq!(callers("route"), remote, "before there is a future");
    assert_eq!(callers("stock"), ["reserve: 5"]);
}

#[instrument_fn]
async fn list() -> &'static str {
    "tea\n"
}

#[tokio::test]
async fn layer_works_around_a_router() {
    let router = Router::new()
        .route("/list", get(list))
        .layer(ServerLayer::new().accept_from(["web"]));
    let request = Request::get("/list").header("baggage", WEB);
    let response: Response<Body> = router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(callers("list"), ["web: web::basket::Basket::pay: 1"]);
}

#[instrument_fn]
async fn refund(_: Request<()>) -> Result<(), Infallible> {
    Ok(())
}

/// The only test with refused callers, because they are counted for the whole process.
#[tokio::test]
async fn refused_callers_are_counted_and_harmless() {
    let layer = ServerLayer::new().accept_from(["web"]);
    let baggages = [
        APP.to_owned(),
        WEB.replace("web", "Web"),
        format!("{WEB},{APP}"),
        format!("{WEB},not a member"),
        format!("{WEB},a={}", "b".repeat(8192)),
        WEB.replace("pay", "%zz"),
        WEB.replace("pay", "%22%7D%0A"),
    ];
    for baggage in &baggages {
        let to = request("/", baggage);
        layer.layer(service_fn(refund)).oneshot(to).await.unwrap();
        let headers = layer.layer(Echo).oneshot(request("/", baggage)).await;
        assert_eq!(headers.unwrap()["baggage"], baggage, "it goes on untouched");
    }
    let none: [&str; 0] = [];
    let headers = ServerLayer::new().accept_from(none).layer(Echo);
    headers.oneshot(request("/", WEB)).await.unwrap();

    let stripped = layer.strip().layer(Echo);
    let forged = format!("a=1,{APP},not a member");
    let headers = stripped.oneshot(request("/", &forged)).await.unwrap();
    assert_eq!(headers["baggage"], "a=1,not a member");

    assert_eq!(callers("refund"), ["None: 7"]);
    assert_eq!(snapshot().refused_callers, 2 * 7 + 1 + 1);
}

#[tokio::test]
async fn strip_removes_our_members() {
    let baggage = format!("a=1,{WEB},b=2");
    let kept = ServerLayer::new().layer(Echo);
    let headers = kept.oneshot(request("/", &baggage)).await.unwrap();
    assert_eq!(headers["baggage"], baggage);
    let stripped = ServerLayer::new().strip().layer(Echo);
    let headers = stripped.clone().oneshot(request("/", &baggage)).await;
    assert_eq!(headers.unwrap()["baggage"], "a=1,b=2");
    let headers = stripped.oneshot(request("/", WEB)).await.unwrap();
    assert!(headers.is_empty(), "{headers:?}");
}

#[tokio::test]
async fn errors_pass_through() {
    let store = ServerLayer::new().layer(Echo);
    let error = store.oneshot(request("/error", WEB)).await;
    assert_eq!(error, Err("it has failed"));
    let mut broken = ServerLayer::new().layer(Broken);
    assert_eq!(broken.ready().await.err(), Some("it is broken"));
}

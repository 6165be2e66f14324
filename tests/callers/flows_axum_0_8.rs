//! Requests to routers of axum are counted in the flows of their routes.

use autometrics::{
    Settings, axum_0_8, instrument_fn, snapshot,
    tower_service_0_3::{FlowLayer, ServerLayer},
};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode},
    middleware::from_fn,
    routing::get,
};
use tower::{Layer as _, Service, ServiceExt as _};

#[instrument_fn]
async fn show() -> &'static str {
    tokio::task::yield_now().await;
    load();
    "shown"
}

#[instrument_fn]
fn load() {}

#[instrument_fn]
async fn lost() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Returns the calls of `function` as `FLOW: COUNT`, sorted.
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

async fn send<S>(service: S, method: &str, path: &str, baggage: &str) -> u16
where
    S: Service<Request<Body>, Response = axum::response::Response>,
{
    let request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path)
        .header("baggage", baggage);
    let response = service.oneshot(request.body(Body::empty()).unwrap()).await;
    response.map_or(0, |response| response.status().as_u16())
}

// One test, as settings are of the whole process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_counted_by_route() {
    Settings::new().flows(40).apply().expect("valid settings");
    let inner = Router::new().route("/items/{id}", get(show));
    let named_inside = Router::new()
        .route("/names/{name}", get(show))
        .layer(from_fn(axum_0_8::flow));
    let routes = Router::new()
        .route("/orders/{id}", get(show).post(show))
        .route("/files/{*path}", get(show))
        .nest("/shop", inner.clone())
        .nest_service("/service", inner)
        .fallback(lost);
    let app = routes
        .clone()
        .layer(from_fn(axum_0_8::flow))
        .nest("/inside", named_inside)
        // It is the outer one, so it comes last.
        .layer(ServerLayer::new().accept_from(["web"]));

    let mut tasks = Vec::new();
    for number in 0..1_000 {
        for (method, path) in [
            ("GET", format!("/orders/{number}")),
            ("GET", format!("/shop/items/{number}")),
            ("HEAD", format!("/orders/{number}?page=1")),
            ("GET", format!("/inside/names/{number}")),
        ] {
            let app = app.clone();
            tasks.push(tokio::spawn(
                async move { send(app, method, &path, "").await },
            ));
        }
    }
    for task in tasks {
        assert_eq!(task.await.expect("no panic"), 200);
    }
    assert_eq!(send(app.clone(), "POST", "/orders/1", "").await, 200);
    assert_eq!(send(app.clone(), "GET", "/files/a/b/c", "").await, 200);
    let expected = [
        "GET /files/{*path}: 1",
        "GET /inside/names/{name}: 1000",
        "GET /orders/{id}: 1000",
        "GET /shop/items/{id}: 1000",
        "HEAD /orders/{id}: 1000",
        "POST /orders/{id}: 1",
    ];
    assert_eq!(flows_of("show"), expected);
    assert_eq!(flows_of("load"), expected);

    // Without a route that the router knows, functions begin flows as without the layer.
    let module = module_path!();
    for path in ["/orders", "/nowhere/1", "/nowhere/2"] {
        assert_eq!(send(app.clone(), "GET", path, "").await, 404);
    }
    assert_eq!(flows_of("lost"), [format!("{module}::lost: 3")]);
    assert_eq!(send(app.clone(), "GET", "/service/items/1", "").await, 200);
    let around = from_fn(axum_0_8::flow).layer(routes.clone());
    assert_eq!(send(around, "GET", "/orders/1", "").await, 200);
    let of_show = format!("{module}::show");
    let unnamed = |flows: &[String]| flows.contains(&format!("{of_show}: 2"));
    assert!(unnamed(&flows_of("show")), "{:?}", flows_of("show"));

    // The flow of another program stays, and with it the flows of a layer of tower.
    let web = "autometrics.service=web,autometrics.function=pay";
    let carried = format!("{web},autometrics.flow=POST%20%2Fpay");
    assert_eq!(send(app.clone(), "GET", "/orders/1", &carried).await, 200);
    assert_eq!(send(app.clone(), "GET", "/orders/1", web).await, 200);
    let by_method = FlowLayer::new(|request: &Request<Body>| {
        request.headers().contains_key("x-probe").then_some("probe")
    });
    let probed = by_method.layer(app.clone());
    let probe = Request::get("/orders/1").header("x-probe", "1");
    let response = probed.clone().oneshot(probe.body(Body::empty()).unwrap());
    assert_eq!(response.await.unwrap().status(), 200);
    // A caller without a flow does not end the flow around the server's layer.
    let probe = Request::get("/orders/1")
        .header("x-probe", "1")
        .header("baggage", web);
    let response = probed.clone().oneshot(probe.body(Body::empty()).unwrap());
    assert_eq!(response.await.unwrap().status(), 200);
    assert_eq!(send(probed, "GET", "/orders/1", "").await, 200);
    assert_eq!(
        flows_of("show"),
        [
            "GET /files/{*path}: 1".to_owned(),
            "GET /inside/names/{name}: 1000".to_owned(),
            "GET /orders/{id}: 1002".to_owned(),
            "GET /shop/items/{id}: 1000".to_owned(),
            "HEAD /orders/{id}: 1000".to_owned(),
            "POST /orders/{id}: 1".to_owned(),
            "POST /pay: 1".to_owned(),
            format!("{of_show}: 2"),
            "probe: 2".to_owned(),
        ]
    );

    made_up_methods_are_one_flow().await;
}

async fn made_up_methods_are_one_flow() {
    let any = Router::new()
        .route("/any/{id}", axum::routing::any(show))
        .route_layer(from_fn(axum_0_8::flow));
    for number in 0..100 {
        let method = format!("M{number}");
        assert_eq!(send(any.clone(), &method, "/any/1", "").await, 200);
        assert_eq!(send(any.clone(), &method, "/nowhere", "").await, 404);
    }
    let flows = flows_of("show");
    assert!(
        flows.contains(&"_OTHER /any/{id}: 100".to_owned()),
        "{flows:?}"
    );
    // With the layer on the method router, only methods that it handles are flows.
    let strict = get(show).route_layer(from_fn(axum_0_8::flow));
    let strict = Router::new().route("/strict/{id}", strict);
    assert_eq!(send(strict.clone(), "PUT", "/strict/1", "").await, 405);
    assert_eq!(send(strict, "GET", "/strict/1", "").await, 200);
    let flows = flows_of("show");
    assert!(
        flows.contains(&"GET /strict/{id}: 1".to_owned()),
        "{flows:?}"
    );
}

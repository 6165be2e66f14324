//! Requests to applications of actix-web are counted in the flows of their resources.

use actix_web::{
    App, HttpResponse,
    http::{Method, StatusCode},
    rt,
    test::{self, TestRequest},
    web,
};
use autometrics::{Settings, actix_web_4, instrument_fn, snapshot};

#[instrument_fn]
async fn show() -> &'static str {
    tokio::task::yield_now().await;
    load();
    "shown"
}

#[instrument_fn]
fn load() {}

#[instrument_fn]
async fn lost() -> HttpResponse {
    load();
    HttpResponse::NotFound().finish()
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

// One test, as settings are of the whole process.
#[test]
fn requests_are_counted_by_resource() {
    Settings::new().flows(40).apply().expect("valid settings");
    rt::System::new().block_on(async {
        let named_inside = web::scope("/inside")
            .wrap_fn(actix_web_4::flow)
            .route("/names/{name}", web::get().to(show));
        let app = App::new()
            .service(
                web::resource("/orders/{id}")
                    .route(web::get().to(show))
                    .route(web::head().to(show)),
            )
            .service(
                web::scope("/shop")
                    .service(web::scope("/{shop}").route(r"/items/{id:\d+}", web::get().to(show))),
            )
            .service(named_inside)
            .route("/any/{id}", web::to(show))
            .default_service(web::to(lost))
            .wrap_fn(actix_web_4::flow);
        let app = test::init_service(app).await;
        let send = async |method: &str, path: &str| -> StatusCode {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let request = TestRequest::with_uri(path).method(method);
            test::call_service(&app, request.to_request())
                .await
                .status()
        };

        // All at once on one thread, so that their steps alternate.
        let mut requests = Vec::new();
        for number in 0..500 {
            for (method, path) in [
                ("GET", format!("/orders/{number}")),
                ("HEAD", format!("/orders/{number}?page=1")),
                ("GET", format!("/shop/{number}/items/{number}")),
                ("GET", format!("/inside/names/{number}")),
            ] {
                requests.push(async move { send(method, &path).await });
            }
        }
        for status in join_all(requests).await {
            assert_eq!(status, 200);
        }
        let expected = [
            "GET /inside/names/{name}: 500",
            "GET /orders/{id}: 500",
            r"GET /shop/{shop}/items/{id:\d+}: 500",
            "HEAD /orders/{id}: 500",
        ];
        assert_eq!(flows_of("show"), expected);
        assert_eq!(flows_of("load"), expected);

        for path in ["/orders", "/shop/a/items/b", "/nowhere/1"] {
            assert_eq!(send("GET", path).await, 404, "{path}");
        }
        assert_eq!(flows_of("lost"), [format!("{}::lost: 3", module_path!())]);
        for number in 0..100 {
            assert_eq!(send(&format!("M{number}"), "/any/1").await, 200);
        }
        let flows = flows_of("show");
        assert!(
            flows.contains(&"_OTHER /any/{id}: 100".to_owned()),
            "{flows:?}"
        );
    });
}

/// Polls all futures in turn until all are done.
async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<_> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut is_done = true;
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => is_done = false,
                }
            }
        }
        if is_done {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

//! Tests hostile requests and names.

use http::{Method, Request, StatusCode};
use serde_json::Value;

use super::{explore, get, hostile_shop, send, shop};

#[test]
fn hostile_names_are_returned_unchanged_as_json() {
    let (simulation, names) = hostile_shop();
    let shared = explore(simulation);
    for endpoint in ["functions", "graph", "suspects", "objectives"] {
        let reply = get(&shared, &format!("/api/v1/{endpoint}"));
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.json()["service"]["name"], *names[0]);
    }
    let functions = get(&shared, "/api/v1/functions").json();
    let functions = functions["functions"].as_array().unwrap();
    let seen: Vec<_> = functions
        .iter()
        .map(|f| f["name"].as_str().unwrap())
        .collect();
    for name in &names {
        assert!(seen.contains(&name.as_str()), "{name:?}");
        let id: String =
            form_urlencoded::byte_serialize(format!("shop::{name}").as_bytes()).collect();
        let series = get(&shared, &format!("/api/v1/series?function={id}"));
        assert_eq!(series.status, StatusCode::OK, "{name:?}");
        assert_eq!(series.json()["function"]["name"], *name.as_str());
        assert_eq!(series.json()["error_kinds"][0]["kind"], *name.as_str());
    }
}

#[test]
fn promql_of_a_name_with_quotes_stays_one_string() {
    let (simulation, _) = hostile_shop();
    let id: String = form_urlencoded::byte_serialize(br#"shop::a"b'c`d\e"#).collect();
    let series = get(
        &explore(simulation),
        &format!("/api/v1/series?function={id}"),
    )
    .json();
    let query = series["promql"][0]["query"].as_str().unwrap();
    let expected = r#"sum by (result) (rate(function_calls_total{function="a\"b'c`d\\e",module="shop",service_name="<script>alert(1)</script>"}[5m]))"#;
    assert_eq!(query, expected);
}

#[test]
fn only_get_and_head_are_accepted() {
    let shared = explore(shop());
    for method in [
        "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "X",
    ] {
        for path in ["/", "/metrics", "/api/v1/functions", "/assets/index.html"] {
            let request = Request::builder().method(method).uri(path);
            let reply = send(&shared, &request.body(()).unwrap());
            assert_eq!(
                reply.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
            assert_eq!(reply.header("allow"), Some("GET, HEAD"));
            assert!(reply.json()["error"].is_string());
        }
    }
    let head = Request::builder()
        .method(Method::HEAD)
        .uri("/api/v1/functions");
    assert_eq!(
        send(&shared, &head.body(()).unwrap()).status,
        StatusCode::OK
    );
}

#[test]
fn dns_rebinding_reads_nothing() {
    let shared = explore(shop());
    for path in [
        "/",
        "/metrics",
        "/api/v1/functions",
        "/api/v1/openapi.json",
        "/nothing",
    ] {
        let request = Request::get(path).header("host", "evil.example:9464");
        let reply = send(&shared, &request.body(()).unwrap());
        assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
        let error = reply.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains("`evil.example:9464`"), "{error}");
        assert!(error.contains("Explorer::host"), "{error}");
    }
}

#[test]
fn malformed_queries_are_refused_and_shortened_in_errors() {
    let shared = explore(shop());
    let long = "x".repeat(8000);
    for query in [
        "window=",
        "window=-1",
        "window=60.0",
        "window=99999999999999999999999",
        "window=%ff%fe",
        "window=60;function=x",
        "%00=%00",
        "=",
        "window",
        "function=a&function=b",
        &format!("window={long}"),
        &format!("{long}=1"),
    ] {
        for endpoint in [
            "functions",
            "graph",
            "objectives",
            "suspects",
            "series",
            "events",
        ] {
            let reply = get(&shared, &format!("/api/v1/{endpoint}?{query}"));
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{endpoint}?{query}");
            assert!(reply.body.len() < 1000, "{endpoint}?{query}");
        }
    }
    for id in [
        &*long,
        "%00",
        "%ff",
        "../../etc/passwd",
        "shop%3A%3A",
        "<script>",
    ] {
        let id: String = id.chars().filter(char::is_ascii_graphic).collect();
        let Ok(request) = Request::get(format!("/api/v1/series?function={id}")).body(()) else {
            continue;
        };
        let reply = send(&shared, &request);
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{id}");
        assert!(reply.body.len() < 1000, "{id}");
    }
}

#[test]
fn no_path_escapes_the_page() {
    let shared = explore(shop());
    for path in [
        "/assets/../Cargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/assets//etc/passwd",
        "/assets/",
        "/assets/index.html/..",
        "/api/v1/../../metrics",
        "/api",
        "/api/v1",
        "//",
        "/%2e%2e/",
        "/index.html",
        "*",
    ] {
        let reply = get(&shared, path);
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        let _: Value = reply.json();
    }
}

//! Tests pages, files and the headers of every response.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`UPDATE_EXPECT=1` writes them"
)]

use expect_test::expect;
use http::{Request, StatusCode};

use super::{explore, get, send, shop};
use crate::{Explorer, Mount};

#[test]
fn every_response_has_the_security_headers() {
    let shared = explore(shop());
    for path in [
        "/",
        "/metrics",
        "/assets/index.html",
        "/assets/nothing",
        "/api/v1/openapi.json",
        "/api/v1/functions",
        "/api/v1/functions?window=1",
        "/nothing",
    ] {
        let reply = get(&shared, path);
        let policy = reply.header("content-security-policy").expect(path);
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(
            reply.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(
            reply.header("referrer-policy"),
            Some("no-referrer"),
            "{path}"
        );
        assert!(reply.header("cache-control").is_some(), "{path}");
        assert!(reply.header("content-type").is_some(), "{path}");
    }
}

#[test]
fn api_response_has_these_headers() {
    let reply = get(&explore(shop()), "/api/v1/functions");
    let mut headers: Vec<_> = reply
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    expect![[r#"
        cache-control: no-store
        content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        content-type: application/json
        cross-origin-resource-policy: same-origin
        referrer-policy: no-referrer
        x-content-type-options: nosniff
        x-frame-options: DENY"#]].assert_eq(&headers.join("\n"));
}

#[test]
fn unchanged_files_get_status_304() {
    let shared = explore(shop());
    for path in ["/", "/assets/index.html"] {
        let first = get(&shared, path);
        assert_eq!(first.status, StatusCode::OK);
        assert_eq!(
            first.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(first.header("cache-control"), Some("no-cache"));
        let tag = first.header("etag").unwrap();
        let again = Request::get(path).header("if-none-match", tag).body(());
        let again = send(&shared, &again.unwrap());
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        assert!(again.body.is_empty());
        let other = Request::get(path).header("if-none-match", "\"x\"").body(());
        assert_eq!(send(&shared, &other.unwrap()).status, StatusCode::OK);
    }
}

#[test]
fn metrics_are_those_of_the_program() {
    let reply = get(&explore(shop()), "/metrics");
    let text = String::from_utf8(reply.body).unwrap();
    assert!(
        text.contains("\nfunction_calls_total{function=\"acquire\""),
        "{text}"
    );
    assert!(
        reply.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain")
    );
}

#[test]
fn mount_path_without_slash_redirects() {
    for (mount, path, location) in [
        (Mount::At("/debug".to_owned()), "/debug", "./debug/"),
        (Mount::At("/a/b".to_owned()), "/a/b", "./b/"),
        (Mount::Anywhere, "/somewhere/else", "./else/"),
    ] {
        let simulation = shop();
        let shared = Explorer::new().mount(mount).with(simulation.history);
        let reply = get(&shared, path);
        assert_eq!(reply.status, StatusCode::PERMANENT_REDIRECT, "{path}");
        assert_eq!(reply.header("location"), Some(location));
        assert_eq!(get(&shared, &format!("{path}/")).status, StatusCode::OK);
        let functions = get(&shared, &format!("{path}/api/v1/functions"));
        assert_eq!(functions.status, StatusCode::OK);
    }
}

#[test]
fn hosts_can_be_allowed() {
    let simulation = shop();
    let request = || {
        Request::get("/")
            .header("host", "shop.internal:80")
            .body(())
    };
    let status = |explorer: Explorer, simulation: crate::simulation::Simulation| {
        let shared = explorer.with(simulation.history);
        send(&shared, &request().unwrap()).status
    };
    let refused = status(Explorer::new(), simulation);
    assert_eq!(refused, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(
        status(Explorer::new().host("Shop.Internal"), shop()),
        StatusCode::OK
    );
    assert_eq!(status(Explorer::new().any_host(), shop()), StatusCode::OK);
}

/// An application's own policy may block the script. Then only the document can say why, so no
/// style of the page hides it.
#[test]
fn document_explains_a_blocked_script() {
    let page = get(&explore(shop()), "/");
    let page = String::from_utf8(page.body).unwrap();
    let (_, body) = page.split_once("<div id=\"page\">").unwrap();
    let (_, told) = body.split_once("</noscript>").unwrap();
    assert!(told.contains("Content-Security-Policy"), "{told}");
    for directive in [
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
    ] {
        assert!(told.contains(directive), "{told}");
    }
}

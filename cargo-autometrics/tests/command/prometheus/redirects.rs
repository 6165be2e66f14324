//! Redirects are followed on the same server only, so that no other one gets the headers.

use std::sync::{Arc, Mutex};

use test_harness::{HttpServer, response};

use super::{artifact, seen};
use crate::{command, text};

/// Starts a server that answers each request with `answer` of its target.
fn server(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> HttpServer {
    HttpServer::start(move |request| answer(request.target()))
}

fn redirect(status: u16, location: &str) -> String {
    response(&format!("{status} Elsewhere\r\nlocation: {location}"), "")
}

fn found() -> String {
    response("200 OK", &seen())
}

/// Queries the server at `url` with secrets, and returns standard error and the exit code.
fn ask(name: &str, url: &str) -> (String, Option<i32>) {
    let output = command(&[
        "graph",
        "--artifact",
        &artifact(name),
        "--from",
        url,
        "--header",
        "Authorization: Bearer S3cr3t",
        "--header",
        "X-Api-Key: S3cr3t",
    ])
    .output()
    .unwrap();
    (text(&output.stderr).to_owned(), output.status.code())
}

#[test]
fn redirects_to_another_server_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let other_server = server(|_| found());
        let other = other_server.url();
        let there = other.clone();
        let url = server(move |_| redirect(status, &format!("{there}/api?token=T0k3n"))).url();
        let (said, code) = ask("redirect-other", &url);
        assert_eq!(code, Some(2));
        assert_eq!(
            said,
            format!(
                "error: Prometheus at `{url}` redirects to `{other}`, another server, to which nothing was sent: if \
                 that server is right, give its URL with `--from`\n"
            )
        );
        assert!(other_server.requests().is_empty());
    }
}

#[test]
fn every_spelling_of_another_server_is_recognised() {
    let other = server(|_| found());
    let host = other.addr();
    for location in [
        format!("//{host}/"),
        format!("HTTP://{host}/"),
        format!("http://user@{host}/"),
        format!("/\\{host}/"),
        format!("https://{host}/"),
        format!("ftp://{host}/"),
    ] {
        let url = server(move |_| redirect(302, &location)).url();
        let (said, code) = ask("redirect-names", &url);
        assert_eq!(code, Some(2), "{said}");
    }
    assert!(other.requests().is_empty());
}

#[test]
fn redirects_on_the_same_server_are_followed_with_headers() {
    for location in [
        "/prometheus/api/v1/query?query=1",
        "http://HOST/prometheus/q",
    ] {
        let host = Arc::new(Mutex::new(String::new()));
        let its = Arc::clone(&host);
        let server = server(move |target| {
            if target.starts_with("/prometheus/") {
                found()
            } else {
                redirect(302, &location.replace("HOST", &its.lock().unwrap()))
            }
        });
        *host.lock().unwrap() = server.addr().to_string();
        let (said, code) = ask("redirect-same", &server.url());
        assert_eq!((said.as_str(), code), ("", Some(0)));
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[1].header("authorization"), Some("Bearer S3cr3t"));
    }
}

#[test]
fn circular_redirects_end() {
    let server = server(|target| redirect(302, target));
    let (said, code) = ask("redirect-circle", &server.url());
    assert_eq!(code, Some(2));
    assert!(
        said.contains("does not answer as Prometheus does: status 302"),
        "{said}"
    );
    assert!(server.requests().len() < 10);
}

#[test]
fn a_password_in_the_address_is_never_shown() {
    let server = server(|_| response("500 No", ""));
    let host = server.addr();
    for from in [
        format!("http://user:S3cr3t@{host}"),
        "http://user:S3cr3t@127.0.0.1:1".to_owned(),
        "http://user:S3cr3t@host:port".to_owned(),
        "http://user:S3/cr3t/S3cr3t@host".to_owned(),
        "http://user:S3cr3t?@host".to_owned(),
        "http://host?token=S3cr3t".to_owned(),
        "user:S3cr3t@host".to_owned(),
        "htp://user:S3cr3t@host".to_owned(),
        "http://user:S3cr3t @host".to_owned(),
    ] {
        let (said, code) = ask("redirect-password", &from);
        assert_eq!(code, Some(2), "{said}");
        assert!(
            said.starts_with("error: ") && !said.contains("S3cr3t"),
            "{said}"
        );
    }
    assert_eq!(server.requests().len(), 1);
}

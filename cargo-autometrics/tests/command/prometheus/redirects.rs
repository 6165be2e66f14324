//! Redirects are followed on the same server only, so that no other one gets the headers.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use super::{artifact, seen};
use crate::{command, text};

/// Starts a server that answers each request with `answer` of its target. Returns its URL, and the
/// heads of the requests.
fn server(answer: impl Fn(&str) -> String + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heads = Arc::new(Mutex::new(Vec::new()));
    let its = Arc::clone(&heads);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = stream;
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<_> = lines
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            let target = head[0].split(' ').nth(1).unwrap().to_owned();
            its.lock().unwrap().push(head.join("\n"));
            let _ = stream.write_all(answer(&target).as_bytes());
        }
    });
    (url, heads)
}

fn redirect(status: u16, location: &str) -> String {
    format!(
        "HTTP/1.1 {status} Elsewhere\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    )
}

fn found() -> String {
    let body = seen();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
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
        let (other, heads) = server(|_| found());
        let there = other.clone();
        let (url, _) = server(move |_| redirect(status, &format!("{there}/api?token=T0k3n")));
        let (said, code) = ask("redirect-other", &url);
        assert_eq!(code, Some(2));
        assert_eq!(
            said,
            format!(
                "error: Prometheus at `{url}` redirects to `{other}`, another server, to which nothing was sent: if \
                 that server is right, give its URL with `--from`\n"
            )
        );
        assert!(heads.lock().unwrap().is_empty());
    }
}

#[test]
fn every_spelling_of_another_server_is_recognised() {
    let (other, heads) = server(|_| found());
    let host = other.strip_prefix("http://").unwrap().to_owned();
    for location in [
        format!("//{host}/"),
        format!("HTTP://{host}/"),
        format!("http://user@{host}/"),
        format!("/\\{host}/"),
        format!("https://{host}/"),
        format!("ftp://{host}/"),
    ] {
        let (url, _) = server(move |_| redirect(302, &location));
        let (said, code) = ask("redirect-names", &url);
        assert_eq!(code, Some(2), "{said}");
    }
    assert!(heads.lock().unwrap().is_empty());
}

#[test]
fn redirects_on_the_same_server_are_followed_with_headers() {
    for location in [
        "/prometheus/api/v1/query?query=1",
        "http://HOST/prometheus/q",
    ] {
        let host = Arc::new(Mutex::new(String::new()));
        let its = Arc::clone(&host);
        let (url, heads) = server(move |target| {
            if target.starts_with("/prometheus/") {
                found()
            } else {
                redirect(302, &location.replace("HOST", &its.lock().unwrap()))
            }
        });
        *host.lock().unwrap() = url.replace("http://", "");
        let (said, code) = ask("redirect-same", &url);
        assert_eq!((said.as_str(), code), ("", Some(0)));
        let heads = heads.lock().unwrap();
        assert_eq!(heads.len(), 2);
        assert!(heads[1].contains("Bearer S3cr3t"), "{}", heads[1]);
    }
}

#[test]
fn circular_redirects_end() {
    let (url, heads) = server(|target| redirect(302, target));
    let (said, code) = ask("redirect-circle", &url);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("does not answer as Prometheus does: status 302"),
        "{said}"
    );
    assert!(heads.lock().unwrap().len() < 10);
}

#[test]
fn a_password_in_the_address_is_never_shown() {
    let (url, heads) =
        server(|_| "HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".into());
    let host = url.strip_prefix("http://").unwrap().to_owned();
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
    assert_eq!(heads.lock().unwrap().len(), 1);
}

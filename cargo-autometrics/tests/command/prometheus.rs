//! `graph --from`, with a Prometheus that says what it is told to.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    thread::{self, JoinHandle},
};

use expect_test::{Expect, expect};

use crate::{
    check_failure, command,
    drawings::records,
    fail,
    objects::{elf, write},
    text,
};

/// Answers one request, and gives its first line.
fn serve(status: &'static str, body: String) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let request = lines.next().unwrap().unwrap();
        lines
            .find(|line| line.as_ref().unwrap().is_empty())
            .unwrap()
            .unwrap();
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .unwrap();
        request
    });
    (url, server)
}

/// A row of a query's result; who is called, by whom, and how often.
fn row(callee: &str, caller: &str, result: &str, service: &str, rate: &str) -> String {
    let (module, function) = callee.rsplit_once('/').unwrap();
    let (caller_module, caller_function) = caller.rsplit_once('/').unwrap_or_default();
    format!(
        r#"{{"metric": {{"module": "{module}", "function": "{function}", "result": "{result}",
            "caller_module": "{caller_module}", "caller_function": "{caller_function}",
            "service_name": "{service}"}}, "value": [1.5, "{rate}"]}}"#
    )
}

fn success(rows: &[String]) -> String {
    let rows = rows.join(",");
    format!(r#"{{"status": "success", "data": {{"resultType": "vector", "result": [{rows}]}}}}"#)
}

fn seen() -> String {
    success(&[
        row("shop::checkout/place_order", "", "ok", "shop", "4"),
        row("shop::checkout/place_order", "", "error", "shop", "1"),
        row(
            "shop::store/Carts::load",
            "shop::checkout/place_order",
            "ok",
            "shop",
            "123.4",
        ),
        row(
            "shop::payment/charge",
            "shop::checkout/place_order",
            "ok",
            "shop",
            "3.996",
        ),
        row(
            "shop::payment/charge",
            "shop::checkout/place_order",
            "error",
            "shop",
            "0.004",
        ),
        row(
            "shop::payment/charge",
            "shop::retry/again",
            "error",
            "shop",
            "0.00001",
        ),
        row(
            "shop::store/Carts::load",
            "/__overflow__",
            "ok",
            "shop",
            "0.25",
        ),
        row(
            "shop::store/Carts::load",
            "shop::retry/again",
            "ok",
            "shop",
            "NaN",
        ),
    ])
}

fn artifact(name: &str) -> String {
    write(name, &elf(".autometrics0", &records()))
}

#[track_caller]
fn check(name: &str, format: &str, expect: Expect) {
    let (url, server) = serve("200 OK", seen());
    let artifact = artifact(name);
    let output = command(&[
        "graph",
        "--artifact",
        &artifact,
        "--format",
        format,
        "--from",
        &url,
    ]);
    let output = { output }.output().unwrap();
    server.join().unwrap();
    assert_eq!(text(&output.stderr), "");
    expect.assert_eq(text(&output.stdout));
}

#[test]
fn graphviz_tells_what_was_seen_from_what_is_in_the_code() {
    check(
        "seen-dot",
        "dot",
        expect![[r#"
            digraph autometrics {
              rankdir=LR
              fontname="sans-serif"
              node [shape=box, style=rounded, fontname="sans-serif"]
              edge [fontname="sans-serif", fontsize=10]
              label="solid: in the code and seen; dashed: in the code, not seen; bold: seen, not in the code"

              n0 [label="(other callers)", style="rounded,bold"]

              subgraph cluster_1 {
                label="shop::checkout"
                n1 [label="place_order\n5/s, 20% errors\nobjective checkout", tooltip="src/main.rs:30"]
              }

              subgraph cluster_2 {
                label="shop::payment"
                n2 [label="charge\n4/s, 0.1% errors", tooltip="src/main.rs:8"]
              }

              subgraph cluster_3 {
                label="shop::retry"
                n3 [label="again", style="rounded,bold"]
              }

              subgraph cluster_4 {
                label="shop::store"
                n4 [label="Carts::load\n124/s", tooltip="src/main.rs:12"]
                n5 [label="Orders::record", tooltip="src/main.rs:92"]
                n6 [label="Products::load", tooltip="src/main.rs:52"]
              }

              n0 -> n4 [style=bold, label="0.25/s"]
              n1 -> n2 [label="4/s, 0.1% errors"]
              n1 -> n4 [label="123/s"]
              n1 -> n5 [style=dashed]
              n3 -> n2 [style=bold, label="<0.0001/s, 100% errors"]
            }
        "#]],
    );
}

#[test]
fn so_does_mermaid() {
    check(
        "seen-mermaid",
        "mermaid",
        expect![[r##"
            flowchart LR
              %% solid: in the code and seen; dashed: in the code, not seen; thick: seen, not in the code
              n0["(other callers)"]
              subgraph m1["shop::checkout"]
                n1["place_order<br/>5/s, 20% errors<br/>objective checkout"]
              end
              subgraph m2["shop::payment"]
                n2["charge<br/>4/s, 0.1% errors"]
              end
              subgraph m3["shop::retry"]
                n3["again"]
              end
              subgraph m4["shop::store"]
                n4["Carts::load<br/>124/s"]
                n5["Orders::record"]
                n6["Products::load"]
              end
              n0 ==>|"0.25/s"| n4
              n1 -->|"4/s, 0.1% errors"| n2
              n1 -->|"123/s"| n4
              n1 -.-> n5
              n3 ==>|"#60;0.0001/s, 100% errors"| n2
        "##]],
    );
}

#[test]
fn and_json() {
    check(
        "seen-json",
        "json",
        expect![[r#"
        {
          "version": 1,
          "functions": [
            {
              "id": "::__overflow__",
              "module": "",
              "function": "__overflow__",
              "file": null,
              "line": null,
              "objective": null,
              "in_code": false,
              "seen": {
                "calls_per_second": 0.0,
                "error_ratio": null
              }
            },
            {
              "id": "shop::checkout::place_order",
              "module": "shop::checkout",
              "function": "place_order",
              "file": "src/main.rs",
              "line": 30,
              "objective": "checkout",
              "in_code": true,
              "seen": {
                "calls_per_second": 5.0,
                "error_ratio": 0.2
              }
            },
            {
              "id": "shop::payment::charge",
              "module": "shop::payment",
              "function": "charge",
              "file": "src/main.rs",
              "line": 8,
              "objective": null,
              "in_code": true,
              "seen": {
                "calls_per_second": 4.00001,
                "error_ratio": 0.0010024974937562657
              }
            },
            {
              "id": "shop::retry::again",
              "module": "shop::retry",
              "function": "again",
              "file": null,
              "line": null,
              "objective": null,
              "in_code": false,
              "seen": {
                "calls_per_second": 0.0,
                "error_ratio": null
              }
            },
            {
              "id": "shop::store::Carts::load",
              "module": "shop::store",
              "function": "Carts::load",
              "file": "src/main.rs",
              "line": 12,
              "objective": null,
              "in_code": true,
              "seen": {
                "calls_per_second": 123.65,
                "error_ratio": 0.0
              }
            },
            {
              "id": "shop::store::Orders::record",
              "module": "shop::store",
              "function": "Orders::record",
              "file": "src/main.rs",
              "line": 92,
              "objective": null,
              "in_code": true,
              "seen": {
                "calls_per_second": 0.0,
                "error_ratio": null
              }
            },
            {
              "id": "shop::store::Products::load",
              "module": "shop::store",
              "function": "Products::load",
              "file": "src/main.rs",
              "line": 52,
              "objective": null,
              "in_code": true,
              "seen": {
                "calls_per_second": 0.0,
                "error_ratio": null
              }
            }
          ],
          "edges": [
            {
              "caller": "::__overflow__",
              "callee": "shop::store::Carts::load",
              "in_code": false,
              "by": null,
              "seen": {
                "calls_per_second": 0.25,
                "error_ratio": 0.0
              }
            },
            {
              "caller": "shop::checkout::place_order",
              "callee": "shop::payment::charge",
              "in_code": true,
              "by": "path",
              "seen": {
                "calls_per_second": 4.0,
                "error_ratio": 0.001
              }
            },
            {
              "caller": "shop::checkout::place_order",
              "callee": "shop::store::Carts::load",
              "in_code": true,
              "by": "method name",
              "seen": {
                "calls_per_second": 123.4,
                "error_ratio": 0.0
              }
            },
            {
              "caller": "shop::checkout::place_order",
              "callee": "shop::store::Orders::record",
              "in_code": true,
              "by": "method name",
              "seen": {
                "calls_per_second": 0.0,
                "error_ratio": null
              }
            },
            {
              "caller": "shop::retry::again",
              "callee": "shop::payment::charge",
              "in_code": false,
              "by": null,
              "seen": {
                "calls_per_second": 0.00001,
                "error_ratio": 1.0
              }
            }
          ],
          "ambiguous": []
        }
    "#]],
    );
}

/// The arguments, and what Prometheus is asked.
#[track_caller]
fn check_request(name: &str, path: &str, arguments: &[&str], expect: Expect) {
    let (url, server) = serve("200 OK", seen());
    let url = format!("{url}{path}");
    let artifact = artifact(name);
    let mut command = command(&["graph", "--artifact", &artifact, "--from", &url]);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    expect.assert_eq(&server.join().unwrap());
}

#[test]
fn the_query_is_as_short_as_it_can_be() {
    check_request(
        "query",
        "",
        &[],
        expect![
            "GET /api/v1/query?query=sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module%2C%20result%2C%20service_name)%20(rate(function_calls_total%5B5m%5D))%20%3E%200 HTTP/1.1"
        ],
    );
}

#[test]
fn service_and_window_are_in_the_query() {
    check_request(
        "query-service",
        "/below/a/path/",
        &["--service", "a\"b\\c", "--window", "1h30m"],
        expect![
            "GET /below/a/path/api/v1/query?query=sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module%2C%20result%2C%20service_name)%20(rate(function_calls_total%7Bservice_name%3D%22a%5C%22b%5C%5Cc%22%7D%5B1h30m%5D))%20%3E%200 HTTP/1.1"
        ],
    );
}

#[test]
fn several_services_are_asked_for_by_name() {
    check_request(
        "query-services",
        "",
        &["--service", "a.b", "--service", "c"],
        expect![
            "GET /api/v1/query?query=sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module%2C%20result%2C%20service_name)%20(rate(function_calls_total%7Bservice_name%3D~%22a%5C%5C.b%7Cc%22%7D%5B5m%5D))%20%3E%200 HTTP/1.1"
        ],
    );
}

/// What is said when Prometheus answers so, with `URL` for where it is.
#[track_caller]
fn check_answer(name: &str, status: &'static str, body: &str, expect: Expect) {
    let (url, server) = serve(status, body.to_owned());
    let artifact = artifact(name);
    let output = command(&["graph", "--artifact", &artifact, "--from", &url])
        .output()
        .unwrap();
    server.join().unwrap();
    let said = text(&output.stderr).replace(&url, "URL");
    expect.assert_eq(&said);
    let code = if said.starts_with("warning") { 0 } else { 2 };
    assert_eq!(output.status.code(), Some(code));
}

#[test]
fn what_prometheus_says_of_a_mistake_is_passed_on() {
    check_answer(
        "refused",
        "400 Bad Request",
        r#"{"status": "error", "errorType": "bad_data", "error": "invalid parameter \"query\""}"#,
        expect![[r#"
            error: Prometheus at `URL` refused the query: invalid parameter "query"
        "#]],
    );
}

#[test]
fn something_else_than_prometheus_is_named() {
    check_answer(
        "page",
        "200 OK",
        "<html>Welcome</html>",
        expect![[r"
        error: `URL` does not answer as Prometheus does: expected value at line 1 column 1
    "]],
    );
    check_answer(
        "not-found",
        "404 Not Found",
        "no such page",
        expect![[r"
        error: `URL` does not answer as Prometheus does: status 404 Not Found
    "]],
    );
    check_answer(
        "other-json",
        "200 OK",
        r#"{"status": "up"}"#,
        expect![[r"
        error: `URL` does not answer as Prometheus does: unknown variant `up`, expected `success` or `error` at line 1 column 15
    "]],
    );
}

#[test]
fn several_services_are_not_mixed() {
    let rows = [
        row("shop::payment/charge", "", "ok", "shop", "1"),
        row("bank::payment/charge", "", "ok", "bank", "1"),
    ];
    check_answer(
        "services",
        "200 OK",
        &success(&rows),
        expect![[r"
        error: Prometheus at `URL` knows calls of several services: `bank`, `shop`; choose with `--service NAME`, more than once for more than one
    "]],
    );
}

#[test]
fn a_silence_is_worth_a_warning() {
    check_answer(
        "silent",
        "200 OK",
        &success(&[]),
        expect![[r"
        warning: Prometheus at `URL` has seen no call within 5m: is the program scraped, and does `--service` name it as `service_name` does?
    "]],
    );
}

#[test]
fn nobody_listens() {
    // Bound and closed again: nobody else gets the port so soon.
    let url = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let artifact = artifact("nobody");
    let output = command(&["graph", "--artifact", &artifact, "--from", &url])
        .output()
        .unwrap();
    assert_eq!(text(&output.stdout), "");
    let said = text(&output.stderr);
    let expected = format!("error: no answer from Prometheus at `{url}`: ");
    assert!(said.starts_with(&expected), "{said}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn an_address_is_refused_before_it_is_tried() {
    let artifact = artifact("address");
    for (url, said) in [
        (
            "localhost:9090",
            expect![[r"
            error: `localhost:9090` is no address of a Prometheus: expected http:// and a host, such as http://localhost:9090
        "]],
        ),
        (
            "https://prometheus.example",
            expect![[r"
            error: `https://prometheus.example` is no address of a Prometheus: only http:// is spoken here; forward a port with `kubectl port-forward` or `ssh -L`, and name that
        "]],
        ),
        (
            "http://",
            expect![[r"
            error: `http://` is no address of a Prometheus: expected a host, and at most a path, such as http://localhost:9090/prometheus
        "]],
        ),
        (
            "http://a.example/?query=up",
            expect![[r"
            error: `http://a.example/?query=up` is no address of a Prometheus: expected a host, and at most a path, such as http://localhost:9090/prometheus
        "]],
        ),
    ] {
        let arguments = ["graph", "--artifact", &artifact, "--from", url];
        let output = command(&arguments).output().unwrap();
        check_failure(&output, 2, said);
    }
}

#[test]
fn options_about_prometheus_need_one() {
    fail(
        &["graph", "--service", "shop"],
        2,
        expect![[r"
        error: the following required arguments were not provided:
          --from <PROMETHEUS_URL>

        Usage: cargo autometrics graph --from <PROMETHEUS_URL> --service <NAME>

        For more information, try '--help'.
    "]],
    );
}

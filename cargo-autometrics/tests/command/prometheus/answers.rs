//! Errors and empty results of Prometheus, and answers of other servers.

use expect_test::{Expect, expect};
use test_harness::free_addr;

use super::{artifact, row, serve, success};
use crate::{check_failure, command, fail, text};

/// Checks standard error for this answer, with `URL` in place of the address.
#[track_caller]
fn check_answer(name: &str, status: &'static str, body: &str, expect: &Expect) {
    let server = serve(status, body.to_owned());
    let url = server.url();
    let artifact = artifact(name);
    let output = command(&["graph", "--artifact", &artifact, "--from", &url])
        .output()
        .unwrap();
    assert_eq!(server.requests().len(), 1);
    let said = text(&output.stderr).replace(&url, "URL");
    expect.assert_eq(&said);
    let code = if said.starts_with("warning") { 0 } else { 2 };
    assert_eq!(output.status.code(), Some(code));
}

#[test]
fn errors_of_prometheus_are_passed_on() {
    check_answer(
        "refused",
        "400 Bad Request",
        r#"{"status": "error", "errorType": "bad_data", "error": "invalid parameter \"query\""}"#,
        &expect![[r#"
            error: Prometheus at `URL` refused the query: invalid parameter "query"
        "#]],
    );
}

#[test]
fn answers_of_other_servers_are_refused() {
    check_answer(
        "page",
        "200 OK",
        "<html>Welcome</html>",
        &expect![[r"
        error: `URL` does not answer as Prometheus does: expected value at line 1 column 1
    "]],
    );
    check_answer(
        "not-found",
        "404 Not Found",
        "no such page",
        &expect![[r"
        error: `URL` does not answer as Prometheus does: status 404 Not Found
    "]],
    );
    check_answer(
        "other-json",
        "200 OK",
        r#"{"status": "up"}"#,
        &expect![[r"
        error: `URL` does not answer as Prometheus does: unknown variant `up`, expected `success` or `error` at line 1 column 15
    "]],
    );
}

#[test]
fn calls_of_several_services_are_refused() {
    let rows = [
        row("shop::payment/charge", "", "ok", "shop", "1"),
        row("bank::payment/charge", "", "ok", "bank", "1"),
    ];
    check_answer(
        "services",
        "200 OK",
        &success(&rows),
        &expect![[r"
        error: Prometheus at `URL` has calls of several services: `bank`, `shop`; choose with `--service NAME`, which can be given more than once
    "]],
    );
}

#[test]
fn an_empty_result_gives_a_warning() {
    check_answer(
        "silent",
        "200 OK",
        &success(&[]),
        &expect![[r"
        warning: Prometheus at `URL` has seen no call within 5m: check that the program is scraped, and that `--service` has the value of its label `service_name`
    "]],
    );
}

#[test]
fn calls_of_another_program_give_a_warning() {
    let rows = [row("bank::payment/charge", "", "ok", "bank", "1")];
    check_answer(
        "foreign",
        "200 OK",
        &success(&rows),
        &expect![[r"
        warning: none of the functions that Prometheus has seen is in this program: if it has another service name, give that with `--service`
    "]],
    );
}

#[test]
fn an_unreachable_server_is_reported() {
    let url = format!("http://{}", free_addr());
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
fn an_invalid_address_is_refused() {
    let artifact = artifact("address");
    for (url, said) in [
        (
            "localhost:9090",
            expect![[r"
            error: `localhost:9090` is not the address of a Prometheus: expected http:// and a host, such as http://localhost:9090
        "]],
        ),
        #[cfg(not(feature = "https"))]
        (
            "https://prometheus.example",
            expect![[r"
                error: `https://prometheus.example` is not the address of a Prometheus: this cargo-autometrics supports http:// only; install it again with `cargo install cargo-autometrics --features https`, or forward a port with `kubectl port-forward` or `ssh -L`, and give that URL
            "]],
        ),
        (
            "http://",
            expect![[r"
            error: `http://` is not the address of a Prometheus: expected a host, and at most a path, such as http://localhost:9090/prometheus
        "]],
        ),
        (
            "http://a.example/?query=up",
            expect![[r"
            error: `http://a.example/?query=up` is not the address of a Prometheus: expected a host, and at most a path, such as http://localhost:9090/prometheus
        "]],
        ),
    ] {
        let arguments = ["graph", "--artifact", &artifact, "--from", url];
        let output = command(&arguments).output().unwrap();
        check_failure(&output, 2, &said);
    }
}

#[test]
fn options_about_prometheus_need_its_address() {
    fail(
        &["graph", "--service", "shop"],
        2,
        &expect![[r"
        error: the following required arguments were not provided:
          --from <PROMETHEUS_URL>

        Usage: cargo autometrics graph --from <PROMETHEUS_URL> --service <NAME>

        For more information, try '--help'.
    "]],
    );
}

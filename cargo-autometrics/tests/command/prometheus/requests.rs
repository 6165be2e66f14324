//! Requests that Prometheus gets.

use expect_test::{Expect, expect};

use super::{artifact, only_request, seen, serve};
use crate::{command, fail};

/// Checks the request for these arguments.
#[track_caller]
fn check_request(name: &str, path: &str, arguments: &[&str], expect: &Expect) {
    let server = serve("200 OK", seen());
    let url = format!("{}{path}", server.url());
    let artifact = artifact(name);
    let mut command = command(&["graph", "--artifact", &artifact, "--from", &url]);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    expect.assert_eq(&only_request(&server));
}

#[test]
fn one_query_asks_for_rates_and_latencies() {
    check_request(
        "query",
        "",
        &[],
        &expect![
            "GET /api/v1/query?query=sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module%2C%20result%2C%20service_name)%20(rate(function_calls_total%5B5m%5D))%20%3E%200%0Aor%20label_replace((histogram_quantile(0.95%2C%20sum%20by%20(function%2C%20module)%20(rate(function_calls_duration_seconds%5B5m%5D)))%20or%20histogram_quantile(0.95%2C%20sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module)%20(rate(function_calls_duration_by_caller_seconds%5B5m%5D))))%20%3E%200%2C%20%22autometrics_quantity%22%2C%20%22p95%22%2C%20%22%22%2C%20%22%22) HTTP/1.1"
        ],
    );
}

#[test]
fn service_and_window_are_in_the_query() {
    check_request(
        "query-service",
        "/below/a/path/",
        &["--service", "a\"b\\c", "--window", "1h30m"],
        &expect![
            "GET /below/a/path/api/v1/query?query=sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module%2C%20result%2C%20service_name)%20(rate(function_calls_total%7Bservice_name%3D%22a%5C%22b%5C%5Cc%22%7D%5B1h30m%5D))%20%3E%200%0Aor%20label_replace((histogram_quantile(0.95%2C%20sum%20by%20(function%2C%20module)%20(rate(function_calls_duration_seconds%7Bservice_name%3D%22a%5C%22b%5C%5Cc%22%7D%5B1h30m%5D)))%20or%20histogram_quantile(0.95%2C%20sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module)%20(rate(function_calls_duration_by_caller_seconds%7Bservice_name%3D%22a%5C%22b%5C%5Cc%22%7D%5B1h30m%5D))))%20%3E%200%2C%20%22autometrics_quantity%22%2C%20%22p95%22%2C%20%22%22%2C%20%22%22) HTTP/1.1"
        ],
    );
}

#[test]
fn several_services_are_alternatives_in_the_query() {
    check_request(
        "query-services",
        "",
        &["--service", "a.b", "--service", "c"],
        &expect![
            "GET /api/v1/query?query=sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module%2C%20result%2C%20service_name)%20(rate(function_calls_total%7Bservice_name%3D~%22a%5C%5C.b%7Cc%22%7D%5B5m%5D))%20%3E%200%0Aor%20label_replace((histogram_quantile(0.95%2C%20sum%20by%20(function%2C%20module)%20(rate(function_calls_duration_seconds%7Bservice_name%3D~%22a%5C%5C.b%7Cc%22%7D%5B5m%5D)))%20or%20histogram_quantile(0.95%2C%20sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module)%20(rate(function_calls_duration_by_caller_seconds%7Bservice_name%3D~%22a%5C%5C.b%7Cc%22%7D%5B5m%5D))))%20%3E%200%2C%20%22autometrics_quantity%22%2C%20%22p95%22%2C%20%22%22%2C%20%22%22) HTTP/1.1"
        ],
    );
}

#[test]
fn headers_are_sent_with_the_request() {
    check_request(
        "query-headers",
        "",
        &[
            "--header",
            "Authorization: Bearer a:b",
            "--header",
            "X-Scope-OrgID:team",
        ],
        &expect![[r"
            GET /api/v1/query?query=sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module%2C%20result%2C%20service_name)%20(rate(function_calls_total%5B5m%5D))%20%3E%200%0Aor%20label_replace((histogram_quantile(0.95%2C%20sum%20by%20(function%2C%20module)%20(rate(function_calls_duration_seconds%5B5m%5D)))%20or%20histogram_quantile(0.95%2C%20sum%20by%20(function%2C%20module%2C%20caller_function%2C%20caller_module)%20(rate(function_calls_duration_by_caller_seconds%5B5m%5D))))%20%3E%200%2C%20%22autometrics_quantity%22%2C%20%22p95%22%2C%20%22%22%2C%20%22%22) HTTP/1.1
            authorization: Bearer a:b
            x-scope-orgid: team"]],
    );
}

/// The message does not contain the header, which may be a secret.
#[test]
fn a_malformed_header_is_refused() {
    let artifact = artifact("no-header");
    let from = "http://localhost";
    for (headers, said) in [
        (
            &["Bearer s3cret"][..],
            expect![[r"
            error: the `--header` has no colon: expected a name and a value, such as `X-Scope-OrgID: team`
        "]],
        ),
        (
            &["X-A: 1", "Bearer token: s3cret"],
            expect![[r"
            error: number 2 of 2 `--header` has an invalid name: expected a name and a value, such as `X-Scope-OrgID: team`
        "]],
        ),
        (
            &["X-A: s3cret\nX-B: 2"],
            expect![[r"
            error: the `--header` has an invalid value: expected a name and a value, such as `X-Scope-OrgID: team`
        "]],
        ),
    ] {
        let mut arguments = vec!["graph", "--artifact", &artifact, "--from", from];
        for header in headers {
            arguments.extend(["--header", header]);
        }
        fail(&arguments, 2, &said);
    }
}

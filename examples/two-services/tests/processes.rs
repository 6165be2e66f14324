//! Both processes, as `cargo run` starts them, and a client that forges callers.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Command, Stdio},
};

use expect_test::{Expect, expect};
use test_harness::{OwnedChild, PATIENCE};

/// Both services, and their output.
struct Services {
    _process: OwnedChild,
    said: Vec<String>,
    store: SocketAddr,
    web: SocketAddr,
}

impl Services {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_two-services"));
        let child = command.stdout(Stdio::piped()).spawn();
        let mut process = OwnedChild(child.unwrap());
        let mut said: Vec<String> = Vec::new();
        let stdout = process.0.stdout.take().unwrap();
        for line in BufReader::new(stdout).lines() {
            let line = line.unwrap();
            if line.starts_with("Ctrl-C") {
                break;
            }
            said.push(line);
        }
        let addr = |who: &str| {
            let line = said.iter().find(|line| line.starts_with(who));
            let line = line.unwrap_or_else(|| panic!("{who} is not in {said:#?}"));
            let rest = line.split("//").nth(1).unwrap();
            rest.split('/').next().unwrap().parse().unwrap()
        };
        Self {
            store: addr("store:"),
            web: addr("web:"),
            said,
            _process: process,
        }
    }

    /// Sends a reservation with a forged baggage.
    fn reserve(&self, baggage: &[u8]) {
        let answer = send(self.store, "POST /reserve", baggage);
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.ends_with("reserved\n"), "{answer}");
    }

    /// Compares the store's samples with calls or refused callers with the expected text.
    fn check_store(&self, expect: &Expect) {
        let page = send(self.store, "GET /metrics", b"");
        let told = |line: &&str| {
            line.starts_with("function_calls_total") && !line.ends_with(" 0")
                || line.starts_with("autometrics_refused")
        };
        let lines: Vec<_> = page.lines().filter(told).collect();
        expect.assert_eq(&lines.join("\n"));
    }
}

/// Returns the response to a request with this baggage.
fn send(to: SocketAddr, what: &str, baggage: &[u8]) -> String {
    let head = format!("{what} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\nbaggage: ");
    let request = [head.as_bytes(), baggage, b"\r\n\r\n"].concat();
    test_harness::send(to, request, PATIENCE).unwrap()
}

#[test]
fn callee_names_its_caller_and_refuses_others() {
    let services = Services::start();
    let said: Vec<_> = services
        .said
        .iter()
        .map(|line| line.replace(&services.store.to_string(), "STORE"))
        .map(|line| line.replace(&services.web.to_string(), "WEB"))
        .collect();
    expect![[r#"
        3 customers of web have paid; the series of store that say who called:

        function_calls_total{function="reserve",module="two_services::store",service_name="store",result="ok",caller_function="Basket::pay",caller_module="two_services::web",caller_service="web"} 3
        function_calls_total{function="reserve",module="two_services::store",service_name="store",result="error",caller_function="Basket::pay",caller_module="two_services::web",caller_service="web"} 0
        function_calls_total{function="reserve",module="two_services::store",service_name="store",result="error",caller_function="Basket::pay",caller_module="two_services::web",caller_service="web",error="panic"} 0

        store: http://STORE/metrics
        web:   http://WEB/metrics"#]].assert_eq(&said.join("\n"));
    services.check_store(&expect![[r#"
        function_calls_total{function="reserve",module="two_services::store",service_name="store",result="ok",caller_function="Basket::pay",caller_module="two_services::web",caller_service="web"} 3
        function_calls_total{function="take_from_stock",module="two_services::store",service_name="store",result="ok",caller_function="reserve",caller_module="two_services::store"} 3
        autometrics_refused_callers_total{service_name="store"} 0"#]]);

    // Anyone can write the same baggage: the name of a service is not a proof.
    services.reserve(b"a=1,autometrics.service=web,autometrics.function=by_hand");
    services.check_store(&expect![[r#"
        function_calls_total{function="reserve",module="two_services::store",service_name="store",result="ok",caller_function="Basket::pay",caller_module="two_services::web",caller_service="web"} 3
        function_calls_total{function="reserve",module="two_services::store",service_name="store",result="ok",caller_function="by_hand",caller_module="",caller_service="web"} 1
        function_calls_total{function="take_from_stock",module="two_services::store",service_name="store",result="ok",caller_function="reserve",caller_module="two_services::store"} 4
        autometrics_refused_callers_total{service_name="store"} 0"#]]);

    let oversized = format!(
        "autometrics.service=web,autometrics.function=pay,a={}",
        "b".repeat(8192)
    );
    let long = format!(
        "autometrics.service=web,autometrics.function={}",
        "f".repeat(257)
    );
    let refused: [&[u8]; 8] = [
        b"autometrics.service=intruder,autometrics.function=pay",
        b"autometrics.service=web,autometrics.service=web,autometrics.function=pay",
        b"autometrics.service=web,autometrics.function=pay%0Afunction_calls_total%201",
        b"autometrics.service=web,autometrics.function=%zz",
        b"autometrics.service=web,autometrics.function=pay\"",
        b"autometrics.service=web,\xff\xfe=\x80",
        oversized.as_bytes(),
        long.as_bytes(),
    ];
    for baggage in refused {
        services.reserve(baggage);
    }
    services.check_store(&expect![[r#"
        function_calls_total{function="reserve",module="two_services::store",service_name="store",result="ok",caller_function="",caller_module=""} 8
        function_calls_total{function="reserve",module="two_services::store",service_name="store",result="ok",caller_function="Basket::pay",caller_module="two_services::web",caller_service="web"} 3
        function_calls_total{function="reserve",module="two_services::store",service_name="store",result="ok",caller_function="by_hand",caller_module="",caller_service="web"} 1
        function_calls_total{function="take_from_stock",module="two_services::store",service_name="store",result="ok",caller_function="reserve",caller_module="two_services::store"} 12
        autometrics_refused_callers_total{service_name="store"} 8"#]]);
}

#[test]
fn one_flow_goes_over_both_services() {
    let services = Services::start();
    let flows = |service: SocketAddr| {
        let page = send(service, "GET /metrics", b"");
        let is_flow =
            |line: &&str| line.starts_with("function_flow_calls_total") && !line.ends_with(" 0");
        let lines: Vec<_> = page.lines().filter(is_flow).collect();
        lines.join("\n")
    };
    expect![[r#"function_flow_calls_total{function="Basket::pay",module="two_services::web",service_name="web",flow="POST /pay",result="ok"} 3"#]].assert_eq(&flows(services.web));
    expect![[r#"
        function_flow_calls_total{function="reserve",module="two_services::store",service_name="store",flow="POST /pay",result="ok"} 3
        function_flow_calls_total{function="take_from_stock",module="two_services::store",service_name="store",flow="POST /pay",result="ok"} 3"#]].assert_eq(&flows(services.store));

    // A flow is accepted from `web` only, and an invalid one does not matter to its caller.
    services.reserve(b"autometrics.flow=forged");
    services.reserve(b"autometrics.service=app,autometrics.function=f,autometrics.flow=forged");
    services.reserve(b"autometrics.service=web,autometrics.function=f,autometrics.flow=a%0Ab");
    services.reserve(b"autometrics.service=web,autometrics.function=f,autometrics.flow=by%20hand");
    expect![[r#"
        function_flow_calls_total{function="reserve",module="two_services::store",service_name="store",flow="POST /pay",result="ok"} 3
        function_flow_calls_total{function="reserve",module="two_services::store",service_name="store",flow="POST /reserve",result="ok"} 3
        function_flow_calls_total{function="reserve",module="two_services::store",service_name="store",flow="by hand",result="ok"} 1
        function_flow_calls_total{function="take_from_stock",module="two_services::store",service_name="store",flow="POST /pay",result="ok"} 3
        function_flow_calls_total{function="take_from_stock",module="two_services::store",service_name="store",flow="POST /reserve",result="ok"} 3
        function_flow_calls_total{function="take_from_stock",module="two_services::store",service_name="store",flow="by hand",result="ok"} 1"#]].assert_eq(&flows(services.store));
}

#[test]
fn invalid_arguments_are_errors() {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_two-services"));
        let output = command.args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    expect![[r"
        two-services: expected no arguments, or `store ADDR`, or `web ADDR STORE`, such as `web 127.0.0.1:8080 127.0.0.1:8081`
    "]]
    .assert_eq(&run(&["shop"]));
    expect![[r#"
        two-services: "nowhere" is not an address: expected one such as 127.0.0.1:8080
    "#]]
    .assert_eq(&run(&["store", "nowhere"]));
}

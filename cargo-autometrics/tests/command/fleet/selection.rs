//! Services and versions that a Prometheus does not have.

use std::process::Stdio;

use expect_test::{Expect, expect};

use super::fake::{AT, Fake, Scraped, pay, shop};
use crate::{check_failure, command};

/// Checks that the command ends with code 2 and this message, with `URL` in place of the address.
#[track_caller]
fn refuses(programs: &[Scraped], arguments: &[&str], said: &Expect) {
    let fake = Fake {
        programs: programs.to_vec(),
        series: vec![pay(11.0)],
    };
    let server = fake.start();
    let url = server.url();
    let mut output = command(&[arguments[0], "--from", &url, "--at", AT])
        .args(&arguments[1..])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    output.stderr = stderr.replace(&url, "URL").into_bytes();
    check_failure(&output, 2, said);
}

const VERSIONS: [&str; 7] = [
    "compare", "--window", "6h", "--before", "1.0.0", "--after", "2.0.0",
];

#[test]
fn unknown_services_are_refused_with_the_known_ones() {
    let bank = Scraped {
        service: "bank",
        instance: "b:80",
        ..shop(900.0)
    };
    let programs = [shop(900.0), bank];
    let said = expect![[r"
        error: Prometheus at `URL` knows no service `nope`; known services: `bank`, `shop`
    "]];
    for command in [&["suspects"][..], &VERSIONS, &["mcp"]] {
        let arguments = [command, &["--service", "shop", "--service", "nope"]].concat();
        refuses(&programs, &arguments, &said);
    }
}

#[test]
fn prometheus_without_programs_is_refused() {
    let said = expect![[r"
        error: no calls of autometrics in the Prometheus at `URL`: is the program scraped?
    "]];
    for command in [&["suspects"][..], &VERSIONS, &["mcp"]] {
        refuses(&[], command, &said);
        let arguments = [command, &["--service", "shop"]].concat();
        refuses(&[], &arguments, &said);
    }
}

#[test]
fn unknown_versions_are_refused_with_the_known_ones() {
    refuses(
        &[shop(900.0)],
        &VERSIONS,
        &expect![[r"
            error: there is no version `2.0.0`; versions of the last day: 1.0.0
        "]],
    );
    let unversioned = Scraped {
        version: "",
        ..shop(900.0)
    };
    refuses(
        &[unversioned],
        &VERSIONS,
        &expect![[r"
            error: there is no version `1.0.0`; no program of the last day has a version
        "]],
    );
}

#[test]
fn versions_without_calls_are_refused_with_their_window() {
    let old = Scraped {
        to: 30_000.0,
        ..shop(40_000.0)
    };
    let new = Scraped {
        version: "2.0.0",
        ..shop(900.0)
    };
    refuses(
        &[old.clone(), new.clone()],
        &VERSIONS,
        &expect![[r"
            error: version `1.0.0` has no calls in the last 6h, or each of its programs changed the version within them: choose another window, such as `version:1.0.0@1h`
        "]],
    );
    let arguments = [
        "compare",
        "--window",
        "30m",
        "--before",
        "version:1.0.0@2h",
        "--after",
        "2.0.0",
    ];
    refuses(
        &[old, new],
        &arguments,
        &expect![[r"
            error: version `1.0.0` has no calls in the 30m that ended 2h ago, or each of its programs changed the version within them: choose another window, such as `version:1.0.0@1h`
        "]],
    );
}

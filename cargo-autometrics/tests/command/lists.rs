//! Tests of `list`, as a table and as JSON.

use std::time::Duration;

use autometrics_schema::record::{Objectives, Returns};
use expect_test::expect;
use slo_spec::Objective;

use crate::{
    objects::{elf, function, promised, section, write},
    succeed,
};

const CHECKOUT: Objective = Objective::new("checkout")
    .success_rate(99.95)
    .latency(Duration::from_millis(180), 99.0)
    .owner("payments")
    .runbook("https://wiki.example/checkout");
const SEARCH: Objective = Objective::new("search").success_rate(99.0).period_days(28);

/// Returns records in no particular order, as from a linker.
fn records() -> Vec<u8> {
    section![
        function("shop::search", "search", 7, ".query"),
        promised(
            function("shop::checkout", "place_order", 30, ".load\ncharge"),
            &[CHECKOUT]
        ),
        Record {
            package: "pool",
            version: "0.8.0",
            module: "pool::size",
            function: "<Pool as From<Size>>::from",
            file: "/u/me/.cargo/registry/src/index.example-6f17d22bba15001f/pool-0.8.0/src/size.rs",
            line: 3,
            returns: Returns::Other,
            asynchronous: true,
            objectives: Objectives::NONE,
            calls: "",
        },
        promised(function("shop::search", "Index::query", 12, ""), &[SEARCH]),
        // The same function again: two targets of the package have this file.
        function("shop::search", "search", 7, ".query"),
        // The same name in another line.
        function("shop::search", "search", 90, ""),
        // No function has such a name, but anyone can write it into a file.
        function("shop::zz", "\u{1b}[2Jbéé\n", 1, ""),
    ]
}

#[test]
fn a_table_is_sorted_and_has_no_control_characters() {
    let path = write("table", &elf(".autometrics0", &records()));
    expect![[r"
        MODULE          FUNCTION                    PLACE                     OBJECTIVE
        pool::size      <Pool as From<Size>>::from  pool-0.8.0/src/size.rs:3
        shop::checkout  place_order                 src/main.rs:30            checkout
        shop::search    Index::query                src/main.rs:12            search
        shop::search    search                      src/main.rs:7
        shop::search    search                      src/main.rs:90
        shop::zz        \u{1b}[2Jbéé\n              src/main.rs:1
    "]]
    .assert_eq(&succeed(&["list", "--artifact", &path]));
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is all one text")]
fn json_has_all_functions_with_all_values() {
    let path = write("json", &elf(".autometrics0", &records()));
    expect![[r#"
        {
          "version": 2,
          "functions": [
            {
              "package": "pool",
              "package_version": "0.8.0",
              "module": "pool::size",
              "function": "<Pool as From<Size>>::from",
              "file": "pool-0.8.0/src/size.rs",
              "line": 3,
              "returns": "other",
              "async": true,
              "objectives": [],
              "calls": []
            },
            {
              "package": "shop",
              "package_version": "1.2.3",
              "module": "shop::checkout",
              "function": "place_order",
              "file": "src/main.rs",
              "line": 30,
              "returns": "result",
              "async": false,
              "objectives": [
                {
                  "name": "checkout",
                  "success_percent": 99.95,
                  "latency": {
                    "threshold_seconds": 0.18,
                    "percent": 99.0
                  },
                  "period_days": 30,
                  "cancelled": "bad",
                  "owner": "payments",
                  "runbook": "https://wiki.example/checkout"
                }
              ],
              "calls": [
                ".load",
                "charge"
              ]
            },
            {
              "package": "shop",
              "package_version": "1.2.3",
              "module": "shop::search",
              "function": "Index::query",
              "file": "src/main.rs",
              "line": 12,
              "returns": "result",
              "async": false,
              "objectives": [
                {
                  "name": "search",
                  "success_percent": 99.0,
                  "latency": null,
                  "period_days": 28,
                  "cancelled": "bad",
                  "owner": null,
                  "runbook": null
                }
              ],
              "calls": []
            },
            {
              "package": "shop",
              "package_version": "1.2.3",
              "module": "shop::search",
              "function": "search",
              "file": "src/main.rs",
              "line": 7,
              "returns": "result",
              "async": false,
              "objectives": [],
              "calls": [
                ".query"
              ]
            },
            {
              "package": "shop",
              "package_version": "1.2.3",
              "module": "shop::search",
              "function": "search",
              "file": "src/main.rs",
              "line": 90,
              "returns": "result",
              "async": false,
              "objectives": [],
              "calls": []
            },
            {
              "package": "shop",
              "package_version": "1.2.3",
              "module": "shop::zz",
              "function": "\u001b[2Jbéé\n",
              "file": "src/main.rs",
              "line": 1,
              "returns": "result",
              "async": false,
              "objectives": [],
              "calls": []
            }
          ]
        }
    "#]]
    .assert_eq(&succeed(&["list", "--artifact", &path, "--format", "json"]));
}

//! Tests of `graph` in its three formats.

use std::time::Duration;

use expect_test::{Expect, expect};
use slo_spec::Objective;

use crate::{
    objects::{elf, function, promised, section, write},
    succeed,
};

const CHECKOUT: Objective = Objective::new("checkout").latency(Duration::from_millis(180), 99.0);

/// Returns records with a call that is resolved, one that is ambiguous, and one that is resolved by
/// name.
pub(crate) fn records() -> Vec<u8> {
    section![
        promised(
            function(
                "shop::checkout",
                "place_order",
                30,
                ".load\n.record\ncharge"
            ),
            &[CHECKOUT]
        ),
        function("shop::payment", "charge", 8, ""),
        function("shop::store", "Carts::load", 12, ""),
        function("shop::store", "Products::load", 52, ""),
        function("shop::store", "Orders::record", 92, ""),
    ]
}

#[track_caller]
fn check(name: &str, records: &[u8], format: &str, expect: &Expect) {
    let path = write(&format!("{name}-{format}"), &elf(".autometrics0", records));
    expect.assert_eq(&succeed(&[
        "graph",
        "--artifact",
        &path,
        "--format",
        format,
    ]));
}

#[test]
fn graphviz_is_the_default() {
    let path = write("default", &elf(".autometrics0", &records()));
    let written = succeed(&["graph", "--artifact", &path]);
    expect![[r#"
        digraph autometrics {
          rankdir=LR
          color=gray
          fontname="sans-serif"
          node [shape=box, style=rounded, fontname="sans-serif"]
          edge [fontname="sans-serif", fontsize=10]

          subgraph cluster_0 {
            label="shop::checkout"
            n0 [label="place_order\nobjective checkout", tooltip="src/main.rs:30"]
          }

          subgraph cluster_1 {
            label="shop::payment"
            n1 [label="charge", tooltip="src/main.rs:8"]
          }

          subgraph cluster_2 {
            label="shop::store"
            n2 [label="Carts::load", tooltip="src/main.rs:12"]
            n3 [label="Orders::record", tooltip="src/main.rs:92"]
            n4 [label="Products::load", tooltip="src/main.rs:52"]
          }

          n0 -> n1
          n0 -> n3

          q0 [label="load ?", shape=plaintext, style="", fontsize=10]
          n0 -> q0 [style=dotted, arrowhead=none]
          q0 -> n2 [style=dotted]
          q0 -> n4 [style=dotted]
        }
    "#]]
    .assert_eq(&written);
}

#[test]
fn mermaid_has_the_same_graph() {
    check(
        "shop",
        &records(),
        "mermaid",
        &expect![[r#"
            flowchart LR
              subgraph m0["shop::checkout"]
                n0["place_order<br/>objective checkout"]
              end
              subgraph m1["shop::payment"]
                n1["charge"]
              end
              subgraph m2["shop::store"]
                n2["Carts::load"]
                n3["Orders::record"]
                n4["Products::load"]
              end
              n0 --> n1
              n0 --> n3
              n0 -.- q0{{"load ?"}}
              q0 -.-> n2
              q0 -.-> n4
        "#]],
    );
}

#[test]
fn json_has_functions_edges_and_ambiguous_calls() {
    check(
        "shop",
        &records(),
        "json",
        &expect![[r#"
            {
              "version": 2,
              "functions": [
                {
                  "id": "shop::checkout::place_order",
                  "module": "shop::checkout",
                  "function": "place_order",
                  "file": "src/main.rs",
                  "line": 30,
                  "objectives": [
                    "checkout"
                  ],
                  "in_code": true
                },
                {
                  "id": "shop::payment::charge",
                  "module": "shop::payment",
                  "function": "charge",
                  "file": "src/main.rs",
                  "line": 8,
                  "objectives": [],
                  "in_code": true
                },
                {
                  "id": "shop::store::Carts::load",
                  "module": "shop::store",
                  "function": "Carts::load",
                  "file": "src/main.rs",
                  "line": 12,
                  "objectives": [],
                  "in_code": true
                },
                {
                  "id": "shop::store::Orders::record",
                  "module": "shop::store",
                  "function": "Orders::record",
                  "file": "src/main.rs",
                  "line": 92,
                  "objectives": [],
                  "in_code": true
                },
                {
                  "id": "shop::store::Products::load",
                  "module": "shop::store",
                  "function": "Products::load",
                  "file": "src/main.rs",
                  "line": 52,
                  "objectives": [],
                  "in_code": true
                }
              ],
              "edges": [
                {
                  "caller": "shop::checkout::place_order",
                  "callee": "shop::payment::charge",
                  "in_code": true,
                  "by": "path"
                },
                {
                  "caller": "shop::checkout::place_order",
                  "callee": "shop::store::Orders::record",
                  "in_code": true,
                  "by": "method name"
                }
              ],
              "ambiguous": [
                {
                  "caller": "shop::checkout::place_order",
                  "call": ".load",
                  "candidates": [
                    "shop::store::Carts::load",
                    "shop::store::Products::load"
                  ]
                }
              ]
            }
        "#]],
    );
}

/// Returns functions with names that mean something else in the languages of the graphs.
fn odd_names() -> Vec<u8> {
    section![
        function("shop", "<A as B<\"&lt;\\N\\\">>::naïve\n", 1, "end"),
        function("shop::`1. *x*`", "__end__", 2, "end"),
        function("shop::]}", "end", 3, "end"),
    ]
}

#[test]
fn unusual_names_are_escaped_in_graphviz() {
    check(
        "odd",
        &odd_names(),
        "dot",
        &expect![[r#"
            digraph autometrics {
              rankdir=LR
              color=gray
              fontname="sans-serif"
              node [shape=box, style=rounded, fontname="sans-serif"]
              edge [fontname="sans-serif", fontsize=10]

              subgraph cluster_0 {
                label="shop"
                n0 [label="<A as B<\"&amp;lt;\\N\\\">>::naïve\\n", tooltip="src/main.rs:1"]
              }

              subgraph cluster_1 {
                label="shop::]}"
                n1 [label="end", tooltip="src/main.rs:3"]
              }

              subgraph cluster_2 {
                label="shop::`1. *x*`"
                n2 [label="__end__", tooltip="src/main.rs:2"]
              }

              n0 -> n1
              n1 -> n1
              n2 -> n1
            }
        "#]],
    );
}

#[test]
fn unusual_names_are_escaped_in_mermaid() {
    check(
        "odd",
        &odd_names(),
        "mermaid",
        &expect![[r##"
        flowchart LR
          subgraph m0["shop"]
            n0["#60;A as B#60;#34;#38;lt#59;#92;N#92;#34;#62;#62;::naïve#92;n"]
          end
          subgraph m1["shop::#93;#125;"]
            n1["end"]
          end
          subgraph m2["shop::#96;1. #42;x#42;#96;"]
            n2["#95;#95;end#95;#95;"]
          end
          n0 --> n1
          n1 --> n1
          n2 --> n1
    "##]],
    );
}

#[test]
fn functions_without_calls_are_drawn_alone() {
    let alone = section![function("shop", "main", 1, "")];
    check(
        "alone",
        &alone,
        "dot",
        &expect![[r#"
            digraph autometrics {
              rankdir=LR
              color=gray
              fontname="sans-serif"
              node [shape=box, style=rounded, fontname="sans-serif"]
              edge [fontname="sans-serif", fontsize=10]

              subgraph cluster_0 {
                label="shop"
                n0 [label="main", tooltip="src/main.rs:1"]
              }
            }
        "#]],
    );
}

//! Graphs distinguish calls that were seen at run time from calls in the code.

use expect_test::{Expect, expect};

use super::{artifact, seen, serve};
use crate::{command, text};

#[track_caller]
fn check(name: &str, format: &str, expect: &Expect) {
    let server = serve("200 OK", seen());
    let artifact = artifact(name);
    let output = command(&[
        "graph",
        "--artifact",
        &artifact,
        "--format",
        format,
        "--from",
        &server.url(),
    ]);
    let output = { output }.output().unwrap();
    assert_eq!(server.requests().len(), 1);
    assert_eq!(text(&output.stderr), "");
    expect.assert_eq(text(&output.stdout));
}

#[test]
fn graphviz_distinguishes_calls_seen_from_calls_in_the_code() {
    check(
        "seen-dot",
        "dot",
        &expect![[r#"
            digraph autometrics {
              rankdir=LR
              color=gray
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
                n2 [label="charge\n4/s, 0.1% errors, p95 1.25 s", tooltip="src/main.rs:8"]
              }

              subgraph cluster_3 {
                label="shop::retry"
                n3 [label="again", style="rounded,bold"]
              }

              subgraph cluster_4 {
                label="shop::store"
                n4 [label="Carts::load\n124/s, p95 4.2 µs", tooltip="src/main.rs:12"]
                n5 [label="Orders::record", tooltip="src/main.rs:92"]
                n6 [label="Products::load", tooltip="src/main.rs:52"]
              }

              n0 -> n4 [style=bold, label="0.25/s"]
              n1 -> n2 [label="4/s, 0.1% errors"]
              n1 -> n4 [label="123/s, p95 31.5 ms"]
              n1 -> n5 [style=dashed]
              n3 -> n2 [style=bold, label="<0.0001/s, 100% errors"]
            }
        "#]],
    );
}

#[test]
fn mermaid_distinguishes_calls_seen_from_calls_in_the_code() {
    check(
        "seen-mermaid",
        "mermaid",
        &expect![[r##"
            flowchart LR
              %% solid: in the code and seen; dashed: in the code, not seen; thick: seen, not in the code
              n0["(other callers)"]
              subgraph m1["shop::checkout"]
                n1["place_order<br/>5/s, 20% errors<br/>objective checkout"]
              end
              subgraph m2["shop::payment"]
                n2["charge<br/>4/s, 0.1% errors, p95 1.25 s"]
              end
              subgraph m3["shop::retry"]
                n3["again"]
              end
              subgraph m4["shop::store"]
                n4["Carts::load<br/>124/s, p95 4.2 µs"]
                n5["Orders::record"]
                n6["Products::load"]
              end
              n0 ==>|"0.25/s"| n4
              n1 -->|"4/s, 0.1% errors"| n2
              n1 -->|"123/s, p95 31.5 ms"| n4
              n1 -.-> n5
              n3 ==>|"#60;0.0001/s, 100% errors"| n2
        "##]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is all one text")]
fn json_distinguishes_calls_seen_from_calls_in_the_code() {
    check(
        "seen-json",
        "json",
        &expect![[r#"
            {
              "version": 2,
              "functions": [
                {
                  "id": "::__overflow__",
                  "module": "",
                  "function": "__overflow__",
                  "file": null,
                  "line": null,
                  "objectives": [],
                  "in_code": false,
                  "seen": {
                    "calls_per_second": 0.0,
                    "error_ratio": null,
                    "p95_seconds": null
                  }
                },
                {
                  "id": "shop::checkout::place_order",
                  "module": "shop::checkout",
                  "function": "place_order",
                  "file": "src/main.rs",
                  "line": 30,
                  "objectives": [
                    "checkout"
                  ],
                  "in_code": true,
                  "seen": {
                    "calls_per_second": 5.0,
                    "error_ratio": 0.2,
                    "p95_seconds": null
                  }
                },
                {
                  "id": "shop::payment::charge",
                  "module": "shop::payment",
                  "function": "charge",
                  "file": "src/main.rs",
                  "line": 8,
                  "objectives": [],
                  "in_code": true,
                  "seen": {
                    "calls_per_second": 4.00001,
                    "error_ratio": 0.0010024974937562657,
                    "p95_seconds": 1.25
                  }
                },
                {
                  "id": "shop::retry::again",
                  "module": "shop::retry",
                  "function": "again",
                  "file": null,
                  "line": null,
                  "objectives": [],
                  "in_code": false,
                  "seen": {
                    "calls_per_second": 0.0,
                    "error_ratio": null,
                    "p95_seconds": null
                  }
                },
                {
                  "id": "shop::store::Carts::load",
                  "module": "shop::store",
                  "function": "Carts::load",
                  "file": "src/main.rs",
                  "line": 12,
                  "objectives": [],
                  "in_code": true,
                  "seen": {
                    "calls_per_second": 123.65,
                    "error_ratio": 0.0,
                    "p95_seconds": 4.2e-6
                  }
                },
                {
                  "id": "shop::store::Orders::record",
                  "module": "shop::store",
                  "function": "Orders::record",
                  "file": "src/main.rs",
                  "line": 92,
                  "objectives": [],
                  "in_code": true,
                  "seen": {
                    "calls_per_second": 0.0,
                    "error_ratio": null,
                    "p95_seconds": null
                  }
                },
                {
                  "id": "shop::store::Products::load",
                  "module": "shop::store",
                  "function": "Products::load",
                  "file": "src/main.rs",
                  "line": 52,
                  "objectives": [],
                  "in_code": true,
                  "seen": {
                    "calls_per_second": 0.0,
                    "error_ratio": null,
                    "p95_seconds": null
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
                    "error_ratio": 0.0,
                    "p95_seconds": null
                  }
                },
                {
                  "caller": "shop::checkout::place_order",
                  "callee": "shop::payment::charge",
                  "in_code": true,
                  "by": "path",
                  "seen": {
                    "calls_per_second": 4.0,
                    "error_ratio": 0.001,
                    "p95_seconds": null
                  }
                },
                {
                  "caller": "shop::checkout::place_order",
                  "callee": "shop::store::Carts::load",
                  "in_code": true,
                  "by": "method name",
                  "seen": {
                    "calls_per_second": 123.4,
                    "error_ratio": 0.0,
                    "p95_seconds": 0.0315
                  }
                },
                {
                  "caller": "shop::checkout::place_order",
                  "callee": "shop::store::Orders::record",
                  "in_code": true,
                  "by": "method name",
                  "seen": {
                    "calls_per_second": 0.0,
                    "error_ratio": null,
                    "p95_seconds": null
                  }
                },
                {
                  "caller": "shop::retry::again",
                  "callee": "shop::payment::charge",
                  "in_code": false,
                  "by": null,
                  "seen": {
                    "calls_per_second": 0.00001,
                    "error_ratio": 1.0,
                    "p95_seconds": null
                  }
                }
              ],
              "ambiguous": []
            }
        "#]],
    );
}

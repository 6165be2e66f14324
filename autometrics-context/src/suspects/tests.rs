//! Tests walks over call graphs that are made by hand.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`UPDATE_EXPECT=1` writes them"
)]

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::{
    graph::{Change, Link, Load, LoadGraph, Measure, Node},
    walk::walk,
};
use crate::calls::Name;

/// Calls per second, errors per second, and milliseconds per call.
type Figures = (f64, f64, f64);

/// Caller (empty for none), callee, figures before, figures now.
type Row<'a> = (&'a str, &'a str, Figures, Figures);

fn load((calls, errors, millis): Figures) -> Load {
    Load {
        calls,
        errors,
        time: calls * millis / 1e3,
    }
}

fn graph(rows: &[Row<'_>]) -> LoadGraph {
    let mut names: Vec<_> = rows.iter().flat_map(|row| [row.0, row.1]).collect();
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    let place = |name: &str| names.iter().position(|other| *other == name);
    let mut graph = LoadGraph {
        observed_before: true,
        ..LoadGraph::default()
    };
    for name in &names {
        let mut node = Node {
            name: Name::new("", *name),
            ..Node::default()
        };
        let Change { before, now } = &mut node.change;
        for (_, _, then, lately) in rows.iter().filter(|row| row.1 == *name) {
            for (sum, figures) in [(&mut *before, then), (&mut *now, lately)] {
                let load = load(*figures);
                sum.calls += load.calls;
                sum.errors += load.errors;
                sum.time += load.time;
            }
        }
        graph.functions.push(node);
    }
    for (caller, callee, before, now) in rows {
        let change = Change {
            before: load(*before),
            now: load(*now),
        };
        graph.edges.extend(place(caller).map(|caller| Link {
            caller,
            callee: place(callee).expect("named"),
            change,
        }));
    }
    graph
}

fn check(rows: &[Row<'_>], start: &str, measure: Measure, expect: &Expect) {
    let graph = graph(rows);
    let start = graph
        .functions
        .iter()
        .position(|node| node.name.function == start);
    let mut text = String::new();
    match walk(&graph, start.expect("a start"), measure) {
        None => text.push_str("nothing\n"),
        Some(found) => {
            for station in &found.path {
                let _ = writeln!(
                    text,
                    "{} {:.2} -> {:.2}, {:.0} % of all, {:.0} % of its own",
                    graph.functions[station.function].name,
                    station.before,
                    station.now,
                    100.0 * station.share,
                    100.0 * station.own_share
                );
            }
            let _ = writeln!(text, "{:.2}: {}", found.score, found.explanation);
        }
    }
    expect.assert_eq(&text);
}

#[test]
fn failing_payment_is_found_three_calls_down() {
    check(
        &[
            ("", "check_out", (10.0, 0.1, 50.0), (10.0, 4.1, 50.0)),
            (
                "check_out",
                "place_order",
                (10.0, 0.1, 40.0),
                (10.0, 4.0, 40.0),
            ),
            ("check_out", "load_cart", (10.0, 0.0, 5.0), (10.0, 0.1, 5.0)),
            (
                "place_order",
                "charge",
                (10.0, 0.1, 30.0),
                (10.0, 4.0, 30.0),
            ),
            ("place_order", "reserve", (10.0, 0.0, 5.0), (10.0, 0.0, 5.0)),
            ("charge", "acquirer", (10.0, 0.1, 25.0), (10.0, 4.0, 25.0)),
        ],
        "check_out",
        Measure::Errors,
        &expect![[r#"
            check_out 0.10 -> 4.10, 100 % of all, 0 % of its own
            place_order 0.10 -> 4.00, 98 % of all, 0 % of its own
            charge 0.10 -> 4.00, 98 % of all, 0 % of its own
            acquirer 0.10 -> 4.00, 98 % of all, 100 % of its own
            0.95: errors of `check_out` rose from 0.10/s to 4.10/s; 98 % of that comes from `acquirer`: 40.0 % of its calls fail instead of 1.00 %
        "#]],
    );
}

#[test]
fn slow_query_is_found_despite_a_rise_in_traffic() {
    check(
        &[
            ("", "browse", (50.0, 0.0, 20.0), (100.0, 0.0, 68.0)),
            ("browse", "render", (50.0, 0.0, 8.0), (100.0, 0.0, 8.0)),
            ("browse", "search", (50.0, 0.0, 10.0), (100.0, 0.0, 58.0)),
            ("search", "query", (100.0, 0.0, 4.0), (200.0, 0.0, 28.0)),
            ("", "query", (5.0, 0.0, 4.0), (5.0, 0.0, 4.0)),
        ],
        "browse",
        Measure::Time,
        &expect![[r#"
            browse 2.00 -> 6.80, 100 % of all, 0 % of its own
            search 1.00 -> 5.80, 100 % of all, 0 % of its own
            query 0.80 -> 5.60, 100 % of all, 100 % of its own
            0.71: calls of `browse` take 68.0 ms instead of 20.0 ms; 100 % of that comes from `query`: its calls take 27.4 ms instead of 4.00 ms
        "#]],
    );
}

#[test]
fn retry_storm_ends_at_the_callee_that_is_called_too_often() {
    check(
        &[
            ("", "check_out", (10.0, 0.0, 30.0), (10.0, 0.0, 110.0)),
            ("check_out", "charge", (10.0, 0.0, 20.0), (50.0, 0.0, 20.0)),
            ("charge", "send", (10.0, 0.0, 15.0), (50.0, 0.0, 15.0)),
        ],
        "check_out",
        Measure::Time,
        &expect![[r#"
            check_out 0.30 -> 1.10, 100 % of all, 0 % of its own
            charge 0.20 -> 1.00, 100 % of all, 100 % of its own
            0.73: calls of `check_out` take 110 ms instead of 30.0 ms; 100 % of that comes from `charge`, which `check_out` calls 5.00 times per call instead of 1.00
        "#]],
    );
}

#[test]
fn retries_of_failed_calls_are_no_storm() {
    check(
        &[
            ("", "charge", (10.0, 0.0, 25.0), (10.0, 2.0, 45.0)),
            ("charge", "send", (12.0, 2.4, 20.0), (20.0, 6.8, 20.0)),
        ],
        "charge",
        Measure::Errors,
        &expect![[r#"
            charge 0.00 -> 2.00, 100 % of all, 0 % of its own
            send 2.40 -> 6.80, 100 % of all, 100 % of its own
            1.00: errors of `charge` rose from 0/s to 2.00/s; 100 % of that comes from `send`: 34.0 % of its calls fail instead of 20.0 %
        "#]],
    );
}

#[test]
fn equal_shares_are_decided_by_amount() {
    check(
        &[
            ("", "order", (10.0, 0.0, 5.0), (10.0, 1.0, 5.0)),
            ("order", "Card::read", (10.0, 0.0, 1.0), (10.0, 2.0, 1.0)),
            ("order", "charge", (10.0, 0.0, 2.0), (10.0, 3.0, 2.0)),
        ],
        "order",
        Measure::Errors,
        &expect![[r#"
            order 0.00 -> 1.00, 100 % of all, 0 % of its own
            charge 0.00 -> 3.00, 50 % of all, 100 % of its own
            0.50: errors of `order` rose from 0/s to 1.00/s; 50 % of that comes from `charge`: 30.0 % of its calls fail instead of 0 %
        "#]],
    );
}

#[test]
fn slow_query_is_not_blamed_on_the_database() {
    check(
        &[
            ("", "search", (10.0, 0.0, 1.2), (10.0, 0.0, 61.2)),
            ("search", "find", (10.0, 0.0, 1.0), (10.0, 0.0, 61.0)),
            ("find", "run", (10.0, 0.0, 0.8), (10.0, 0.0, 60.8)),
            // These queries wait a little for the slow one.
            ("load", "run", (40.0, 0.0, 0.4), (40.0, 0.0, 4.0)),
        ],
        "search",
        Measure::Time,
        &expect![[r#"
            search 0.01 -> 0.61, 100 % of all, 0 % of its own
            find 0.01 -> 0.61, 100 % of all, 0 % of its own
            0.98: calls of `search` take 61.2 ms instead of 1.20 ms; 100 % of that comes from `find`: its calls take 61.0 ms instead of 1.00 ms; it occurs in `run`, but less for other callers: their calls take 4.00 ms instead of 400 µs
        "#]],
    );
}

#[test]
fn slow_database_is_not_blamed_on_the_longest_query() {
    check(
        &[
            ("", "search", (10.0, 0.0, 6.2), (10.0, 0.0, 60.2)),
            ("search", "find", (10.0, 0.0, 6.1), (10.0, 0.0, 60.1)),
            ("find", "run", (10.0, 0.0, 6.0), (10.0, 0.0, 60.0)),
            ("load", "run", (40.0, 0.0, 0.4), (40.0, 0.0, 4.0)),
        ],
        "search",
        Measure::Time,
        &expect![[r#"
            search 0.06 -> 0.60, 100 % of all, 0 % of its own
            find 0.06 -> 0.60, 100 % of all, 0 % of its own
            run 0.06 -> 0.60, 100 % of all, 100 % of its own
            0.90: calls of `search` take 60.2 ms instead of 6.20 ms; 100 % of that comes from `run`: its calls take 15.2 ms instead of 1.52 ms
        "#]],
    );
}

#[test]
fn failing_statement_is_not_blamed_on_the_database() {
    check(
        &[
            ("", "save", (10.0, 0.0, 2.0), (10.0, 5.0, 2.0)),
            ("save", "run", (10.0, 0.0, 1.0), (10.0, 5.0, 1.0)),
            ("load", "run", (40.0, 0.0, 1.0), (40.0, 0.0, 1.0)),
        ],
        "save",
        Measure::Errors,
        &expect![[r#"
            save 0.00 -> 5.00, 100 % of all, 0 % of its own
            1.00: errors of `save` rose from 0/s to 5.00/s; it occurs in `run`, but less for other callers: 0 % of their calls fail instead of 0 %
        "#]],
    );
}

#[test]
fn new_callee_is_reported_as_new() {
    check(
        &[
            ("", "load", (10.0, 0.0, 1.0), (10.0, 0.0, 41.0)),
            ("load", "fetch", (0.0, 0.0, 0.0), (10.0, 0.0, 40.0)),
        ],
        "load",
        Measure::Time,
        &expect![[r#"
            load 0.01 -> 0.41, 100 % of all, 0 % of its own
            fetch 0.00 -> 0.40, 100 % of all, 100 % of its own
            0.98: calls of `load` take 41.0 ms instead of 1.00 ms; 100 % of that comes from `fetch`, which was not called before
        "#]],
    );
}

#[test]
fn unexplained_rise_is_the_functions_own() {
    check(
        &[
            ("", "browse", (50.0, 0.0, 20.0), (50.0, 0.0, 60.0)),
            ("browse", "render", (50.0, 0.0, 8.0), (50.0, 0.0, 12.0)),
        ],
        "browse",
        Measure::Time,
        &expect![[r#"
            browse 1.00 -> 3.00, 100 % of all, 90 % of its own
            0.67: calls of `browse` take 60.0 ms instead of 20.0 ms; 90 % of that is the function's own
        "#]],
    );
}

#[test]
fn walk_through_recursion_ends() {
    check(
        &[
            ("", "walk", (10.0, 0.0, 10.0), (10.0, 8.0, 10.0)),
            ("walk", "walk", (1.0, 0.0, 5.0), (1.0, 1.0, 5.0)),
            ("walk", "visit", (12.0, 0.0, 2.0), (12.0, 10.0, 2.0)),
            ("visit", "walk", (8.0, 0.0, 2.0), (8.0, 6.0, 2.0)),
        ],
        "walk",
        Measure::Errors,
        &expect![[r#"
            walk 0.00 -> 15.00, 100 % of all, 33 % of its own
            visit 0.00 -> 10.00, 67 % of all, 40 % of its own
            0.67: errors of `walk` rose from 0/s to 15.0/s; 67 % of that comes from `visit`: 83.3 % of its calls fail instead of 0 %
        "#]],
    );
}

#[test]
fn equal_shares_and_amounts_are_decided_by_id() {
    check(
        &[
            ("", "main", (10.0, 0.0, 10.0), (10.0, 8.0, 10.0)),
            ("main", "right", (10.0, 0.0, 5.0), (10.0, 4.0, 5.0)),
            ("main", "left", (10.0, 0.0, 5.0), (10.0, 4.0, 5.0)),
        ],
        "main",
        Measure::Errors,
        &expect![[r#"
            main 0.00 -> 8.00, 100 % of all, 0 % of its own
            left 0.00 -> 4.00, 50 % of all, 100 % of its own
            0.50: errors of `main` rose from 0/s to 8.00/s; 50 % of that comes from `left`: 40.0 % of its calls fail instead of 0 %
        "#]],
    );
}

#[test]
fn nothing_is_found_without_a_rise() {
    let rows: [Row<'_>; 2] = [
        ("", "main", (10.0, 1.0, 10.0), (30.0, 3.0, 10.0)),
        ("main", "load", (10.0, 1.0, 5.0), (30.0, 3.0, 5.0)),
    ];
    check(
        &rows,
        "main",
        Measure::Errors,
        &expect![[r#"
        nothing
    "#]],
    );
    check(
        &rows,
        "main",
        Measure::Time,
        &expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn lasting_errors_are_found_without_a_rise() {
    let rows: [Row<'_>; 3] = [
        ("", "main", (10.0, 4.0, 10.0), (10.0, 4.0, 10.0)),
        ("main", "load", (10.0, 4.0, 5.0), (10.0, 4.0, 5.0)),
        ("main", "save", (10.0, 0.0, 5.0), (10.0, 0.0, 5.0)),
    ];
    let lasting = graph(&rows).lasting();
    let start = lasting
        .functions
        .iter()
        .position(|node| node.name.function == "main");
    let found = walk(&lasting, start.unwrap(), Measure::Errors).unwrap();
    expect!["`main` has 4.00 errors/s, not significantly more than before; 100 % of that comes from `load`: 40.0 % of its calls fail"].assert_eq(&found.explanation);
}

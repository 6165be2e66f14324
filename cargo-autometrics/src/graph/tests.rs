//! Tests of the resolution of calls by their spelling.

use std::fmt::Write as _;

use autometrics_schema::{
    calls::How,
    record::{Objectives, Record, Returns},
};
use expect_test::{Expect, expect};

use super::Graph;
use crate::program::{Function, Program};

/// Checks the graph of these functions: module, name, and calls with commas between.
#[track_caller]
fn check(functions: &[(&str, &str, &str)], expect: &Expect) {
    let functions = functions
        .iter()
        .zip(1..)
        .map(|((module, function, calls), line)| {
            Function::from(Record {
                package: "shop",
                version: "1.2.3",
                module,
                function,
                file: "src/lib.rs",
                line,
                returns: Returns::Other,
                asynchronous: false,
                objectives: Objectives::NONE,
                calls: &calls.replace(", ", "\n"),
            })
        });
    let graph = Graph::new(&Program::new(functions.collect()));
    let mut text = String::new();
    for ((caller, callee), edge) in &graph.edges {
        let by = if edge.code == Some(How::Name) {
            "  by name"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "{}::{} -> {}::{}{by}",
            caller.0, caller.1, callee.0, callee.1
        );
    }
    for ((caller, call), candidates) in &graph.ambiguous {
        let candidates: Vec<_> = candidates
            .iter()
            .map(|(m, f)| format!("{m}::{f}"))
            .collect();
        let _ = writeln!(
            text,
            "{}::{}: {call} is {}",
            caller.0,
            caller.1,
            candidates.join(" or ")
        );
    }
    expect.assert_eq(&text);
}

#[test]
fn a_bare_name_resolves_to_the_same_module_first() {
    check(
        &[
            ("shop::a", "f", "g"),
            ("shop::a", "g", ""),
            ("shop::b", "g", ""),
            ("shop::b", "Type::f", ""),
        ],
        &expect![[r"
            shop::a::f -> shop::a::g
        "]],
    );
}

#[test]
fn an_imported_bare_name_resolves_to_functions_of_other_modules() {
    check(
        &[
            ("shop", "main", "f, g"),
            ("shop::a", "f", ""),
            ("shop::b", "f", ""),
            ("shop::b", "g", ""),
            // A bare name never calls a method.
            ("shop::c", "Type::g", ""),
        ],
        &expect![[r"
            shop::main -> shop::b::g
            shop::main: f is shop::a::f or shop::b::f
        "]],
    );
}

#[test]
fn paths_resolve_from_their_first_segment() {
    check(
        &[
            (
                "shop::a::b",
                "f",
                "crate::g, self::g, super::g, super::super::h, self::super::i, ::dep::g",
            ),
            ("shop", "g", ""),
            ("shop", "h", ""),
            ("shop::a::b", "g", ""),
            ("shop::a", "g", ""),
            ("shop::a", "i", ""),
            ("dep", "g", ""),
            ("dep", "h", ""),
        ],
        &expect![[r"
            shop::a::b::f -> dep::g
            shop::a::b::f -> shop::g
            shop::a::b::f -> shop::h
            shop::a::b::f -> shop::a::g
            shop::a::b::f -> shop::a::i
            shop::a::b::f -> shop::a::b::g
        "]],
    );
}

#[test]
fn a_path_above_the_crate_resolves_to_nothing() {
    check(&[("shop", "f", "super::super::f, super::f")], &expect![]);
}

#[test]
fn imported_paths_resolve_by_their_last_segments() {
    check(
        &[
            (
                "shop",
                "main",
                "Card::read, store::load, store::missing, Card",
            ),
            ("shop::payment", "Card::read", ""),
            ("shop::store", "load", ""),
            // This is a function of the type, and not of the module.
            ("shop::store", "Store::load", ""),
        ],
        &expect![[r"
            shop::main -> shop::payment::Card::read
            shop::main -> shop::store::load
        "]],
    );
}

#[test]
fn paths_may_omit_modules_because_of_reexports() {
    check(
        &[
            (
                "shop",
                "main",
                "crate::store::Stock::reserve, store::Stock::release, dep::open",
            ),
            ("shop::store::stock", "Stock::reserve", ""),
            ("shop::store::stock", "Stock::release", ""),
            ("dep::store::stock", "Stock::reserve", ""),
            ("dep::connection", "open", ""),
        ],
        &expect![[r"
            shop::main -> dep::connection::open
            shop::main -> shop::store::stock::Stock::release
            shop::main -> shop::store::stock::Stock::reserve
        "]],
    );
}

#[test]
fn self_resolves_to_the_type_of_the_caller() {
    check(
        &[
            (
                "shop::a",
                "Cart::load",
                "self.check, Self::check, self.other, Self::Full",
            ),
            ("shop::a", "Cart::check", ""),
            ("shop::a", "Stock::check", ""),
            ("shop::b", "Cart::other", ""),
            ("shop::b", "Stock::other", ""),
            ("dep", "Cart::other", ""),
        ],
        &expect![[r"
            shop::a::Cart::load -> shop::a::Cart::check
            shop::a::Cart::load -> shop::b::Cart::other
        "]],
    );
}

#[test]
fn a_method_call_resolves_by_its_name_only() {
    check(
        &[
            ("shop", "main", ".load, .sum, .alone, .missing"),
            ("shop::a", "Cart::load", ""),
            ("shop::b", "Stock::load", ""),
            ("shop::b", "Stock::sum", ""),
            // A dot never calls a function.
            ("shop::c", "sum", ""),
            // But this one may be a method that is instrumented alone.
            ("shop::c", "alone", ""),
        ],
        &expect![[r"
            shop::main -> shop::b::Stock::sum  by name
            shop::main -> shop::c::alone  by name
            shop::main: .load is shop::a::Cart::load or shop::b::Stock::load
        "]],
    );
}

#[test]
fn a_method_that_the_type_of_self_lacks_resolves_to_a_trait() {
    check(
        &[
            ("shop::a", "Cart::load", "self.trace"),
            ("shop::b", "Traced::trace", ""),
        ],
        &expect![[r"
            shop::a::Cart::load -> shop::b::Traced::trace  by name
        "]],
    );
}

#[test]
fn methods_that_are_instrumented_alone_resolve_without_a_type() {
    check(
        &[
            ("shop::a", "load", "self.check, Self::check, self.sum"),
            ("shop::a", "check", ""),
            ("shop::a", "Cart::sum", ""),
            ("shop::b", "check", ""),
        ],
        &expect![[r"
            shop::a::load -> shop::a::Cart::sum
            shop::a::load -> shop::a::check
        "]],
    );
}

#[test]
fn methods_of_generic_traits_are_told_apart_by_the_trait_only() {
    check(
        &[
            (
                "shop",
                "main",
                "Price::from, <Price as From<u8>>::from, <Price as Into>::from, <Price as Add>::add",
            ),
            ("shop", "<Price as From<u8>>::from", ""),
            ("shop", "<Price as From<u16>>::from", ""),
            ("shop", "<Price as Sub<u16>>::from", ""),
            ("shop::ops", "Add::add", ""),
        ],
        &expect![[r"
            shop::main -> shop::ops::Add::add
            shop::main: <Price as From<u8>>::from is shop::<Price as From<u16>>::from or shop::<Price as From<u8>>::from
            shop::main: Price::from is shop::<Price as From<u16>>::from or shop::<Price as From<u8>>::from or shop::<Price as Sub<u16>>::from
        "]],
    );
}

#[test]
fn functions_that_share_a_name_are_both_candidates() {
    check(
        &[("shop", "f", ""), ("shop", "f", ""), ("shop", "main", "f")],
        &expect![[r"
            shop::main: f is shop::f (src/lib.rs:1) or shop::f (src/lib.rs:2)
        "]],
    );
}

#[test]
fn a_function_may_call_itself() {
    check(
        &[("shop", "f", "f"), ("shop", "Tree::depth", ".depth")],
        &expect![[r"
            shop::Tree::depth -> shop::Tree::depth  by name
            shop::f -> shop::f
        "]],
    );
}

#[test]
fn unusual_names_resolve_by_their_text() {
    check(
        &[
            (
                "",
                "",
                "self., ., ::, <>::, <::>, crate, self, super, Self::",
            ),
            ("shop", "<", "<"),
            ("shop", "über::größe", "über::größe"),
        ],
        &expect![[r"
            :: -> ::
            shop::< -> shop::<
            shop::über::größe -> shop::über::größe
        "]],
    );
}

//! Tests of the order, the objectives and the collisions of functions.

use std::fmt::Write as _;

use autometrics_schema::record::{Objectives, Record, Returns};
use expect_test::{Expect, expect};
use slo_spec::Objective;

use super::{Function, Program};

const API: Objective = Objective::new("api").success_rate(99.9);
const OTHER_API: Objective = Objective::new("api").success_rate(99.5);
const BATCH: Objective = Objective::new("batch").success_rate(95.0);

fn function(module: &str, name: &str, line: u32, objective: Option<Objective>) -> Function {
    Function::from(Record {
        package: "shop",
        version: "1.2.3",
        module,
        function: name,
        file: "src/lib.rs",
        line,
        returns: Returns::Other,
        asynchronous: false,
        objectives: Objectives::of(objective.as_slice()),
        calls: "",
    })
}

#[track_caller]
fn check_objectives(functions: Vec<Function>, expect: &Expect) {
    let program = Program::new(functions);
    let mut text = String::new();
    for (objective, functions) in program.objectives() {
        let success = objective.success.unwrap();
        let _ = write!(text, "{} {success}:", objective.name);
        for function in functions {
            let _ = write!(text, " {function}");
        }
        text.push('\n');
    }
    expect.assert_eq(&text);
}

#[test]
fn objectives_list_their_functions_in_order() {
    check_objectives(
        vec![
            function("shop::b", "g", 9, Some(API)),
            function("shop::c", "h", 4, Some(BATCH)),
            function("shop::a", "f", 7, Some(API)),
            function("shop::a", "e", 2, None),
            // The same function, in another program.
            function("shop::a", "f", 7, Some(API)),
        ],
        &expect![[r"
            api 99.9: shop::a::f shop::b::g
            batch 95: shop::c::h
        "]],
    );
}

#[test]
fn objectives_that_differ_and_share_a_name_stay_separate() {
    check_objectives(
        vec![
            function("shop::a", "f", 1, Some(API)),
            function("shop::b", "g", 2, Some(OTHER_API)),
            function("shop::c", "h", 3, Some(API)),
        ],
        &expect![[r"
            api 99.5: shop::b::g
            api 99.9: shop::a::f shop::c::h
        "]],
    );
}

#[test]
fn functions_that_share_a_name_have_file_and_line_in_metrics() {
    let program = Program::new(vec![
        function("shop::a", "f", 8, None),
        function("shop::a", "f", 3, None),
        function("shop::b", "f", 5, None),
    ]);
    let groups: Vec<Vec<_>> = program
        .collisions()
        .map(|group| group.iter().map(Function::metric_name).collect())
        .collect();
    assert_eq!(groups, [["f (src/lib.rs:3)", "f (src/lib.rs:8)"]]);
    assert_eq!(program.functions()[2].metric_name(), "f");
}

#[test]
fn one_function_in_two_builds_is_no_collision() {
    let program = Program::new(vec![
        function("shop::a", "f", 3, None),
        function("shop::a", "f", 3, Some(API)),
    ]);
    assert_eq!(
        program.functions().len(),
        2,
        "they promise different things"
    );
    assert_eq!(program.collisions().count(), 0);
}

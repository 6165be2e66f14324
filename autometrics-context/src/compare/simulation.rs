//! Comparisons of simulated programs, with fixed seeds.

use super::{
    CallerName, Comparison, FunctionChange, Options, Verdict, compare,
    simulated::{Edge, Function, Random, name, run},
};
use crate::calls::FunctionCalls;

/// Sixteen functions with 160 to 5,120 calls and spreads from 0.3 to 1.
fn program() -> Vec<Function> {
    let functions = (0_u32..16).map(|at| Function {
        calls: 160 << (at % 6),
        spread: 0.3 + 0.1 * f64::from(at % 8),
        seconds: 0.001 * f64::from(at + 1),
        error_ratio: 0.01 * f64::from(at % 3),
        ..Function::new(0)
    });
    functions.collect()
}

fn compared(seed: u64, before: &[Function], after: &[Function], noise: f64) -> Comparison {
    let mut random = Random(seed);
    let before = run(&mut random, before, noise);
    let after = run(&mut random, after, noise);
    compare(&before, &after, &Options::default())
}

fn changes(comparison: &Comparison) -> Vec<(String, Verdict)> {
    let functions = comparison.functions.iter();
    functions
        .map(|it| (it.name().function.clone(), it.verdict()))
        .filter(|(_, verdict)| verdict.is_change())
        .collect()
}

#[test]
fn unchanged_program_has_no_verdict_in_twelve_comparisons() {
    let program = program();
    let mut unchanged = 0;
    for seed in 0..12 {
        let found = compared(seed, &program, &program, 0.03);
        assert_eq!(changes(&found), [], "seed {seed}");
        let edges = found.edges.iter().filter(|it| it.verdict().is_change());
        assert_eq!(edges.count(), 0, "seed {seed}");
        assert!(!found.is_bad() && found.is_decided());
        unchanged += found.count(Verdict::Unchanged);
    }
    // Of 192 functions. The others have too few calls to exclude a change that matters.
    assert!(unchanged > 24, "{unchanged}");
}

/// Returns the verdicts of comparisons with twelve seeds in which one function with 5,000 calls
/// changes.
fn verdicts(noise: f64, change: impl Fn(&mut Function)) -> Vec<Verdict> {
    let mut before = program();
    before[0] = Function::new(5000);
    let mut after = before.clone();
    change(&mut after[0]);
    let of = |seed| {
        let found = compared(seed, &before, &after, noise);
        let mut others = changes(&found);
        others.retain(|(name, _)| name != "f00");
        assert_eq!(others, [], "seed {seed}");
        let mut functions = found.functions.iter();
        functions
            .find(|it| it.name().function == "f00")
            .map(FunctionChange::verdict)
    };
    (0..12).filter_map(of).collect()
}

#[test]
fn twenty_percent_are_found_without_noise_and_thirty_with_noise() {
    let slower = |factor: f64| move |function: &mut Function| function.seconds *= factor;
    assert_eq!(verdicts(0.0, slower(1.2)), [Verdict::Slower; 12]);
    assert_eq!(verdicts(0.03, slower(1.3)), [Verdict::Slower; 12]);
    assert_eq!(verdicts(0.0, slower(1.0 / 1.2)), [Verdict::Faster; 12]);
    let found = verdicts(0.03, slower(1.2));
    let found = found.iter().filter(|it| **it == Verdict::Slower).count();
    assert!(found >= 9, "{found} of 12");
}

#[test]
fn slow_calls_in_the_tail_are_found() {
    let found = verdicts(0.0, |function| function.slow_ratio = 0.08);
    assert_eq!(found, [Verdict::Slower; 12]);
}

#[test]
fn rise_from_a_thousandth_to_five_thousandths_is_found() {
    let mut before = program();
    before[0] = Function {
        error_ratio: 0.001,
        ..Function::new(20_000)
    };
    let mut after = before.clone();
    after[0].error_ratio = 0.005;
    for seed in 0..12 {
        let found = compared(seed, &before, &after, 0.03);
        let expected = [("f00".to_owned(), Verdict::MoreErrors)];
        assert_eq!(changes(&found), expected, "seed {seed}");
        assert!(found.is_bad());
    }
}

#[test]
fn new_error_kind_is_found() {
    let found = verdicts(0.03, |function| function.new_ratio = 0.01);
    assert_eq!(found, [Verdict::NewKind; 12]);
}

/// `f00` calls `f01`, and `f02` calls `f01`, too; calls by `f02` take ten times as long.
fn two_callers(share: f64) -> Vec<Function> {
    let edge = |caller, share, factor| Edge {
        caller,
        share,
        factor,
    };
    let callee = Function {
        callers: vec![edge(0, 1.0 - share, 1.0), edge(2, share, 10.0)],
        ..Function::new(8000)
    };
    vec![Function::new(8000), callee, Function::new(8000)]
}

#[test]
fn changed_mix_of_callers_is_no_change_of_latency() {
    let (mut before, mut after) = (two_callers(0.2), two_callers(0.6));
    // Each caller calls as often per call as before.
    before[0].calls = 6400;
    before[2].calls = 1600;
    after[0].calls = 3200;
    after[2].calls = 4800;
    for seed in 0..6 {
        let found = compared(seed, &before, &after, 0.03);
        assert_eq!(changes(&found), [], "seed {seed}");
        let mut functions = found.functions.iter();
        let callee = functions.find(|it| it.name().function == "f01");
        let mix = callee.and_then(|it| it.mix.clone()).expect("a changed mix");
        assert!((mix.share_before - mix.share_after).abs() > 0.3);
        let median = |calls: &FunctionCalls| calls.latencies.quantile(0.5).unwrap_or(0.0);
        let callee = callee.expect("the callee");
        assert!(median(&callee.after) > 1.5 * median(&callee.before));
    }
}

#[test]
fn changed_mix_is_undecided_if_the_latency_by_caller_is_unknown() {
    let mut random = Random(1);
    let sides = [0.2, 0.6].map(|share| {
        let mut slices = run(&mut random, &two_callers(share), 0.0);
        for edge in slices.iter_mut().flat_map(|it| &mut it.edges) {
            edge.latencies = None;
        }
        slices
    });
    let found = compare(&sides[0], &sides[1], &Options::default());
    assert_eq!(changes(&found), []);
    let mut functions = found.functions.iter();
    let callee = functions
        .find(|it| it.name().function == "f01")
        .expect("the callee");
    assert_eq!(callee.verdict(), Verdict::Undecided);
    let told = callee
        .findings
        .iter()
        .any(|it| it.reason.contains("latency_by_caller"));
    assert!(told, "{:?}", callee.findings);
}

#[test]
fn lost_functions_are_found_and_those_without_an_occasion_are_not() {
    let before = two_callers(0.2);
    let mut after = before.clone();
    after[1].calls = 0;
    let found = compared(1, &before, &after, 0.0);
    assert_eq!(changes(&found), [("f01".to_owned(), Verdict::Lost)]);

    // Without its callers, it is not exercised.
    let mut before = two_callers(0.5);
    let mut after = before.clone();
    for (function, calls) in after.iter_mut().zip([0, 0, 0]) {
        function.calls = calls;
    }
    before.push(Function::new(8000));
    after.push(Function::new(8000));
    let found = compared(1, &before, &after, 0.0);
    let lost: Vec<_> = found
        .functions
        .iter()
        .map(|it| (it.name().function.clone(), it.verdict()))
        .filter(|(_, verdict)| *verdict != Verdict::Unchanged)
        .collect();
    let lost_root = |name: &str| (name.to_owned(), Verdict::Lost);
    assert_eq!(
        lost,
        [
            lost_root("f00"),
            lost_root("f02"),
            ("f01".to_owned(), Verdict::NotExercised)
        ]
    );
}

#[test]
fn callers_that_call_more_often_and_causes_before_callers() {
    let mut before = two_callers(0.2);
    before[2].calls = 2000;
    let mut after = before.clone();
    after[1].calls = 16_000;
    let found = compared(1, &before, &after, 0.0);
    let more: Vec<_> = found
        .edges
        .iter()
        .filter(|it| it.verdict() == Verdict::CalledMoreOften)
        .map(|it| (it.caller.to_string(), it.callee.to_string()))
        .collect();
    let expected = [("shop::f00", "shop::f01"), ("shop::f02", "shop::f01")];
    let expected = expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(more, expected);
    assert!(!found.is_bad());

    // Slower callees make their callers slower; the callee comes first.
    let mut after = before.clone();
    for function in &mut after[..2] {
        function.seconds *= 2.0;
    }
    let found = compared(1, &before, &after, 0.0);
    let first = &found.functions[0];
    assert_eq!((first.name(), first.verdict()), (&name(1), Verdict::Slower));
    assert_eq!(found.functions[1].because_of, [name(1)]);
    let caller = CallerName::Function(name(0));
    assert!(found.edges.iter().any(|it| it.caller == caller));
}

#[test]
fn few_calls_have_no_verdict() {
    let before = vec![Function::new(16)];
    let found = compared(1, &before, &before, 0.0);
    assert_eq!(found.functions[0].verdict(), Verdict::TooFewCalls);
    assert!(!found.is_decided());
    assert_eq!(found.tests, 0);
    let nothing = compare(&[], &[], &Options::default());
    assert!(nothing.functions.is_empty() && !nothing.is_decided());
    let one = run(&mut Random(1), &[Function::new(800)], 0.0);
    let found = compare(&one[..1], &one[..1], &Options::default());
    assert_eq!(
        found.notes,
        ["a side is one slice of time, so the program's variation in time is unknown"]
    );
}

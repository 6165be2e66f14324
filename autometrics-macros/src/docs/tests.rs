//! Tests of the links in documentation, and of their queries.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "expect-test writes them when it updates a text"
)]

use std::{
    env, fs,
    process::{self, Command},
};

use autometrics_schema::{label, metric};
use expect_test::{Expect, expect};
use quote::quote;
use slo_spec::{
    Decimal,
    promql::{Expr, Operator, Selector, SelectorError, Window},
};
use syn::{ItemFn, parse_str};

use super::{
    Expander, append, may_inherit,
    queries::{self, Function, MODULE_PATH},
    text,
};
use crate::{
    errors::Errors,
    parse::{args::Args, dialect::Dialect},
    plan::{self, Plan},
};

const BASE: &str = "https://example.org/prometheus";

const LOAD: Function<'_> = Function {
    name: "load",
    by_module: true,
};

/// Returns the function with its links.
#[track_caller]
fn linked(expander: Expander, function: &str) -> String {
    let mut function: ItemFn = parse_str(function).expect("the test's own code parses");
    let args = Args::read(quote!(), Dialect::Current, &mut Errors::default());
    let planned = plan::Function {
        attributes: &function.attrs,
        signature: &function.sig,
        body: &function.block,
    };
    let plan = Plan::new(&planned, &args, None).expect("it can be planned");
    let inherits = may_inherit(&function.vis, &function.sig);
    append(expander, &plan, &mut function.attrs, inherits);
    let file = syn::parse2(quote!(#function)).expect("it parses");
    prettyplease::unparse(&file)
}

#[track_caller]
fn check(function: &str, expected: &Expect) {
    expected.assert_eq(&linked(Expander::Compiler, function));
}

fn queries() -> Vec<String> {
    let function = Function {
        name: "<Celsius as From<\"\\\n>>::from",
        ..LOAD
    };
    queries::own(function, true)
        .into_iter()
        .chain(queries::callees(function))
        .flat_map(|link| link.queries)
        .map(|query| query.replace(MODULE_PATH, "shop::cart"))
        .collect()
}

#[test]
fn links_follow_the_documentation() {
    check(
        "/// Loads.\n#[inline]\npub fn load() {}",
        &expect![[r#"
            /// Loads.
            #[inline]
            #[cfg_attr(doc, doc = "", doc = ::autometrics::__private0::links!("load", false))]
            pub fn load() {}
        "#]],
    );
    check(
        "pub fn load() { //! Loads.\n }",
        &expect![[r#"
            pub fn load() {
                //! Loads.
                #![cfg_attr(doc, doc = "", doc = ::autometrics::__private0::links!("load", false))]
            }
        "#]],
    );
}

#[test]
fn undocumented_function_has_an_empty_first_paragraph() {
    check(
        "pub fn load() {}",
        &expect![[r##"
            #[cfg_attr(
                doc,
                doc = "",
                doc = "<!-- -->",
                doc = "",
                doc = ::autometrics::__private0::links!("load", false)
            )]
            pub fn load() {}
        "##]],
    );
    check(
        "#[cfg_attr(unix, doc = \"Loads.\")]\npub fn load() {}",
        &expect![[r##"
            #[cfg_attr(unix, doc = "Loads.")]
            #[cfg_attr(
                doc,
                doc = "",
                doc = "<!-- -->",
                doc = "",
                doc = ::autometrics::__private0::links!("load", false)
            )]
            pub fn load() {}
        "##]],
    );
}

#[test]
fn undocumented_method_of_a_trait_has_no_links() {
    check(
        "fn load(&self) {}",
        &expect![[r#"
        fn load(&self) {}
    "#]],
    );
    check(
        "fn load() -> Result<Self, Error> {}",
        &expect![[r#"
            fn load() -> Result<Self, Error> {}
        "#]],
    );
    check(
        "/// Loads.\nfn load(&self) {}",
        &expect![[r#"
            /// Loads.
            #[cfg_attr(doc, doc = "", doc = ::autometrics::__private0::links!("load", false))]
            fn load(&self) {}
        "#]],
    );
}

#[test]
fn hidden_functions_and_tests_have_no_links() {
    check(
        "/// Loads.\n#[doc(hidden)]\npub fn load() {}",
        &expect![[r#"
            /// Loads.
            #[doc(hidden)]
            pub fn load() {}
        "#]],
    );
    check(
        "/// Loads.\n#[tokio::test]\nasync fn load() {}",
        &expect![[r#"
            /// Loads.
            #[tokio::test]
            async fn load() {}
        "#]],
    );
}

#[test]
fn editor_gets_text_without_the_module() {
    for function in ["pub fn load() {}", "/// Loads.\npub fn load() {}"] {
        let linked = linked(Expander::Editor, function);
        assert!(
            !linked.contains("cfg_attr") && !linked.contains("links!"),
            "{linked}"
        );
        assert!(
            linked.contains("\nPrometheus: [calls per second]("),
            "{linked}"
        );
        assert!(!linked.contains("module%3D"), "{linked}");
    }
}

#[test]
fn line_has_a_link_for_each_chart() {
    let line = text::line(BASE, LOAD, true);
    let lines = line.replace(MODULE_PATH, "MODULE").replace(" [", "\n[");
    expect![[r#"
        Prometheus:
        [calls per second](https://example.org/prometheus/graph?g0.expr=sum%20by%20%28function%2C%20module%2C%20service_name%29%20%28rate%28function_calls_total%7Bfunction%3D%22load%22%2Cmodule%3D%22MODULE%22%7D%5B5m%5D%29%29&g0.tab=0) ·
        [error ratio](https://example.org/prometheus/graph?g0.expr=sum%20by%20%28function%2C%20module%2C%20service_name%29%20%28rate%28function_calls_total%7Bfunction%3D%22load%22%2Cmodule%3D%22MODULE%22%2Cresult%3D%22error%22%7D%5B5m%5D%29%29%20%2F%20%28sum%20by%20%28function%2C%20module%2C%20service_name%29%20%28rate%28function_calls_total%7Bfunction%3D%22load%22%2Cmodule%3D%22MODULE%22%7D%5B5m%5D%29%29%20%3E%200%29&g0.tab=0) ·
        [latency](https://example.org/prometheus/graph?g0.expr=histogram_quantile%280.95%2C%20sum%20by%20%28function%2C%20module%2C%20service_name%29%20%28rate%28function_calls_duration_seconds%7Bfunction%3D%22load%22%2Cmodule%3D%22MODULE%22%7D%5B5m%5D%29%29%29%20or%20histogram_quantile%280.95%2C%20sum%20by%20%28le%2C%20function%2C%20module%2C%20service_name%29%20%28rate%28function_calls_duration_seconds_bucket%7Bfunction%3D%22load%22%2Cmodule%3D%22MODULE%22%7D%5B5m%5D%29%29%29&g0.tab=0&g1.expr=histogram_quantile%280.99%2C%20sum%20by%20%28function%2C%20module%2C%20service_name%29%20%28rate%28function_calls_duration_seconds%7Bfunction%3D%22load%22%2Cmodule%3D%22MODULE%22%7D%5B5m%5D%29%29%29%20or%20histogram_quantile%280.99%2C%20sum%20by%20%28le%2C%20function%2C%20module%2C%20service_name%29%20%28rate%28function_calls_duration_seconds_bucket%7Bfunction%3D%22load%22%2Cmodule%3D%22MODULE%22%7D%5B5m%5D%29%29%29&g1.tab=0) ·
        [calls in flight](https://example.org/prometheus/graph?g0.expr=sum%20by%20%28function%2C%20module%2C%20service_name%29%20%28function_calls_concurrent%7Bfunction%3D%22load%22%2Cmodule%3D%22MODULE%22%7D%29&g0.tab=0) — what it calls:
        [calls per second](https://example.org/prometheus/graph?g0.expr=sum%20by%20%28function%2C%20module%2C%20service_name%29%20%28rate%28function_calls_total%7Bcaller_function%3D%22load%22%2Ccaller_module%3D%22MODULE%22%7D%5B5m%5D%29%29&g0.tab=0) ·
        [error ratio](https://example.org/prometheus/graph?g0.expr=sum%20by%20%28function%2C%20module%2C%20service_name%29%20%28rate%28function_calls_total%7Bcaller_function%3D%22load%22%2Ccaller_module%3D%22MODULE%22%2Cresult%3D%22error%22%7D%5B5m%5D%29%29%20%2F%20%28sum%20by%20%28function%2C%20module%2C%20service_name%29%20%28rate%28function_calls_total%7Bcaller_function%3D%22load%22%2Ccaller_module%3D%22MODULE%22%7D%5B5m%5D%29%29%20%3E%200%29&g0.tab=0)"#]].assert_eq(&lines);
}

#[test]
fn placeholder_becomes_module_path() {
    let line = format!("a {MODULE_PATH} b {MODULE_PATH} c");
    expect![[r#":: core :: concat ! (" a " , :: core :: module_path ! () , " b " , :: core :: module_path ! () , " c")"#]].assert_eq(&text::value(&line).to_string());
    expect![[r#"" a""#]].assert_eq(&text::value("a").to_string());
}

#[test]
fn queries_of_a_function() {
    expect![[r#"
        sum by (function, module, service_name) (rate(function_calls_total{function="<Celsius as From<\"\\\n>>::from",module="shop::cart"}[5m]))
        sum by (function, module, service_name) (rate(function_calls_total{function="<Celsius as From<\"\\\n>>::from",module="shop::cart",result="error"}[5m])) / (sum by (function, module, service_name) (rate(function_calls_total{function="<Celsius as From<\"\\\n>>::from",module="shop::cart"}[5m])) > 0)
        histogram_quantile(0.95, sum by (function, module, service_name) (rate(function_calls_duration_seconds{function="<Celsius as From<\"\\\n>>::from",module="shop::cart"}[5m]))) or histogram_quantile(0.95, sum by (le, function, module, service_name) (rate(function_calls_duration_seconds_bucket{function="<Celsius as From<\"\\\n>>::from",module="shop::cart"}[5m])))
        histogram_quantile(0.99, sum by (function, module, service_name) (rate(function_calls_duration_seconds{function="<Celsius as From<\"\\\n>>::from",module="shop::cart"}[5m]))) or histogram_quantile(0.99, sum by (le, function, module, service_name) (rate(function_calls_duration_seconds_bucket{function="<Celsius as From<\"\\\n>>::from",module="shop::cart"}[5m])))
        sum by (function, module, service_name) (function_calls_concurrent{function="<Celsius as From<\"\\\n>>::from",module="shop::cart"})
        sum by (function, module, service_name) (rate(function_calls_total{caller_function="<Celsius as From<\"\\\n>>::from",caller_module="shop::cart"}[5m]))
        sum by (function, module, service_name) (rate(function_calls_total{caller_function="<Celsius as From<\"\\\n>>::from",caller_module="shop::cart",result="error"}[5m])) / (sum by (function, module, service_name) (rate(function_calls_total{caller_function="<Celsius as From<\"\\\n>>::from",caller_module="shop::cart"}[5m])) > 0)"#]].assert_eq(&queries().join("\n"));
}

#[test]
fn promtool_accepts_the_queries() {
    let rules: Vec<_> = (1..)
        .zip(queries())
        .map(|(number, query)| format!("  - record: query{number}\n    expr: {query:?}\n"))
        .collect();
    let rules = rules.concat();
    let path = env::temp_dir().join(format!("autometrics-queries-{}.yml", process::id()));
    fs::write(&path, format!("groups:\n- name: links\n  rules:\n{rules}")).expect("it is written");
    let output = Command::new("promtool")
        .args(["check", "rules"])
        .arg(&path)
        .output();
    let _ = fs::remove_file(&path);
    let output = output.expect(
        "promtool runs; it is in the Debian package `prometheus`, which `cargo xtask test` installs",
    );
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat())
        .replace(&*path.to_string_lossy(), "links");
    expect![[r#"
        Checking links
          SUCCESS: 7 rules found"#]]
    .assert_eq(said.trim());
}

/// Returns the queries of [`queries::own`] and [`queries::callees`], without a module, as
/// `slo_spec::promql` formats them.
fn expressions(name: &str) -> Result<Vec<Expr>, SelectorError> {
    let range = Window::minutes(5);
    let by = [label::FUNCTION, label::MODULE, label::SERVICE_NAME];
    let by_bucket = [label::LE].into_iter().chain(by);
    let rate = |metric: &str, of: &str| {
        let selector = Selector::new(metric)?.equal(of, name)?;
        Ok(Expr::rate(selector, range))
    };
    let mut all = Vec::new();
    for of in [label::FUNCTION, label::CALLER_FUNCTION] {
        let errors = Selector::new(metric::CALLS.name)?
            .equal(of, name)?
            .equal(label::RESULT, "error")?;
        let calls = rate(metric::CALLS.name, of)?.sum_by(by);
        let above_zero = calls.clone().join(Operator::Greater, Expr::integer(0));
        let errors = Expr::rate(errors, range).sum_by(by);
        all.extend([calls, errors.join(Operator::Divide, above_zero)]);
    }
    for percent in [95, 99] {
        let q = Decimal::new(percent, 2);
        let native = rate(metric::DURATION.name, label::FUNCTION)?.sum_by(by);
        let bucket = format!("{}_bucket", metric::DURATION.name);
        let classic = rate(&bucket, label::FUNCTION)?.sum_by(by_bucket.clone());
        let classic = classic.histogram_quantile(q);
        all.push(native.histogram_quantile(q).join(Operator::Or, classic));
    }
    let concurrent = Selector::new(metric::CONCURRENT.name)?.equal(label::FUNCTION, name)?;
    all.push(Expr::from(concurrent).sum_by(by));
    Ok(all)
}

#[test]
fn queries_and_their_escapes_equal_those_of_the_other_crates() {
    let control: String = (0..=0x9f).filter_map(char::from_u32).collect();
    for name in ["load", "a\"b\\c'd`e", "naïve_函数_🦀\u{2028}", &control] {
        let function = Function {
            name,
            by_module: false,
        };
        let mut links = queries::own(function, true);
        links.extend(queries::callees(function));
        let mut found: Vec<_> = links.into_iter().flat_map(|link| link.queries).collect();
        let expressions = expressions(name).expect("the names are valid");
        // An operator of sets is on a line of its own there.
        let expected = expressions
            .iter()
            .map(|expr| expr.to_string().replace('\n', " "));
        let mut expected: Vec<_> = expected.collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }
}

#[test]
fn names_equal_those_of_the_schema() {
    use queries::names;
    assert_eq!(names::CALLS, metric::CALLS.name);
    assert_eq!(names::DURATION, metric::DURATION.name);
    assert_eq!(names::CONCURRENT, metric::CONCURRENT.name);
    assert_eq!(names::FUNCTION, label::FUNCTION);
    assert_eq!(names::MODULE, label::MODULE);
    assert_eq!(names::SERVICE_NAME, label::SERVICE_NAME);
    assert_eq!(names::CALLER_FUNCTION, label::CALLER_FUNCTION);
    assert_eq!(names::CALLER_MODULE, label::CALLER_MODULE);
    assert_eq!(names::RESULT, label::RESULT);
    assert_eq!(names::LE, label::LE);
}

//! Selectors of the series that an indicator's queries count.

use std::borrow::Cow;

use autometrics_schema::label;
use promql_parser::{
    label::{MatchOp, Matcher},
    parser::{self, Expr, VectorSelector},
};
use regex_syntax::hir::{Class, Hir, HirKind};
use slo_spec::rules::{Samples, Selector, SelectorError};

use super::{bound, node::Node};
use crate::{Error, promql::tokens};

/// Returns the selector in a metric of an indicator.
pub(super) fn selector(metric: Node<'_>) -> Result<Selector, Error> {
    let source = metric.require("metricSource")?;
    if let Some(kind) = source.get("type") {
        if !kind
            .as_str()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("prometheus"))
        {
            return Err(kind.error("only metrics of type `Prometheus` are supported"));
        }
    }
    let spec = source.require("spec")?;
    let query = spec.text("query")?;
    let at = spec.require("query")?;
    parse(query).map_err(|said| at.error(said))
}

/// Maximum number of tokens in a query. It also limits the depth of the syntax tree, which is
/// dropped recursively. Counters with some labels have a hundred tokens.
const MOST_TOKENS: usize = 1000;

fn parse(query: &str) -> Result<Selector, String> {
    const WANTED: &str = "expected counters, such as `http_requests_total{code=\"500\"}`, alone or in `sum(…)` and `rate(…[…])`";
    let shown = shortened(query);
    if tokens(query).len() > MOST_TOKENS {
        return Err(format!(
            "`{shown}` is not supported, because it has more than {MOST_TOKENS} words and signs: {WANTED}"
        ));
    }
    let expr = parser::parse(query).map_err(|error| {
        let first = error.lines().next().unwrap_or_default();
        let first = shortened(first);
        format!("`{shown}` is not PromQL ({first}): {WANTED}")
    })?;
    let vector = counters(&expr).ok_or_else(|| format!("`{shown}` is not supported: {WANTED}"))?;
    convert(vector).map_err(|error| format!("`{shown}` is not supported: {error}"))
}

/// Returns at most 200 characters of `text`, for a message.
fn shortened(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Returns the counters in `sum(rate(counters[5m]))`; `sum` and `rate` may be missing, and
/// `increase` may replace `rate`.
fn counters(expr: &Expr) -> Option<&VectorSelector> {
    match expr {
        Expr::Paren(inner) => counters(&inner.expr),
        Expr::Aggregate(sum) if sum.modifier.is_none() && sum.op.to_string() == "sum" => {
            counters(&sum.expr)
        }
        Expr::Call(call) if ["rate", "increase"].contains(&call.func.name) => {
            match call.args.args.as_slice() {
                [argument] => counters(argument),
                _ => None,
            }
        }
        Expr::MatrixSelector(matrix) => plain(&matrix.vs),
        Expr::VectorSelector(vector) => plain(vector),
        _ => None,
    }
}

/// Returns `vector` if it has no `offset`, no `@` and no `or` between matchers.
fn plain(vector: &VectorSelector) -> Option<&VectorSelector> {
    (vector.offset.is_none() && vector.at.is_none() && vector.matchers.or_matchers.is_empty())
        .then_some(vector)
}

fn convert(vector: &VectorSelector) -> Result<Selector, String> {
    let said = |error: SelectorError| error.to_string();
    let name = vector.name.clone().ok_or("it names no metric")?;
    let mut selector = Selector::new(&name).map_err(said)?;
    for Matcher { op, name, value } in &vector.matchers.matchers {
        selector = match op {
            MatchOp::Equal if name == label::LE => selector.one_of(name, bound::spellings(value)),
            MatchOp::Equal => selector.equal(name, value),
            MatchOp::NotEqual => selector.not_equal(name, value),
            MatchOp::Re(pattern) => {
                let example = example(value).filter(|it| pattern.is_match(it));
                let example = example.ok_or_else(|| format!("no value could match `{value}`"))?;
                let other = CANDIDATES.into_iter().find(|it| !pattern.is_match(it));
                selector.matches(name, value, samples(example, other))
            }
            MatchOp::NotRe(pattern) => {
                let other = CANDIDATES.into_iter().find(|it| !pattern.is_match(it));
                let other = other.ok_or_else(|| format!("every value matches `{value}`"))?;
                let example = example(value).filter(|it| pattern.is_match(it));
                selector.not_matches(name, value, samples(other.to_owned(), example.as_deref()))
            }
        }
        .map_err(said)?;
    }
    Ok(selector)
}

/// Values to try, for one that a regular expression does not match.
const CANDIDATES: [&str; 5] = ["other", "200", "ok", "0", "-"];

fn samples(selected: String, left_out: Option<&str>) -> Samples {
    let samples = Samples::of(selected);
    match left_out {
        // An empty label is the same as no label.
        Some(value) if !value.is_empty() => samples.excluding(value),
        _ => samples,
    }
}

/// Returns a text that matches a regular expression, for the generated tests.
fn example(pattern: &str) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut text = Vec::new();
    append(&mut text, &hir).then_some(())?;
    String::from_utf8(text).ok()
}

/// Appends a text that `hir` matches; returns `false` if it finds none.
fn append(text: &mut Vec<u8>, hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            text.extend_from_slice(&literal.0);
            true
        }
        HirKind::Class(Class::Unicode(class)) => {
            // Digits and letters read better than the first characters of Unicode.
            let ranges = || class.iter().map(|range| (range.start(), range.end()));
            let nice = ['0', 'a', 'A']
                .into_iter()
                .find(|&c| ranges().any(|(start, end)| start <= c && c <= end));
            let Some(c) = nice.or_else(|| ranges().next().map(|(start, _)| start)) else {
                return false;
            };
            text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            true
        }
        HirKind::Class(Class::Bytes(class)) => {
            let first = class
                .iter()
                .next()
                .map(regex_syntax::hir::ClassBytesRange::start);
            text.extend(first);
            first.is_some()
        }
        HirKind::Repetition(repetition) => {
            (0..repetition.min.min(64)).all(|_| append(text, &repetition.sub))
        }
        HirKind::Capture(capture) => append(text, &capture.sub),
        HirKind::Concat(parts) => parts.iter().all(|part| append(text, part)),
        HirKind::Alternation(parts) => parts.first().is_some_and(|part| append(text, part)),
    }
}

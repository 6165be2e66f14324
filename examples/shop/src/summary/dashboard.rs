//! The summary as a screen: objectives, functions and edges in as many lines as
//! there are.

use std::fmt::Write as _;

use super::{
    View,
    activity::Calls,
    paint::{Line, Style, bar},
    promises, text,
};

/// What a screen has room for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) width: usize,
    pub(super) height: usize,
}

const COLUMN: usize = 8;
const BAR: usize = 12;

/// Draws `view`, from the top to at most the last line of the screen.
pub(super) fn draw(view: &View<'_>, size: Size, colours: bool) -> Vec<String> {
    // At the right a column stays free, where some terminals would wrap.
    let line = || Line::new(size.width.saturating_sub(1), colours);
    let mut lines = head(view, line);
    lines.push(String::new());
    lines.extend(promises::draw(view, line));
    lines.push(String::new());

    let (functions, edges) = (functions(view), edges(view));
    let fixed = lines.len() + 3 + usize::from(view.trouble.is_some()) * 2;
    let room = size
        .height
        .saturating_sub(fixed)
        .clamp(2, functions.len() + edges.len());
    let for_functions = functions.len().min((room * 11).div_ceil(20));
    let for_edges = edges.len().min(room - for_functions);
    let for_functions = functions.len().min(room - for_edges);

    let name = size
        .width
        .saturating_sub(1 + 1 + 4 * COLUMN + 2 + BAR)
        .max(12);
    lines.push(titles(line(), name, "FUNCTION"));
    lines.extend(rows(view, &functions[..for_functions], name, line));
    lines.push(String::new());
    lines.push(titles(line(), name, "CALLER → CALLEE"));
    lines.extend(rows(view, &edges[..for_edges], name, line));
    if let Some(trouble) = &view.trouble {
        lines.push(String::new());
        lines.push(
            line()
                .put(" ", Style::Plain)
                .put(trouble, Style::Faint)
                .end(),
        );
    }
    lines.truncate(size.height);
    lines
}

fn head(view: &View<'_>, line: impl Fn() -> Line) -> Vec<String> {
    let live = line()
        .put(" see it live in a browser  ", Style::Strong)
        .put(view.explorer, Style::Place)
        .end();
    let first = line()
        .put(" shop ", Style::Strong)
        .put(" ", Style::Plain)
        .put(view.url, Style::Place)
        .put("   metrics ", Style::Faint)
        .put(&format!("{}/metrics", view.url), Style::Place)
        .last(&text::clock(view.age), Style::Strong);
    let requests = view.requests.total;
    let mut second = line().put(" ", Style::Plain);
    for (number, what) in [
        (requests.sent, "requests"),
        (requests.served, "served"),
        (requests.refused, "refused"),
    ] {
        second = second
            .put(&number.to_string(), Style::Strong)
            .put(&format!(" {what}   "), Style::Faint);
    }
    let failed = requests.failed + requests.unanswered;
    let style = if failed > 0 {
        Style::Bad
    } else {
        Style::Strong
    };
    let second = second
        .put(&failed.to_string(), style)
        .put(" failed", Style::Faint)
        .last(view.hint, Style::Faint);
    vec![live, first, second]
}

/// A function or an edge.
struct Row {
    name: String,
    now: Calls,
    /// By which rows are sorted: the whole past, so that they don't jump.
    weight: f64,
}

/// All functions, those that took most time first.
fn functions(view: &View<'_>) -> Vec<Row> {
    let rows = view.ever.functions().map(|(index, ever)| {
        let mut name = text::name(&view.snapshot.functions[index]).into_owned();
        if ever.cancelled > 0 {
            // Writing to a string does not fail.
            let _ = write!(name, ", {} cancelled", ever.cancelled);
        }
        Row {
            name,
            now: view.now.function(index).clone(),
            weight: ever.latency.sum(),
        }
    });
    sorted(rows.collect())
}

/// The edges between functions, those that took most time first.
fn edges(view: &View<'_>) -> Vec<Row> {
    let name = |index: usize| view.snapshot.functions[index].name.as_ref();
    let both = view.ever.edges().zip(view.now.edges());
    let rows = both.map(|((caller, callee, ever), (_, _, now))| Row {
        name: format!("{} → {}", name(caller), name(callee)),
        now: now.clone(),
        weight: ever.latency.sum(),
    });
    sorted(rows.collect())
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    rows
}

fn titles(line: Line, name: usize, what: &str) -> String {
    line.put(" ", Style::Plain)
        .left(what, name, Style::Faint)
        .right("CALLS/S", COLUMN, Style::Faint)
        .right("ERRORS", COLUMN, Style::Faint)
        .right("P50", COLUMN, Style::Faint)
        .right("P95", COLUMN, Style::Faint)
        .put("  TIME SPENT", Style::Faint)
        .end()
}

fn rows(view: &View<'_>, rows: &[Row], name: usize, line: impl Fn() -> Line) -> Vec<String> {
    let longest = rows
        .iter()
        .map(|row| row.now.latency.sum())
        .fold(1e-9, f64::max);
    let draw = |row: &Row| {
        let calls = &row.now;
        let quantile = |q| text::seconds(view.now.quantile(q, calls));
        let idle = calls.count() == 0;
        let style = if idle { Style::Faint } else { Style::Plain };
        let errors = match calls.errors {
            0 => Style::Faint,
            _ => Style::Bad,
        };
        line()
            .put(" ", Style::Plain)
            .left(&row.name, name, style)
            .right(&format!("{:.1}", view.now.rate(calls)), COLUMN, style)
            .right(&text::errors(calls.error_ratio()), COLUMN, errors)
            .right(&quantile(0.5), COLUMN, style)
            .right(&quantile(0.95), COLUMN, style)
            .put("  ", Style::Plain)
            .put(&bar(calls.latency.sum() / longest, BAR), Style::Bar)
            .end()
    };
    rows.iter().map(draw).collect()
}

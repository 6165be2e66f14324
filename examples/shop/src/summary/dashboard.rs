//! The summary as a screen: objectives, functions and edges, in as many lines as the terminal
//! has.

use std::fmt::Write as _;

use super::{
    activity::Calls,
    paint::{Line, Style, bar},
    promises, text,
    view::View,
};

/// Size of the terminal, in columns and lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) width: usize,
    pub(super) height: usize,
}

const COLUMN: usize = 8;
const BAR: usize = 12;

/// Draws `view`, in at most the height of the screen.
pub(super) fn draw(view: &View<'_>, size: Size, colours: bool) -> Vec<String> {
    // The last column stays empty, because some terminals would wrap there.
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

/// A row for a function or for an edge.
struct Row {
    name: String,
    now: Calls,
    /// Seconds of all calls so far. Rows are sorted by it, because it changes slowly.
    weight: f64,
}

/// Returns rows of all functions, sorted by the time spent in them.
fn functions(view: &View<'_>) -> Vec<Row> {
    let rows = view.ever.functions().map(|(index, ever)| {
        let mut name = text::name(&view.snapshot.functions[index]).into_owned();
        if ever.cancelled > 0 {
            // Writing to a string never fails.
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

/// Returns rows of the edges between functions, sorted by the time spent in them.
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

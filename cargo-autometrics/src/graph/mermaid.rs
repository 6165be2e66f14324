//! The graph for Mermaid ("Flowcharts", mermaid.js.org/syntax/flowchart.html).

use std::fmt::Write as _;

use super::model::{Graph, Line, ambiguous_label, shown};
use crate::output::printable;

pub(super) fn write(graph: &Graph) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_to(graph, &mut text);
    text
}

fn write_to(graph: &Graph, out: &mut String) -> std::fmt::Result {
    let numbers = graph.numbers();
    writeln!(out, "flowchart LR")?;
    if graph.observed {
        writeln!(
            out,
            "  %% solid: in the code and seen; dashed: in the code, not seen; thick: seen, not in the code"
        )?;
    }
    for (number, (module, nodes)) in graph.modules().into_iter().enumerate() {
        // The overflow caller is in no module.
        let grouped = !module.is_empty();
        if grouped {
            writeln!(out, "  subgraph m{number}[{}]", quoted(&[module]))?;
        }
        for (id, node) in nodes {
            let traffic = node.seen.label();
            let objective = node.objective_line();
            let mut lines = vec![shown(id)];
            lines.extend(traffic.as_deref());
            lines.extend(objective.as_deref());
            let indent = if grouped { "    " } else { "  " };
            writeln!(out, "{indent}n{}[{}]", numbers[id], quoted(&lines))?;
        }
        if grouped {
            writeln!(out, "  end")?;
        }
    }
    for ((caller, callee), edge) in &graph.edges {
        let arrow = match graph.line(edge) {
            Line::Solid => "-->",
            Line::Dashed => "-.->",
            Line::Bold => "==>",
        };
        write!(out, "  n{} {arrow}", numbers[caller])?;
        if let Some(label) = edge.seen.label() {
            write!(out, "|{}|", quoted(&[&label]))?;
        }
        writeln!(out, " n{}", numbers[callee])?;
    }
    for (number, ((caller, call), candidates)) in graph.ambiguous.iter().enumerate() {
        let label = quoted(&[&ambiguous_label(call)]);
        writeln!(out, "  n{} -.- q{number}{{{{{label}}}}}", numbers[caller])?;
        for candidate in candidates {
            writeln!(out, "  q{number} -.-> n{}", numbers[candidate])?;
        }
    }
    Ok(())
}

/// Returns a quoted label of these lines. Characters with a meaning in Mermaid, in Markdown or in
/// HTML are written as entities.
fn quoted(lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| escaped(&printable(line))).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let word = |c: char| c.is_alphanumeric();
        // An underscore within a word is no emphasis: `place_order`.
        let plain_underscore = c == '_' && word(before) && rest.peek().is_some_and(|c| word(*c));
        if c.is_alphanumeric() || plain_underscore || " .,:/%?()-".contains(c) {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
        before = c;
    }
    out
}

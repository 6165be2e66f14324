//! The graph for Graphviz ("The DOT Language", graphviz.org/doc/info/lang.html).

use std::fmt::Write as _;

use super::{Graph, Line, question, shown};
use crate::output::printable;

pub(super) fn write(graph: &Graph) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_to(graph, &mut text);
    text
}

fn write_to(graph: &Graph, out: &mut String) -> std::fmt::Result {
    let numbers = graph.numbers();
    writeln!(out, "digraph autometrics {{")?;
    writeln!(out, "  rankdir=LR")?;
    writeln!(out, "  fontname=\"sans-serif\"")?;
    writeln!(
        out,
        "  node [shape=box, style=rounded, fontname=\"sans-serif\"]"
    )?;
    writeln!(out, "  edge [fontname=\"sans-serif\", fontsize=10]")?;
    if graph.observed {
        let legend = "solid: in the code and seen; dashed: in the code, not seen; bold: seen, not in the code";
        writeln!(out, "  label={}", quoted(legend))?;
    }
    for (number, (module, nodes)) in graph.modules().into_iter().enumerate() {
        writeln!(out, "\n  subgraph cluster_{number} {{")?;
        writeln!(out, "    label={}", quoted(module))?;
        for (id, node) in nodes {
            let mut lines = vec![shown(id).to_owned()];
            lines.extend(node.seen.label());
            write!(
                out,
                "    n{} [label={}",
                numbers[id],
                quoted(&lines.join("\n"))
            )?;
            if let Some((file, line)) = &node.place {
                write!(out, ", tooltip={}", quoted(&format!("{file}:{line}")))?;
            }
            if node.objective.is_some() {
                write!(out, ", penwidth=2")?;
            }
            if let Some(objective) = &node.objective {
                write!(out, ", xlabel={}", quoted(objective))?;
            }
            writeln!(out, "]")?;
        }
        writeln!(out, "  }}")?;
    }
    if !graph.edges.is_empty() {
        writeln!(out)?;
    }
    for ((caller, callee), edge) in &graph.edges {
        write!(out, "  n{} -> n{}", numbers[caller], numbers[callee])?;
        let style = match graph.line(edge) {
            Line::Solid => None,
            Line::Dashed => Some("style=dashed".to_owned()),
            Line::Bold => Some("style=bold".to_owned()),
        };
        let label = edge
            .seen
            .label()
            .map(|label| format!("label={}", quoted(&label)));
        let attributes: Vec<_> = style.into_iter().chain(label).collect();
        if !attributes.is_empty() {
            write!(out, " [{}]", attributes.join(", "))?;
        }
        writeln!(out)?;
    }
    for (number, ((caller, call), candidates)) in graph.ambiguous.iter().enumerate() {
        let label = quoted(&question(call));
        writeln!(
            out,
            "\n  q{number} [label={label}, shape=plaintext, style=\"\", fontsize=10]"
        )?;
        writeln!(
            out,
            "  n{} -> q{number} [style=dotted, arrowhead=none]",
            numbers[caller]
        )?;
        for candidate in candidates {
            writeln!(out, "  q{number} -> n{} [style=dotted]", numbers[candidate])?;
        }
    }
    writeln!(out, "}}")
}

/// A double-quoted string. Labels know escapes (`\N`) and entities (`&lt;`).
fn quoted(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(printable).collect();
    let mut out = String::from("\"");
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            out.push_str("\\n");
        }
        for c in line.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '&' => out.push_str("&amp;"),
                c => out.push(c),
            }
        }
    }
    out.push('"');
    out
}

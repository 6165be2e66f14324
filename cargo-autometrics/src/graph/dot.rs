//! The graph for Graphviz ("The DOT Language", graphviz.org/doc/info/lang.html).

use std::fmt::Write as _;

use super::model::{Graph, Id, Line, Node, ambiguous_label, shown};
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
    // Color of the frames around modules.
    writeln!(out, "  color=gray")?;
    writeln!(out, "  fontname=\"sans-serif\"")?;
    writeln!(
        out,
        "  node [shape=box, style=rounded, fontname=\"sans-serif\"]"
    )?;
    writeln!(out, "  edge [fontname=\"sans-serif\", fontsize=10]")?;
    if graph.observed {
        let legend = "solid: in the code and seen; dashed: in the code, not seen; bold: seen, not in the code";
        writeln!(out, "  label={}", quoted(&[legend]))?;
    }
    for (number, (module, nodes)) in graph.modules().into_iter().enumerate() {
        writeln!(out)?;
        // The overflow caller is in no module.
        let grouped = !module.is_empty();
        if grouped {
            writeln!(out, "  subgraph cluster_{number} {{")?;
            writeln!(out, "    label={}", quoted(&[module]))?;
        }
        for (id, node) in nodes {
            let indent = if grouped { "    " } else { "  " };
            writeln!(out, "{indent}n{} [{}]", numbers[id], attributes(id, node))?;
        }
        if grouped {
            writeln!(out, "  }}")?;
        }
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
        let label = edge.seen.label();
        let label = label.map(|label| format!("label={}", quoted(&[&label])));
        let attributes: Vec<_> = style.into_iter().chain(label).collect();
        if !attributes.is_empty() {
            write!(out, " [{}]", attributes.join(", "))?;
        }
        writeln!(out)?;
    }
    for (number, ((caller, call), candidates)) in graph.ambiguous.iter().enumerate() {
        let label = quoted(&[&ambiguous_label(call)]);
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

fn attributes(id: &Id, node: &Node) -> String {
    let traffic = node.seen.label();
    let mut lines = vec![shown(id)];
    lines.extend(traffic.as_deref());
    let objective = node.objective_line();
    lines.extend(objective.as_deref());
    let place = match &node.place {
        Some((file, line)) => format!("tooltip={}", quoted(&[&format!("{file}:{line}")])),
        None => "style=\"rounded,bold\"".to_owned(),
    };
    format!("label={}, {place}", quoted(&lines))
}

/// Returns a double-quoted string of these lines. Labels interpret escapes (`\N`) and entities
/// (`&lt;`).
fn quoted(lines: &[&str]) -> String {
    let lines: Vec<_> = lines
        .iter()
        .map(|line| {
            printable(line)
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('&', "&amp;")
        })
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}

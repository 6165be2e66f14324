//! `cargo autometrics graph`: the calls between instrumented functions.

mod dot;
mod json;
mod mermaid;
mod model;
#[cfg(test)]
mod tests;

use clap::ValueEnum;

pub use model::Graph;

/// Output format of the graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Format {
    /// Language of Graphviz: `dot -Tsvg` draws it.
    #[default]
    Dot,
    /// For Markdown, on pages that draw Mermaid.
    Mermaid,
    /// JSON, for programs.
    Json,
}

/// Formats `graph`.
pub fn write(graph: &Graph, format: Format) -> String {
    match format {
        Format::Dot => dot::write(graph),
        Format::Mermaid => mermaid::write(graph),
        Format::Json => json::write(graph),
    }
}

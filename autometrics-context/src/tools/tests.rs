//! Tests the list of tools, and their answers to questions about made-up calls.

use serde_json::json;

use super::list;

/// The list costs each conversation as many tokens as it has.
#[test]
fn list_of_all_tools_has_at_most_6000_bytes() {
    let tools: Vec<_> = list()
        .into_iter()
        .map(|tool| {
            json!({
                "name": tool.name,
                "description": tool.description,
                "inputSchema": tool.input_schema,
                "outputSchema": tool.output_schema,
            })
        })
        .collect();
    let names: Vec<_> = list().iter().map(|tool| tool.name).collect();
    let expected = [
        "context",
        "suspects",
        "compare",
        "blast_radius",
        "search",
        "evidence",
        "objectives",
    ];
    assert_eq!(names, expected);
    let size = json!(tools).to_string().len();
    assert!(size <= 6000, "{size} bytes");
}

//! Tests the list of tools, and their answers to questions about made-up calls.

mod hostile;
mod made_up;

use serde_json::{Value, json};

use self::made_up::MadeUp;
use super::{CallError, call, list};

/// Returns the answer of a tool. It matches the tool's schema.
#[track_caller]
fn ask(source: &MadeUp, tool: &str, arguments: &Value) -> Value {
    let answer = call(source, tool, arguments).unwrap_or_else(|error| panic!("{tool}: {error:?}"));
    let tools = list();
    let tool = tools.iter().find(|it| it.name == tool).expect("a tool");
    let schema = jsonschema::validator_for(&tool.output_schema).expect("a schema");
    let violations: Vec<_> = schema
        .iter_errors(&answer)
        .map(|it| it.to_string())
        .collect();
    assert_eq!(violations, [""; 0], "{answer}");
    answer
}

#[track_caller]
fn refusal(tool: &str, arguments: &Value) -> String {
    match call(&MadeUp::new(0.4), tool, arguments) {
        Err(CallError::Failed(text)) => text,
        other => panic!("{other:?}"),
    }
}

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

#[test]
fn context_of_a_file_has_numbers_callers_flows_and_the_suspect() {
    let answer = ask(
        &MadeUp::new(0.4),
        "context",
        &json!({"place": "pay.rs", "window_seconds": 60}),
    );
    let acquire = &answer["functions"][0];
    assert_eq!(acquire["function"], "shop::pay::acquire");
    assert_eq!(acquire["at"], "src/pay.rs:30");
    assert_eq!(acquire["calls"], 600);
    assert_eq!(acquire["calls_per_second"], 10.0);
    assert_eq!(acquire["error_ratio"], 0.4);
    assert_eq!(acquire["p95_seconds"], 0.01997);
    assert_eq!(acquire["callers"][0]["function"], "shop::pay::charge");
    assert_eq!(acquire["callers"][0]["at"], "src/pay.rs:20");
    assert_eq!(
        acquire["flows"][0],
        json!({"flow": "POST /checkout", "share_of_calls": 1.0, "error_ratio": 0.4})
    );
    assert_eq!(
        acquire["errors_by_kind"],
        json!([{"kind": "unreachable", "errors": 240}])
    );
    let suspect = &answer["suspects"][0];
    assert_eq!(suspect["at"], "src/pay.rs:30");
    assert_eq!(suspect["objective"], "checkout");
    let path: Vec<_> = suspect["path"]
        .as_array()
        .expect("a path")
        .iter()
        .map(|it| &it["at"])
        .collect();
    assert_eq!(path, ["src/pay.rs:10", "src/pay.rs:20", "src/pay.rs:30"]);
}

#[test]
fn healthy_program_has_no_suspects() {
    let answer = ask(&MadeUp::new(0.01), "suspects", &json!({}));
    assert_eq!(answer["verdict"], "nothing suspicious");
    assert_eq!(answer["suspects"], json!([]));
}

#[test]
fn suspects_can_be_limited_to_an_objective_or_a_place() {
    let failing = MadeUp::new(0.4);
    let of = |arguments| {
        let answer = ask(&failing, "suspects", &arguments);
        answer["suspects"].as_array().map(Vec::len)
    };
    assert_eq!(of(json!({"objective": "checkout"})), Some(1));
    assert_eq!(of(json!({"place": "src/pay.rs:30"})), Some(1));
    assert_eq!(
        refusal("suspects", &json!({"objective": "chekout"})),
        "no objective `chekout`; known objectives: checkout"
    );
}

#[test]
fn blast_radius_has_callers_objectives_and_flows_of_changes() {
    let source = MadeUp::new(0.01);
    let answer = ask(&source, "blast_radius", &json!({"git_range": "main..HEAD"}));
    assert_eq!(answer["changed"][0]["function"], "shop::pay::acquire");
    let callers: Vec<_> = answer["callers"]
        .as_array()
        .expect("callers")
        .iter()
        .map(|it| (&it["function"], &it["distance"]))
        .collect();
    assert_eq!(
        callers,
        [
            (&json!("shop::pay::charge"), &json!(1)),
            (&json!("shop::pay::check_out"), &json!(2))
        ]
    );
    assert_eq!(answer["objectives"][0]["objective"], "checkout");
    assert_eq!(answer["flows"], json!(["POST /checkout"]));
    assert_eq!(
        answer["note"],
        "1 changed places are in no instrumented function; what they affect is unknown"
    );
    assert_eq!(
        refusal("blast_radius", &json!({})),
        "set `places` or `git_range`"
    );
}

#[test]
fn search_and_evidence_show_the_same_event() {
    let source = MadeUp::new(0.4);
    let found = ask(
        &source,
        "search",
        &json!({"place": "acquire", "value": "NO ANSWER"}),
    );
    assert_eq!(found["matches"], 50);
    let event = &found["events"][0];
    assert_eq!(event["ref"], "event:shop::pay::acquire@1000.000000");
    assert_eq!(event["fields"], json!({"order": "no answer"}));
    let shown = ask(&source, "evidence", &json!({"ref": event["ref"]}));
    assert_eq!(shown["evidence"]["error"], "no answer");
    assert_eq!(shown["evidence"]["suppressed_before"], 7);
    assert_eq!(shown["evidence"]["at"], "src/pay.rs:30");
    let none = ask(&source, "search", &json!({"outcome": "panic"}));
    assert_eq!((&none["matches"], &none["events"]), (&json!(0), &json!([])));
}

#[test]
fn evidence_has_the_query_behind_a_number() {
    let source = MadeUp::new(0.4);
    let shown = ask(&source, "evidence", &json!({"ref": "errors:acquire"}));
    let query = "sum by (error) (rate(function_calls_total{function=\"acquire\", module=\"shop::pay\", \
                 service_name=\"shop\", result=\"error\"}[5m]))";
    let found = shown["evidence"]["promql"].as_str().expect("a query");
    let normalized = |text: &str| text.split_whitespace().collect::<String>();
    assert!(normalized(found).starts_with(&normalized(query)), "{found}");
    assert_eq!(shown["evidence"]["values"][0]["value"], 0.25);
    let exemplars = ask(&source, "evidence", &json!({"ref": "exemplars:acquire"}));
    assert_eq!(exemplars["evidence"]["exemplars"][0]["trace_id"], "0abc");
    let none = ask(&source, "evidence", &json!({"ref": "exemplars:charge"}));
    let note = none["evidence"]["note"].as_str().expect("a note");
    assert!(note.starts_with("no call in a sampled trace"), "{note}");
}

#[test]
fn objectives_have_burn_rates() {
    let answer = ask(&MadeUp::new(0.4), "objectives", &json!({}));
    let objective = &answer["objectives"][0];
    assert_eq!(objective["burns"], true);
    assert_eq!(
        objective["burn_rates"],
        json!([{"window_seconds": 300.0, "calls": 3000, "bad": 1200, "burn_rate": 40.0}])
    );
}

#[test]
fn comparison_finds_the_errors_of_the_last_window() {
    let source = MadeUp {
        age: 600.0,
        ..MadeUp::new(0.4)
    };
    let answer = ask(&source, "compare", &json!({"window_seconds": 600}));
    let text = answer.to_string();
    assert!(text.contains("more_errors"), "{text}");
    assert!(text.contains("shop::pay::acquire"), "{text}");
    let unknown = refusal("compare", &json!({"before": "9.9.9", "after": "1.4.0"}));
    assert_eq!(unknown, "no calls of this version; known: 1.4.0");
}

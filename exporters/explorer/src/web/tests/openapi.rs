//! Generates `openapi.json` from the routes and the types of the responses.
//!
//! Descriptions are the doc comments of types and fields. `UPDATE_EXPECT=1` rewrites the file.

use autometrics_context::source::OUTCOMES;
use expect_test::expect_file;
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Map, Value, json};

use super::{explore, get, shop};
use crate::{
    Mount,
    query::{RANGES, WINDOWS, events, flows, functions, graph, objectives, series, suspects},
    web::{parameters::WINDOW, response::Problem, route::Route},
};

/// All endpoints, in `api/v1/`.
const ENDPOINTS: [&str; 7] = [
    "functions",
    "graph",
    "series",
    "objectives",
    "suspects",
    "events",
    "flows",
];

/// Description of an endpoint.
struct Endpoint {
    summary: &'static str,
    /// Schema of the response.
    schema: Schema,
    parameters: Vec<Parameter>,
}

/// Parameter of a query.
struct Parameter {
    name: &'static str,
    is_required: bool,
    description: &'static str,
    schema: Value,
}

impl Endpoint {
    /// Returns the description of endpoint `name`. The match is exhaustive: without an arm for a new
    /// route, the tests do not compile.
    fn new(name: &str, schemas: &mut SchemaGenerator) -> Self {
        let path = format!("/api/v1/{name}");
        let route = Mount::Anywhere.route(&path).expect("a route");
        let (schema, summary, parameters) = match route {
            Route::Functions => (
                schemas.subschema_for::<functions::Answer<'_>>(),
                "All functions, or those that a flow reached.",
                vec![Parameter::window(), Parameter::flow()],
            ),
            Route::Graph => (
                schemas.subschema_for::<graph::Graph<'_>>(),
                "The call graph: calls seen since the program began, and calls in the source code.",
                vec![Parameter::window()],
            ),
            Route::Series => (
                schemas.subschema_for::<series::Series<'_>>(),
                "One function over time.",
                vec![
                    Parameter {
                        is_required: true,
                        ..Parameter::function()
                    },
                    Parameter::range(),
                ],
            ),
            Route::Objectives => (
                schemas.subschema_for::<objectives::Answer<'_>>(),
                "Objectives and their error budgets.",
                vec![Parameter::window()],
            ),
            Route::Suspects => (
                schemas.subschema_for::<suspects::Answer<'_>>(),
                "Suspects of burning objectives and of rises: of one objective, of one function, \
                 or of all.",
                vec![
                    Parameter::objective(),
                    Parameter::function(),
                    Parameter::sli(),
                    Parameter::window(),
                ],
            ),
            Route::Events => (
                schemas.subschema_for::<events::Answer<'_>>(),
                "The last calls that were kept as events, those that meet all given conditions.",
                Parameter::of_events(),
            ),
            Route::Flows => (
                schemas.subschema_for::<flows::Answer<'_>>(),
                "What the program does on the outside, and the functions that it calls for it.",
                vec![Parameter::window()],
            ),
            // The protocol describes its messages.
            #[cfg(feature = "mcp")]
            Route::Mcp => unreachable!("{route:?} is not in ENDPOINTS"),
            Route::WithoutSlash
            | Route::Index
            | Route::Asset(_)
            | Route::Metrics
            | Route::OpenApi => unreachable!("{route:?} is not in ENDPOINTS"),
        };
        Self {
            summary,
            schema,
            parameters,
        }
    }

    fn responses(&self, problem: &Schema) -> Value {
        let json = |description: &str, schema: &Schema| {
            json!({
                "description": description,
                "content": { "application/json": { "schema": schema } },
            })
        };
        let mut responses = json!({
            "200": json(self.summary, &self.schema),
            "400": json("Invalid query.", problem),
            "405": json("The method is neither GET nor HEAD.", problem),
            "421": json("The host in the request is not allowed.", problem),
        });
        responses["405"]["headers"]["Allow"] = json!({
            "description": "The allowed methods.",
            "schema": { "type": "string" },
        });
        let mut parameters = self.parameters.iter();
        if parameters.any(|parameter| ["function", "objective"].contains(&parameter.name)) {
            responses["404"] = json(
                "The query names a function or objective that does not exist.",
                problem,
            );
        }
        responses
    }
}

impl Parameter {
    fn new(name: &'static str, description: &'static str, schema: Value) -> Self {
        Self {
            name,
            is_required: false,
            description,
            schema,
        }
    }

    fn window() -> Self {
        Self::new(
            "window",
            "Length of the window, in seconds.",
            json!({ "type": "integer", "enum": WINDOWS, "default": WINDOW }),
        )
    }

    fn range() -> Self {
        Self::new(
            "range",
            "Length of the range, in seconds: 300 in steps of 1 s, 21600 in steps of 30 s.",
            json!({ "type": "integer", "enum": RANGES, "default": RANGES[0] }),
        )
    }

    fn of_events() -> Vec<Self> {
        let text = |name, description| Self::new(name, description, json!({ "type": "string" }));
        let outcome = "Reason or result: `ok`, `error`, `panic`, `slow` or `sampled`.";
        vec![
            Self::function(),
            Self::new(
                "outcome",
                outcome,
                json!({ "type": "string", "enum": OUTCOMES }),
            ),
            text("kind", "Error kind, exactly."),
            text("field", "Name of a field that the event has."),
            text(
                "value",
                "Text in that field, in any case; without `field`, in any field or in the error.",
            ),
            text("flow", "Flow, exactly."),
            text("trace", "Id of a trace, 32 hexadecimal digits."),
        ]
    }

    fn flow() -> Self {
        Self::new(
            "flow",
            "Name of a flow, for the functions that it reached and their calls in it.",
            json!({ "type": "string" }),
        )
    }

    fn function() -> Self {
        Self::new("function", "A function's id.", json!({ "type": "string" }))
    }

    fn objective() -> Self {
        Self::new(
            "objective",
            "An objective's name; with `function`, only walks that begin at that function of it.",
            json!({ "type": "string" }),
        )
    }

    fn sli() -> Self {
        Self::new(
            "sli",
            "Restriction to errors (`success`) or to time (`latency`).",
            json!({ "type": "string", "enum": ["success", "latency"] }),
        )
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "in": "query",
            "required": self.is_required,
            "description": self.description,
            "schema": self.schema,
        })
    }
}

/// Returns a generator of schemas that are complete: an object has all its fields and no others.
fn schemas() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings.with(|settings| {
        settings.definitions_path = "/components/schemas".into();
    });
    let settings = settings.with_transform(RecursiveTransform(|schema: &mut Schema| {
        // Sizes of integers and floats are a matter of this program.
        schema.remove("format");
        if schema.get("properties").is_some() {
            schema.insert("additionalProperties".to_owned(), false.into());
        }
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text.replace('\n', " ");
        }
    }));
    settings.into_generator()
}

fn document() -> Value {
    let mut schemas = schemas();
    let problem = schemas.subschema_for::<Problem>();
    let mut paths = Map::new();
    for name in ENDPOINTS {
        let endpoint = Endpoint::new(name, &mut schemas);
        let get = json!({
            "operationId": name,
            "summary": endpoint.summary,
            "parameters": endpoint.parameters.iter().map(Parameter::json).collect::<Vec<_>>(),
            "responses": endpoint.responses(&problem),
        });
        paths.insert(format!("/api/v1/{name}"), json!({ "get": get }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "autometrics explorer",
            "version": "1",
            "description": "State of the program's functions, as sampled by its explorer. Times \
                            are in seconds, rates per second, ratios from 0 to 1. Fields are never \
                            missing; a field without a value is null. Every list is in the order \
                            that its description states.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "../..", "description": "Mount path of the explorer." }],
        "paths": paths,
        "components": { "schemas": schemas.take_definitions(true) },
    })
}

#[test]
fn openapi_json_is_generated_from_the_types() {
    let mut document = document();
    // Some dependency may have enabled the feature `preserve_order` of `serde_json`.
    document.sort_all_objects();
    expect_file!["../../../openapi.json"].assert_eq(&format!("{document:#}\n"));
}

#[test]
fn endpoints_accept_exactly_the_documented_parameters() {
    let shared = explore(shop());
    let mut schemas = schemas();
    for name in ENDPOINTS {
        let reply = get(&shared, &format!("/api/v1/{name}?nothing=1")).json();
        let endpoint = Endpoint::new(name, &mut schemas);
        let parameters = endpoint.parameters.iter().map(|parameter| parameter.name);
        let parameters = parameters.collect::<Vec<_>>().join("`, `");
        let expected = format!("unknown parameter `nothing`; choose from `{parameters}`");
        assert_eq!(reply["error"], expected, "{name}");
    }
}

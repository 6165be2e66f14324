//! Made-up source: a shop whose acquirer fails.

use std::collections::BTreeMap;

use crate::{
    calls::{
        Bucket, Caller, Calls, Counts, Distribution, EdgeCalls, FlowCalls, FunctionCalls, Name,
    },
    source::{
        BurnRate, Catalog, Error, Event, Exemplar, Objective, Origin, Place, Sample, Side, Source,
    },
    suspects::Measure,
};

/// Source whose functions have this name in front of theirs.
pub(super) struct MadeUp {
    pub(super) prefix: String,
    /// Error ratio of the acquirer in the current window.
    pub(super) failing: f64,
    /// Age of the failure, in seconds.
    pub(super) age: f64,
    /// Text of errors and fields.
    pub(super) text: String,
}

impl MadeUp {
    pub(super) fn new(failing: f64) -> Self {
        Self {
            prefix: String::new(),
            failing,
            age: 300.0,
            text: "no answer".to_owned(),
        }
    }

    fn name(&self, function: &str) -> Name {
        Name::new("shop::pay", format!("{}{function}", self.prefix))
    }
}

/// Functions with their lines.
const FUNCTIONS: [(&str, u32); 3] = [("acquire", 30), ("charge", 20), ("check_out", 10)];

impl Source for MadeUp {
    fn origin(&self) -> Result<Origin, Error> {
        Ok(Origin {
            kind: "program",
            service: "shop".to_owned(),
            versions: vec!["1.4.0".to_owned()],
            replicas: 1,
            at: 1_000.4,
            since: Some(100.0),
            time_by_caller: true,
        })
    }

    fn catalog(&self) -> Result<Catalog, Error> {
        let places = FUNCTIONS.iter().map(|(function, line)| Place {
            name: self.name(function),
            file: "src/pay.rs".to_owned(),
            line: *line,
            source_url: None,
            objectives: if *function == "check_out" {
                vec!["checkout".to_owned()]
            } else {
                Vec::new()
            },
            calls: if *function == "charge" {
                vec![self.name("acquire")]
            } else {
                Vec::new()
            },
        });
        Ok(Catalog::new(places.collect()))
    }

    fn calls(&self, side: &Side) -> Result<Calls, Error> {
        if side.version.as_deref().is_some_and(|it| it != "1.4.0") {
            return Err(Error::question("no calls of this version; known: 1.4.0"));
        }
        let fails = side.ago + side.window <= self.age;
        let ratio = if fails { self.failing } else { 0.01 };
        let calls = 10.0 * side.window;
        let counts = Counts {
            calls,
            errors: ratio * calls,
            seconds: 0.02 * calls,
        };
        let latencies = Distribution::new([Bucket {
            lower: 0.019,
            upper: 0.021,
            calls,
        }]);
        let functions = FUNCTIONS.iter().map(|(function, _)| FunctionCalls {
            name: self.name(function),
            counts,
            kinds: BTreeMap::from([("unreachable".to_owned(), counts.errors)]),
            latencies: latencies.clone(),
        });
        let edge = |caller, callee| EdgeCalls {
            caller,
            callee,
            counts,
            latencies: None,
        };
        let calls = Calls {
            seconds: side.window,
            functions: functions.collect(),
            edges: vec![
                edge(Caller::Uninstrumented, 2),
                edge(Caller::Function(2), 1),
                edge(Caller::Function(1), 0),
            ],
            flows: vec![FlowCalls {
                function: 0,
                flow: "POST /checkout".to_owned(),
                counts,
            }],
        };
        Ok(calls.sorted())
    }

    fn objectives(&self) -> Result<Vec<Objective>, Error> {
        let burns = self.failing > 0.05;
        Ok(vec![Objective {
            name: "checkout".to_owned(),
            measure: Measure::Errors,
            target: 0.99,
            threshold_seconds: None,
            burn_rates: vec![BurnRate {
                window_seconds: 300.0,
                calls: 3_000.0,
                bad: self.failing * 3_000.0,
                burn_rate: Some(self.failing / 0.01),
            }],
            burns,
            firing: Vec::new(),
            functions: vec![self.name("check_out")],
            owner: Some("payments".to_owned()),
            runbook: None,
        }])
    }

    fn events(&self) -> Result<Vec<Event>, Error> {
        let event = |at: f64| Event {
            function: self.name("acquire"),
            at,
            reason: "error".to_owned(),
            result: "error".to_owned(),
            kind: Some("unreachable".to_owned()),
            error: Some(self.text.clone()),
            seconds: 0.25,
            callers: vec!["shop::pay::charge".to_owned()],
            flow: Some("POST /checkout".to_owned()),
            fields: vec![("order".to_owned(), self.text.clone())],
            trace_id: Some("0abc".to_owned()),
            span_id: None,
            suppressed: 7,
        };
        Ok((0..50)
            .map(|number| event(1_000.0 - f64::from(number)))
            .collect())
    }

    fn exemplars(&self, function: &Name) -> Result<Vec<Exemplar>, Error> {
        let exemplar = Exemplar {
            trace_id: "0abc".to_owned(),
            span_id: "0def".to_owned(),
            seconds: 0.25,
            at: 999.0,
        };
        let is_known = function.function.ends_with("acquire");
        Ok(is_known.then_some(exemplar).into_iter().collect())
    }

    fn changed_places(&self, range: &str) -> Result<Vec<String>, Error> {
        match range {
            "main..HEAD" => Ok(vec!["src/pay.rs:31".to_owned(), "README.md:3".to_owned()]),
            _ => Err(Error::question("no such range")),
        }
    }

    fn evaluate(&self, query: &str) -> Result<Option<Vec<Sample>>, Error> {
        let sample = Sample {
            labels: vec![("query_bytes".to_owned(), query.len().to_string())],
            value: 0.25,
        };
        Ok(Some(vec![sample]))
    }
}

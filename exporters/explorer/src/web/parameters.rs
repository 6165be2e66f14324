//! Parses and checks the queries of API requests.

use std::{borrow::Cow, collections::BTreeMap};

use autometrics_context::{
    source::{EventFilter, OUTCOMES},
    suspects::{Measure, Scope},
    text::quoted,
};

use crate::{
    history::History,
    program::observed,
    query::{RANGES, WINDOWS},
};

/// Default window, in seconds.
pub(super) const WINDOW: u32 = 60;

/// Parameters that select events.
pub(super) const EVENT_PARAMETERS: [&str; 7] = [
    "function", "outcome", "kind", "field", "value", "flow", "trace",
];

/// Parameters of a query.
pub(super) struct Parameters<'a>(BTreeMap<Cow<'a, str>, Cow<'a, str>>);

/// Error response. Its text names the problem and the remedy.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The query is malformed; status 400.
    BadRequest(String),
    /// The object that the query names does not exist; status 404.
    NotFound(String),
}

impl<'a> Parameters<'a> {
    /// Parses `query`, and refuses parameters that are not `known` and parameters given twice.
    pub(super) fn read(query: Option<&'a str>, known: &[&str]) -> Result<Self, Refusal> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !known.contains(&&*name) {
                let known = known.join("`, `");
                return Err(Refusal::BadRequest(format!(
                    "unknown parameter `{}`; choose from `{known}`",
                    shortened(&name)
                )));
            }
            if parameters.contains_key(&name) {
                return Err(Refusal::BadRequest(format!(
                    "`{name}` is set twice; set it once"
                )));
            }
            parameters.insert(name, value);
        }
        Ok(Self(parameters))
    }

    /// Returns the window, in seconds. Default: 60.
    pub(super) fn window(&self) -> Result<u32, Refusal> {
        self.one_of("window", &WINDOWS, WINDOW)
    }

    /// Returns the range of charts, in seconds. Default: 300.
    pub(super) fn range(&self) -> Result<u32, Refusal> {
        self.one_of("range", &RANGES, RANGES[0])
    }

    /// Returns the index of the function in the query, if there is one.
    pub(super) fn function(&self, history: &History) -> Result<Option<usize>, Refusal> {
        let Some(id) = self.0.get("function") else {
            return Ok(None);
        };
        let place = history.find(id).ok_or_else(|| {
            let id = shortened(id);
            Refusal::NotFound(format!(
                "there is no function `{id}`; `functions` lists all"
            ))
        })?;
        Ok(Some(place))
    }

    /// Returns the name of the flow in the query, if there is one.
    pub(super) fn flow(&self) -> Option<&str> {
        self.0.get("flow").map(|flow| &**flow)
    }

    /// Returns the objective or function whose suspects are requested.
    pub(super) fn scope(&self, history: &History) -> Result<Scope, Refusal> {
        let function = self.function(history)?;
        let function = function.map(|place| observed::name(&history.functions[place]));
        match (self.0.get("objective"), function) {
            (None, Some(function)) => Ok(Scope::Function(function)),
            (None, None) => Ok(Scope::All),
            (Some(name), function) => {
                let mut all = history.functions.iter().flat_map(|f| &f.objectives);
                if all.any(|objective| objective.name() == *name) {
                    return Ok(Scope::Objective(name.clone().into_owned(), function));
                }
                let name = shortened(name);
                Err(Refusal::NotFound(format!(
                    "there is no objective `{name}`; `objectives` lists all"
                )))
            }
        }
    }

    /// Returns the conditions for events in the query.
    pub(super) fn event_filter(&self, history: &History) -> Result<EventFilter, Refusal> {
        let text = |name: &str| self.0.get(name).map(|text| text.clone().into_owned());
        let outcome = text("outcome");
        if let Some(outcome) = outcome.as_deref().filter(|it| !OUTCOMES.contains(it)) {
            return Err(Refusal::BadRequest(format!(
                "`outcome` is `{}`; choose one of {}",
                shortened(outcome),
                OUTCOMES.join(", ")
            )));
        }
        let function = self.function(history)?;
        let function = function.map(|place| vec![observed::name(&history.functions[place])]);
        Ok(EventFilter {
            functions: function,
            outcome,
            kind: text("kind"),
            field: text("field"),
            value: text("value"),
            flow: text("flow"),
            trace_id: text("trace").map(|id| id.to_lowercase()),
        })
    }

    /// Returns the measure in the query, if there is one.
    pub(super) fn measure(&self) -> Result<Option<Measure>, Refusal> {
        match self.0.get("sli").map(|sli| &**sli) {
            None => Ok(None),
            Some("success") => Ok(Some(Measure::Errors)),
            Some("latency") => Ok(Some(Measure::Time)),
            Some(other) => Err(Refusal::BadRequest(format!(
                "`sli` is `{}`; choose `success` or `latency`",
                shortened(other)
            ))),
        }
    }

    fn one_of(&self, name: &str, choices: &[u32], otherwise: u32) -> Result<u32, Refusal> {
        let Some(text) = self.0.get(name) else {
            return Ok(otherwise);
        };
        let choice = choices.iter().find(|choice| choice.to_string() == *text);
        choice.copied().ok_or_else(|| {
            let choices: Vec<_> = choices.iter().map(u32::to_string).collect();
            Refusal::BadRequest(format!(
                "`{name}` is `{}`; choose one of {} seconds",
                shortened(text),
                choices.join(", ")
            ))
        })
    }
}

/// Shortens a text to 80 characters for error messages.
pub(super) fn shortened(text: &str) -> String {
    quoted(text, 80)
}

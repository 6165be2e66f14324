//! What a query asks for, checked.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    history::History,
    query::{RANGES, WINDOWS, suspects::Of},
    suspects::Measure,
};

/// The window unless one is asked for, in seconds.
const WINDOW: u32 = 60;

/// The parameters of a query.
pub(super) struct Question<'a>(BTreeMap<Cow<'a, str>, Cow<'a, str>>);

/// Why there is no answer: a status, and what would be right.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The query is wrong.
    BadRequest(String),
    /// What it names is not there.
    NotFound(String),
}

impl<'a> Question<'a> {
    /// Reads `query`, which has no other parameters than `known` ones.
    pub(super) fn read(query: Option<&'a str>, known: &[&str]) -> Result<Self, Refusal> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !known.contains(&&*name) {
                let known = known.join("`, `");
                return Err(Refusal::BadRequest(format!(
                    "there is no parameter `{}`; there are `{known}`",
                    shortened(&name)
                )));
            }
            if parameters.contains_key(&name) {
                return Err(Refusal::BadRequest(format!("`{name}` is given twice")));
            }
            parameters.insert(name, value);
        }
        Ok(Self(parameters))
    }

    /// The window, in seconds.
    pub(super) fn window(&self) -> Result<u32, Refusal> {
        self.one_of("window", &WINDOWS, WINDOW)
    }

    /// The range of charts, in seconds.
    pub(super) fn range(&self) -> Result<u32, Refusal> {
        self.one_of("range", &RANGES, RANGES[0])
    }

    /// The place of the function that is asked for.
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

    /// Whose suspects are asked for.
    pub(super) fn of(&self, history: &History) -> Result<Of, Refusal> {
        let function = self.function(history)?;
        match (self.0.get("objective"), function) {
            (None, Some(function)) => Ok(Of::Function(function)),
            (None, None) => Ok(Of::All),
            (Some(name), function) => {
                let mut all = history.functions.iter().flat_map(|f| &f.objectives);
                if all.any(|objective| objective.name() == *name) {
                    return Ok(Of::Objective(name.clone().into_owned(), function));
                }
                let name = shortened(name);
                Err(Refusal::NotFound(format!(
                    "there is no objective `{name}`; `objectives` lists all"
                )))
            }
        }
    }

    /// Errors or time, if one of them is asked for.
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

/// As much of a text as an error needs to show.
pub(super) fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(80).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

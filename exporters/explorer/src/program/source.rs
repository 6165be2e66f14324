//! The history and the kept events as a source of answers.

use std::collections::BTreeMap;

use autometrics_context::{
    calls::{Calls, Name},
    source::{Catalog, Error, Event, Exemplar, Objective, Origin, Place, Sample, Side, Source},
};
use autometrics_core as core;
use slo_spec::Objective as Slo;

use super::{exemplars, kept, observed};
use crate::{
    history::code,
    query::{View, source, states},
};

/// The program at the moment of its last sample.
pub(crate) struct Program<'a> {
    pub(crate) view: View<'a>,
    /// Kept events, oldest first.
    pub(crate) events: &'a [core::Event],
}

impl Source for Program<'_> {
    fn origin(&self) -> Result<Origin, Error> {
        let history = self.view.history;
        let version = history.build.version.to_string();
        Ok(Origin {
            kind: "program",
            service: history.service.to_string(),
            versions: Some(version)
                .filter(|it| !it.is_empty())
                .into_iter()
                .collect(),
            replicas: 1,
            at: self.view.epoch + history.now(),
            since: Some(self.view.epoch + history.since()),
            time_by_caller: true,
        })
    }

    fn catalog(&self) -> Result<Catalog, Error> {
        let history = self.view.history;
        let mut calls: BTreeMap<usize, Vec<Name>> = BTreeMap::new();
        for (caller, callee) in code::edges(history) {
            let callee = observed::name(&history.functions[callee]);
            calls.entry(caller).or_default().push(callee);
        }
        let places = history.functions.iter().enumerate();
        let places = places.map(|(place, function)| Place {
            name: observed::name(function),
            file: function.file.replace('\\', "/"),
            line: function.line,
            source_url: source::url(&history.build, function),
            objectives: function
                .objectives
                .iter()
                .map(Slo::name)
                .map(str::to_owned)
                .collect(),
            calls: calls.remove(&place).unwrap_or_default(),
        });
        Ok(Catalog::new(places.collect()))
    }

    fn calls(&self, side: &Side) -> Result<Calls, Error> {
        let history = self.view.history;
        let version = &history.build.version;
        if let Some(asked) = side.version.as_deref().filter(|asked| asked != version) {
            let asked = autometrics_context::text::quoted(asked, 80);
            return Err(Error::question(format!(
                "no calls of version `{asked}`: this program is version `{version}`; compare versions \
                 with `cargo autometrics compare --from` a Prometheus"
            )));
        }
        let span = history.span(side.ago, side.window);
        let of_edges = history.span_of_edges(side.ago, side.window);
        Ok(observed::calls(history, &span, Some(&of_edges)))
    }

    fn objectives(&self) -> Result<Vec<Objective>, Error> {
        Ok(states::objectives(self.view.history))
    }

    fn events(&self) -> Result<Vec<Event>, Error> {
        Ok(kept::newest_first(self.view.history, self.events))
    }

    fn exemplars(&self, function: &Name) -> Result<Vec<Exemplar>, Error> {
        let history = self.view.history;
        let mut functions = history.functions.iter();
        let place = functions.position(|it| observed::name(it) == *function);
        Ok(place.map_or_else(Vec::new, |place| exemplars::newest_first(history, place)))
    }

    fn changed_places(&self, _: &str) -> Result<Vec<String>, Error> {
        Err(Error::source(
            "a running program has no repository; set `places`, or ask `cargo autometrics mcp` in \
             the folder of the source",
        ))
    }

    fn evaluate(&self, _: &str) -> Result<Option<Vec<Sample>>, Error> {
        Ok(None)
    }
}

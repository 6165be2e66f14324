//! Known functions: those of the compiled program, and those that Prometheus has seen.

use std::collections::BTreeMap;

use autometrics_context::{
    calls::Name,
    source::{Catalog, Place, SourceLink},
};
use autometrics_schema::calls::Index;

use super::targets::Build;
use crate::program::Program;

/// Returns the functions of the program, if one is given, and the `seen` ones.
pub(super) fn new(program: Option<&Program>, seen: Vec<Name>, build: Option<&Build>) -> Catalog {
    let mut places: BTreeMap<Name, Place> = BTreeMap::new();
    for place in program
        .into_iter()
        .flat_map(|program| of_program(program, build))
    {
        places.entry(place.name.clone()).or_insert(place);
    }
    for name in seen {
        let place = Place {
            name: name.clone(),
            ..Place::default()
        };
        places.entry(name).or_insert(place);
    }
    Catalog::new(places.into_values().collect())
}

fn of_program(program: &Program, build: Option<&Build>) -> Vec<Place> {
    let functions = program.functions();
    let names: Vec<_> = functions
        .iter()
        .map(|it| (&*it.module, &*it.name))
        .collect();
    let index = Index::new(names.iter().copied());
    let places = functions.iter().zip(&names).map(|(function, name)| {
        let mut calls = Vec::new();
        for call in &function.calls {
            // A call that may mean several functions is not guessed.
            if let [only] = index.resolve(*name, call).candidates[..] {
                let callee = &functions[only];
                calls.push(Name::new(&*callee.module, callee.metric_name()));
            }
        }
        calls.sort();
        calls.dedup();
        let link = build.map(|build| SourceLink {
            repository: &build.repository,
            provider: &build.provider,
            commit: &build.commit,
        });
        let mut objectives: Vec<_> = function
            .objectives
            .iter()
            .map(|it| it.name.clone())
            .collect();
        objectives.dedup();
        Place {
            name: Name::new(&*function.module, function.metric_name()),
            file: function.file.clone(),
            line: function.line,
            source_url: link
                .and_then(|link| link.url(&function.package, &function.file, function.line)),
            objectives,
            calls,
        }
    });
    places.collect()
}

//! The source of `autometrics-context` with a compiled program alone: places and calls in the code,
//! and no numbers.

use autometrics_context::{
    calls::{Calls, Name},
    source::{Catalog, Error, Event, Exemplar, Objective, Origin, Sample, Side, Source},
};

use crate::{fleet, program::Program};

/// Compiled program that nobody observes.
#[derive(Debug)]
pub(super) struct Code<'p> {
    pub(super) program: &'p Program,
}

fn unknown() -> Error {
    Error::source(
        "only the code is known: start the server with `--from` and the URL of a Prometheus for numbers",
    )
}

impl Source for Code<'_> {
    fn origin(&self) -> Result<Origin, Error> {
        Ok(Origin {
            kind: "code",
            service: self.program.package().unwrap_or_default().to_owned(),
            at: fleet::now(),
            ..Origin::default()
        })
    }

    fn catalog(&self) -> Result<Catalog, Error> {
        Ok(fleet::catalog(self.program))
    }

    fn calls(&self, side: &Side) -> Result<Calls, Error> {
        match side.version {
            None => Ok(Calls::default()),
            Some(_) => Err(unknown()),
        }
    }

    fn objectives(&self) -> Result<Vec<Objective>, Error> {
        Ok(Vec::new())
    }

    fn events(&self) -> Result<Vec<Event>, Error> {
        Err(unknown())
    }

    fn exemplars(&self, _function: &Name) -> Result<Vec<Exemplar>, Error> {
        Err(unknown())
    }

    fn changed_places(&self, range: &str) -> Result<Vec<String>, Error> {
        fleet::changed_places(range)
    }

    fn evaluate(&self, _query: &str) -> Result<Option<Vec<Sample>>, Error> {
        Ok(None)
    }
}

//! Answers of a Prometheus about one moment, each asked for once.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use autometrics_context::source::Error;
use slo_spec::promql::{Expr, SelectorError};

use super::{
    series::{Data, Series},
    steps::Steps,
};
use crate::{error::Kind, prometheus::Client};

/// Answers of a Prometheus, which tools ask for repeatedly.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) client: Client,
    /// The moment, in Unix seconds.
    pub(super) at: f64,
    known: RefCell<HashMap<String, Rc<Vec<Series>>>>,
}

pub(super) fn failed(error: impl Into<crate::Error>) -> Error {
    Error::source(error.into().to_string())
}

pub(super) fn invalid(source: SelectorError) -> Error {
    failed(Kind::Query { source })
}

impl Answers {
    pub(super) fn new(client: Client, at: f64) -> Self {
        Self {
            client,
            at,
            known: RefCell::default(),
        }
    }

    /// Returns the answer to an instant query.
    pub(super) fn ask(&self, query: &str) -> Result<Rc<Vec<Series>>, crate::Error> {
        self.remember(&format!("instant {query}"), || {
            let time = format!("{:.3}", self.at);
            self.client
                .request("/api/v1/query", &[("query", query), ("time", &time)])
        })
    }

    /// Returns the answer to a query at the end of each slice.
    pub(super) fn range(&self, query: &Expr, steps: Steps) -> Result<Rc<Vec<Series>>, Error> {
        self.moments(query, [steps.first, steps.last], steps.window.as_f64())
    }

    /// Returns the answer to a query at moments with `step` seconds between them, from the first to
    /// the last.
    pub(super) fn moments(
        &self,
        query: &Expr,
        bounds: [f64; 2],
        step: f64,
    ) -> Result<Rc<Vec<Series>>, Error> {
        let query = query.to_string();
        let [start, end] = bounds.map(|at| format!("{at:.3}"));
        let step = step.to_string();
        let key = format!("{start} {end} {step} {query}");
        let found = self.remember(&key, || {
            let parameters = [
                ("query", &*query),
                ("start", &start),
                ("end", &end),
                ("step", &step),
            ];
            self.client.request("/api/v1/query_range", &parameters)
        });
        found.map_err(failed)
    }

    fn remember(
        &self,
        key: &str,
        ask: impl FnOnce() -> Result<Data, crate::Error>,
    ) -> Result<Rc<Vec<Series>>, crate::Error> {
        if let Some(known) = self.known.borrow().get(key) {
            return Ok(Rc::clone(known));
        }
        let mut result = ask()?.result;
        // Sums depend on their order.
        result.sort_by(|a, b| a.metric.cmp(&b.metric));
        let series = Rc::new(result);
        self.known
            .borrow_mut()
            .insert(key.to_owned(), Rc::clone(&series));
        Ok(series)
    }
}

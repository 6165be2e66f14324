//! Functions that the functions of an objective call, directly or indirectly.

use std::collections::BTreeSet;

use autometrics_schema::{calls::Index, label};
use slo_spec::rules::{Selector, SelectorError};

use crate::program::{Function, Program};

/// Maximum number of functions that a query names. With more, the query covers the whole program.
const MOST: usize = 40;

/// Static call graph of a program. A call that could mean one of several functions leads to each of
/// them.
pub(super) struct CallTree<'p> {
    functions: &'p [Function],
    callees: Vec<BTreeSet<usize>>,
}

impl<'p> CallTree<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        let functions = program.functions();
        let names = |function: &'p Function| (&*function.module, &*function.name);
        let index = Index::new(functions.iter().map(names));
        let callees = functions.iter().map(|function| {
            let calls = function.calls.iter();
            calls
                .flat_map(|call| index.resolve(names(function), call).candidates)
                .collect()
        });
        Self {
            functions,
            callees: callees.collect(),
        }
    }

    /// Restricts `selector` to `roots` and all functions that they call, directly or indirectly.
    ///
    /// Returns it unchanged if these are more than `MOST` functions.
    pub(super) fn restrict(
        &self,
        selector: Selector,
        roots: &[&Function],
    ) -> Result<Selector, SelectorError> {
        named(selector, &self.reachable(roots))
    }

    fn reachable(&self, roots: &[&Function]) -> Vec<&'p Function> {
        let is_root = |at: &usize| roots.contains(&&self.functions[*at]);
        let mut open: Vec<usize> = (0..self.functions.len()).filter(is_root).collect();
        let mut seen: BTreeSet<usize> = open.iter().copied().collect();
        while let Some(at) = open.pop() {
            open.extend(
                self.callees[at]
                    .iter()
                    .filter(|callee| seen.insert(**callee)),
            );
        }
        seen.into_iter().map(|at| &self.functions[at]).collect()
    }
}

/// Restricts `selector` to `functions`. Returns it unchanged if these are more than `MOST`.
pub(super) fn named(
    selector: Selector,
    functions: &[&Function],
) -> Result<Selector, SelectorError> {
    if functions.len() > MOST {
        return Ok(selector);
    }
    let modules: BTreeSet<&str> = functions.iter().map(|it| it.module.as_str()).collect();
    let names: BTreeSet<String> = functions.iter().map(|it| it.metric_name()).collect();
    selector
        .one_of(label::MODULE, modules)?
        .one_of(label::FUNCTION, names)
}

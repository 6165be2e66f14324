//! Instrumented functions of a program, the input of all subcommands.

mod function;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::PathBuf};

use autometrics_schema::record::{self, ErrorKind};

use crate::{
    Error,
    artifact::{self, Section},
    error::Kind,
};

pub(crate) use function::cancelled;
pub use function::{Function, Objective};

/// Instrumented functions of one or several artifacts, sorted and without duplicates.
#[derive(Clone, Debug, Default)]
pub struct Program {
    functions: Vec<Function>,
}

impl Program {
    /// Reads the programs and libraries at `artifacts`.
    ///
    /// # Errors
    ///
    /// Returns an error if one of them cannot be read, is neither program nor library, is broken,
    /// or was built with a version of the attribute that is too new or too old, or if none of them
    /// has an instrumented function.
    pub fn read(artifacts: &[PathBuf]) -> Result<Self, Error> {
        let mut functions = Vec::new();
        let mut bitcode = false;
        for path in artifacts {
            let bytes = artifact::read(path)?;
            let content = artifact::content(path, &bytes)?;
            bitcode |= content.bitcode;
            for section in &content.sections {
                functions.extend(decode(section)?);
            }
        }
        if functions.is_empty() {
            let artifacts = artifacts.to_vec();
            return Err(Kind::Nothing { artifacts, bitcode }.into());
        }
        Ok(Self::new(functions))
    }

    /// Creates the program from its functions, in any order.
    ///
    /// Duplicates are removed, such as the functions of a library that is in several programs.
    pub fn new(mut functions: Vec<Function>) -> Self {
        functions.sort();
        functions.dedup();
        let mut program = Self { functions };
        program.mark_collisions();
        program
    }

    /// Returns all functions, sorted by module, name, file and line.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// Returns the package with most of the functions that belong to an objective; `None` if there
    /// are no such functions.
    ///
    /// Of packages with equally many functions, it is the first by name.
    pub fn package(&self) -> Option<&str> {
        let mut counts = BTreeMap::new();
        for function in &self.functions {
            if !function.objectives.is_empty() && !function.package.is_empty() {
                *counts.entry(function.package.as_str()).or_insert(0_usize) += 1;
            }
        }
        // `max_by_key` returns the last maximum; in reverse, that is the first by name.
        let counts = counts.into_iter().rev();
        counts
            .max_by_key(|(_, count)| *count)
            .map(|(package, _)| package)
    }

    /// Returns the objectives sorted by name, each with the functions that belong to it.
    ///
    /// Objectives that differ and have the same name are separate elements, one after the other.
    pub fn objectives(&self) -> Vec<(&Objective, Vec<&Function>)> {
        let mut of_objective: Vec<(&Objective, &Function)> = self
            .functions
            .iter()
            .flat_map(|function| function.objectives.iter().map(move |it| (it, function)))
            .collect();
        // The sort is stable, so that the functions keep their order.
        of_objective.sort_by_key(|(objective, _)| *objective);
        of_objective
            .chunk_by(|(one, _), (other, _)| one == other)
            .map(|group| {
                (
                    group[0].0,
                    group.iter().map(|(_, function)| *function).collect(),
                )
            })
            .collect()
    }

    /// Returns the functions that share module and name, in groups of two and more.
    ///
    /// A running program tells them apart by file and line, as
    /// [`Function::metric_name`] does.
    pub fn collisions(&self) -> impl Iterator<Item = &[Function]> {
        self.functions
            .chunk_by(Function::shares_name)
            .filter(|group| group[0].collides())
    }

    fn mark_collisions(&mut self) {
        for group in self.functions.chunk_by_mut(Function::shares_name) {
            // The same function in two builds of its package is no collision.
            let first = group[0].place();
            let collides = group.iter().any(|function| function.place() != first);
            for function in group {
                function.collides = collides;
            }
        }
    }
}

fn decode(section: &Section<'_>) -> Result<Vec<Function>, Error> {
    record::records(section.data)
        .map(|record| match record {
            Ok(record) => Ok(Function::from(record)),
            Err(source) => {
                let place = section.place.clone();
                let section = section.name.clone();
                Err(match source.kind {
                    ErrorKind::Older { .. } => Kind::Older { place, section },
                    ErrorKind::Newer { .. } => Kind::Newer { place, section },
                    _ => Kind::BrokenRecord {
                        place,
                        section,
                        source,
                    },
                }
                .into())
            }
        })
        .collect()
}

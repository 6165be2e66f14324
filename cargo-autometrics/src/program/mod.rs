//! What all subcommands read: the decorated functions of a program.

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

/// The decorated functions of one or several artifacts: sorted, each once.
#[derive(Clone, Debug, Default)]
pub struct Program {
    functions: Vec<Function>,
}

impl Program {
    /// Reads the programs and libraries at `artifacts`.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read, is none, is broken, or was made by a
    /// version of the attribute that is too new or too old; when not one
    /// function is decorated in all of them.
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

    /// The program of these functions, in any order.
    ///
    /// A library that several programs contain has its functions once.
    pub fn new(mut functions: Vec<Function>) -> Self {
        functions.sort();
        functions.dedup();
        let mut program = Self { functions };
        program.mark_collisions();
        program
    }

    /// All functions, by module, name, file and line.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The package of most functions that belong to an objective.
    pub fn package(&self) -> Option<&str> {
        let mut counts = BTreeMap::new();
        for function in &self.functions {
            if !function.objectives.is_empty() && !function.package.is_empty() {
                *counts.entry(function.package.as_str()).or_insert(0_usize) += 1;
            }
        }
        // Of equally many the first by name, as `max_by_key` takes the last.
        let counts = counts.into_iter().rev();
        counts
            .max_by_key(|(_, count)| *count)
            .map(|(package, _)| package)
    }

    /// The objectives by name, each with the functions that belong to it.
    ///
    /// Where two objectives share a name and promise different things, both are
    /// there, one after the other.
    pub fn objectives(&self) -> Vec<(&Objective, Vec<&Function>)> {
        let mut of_objective: Vec<(&Objective, &Function)> = self
            .functions
            .iter()
            .flat_map(|function| function.objectives.iter().map(move |it| (it, function)))
            .collect();
        // Stable, so that the functions keep their order.
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

    /// Functions that share module and name, in groups of two and more.
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
            // One function in two builds of its package is no collision.
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

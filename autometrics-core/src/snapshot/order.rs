//! The functions of a snapshot, and the position of each id among them.

use slo_spec::Objective;

use super::{Caller, Function, Histogram};
use crate::{
    callsite::FunctionInfo,
    cells::{NO_CALLER, ONLY_FLOW, OVERFLOW_CALLER, Scope},
    events::EventSite,
};

/// The position of each id among the sorted functions.
///
/// Functions that register late have the highest ids, regardless of their position. Several ids
/// share a position if one function of the source was compiled several times, for example by a
/// macro that repeats its input.
pub(super) struct Order {
    /// Position of each id; the first id is 1.
    places: Vec<usize>,
}

/// Returns the functions, sorted by module, name, file and line, without duplicates.
pub(super) fn functions(infos: &[&FunctionInfo]) -> (Vec<Function>, Order) {
    let mut all: Vec<(Function, usize)> = infos
        .iter()
        .enumerate()
        .map(|(index, info)| (Function::of(info), index))
        .collect();
    // Stable, so that the first of several duplicates is the same each time.
    all.sort_by(|(a, _), (b, _)| a.place().cmp(&b.place()));
    let mut places = vec![0; infos.len()];
    let mut functions: Vec<Function> = Vec::with_capacity(all.len());
    for (function, index) in all {
        match functions.last_mut() {
            Some(last) if last.place() == function.place() => last.merge(function),
            _ => functions.push(function),
        }
        places[index] = functions.len() - 1;
    }
    mark_collisions(&mut functions);
    (functions, Order { places })
}

/// Appends file and line to the names of functions with the same module and name, so that no two of
/// them share a series.
fn mark_collisions(functions: &mut [Function]) {
    // Such functions are neighbours, because the list is sorted by module and name.
    for group in functions.chunk_by_mut(|a, b| a.module == b.module && a.name == b.name) {
        if group.len() > 1 {
            for function in group {
                function.name =
                    format!("{} ({}:{})", function.name, function.file, function.line).into();
                function.collides = true;
            }
        }
    }
}

impl Function {
    fn of(info: &FunctionInfo) -> Self {
        Self {
            file: info.file(),
            line: info.line,
            package: info.package.name.into(),
            calls: info.calls.into(),
            objectives: info.objectives.to_vec(),
            in_flight: info.concurrency.then_some(0),
            cancelled: info.asynchronous.then(Histogram::default),
            suppressed_events: info.events.map(EventSite::suppressed),
            ..Self::new(info.module, info.function)
        }
    }

    fn place(&self) -> (&str, &str, &str, u32) {
        (&self.module, &self.name, &self.file, self.line)
    }

    /// Adds the values of a function with the same labels.
    pub(super) fn merge(&mut self, other: Self) {
        if self.calls != other.calls {
            let mut calls: Vec<&str> = self.calls.lines().chain(other.calls.lines()).collect();
            calls.sort_unstable();
            calls.dedup();
            self.calls = calls.join("\n").into();
        }
        for objective in other.objectives {
            let is_known = |known: &Objective| known.name() == objective.name();
            if !self.objectives.iter().any(is_known) {
                self.objectives.push(objective);
            }
        }
        for (sum, more) in [
            (&mut self.in_flight, other.in_flight),
            (&mut self.suppressed_events, other.suppressed_events),
        ] {
            if let Some(more) = more {
                *sum = Some(sum.unwrap_or(0).saturating_add(more));
            }
        }
        if let Some(more) = other.cancelled {
            self.cancelled.get_or_insert_default().add(&more);
        }
    }
}

impl Order {
    /// Returns the position of the function with this id; `None` if there is none.
    pub(super) fn place(&self, id: u32) -> Option<usize> {
        self.places.get((id as usize).checked_sub(1)?).copied()
    }

    pub(super) fn caller(&self, id: u32) -> Caller {
        match id {
            NO_CALLER | ONLY_FLOW => Caller::None,
            OVERFLOW_CALLER => Caller::Overflow,
            id => match Scope::remote(id) {
                Some(number) => Caller::Remote(number as usize),
                None => self.place(id).map_or(Caller::None, Caller::Function),
            },
        }
    }

    /// Returns every id with its position, in the order of the ids.
    pub(super) fn ids(&self) -> impl Iterator<Item = (u32, usize)> {
        (1..).zip(self.places.iter().copied())
    }
}

//! Flows: what the program does on the outside, such as answering a route or running a job.
//!
//! The outermost instrumented call, or a name that the program gives, is the flow of all calls
//! below it.

use std::collections::HashMap;

use autometrics_schema::OVERFLOW;

use crate::{
    cells::{MAX_FLOW, NO_FLOW, OVERFLOW_FLOW, Scope, UNKNOWN_FLOW},
    lock::SharedLock,
};

/// Maximum length of the name of a flow, in bytes.
const LONGEST: usize = 256;

/// Name of a flow, or the function that it is named after.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FlowName {
    /// Function with this id, as the outermost call.
    Function(u32),
    /// Name from the program, such as `GET /orders/{id}`.
    Named(Box<str>),
    /// Flows beyond the limit.
    Overflow,
}

/// The flows seen so far, by number, from 1 on. None is removed.
#[derive(Debug)]
pub(crate) struct Flows {
    /// Maximum number; zero if flows are not counted.
    limit: u8,
    known: SharedLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    numbers: HashMap<FlowName, u8>,
    /// Names in the order of their numbers.
    names: Vec<FlowName>,
}

impl Flows {
    pub(crate) fn new(limit: u8) -> Self {
        Self {
            limit: limit.min(MAX_FLOW),
            known: SharedLock::default(),
        }
    }

    /// Returns `true` if the program counts flows.
    pub(crate) fn are_counted(&self) -> bool {
        self.limit > 0
    }

    /// Returns the scope of a function that has not been called.
    pub(crate) fn scope_of(&self, id: u32) -> Scope {
        let flow = if self.are_counted() {
            UNKNOWN_FLOW
        } else {
            NO_FLOW
        };
        Scope::new(id, flow)
    }

    /// Returns the number of the flow with this name, which is cut to 256 bytes; `None` if flows are
    /// not counted, or the name is empty. `__overflow__`, the flow of calls from a program that has
    /// reached its limit, is that of this program.
    pub(crate) fn named(&self, name: &str) -> Option<u8> {
        let name = name.trim();
        if !self.are_counted() || name.is_empty() {
            return None;
        }
        if name == OVERFLOW {
            return Some(OVERFLOW_FLOW);
        }
        let mut end = name.len().min(LONGEST);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        let name = FlowName::Named(name[..end].into());
        Some(self.number(name).unwrap_or(OVERFLOW_FLOW))
    }

    /// Returns the number of a flow, which is the overflow flow beyond the limit; `None` if the lock
    /// is lost.
    pub(crate) fn number(&self, name: FlowName) -> Option<u8> {
        let known = self.known.read()?;
        if let Some(&number) = known.numbers.get(&name) {
            return Some(number);
        }
        if known.names.len() >= usize::from(self.limit) {
            return Some(OVERFLOW_FLOW);
        }
        drop(known);
        let mut known = self.known.write()?;
        // Another thread may have inserted the flow meanwhile.
        if let Some(&number) = known.numbers.get(&name) {
            return Some(number);
        }
        let number = u8::try_from(known.names.len() + 1).ok();
        let Some(number) = number.filter(|&number| number <= self.limit) else {
            return Some(OVERFLOW_FLOW);
        };
        known.names.push(name.clone());
        known.numbers.insert(name, number);
        Some(number)
    }

    /// Returns the name of a flow; `None` for no flow, and if the lock is lost.
    pub(crate) fn name(&self, flow: u8) -> Option<FlowName> {
        if flow == OVERFLOW_FLOW {
            return Some(FlowName::Overflow);
        }
        let known = self.known.read()?;
        known.names.get(usize::from(flow).checked_sub(1)?).cloned()
    }
}

impl FlowName {
    /// Formats the name. `function` formats the function with an id.
    pub(crate) fn format(&self, function: impl FnOnce(u32) -> Option<String>) -> String {
        match self {
            Self::Function(id) => function(*id).unwrap_or_default(),
            Self::Named(name) => name.to_string(),
            Self::Overflow => OVERFLOW.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FlowName, Flows};
    use crate::cells::{MAX_FLOW, OVERFLOW_FLOW};

    #[test]
    fn names_beyond_the_limit_overflow() {
        let flows = Flows::new(2);
        let numbers = ["a", "b", "a", "c", " b "].map(|name| flows.named(name));
        assert_eq!(numbers, [1, 2, 1, OVERFLOW_FLOW, 2].map(Some));
        assert_eq!(flows.named(""), None);
        assert_eq!(flows.named("__overflow__"), Some(OVERFLOW_FLOW));
        assert_eq!(flows.name(2), Some(FlowName::Named("b".into())));
        assert_eq!(flows.name(0), None);
        assert_eq!(flows.name(9), None);
        assert_eq!(flows.name(OVERFLOW_FLOW), Some(FlowName::Overflow));
    }

    #[test]
    fn there_are_at_most_253_flows_with_names_of_256_bytes() {
        let flows = Flows::new(u8::MAX);
        let long = "ä".repeat(200);
        for number in 0..300 {
            flows.named(&format!("{number}{long}"));
        }
        assert_eq!(flows.named("one more"), Some(OVERFLOW_FLOW));
        let Some(FlowName::Named(last)) = flows.name(MAX_FLOW) else {
            panic!("no flow with the highest number");
        };
        assert_eq!(last.len(), 255);
    }

    #[test]
    fn nothing_is_named_if_flows_are_not_counted() {
        assert_eq!(Flows::new(0).named("a"), None);
    }
}

//! Counts that belong to one thread each: written without a lock, read by all.

mod arena;
mod cell;
mod chunk;
mod edge;
mod group;
mod key;
mod list;
#[cfg(all(test, loom))]
mod loom_model;
mod scope;
mod set;
mod slot;
mod table;

#[cfg(all(test, not(loom)))]
pub(crate) use self::slot::Slot;
pub(crate) use self::{
    arena::Arena,
    cell::Cell,
    edge::EdgeCell,
    group::GroupCell,
    key::{CallKind, Key},
    list::List,
    scope::{
        FIRST_REMOTE, MAX_FLOW, MAX_ID, NO_CALLER, NO_FLOW, ONLY_FLOW, OVERFLOW_CALLER,
        OVERFLOW_FLOW, Scope, UNKNOWN_FLOW,
    },
    set::{CellSet, Sets},
    table::{Index, Table},
};

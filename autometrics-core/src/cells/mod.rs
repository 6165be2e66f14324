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
    key::{CallKind, FIRST_REMOTE, Key, MAX_ID, NO_CALLER, OVERFLOW_CALLER},
    list::List,
    set::{CellSet, Sets},
    table::{Index, Table},
};

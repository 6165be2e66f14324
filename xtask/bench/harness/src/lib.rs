//! Code that all measured programs share, so that only the attribute differs.
//!
//! Each library under test is a program of its own, because the back ends of some exclude each
//! other in one build. [`serve`] lets the parent run a round of one candidate at a time, so rounds
//! of all programs alternate within one run.

mod candidate;
mod clock;
mod cores;
mod floor;
mod future;
mod serve;
mod subjects;
mod threads;

pub use self::{
    candidate::{Candidate, Loop},
    clock::until_idle,
    future::{block_on, yield_once},
    serve::{Program, serve},
};

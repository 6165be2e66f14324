//! The crate as its users see it, with a collector that reads OTLP by other people's
//! code.

mod collector;
mod deltas;
mod equality;
mod outages;
mod page;
#[path = "../../../prometheus/tests/it/program.rs"]
mod program;
mod requests;
mod waiting;

//! Tests of generated rules with `promtool`: it accepts them, and their alerts fire as they must.

mod field;
mod folder;
mod matrix;
mod model;
mod mutant;
mod mutation;
mod program;
mod promql;
mod pruned;
mod reading;
mod refusals;
mod scene;
mod shape;
mod workbook;

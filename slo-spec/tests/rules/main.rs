//! What `promtool` says of generated rules, and what the rules say of programs.

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

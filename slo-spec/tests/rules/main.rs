//! What `promtool` says of generated rules, and what the rules say of programs.

mod folder;
mod matrix;
mod program;
mod refusals;

//! Answers to questions about observed calls.
//!
//! **Internal to autometrics; no promise of stability.** The explorer answers these questions for
//! the program that it runs in, and `cargo autometrics` for all programs that a Prometheus scrapes.
//! Both fill the same model, so they give the same answers:
//!
//! - [`calls`]: the model, counts of functions and of caller–callee pairs in a span of time;
//! - [`compare`]: the functions and edges that differ between two versions or windows;
//! - [`source`]: everything that a program or a Prometheus knows at one moment;
//! - [`suspects`]: the functions that most likely cause a rise of errors or latency;
//! - [`tools`]: questions and answers in JSON, for agents;
//! - [`mcp`]: the protocol with which agents call the tools.
#![forbid(unsafe_code)]

pub mod calls;
pub mod compare;
pub mod mcp;
pub mod source;
pub mod suspects;
pub mod text;
pub mod tools;

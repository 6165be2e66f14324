//! Another derive's helper attribute `label` on a field, such as miette's, is not ours.
#![deny(warnings)]
#![allow(dead_code, reason = "the attributes are the point")]

use autometrics::ResultLabels;

#[derive(Debug, ResultLabels)]
#[label(error = "syntax")]
struct Syntax {
    #[label("here")]
    at: usize,
    #[label]
    from: usize,
    #[label(primary, "and here")]
    to: usize,
    #[label = "there"]
    other: usize,
    #[label(collection, "all of them")]
    all: Vec<usize>,
    #[label("error: {at}")]
    text: String,
}

#[derive(Debug, ResultLabels)]
enum Failed {
    #[label(error = "parse")]
    Parse(#[label("this bit here")] usize),
    #[label(transparent)]
    Syntax(#[label("in here")] Syntax),
}

fn main() {}

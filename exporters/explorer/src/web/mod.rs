//! HTTP interface: routes, queries, and the headers of responses.

mod answer;
mod assets;
mod parameters;
mod route;

pub use self::route::Mount;

#[cfg(test)]
mod tests;
pub(crate) use self::answer::{answer, refusal};

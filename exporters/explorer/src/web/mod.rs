//! HTTP interface: routes, queries, and the headers of responses.

mod answer;
mod assets;
mod question;
mod route;

pub use self::route::Mount;

#[cfg(test)]
mod tests;
pub(crate) use self::answer::{answer, refusal};

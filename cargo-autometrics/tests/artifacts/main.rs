//! Tests with programs and libraries that cargo builds, read without any change.

mod builds;
mod hostile;
mod shop;
mod workspace;

//! Programs and libraries that cargo builds, read as they come out.

mod builds;
mod hostile;
mod shop;
mod workspace;

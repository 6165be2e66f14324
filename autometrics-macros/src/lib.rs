//! The attribute of autometrics.

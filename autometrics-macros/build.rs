//! Reads, once per build, where the links in documentation lead.
//!
//! A macro that reads the environment itself is not run again when that
//! changes. Cargo runs this again, and builds again all that follows from it.

#[path = "src/docs/base.rs"]
mod base;

fn main() {
    for variable in base::VARIABLES {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    match base::read(|variable| std::env::var_os(variable)) {
        Ok(base) => println!("cargo::rustc-env=AUTOMETRICS_DOCS_BASE={base}"),
        Err(mistake) => println!("cargo::error={mistake}"),
    }
}

//! Reads the address for links in documentation from the environment, once per build.
//!
//! Cargo would not expand a macro again when a variable changes that the macro itself reads. It runs this script
//! again, and then builds everything that depends on it.

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

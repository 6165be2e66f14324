//! Which edition of Rust the user's crate is written in.
//!
//! No interface tells a macro, so this asks the compiler's command line, in
//! whose process macros run. Where that does not tell, the compiler's own
//! default is assumed, for which all that is written also works in later ones.

use std::sync::LazyLock;

/// Whether closures capture the fields that they use, and not whole variables.
pub(crate) fn captures_disjointly() -> bool {
    *EDITION >= 2021
}

/// Whether `::core` names a crate.
pub(crate) fn has_crate_paths() -> bool {
    *EDITION >= 2018
}

static EDITION: LazyLock<u32> = LazyLock::new(|| {
    if cfg!(test) {
        return 2024;
    }
    let arguments: Vec<_> = std::env::args_os().collect();
    let mut editions =
        arguments
            .iter()
            .enumerate()
            .filter_map(|(at, argument)| match argument.to_str()? {
                "--edition" => arguments.get(at + 1)?.to_str(),
                argument => argument.strip_prefix("--edition="),
            });
    editions
        .next()
        .and_then(|edition| edition.parse().ok())
        .unwrap_or(2015)
});

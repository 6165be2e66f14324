//! Which edition of Rust the user's crate is written in.

use std::sync::LazyLock;

/// Whether closures capture the fields that they use, and not whole variables:
/// since the edition of 2021.
///
/// No interface tells a macro, so this asks the compiler's command line, in
/// whose process macros run. Where it does not tell, the answer is no.
pub(crate) fn captures_disjointly() -> bool {
    static ANSWER: LazyLock<bool> = LazyLock::new(|| {
        let arguments: Vec<_> = std::env::args_os().collect();
        let mut editions = arguments
            .iter()
            .enumerate()
            .filter_map(|(at, argument)| match argument.to_str()? {
                "--edition" => arguments.get(at + 1)?.to_str(),
                argument => argument.strip_prefix("--edition="),
            });
        editions
            .next()
            .and_then(|edition| edition.parse().ok())
            .is_some_and(|edition: u32| edition >= 2021)
    });
    *ANSWER
}

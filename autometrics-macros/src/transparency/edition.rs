//! The edition of Rust in which the user's crate is written.
//!
//! No interface tells a macro the edition. Macros run in the compiler's process, so this reads
//! the compiler's command line, and the files of arguments that the command line names. If they don't
//! name the edition, the compiler's default (2015) is assumed, because code that is generated for it also
//! works in later editions.

use std::{fs, sync::LazyLock};

/// Returns `true` if closures capture the fields that they use, and not whole variables.
pub(crate) fn captures_disjointly() -> bool {
    *EDITION >= 2021
}

/// Returns `true` if `::core` names a crate.
pub(crate) fn has_crate_paths() -> bool {
    *EDITION >= 2018
}

/// Returns `true` if temporaries in the value of a block are dropped before the block's locals.
pub(crate) fn drops_temporaries_first() -> bool {
    *EDITION >= 2024
}

static EDITION: LazyLock<u32> = LazyLock::new(|| {
    if cfg!(test) {
        return 2024;
    }
    let arguments = std::env::args_os().filter_map(|argument| argument.into_string().ok());
    named_edition(arguments, |file| fs::read_to_string(file).ok()).unwrap_or(2015)
});

/// Returns the edition that `arguments` name. An argument `@file` is replaced by the lines that `read` reads.
fn named_edition(
    arguments: impl Iterator<Item = String>,
    read: impl Fn(&str) -> Option<String>,
) -> Option<u32> {
    let mut all = arguments.flat_map(|argument| {
        let lines = argument.strip_prefix('@').and_then(&read);
        match lines {
            Some(lines) => lines.lines().map(str::to_owned).collect(),
            None => vec![argument],
        }
    });
    while let Some(argument) = all.next() {
        let edition = match argument.strip_prefix("--edition") {
            Some("") => all.next()?,
            Some(edition) => edition.strip_prefix('=')?.to_owned(),
            None => continue,
        };
        return edition.parse().ok();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::named_edition;

    #[test]
    fn editions_are_found_in_arguments_and_in_their_files() {
        let found = |arguments: &str| {
            named_edition(arguments.split(' ').map(str::to_owned), |file| match file {
                "args" => Some("--crate-name\nshop\n--edition=2021\n".to_owned()),
                "split" => Some("--edition\n2024".to_owned()),
                _ => None,
            })
        };
        assert_eq!(found("rustc --edition=2018 lib.rs"), Some(2018));
        assert_eq!(found("rustc lib.rs --edition 2021"), Some(2021));
        assert_eq!(found("rustc @args"), Some(2021));
        assert_eq!(found("rustc @missing @split"), Some(2024));
        assert_eq!(found("rustc -A lint @args --edition=2018"), Some(2021));
        assert_eq!(found("rustc lib.rs"), None);
        assert_eq!(found("rustc --edition"), None);
    }
}

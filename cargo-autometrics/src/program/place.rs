//! Files by names that mean the same on every machine.

/// `file` without the folders in which cargo keeps other people's packages, and
/// with `/` between folders.
///
/// The compiler is given such files by their path on the machine that builds:
/// that of a registry is `…/registry/src/INDEX/NAME-VERSION/src/lib.rs`, that of a git
/// checkout `…/git/checkouts/REPOSITORY/COMMIT/FOLDER/src/lib.rs`. All others are
/// relative to the workspace, or are outside of it and stay as they are.
pub(super) fn shown(file: &str, package: &str, version: &str) -> String {
    let file = file.replace('\\', "/");
    if let Some((_, below)) = file.split_once("/registry/src/") {
        if let Some((_, path)) = below.split_once('/') {
            return path.to_owned();
        }
    }
    if let Some((_, below)) = file.split_once("/git/checkouts/") {
        if let Some(path) = below.splitn(3, '/').nth(2) {
            let source = match path.find("/src/") {
                Some(at) if !path.starts_with("src/") => &path[at + 1..],
                _ => path,
            };
            return format!("{package}-{version}/{source}");
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[track_caller]
    fn check(file: &str, expected: &str) {
        assert_eq!(shown(file, "pool", "1.2.3"), expected);
    }

    #[test]
    fn files_of_the_workspace_stay() {
        check("src/main.rs", "src/main.rs");
        check("crates/pool/src/lib.rs", "crates/pool/src/lib.rs");
        check("/elsewhere/pool/src/lib.rs", "/elsewhere/pool/src/lib.rs");
    }

    #[test]
    fn registries_and_checkouts_are_left_out() {
        check(
            "/u/me/.cargo/registry/src/index.example-6f17d22bba15001f/pool-1.2.3/src/lib.rs",
            "pool-1.2.3/src/lib.rs",
        );
        check(
            "/u/me/.cargo/git/checkouts/pools-0a1b2c3d/9f8e7d6/crates/pool/src/a/src/b.rs",
            "pool-1.2.3/src/a/src/b.rs",
        );
        check(
            "/c/git/checkouts/pools-0a1b2c3d/9f8e7d6/src/lib.rs",
            "pool-1.2.3/src/lib.rs",
        );
        check(
            "/c/git/checkouts/pools-0a1b2c3d/9f8e7d6/lib.rs",
            "pool-1.2.3/lib.rs",
        );
        check(
            "/c/git/checkouts/pools-0a1b2c3d/9f8e7d6/src/a/src/b.rs",
            "pool-1.2.3/src/a/src/b.rs",
        );
    }

    #[test]
    fn windows_writes_the_same() {
        check("src\\cart\\mod.rs", "src/cart/mod.rs");
        check(
            r"C:\Users\me\.cargo\registry\src\index.example-6f17d22bba15001f\pool-1.2.3\src\lib.rs",
            "pool-1.2.3/src/lib.rs",
        );
    }

    #[test]
    fn half_a_path_is_no_mistake() {
        check("/registry/src/", "/registry/src/");
        check("/git/checkouts/a/b", "/git/checkouts/a/b");
    }
}

//! Names of source files that are the same on every machine.

use alloc::{borrow::Cow, format, string::String};

use crate::record::Texts;

/// Folders that contain the crate roots of a package.
const SOURCES: [&str; 5] = ["src", "bin", "tests", "examples", "benches"];

/// Returns the file of a function without the folders of the machine that compiled it, with
/// `/` between folders.
///
/// The compiler receives relative paths for the files of a workspace, which are returned as they are. It
/// receives absolute paths for the files of other packages. Their path within the package is returned, below
/// `PACKAGE-VERSION`:
///
/// ```
/// use autometrics_schema::{place, record::Texts};
///
/// let get = Texts {
///     package: "pool",
///     version: "1.2.3",
///     module: "pool::pg::lease",
///     file: "/u/me/pools/pool/src/pg/lease.rs",
///     ..Texts::default()
/// };
/// assert_eq!(place::shown(&get), "pool-1.2.3/src/pg/lease.rs");
///
/// let add = Texts { file: "shop/src/cart.rs", ..get };
/// assert_eq!(place::shown(&add), "shop/src/cart.rs");
/// ```
///
/// Of an absolute path outside of cargo's folders, only the end that corresponds to the module's path is
/// kept.
pub fn shown<'a>(function: &Texts<'a>) -> Cow<'a, str> {
    let file = if function.file.contains('\\') {
        Cow::Owned(function.file.replace('\\', "/"))
    } else {
        Cow::Borrowed(function.file)
    };
    if !is_absolute(&file) {
        return file;
    }
    if let Some(path) = in_registry(&file) {
        return match file {
            Cow::Borrowed(file) => Cow::Borrowed(&file[file.len() - path.len()..]),
            Cow::Owned(_) => Cow::Owned(path.into()),
        };
    }
    let path = in_checkout(&file).unwrap_or_else(|| explained(&file, function.module));
    Cow::Owned(match (function.package, function.version) {
        ("", _) => String::from(path),
        (package, "") => format!("{package}/{path}"),
        (package, version) => format!("{package}-{version}/{path}"),
    })
}

fn is_absolute(file: &str) -> bool {
    file.starts_with('/') || file.as_bytes().get(1) == Some(&b':')
}

/// Returns the path below `…/registry/src/INDEX/`, which begins with the package and its
/// version.
fn in_registry(file: &str) -> Option<&str> {
    let (_, below) = file.split_once("/registry/src/")?;
    let (_, path) = below.split_once('/')?;
    (!path.is_empty()).then_some(path)
}

/// Returns the path below the package in `…/git/checkouts/REPOSITORY/COMMIT/`.
fn in_checkout(file: &str) -> Option<&str> {
    let (_, below) = file.split_once("/git/checkouts/")?;
    let path = below.splitn(3, '/').nth(2)?;
    Some(match path.find("/src/") {
        Some(at) if !path.starts_with("src/") => &path[at + 1..],
        _ => path,
    })
}

/// Returns the end of `file` that corresponds to the path of `module`: the name of the file, the
/// folders that are modules, and the folder of the crate's root.
fn explained<'a>(file: &'a str, module: &str) -> &'a str {
    // The file of a module with a raw identifier has no `r#` in its name.
    let mut modules = module
        .rsplit("::")
        .map(|name| name.strip_prefix("r#").unwrap_or(name));
    let folders = file.rmatch_indices('/').map(|(at, _)| at);
    let mut start = file.len();
    for (n, slash) in folders.enumerate() {
        let part = &file[slash + 1..start.saturating_sub(usize::from(n > 0))];
        let is_known = n == 0 || SOURCES.contains(&part) || modules.any(|name| name == part);
        if !is_known {
            break;
        }
        start = slash + 1;
        if n > 0 && SOURCES.contains(&part) && part != "bin" {
            break;
        }
    }
    &file[start..]
}

#[cfg(test)]
mod tests {
    use super::{Texts, shown};

    #[track_caller]
    fn check(module: &str, file: &str, expected: &str) {
        let function = Texts {
            package: "pool",
            version: "1.2.3",
            module,
            file,
            ..Texts::default()
        };
        assert_eq!(shown(&function), expected);
    }

    #[test]
    fn relative_paths_are_unchanged() {
        check("pool", "src/main.rs", "src/main.rs");
        check("pool", "crates/pool/src/lib.rs", "crates/pool/src/lib.rs");
        check("pool", "", "");
    }

    #[test]
    fn folders_of_registries_and_checkouts_are_removed() {
        for (file, expected) in [
            (
                "/u/me/.cargo/registry/src/index.example-6f17d22bba15001f/pool-1.2.3/src/lib.rs",
                "pool-1.2.3/src/lib.rs",
            ),
            (
                "/u/me/.cargo/git/checkouts/pools-0a1b2c3d/9f8e7d6/crates/pool/src/a/src/b.rs",
                "pool-1.2.3/src/a/src/b.rs",
            ),
            (
                "/c/git/checkouts/pools-0a1b2c3d/9f8e7d6/src/lib.rs",
                "pool-1.2.3/src/lib.rs",
            ),
            (
                "/c/git/checkouts/pools-0a1b2c3d/9f8e7d6/lib.rs",
                "pool-1.2.3/lib.rs",
            ),
            (
                "/c/git/checkouts/pools-0a1b2c3d/9f8e7d6/src/a/src/b.rs",
                "pool-1.2.3/src/a/src/b.rs",
            ),
        ] {
            check("pool", file, expected);
        }
    }

    #[test]
    fn other_absolute_paths_keep_the_path_of_the_module() {
        for (module, file, expected) in [
            ("pool", "/u/me/pool/src/lib.rs", "pool-1.2.3/src/lib.rs"),
            (
                "pool::pg::lease",
                "/u/me/secret/src/pg/lease.rs",
                "pool-1.2.3/src/pg/lease.rs",
            ),
            (
                "pool::pg::lease::inner",
                "/u/me/secret/src/pg/lease/mod.rs",
                "pool-1.2.3/src/pg/lease/mod.rs",
            ),
            (
                "pool::r#type::get",
                "/u/me/secret/src/type/get.rs",
                "pool-1.2.3/src/type/get.rs",
            ),
            (
                "serve",
                "/w/src/bin/serve/main.rs",
                "pool-1.2.3/src/bin/serve/main.rs",
            ),
            // A folder between the package and the module that is not a module.
            (
                "pool::gen",
                "/w/target/pool-0a/out/gen.rs",
                "pool-1.2.3/gen.rs",
            ),
            // A `src` above the packages.
            ("pool", "/u/me/src/secret/lib.rs", "pool-1.2.3/lib.rs"),
            ("pool", "/src/lib.rs", "pool-1.2.3/src/lib.rs"),
            ("pool", "/lib.rs", "pool-1.2.3/lib.rs"),
        ] {
            check(module, file, expected);
        }
    }

    #[test]
    fn file_of_an_unknown_package_has_no_prefix() {
        let function = Texts {
            module: "pool",
            file: "/u/me/pool/src/lib.rs",
            ..Texts::default()
        };
        assert_eq!(shown(&function), "src/lib.rs");
    }

    #[test]
    fn windows_paths_have_the_same_result() {
        check("shop::cart", "src\\cart\\mod.rs", "src/cart/mod.rs");
        check(
            "pool",
            r"C:\Users\me\.cargo\registry\src\index.example-6f17d22bba15001f\pool-1.2.3\src\lib.rs",
            "pool-1.2.3/src/lib.rs",
        );
        check(
            "pool",
            r"C:\Users\me\pool\src\lib.rs",
            "pool-1.2.3/src/lib.rs",
        );
        check(
            "pool",
            r"\\host\me\pool\src\lib.rs",
            "pool-1.2.3/src/lib.rs",
        );
    }

    #[test]
    fn incomplete_paths_do_not_panic() {
        check("pool", "/registry/src/", "pool-1.2.3/src/");
        check("pool", "/git/checkouts/a/b", "pool-1.2.3/b");
        check("pool", "/", "pool-1.2.3/");
    }
}

//! Compares the public API of libraries with its expected listing: `cargo xtask public-api`.
#![forbid(unsafe_code)]

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use public_api::Builder;
use similar::TextDiff;

/// Environment variable whose value `1` rewrites the expected listings. Tests use the same one for
/// their expected texts.
const UPDATE: &str = "UPDATE_EXPECT";

/// Version of rustdoc's JSON that this version of crate `public-api` reads. The crate does not
/// check it.
const FORMAT: u64 = 57;

/// Compares each of rustdoc's JSON files with the listing of the same name in a folder.
///
/// The first argument is the folder with the expected listings; the others are the JSON files.
fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_default());
    match compare_all(&folder, arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!(
                "the public API is not the expected one; if it should be, \
                 `{UPDATE}=1 cargo xtask public-api` rewrites the listings"
            );
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Compares all listings, or rewrites them; returns `true` if none differs.
fn compare_all(folder: &Path, documents: impl Iterator<Item = OsString>) -> Result<bool, String> {
    let is_update = env::var_os(UPDATE).is_some_and(|value| value == "1");
    let mut all_same = true;
    for document in documents {
        let document = Path::new(&document);
        let name = document.file_stem().unwrap_or_default();
        let path = folder.join(name).with_extension("txt");
        let found = list(document)?;
        let expected = read(&path)?;
        if found == expected {
            continue;
        }
        if is_update {
            write(&path, &found)?;
            println!("{} is rewritten", path.display());
            continue;
        }
        all_same = false;
        let diff = TextDiff::from_lines(&expected, &found);
        let mut diff = diff.unified_diff();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        print!("{}", diff.context_radius(0).header(&name, "this code"));
    }
    Ok(all_same)
}

/// Returns the public items of the library that `document` describes, one per line, sorted.
///
/// Implementations of blanket and auto traits are left out: the standard library determines most
/// of them. Those of derived traits are listed, because users rely on them.
fn list(document: &Path) -> Result<String, String> {
    check_format(document)?;
    let api = Builder::from_rustdoc_json(document)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .map_err(|error| format!("cannot read {}: {error}", document.display()))?;
    let mut lines: Vec<_> = api.items().map(ToString::to_string).collect();
    // The last line ends with a line break, too.
    lines.push(String::new());
    Ok(lines.join("\n"))
}

fn check_format(document: &Path) -> Result<(), String> {
    let text = read(document)?;
    let json: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| format!("{} is not JSON: {error}", document.display()))?;
    let found = &json["format_version"];
    if *found == FORMAT {
        return Ok(());
    }
    Err(format!(
        "{} has format version {found}, and {FORMAT} is needed, that of Rust 1.95: take that \
         toolchain, or change the version of crate `public-api` in xtask/public-api",
        document.display()
    ))
}

/// Returns the text of a listing; an empty text if there is no such file yet.
fn read(path: &Path) -> Result<String, String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|error| format!("cannot read {}: {error}", path.display())),
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    let written = folder.and_then(|()| fs::write(path, text));
    written.map_err(|error| format!("cannot write {}: {error}", path.display()))
}

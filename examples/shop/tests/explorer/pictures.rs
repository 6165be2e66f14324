//! Pictures of every view, such as those in `docs`.
//!
//! `UPDATE_PICTURES=1 cargo test -p shop --test explorer pictures` replaces those in `docs`, with
//! pictures of a shop that has run for five minutes.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    browser::{node, run},
    repository, with_shop,
};

#[test]
fn docs_have_a_picture_of_every_view() {
    let update = env::var_os("UPDATE_PICTURES").is_some_and(|value| value == "1");
    let (docs, folder) = (
        repository("docs"),
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures"),
    );
    // Removes pictures of earlier runs, which may be of other views.
    let _ = fs::remove_dir_all(&folder);
    // The charts' five minutes then end with the first minute of the outage.
    let when: &[&str] = if update {
        &["--faults-after", "260"]
    } else {
        &[]
    };
    with_shop(when, |shop| {
        let mut node = node();
        node.arg("running/pictures.mjs").arg(&folder);
        node.args(update.then_some("full"));
        let url = format!("http://{}/", shop.explorer);
        run(node.env("EXPLORER_URL", url));
    });
    if update {
        replace(&docs, &folder);
    }
    let words = "docs has other pictures: UPDATE_PICTURES=1 makes them again";
    assert_eq!(pictures(&docs), pictures(&folder), "{words}");
}

#[test]
fn tour_shows_every_picture() {
    let tour = fs::read_to_string(repository("docs/explorer.md")).unwrap();
    let shown = |name: &PathBuf| tour.contains(&format!("]({})", name.display()));
    let pictures = pictures(&repository("docs"));
    assert!(!pictures.is_empty());
    let missing: Vec<_> = pictures.iter().filter(|name| !shown(name)).collect();
    assert!(
        missing.is_empty(),
        "docs/explorer.md does not show {missing:?}"
    );
}

/// Replaces the pictures in `old` by those in `new`.
fn replace(old: &Path, new: &Path) {
    for name in pictures(old) {
        fs::remove_file(old.join(name)).unwrap();
    }
    for name in pictures(new) {
        fs::copy(new.join(&name), old.join(&name)).unwrap();
    }
}

/// Returns the names of the explorer's pictures in a folder, sorted.
fn pictures(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let names = entries.map(|entry| PathBuf::from(entry.unwrap().file_name()));
    let is_picture = |name: &PathBuf| {
        let name = name.to_string_lossy();
        name.starts_with("explorer-") && name.ends_with(".png")
    };
    let mut pictures: Vec<_> = names.filter(is_picture).collect();
    pictures.sort();
    pictures
}

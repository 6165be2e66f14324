//! The files of the page, inside the program.

/// A file of the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asset {
    /// From the folder `page/` on.
    pub(super) path: &'static str,
    pub(super) content_type: &'static str,
    pub(super) bytes: &'static [u8],
}

const HTML: &str = "text/html; charset=utf-8";

macro_rules! assets {
    ($($path:literal: $content_type:expr,)*) => {
        &[$(Asset {
            path: $path,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../page/", $path)),
        }),*]
    };
}

/// All that is served, in the order of their paths; see the test below.
const ASSETS: &[Asset] = assets! {
    "index.html": HTML,
};

/// What begins the page.
pub(super) fn index() -> Asset {
    find("index.html").unwrap_or(Asset {
        path: "index.html",
        content_type: HTML,
        bytes: b"",
    })
}

/// The file at `path`.
pub(super) fn find(path: &str) -> Option<Asset> {
    ASSETS.iter().copied().find(|asset| asset.path == path)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use super::ASSETS;

    /// Files beside the page that say what is vendored, under which licence.
    fn is_served(path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        !["LICENSE", "README.md", "SHA256SUMS"].contains(&name)
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths
            .flat_map(|path| {
                if path.is_dir() {
                    files(&path)
                } else {
                    vec![path]
                }
            })
            .collect()
    }

    #[test]
    fn every_file_of_the_page_is_in_the_table() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
        let files = files(&page).into_iter().map(|path| {
            let path = path.strip_prefix(&page).expect("below").to_str();
            path.expect("UTF-8").replace('\\', "/")
        });
        let expected: BTreeSet<_> = files.filter(|path| is_served(path)).collect();
        let table: BTreeSet<_> = ASSETS.iter().map(|asset| asset.path.to_owned()).collect();
        assert_eq!(table, expected, "add it to ASSETS, or take it out");
    }

    #[test]
    fn files_are_served_as_what_they_are() {
        for asset in ASSETS {
            let expected = match asset.path.rsplit('.').next() {
                Some("html") => "text/html; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                Some("css") => "text/css; charset=utf-8",
                Some("svg") => "image/svg+xml",
                other => panic!("{}: what is `{other:?}` served as?", asset.path),
            };
            assert_eq!(asset.content_type, expected, "{}", asset.path);
        }
    }
}

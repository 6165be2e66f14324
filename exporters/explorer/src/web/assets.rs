//! The page's files, embedded in the program.

/// File of the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asset {
    /// Path below the folder `page/`.
    pub(super) path: &'static str,
    pub(super) content_type: &'static str,
    pub(super) bytes: &'static [u8],
}

const HTML: &str = "text/html; charset=utf-8";
const PICTURE: &str = "image/svg+xml";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

macro_rules! assets {
    ($($path:literal: $content_type:expr,)*) => {
        &[$(Asset {
            path: $path,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../page/", $path)),
        }),*]
    };
}

/// All files that are served. A test below compares the table with the folder.
const ASSETS: &[Asset] = assets! {
    "charts/axis.js": SCRIPT,
    "charts/heatmap.js": SCRIPT,
    "charts/plot.js": SCRIPT,
    "elements.js": SCRIPT,
    "graph/edges-table.js": SCRIPT,
    "graph/layout-worker.js": SCRIPT,
    "graph/edge-tip.js": SCRIPT,
    "graph/layout.js": SCRIPT,
    "graph/lines.js": SCRIPT,
    "graph/picture.js": SCRIPT,
    "graph/selection.js": SCRIPT,
    "graph/viewport.js": SCRIPT,
    "icon.svg": PICTURE,
    "index.html": HTML,
    "keys.js": SCRIPT,
    "live.js": SCRIPT,
    "main.js": SCRIPT,
    "parts/answer.js": SCRIPT,
    "parts/bars.js": SCRIPT,
    "parts/copy.js": SCRIPT,
    "parts/events.js": SCRIPT,
    "parts/external-link.js": SCRIPT,
    "parts/flows.js": SCRIPT,
    "parts/keys-dialog.js": SCRIPT,
    "parts/name.js": SCRIPT,
    "policy.js": SCRIPT,
    "preferences.js": SCRIPT,
    "route.js": SCRIPT,
    "shell.js": SCRIPT,
    "style/base.css": STYLE,
    "style/events.css": STYLE,
    "style/function.css": STYLE,
    "style/graph.css": STYLE,
    "style/objectives.css": STYLE,
    "style/shell.css": STYLE,
    "style/tables.css": STYLE,
    "units.js": SCRIPT,
    "vendor/dagre-3.1.3/dagre.js": SCRIPT,
    "vendor/htm-3.1.1/htm.js": SCRIPT,
    "vendor/preact-11.2.0/preact.js": SCRIPT,
    "vendor/uplot-1.6.32/uplot.css": STYLE,
    "vendor/uplot-1.6.32/uplot.js": SCRIPT,
    "views/events.js": SCRIPT,
    "views/function-flows.js": SCRIPT,
    "views/function-neighbours.js": SCRIPT,
    "views/function.js": SCRIPT,
    "views/functions-columns.js": SCRIPT,
    "views/functions-rows.js": SCRIPT,
    "views/functions.js": SCRIPT,
    "views/graph.js": SCRIPT,
    "views/objective-indicator.js": SCRIPT,
    "views/objectives.js": SCRIPT,
    "views/suspects.js": SCRIPT,
};

/// Returns the document of the page.
pub(super) fn index() -> Asset {
    find("index.html").unwrap_or(Asset {
        path: "index.html",
        content_type: HTML,
        bytes: b"",
    })
}

/// Returns the file at `path`.
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

    /// Returns `false` for files about vendored code and its licences, which are not served.
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
    fn files_have_the_content_type_of_their_extension() {
        for asset in ASSETS {
            let expected = match asset.path.rsplit('.').next() {
                Some("html") => "text/html; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                Some("css") => "text/css; charset=utf-8",
                Some("svg") => "image/svg+xml",
                other => panic!("{}: no content type for `{other:?}`", asset.path),
            };
            assert_eq!(asset.content_type, expected, "{}", asset.path);
        }
    }
}

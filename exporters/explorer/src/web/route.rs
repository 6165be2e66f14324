//! Maps request paths to the explorer's pages, for any mount path.

/// Path at which the explorer is mounted in a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mount {
    /// Any path. Pages are recognised by the end of the path. A path that ends like none of the
    /// pages counts as the mount path.
    #[default]
    Anywhere,
    /// This path, which begins with a slash; `/` for a server of its own.
    At(String),
}

/// Page, file or API endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// The mount path without its final slash, which redirects to the page.
    WithoutSlash,
    Index,
    Asset(&'a str),
    Metrics,
    #[cfg(feature = "mcp")]
    Mcp,
    OpenApi,
    Functions,
    Graph,
    Series,
    Objectives,
    Suspects,
    Events,
    Flows,
}

impl Mount {
    /// Returns the page at `path`, if there is one.
    pub(super) fn route<'a>(&self, path: &'a str) -> Option<Route<'a>> {
        match self {
            Self::At(mount) => {
                let rest = path.strip_prefix(mount.trim_end_matches('/'))?;
                match rest.strip_prefix('/') {
                    Some(rest) => exact(rest),
                    None => rest.is_empty().then_some(Route::WithoutSlash),
                }
            }
            Self::Anywhere => anywhere(path),
        }
    }
}

/// Returns the page at `path`, which is relative to the mount path.
fn exact(path: &str) -> Option<Route<'_>> {
    Some(match path {
        "" => Route::Index,
        "metrics" => Route::Metrics,
        #[cfg(feature = "mcp")]
        "mcp" => Route::Mcp,
        "api/v1/openapi.json" => Route::OpenApi,
        "api/v1/functions" => Route::Functions,
        "api/v1/graph" => Route::Graph,
        "api/v1/series" => Route::Series,
        "api/v1/objectives" => Route::Objectives,
        "api/v1/suspects" => Route::Suspects,
        "api/v1/events" => Route::Events,
        "api/v1/flows" => Route::Flows,
        path => Route::Asset(path.strip_prefix("assets/")?),
    })
}

fn anywhere(path: &str) -> Option<Route<'_>> {
    if path.ends_with('/') || path.is_empty() {
        return Some(Route::Index);
    }
    if let Some((_, asset)) = path.rsplit_once("/assets/") {
        return Some(Route::Asset(asset));
    }
    let api = path.rfind("/api/").map(|at| &path[at + 1..]);
    let last = path.rsplit('/').next().unwrap_or(path);
    match api {
        Some(api) => exact(api),
        None if last == "metrics" => Some(Route::Metrics),
        #[cfg(feature = "mcp")]
        None if last == "mcp" => Some(Route::Mcp),
        // Clients look there for descriptions of the server, and a page would confuse them.
        None if path.contains("/.well-known/") => None,
        None if last.contains('.') => None,
        None => Some(Route::WithoutSlash),
    }
}

#[cfg(test)]
mod tests {
    use super::{Mount, Route};

    #[cfg(feature = "mcp")]
    const MCP: Option<Route<'static>> = Some(Route::Mcp);
    #[cfg(not(feature = "mcp"))]
    const MCP: Option<Route<'static>> = None;

    #[test]
    fn pages_are_found_below_the_mount() {
        let mount = Mount::At("/debug/explorer".to_owned());
        for (path, expected) in [
            ("/debug/explorer", Some(Route::WithoutSlash)),
            ("/debug/explorer/", Some(Route::Index)),
            ("/debug/explorer/metrics", Some(Route::Metrics)),
            ("/debug/explorer/api/v1/graph", Some(Route::Graph)),
            (
                "/debug/explorer/assets/a/b.js",
                Some(Route::Asset("a/b.js")),
            ),
            ("/debug/explorer/api/v2/graph", None),
            ("/debug/explorer/index.html", None),
            ("/debug/explorers", None),
            ("/metrics", None),
        ] {
            assert_eq!(mount.route(path), expected, "{path}");
        }
        let root = Mount::At("/".to_owned());
        assert_eq!(root.route("/"), Some(Route::Index));
        assert_eq!(root.route("/metrics"), Some(Route::Metrics));
        assert_eq!(root.route("//metrics"), None);
        assert_eq!(root.route("/nothing"), None);
    }

    #[test]
    fn anywhere_recognises_pages_by_the_end_of_the_path() {
        for (path, expected) in [
            ("/", Some(Route::Index)),
            ("/a/b/", Some(Route::Index)),
            ("/a/b", Some(Route::WithoutSlash)),
            ("/a/metrics", Some(Route::Metrics)),
            ("/api/v1/functions", Some(Route::Functions)),
            ("/a/api/v1/suspects", Some(Route::Suspects)),
            ("/a/api/v1/events", Some(Route::Events)),
            ("/a/api/v1/flows", Some(Route::Flows)),
            ("/a/api/v1/nothing", None),
            ("/a/assets/x/y.css", Some(Route::Asset("x/y.css"))),
            ("/favicon.ico", None),
            ("/.well-known/oauth-protected-resource", None),
            ("/a/.well-known/oauth-protected-resource/mcp", MCP),
        ] {
            assert_eq!(Mount::Anywhere.route(path), expected, "{path}");
        }
    }
}

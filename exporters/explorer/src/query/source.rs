//! Web addresses of functions' source code.

use autometrics_context::source::SourceLink;
use autometrics_core::BuildInfo;

use crate::history::Function;

/// Returns the address of the function's line at the commit of this build. `None` if the build has
/// no commit, if the repository host is unknown, or if the file belongs to another package.
pub(crate) fn url(build: &BuildInfo, function: &Function) -> Option<String> {
    let link = SourceLink {
        repository: &build.repository_url,
        provider: &build.repository_provider,
        commit: &build.commit,
    };
    link.url(&function.package, &function.file, function.line)
}

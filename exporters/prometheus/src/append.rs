//! Behind what another library has rendered.

use autometrics_core::{Snapshot, snapshot};

use crate::{Format, encode_into};

/// Appends the program's metrics to `rendered`, a page that another library has written.
///
/// As for programs with crate `metrics` and its `metrics-exporter-prometheus`:
///
/// ```
/// let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
/// let handle = recorder.handle();
///
/// // In the handler of the program's server, which answers as `text/plain; version=0.0.4`:
/// let mut page = handle.render();
/// autometrics_prometheus::append(&mut page);
/// assert!(page.contains("build_info{"));
/// ```
///
/// It works wherever the program has the page in its hands, and so not with the listener
/// and the push gateway of `metrics-exporter-prometheus`.
///
/// A page that ends with `# EOF` is OpenMetrics: there ours come before it, and with
/// exemplars. Every other page is text 0.0.4, which has none. A family that is in the
/// page already keeps the head that it has there, and has our series besides: so a
/// program may have a `build_info` of its own. In OpenMetrics, where a family may not be
/// in two pieces, names must differ.
pub fn append(rendered: &mut String) {
    append_from(rendered, &snapshot());
}

/// [`append`] of a snapshot.
pub fn append_from(rendered: &mut String, snapshot: &Snapshot) {
    let page = rendered.trim_end();
    if let Some(open) = page.strip_suffix(EOF).filter(|open| ends_a_line(open)) {
        rendered.truncate(open.len());
        encode_into(rendered, snapshot, Format::OpenMetrics);
        return;
    }
    if !ends_a_line(rendered) {
        rendered.push('\n');
    }
    let start = rendered.len();
    encode_into(rendered, snapshot, Format::Text);
    if let Some(ours) = without_heads_of(&rendered[..start], &rendered[start..]) {
        rendered.truncate(start);
        rendered.push_str(&ours);
    }
}

const EOF: &str = "# EOF";

fn ends_a_line(text: &str) -> bool {
    text.is_empty() || text.ends_with('\n')
}

/// `ours` without the heads of families that `theirs` has as well; `None` if there are
/// none.
fn without_heads_of(theirs: &str, ours: &str) -> Option<String> {
    let known: Vec<_> = theirs.lines().filter_map(family).collect();
    let is_known = |line: &&str| family(line).is_some_and(|name| known.contains(&name));
    ours.lines().any(|line| is_known(&line)).then(|| {
        ours.split_inclusive('\n')
            .filter(|line| !is_known(line))
            .collect()
    })
}

/// Whose head `line` belongs to.
fn family(line: &str) -> Option<&str> {
    let head = line
        .strip_prefix("# TYPE ")
        .or_else(|| line.strip_prefix("# HELP "))?;
    head.split_ascii_whitespace().next()
}

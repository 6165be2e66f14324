//! Appends metrics to a page that another library has written.

use autometrics_core::{Snapshot, snapshot};

use crate::{Format, encode_into};

/// Appends the program's metrics to `rendered`, a page that another library has written.
///
/// With crate `metrics` and its `metrics-exporter-prometheus`:
///
/// ```
/// let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
/// let handle = recorder.handle();
///
/// // In the handler of the program's server, which answers as `text/plain; version=0.0.4`:
/// let mut page = handle.render();
/// autometrics::prometheus::append(&mut page);
/// assert!(page.contains("build_info{"));
/// ```
///
/// The program needs the page as a string, so this does not work with the listener and the push
/// gateway of `metrics-exporter-prometheus`.
///
/// A page that ends with `# EOF` is OpenMetrics: the metrics are inserted before that line, with
/// exemplars. Every other page is text 0.0.4, without exemplars.
///
/// In text 0.0.4, a family that is already in the page keeps its `HELP` and `TYPE` lines, and our
/// series are appended. So the program may have a `build_info` of its own. In OpenMetrics, a family
/// must not occur in two places, so names must differ.
pub fn append(rendered: &mut String) {
    append_from(rendered, &snapshot());
}

/// Appends `snapshot` to `rendered`, as [`append`] does with the program's own snapshot.
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

/// Returns `ours` without the `HELP` and `TYPE` lines of families that `theirs` has too, or `None`
/// if there are no such families.
fn without_heads_of(theirs: &str, ours: &str) -> Option<String> {
    let known: Vec<_> = theirs.lines().filter_map(family).collect();
    let is_known = |line: &&str| family(line).is_some_and(|name| known.contains(&name));
    ours.lines().any(|line| is_known(&line)).then(|| {
        ours.split_inclusive('\n')
            .filter(|line| !is_known(line))
            .collect()
    })
}

/// Returns the name of the family whose `HELP` or `TYPE` line this is.
fn family(line: &str) -> Option<&str> {
    let head = line
        .strip_prefix("# TYPE ")
        .or_else(|| line.strip_prefix("# HELP "))?;
    head.split_ascii_whitespace().next()
}

//! Parser of the text format 0.0.4, for its differences from OpenMetrics.

use std::collections::BTreeMap;

use crate::openmetrics::{Series, sample};

/// Returns the samples of `text`. Panics with the first line that breaks a rule.
#[track_caller]
pub(crate) fn parse(text: &str) -> BTreeMap<Series, f64> {
    assert!(text.ends_with('\n'), "the last line ends");
    let mut samples = BTreeMap::new();
    let mut kinds = BTreeMap::new();
    let mut last_family = String::new();
    for line in text.lines() {
        if let Some(descriptor) = line.strip_prefix("# ") {
            let mut words = descriptor.splitn(3, ' ');
            let (keyword, name) = (words.next().expect(line), words.next().expect(line));
            assert!(
                matches!(keyword, "HELP" | "TYPE"),
                "not a keyword of this format: {line}"
            );
            name.clone_into(&mut last_family);
            if keyword == "TYPE" {
                let kind = words.next().expect(line);
                assert!(
                    kinds.insert(name.to_owned(), kind).is_none(),
                    "TYPE twice: {line}"
                );
            }
            continue;
        }
        let (series, value) = sample(line);
        let suffix = series.0.strip_prefix(&last_family).expect(line);
        let suffixes: &[&str] = match kinds.get(&last_family).copied().expect(line) {
            "histogram" => &["_bucket", "_sum", "_count"],
            _ => &[""],
        };
        assert!(
            suffixes.contains(&suffix),
            "sample outside its family: {line}"
        );
        assert!(
            samples.insert(series, value).is_none(),
            "the same series twice: {line}"
        );
    }
    samples
}

//! Links in the shop's documentation: the query behind each has an answer.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    report::Report,
    server::{Labels, Prometheus},
};

/// Links in the documentation of one function.
pub(crate) struct Line {
    own: Links,
    callees: Links,
}

/// Queries of each link, by the link's text.
type Links = BTreeMap<String, Vec<String>>;

/// Documents the shop with `cargo doc`, and parses the lines with links of all functions.
pub(crate) fn read() -> Vec<Line> {
    let docs = document();
    // Lists only pages of this build, and not those of earlier ones.
    let all = page(&docs.join("all.html"));
    let pages: BTreeSet<_> = attributes(&all, "href")
        .filter(|target| target.contains("fn.") || target.contains("struct."))
        .collect();
    let mut lines = Vec::new();
    for target in pages {
        let page = page(&docs.join(target));
        for line in page.lines() {
            if let Some((own, callees)) = line
                .split_once("Prometheus: ")
                .and_then(|(_, line)| line.split_once(" — what it calls: "))
            {
                let (own, callees) = (links(own), links(callees));
                lines.push(Line { own, callees });
            }
        }
    }
    lines
}

/// Asserts that each function has links, and that each query selects one function and has a
/// plausible answer.
pub(crate) fn assert_answered(prometheus: &Prometheus, lines: &[Line], report: &Report) {
    let mut rates = BTreeMap::new();
    let mut concurrent = 0;
    for Line { own, callees } in lines {
        let of = |text: &str| own[text].iter().map(|query| only(prometheus, query));
        let (labels, rate) = of("calls per second").next().unwrap();
        assert_eq!(labels["service_name"], "shop");
        let place = format!("{}::{}", labels["module"], labels["function"]);

        if rate > 0.0 {
            let (_, ratio) = of("error ratio").next().unwrap();
            assert!((0.0..=1.0).contains(&ratio), "{place} {ratio}");
        }
        let latency: Vec<_> = of("latency").map(|(_, seconds)| seconds).collect();
        let [p95, p99] = latency[..] else {
            panic!("{place} has latencies {latency:?}")
        };
        assert!(
            0.0 < p95 && p95 <= p99 && p99.is_finite(),
            "{place} {latency:?}"
        );
        if own.contains_key("calls in flight") {
            concurrent += 1;
            assert_eq!(of("calls in flight").next().unwrap(), (labels, 0.0));
        }
        let called = assert_callees(prometheus, callees);
        assert!(rates.insert(place, (rate, called)).is_none());
    }
    assert_eq!(rates.len(), 26, "{:?}", rates.keys());
    assert_eq!(concurrent, 2);

    for (handler, _) in report.handlers() {
        let suffix = format!("::{handler}");
        let (_, (rate, _)) = rates
            .iter()
            .find(|(place, _)| place.ends_with(&suffix))
            .unwrap();
        assert!(*rate > 0.0, "{handler}");
    }
    let view = &rates["shop::catalogue::view"].1;
    assert_eq!(
        *view,
        ["Products::find", "suggest"].map(str::to_owned).into()
    );
    assert!(rates["shop::store::database::Database::run"].1.is_empty());
}

/// Returns the callees of a function, from the queries of its links.
fn assert_callees(prometheus: &Prometheus, callees: &Links) -> BTreeSet<String> {
    let rates = prometheus.query::<f64>(&callees["calls per second"][0]);
    let ratios = prometheus.query::<f64>(&callees["error ratio"][0]);
    for (callee, rate) in &rates {
        // A function that was called within a single scrape has a rate of zero.
        assert_eq!(ratios.contains_key(callee), *rate > 0.0, "{callee:?}");
    }
    assert!(
        ratios.values().all(|ratio| (0.0..=1.0).contains(ratio)),
        "{ratios:?}"
    );
    let names = rates
        .into_keys()
        .map(|mut labels| labels.remove("function").unwrap());
    names.collect()
}

#[track_caller]
fn only(prometheus: &Prometheus, query: &str) -> (Labels, f64) {
    let mut answer = prometheus.query(query).into_iter();
    let (first, second) = (answer.next(), answer.next());
    assert!(second.is_none(), "{query} gives more than one value");
    first.unwrap_or_else(|| panic!("{query} gives nothing"))
}

/// Builds the shop's documentation, and returns its folder.
fn document() -> PathBuf {
    // `target/tmp` is in the folder of all artifacts.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["doc", "--package", "shop", "--no-deps", "--offline"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("AUTOMETRICS_DOCS")
        .env_remove("DOCS_RS")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    target.join("doc/shop")
}

fn page(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn links(html: &str) -> Links {
    let texts = html.split("</a>").filter_map(|link| link.rsplit_once('>'));
    let texts = texts.map(|(_, text)| text.to_owned());
    texts.zip(attributes(html, "href").map(queries)).collect()
}

/// Returns the values of an attribute of all elements.
fn attributes<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("{name}=\"");
    let rest = html.split(&start).skip(1).collect::<Vec<_>>().into_iter();
    rest.filter_map(|rest| Some(rest.split_once('"')?.0))
}

/// Parses the queries of a link to Prometheus' page with charts.
fn queries(link: &str) -> Vec<String> {
    let (_, parameters) = link.split_once("/graph?").expect("it leads to charts");
    let values = parameters.split("&amp;").filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        matches!(name.split_once('.'), Some((_, "expr"))).then_some(value)
    });
    values.map(decoded).collect()
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}

//! Targets of scrapes, and results of queries.

use std::{collections::BTreeMap, fmt::Write as _, net::SocketAddr};

use serde_json::Value;

use crate::http::{encoded, get};

/// A program that is scraped every second.
#[derive(Clone, Debug)]
pub struct Target {
    /// Address of its metrics, which are at `/metrics`.
    pub addr: SocketAddr,
    /// Labels that the scrape adds to its series, such as `env`.
    pub labels: Vec<(&'static str, &'static str)>,
}

/// Scraped programs, and options of their scrape.
#[derive(Clone, Debug)]
pub struct Scrape {
    /// Scraped programs, each with its labels.
    pub targets: Vec<Target>,
    /// Further lines of `scrape_configs`, such as `convert_classic_histograms_to_nhcb: true`.
    pub options: &'static str,
    /// Features of Prometheus that are enabled, separated by commas.
    pub features: &'static str,
}

/// Series with their values, without the labels `instance` and `job`.
pub type Samples = Vec<(BTreeMap<String, String>, f64)>;

/// Features that are enabled by default.
const FEATURES: &str = "native-histograms,exemplar-storage";

impl Default for Scrape {
    fn default() -> Self {
        Self {
            targets: Vec::new(),
            options: "",
            features: FEATURES,
        }
    }
}

impl Scrape {
    /// Returns a scrape of one program with these labels.
    pub fn of(addr: SocketAddr, labels: &[(&'static str, &'static str)]) -> Self {
        Self {
            targets: vec![Target {
                addr,
                labels: labels.to_vec(),
            }],
            ..Self::default()
        }
    }

    /// Formats `scrape_configs` as Prometheus and `VictoriaMetrics` read it.
    pub(crate) fn config(&self) -> String {
        let mut config = "scrape_configs:\n- job_name: programs\n".to_owned();
        for line in self.options.lines() {
            let _ = writeln!(config, "  {line}");
        }
        config.push_str("  static_configs:\n");
        for Target { addr, labels } in &self.targets {
            let labels: Vec<String> = labels
                .iter()
                .map(|(name, value)| format!("{name}: {value:?}"))
                .collect();
            let labels = labels.join(", ");
            let _ = writeln!(
                config,
                "  - {{ targets: [\"{addr}\"], labels: {{ {labels} }} }}"
            );
        }
        config
    }
}

/// Returns the current value of `promql` from a server with Prometheus' HTTP API.
#[track_caller]
pub(crate) fn query(addr: SocketAddr, promql: &str) -> Samples {
    let path = format!("/api/v1/query?query={}", encoded(promql));
    let (status, body) = get(addr, &path).expect("the server answers");
    assert_eq!(status, 200, "{promql}: {body}");
    let answer: Value = serde_json::from_str(&body).expect("the answer is JSON");
    let series = answer["data"]["result"].as_array().expect("a vector");
    series.iter().map(sample).collect()
}

fn sample(series: &Value) -> (BTreeMap<String, String>, f64) {
    let labels = series["metric"].as_object().into_iter().flatten();
    let labels = labels
        .filter(|(name, _)| !matches!(name.as_str(), "instance" | "job"))
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    let value = series["value"][1]
        .as_str()
        .and_then(|value| value.parse().ok());
    (labels, value.expect("a sample has a value"))
}

//! The installed Prometheus as a child process, and its HTTP API.

use std::{
    collections::BTreeMap,
    fs, io,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    str::FromStr,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use test_harness::{OwnedChild, encoded, free_addr, get, wait_for};

/// Names of the scrape jobs, which are their formats.
pub(crate) const FORMATS: [&str; 2] = ["openmetrics", "text"];

/// Prometheus prefers OpenMetrics, and this can't be configured. So the second job scrapes a path
/// with text only.
const CONFIG: &str = r#"
global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: openmetrics
    metrics_path: /metrics
    static_configs: [{ targets: ["SHOP"] }]
  - job_name: text
    metrics_path: /metrics/text
    static_configs: [{ targets: ["SHOP"] }]
"#;

pub(crate) struct Prometheus {
    addr: SocketAddr,
    /// Ends the process when it is dropped.
    _process: OwnedChild,
}

/// Labels of a series, without `instance` and `job`.
pub(crate) type Labels = BTreeMap<String, String>;

impl Prometheus {
    /// Starts a server that scrapes the shop at `shop` in both formats.
    pub(crate) fn start(folder: &Path, shop: SocketAddr) -> Self {
        let config = folder.join("prometheus.yml");
        fs::write(&config, CONFIG.replace("SHOP", &shop.to_string())).unwrap();
        // The port is free when it is chosen. If another program takes it before Prometheus does,
        // the next attempt uses another port.
        for attempt in 0..5 {
            let data = folder.join(format!("data-{attempt}"));
            if let Some(prometheus) = Self::start_on(free_addr(), &config, &data) {
                return prometheus;
            }
        }
        panic!("prometheus did not start: see its messages above");
    }

    /// Starts a server on `addr`. Returns `None` if it ends before it is ready.
    fn start_on(addr: SocketAddr, config: &Path, data: &Path) -> Option<Self> {
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", data.display()))
            .arg(format!("--web.listen-address={addr}"))
            .arg("--log.level=warn")
            .stdin(Stdio::null())
            .spawn();
        let child = child.unwrap_or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => panic!(
                "this test needs a real Prometheus, and there is no program `prometheus`: \
                 install the Debian package `prometheus`, or run `cargo xtask test`, which does"
            ),
            _ => panic!("can't run prometheus: {error}"),
        });
        let mut process = OwnedChild(child);
        let is_ready = wait_for("prometheus to be ready", || {
            if process.0.try_wait().unwrap().is_some() {
                return Some(false);
            }
            let answer = get(addr, "/-/ready");
            answer
                .is_ok_and(|(status, _)| status == 200)
                .then_some(true)
        });
        is_ready.then_some(Self {
            addr,
            _process: process,
        })
    }

    /// Waits until both jobs were scraped with success after `moment`.
    pub(crate) fn wait_for_scrape_after(&self, moment: SystemTime) {
        let moment = moment.duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
        let scraped = format!("count((timestamp(up) > {moment}) and up == 1)");
        wait_for("a scrape by both jobs", || {
            (self.query(&scraped).values().next() == Some(&2_u64)).then_some(())
        });
    }

    /// Returns the time of the last scrape of each job, in seconds since 1970.
    pub(crate) fn last_scrapes(&self) -> BTreeMap<String, f64> {
        // Renamed, because `job` and `instance` are removed from all results.
        let promql = "label_replace(timestamp(up), \"format\", \"$1\", \"job\", \"(.*)\")";
        self.query_by("format", promql)
    }

    /// Returns the current result of a query.
    ///
    /// Counts are parsed and compared as integers. A `String` is the value as Prometheus formats
    /// it.
    pub(crate) fn query<V: FromStr>(&self, promql: &str) -> BTreeMap<Labels, V> {
        let data = self.api(&format!("/api/v1/query?query={}", encoded(promql)));
        let series = data["result"].as_array().expect("a vector");
        series
            .iter()
            .map(|series| (labels(series), value(series, promql)))
            .collect()
    }

    /// Returns the only value of a query.
    pub(crate) fn number<V: FromStr>(&self, promql: &str) -> V {
        let mut result = self.query(promql).into_values();
        let (first, second) = (result.next(), result.next());
        assert!(second.is_none(), "{promql} gives more than one value");
        first.unwrap_or_else(|| panic!("{promql} gives nothing"))
    }

    /// Returns the result of a query, by the value of one label.
    pub(crate) fn query_by<V: FromStr>(&self, label: &str, promql: &str) -> BTreeMap<String, V> {
        let result = self.query(promql).into_iter();
        result
            .map(|(mut labels, value)| (labels.remove(label).unwrap_or_default(), value))
            .collect()
    }

    /// Returns the `data` of an answer of the API.
    pub(crate) fn api(&self, path: &str) -> Value {
        let (status, body) = get(self.addr, path).unwrap();
        assert_eq!(status, 200, "{path} gives {body}");
        let mut answer: Value = serde_json::from_str(&body).unwrap();
        answer["data"].take()
    }
}

fn labels(series: &Value) -> Labels {
    let labels = series["metric"].as_object().expect("labels").iter();
    labels
        .filter(|(name, _)| !matches!(name.as_str(), "instance" | "job"))
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect()
}

fn value<V: FromStr>(series: &Value, promql: &str) -> V {
    let value = series["value"][1].as_str().unwrap();
    let parsed = value.parse().ok();
    parsed.unwrap_or_else(|| panic!("{promql} gives {value}, which is no such number"))
}

//! The Prometheus that is installed, with rules, and its HTTP API.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

/// A child process that does not outlive the test, however that ends.
pub(crate) struct Process(pub(crate) Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already, which is as well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) struct Prometheus {
    url: String,
    _process: Process,
}

/// Rules without an interval are evaluated every second, too.
const CONFIG: &str = "\
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [RULES]
scrape_configs:
- { job_name: shop, static_configs: [{ targets: [\"SHOP\"] }] }
";

impl Prometheus {
    /// Starts a server that scrapes `shop` every second and evaluates `rules`.
    pub(crate) fn start(folder: &Path, shop: SocketAddr, rules: &Path) -> Self {
        let config = CONFIG
            .replace("SHOP", &shop.to_string())
            .replace("RULES", &rules.display().to_string());
        let path = folder.join("prometheus.yml");
        fs::write(&path, config).unwrap();
        let addr = free_addr();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", path.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.join("data").display()
            ))
            .arg(format!("--web.listen-address={addr}"))
            .arg("--log.level=warn")
            .stdin(Stdio::null())
            .spawn();
        let process = child.expect(
            "prometheus is on PATH: Debian's package `prometheus` brings it, and `cargo xtask test` installs it",
        );
        let prometheus = Self {
            url: format!("http://{addr}"),
            _process: Process(process),
        };
        Self::wait_for("to be ready", || {
            ureq::get(format!("{}/-/ready", prometheus.url))
                .call()
                .ok()
                .map(drop)
        });
        prometheus
    }

    /// What `GET path` of the API says.
    pub(crate) fn api(&self, path: &str) -> Value {
        let mut answer = ureq::get(format!("{}{path}", self.url)).call().unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["status"], "success", "{path}");
        answer["data"].clone()
    }

    /// The alerts of this name that are pending or firing.
    pub(crate) fn alerts(&self, name: &str) -> Vec<Value> {
        let all = self.api("/api/v1/alerts");
        let alerts = all["alerts"].as_array().unwrap().iter();
        alerts
            .filter(|alert| alert["labels"]["alertname"] == name)
            .cloned()
            .collect()
    }

    /// Waits until `what` gives something.
    #[track_caller]
    pub(crate) fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            if let Some(value) = condition() {
                return value;
            }
            assert!(Instant::now() < deadline, "waited too long for {what}");
            sleep(Duration::from_millis(200));
        }
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_addr() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}

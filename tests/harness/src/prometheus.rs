//! Prometheus 3, with a scrape and an evaluation every second.

use std::{fs, net::SocketAddr, path::Path, process::Command};

use serde_json::Value;

use crate::{Alertmanager, Process, Samples, Scrape, free_addr, get, newer, scrape::query};

/// A running Prometheus with rule files, which sends alerts to an Alertmanager.
pub struct Prometheus {
    addr: SocketAddr,
    _process: Process,
}

impl Prometheus {
    /// Starts a server, and waits until it is ready.
    ///
    /// # Panics
    ///
    /// Panics if the server does not start, for example because it cannot read the rules.
    #[track_caller]
    pub fn start(
        folder: &Path,
        scrape: &Scrape,
        rules: &[&Path],
        alertmanager: Option<&Alertmanager>,
    ) -> Self {
        let addr = free_addr();
        let rules: Vec<String> = rules
            .iter()
            .map(|path| format!("{:?}", path.display().to_string()))
            .collect();
        let targets =
            alertmanager.map_or(String::new(), |it| format!("{:?}", it.addr().to_string()));
        let config = format!(
            "global: {{ scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }}\n\
             rule_files: [{}]\n\
             alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: [{targets}] }}] }}] }}\n{}",
            rules.join(", "),
            scrape.config()
        );
        let path = folder.join("prometheus.yml");
        fs::write(&path, config).expect("the folder takes a file");
        let mut command = Command::new(newer("prometheus"));
        command
            .arg(format!("--config.file={}", path.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.join("prometheus").display()
            ))
            .arg(format!("--web.listen-address={addr}"))
            .arg(format!("--enable-feature={}", scrape.features))
            .arg("--log.level=warn");
        let mut process = Process::start("prometheus", &mut command, folder);
        process.wait_until_ready(addr, "/-/ready");
        Self {
            addr,
            _process: process,
        }
    }

    /// Returns the address of the HTTP API.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Returns the current value of `promql`.
    ///
    /// # Panics
    ///
    /// Panics if the server rejects the query.
    #[track_caller]
    pub fn query(&self, promql: &str) -> Samples {
        query(self.addr, promql)
    }

    /// Returns the exemplars of the series that `promql` selects.
    ///
    /// # Panics
    ///
    /// Panics if the server rejects the query.
    #[track_caller]
    pub fn exemplars(&self, promql: &str) -> Value {
        let path = format!("/api/v1/query_exemplars?query={promql}&start=0&end=9999999999");
        let (status, body) = get(self.addr, &path).expect("the server answers");
        assert_eq!(status, 200, "{promql}: {body}");
        let mut answer: Value = serde_json::from_str(&body).expect("the answer is JSON");
        answer["data"].take()
    }

    /// Returns the labels of alerts that are pending or firing.
    ///
    /// # Panics
    ///
    /// Panics if the server does not answer.
    #[track_caller]
    pub fn alerts(&self) -> Vec<Value> {
        let (_, body) = get(self.addr, "/api/v1/alerts").expect("the server answers");
        let answer: Value = serde_json::from_str(&body).expect("the answer is JSON");
        let alerts = answer["data"]["alerts"].as_array().expect("a list");
        alerts.iter().map(|alert| alert["labels"].clone()).collect()
    }

    /// Returns the rules that have failed, each with its error.
    ///
    /// # Panics
    ///
    /// Panics if the server does not answer.
    #[track_caller]
    pub fn failures(&self) -> Vec<String> {
        let (_, body) = get(self.addr, "/api/v1/rules").expect("the server answers");
        let answer: Value = serde_json::from_str(&body).expect("the answer is JSON");
        let groups = answer["data"]["groups"].as_array().into_iter().flatten();
        groups
            .flat_map(|group| group["rules"].as_array().into_iter().flatten())
            .filter(|rule| rule["health"] == "err")
            .map(|rule| format!("{}: {}", rule["name"], rule["lastError"]))
            .collect()
    }
}

//! `VictoriaMetrics`, with a scrape every second, and vmalert, with an evaluation every second.

use std::{fs, net::SocketAddr, path::Path, process::Command, time::Duration};

use serde_json::Value;

use crate::{Alertmanager, Process, Samples, Scrape, free_addr, get, newer, scrape::query};

/// A running `VictoriaMetrics`, and a vmalert with rule files.
pub struct Victoria {
    metrics: SocketAddr,
    alert: SocketAddr,
    _processes: [Process; 2],
}

impl Victoria {
    /// Time by which evaluations of vmalert lie in the past, so that all samples have arrived. The
    /// default is 30 s.
    pub const DELAY: Duration = Duration::from_secs(2);

    /// Starts both, and waits until they are ready.
    ///
    /// # Panics
    ///
    /// Panics if one does not start, for example because vmalert cannot read the rules.
    #[track_caller]
    pub fn start(
        folder: &Path,
        scrape: &Scrape,
        rules: &[&Path],
        alertmanager: &Alertmanager,
    ) -> Self {
        let [metrics, alert] = [free_addr(), free_addr()];
        let path = folder.join("scrape.yml");
        let config = format!(
            "global: {{ scrape_interval: 1s, scrape_timeout: 1s }}\n{}",
            scrape.config()
        );
        fs::write(&path, config).expect("the folder takes a file");
        let delay = format!("{}s", Self::DELAY.as_secs());
        let mut command = Command::new(newer("victoria-metrics"));
        command
            .arg(format!(
                "-storageDataPath={}",
                folder.join("victoria").display()
            ))
            .arg(format!("-promscrape.config={}", path.display()))
            .arg(format!("-httpListenAddr={metrics}"))
            .arg(format!("-search.latencyOffset={delay}"))
            .args([
                "-inmemoryDataFlushInterval=1s",
                "-memory.allowedBytes=256MB",
                "-loggerLevel=WARN",
            ]);
        let mut storage = Process::start("victoria-metrics", &mut command, folder);
        storage.wait_until_ready(metrics, "/health");

        let mut command = Command::new(newer("vmalert"));
        for path in rules {
            command.arg(format!("-rule={}", path.display()));
        }
        command
            .arg(format!("-httpListenAddr={alert}"))
            .arg(format!("-datasource.url=http://{metrics}"))
            .arg(format!("-remoteWrite.url=http://{metrics}"))
            .arg(format!("-remoteRead.url=http://{metrics}"))
            .arg(format!("-notifier.url=http://{}", alertmanager.addr()))
            .arg(format!("-rule.evalDelay={delay}"))
            .args([
                "-evaluationInterval=1s",
                "-remoteWrite.flushInterval=1s",
                "-loggerLevel=WARN",
            ]);
        let mut evaluator = Process::start("vmalert", &mut command, folder);
        evaluator.wait_until_ready(alert, "/health");
        Self {
            metrics,
            alert,
            _processes: [evaluator, storage],
        }
    }

    /// Returns the value of `promql` as of [`DELAY`](Self::DELAY) ago.
    ///
    /// # Panics
    ///
    /// Panics if the server rejects the query.
    #[track_caller]
    pub fn query(&self, promql: &str) -> Samples {
        query(self.metrics, promql)
    }

    /// Returns the rules that have failed, each with its error.
    ///
    /// # Panics
    ///
    /// Panics if vmalert does not answer.
    #[track_caller]
    pub fn failures(&self) -> Vec<String> {
        let (_, body) = get(self.alert, "/api/v1/rules").expect("the server answers");
        let answer: Value = serde_json::from_str(&body).expect("the answer is JSON");
        let groups = answer["data"]["groups"].as_array().into_iter().flatten();
        groups
            .flat_map(|group| group["rules"].as_array().into_iter().flatten())
            .filter(|rule| {
                rule["lastError"]
                    .as_str()
                    .is_some_and(|error| !error.is_empty())
            })
            .map(|rule| format!("{}: {}", rule["name"], rule["lastError"]))
            .collect()
    }
}

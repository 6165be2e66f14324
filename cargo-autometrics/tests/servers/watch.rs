//! Servers that watch a program, each with its own Alertmanager and pager.

use std::{fs, path::Path, time::Duration};

use test_harness::{Alertmanager, Notification, Pager, Prometheus, Samples, Scrape, Victoria};

use crate::rules::Rules;

/// Server that evaluates rules, with its Alertmanager and pager.
pub(crate) struct Watch {
    pub(crate) name: &'static str,
    server: Server,
    pager: Pager,
    _alertmanager: Alertmanager,
}

enum Server {
    Prometheus(Prometheus),
    Victoria(Victoria),
}

impl Watch {
    /// Starts Prometheus, and `VictoriaMetrics` with vmalert.
    pub(crate) fn both(folder: &Path, scrape: &Scrape, rules: &Rules) -> [Self; 2] {
        ["prometheus", "victoria"].map(|name| {
            let folder = folder.join(name);
            fs::create_dir(&folder).unwrap();
            let pager = Pager::start();
            let alertmanager = Alertmanager::start(&folder, &rules.alertmanager, &pager);
            let paths = [rules.path.as_path()];
            let server = if name == "prometheus" {
                let server = Prometheus::start(&folder, scrape, &paths, Some(&alertmanager));
                Server::Prometheus(server)
            } else {
                Server::Victoria(Victoria::start(&folder, scrape, &paths, &alertmanager))
            };
            Self {
                name,
                server,
                pager,
                _alertmanager: alertmanager,
            }
        })
    }

    /// Returns the delay by which the server's evaluations lag behind.
    pub(crate) fn delay(&self) -> Duration {
        match self.server {
            Server::Prometheus(_) => Duration::ZERO,
            Server::Victoria(_) => Victoria::DELAY,
        }
    }

    #[track_caller]
    pub(crate) fn query(&self, promql: &str) -> Samples {
        match &self.server {
            Server::Prometheus(server) => server.query(promql),
            Server::Victoria(server) => server.query(promql),
        }
    }

    #[track_caller]
    pub(crate) fn failures(&self) -> Vec<String> {
        match &self.server {
            Server::Prometheus(server) => server.failures(),
            Server::Victoria(server) => server.failures(),
        }
    }

    /// Returns everything that has reached the pager.
    pub(crate) fn notifications(&self) -> Vec<Notification> {
        self.pager.notifications()
    }
}

/// Returns the only value of a query.
#[track_caller]
pub(crate) fn value(watch: &Watch, promql: &str) -> f64 {
    let samples = watch.query(promql);
    assert_eq!(samples.len(), 1, "{}: {promql}: {samples:?}", watch.name);
    samples[0].1
}

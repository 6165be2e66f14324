//! Options of rule generation, the same for `rules` and `check`.

use std::path::{Path, PathBuf};

use autometrics_schema::label::SERVICE_NAME;
use clap::Args;
use slo_spec::rules::{Options, Policies, Window};

use crate::{Error, error::Kind, input::read_text, service, shell};

/// Options of rule generation.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub struct Generation {
    /// OpenSLO file with the objectives, instead of a program
    #[arg(long, value_name = "FILE")]
    pub openslo: Option<PathBuf>,

    /// Label to group by in addition to `service_name`, such as `env` or `cluster`; can be given
    /// more than once
    #[arg(long, value_name = "LABEL")]
    pub by: Vec<String>,

    /// Label that the metrics must have, such as `env=prod`; can be given more than once
    #[arg(long = "match", value_name = "LABEL=VALUE", value_parser = label_value)]
    pub matches: Vec<(String, String)>,

    /// Service that the metrics must belong to; same as `--match service_name=NAME`
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,

    /// Generate recording rules and no alerts
    #[arg(long)]
    pub record_only: bool,

    /// TOML file with alert policies; without it, those of the SRE workbook
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,

    /// Minimum number of bad calls in an alert's long window; 0 turns it off
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub min_bad_events: u32,

    /// Generate no ticket for missing metrics of an objective
    #[arg(long)]
    pub no_absent_alert: bool,

    /// Generate a ticket for an error budget that is used up
    #[arg(long)]
    pub exhausted_alert: bool,

    /// Generate a ticket for an error budget that will be used up within this time, such as `3d`
    #[arg(long, value_name = "DURATION")]
    pub exhaustion_alert: Option<Window>,

    /// Interval of scrapes and evaluations; decides which windows are too short, and when alerts end
    #[arg(long, value_name = "DURATION", default_value = "1m")]
    pub scrape_interval: Window,
}

impl Generation {
    /// Converts the options for the generator in `slo-spec`.
    ///
    /// # Errors
    ///
    /// Returns an error if the policy file cannot be read or is invalid, or if the name of the
    /// service has control characters.
    pub fn options(&self) -> Result<Options, Error> {
        service::check(&self.service)?;
        let mut options = Options {
            policies: match &self.policy {
                Some(path) => policies(path)?,
                None => Policies::default(),
            },
            record_only: self.record_only,
            min_bad_events: self.min_bad_events,
            absent: !self.no_absent_alert,
            exhausted: self.exhausted_alert,
            exhaustion_within: self.exhaustion_alert,
            scrape_interval: self.scrape_interval,
            ..Options::default()
        };
        for label in &self.by {
            if !options.grouping.contains(label) {
                options.grouping.push(label.clone());
            }
        }
        let service = self.service.iter();
        let service = service.map(|name| (SERVICE_NAME.to_owned(), name.clone()));
        options.scope = self.matches.iter().cloned().chain(service).collect();
        options.scope.sort();
        options.scope.dedup();
        Ok(options)
    }

    /// Returns the options that differ from their defaults, as they are typed on the command line.
    pub(crate) fn typed(&self) -> String {
        let mut words = Vec::new();
        let mut put = |option: &str, value: &str| {
            words.push(option.to_owned());
            if !value.is_empty() {
                words.push(shell::word(value));
            }
        };
        for (option, path) in [("--openslo", &self.openslo), ("--policy", &self.policy)] {
            if let Some(path) = path {
                put(option, &path.display().to_string().replace('\\', "/"));
            }
        }
        for label in &self.by {
            put("--by", label);
        }
        for (label, value) in &self.matches {
            put("--match", &format!("{label}={value}"));
        }
        if let Some(service) = &self.service {
            put("--service", service);
        }
        if self.record_only {
            put("--record-only", "");
        }
        if self.min_bad_events != 5 {
            put("--min-bad-events", &self.min_bad_events.to_string());
        }
        if self.no_absent_alert {
            put("--no-absent-alert", "");
        }
        if self.exhausted_alert {
            put("--exhausted-alert", "");
        }
        if let Some(within) = self.exhaustion_alert {
            put("--exhaustion-alert", &within.to_string());
        }
        if self.scrape_interval != Window::minutes(1) {
            put("--scrape-interval", &self.scrape_interval.to_string());
        }
        words.join(" ")
    }
}

fn policies(path: &Path) -> Result<Policies, Error> {
    let text = read_text(path)?;
    Policies::from_toml(&text).map_err(|source| {
        Kind::Policy {
            path: path.to_owned(),
            source,
        }
        .into()
    })
}

/// Parses `LABEL=VALUE`; both parts must not be empty.
fn label_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((label, value)) if !label.is_empty() && !value.is_empty() => {
            Ok((label.to_owned(), value.to_owned()))
        }
        _ => Err("expected LABEL=VALUE, such as `env=prod`".to_owned()),
    }
}

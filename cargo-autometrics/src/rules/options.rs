//! The options that say how rules are generated, the same wherever they are.

use std::{fs, path::PathBuf};

use clap::Args;
use slo_spec::rules::{Options, Policy, Window};

use crate::{Error, error::Kind, shell};

/// How rules are generated.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub struct Generation {
    /// Take the objectives from this OpenSLO file instead of from a program
    #[arg(long, value_name = "FILE")]
    pub openslo: Option<PathBuf>,

    /// Only for metrics of this service: where several have an objective of the same name
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,

    /// Alert by the policy in this TOML file; otherwise by that of the SRE workbook
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,

    /// Say nothing before so many bad calls in an alert's long window; 0 turns it off
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub min_bad_events: u32,

    /// No ticket when the metrics of an objective are missing
    #[arg(long)]
    pub no_absent_alert: bool,

    /// A ticket when an error budget is used up
    #[arg(long)]
    pub exhausted_alert: bool,

    /// A ticket when an error budget will be used up within this time, such as `3d`
    #[arg(long, value_name = "DURATION")]
    pub exhaustion_alert: Option<Window>,

    /// How far scrapes are apart, to warn of windows that are too short for it
    #[arg(long, value_name = "DURATION", default_value = "1m")]
    pub scrape_interval: Window,
}

impl Generation {
    /// The same for the generator.
    ///
    /// # Errors
    ///
    /// When the policy's file cannot be read, or is none.
    pub fn options(&self) -> Result<Options, Error> {
        let mut options = Options {
            policy: self.policy.as_ref().map(policy).transpose()?,
            min_bad_events: self.min_bad_events,
            absent: !self.no_absent_alert,
            exhausted: self.exhausted_alert,
            exhaustion_within: self.exhaustion_alert,
            scrape_interval: self.scrape_interval,
            ..Options::default()
        };
        if let Some(service) = &self.service {
            let label = autometrics_schema::label::SERVICE_NAME.to_owned();
            options.scope.push((label, service.clone()));
        }
        Ok(options)
    }

    /// The options that are not as by default, as they are typed.
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
        if let Some(service) = &self.service {
            put("--service", service);
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
        words.join(" ")
    }
}

fn policy(path: &PathBuf) -> Result<Policy, Error> {
    let text = fs::read_to_string(path).map_err(|source| Kind::Read {
        path: path.clone(),
        source,
    })?;
    Policy::from_toml(&text).map_err(|source| {
        Kind::Policy {
            path: path.clone(),
            source,
        }
        .into()
    })
}

//! Programs, their rules, and the servers that watch them: Prometheus 3, and `VictoriaMetrics` with
//! vmalert, both with Alertmanager and a webhook as the pager.
//!
//! Windows are short enough for an outage of half a minute.

mod customers;
mod fleet;
mod histograms;
mod neighbours;
mod outage;
mod programs;
mod rollout;
mod rules;
mod watch;

//! The pager: a webhook that keeps the notifications of Alertmanager.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use crate::http_server::{HttpServer, Request, response};

/// A notification to a receiver.
#[derive(Clone, Debug)]
pub struct Notification {
    /// Time of arrival.
    pub at: SystemTime,
    /// Name of the receiver in Alertmanager, such as `payments-page`.
    pub receiver: String,
    /// `firing` while at least one alert of the group is firing, else `resolved`.
    pub status: String,
    /// Alerts of the group.
    pub alerts: Vec<Alert>,
}

/// An alert in a notification.
#[derive(Clone, Debug)]
pub struct Alert {
    /// `firing` or `resolved`.
    pub status: String,
    /// Labels of the alert, with `alertname`.
    pub labels: BTreeMap<String, String>,
    /// Annotations, with templates filled in.
    pub annotations: BTreeMap<String, String>,
    /// Time at which the alert began to fire.
    pub starts_at: SystemTime,
}

/// A webhook on a port of its own.
pub struct Pager {
    server: HttpServer,
    kept: Arc<Mutex<Vec<Notification>>>,
}

impl Pager {
    /// Starts to listen on a free port.
    ///
    /// # Panics
    ///
    /// Panics if no port is free.
    pub fn start() -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keeps = Arc::clone(&kept);
        let server = HttpServer::start(move |request: &Request| {
            let Ok(message) = serde_json::from_slice(&request.body) else {
                return response("400 Bad Request", "");
            };
            let mut kept = keeps.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push(notification(&message));
            response("200 OK", "")
        });
        Self { server, kept }
    }

    pub(crate) fn url(&self, receiver: &str) -> String {
        format!("{}/{receiver}", self.server.url())
    }

    /// Returns all notifications so far.
    pub fn notifications(&self) -> Vec<Notification> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }
}

fn notification(message: &Value) -> Notification {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let texts = |value: &Value| -> BTreeMap<String, String> {
        let entries = value.as_object().into_iter().flatten();
        entries
            .map(|(key, value)| (key.clone(), text(value)))
            .collect()
    };
    let alerts = message["alerts"].as_array().into_iter().flatten();
    Notification {
        at: SystemTime::now(),
        receiver: text(&message["receiver"]),
        status: text(&message["status"]),
        alerts: alerts
            .map(|alert| Alert {
                status: text(&alert["status"]),
                labels: texts(&alert["labels"]),
                annotations: texts(&alert["annotations"]),
                starts_at: moment(alert["startsAt"].as_str().unwrap_or_default())
                    .unwrap_or(UNIX_EPOCH),
            })
            .collect(),
    }
}

/// Parses a time such as `2026-11-29T15:39:49.028Z`.
fn moment(text: &str) -> Option<SystemTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.split('-').map(str::parse::<u64>);
    let mut date = || date.next()?.ok();
    let (year, month, day) = (date()?, date()?, date()?);
    let mut time = time.split(':').map(str::parse::<f64>);
    let mut time = || time.next()?.ok();
    let seconds = time()? * 3600.0 + time()? * 60.0 + time()?;
    // Years begin in March here, so that a leap day is the last day of a year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    let days = days.checked_sub(719_468)?;
    Some(UNIX_EPOCH + Duration::from_secs(days * 86_400) + Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::moment;

    #[test]
    fn parses_times() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T00:00:01Z", 951_782_401),
            ("2026-11-29T15:39:49Z", 1_795_966_789),
        ] {
            assert_eq!(
                moment(text),
                Some(UNIX_EPOCH + Duration::from_secs(seconds))
            );
        }
        let moment = moment("2026-11-29T15:39:49.5Z").unwrap();
        assert_eq!(
            moment,
            UNIX_EPOCH + Duration::from_millis(1_795_966_789_500)
        );
    }
}

//! Counters of a subject, and others that it must not count.

use super::{
    INTERVAL, Subject, selector,
    timeline::{Phase, Timeline},
};

/// Kind of counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counters {
    /// Calls that the program counts as good or bad itself.
    Judged,
    /// Histogram with the good requests in the bucket up to a second.
    Histogram,
    /// Requests by status: `500` is bad.
    BadRequests,
    /// Requests by status: `200` is good.
    GoodRequests,
}

/// Series with its values.
pub(super) type Series = (String, String);

/// Name of a metric, its labels, and the events that it counts.
type Metric = (&'static str, Vec<(&'static str, &'static str)>, Count);
type Count = fn(&Phase) -> f64;

const GOOD: Count = |phase| phase.calls - phase.errors;
const BAD: Count = |phase| phase.errors;
const ALL: Count = |phase| phase.calls;

impl Counters {
    /// Returns the metrics with their labels, and the events that each of them counts.
    fn metrics(self) -> Vec<Metric> {
        let judged = |outcome| {
            vec![
                ("objective_name", "checkout"),
                ("sli", "success"),
                ("package", "shop"),
                ("outcome", outcome),
            ]
        };
        let total = "function_objective_calls_total";
        let requests = "http_requests_total";
        let of_status = |code| vec![("job", "api"), ("code", code)];
        match self {
            Self::Judged => vec![(total, judged("good"), GOOD), (total, judged("bad"), BAD)],
            Self::Histogram => vec![
                (
                    "http_request_duration_seconds_count",
                    vec![("job", "api")],
                    ALL,
                ),
                (
                    "http_request_duration_seconds_bucket",
                    vec![("job", "api"), ("le", "1.0")],
                    GOOD,
                ),
            ],
            Self::BadRequests | Self::GoodRequests => vec![
                (requests, of_status("200"), GOOD),
                (requests, of_status("500"), BAD),
            ],
        }
    }

    /// Returns the series of one service.
    pub(super) fn series(self, service: &str, timeline: &Timeline) -> Vec<Series> {
        let metrics = self.metrics().into_iter();
        metrics
            .map(|(metric, labels, count)| {
                (named(metric, &labels, service), timeline.values(count))
            })
            .collect()
    }

    /// Returns the series that exists before the first event that the indicator counts; `None` if
    /// all series exist from the beginning.
    pub(super) fn first_of_their_kind(self, service: &str, timeline: &Timeline) -> Option<Series> {
        let missing = match self {
            Self::BadRequests => "code=\"500\"",
            Self::GoodRequests => "code=\"200\"",
            _ => return None,
        };
        let all = self.series(service, timeline);
        all.into_iter().find(|(name, _)| !name.contains(missing))
    }

    /// Returns series that differ from the subject's in one of the labels that tell it from others.
    pub(super) fn strangers(self, service: &str, timeline: &Timeline) -> Vec<Series> {
        let mut series = Vec::new();
        for (metric, labels, count) in self.metrics() {
            for (at, (label, _)) in labels.iter().enumerate() {
                // The label for good and bad calls is the subject's own.
                if ["outcome", "code"].contains(label) {
                    continue;
                }
                let mut changed = labels.clone();
                changed[at].1 = if *label == "le" { "0.5" } else { "another" };
                series.push((named(metric, &changed, service), timeline.values(count)));
            }
        }
        series
    }
}

/// Returns recordings of other objectives, with extreme values.
pub(super) fn recorded_strangers(of: &Subject, service: &str, until: u32) -> Vec<Series> {
    let mut names = vec![
        ("slo:calls:rate5m".to_owned(), 1000),
        ("slo:errors:rate5m".to_owned(), 1000),
        ("slo:error_ratio:period".to_owned(), 1),
        ("slo:error_budget:remaining".to_owned(), 5),
        ("slo:error_budget:exhaustion_seconds".to_owned(), 1_000_000),
    ];
    for window in of.policy.windows() {
        names.push((format!("slo:error_ratio:{window}"), 1));
        names.push((format!("slo:burn_rate:{window}"), 1000));
    }
    let mut strangers = Vec::new();
    for changed in 0..of.labels().len() {
        for (name, value) in &names {
            let mut labels = of.labels();
            "another".clone_into(&mut labels[changed].1);
            labels.push(("service_name".to_owned(), service.to_owned()));
            strangers.push((
                selector(name, &labels),
                format!("{value}x{}", until / INTERVAL),
            ));
        }
    }
    strangers
}

fn named(metric: &str, labels: &[(&str, &str)], service: &str) -> String {
    let owned = |(label, value): &(&str, &str)| ((*label).to_owned(), (*value).to_owned());
    let mut labels: Vec<_> = labels.iter().map(owned).collect();
    labels.push(("service_name".to_owned(), service.to_owned()));
    selector(metric, &labels)
}

//! A Prometheus that answers the queries of this command from a list of programs.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use test_harness::{HttpServer, response};

/// The moment of all answers, in Unix seconds.
pub(super) const AT: &str = "2000000000";

/// Program that is scraped from `from` to `to`, in seconds before the moment of the answers.
#[derive(Clone, Debug)]
pub(super) struct Scraped {
    pub(super) service: &'static str,
    pub(super) version: &'static str,
    pub(super) instance: &'static str,
    pub(super) from: f64,
    pub(super) to: f64,
}

/// Series whose sum rises by the same amount each second while a program is scraped.
#[derive(Clone, Debug)]
pub(super) struct Rising {
    pub(super) metric: &'static str,
    pub(super) labels: Value,
    pub(super) per_second: f64,
}

/// Programs and their series.
#[derive(Clone, Debug, Default)]
pub(super) struct Fake {
    pub(super) programs: Vec<Scraped>,
    pub(super) series: Vec<Rising>,
}

/// Returns a program of service `shop` and version `1.0.0` that is scraped since `from` seconds.
pub(super) fn shop(from: f64) -> Scraped {
    Scraped {
        service: "shop",
        version: "1.0.0",
        instance: "a:80",
        from,
        to: 0.0,
    }
}

/// Returns calls of `shop::pay` without errors.
pub(super) fn pay(per_second: f64) -> Rising {
    Rising {
        metric: "function_calls_total",
        labels: json!({"function": "pay", "module": "shop", "result": "ok"}),
        per_second,
    }
}

impl Scraped {
    fn labels(&self) -> Value {
        json!({
            "service_name": self.service,
            "version": self.version,
            "instance": self.instance,
            "autometrics_version": "4.0.0",
        })
    }

    /// Returns the observed seconds between two ages.
    fn overlap(&self, from: f64, to: f64) -> f64 {
        (self.from.min(from) - self.to.max(to)).max(0.0)
    }

    fn is_selected(&self, query: &str) -> bool {
        let is = |label: &str, value: &str| {
            let selects = |operator: &str| query.contains(&format!("{label}{operator}\""));
            let exact = query.contains(&format!("{label}=\"{value}\""));
            let one_of = query.contains(&format!("{label}=~")) && query.contains(value);
            exact || one_of || !(selects("=") || selects("=~"))
        };
        is("service_name", self.service) && is(",version", self.version)
    }
}

impl Fake {
    pub(super) fn start(self) -> HttpServer {
        HttpServer::start(move |request| {
            let (_, parameters) = request.target().split_once('?').unwrap_or_default();
            let body = String::from_utf8_lossy(&request.body);
            let parameters: BTreeMap<_, _> = parameters
                .split('&')
                .chain(body.split('&'))
                .filter_map(|it| it.split_once('='))
                .map(|(name, value)| (name, decoded(value)))
                .collect();
            let query = &parameters["query"];
            let number = |name: &str| parameters.get(name).map(|it| it.parse::<f64>().unwrap());
            let result = match (number("start"), number("end"), number("step")) {
                (Some(start), Some(end), Some(step)) => self.range(query, start, end, step),
                _ => self.instant(query),
            };
            let answer = json!({"status": "success", "data": {"result": result}});
            response("200 OK", &answer.to_string())
        })
    }

    fn instant(&self, query: &str) -> Vec<Value> {
        let is_of_days = query.contains("last_over_time(build_info");
        let programs = self.programs.iter().filter(|it| it.is_selected(query));
        let programs = programs.filter(|it| is_of_days || it.to <= 0.0);
        if !query.contains("build_info") || query.contains("_total") {
            return self.rises(query, 1e9);
        }
        programs
            .map(|it| json!({"metric": it.labels(), "value": [0, "1"]}))
            .collect()
    }

    /// Returns the rise of each series of a metric in a window.
    fn rises(&self, query: &str, window: f64) -> Vec<Value> {
        let series = self.series.iter().filter(|it| query.contains(it.metric));
        series
            .map(|it| {
                let value = it.per_second * self.programs[0].overlap(window, 0.0);
                json!({"metric": it.labels, "value": [0, value.to_string()]})
            })
            .collect()
    }

    fn range(&self, query: &str, start: f64, end: f64, step: f64) -> Vec<Value> {
        let at: f64 = AT.parse().unwrap();
        let last = end + step / 2.0;
        let moments = (0..).map(|index: u32| start + step * f64::from(index));
        let moments: Vec<_> = moments.take_while(|moment| *moment < last).collect();
        let selected: Vec<_> = self
            .programs
            .iter()
            .filter(|it| it.is_selected(query))
            .collect();
        if query.starts_with("group(build_info") {
            let is_there = |moment: &&f64| {
                let age = at - **moment;
                selected.iter().any(|it| it.from >= age && it.to <= age)
            };
            let values = moments.iter().filter(is_there);
            let values: Vec<_> = values.map(|moment| json!([moment, "1"])).collect();
            return vec![json!({"metric": {}, "values": values})];
        }
        if query.starts_with("group(last_over_time(build_info") {
            // A slice in which an instance had two versions does not count.
            let values = moments.iter().filter(|moment| {
                let age = at - **moment;
                let alive = |it: &&Scraped| it.overlap(age + step, age) > 0.0;
                let is_alone = |it: &&&Scraped| {
                    let mut others = self.programs.iter().filter(|other| alive(other));
                    others.all(|other| other.instance != it.instance || other.version == it.version)
                };
                selected
                    .iter()
                    .filter(|it| alive(it))
                    .any(|it| is_alone(&it))
            });
            let values: Vec<_> = values.map(|moment| json!([moment, "1"])).collect();
            return vec![json!({"metric": {}, "values": values})];
        }
        let series = self.series.iter().filter(|it| {
            ["{", "[", " "]
                .iter()
                .any(|next| query.contains(&format!("({}{next}", it.metric)))
        });
        series
            .map(|series| {
                let value = |moment: &f64| {
                    let age = at - moment;
                    let seconds: f64 = selected.iter().map(|it| it.overlap(age + step, age)).sum();
                    json!([moment, (series.per_second * seconds).to_string()])
                };
                let values: Vec<_> = moments.iter().map(value).collect();
                json!({"metric": series.labels, "values": values})
            })
            .collect()
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            let digits = std::str::from_utf8(&digits).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

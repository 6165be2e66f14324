//! A fault begins in two replicas of the shop, and an agent that knows the name of a file finds the
//! function. The program gives it the same suspect as `cargo autometrics mcp` over a Prometheus.

mod agent;
mod case;
mod command;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "what other tests need")]
mod support;

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use test_harness::{Prometheus, Scrape, Target};

use self::{
    agent::Agent,
    case::{CASES, Case, HEALTHY},
    command::Command,
    support::Shop,
};

/// Window of all questions in seconds, which is compared with the one before.
const WINDOW: u32 = 30;
/// Time from the start to the faults. Both windows of a question fit into it.
const FAULTS_AFTER: Duration = Duration::from_secs(75);
/// Limit of the time from the start to the right answers. The fault counts as new for two windows,
/// and a busy machine needs the rest.
const PATIENCE: Duration = Duration::from_secs(75 + 90);
/// Number of times that both servers must find nothing in the shop without faults, and the time
/// between two questions.
const HEALTHY_ANSWERS: u32 = 6;
const PAUSE: Duration = Duration::from_secs(4);

/// Keeps payments from timing out on a busy machine, which would be a fault of its own.
const PATIENT: [&str; 2] = ["--payment-patience", "1"];

/// Two replicas of the shop with the same fault.
struct Service {
    case: &'static Case,
    replicas: [Shop; 2],
    started: Instant,
}

impl Service {
    fn open(folder: &Path, case: &'static Case) -> Self {
        let after = FAULTS_AFTER.as_secs().to_string();
        let replicas = ["1", "2"].map(|seed| {
            let mut command = support::command(folder, case.fault);
            command.args(PATIENT);
            command.args(["--seed", seed, "--rps", "25", "--explorer", "127.0.0.1:0"]);
            if !case.fault.is_empty() {
                command.args(["--faults-after", &after]);
            }
            command.env("AUTOMETRICS_SERVICE_NAME", case.service);
            Shop::start(folder, command)
        });
        Self {
            case,
            replicas,
            started: Instant::now(),
        }
    }

    /// Returns the suspects that a replica and the command name.
    fn suspects(&self, prometheus: &Prometheus, command: &Command) -> [Value; 2] {
        let agents = [
            Agent::Program(self.replicas[0].explorer),
            Agent::Prometheus {
                command,
                addr: prometheus.addr(),
                service: self.case.service,
            },
        ];
        agents.map(|agent| agent.investigate(self.case.file, WINDOW))
    }

    /// Asks until both answers have the expected suspect.
    fn find_fault(&self, prometheus: &Prometheus, command: &Command) {
        thread::sleep(FAULTS_AFTER.saturating_sub(self.started.elapsed()));
        loop {
            let answers = self.suspects(prometheus, command);
            if answers.iter().all(|answer| self.case.is_found(answer)) {
                println!("{}: {:?}", self.case.service, self.started.elapsed());
                return;
            }
            assert!(
                self.started.elapsed() < PATIENCE,
                "{} is not found: {answers:#?}",
                self.case.service
            );
            thread::sleep(Duration::from_secs(1));
        }
    }

    /// Asks until both answers have found nothing several times. None may report errors.
    fn find_nothing(&self, prometheus: &Prometheus, command: &Command) {
        // Both windows, and a few seconds for the first scrapes.
        let observed = Duration::from_secs(2 * u64::from(WINDOW) + 5);
        thread::sleep(observed.saturating_sub(self.started.elapsed()));
        let mut healthy = 0;
        while healthy < HEALTHY_ANSWERS {
            let answers = self.suspects(prometheus, command);
            let suspects = |answer: &Value| answer["suspects"].as_array().unwrap().clone();
            // Other programs on a busy machine make the calls slower in fact. They cause no errors.
            let errors = answers.iter().flat_map(suspects);
            let errors: Vec<_> = errors.filter(|it| it["sli"] != "latency").collect();
            assert_eq!(errors, [] as [Value; 0]);
            let is_healthy = |answer: &Value| answer["verdict"] == "nothing suspicious";
            healthy += u32::from(answers.iter().all(is_healthy));
            assert!(
                self.started.elapsed() < PATIENCE,
                "{healthy} healthy answers: {answers:#?}"
            );
            thread::sleep(PAUSE);
        }
        println!("{}: {:?}", self.case.service, self.started.elapsed());
    }
}

#[test]
fn agents_find_each_fault_and_none_in_a_healthy_shop() {
    let command = Command::build();
    let folder = tempfile::tempdir().unwrap();
    let services = CASES
        .each_ref()
        .map(|case| Service::open(folder.path(), case));
    let healthy = Service::open(folder.path(), &HEALTHY);
    let scraped = services.iter().chain([&healthy]);
    let targets = scraped.flat_map(|it| &it.replicas).map(|shop| Target {
        addr: shop.addr,
        labels: Vec::new(),
    });
    let scrape = Scrape {
        targets: targets.collect(),
        ..Scrape::default()
    };
    let prometheus = Prometheus::start(folder.path(), &scrape, &[], None);
    thread::scope(|scope| {
        for service in &services {
            scope.spawn(|| service.find_fault(&prometheus, &command));
        }
        scope.spawn(|| healthy.find_nothing(&prometheus, &command));
    });
    assert_command_of_alerts_prints_the_path(&prometheus, &command);
}

/// Runs the command that the annotations of an alert have.
fn assert_command_of_alerts_prints_the_path(prometheus: &Prometheus, command: &Command) {
    let from = format!("http://{}", prometheus.addr());
    let arguments = ["suspects", "--from", &from, "--objective", "checkout"];
    let output = command
        .run(&arguments)
        .args(["--service", "shop-failures", "--fail"])
        // The window before this one has no fault.
        .args(["--window", "60s"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let first = said.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("errors of `shop::checkout::place_order` rose from ")
            && first.contains("`shop::payment::Acquirer::authorize`"),
        "{said}"
    );
}

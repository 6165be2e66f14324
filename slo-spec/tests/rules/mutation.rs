//! The generated tests notice whatever is changed in the generated rules.

use std::{
    num::NonZero,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use expect_test::expect;
use slo_spec::rules::{Options, Policy, Slo, Window};

use crate::{
    folder::Folder,
    mutant::{self, Mutant},
    program::{latency, success},
};

/// Runs all mutants if it is set.
const ALL: &str = "ALL_MUTANTS";
/// One in so many runs otherwise; a prime, so that none of the shapes that
/// repeat themselves is left out.
const ONE_IN: usize = 13;
/// The cases that last long, and so are tried only if the others find nothing.
const SLOW: [&str; 4] = [
    "an outage",
    "what is in a period",
    "many bad events that were some time ago",
    "many good events that were some time ago",
];

#[test]
fn whatever_is_changed_about_successes_is_noticed() {
    let survivors = survivors(week().sli(success("checkout", 99.0)));
    expect![[""]].assert_eq(&survivors.join("\n"));
}

#[test]
fn whatever_is_changed_about_latencies_is_noticed() {
    let second = Duration::from_secs(1);
    let sli = latency("checkout", 95.0, second, &["1", "1.0"]);
    let survivors = survivors(week().sli(sli));
    expect![[""]].assert_eq(&survivors.join("\n"));
}

fn week() -> Slo {
    Slo::new("checkout", Window::days(7)).owner("payments")
}

/// What was changed without the generated tests noticing.
fn survivors(slo: Slo) -> Vec<String> {
    let options = Options {
        policy: Some(Policy::for_period(Window::days(30))),
        exhausted: true,
        exhaustion_within: Some(Window::days(1)),
        ..Options::default()
    };
    let folder = Folder::generated(&[slo], &options);
    let rules = folder.get("rules.yml");
    let (quick, slow) = parted(&folder.get("tests.yml"));
    let all = mutant::all(&rules);
    let count = all.len();
    let one_in = if std::env::var_os(ALL).is_some() {
        1
    } else {
        ONE_IN
    };
    let chosen: Vec<Mutant> = all.into_iter().step_by(one_in).collect();
    assert!(
        chosen.len() > 10,
        "only {} of {count} mutants",
        chosen.len()
    );
    let next = AtomicUsize::new(0);
    let survivors = Mutex::new(Vec::new());
    let work = || {
        let folder = Folder::new();
        folder.put("quick.yml", &quick);
        folder.put("slow.yml", &slow);
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = chosen.get(n) else { break };
            folder.put("rules.yml", &mutant.text);
            let unnoticed = ["quick.yml", "slow.yml"]
                .iter()
                .all(|tests| folder.promtool(&["test", "rules", tests]).content);
            if unnoticed {
                println!("not noticed: {}", mutant.what);
                survivors.lock().unwrap().push((n, mutant.what.clone()));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, NonZero::get) {
            scope.spawn(work);
        }
    });
    println!("{} of {count} mutants tried", chosen.len());
    let mut survivors = survivors.into_inner().unwrap();
    survivors.sort();
    survivors.into_iter().map(|(_, what)| what).collect()
}

/// A file of the quick tests, and one of the others.
fn parted(tests: &str) -> (String, String) {
    let mut cases = tests.split_inclusive("\n- name: ");
    let head = cases.next().expect("there is something before the tests");
    let (mut quick, mut slow) = (head.to_owned(), head.to_owned());
    let mut count = 0;
    for case in cases {
        let is_slow = SLOW.iter().any(|name| case.starts_with(name));
        count += usize::from(is_slow);
        let part = if is_slow { &mut slow } else { &mut quick };
        part.push_str(case);
    }
    assert_eq!(count, SLOW.len(), "the slow cases are called otherwise");
    // What was split off belongs to the next case, and the last has none.
    for part in [&mut quick, &mut slow] {
        if let Some(rest) = part.strip_suffix("\n- name: ") {
            *part = format!("{rest}\n");
        }
    }
    (quick, slow)
}

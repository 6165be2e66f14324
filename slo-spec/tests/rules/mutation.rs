//! Whatever is changed in the generated rules is noticed, by the generated tests or
//! by the model.

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
use slo_spec::{
    Percent,
    rules::{Events, Options, Policy, Selector, Sli, Slo, Window},
};

use crate::{
    folder::{Folder, promtools},
    model::{self, Counters, Subject},
    mutant::{self, Mutant},
    program::{histogram, packaged, success},
};

/// Runs all mutants if it is set.
const ALL: &str = "ALL_MUTANTS";
/// One in so many runs otherwise; a prime, so that none of the shapes that
/// repeat themselves is left out.
const ONE_IN: usize = 97;

#[test]
fn whatever_is_changed_about_judged_calls_is_noticed() {
    let slo = packaged(slo()).sli(success("checkout", 99.0));
    expect![[""]].assert_eq(&survivors(slo, Counters::Judged));
}

#[test]
fn whatever_is_changed_about_histograms_is_noticed() {
    let sli = histogram(99.0, Duration::from_secs(1), &["1.0", "1"]);
    expect![[""]].assert_eq(&survivors(slo().sli(sli), Counters::Histogram));
}

#[test]
fn whatever_is_changed_about_bad_requests_is_noticed() {
    let sli = requests("500", Events::Bad);
    expect![[""]].assert_eq(&survivors(slo().sli(sli), Counters::BadRequests));
}

#[test]
fn whatever_is_changed_about_good_requests_is_noticed() {
    let sli = requests("200", Events::Good);
    expect![[""]].assert_eq(&survivors(slo().sli(sli), Counters::GoodRequests));
}

fn slo() -> Slo {
    Slo::new("checkout", Window::days(5)).owner("payments")
}

fn requests(code: &str, events: fn(Selector) -> Events) -> Sli {
    let total = Selector::new("http_requests_total").unwrap();
    let total = total.equal("job", "api").unwrap();
    let some = total.clone().equal("code", code).unwrap();
    Sli::new("success", Percent::new(99.0), total, events(some))
}

/// Lists the changes that no test notices.
fn survivors(slo: Slo, counters: Counters) -> String {
    let policy = Policy::for_period(Window::days(30));
    let options = Options {
        policies: policy.clone().into(),
        exhausted: true,
        exhaustion_within: Some(Window::days(1)),
        ..Options::default()
    };
    let folder = Folder::generated(std::slice::from_ref(&slo), &options);
    let rules = folder.get("rules.yml");
    let groups = rules.lines().filter_map(|it| it.strip_prefix("- name: "));
    let groups: Vec<_> = groups.map(str::to_owned).collect();
    let subject = Subject {
        slo,
        options,
        policy,
        counters,
    };
    let generated = model::File {
        about: "",
        text: folder.get("tests.yml"),
    };
    let mut tests = vec![generated];
    tests.extend(model::files(&subject, &groups));
    // Versions of Prometheus differ in what they evaluate, not in which counters they read.
    let versions = match counters {
        Counters::Judged => promtools().len(),
        _ => 1,
    };
    for (n, test) in tests.iter().enumerate() {
        folder.put(&name(n), &test.text);
        for promtool in &promtools()[..versions] {
            let said = folder.run(promtool, &["test", "rules", &name(n)]);
            assert!(said.content, "{}\n{}", name(n), said.text);
        }
    }

    let all = mutant::all(&rules).into_iter();
    // What is not about the counters is the same for all of them.
    let is_own = |mutant: &Mutant| counters == Counters::Judged || mutant.what.contains("http_");
    let all: Vec<_> = all.filter(is_own).collect();
    let count = all.len();
    let one_in = if std::env::var_os(ALL).is_some() {
        1
    } else {
        ONE_IN
    };
    let chosen: Vec<Mutant> = all.into_iter().step_by(one_in).collect();
    assert!(chosen.len() > 2, "only {} of {count} mutants", chosen.len());
    let next = AtomicUsize::new(0);
    let survivors = Mutex::new(Vec::new());
    let promtool = &promtools()[0];
    let work = || {
        let folder = Folder::new();
        for (n, test) in tests.iter().enumerate() {
            folder.put(&name(n), &test.text);
        }
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = chosen.get(n) else { break };
            if n % 50 == 49 {
                println!("{n} of {}", chosen.len());
            }
            folder.put("rules.yml", &mutant.text);
            // Those about the changed rule are the likeliest to notice.
            let is_about = |n: &usize| mutant.rule.starts_with(tests[*n].about);
            let (about, others): (Vec<_>, Vec<_>) = (0..tests.len()).partition(is_about);
            let unnoticed = about.into_iter().chain(others).all(|n| {
                let said = folder.run(promtool, &["test", "rules", &name(n)]);
                said.content
            });
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
    let survivors: Vec<_> = survivors.into_iter().map(|(_, what)| what).collect();
    survivors.join("\n")
}

fn name(n: usize) -> String {
    format!("tests{n}.yml")
}

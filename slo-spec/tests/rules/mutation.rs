//! Every change of the generated rules is noticed by the generated tests or by the model.

use std::{
    collections::{HashMap, HashSet},
    num::NonZero,
    path::Path,
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
    pruned::{Places, Rules},
};

/// Environment variable with which all mutants run.
const ALL: &str = "ALL_MUTANTS";
/// Without the variable, one mutant in this number runs. It is a prime, so that no repeated pattern
/// is left out.
const ONE_IN: usize = 29;

#[test]
fn every_change_of_rules_about_judged_calls_is_noticed() {
    let slo = packaged(slo()).sli(success("checkout", 99.0));
    expect![[""]].assert_eq(&survivors(slo, Counters::Judged));
}

#[test]
fn every_change_of_rules_about_histograms_is_noticed() {
    let sli = histogram(99.0, Duration::from_secs(1), &["1.0", "1"]);
    expect![[""]].assert_eq(&survivors(slo().sli(sli), Counters::Histogram));
}

#[test]
fn every_change_of_rules_about_bad_requests_is_noticed() {
    let sli = requests("500", Events::Bad);
    expect![[""]].assert_eq(&survivors(slo().sli(sli), Counters::BadRequests));
}

#[test]
fn every_change_of_rules_about_good_requests_is_noticed() {
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

/// Returns the changes that no test notices.
fn survivors(slo: Slo, counters: Counters) -> String {
    let policy = Policy::for_period(Window::days(30));
    let options = Options {
        policies: policy.clone().into(),
        exhausted: true,
        exhaustion_within: Some(Window::days(1)),
        ..Options::default()
    };
    let folder = Folder::generated(std::slice::from_ref(&slo), &options);
    let text = folder.get("rules.yml");
    let groups = text.lines().filter_map(|it| it.strip_prefix("- name: "));
    let groups: Vec<_> = groups.map(str::to_owned).collect();
    let subject = Subject {
        slo,
        options,
        policy,
        counters,
    };
    let hunt = Hunt {
        rules: Rules::new(&text),
        generated: folder.get("tests.yml"),
        model: model::files(&subject, &groups),
        unchanged: Mutex::default(),
        best: Mutex::default(),
    };
    // Rules that do not read counters are the same for all kinds of counters.
    let own = match counters {
        Counters::Judged => hunt.rules.with(""),
        _ => hunt.rules.with("http_"),
    };
    for promtool in promtools() {
        hunt.assert_unchanged(&folder, &promtool, &own);
    }

    let all = mutant::all(&text).into_iter();
    let all: Vec<_> = all
        .filter(|it| own.contains(&hunt.rules.at(it.at)))
        .collect();
    let count = all.len();
    let one_in = if std::env::var_os(ALL).is_some() {
        1
    } else {
        ONE_IN
    };
    let chosen: Vec<Mutant> = all.into_iter().step_by(one_in).collect();
    assert!(chosen.len() > 9, "only {} of {count} mutants", chosen.len());
    let next = AtomicUsize::new(0);
    let survivors = Mutex::new(Vec::new());
    let work = || {
        let folder = Folder::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = chosen.get(n) else { break };
            if n % 50 == 49 {
                println!("{n} of {}", chosen.len());
            }
            if !hunt.notices(&folder, mutant) {
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

/// Search for changes that no test notices.
struct Hunt {
    /// Rules that are mutated.
    rules: Rules,
    generated: String,
    model: Vec<model::File>,
    /// Tests of the model that pass without a change, with the rules that they were pruned to.
    unchanged: Mutex<HashSet<(usize, Places)>>,
    /// Test that noticed the last change of a rule.
    best: Mutex<HashMap<usize, usize>>,
}

impl Hunt {
    /// Panics unless the generated rules pass the generated tests, and the part of the model that
    /// is about `own`.
    fn assert_unchanged(&self, folder: &Folder, promtool: &Path, own: &Places) {
        let said = folder.run(promtool, &["test", "rules", "tests.yml"]);
        assert!(said.content, "{}", said.text);
        let pruned = Folder::new();
        for test in &self.model {
            let Some((test, asked)) = self.rules.questions(&test.text, own) else {
                continue;
            };
            let said = pruned.test(promtool, &self.rules.only(&asked), &test);
            assert!(said.content, "{test}\n{}", said.text);
        }
    }

    /// Returns `true` if a test notices the change: a test of the model, with the queries about
    /// rules that the change may alter, or a generated test.
    fn notices(&self, folder: &Folder, mutant: &Mutant) -> bool {
        let promtool = &promtools()[0];
        let changed = Rules::new(&mutant.text);
        let at = self.rules.at(mutant.at);
        let mut altered = self.rules.dependents(Places::from([at]));
        // The changed rule may record the series of another one.
        altered.extend(changed.dependents(changed.same_as(&changed, &Places::from([at]))));

        let best = self.best.lock().unwrap().get(&at).copied();
        let mut order: Vec<usize> = (0..self.model.len()).collect();
        order.sort_by_key(|&n| {
            let is_about = mutant.rule.starts_with(self.model[n].about);
            (best != Some(n), !is_about)
        });
        for n in order {
            let Some((test, asked)) = self.rules.questions(&self.model[n].text, &altered) else {
                continue;
            };
            self.assert_pruned(folder, n, &test, &asked);
            if !folder.test(promtool, &changed.only(&asked), &test).content {
                self.best.lock().unwrap().insert(at, n);
                return true;
            }
        }
        !folder.test(promtool, &mutant.text, &self.generated).content
    }

    /// Panics unless the unchanged rules pass the same queries, so that the change is noticed, and
    /// not the pruning.
    fn assert_pruned(&self, folder: &Folder, n: usize, test: &str, asked: &Places) {
        let key = (n, asked.clone());
        if self.unchanged.lock().unwrap().contains(&key) {
            return;
        }
        let said = folder.test(&promtools()[0], &self.rules.only(asked), test);
        assert!(said.content, "{asked:?}\n{test}\n{}", said.text);
        self.unchanged.lock().unwrap().insert(key);
    }
}

//! Two versions with different targets, thresholds and buckets side by side, until the old one
//! ends.

use std::{thread::sleep, time::Duration};

use test_harness::{Scrape, Target, free_addr, wait_for};

use crate::{
    programs::open,
    rules::Rules,
    watch::{Watch, value},
};

/// Number of bad calls, too few for an alert, so that only the budget shows them.
const BAD: f64 = 4.0;

#[test]
fn a_rollout_fires_no_alert_and_only_bad_calls_use_the_budget() {
    let folder = tempfile::tempdir().unwrap();
    // The rules are those of the version that is rolled out.
    let rules = Rules::of(folder.path(), "pay-new", &["--by", "env"]);
    let [old, new] = [free_addr(), free_addr()];
    let target = |addr| Target {
        addr,
        labels: vec![("env", "prod")],
    };
    let scrape = Scrape {
        targets: vec![target(old), target(new)],
        ..Scrape::default()
    };
    let watches = Watch::both(folder.path(), &scrape, &rules);
    let before = open(folder.path(), "pay-old", old, &[]);
    sleep(Duration::from_secs(4));
    let _after = open(
        folder.path(),
        "pay-new",
        new,
        &["--from", "16", "--most", "4"],
    );
    sleep(Duration::from_secs(8));
    for watch in &watches {
        // Each version classifies calls by its own threshold, and both are scraped.
        let thresholds =
            watch.query("count by (objective_latency_threshold) (function_objective_calls_total)");
        assert_eq!(thresholds.len(), 3, "{}: {thresholds:?}", watch.name);
    }
    drop(before);
    sleep(Duration::from_secs(6));

    let bad = "sum(slo:errors:rate5s) > 0";
    for watch in &watches {
        let errors = watch.query(bad);
        assert!(errors.is_empty(), "{}: {errors:?}", watch.name);
        for sli in ["success", "latency"] {
            let ratio = spent(watch, &rules, sli);
            assert!(ratio <= 0.0, "{} {sli}: {ratio}", watch.name);
        }
    }
    for watch in &watches {
        wait_for("bad calls", || (!watch.query(bad).is_empty()).then_some(()));
    }
    for watch in &watches {
        wait_for("their end", || watch.query(bad).is_empty().then_some(()));
        // Counters are sampled once a second, so the value depends on chance to some extent.
        let all = value(
            watch,
            r#"sum(max_over_time(function_objective_calls_total{sli="success",outcome="good"}[2m]))"#,
        );
        let expected = BAD / all;
        let ratio = spent(watch, &rules, "success");
        assert!(
            (0.6 * expected..1.4 * expected).contains(&ratio),
            "{}: {ratio}, not {expected}",
            watch.name
        );
        let slow = spent(watch, &rules, "latency");
        assert!(slow <= 0.0, "{}: {slow}", watch.name);
        let messages = watch.notifications();
        assert!(messages.is_empty(), "{}: {messages:?}", watch.name);
        assert_eq!(watch.failures(), Vec::<String>::new(), "{}", watch.name);
    }
}

/// Returns the share of bad calls in the period, from the expression of the rule that records it
/// every two minutes.
fn spent(watch: &Watch, rules: &Rules, sli: &str) -> f64 {
    let expr = rules.expr("slo:error_ratio:period", sli);
    value(watch, &expr)
}

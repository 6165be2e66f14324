//! Two services with objectives of one name, and the rules of both in one Prometheus.

use test_servers::{Prometheus, Scrape, Target, free_addr, wait_for};

use crate::{programs::open, rules::Rules};

#[test]
fn two_services_with_objectives_of_one_name_are_judged_alone() {
    let folder = tempfile::tempdir().unwrap();
    let [pay, refunds] = ["pay-new", "refunds"].map(|name| Rules::of(folder.path(), name, &[]));
    let [first, second] = [free_addr(), free_addr()];
    let target = |addr| Target {
        addr,
        labels: Vec::new(),
    };
    let scrape = Scrape {
        targets: vec![target(first), target(second)],
        options: "",
    };
    let prometheus = Prometheus::start(folder.path(), &scrape, &[&pay.path, &refunds.path], None);
    // One in ten is 20 times too many for the one, and just what the other promises.
    let bad = ["--from", "3", "--one-in", "10"];
    let _pay = open(folder.path(), "pay-new", first, &bad);
    let _refunds = open(folder.path(), "refunds", second, &bad);

    let burning = || {
        let alerts = prometheus.alerts().into_iter();
        let pages =
            alerts.filter(|labels| labels["severity"] == "page" && labels["tier"] == "fast");
        pages.collect::<Vec<_>>()
    };
    wait_for("the page", || (!burning().is_empty()).then_some(()));
    // Both have failed for longer than a window.
    let ratio = "slo:error_ratio:20s{sli=\"success\"}";
    let failing = format!("{ratio} > 0.09");
    wait_for("failures of both", || {
        (prometheus.query(&failing).len() == 2).then_some(())
    });
    let pages = burning();
    assert_eq!(pages.len(), 1, "{pages:?}");
    assert_eq!(pages[0]["package"], "pay");
    assert_eq!(pages[0]["owner"], "payments");

    let rates = prometheus.query("slo:burn_rate:5s{sli=\"success\"}");
    assert_eq!(rates.len(), 2, "{rates:?}");
    for (labels, rate) in rates {
        let expected = if labels["package"] == "pay" {
            20.0
        } else {
            1.0
        };
        let near = (0.7 * expected..1.3 * expected).contains(&rate);
        assert!(near, "{labels:?}: {rate}, not {expected}");
    }
    assert_eq!(prometheus.failures(), Vec::<String>::new());
}

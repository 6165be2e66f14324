//! An outage of the shop gives one page and one resolve, and nothing else.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    ops::Range,
    thread::sleep,
    time::{Duration, SystemTime},
};

use expect_test::expect;
use test_harness::{Alert, Notification, Scrape, free_addr, wait_for};

use crate::{customers::Customers, programs::open_shop, rules::Rules, watch::Watch};

/// Time before the outage, and length of the outage.
const BEFORE: Duration = Duration::from_secs(15);
const OUTAGE: Duration = Duration::from_secs(10);

/// Keeps payments from timing out on a busy machine, which would be an outage of its own.
const PATIENT: [&str; 2] = ["--payment-patience", "2"];
/// Drops the counters of latency objectives: on a busy machine, these would burn as well.
const WITHOUT_LATENCY: &str = "\
metric_relabel_configs:
- { action: drop, source_labels: [__name__, sli], regex: function_objective_calls_total;latency }";

#[test]
fn failing_payments_give_one_page_and_one_resolve() {
    let alert = outage(
        &["--rps", "120", "--payment-failures", "1"],
        None,
        r#"rate(function_calls_total{function="place_order",result="error"}[10s]) > 0"#,
    );
    expect![[r#"
        command: cargo autometrics suspects --from PROMETHEUS_URL --objective checkout --service 'shop'
        description: N% of calls failed in the last 20s, and N% in the last 5s.
        The target is that 99.9 % of calls succeed, over 30d.
        (the budget)
        Fires above a burn rate of 14.4 over the last 20s and the last 5s.
        functions: shop::checkout::place_order (examples/shop/src/checkout.rs:43)
        queries: failing functions by error kind → topk(10, sum by (module, function, error) (rate(function_calls_total{result="error",module=~"shop::cart|shop::checkout|shop::payment|shop::store::carts|shop::store::database|shop::store::orders|shop::store::stock",function=~"Acquirer::authorize|Card::read|Carts::load|Database::run|Orders::record|Stock::release|Stock::reorder|Stock::reserve|charge|place_order|price",service_name="shop",env="prod"}[5m])) > 0)
        callers of failing functions → topk(10, sum by (function, caller_module, caller_function) (rate(function_calls_total{result="error",module="shop::checkout",function="place_order",service_name="shop",env="prod"}[5m])) > 0)
        functions with cancelled calls → topk(10, sum by (module, function) (rate(function_calls_cancelled_total{module=~"shop::cart|shop::checkout|shop::payment|shop::store::carts|shop::store::database|shop::store::orders|shop::store::stock",function=~"Acquirer::authorize|Card::read|Carts::load|Database::run|Orders::record|Stock::release|Stock::reorder|Stock::reserve|charge|place_order|price",service_name="shop",env="prod"}[5m])) > 0)
        burn rates by window → {__name__=~"slo:burn_rate:.+",objective_name="checkout",package="shop",sli="success",service_name="shop",env="prod"}
        runbook_url: https://wiki.example/shop/checkout
        summary: checkout (success) of shop, env prod burns its error budget N times too fast"#]].assert_eq(&without_measures(&alert.annotations));
}

#[test]
fn cancelled_orders_give_one_page_and_one_resolve() {
    // The shop fails none of these orders: each is cancelled while it waits for the payment.
    outage(
        &["--no-load", "--payment-timeouts", "1"],
        Some(Customers::start),
        r#"rate(function_calls_cancelled_total{function="place_order"}[10s]) > 0"#,
    );
}

/// Starts a shop with this trouble for a while, and returns the alert that paged.
///
/// `cause` is a query that has a value during the trouble.
fn outage(
    trouble: &[&str],
    customers: Option<fn(SocketAddr, Range<SystemTime>) -> Customers>,
    cause: &str,
) -> Alert {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules::of(folder.path(), "shop", &["--by", "env"]);
    let addr = free_addr();
    let scrape = Scrape {
        options: WITHOUT_LATENCY,
        ..Scrape::of(addr, &[("env", "prod")])
    };
    let watches = Watch::both(folder.path(), &scrape, &rules);

    let [after, lasting] = [BEFORE, OUTAGE].map(|it| it.as_secs().to_string());
    let when = ["--faults-after", &after, "--faults-for", &lasting];
    let _shop = open_shop(
        folder.path(),
        "shop",
        addr,
        &[trouble, &when, &PATIENT].concat(),
    );
    let began = SystemTime::now() + BEFORE;
    let _customers = customers.map(|start| start(addr, began..began + OUTAGE));
    sleep_until(began - Duration::from_secs(1));
    for watch in &watches {
        assert!(watch.notifications().is_empty(), "{}", watch.name);
        let ratio = watch.query(r#"slo:error_ratio:5s{sli="success"} > 0.01"#);
        assert!(ratio.is_empty(), "{}: {ratio:?}", watch.name);
    }
    let pages = watches.each_ref().map(|watch| {
        let page = wait_for("the page", || watch.notifications().into_iter().next());
        assert_page(watch, &page, began)
    });
    // The tickets burn as well by then, and a second page would have arrived.
    sleep_until(began + OUTAGE - Duration::from_secs(1));
    for watch in &watches {
        assert!(!watch.query(cause).is_empty(), "{}: {cause}", watch.name);
    }
    for watch in &watches {
        wait_for("the resolve", || {
            let last = watch.notifications().pop()?;
            summary(&last).contains("resolved page/fast").then_some(())
        });
    }
    sleep(Duration::from_secs(4));
    for watch in &watches {
        let messages = watch.notifications();
        let told: Vec<_> = messages.iter().map(summary).collect();
        // The slow tier ends an evaluation earlier, when nothing is sent. If Alertmanager has not
        // looked in between, the message about the fast tier contains the slow one.
        let with_slow = "resolved page/fast, resolved page/slow";
        let told: Vec<_> = told
            .iter()
            .map(|it| it.replace(with_slow, "resolved page/fast"))
            .collect();
        let expected = [
            "payments-page: firing page/fast",
            "payments-page: resolved page/fast",
        ];
        assert_eq!(told, expected, "{}", watch.name);
        assert_eq!(watch.failures(), Vec::<String>::new(), "{}", watch.name);
    }
    let [page, _] = pages;
    page
}

/// Returns the receiver of a message, with state, severity and tier of each alert.
fn summary(message: &Notification) -> String {
    let alerts = message.alerts.iter().map(|alert| {
        let Alert { status, labels, .. } = alert;
        format!("{status} {}/{}", labels["severity"], labels["tier"])
    });
    let mut alerts: Vec<_> = alerts.collect();
    alerts.sort();
    format!("{}: {}", message.receiver, alerts.join(", "))
}

/// Checks labels and time of the first page, and returns its alert.
fn assert_page(watch: &Watch, page: &Notification, began: SystemTime) -> Alert {
    let name = watch.name;
    assert_eq!(
        (page.receiver.as_str(), page.status.as_str()),
        ("payments-page", "firing"),
        "{name}"
    );
    assert_eq!(page.alerts.len(), 1, "{name}: {page:?}");
    let alert = page.alerts[0].clone();
    let mut labels = alert.labels.clone();
    // vmalert adds this label.
    labels.remove("alertgroup");
    let labels: Vec<_> = labels
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let expected = [
        "alertname=ErrorBudgetBurn",
        "env=prod",
        "objective_name=checkout",
        "owner=payments",
        "package=shop",
        "service_name=shop",
        "severity=page",
        "sli=success",
        "tier=fast",
    ];
    assert_eq!(labels, expected, "{name}");
    let after = alert.starts_at.duration_since(began);
    let after = after.unwrap_or_else(|_| panic!("{name}: paged before the outage"));
    println!("{name}: the alert began {after:?} after the outage");
    // The formula gives 0.3 s; the time until five orders have failed is added.
    assert!(after < OUTAGE + watch.delay(), "{name}: {after:?}");
    alert
}

fn sleep_until(moment: SystemTime) {
    sleep(moment.duration_since(SystemTime::now()).unwrap_or_default());
}

/// Returns the annotations with `N` for measured numbers, which differ from run to run.
fn without_measures(annotations: &BTreeMap<String, String>) -> String {
    let texts = annotations
        .iter()
        .map(|(key, text)| format!("{key}: {text}"));
    let text = texts.collect::<Vec<_>>().join("\n");
    let measured = |word: &str| {
        let number = word.trim_end_matches(['%', ',', '.']);
        let constant = ["14.4", "99.9", "20s", "5s", "30d"].contains(&number);
        (!constant && number.parse::<f64>().is_ok()).then(|| word.replace(number, "N"))
    };
    let lines = text.lines().map(|line| {
        // The budget is recorded every two minutes, so it may be known by then or not.
        if line.contains("error budget is") {
            return "(the budget)".to_owned();
        }
        let words = line
            .split(' ')
            .map(|word| measured(word).unwrap_or_else(|| word.to_owned()));
        words.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

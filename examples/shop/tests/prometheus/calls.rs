//! Counts of calls, compared with the customers' reports and between functions.

use crate::{report::Report, server::Prometheus};

/// Before the first customer all functions have series with value 0.
pub(crate) fn assert_nothing_happened(prometheus: &Prometheus) {
    for result in ["ok", "error"] {
        let all = format!("function_calls_total{{result=\"{result}\"}}");
        assert_eq!(prometheus.number::<u64>(&format!("max({all})")), 0);
        let functions = format!("count(count by (module, function) ({all}))");
        assert_eq!(prometheus.number::<u64>(&functions), 26);
    }
}

/// Each handler was called once per request of its route, and failed once per 5xx response. A
/// request that is refused with 4xx was served.
pub(crate) fn assert_equal_to_report(prometheus: &Prometheus, format: &str, report: &Report) {
    let by_function = |result: &str| {
        let selector = format!("job=\"{format}\",caller_function=\"\",result=~\"{result}\"");
        let sum = format!("sum by (function) (function_calls_total{{{selector}}})");
        prometheus.query_by::<u64>("function", &sum)
    };
    let (all, ok, error) = (
        by_function("ok|error"),
        by_function("ok"),
        by_function("error"),
    );
    for (handler, counts) in report.handlers() {
        assert_eq!(all[handler], counts.sent, "{format}: {handler}");
        let good = counts.served + counts.refused;
        assert_eq!(ok[handler], good, "{format}: {handler}, ok");
        assert_eq!(error[handler], counts.failed, "{format}: {handler}, error");
    }
    let from_outside: u64 = all.values().sum();
    assert_eq!(from_outside, report.total.sent, "{format}");
}

/// Calls of callers and callees match: if a function calls another one once, each call of the first
/// is a call of the second.
pub(crate) fn assert_flow_through(prometheus: &Prometheus, format: &str, report: &Report) {
    let calls = |selector: &str| {
        let selector = format!("job=\"{format}\",{selector}");
        prometheus.number::<u64>(&format!("sum(function_calls_total{{{selector}}})"))
    };
    let check = |selector: &str, expected: u64| {
        assert_eq!(calls(selector), expected, "{format}: {selector}");
    };
    let edge =
        |caller: &str, callee: &str| format!("function=\"{callee}\",caller_function=\"{caller}\"");
    let (view, checkout) = (report.of("view"), report.of("check_out"));
    check(&edge("browse", "Products::page"), report.of("browse").sent);
    check(&edge("search", "search_word"), report.of("search").sent);
    check(
        &edge("search", "Products::search"),
        report.of("search").sent,
    );
    check(&edge("view", "Products::find"), view.sent);
    check(&edge("view", "suggest"), view.sent - view.refused);
    check(
        &edge("open_cart", "Carts::open"),
        report.of("open_cart").sent,
    );
    check(&edge("show_cart", "price"), report.of("show_cart").served);
    check(&edge("check_out", "place_order"), checkout.sent);
    check(&edge("place_order", "Orders::record"), checkout.served);

    // Each fault has happened, and in the expected functions only.
    assert!(view.failed > 0 && checkout.failed > 0 && checkout.refused > 0);
    check("function=\"suggest\",error=\"panic\"", view.failed);
    check("function=\"view\",error=\"panic\"", view.failed);
    check("error=\"panic\"", 2 * view.failed);
    check("function=\"place_order\",result=\"error\"", checkout.failed);
    check("function=\"Database::run\",result=\"error\"", 0);

    // Errors have kinds. A kind that did not occur has a series with value 0, because the function
    // was called.
    let failed = "function=\"check_out\",error=\"payment_impossible\"";
    check(failed, checkout.failed);
    check(
        "function=\"charge\",error=\"acquirer_unavailable\"",
        checkout.failed,
    );
    check("function=\"Database::run\",error=\"database_failed\"", 0);

    // After each error of a charge the goods return to the shelf.
    let unpaid = calls("function=\"charge\",result=\"error\"");
    assert_eq!(calls("function=\"Stock::release\""), unpaid, "{format}");
    let declined = calls("function=\"charge\",error=\"card_declined\"");
    assert_eq!(declined + checkout.failed, unpaid, "{format}");
    let sold_out = calls("function=\"Stock::reserve\",error=\"sold_out\"");
    assert_eq!(calls("function=\"Stock::reorder\""), sold_out, "{format}");
    assert!(declined > 0 && sold_out > 0);

    // A call that ended by a timeout is neither ok nor an error.
    let asked = "function=\"Acquirer::authorize\"";
    let cancelled = format!("function_calls_cancelled_total{{job=\"{format}\",{asked}}}");
    let all = format!("sum(function_calls_cancelled_total{{job=\"{format}\"}})");
    let [all, cancelled] = [all, cancelled].map(|query| prometheus.number::<u64>(&query));
    assert!(cancelled > 0, "{format}");
    assert_eq!(all, cancelled, "{format}");
    check(&format!("{asked},result=\"ok\""), checkout.served);

    // No calls are in flight any more.
    let in_flight = format!("function_calls_concurrent{{job=\"{format}\"}}");
    let in_flight = prometheus.query_by::<u64>("function", &in_flight);
    let idle = [("Database::run".to_owned(), 0), ("check_out".to_owned(), 0)];
    assert_eq!(in_flight, idle.into(), "{format}");
}

/// Each objective counts the calls of its functions.
pub(crate) fn assert_by_objective(prometheus: &Prometheus, format: &str, report: &Report) {
    let by_objective = |result: &str| {
        let selector = format!("job=\"{format}\",result=~\"{result}\",objective_name!=\"\"");
        let sum = format!("sum by (objective_name) (function_calls_total{{{selector}}})");
        prometheus.query_by::<u64>("objective_name", &sum)
    };
    let (all, error) = (by_objective("ok|error"), by_objective("error"));
    assert_eq!(all.len(), 2, "{all:?}");
    for (objective, handlers) in [
        ("catalogue", &["browse", "search", "view"][..]),
        ("checkout", &["check_out"]),
    ] {
        let counts: Vec<_> = handlers.iter().map(|handler| report.of(handler)).collect();
        let sent: u64 = counts.iter().map(|counts| counts.sent).sum();
        let failed: u64 = counts.iter().map(|counts| counts.failed).sum();
        assert_eq!(all[objective], sent, "{format}: {objective}");
        assert_eq!(error[objective], failed, "{format}: {objective}, error");
    }
}

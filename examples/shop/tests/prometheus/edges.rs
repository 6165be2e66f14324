//! Edges between functions: exactly those in the code.

use expect_test::expect;

use crate::server::Prometheus;

#[expect(
    clippy::needless_raw_string_hashes,
    reason = "expect-test writes them when it updates the text"
)]
pub(crate) fn assert_known(prometheus: &Prometheus, format: &str) {
    let by = "sum by (caller_module, caller_function, module, function)";
    let selector = format!("job=\"{format}\"");
    let edges = prometheus.query::<u64>(&format!("{by} (function_calls_total{{{selector}}}) > 0"));
    let mut lines: Vec<_> = edges
        .into_keys()
        .map(|labels| {
            let label = |name: &str| labels.get(name).map_or("", String::as_str);
            let callee = place(label("module"), label("function"));
            match label("caller_function") {
                "" => format!("→ {callee}\n"),
                caller => format!("{} → {callee}\n", place(label("caller_module"), caller)),
            }
        })
        .collect();
    lines.sort_unstable();
    let expected = expect![[r#"
        cart::add_to_cart → store::carts::Carts::add
        cart::add_to_cart → store::products::Products::find
        cart::open_cart → store::carts::Carts::open
        cart::show_cart → cart::price
        cart::show_cart → store::carts::Carts::load
        catalogue::browse → store::products::Products::page
        catalogue::search → catalogue::search_word
        catalogue::search → store::products::Products::search
        catalogue::suggest → store::products::Products::similar
        catalogue::view → catalogue::suggest
        catalogue::view → store::products::Products::find
        checkout::check_out → checkout::place_order
        checkout::place_order → cart::price
        checkout::place_order → payment::Card::read
        checkout::place_order → payment::charge
        checkout::place_order → store::carts::Carts::load
        checkout::place_order → store::orders::Orders::record
        checkout::place_order → store::stock::Stock::release
        checkout::place_order → store::stock::Stock::reorder
        checkout::place_order → store::stock::Stock::reserve
        payment::charge → payment::Acquirer::authorize
        store::carts::Carts::add → store::database::Database::run
        store::carts::Carts::load → store::database::Database::run
        store::carts::Carts::open → store::database::Database::run
        store::orders::Orders::record → store::database::Database::run
        store::products::Products::find → store::database::Database::run
        store::products::Products::page → store::database::Database::run
        store::products::Products::search → store::database::Database::run
        store::products::Products::similar → store::database::Database::run
        store::stock::Stock::release → store::database::Database::run
        store::stock::Stock::reorder → store::database::Database::run
        store::stock::Stock::reserve → store::database::Database::run
        → cart::add_to_cart
        → cart::open_cart
        → cart::show_cart
        → catalogue::browse
        → catalogue::search
        → catalogue::view
        → checkout::check_out
    "#]];
    expected.assert_eq(&lines.concat());
}

fn place(module: &str, function: &str) -> String {
    let module = module.strip_prefix("shop::").unwrap_or(module);
    format!("{module}::{function}")
}

//! The explorer's page in a real browser, its API and its answers for agents, with invented numbers
//! and with those of running programs.
//!
//! The checks are in `tests/browser`: a test here runs a file there. Chromium, Node.js, npm and
//! Python are needed. The first run also needs a network, to install packages.

mod agents;
mod api;
mod browser;
mod names;
mod pictures;
mod python;
mod ready;
mod start;

#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};

use self::{
    browser::{check, check_running},
    support::Shop,
};

/// Arguments for an outage of the acquirer.
const OUTAGE: [&str; 2] = ["--payment-failures", "0.6"];

#[test]
fn page_polls_invented_numbers() {
    check("connection.test.mjs");
}

#[test]
fn page_searches_invented_events() {
    check("events.test.mjs");
}

#[test]
fn page_shows_invented_flows() {
    check("flows.test.mjs");
}

#[test]
fn page_lists_invented_functions() {
    check("functions.test.mjs");
}

#[test]
fn page_draws_invented_calls() {
    check("graph.test.mjs");
}

#[test]
fn page_leads_through_an_invented_incident() {
    check("journey.test.mjs");
}

#[test]
fn invented_names_are_shown_as_text() {
    check("names.test.mjs");
}

#[test]
fn files_of_the_page_are_small_and_comply_with_the_policy() {
    check("page.test.mjs");
}

#[test]
fn every_view_of_invented_numbers_is_accessible() {
    check("views.test.mjs");
}

#[test]
fn invented_latencies_have_the_unit_that_fits() {
    check("units.test.mjs");
}

#[test]
fn page_lists_functions_of_the_shop() {
    with_shop(&[], |shop| {
        check_running("functions.test.mjs", shop.explorer)
    });
}

#[test]
fn page_draws_calls_of_the_shop() {
    with_shop(&[], |shop| check_running("graph.test.mjs", shop.explorer));
}

#[test]
fn every_view_of_the_shop_is_accessible() {
    with_shop(&[], |shop| check_running("views.test.mjs", shop.explorer));
}

#[test]
fn page_leads_through_the_outage_of_the_shop() {
    with_shop(&[], |shop| {
        check_running("running/incident.test.mjs", shop.explorer)
    });
}

#[test]
fn page_and_api_agree_with_the_scrape() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path(), &[&["--no-load"][..], &OUTAGE].concat());
    shop.send_customers(&["--requests", "1500", "--rps", "0"]);
    check_running("running/numbers.test.mjs", shop.explorer);
}

#[test]
fn api_of_the_shop_complies_with_its_description() {
    with_shop(&[], |shop| api::check(shop.explorer));
}

#[test]
fn agents_ask_the_shop() {
    with_shop(&[], |shop| agents::check(shop.explorer));
}

/// Runs `check` while a shop with an outage is open.
fn with_shop(more: &[&str], check: impl FnOnce(&Shop)) {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path(), &[&OUTAGE[..], more].concat());
    check(&shop);
    assert!(shop.stop("-TERM").success());
}

/// Returns the path of a file or folder of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

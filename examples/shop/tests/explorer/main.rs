//! The explorer's page in a real browser, and its API, with invented numbers and
//! of running programs.
//!
//! What is looked at, and how, is in `tests/browser`: one test here is one file
//! there. Chromium, Node.js, npm and Python are needed, and a network where their
//! packages come from, the first time.

mod api;
mod browser;
mod names;
mod pictures;
mod ready;
mod start;

#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};

use self::{
    browser::{check, check_running},
    support::Shop,
};

/// The company that moves the money has an outage.
const OUTAGE: [&str; 2] = ["--payment-failures", "0.6"];

#[test]
fn invented_numbers_are_polled() {
    check("connection.test.mjs");
}

#[test]
fn invented_functions_are_listed() {
    check("functions.test.mjs");
}

#[test]
fn invented_calls_are_drawn() {
    check("graph.test.mjs");
}

#[test]
fn an_invented_incident_is_followed() {
    check("journey.test.mjs");
}

#[test]
fn invented_names_do_no_harm() {
    check("names.test.mjs");
}

#[test]
fn the_pages_files_are_as_promised() {
    check("page.test.mjs");
}

#[test]
fn every_view_of_invented_numbers_can_be_used_by_everyone() {
    check("views.test.mjs");
}

#[test]
fn invented_latencies_have_the_unit_that_fits() {
    check("units.test.mjs");
}

#[test]
fn the_shops_functions_are_listed() {
    with_shop(&[], |shop| {
        check_running("functions.test.mjs", shop.explorer)
    });
}

#[test]
fn the_shops_calls_are_drawn() {
    with_shop(&[], |shop| check_running("graph.test.mjs", shop.explorer));
}

#[test]
fn every_view_of_the_shop_can_be_used_by_everyone() {
    with_shop(&[], |shop| check_running("views.test.mjs", shop.explorer));
}

#[test]
fn the_shops_outage_is_followed_to_where_it_comes_from() {
    with_shop(&[], |shop| {
        check_running("running/incident.test.mjs", shop.explorer)
    });
}

#[test]
fn page_and_api_say_what_prometheus_would_scrape() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path(), &[&["--no-load"][..], &OUTAGE].concat());
    shop.send_customers(&["--requests", "1500", "--rps", "0"]);
    check_running("running/numbers.test.mjs", shop.explorer);
}

#[test]
fn the_shops_api_keeps_its_word_whatever_it_is_asked() {
    with_shop(&[], |shop| api::check(shop.explorer));
}

/// Runs `check` while a shop with an outage is open.
fn with_shop(more: &[&str], check: impl FnOnce(&Shop)) {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path(), &[&OUTAGE[..], more].concat());
    check(&shop);
    assert!(shop.stop("-TERM").success());
}

/// A folder of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

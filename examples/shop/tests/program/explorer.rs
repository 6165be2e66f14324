//! Addresses of the shop's explorer, and its answers.

use std::net::{SocketAddr, TcpListener};

use autometrics::explorer;
use serde_json::Value;
use test_harness::{free_addr, get};

use crate::{
    run,
    support::{Shop, command},
    text,
};

/// Returns the explorer's answer to a request of its page.
pub(crate) fn ask(addr: SocketAddr, question: &str) -> Value {
    let (status, body) = get(addr, &format!("/api/v1/{question}")).unwrap();
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

#[track_caller]
fn check_is_the_shops(addr: SocketAddr) {
    let functions = ask(addr, "functions");
    let mut ids = functions["functions"].as_array().unwrap().iter();
    let is_there = ids.any(|function| function["id"] == "shop::checkout::place_order");
    assert!(is_there, "{functions}");
}

#[test]
fn explorer_uses_the_requested_address() {
    let folder = tempfile::tempdir().unwrap();
    let addr = free_addr();
    let addr_text = addr.to_string();
    let command = command(folder.path(), &["--no-load", "--explorer", &addr_text]);
    let shop = Shop::start(folder.path(), command);
    assert_eq!(shop.explorer, addr);
    check_is_the_shops(addr);
}

#[test]
fn explorer_uses_a_free_port_only_without_a_requested_address() {
    let folder = tempfile::tempdir().unwrap();
    // If another program uses the default address, it is in use as well.
    let taken = TcpListener::bind(explorer::DEFAULT_ADDR);
    let mut elsewhere = command(folder.path(), &["--no-load"]);
    elsewhere.env_remove("AUTOMETRICS_EXPLORER_ADDR");
    let shop = Shop::start(folder.path(), elsewhere);
    assert_ne!(shop.explorer, explorer::DEFAULT_ADDR);
    check_is_the_shops(shop.explorer);
    drop(taken);

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let output = run(
        folder.path(),
        &["--addr", "127.0.0.1:0", "--explorer", &addr],
    );
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    let expected = format!("shop: cannot listen on {addr}: address already in use");
    assert!(error.starts_with(&expected), "{error}");
}

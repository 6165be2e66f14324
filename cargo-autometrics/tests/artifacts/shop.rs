//! Tests with the shop, which is as large as a small service.

use std::{path::Path, process::Command};

use expect_test::expect_file;

/// Returns the output of a command about the shop, built in the workspace of this repository.
#[track_caller]
fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-autometrics"))
        .args(arguments)
        .args(["--package", "shop"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_functions_of_the_shop_are_listed() {
    expect_file!["expected/shop.txt"].assert_eq(&run(&["list"]));
}

#[test]
fn the_graph_of_the_shop_is_drawn() {
    expect_file!["expected/shop.dot"].assert_eq(&run(&["graph"]));
}

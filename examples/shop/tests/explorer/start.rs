//! Time from the start of the shop to the first numbers.

use std::{
    io::{self, Read as _},
    net::SocketAddr,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use test_harness::{OwnedChild, get};

use crate::support::{Shop, command};

/// Limit that the README promises.
const SOON: Duration = Duration::from_secs(10);

#[test]
fn first_line_has_the_address_of_the_explorer() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--addr", "127.0.0.1:0", "--explorer", "127.0.0.1:0"];
    let mut shop = command(folder.path(), &[&arguments[..], &["--no-load"]].concat());
    let mut shop = OwnedChild(shop.stdout(Stdio::piped()).spawn().unwrap());
    let mut said = [0; 4096];
    let length = shop.0.stdout.as_mut().unwrap().read(&mut said).unwrap();
    let said = str::from_utf8(&said[..length]).unwrap();
    let ports = |c: char| c.is_ascii_digit();
    let said: String = said
        .split("127.0.0.1:")
        .map(|part| part.trim_start_matches(ports))
        .collect::<Vec<_>>()
        .join("127.0.0.1:…");
    expect_test::expect![[r"
        see it live in a browser  http://127.0.0.1:…/

        shop      http://127.0.0.1:…
        metrics   http://127.0.0.1:…/metrics

    "]]
    .assert_eq(&said);
}

#[test]
fn explorer_has_numbers_within_ten_seconds() {
    let start = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path(), &[]);
    while calls_per_second(shop.explorer).unwrap() <= 0.0 {
        assert!(start.elapsed() < SOON, "nothing is called after {SOON:?}");
        thread::sleep(Duration::from_millis(50));
    }
    println!("after {:?}", start.elapsed());
}

/// Returns the calls per second of all functions together.
fn calls_per_second(explorer: SocketAddr) -> io::Result<f64> {
    let (_, answer) = get(explorer, "/api/v1/functions")?;
    let answer: Value = serde_json::from_str(&answer)?;
    let functions = answer["functions"].as_array().expect("functions");
    let rates = functions.iter().map(|f| f["calls_per_second"].as_f64());
    Ok(rates.map(|rate| rate.expect("a rate")).sum())
}

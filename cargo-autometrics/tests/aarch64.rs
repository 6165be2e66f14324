//! Tests with a program for aarch64: the command lists its functions, and it counts exactly there.
//!
//! The configuration of cargo for that processor, with an emulator, comes from
//! `cargo xtask test --only aarch64`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use expect_test::expect;
use object::{Architecture, Object as _};

/// Returns the folder of the workspace.
fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .parent()
        .expect("the package is a folder of the workspace")
}

/// Has cargo build the example `counted` for aarch64, or run it, and returns its standard output.
#[track_caller]
fn cargo(command: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args([command, "--quiet", "--config", "target/aarch64/cargo.toml"])
        .args(["--target-dir", "target/aarch64/target"])
        .args(["--target", "aarch64-unknown-linux-gnu"])
        .args(["-p", "autometrics", "--example", "counted"])
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_program_for_aarch64_lists_its_functions() {
    cargo("build");
    let folder = "target/aarch64/target/aarch64-unknown-linux-gnu/debug";
    let program: PathBuf = root().join(folder).join("examples/counted");
    let bytes = std::fs::read(&program).unwrap();
    let parsed = object::File::parse(&*bytes).unwrap();
    assert_eq!(parsed.architecture(), Architecture::Aarch64);
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-autometrics"))
        .args(["list", "--artifact"])
        .arg(program)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    expect![[r"
        MODULE   FUNCTION  PLACE                   OBJECTIVE
        counted  order     examples/counted.rs:20  orders
        counted  price     examples/counted.rs:28
    "]]
    .assert_eq(&String::from_utf8(output.stdout).unwrap());
}

#[test]
fn a_program_on_aarch64_counts_exactly() {
    let page = cargo("run");
    let is_count = |line: &&str| {
        line.starts_with("function_calls_total{") || line.contains("_objective_calls_total{")
    };
    let mut counts: Vec<_> = page.lines().filter(is_count).collect();
    counts.sort_unstable();
    expect![[r#"
        function_calls_total{function="order",module="counted",service_name="autometrics",objective_name="orders",objective_percentile="99.9",result="error",caller_function="",caller_module="",error="panic"} 0
        function_calls_total{function="order",module="counted",service_name="autometrics",objective_name="orders",objective_percentile="99.9",result="error",caller_function="",caller_module=""} 1000
        function_calls_total{function="order",module="counted",service_name="autometrics",objective_name="orders",objective_percentile="99.9",result="ok",caller_function="",caller_module=""} 3000
        function_calls_total{function="price",module="counted",service_name="autometrics",result="error",caller_function="",caller_module="",error="panic"} 0
        function_calls_total{function="price",module="counted",service_name="autometrics",result="error",caller_function="",caller_module=""} 0
        function_calls_total{function="price",module="counted",service_name="autometrics",result="error",caller_function="order",caller_module="counted",error="panic"} 0
        function_calls_total{function="price",module="counted",service_name="autometrics",result="error",caller_function="order",caller_module="counted"} 0
        function_calls_total{function="price",module="counted",service_name="autometrics",result="ok",caller_function="",caller_module=""} 0
        function_calls_total{function="price",module="counted",service_name="autometrics",result="ok",caller_function="order",caller_module="counted"} 3000
        function_objective_calls_total{function="order",module="counted",service_name="autometrics",package="autometrics",sli="latency",objective_name="orders",objective_percentile="99",objective_latency_threshold="0.25",outcome="bad"} 0
        function_objective_calls_total{function="order",module="counted",service_name="autometrics",package="autometrics",sli="latency",objective_name="orders",objective_percentile="99",objective_latency_threshold="0.25",outcome="good"} 4000
        function_objective_calls_total{function="order",module="counted",service_name="autometrics",package="autometrics",sli="success",objective_name="orders",objective_percentile="99.9",outcome="bad"} 1000
        function_objective_calls_total{function="order",module="counted",service_name="autometrics",package="autometrics",sli="success",objective_name="orders",objective_percentile="99.9",outcome="good"} 3000
    "#]]
    .assert_eq(&(counts.join("\n") + "\n"));
}

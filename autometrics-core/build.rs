//! Selects the hardware counter that programs may read on the target.

use std::env;

/// Systems whose own clocks read the generic timer in user space, so that every program may.
const READ_IN_PROGRAMS: &[&str] = &["android", "freebsd", "ios", "linux", "macos", "windows"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(generic_timer, time_stamp_counter)");
    // Miri implements no such instructions.
    if env::var_os("CARGO_CFG_MIRI").is_some() {
        return;
    }
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    match target("ARCH").as_str() {
        "aarch64" if READ_IN_PROGRAMS.contains(&target("OS").as_str()) => {
            println!("cargo::rustc-cfg=generic_timer");
        }
        "x86_64" => println!("cargo::rustc-cfg=time_stamp_counter"),
        _ => {}
    }
}

//! Name and build information of the program, from environment variables.

use std::{env, process::Command};

use autometrics::{BuildInfo, Settings, instrument_fn, snapshot};

#[instrument_fn]
fn called() {}

/// Prints the exported identity of a program.
///
/// Only the tests below run it, each in a process of its own, because the identity belongs to the
/// process.
#[test]
fn print_identity() {
    called();
    if env::var_os("TEST_SETS_NAME").is_some() {
        let repository = env::var("TEST_SETS_REPOSITORY").unwrap_or_default();
        let build = BuildInfo::new()
            .version("0.1.0")
            .commit("set")
            .branch("set")
            .repository_url(repository);
        let settings = Settings::new().service_name("set").build_info(build);
        settings.apply().expect("they are valid");
    }
    let snapshot = snapshot();
    let build = &snapshot.build;
    println!(
        "identity: {} {} {} {} {} {}",
        snapshot.service_name,
        build.version,
        build.commit,
        build.branch,
        build.repository_url,
        build.repository_provider
    );
}

/// Returns the output of [`print_identity`] with these variables, and without others of ours.
fn identity(variables: &[(&str, &str)]) -> String {
    let program = env::current_exe().expect("this program has a path");
    let ours = |name: &str| name.starts_with("AUTOMETRICS_") || name.starts_with("OTEL_");
    let output = Command::new(program)
        .args(["--exact", "print_identity", "--nocapture"])
        .env_clear()
        .envs(env::vars().filter(|(name, _)| !ours(name)))
        .envs(variables.iter().copied())
        .output()
        .expect("it runs");
    let output = String::from_utf8(output.stdout).expect("it prints text");
    let line = output
        .lines()
        .find_map(|line| line.split_once("identity: "));
    line.expect("it prints a line").1.trim_end().to_owned()
}

#[test]
fn uses_name_and_version_of_the_package_without_variables() {
    let expected = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    assert_eq!(identity(&[]), expected);
}

#[test]
fn first_variable_that_is_not_empty_names_the_service() {
    let name = |variables: &[_]| {
        let identity = identity(variables);
        identity.split(' ').next().map(str::to_owned)
    };
    let (ours, otel) = ("AUTOMETRICS_SERVICE_NAME", "OTEL_SERVICE_NAME");
    assert_eq!(name(&[(ours, "a"), (otel, "b")]).as_deref(), Some("a"));
    assert_eq!(name(&[(ours, " "), (otel, "b")]).as_deref(), Some("b"));
    assert_eq!(
        name(&[(ours, "a"), ("TEST_SETS_NAME", "1")]).as_deref(),
        Some("set")
    );
}

#[test]
fn build_information_of_the_environment_takes_precedence() {
    let variables = [
        ("TEST_SETS_NAME", "1"),
        ("AUTOMETRICS_VERSION", "9.9.9"),
        ("AUTOMETRICS_COMMIT", "abc"),
        ("AUTOMETRICS_REPOSITORY_URL", "https://gitlab.com/a/b"),
    ];
    assert_eq!(
        identity(&variables),
        "set 9.9.9 abc set https://gitlab.com/a/b gitlab"
    );
}

#[test]
fn environment_is_read_once() {
    const SET_LATER: &str = "TEST_SETS_VARIABLE_LATER";
    if env::var_os(SET_LATER).is_some() {
        let before = snapshot().service_name;
        #[expect(unsafe_code, reason = "no other thread of this process reads it")]
        // SAFETY: no other thread of this process reads the environment.
        unsafe {
            env::set_var("AUTOMETRICS_SERVICE_NAME", "later");
        };
        assert_eq!(snapshot().service_name, before);
        return;
    }
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "environment_is_read_once", "--test-threads=1"])
        .env(SET_LATER, "1")
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn empty_repository_removes_the_compiled_in_one_and_credentials_are_removed() {
    let set = [
        ("TEST_SETS_NAME", "1"),
        ("TEST_SETS_REPOSITORY", "https://S3cr3t@github.com/a/b"),
    ];
    let repository =
        |url: &str| identity(&[&set[..], &[("AUTOMETRICS_REPOSITORY_URL", url)]].concat());
    let before = identity(&set);
    assert!(
        before.ends_with(" https://github.com/a/b github"),
        "{before}"
    );
    for empty in ["", " "] {
        let removed = repository(empty);
        assert!(!removed.contains("://"), "{removed}");
    }
    let told = repository("https://user:S3cr3t@gitlab.com/a/b");
    assert!(told.ends_with(" https://gitlab.com/a/b gitlab"), "{told}");
}

//! Tests of options, help texts, and ways to start the command.

use expect_test::{Expect, expect};

use crate::{
    command, fail,
    objects::{elf, function, section, write},
    succeed, text,
};

#[track_caller]
fn check(arguments: &[&str], help: &Expect) {
    // Clap leaves blanks on the lines between paragraphs.
    let said = succeed(arguments);
    let lines: Vec<_> = said.lines().map(str::trim_end).collect();
    help.assert_eq(&(lines.join("\n") + "\n"));
}

#[test]
fn help_lists_the_subcommands() {
    check(
        &["--help"],
        &expect![[r"
            List functions instrumented with `#[instrument_fn]`, draw their calls, generate and check rules,
            find causes

            Usage: cargo autometrics <COMMAND>

            Commands:
              list      List the instrumented functions with module, name, file, line and objectives
              graph     Draw the calls between instrumented functions
              rules     Generate recording rules and burn-rate alerts for the objectives, and tests of the rules
              check     Check objectives and rule files, and report all problems in one run
              openslo   Write the objectives as OpenSLO v1, for other tools
              suspects  Find the functions that cause burning objectives, rising errors or rising latency
              compare   Compare two versions or windows, and report the functions that changed
              mcp       Serve tools for agents by the Model Context Protocol, over standard input and output
              help      Print this message or the help of the given subcommand(s)

            Options:
              -h, --help     Print help
              -V, --version  Print version

            Each command builds the package in the current directory as `cargo build` does, and reads the
            result. It never runs the program. Results go to standard output, all other messages to standard
            error. The exit code is 0 for success, 1 if a check or a comparison finds something, 2 for other
            errors, 3 for a comparison with too little data, and cargo's own if cargo fails.

              cargo autometrics list                          instrumented functions with file and line
              cargo autometrics graph | dot -Tsvg > g.svg     picture of the calls
              cargo autometrics help graph                    help on one command
        "]],
    );
}

#[test]
fn help_on_list_describes_all_options() {
    check(
        &["help", "list"],
        &expect![[r"
            List the instrumented functions with module, name, file, line and objectives

            The functions are sorted by module and name. The output is the same on every machine. Files of
            dependencies are shown as `name-version/src/…`.

            Usage: cargo autometrics list [OPTIONS]

            Options:
                  --format <FORMAT>
                      Output format: `table` for people, `json` for programs

                      [default: table]

                  --artifact <PATH>
                      Program or library to read without a build; can be given more than once

              -h, --help
                      Print help (see a summary with '-h')

            Package selection:
              -p, --package <SPEC>
                      Package to process (see `cargo help pkgid`)

                  --workspace
                      Process all packages in the workspace

                  --exclude <SPEC>
                      Exclude packages from being processed

            Target selection:
                  --lib
                      Only the package's library

                  --bin <NAME>
                      Only this binary

                  --bins
                      All binaries

                  --example <NAME>
                      Only this example

                  --examples
                      All examples

                  --test <NAME>
                      Only this test

                  --bench <NAME>
                      Only this benchmark

                  --benches
                      All benchmarks

                  --all-targets
                      All targets

            Feature selection:
                  --all-features
                      Activate all available features

                  --no-default-features
                      Do not activate the `default` feature

              -F, --features <FEATURES>
                      Space-separated list of features to activate

            Compilation:
              -r, --release
                      Build with optimisations

                  --profile <NAME>
                      Build with this profile

                  --target <TRIPLE>
                      Build for this platform

                  --target-dir <DIRECTORY>
                      Directory for the files that cargo builds

                  --locked
                      Fail if Cargo.lock would change

                  --offline
                      Do not use the network

                  --frozen
                      Same as `--locked --offline`

              -q, --quiet
                      Do not show the progress of the build

            Manifest:
              -m, --manifest-path <PATH>
                      Path to Cargo.toml

            Examples:
              cargo autometrics list                                  the package in this directory
              cargo autometrics list -p shop --release                another package, built for release
              cargo autometrics list --artifact target/release/shop   a program that is already built
              cargo autometrics list --format json | jq -r '.functions[] | select(.objectives == []).function'
        "]],
    );
}

#[test]
fn short_help_on_graph_describes_all_options() {
    check(
        &["graph", "-h"],
        &expect![[r"
            Draw the calls between instrumented functions

            Usage: cargo autometrics graph [OPTIONS]

            Options:
                  --format <FORMAT>  Output format: `dot` for Graphviz, `mermaid` for Markdown, `json` for
                                     programs [default: dot]
              -h, --help             Print help (see more with '--help')

            Calls at run time:
                  --from <PROMETHEUS_URL>  URL of a Prometheus that scrapes the program, such as
                                           `http://localhost:9090`
                  --service <NAME>         Only calls of this service, by its `service_name`; can be given more
                                           than once
                  --header <NAME: VALUE>   HTTP header for Prometheus, such as `X-Scope-OrgID: team`; can be
                                           given more than once
                  --window <DURATION>      Time range of the query [default: 5m]

            Options:
                  --artifact <PATH>  Program or library to read without a build; can be given more than once

            Package selection:
              -p, --package <SPEC>  Package to process (see `cargo help pkgid`)
                  --workspace       Process all packages in the workspace
                  --exclude <SPEC>  Exclude packages from being processed

            Target selection:
                  --lib             Only the package's library
                  --bin <NAME>      Only this binary
                  --bins            All binaries
                  --example <NAME>  Only this example
                  --examples        All examples
                  --test <NAME>     Only this test
                  --bench <NAME>    Only this benchmark
                  --benches         All benchmarks
                  --all-targets     All targets

            Feature selection:
                  --all-features         Activate all available features
                  --no-default-features  Do not activate the `default` feature
              -F, --features <FEATURES>  Space-separated list of features to activate

            Compilation:
              -r, --release                 Build with optimisations
                  --profile <NAME>          Build with this profile
                  --target <TRIPLE>         Build for this platform
                  --target-dir <DIRECTORY>  Directory for the files that cargo builds
                  --locked                  Fail if Cargo.lock would change
                  --offline                 Do not use the network
                  --frozen                  Same as `--locked --offline`
              -q, --quiet                   Do not show the progress of the build

            Manifest:
              -m, --manifest-path <PATH>  Path to Cargo.toml

            Examples:
              cargo autometrics graph | dot -Tsvg > graph.svg         picture by Graphviz
              cargo autometrics graph --format mermaid > graph.mmd    for Markdown, on pages that draw Mermaid
              cargo autometrics graph --from http://localhost:9090 --service shop --window 1h
              cargo autometrics graph --format json | jq '.ambiguous'
        "]],
    );
}

#[test]
fn the_version_is_that_of_the_package() {
    let expected = format!("cargo-autometrics {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(succeed(&["--version"]), expected);
    assert_eq!(succeed(&["autometrics", "-V"]), expected);
}

#[test]
fn the_argument_that_cargo_adds_is_optional() {
    let path = write(
        "alike",
        &elf(".autometrics0", &section![function("shop", "main", 1, "")]),
    );
    let listed = succeed(&["list", "--artifact", &path]);
    assert_eq!(
        succeed(&["autometrics", "list", "--artifact", &path]),
        listed
    );
}

#[test]
fn without_a_subcommand_help_is_written_to_standard_error() {
    let output = command(&[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    assert_eq!(text(&output.stderr), succeed(&["--help"]));
}

#[test]
fn an_artifact_excludes_options_of_the_build() {
    fail(
        &["list", "--artifact", "shop", "--release"],
        2,
        &expect![[r"
            error: the argument '--artifact <PATH>' cannot be used with:
              --release
              --profile <NAME>
              --target <TRIPLE>
              --target-dir <DIRECTORY>
              --locked
              --offline
              --frozen
              --quiet

            Usage: cargo autometrics list --artifact <PATH>

            For more information, try '--help'.
        "]],
    );
    fail(
        &["list", "--artifact", "shop", "--bin", "shop"],
        2,
        &expect![[r"
            error: the argument '--artifact <PATH>' cannot be used with:
              --lib
              --bin <NAME>
              --bins
              --example <NAME>
              --examples
              --test <NAME>
              --bench <NAME>
              --benches
              --all-targets

            Usage: cargo autometrics list --artifact <PATH>

            For more information, try '--help'.
        "]],
    );
}

#[test]
fn a_window_is_a_duration_of_prometheus() {
    let graph = |window| ["graph", "--from", "http://localhost", "--window", window];
    fail(
        &graph("five minutes"),
        2,
        &expect![[r"
        error: invalid value 'five minutes' for '--window <DURATION>': `five minutes` is not a duration: write it as Prometheus does, such as `5m`, `1h30m` or `28d`

        For more information, try '--help'.
    "]],
    );
    fail(
        &graph("0s"),
        2,
        &expect![[r"
        error: invalid value '0s' for '--window <DURATION>': `0s` is zero: write it as Prometheus does, such as `5m`, `1h30m` or `28d`

        For more information, try '--help'.
    "]],
    );
}

#[test]
fn a_closed_standard_output_is_no_error() {
    use std::process::Stdio;
    // The output is more than a pipe holds: each record is another function.
    let record = section![function("shop", "f00000", 1, "")];
    let name = record.windows(6).position(|six| six == b"f00000").unwrap();
    let records: Vec<u8> = (0..20_000)
        .flat_map(|number| {
            let mut record = record.clone();
            record[name..name + 6].copy_from_slice(format!("f{number:05}").as_bytes());
            record
        })
        .collect();
    let path = write("many", &elf(".autometrics0", &records));
    let mut child = command(&["list", "--artifact", &path])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stderr), "");
}

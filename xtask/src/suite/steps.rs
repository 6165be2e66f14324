//! The steps of `cargo xtask test`, as data.

/// A step of the suite.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Folder of its commands, relative to the workspace's root. The step is left out if the folder
    /// is missing.
    pub(super) folder: &'static str,
    pub(super) runs: &'static [Run],
    /// Set for a step with tests. It fails if no test ran, because a filter is then out of date.
    pub(super) has_tests: bool,
    /// A test that takes long on one core, and so runs beside the others.
    pub(super) slow_test: Option<SlowTest>,
    /// Name of the step that this step runs beside, after that step's `slow_test`. Runs alone if
    /// that step is not selected.
    pub(super) beside: Option<&'static str>,
    /// Programs that it starts and that cargo does not provide.
    pub(super) programs: &'static [&'static str],
    /// Set for a step that starts the newer servers of `cargo xtask servers`.
    pub(super) servers: bool,
    /// Set for a step that compiles for aarch64.
    pub(super) aarch64: bool,
}

/// A test that is the only one of its test target.
#[derive(Clone, Copy)]
pub(super) struct SlowTest {
    pub(super) target: &'static str,
    pub(super) test: &'static str,
}

/// A cargo command.
///
/// Commands with the shared target folder must not set `RUSTFLAGS`: each other value would build
/// all dependencies again.
pub(super) struct Run {
    pub(super) arguments: &'static [&'static str],
    pub(super) environment: &'static [(&'static str, &'static str)],
}

/// All steps, quick ones first.
pub(crate) const STEPS: &[Step] = &[
    FORMAT,
    Step {
        name: "bench-format",
        about: "`cargo fmt` changes nothing in the benchmarks, a workspace of its own",
        folder: "xtask/bench",
        runs: &[run(&["fmt", "--all", "--check"])],
        ..STEP
    },
    LINT,
    Step {
        name: "features",
        about: "clippy reports nothing with fewer features",
        #[rustfmt::skip]
        runs: &[
            run(&["clippy", "-p", "autometrics", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics", "--no-default-features", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics", "--features", "compat", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics", "--features", "http-1", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics", "--features", "axum-0_8", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics", "--features", "actix-web-4", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics", "--features", "explorer", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics", "--features", "tower-service-0_3", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics", "--features", "tracing-0_1", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics", "--features", "otlp", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics-otlp", "--features", "grpc", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics-otlp", "--features", "tls", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics-prometheus", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics-prometheus", "--features", "gzip", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "autometrics-prometheus", "--features", "protobuf", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "slo-spec", "--features", "promql", "--", "-D", "warnings"]),
            run(&["clippy", "-p", "slo-spec", "--features", "rules", "--", "-D", "warnings"]),
        ],
        ..STEP
    },
    Step {
        name: "tests",
        about: "unit, integration, tidy and documentation tests",
        #[rustfmt::skip]
        runs: &[run(&["test", "--workspace", "--all-features", "--no-fail-fast"])],
        has_tests: true,
        slow_test: Some(SlowTest {
            target: "ui",
            test: "messages_of_the_compiler",
        }),
        programs: &["prometheus", "promtool", "amtool", "git"],
        servers: true,
        ..STEP
    },
    Step {
        name: "browser",
        about: "page in a browser, API and answers for agents of the running shop's explorer",
        // The features of the step `tests`, so that nothing is built again.
        #[rustfmt::skip]
        runs: &[run(&[
            "test", "--workspace", "--all-features", "--no-fail-fast", "--test", "explorer",
        ])],
        has_tests: true,
        programs: &["chromium", "node", "npm", "python3"],
        ..STEP
    },
    Step {
        name: "lto",
        about: "functions are listed and counts are exact after link-time optimisation",
        #[rustfmt::skip]
        runs: &[run(&[
            "test", "-p", "autometrics", "--profile", "lto",
            "--test", "listed", "--test", "counts", "--test", "allocations",
        ])],
        has_tests: true,
        beside: Some("tests"),
        ..STEP
    },
    Step {
        name: "loom",
        about: "counters are exact in every interleaving of threads",
        runs: &[Run {
            #[rustfmt::skip]
            arguments: &[
                "test", "-p", "autometrics-core", "--lib", "--release",
                "--target-dir", "target/loom", "loom_model",
            ],
            environment: &[("RUSTFLAGS", "--cfg loom")],
        }],
        has_tests: true,
        beside: Some("tests"),
        ..STEP
    },
    Step {
        name: "torture",
        about: "published crates behave as before with every function instrumented",
        folder: "xtask/torture",
        #[rustfmt::skip]
        runs: &[
            run(&["fmt", "--check"]),
            run(&["clippy", "--all-targets", "--", "-D", "warnings"]),
            run(&["test", "--no-fail-fast"]),
            run(&["run", "--quiet", "--", "--small"]),
        ],
        has_tests: true,
        beside: Some("tests"),
        ..STEP
    },
    Step {
        name: "aarch64",
        about: "the library works on emulated aarch64, with the generic timer as clock",
        #[rustfmt::skip]
        runs: &[
            run(&[
                "test", "--no-fail-fast",
                "--config", "target/aarch64/cargo.toml", "--target-dir", "target/aarch64/target",
                "--target", "aarch64-unknown-linux-gnu",
                "-p", "autometrics-core", "-p", "autometrics", "--lib",
                "--test", "allocations", "--test", "allocator", "--test", "callers",
                "--test", "counts", "--test", "error_kinds", "--test", "fork", "--test", "objective_calls",
                "--test", "latency", "--test", "listed", "--test", "ok_if_and_error_if",
                "--test", "outcomes", "--test", "settings", "--test", "spawning",
                // In the emulator a thread or a child process takes milliseconds to start.
                "--", "--skip", "counts_calls_of_ten_thousand_short_lived_threads",
                "--skip", "child_counts_while_threads_of_the_parent_make_first_calls",
            ]),
            // The features of the step `tests`, so that nothing is built again.
            run(&["test", "--workspace", "--all-features", "--test", "aarch64"]),
        ],
        has_tests: true,
        beside: Some("tests"),
        programs: &["aarch64-linux-gnu-gcc", "qemu-aarch64-static"],
        aarch64: true,
        ..STEP
    },
    Step {
        name: "docs",
        about: "documentation builds without broken links",
        runs: &[Run {
            #[rustfmt::skip]
            arguments: &["doc", "--workspace", "--all-features", "--no-deps"],
            environment: &[("RUSTDOCFLAGS", "-D warnings")],
        }],
        ..STEP
    },
];

/// The steps of `cargo xtask check`, which start no program but cargo's and take a few minutes.
pub(crate) const QUICK_STEPS: &[Step] = &[
    FORMAT,
    LINT,
    Step {
        name: "unit",
        about: "unit tests, tidy tests and the messages of the compiler",
        // The features of the step `tests`, so that both share what is built.
        #[rustfmt::skip]
        runs: &[
            run(&["test", "--workspace", "--exclude", "test-harness", "--all-features", "--no-fail-fast", "--lib", "--bins"]),
            run(&["test", "--workspace", "--all-features", "--no-fail-fast", "--test", "tidy", "--test", "ui"]),
        ],
        has_tests: true,
        ..STEP
    },
];

const FORMAT: Step = Step {
    name: "format",
    about: "`cargo fmt` changes nothing",
    runs: &[run(&["fmt", "--all", "--check"])],
    ..STEP
};

const LINT: Step = Step {
    name: "lint",
    about: "clippy reports nothing with all features",
    #[rustfmt::skip]
    runs: &[run(&[
        "clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings",
    ])],
    ..STEP
};

const STEP: Step = Step {
    name: "",
    about: "",
    folder: "",
    runs: &[],
    has_tests: false,
    slow_test: None,
    beside: None,
    programs: &[],
    servers: false,
    aarch64: false,
};

const fn run(arguments: &'static [&'static str]) -> Run {
    Run {
        arguments,
        environment: &[],
    }
}

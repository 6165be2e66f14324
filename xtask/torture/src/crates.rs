//! The published crates that are instrumented, as data.

/// A published crate.
pub(crate) struct Crate {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) features: &'static [&'static str],
    /// Set if `cargo xtask test` includes it.
    pub(crate) small: bool,
    /// Set if a development dependency depends on the crate itself. The dependency is then patched
    /// to use the copy.
    pub(crate) depends_on_itself: bool,
    /// Test programs that are not run, with the reason.
    ///
    /// Those that do not compile in the published package are found automatically.
    pub(crate) without: &'static [(&'static str, &'static str)],
}

/// All crates, roughly from small to large.
pub(crate) const CRATES: &[Crate] = &[
    Crate {
        small: true,
        ..new("semver", "1.0.28")
    },
    new("url", "2.5.8"),
    new("either", "1.19.0"),
    Crate {
        features: &["const_generics", "write"],
        ..new("smallvec", "1.16.5")
    },
    new("async-stream", "0.3.6"),
    new("http", "1.5.0"),
    new("bytes", "1.12.1"),
    new("toml_edit", "0.25.18+spec-1.1.0"),
    new("indexmap", "2.14.2"),
    new("itertools", "0.14.0"),
    new("bb8", "0.9.1"),
    new("deadpool", "0.13.1"),
    Crate {
        small: true,
        ..new("mini-redis", "0.4.1")
    },
    Crate {
        features: &["full"],
        ..new("tower", "0.5.3")
    },
    Crate {
        features: &["sink", "channel", "io"],
        ..new("futures-util", "0.3.34")
    },
    new("serde_json", "1.0.154"),
    new("clap_builder", "4.6.7"),
    new("nom", "8.0.0"),
    new("petgraph", "0.8.3"),
    new("chrono", "0.4.45"),
    new("winnow", "1.0.5"),
    Crate {
        without: &[("octillion", "calls functions for minutes")],
        ..new("rayon", "1.12.0")
    },
    Crate {
        features: &["full"],
        ..new("hyper", "1.12.0")
    },
    Crate {
        features: &["full"],
        ..new("hyper-util", "0.1.21")
    },
    new("h2", "0.4.20"),
    Crate {
        features: &["full"],
        depends_on_itself: true,
        ..new("tokio-util", "0.7.20")
    },
    Crate {
        features: &[
            "__private",
            "axum-macros/__private",
            "macros",
            "multipart",
            "ws",
        ],
        depends_on_itself: true,
        ..new("axum", "0.8.9")
    },
    new("tonic", "0.14.9"),
    Crate {
        features: &["env-filter", "json"],
        ..new("tracing-subscriber", "0.3.23")
    },
    new("regex-automata", "0.4.18"),
    new("quinn-proto", "0.11.19"),
    Crate {
        features: &["future", "sync"],
        ..new("moka", "0.12.16")
    },
    new("tokio-postgres", "0.7.18"),
    new("reqwest", "0.13.5"),
    new("redis", "1.8.1"),
    new("rustls", "0.23.46"),
    Crate {
        features: &["full"],
        ..new("tower-http", "0.7.1")
    },
];

const fn new(name: &'static str, version: &'static str) -> Crate {
    Crate {
        name,
        version,
        features: &[],
        small: false,
        depends_on_itself: false,
        without: &[],
    }
}

impl Crate {
    /// Returns the name of its folder.
    pub(crate) fn folder(&self) -> String {
        let Self { name, version, .. } = self;
        let version = version.split('+').next().unwrap_or(version);
        format!("{name}-{version}")
    }
}

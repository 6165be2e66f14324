//! Checks that dependencies between our crates point one way.

use expect_test::expect;
use xtask::{Package, Workspace};

use crate::{manifests::workspace, report};

use May::{AnythingBut, Only};

/// Rule for the crates of this workspace that a crate may depend on.
enum May {
    Only(&'static [&'static str]),
    AnythingBut(&'static [&'static str]),
}

/// Rule for each crate, by its name or by `folder/*`.
///
/// A table of names, because a new crate fails the test until its dependencies were thought about.
const ARROWS: &[(&str, May)] = &[
    ("slo-spec", Only(&[])),
    ("autometrics-schema", Only(&["slo-spec"])),
    (
        "autometrics-core",
        Only(&["autometrics-schema", "slo-spec"]),
    ),
    ("autometrics-macros", Only(&[])),
    // It answers questions about calls, wherever they were observed.
    (
        "autometrics-context",
        Only(&["autometrics-schema", "slo-spec"]),
    ),
    // It serves pages, and does not know their content.
    ("autometrics-listener", Only(&[])),
    (
        "autometrics-prometheus",
        Only(&[
            "autometrics-core",
            "autometrics-listener",
            "autometrics-schema",
            "slo-spec",
        ]),
    ),
    // The explorer also serves metrics, as `autometrics-prometheus` encodes them.
    (
        "autometrics-explorer",
        Only(&[
            "autometrics-context",
            "autometrics-core",
            "autometrics-listener",
            "autometrics-prometheus",
            "autometrics-schema",
            "slo-spec",
        ]),
    ),
    // It adds metrics to the requests of another exporter, and `autometrics-otlp` encodes them.
    (
        "autometrics-opentelemetry-0_33",
        Only(&[
            "autometrics-core",
            "autometrics-otlp",
            "autometrics-schema",
            "slo-spec",
        ]),
    ),
    // They connect the program's own libraries, and do not read what was recorded.
    ("adaptors/*", Only(&["autometrics-core"])),
    (
        "exporters/*",
        Only(&["autometrics-core", "autometrics-schema", "slo-spec"]),
    ),
    ("autometrics", AnythingBut(PROGRAMS)),
    // Never core: it reads programs and does not run them.
    (
        "cargo-autometrics",
        Only(&["autometrics-context", "autometrics-schema", "slo-spec"]),
    ),
    ("examples/*", AnythingBut(PROGRAMS)),
    ("book-tests", AnythingBut(PROGRAMS)),
    ("edition-2015", AnythingBut(PROGRAMS)),
    ("edition-2018", AnythingBut(PROGRAMS)),
    ("tracing-attributes-tests", AnythingBut(PROGRAMS)),
    ("ui-tests", AnythingBut(PROGRAMS)),
    // Tests of all crates use it, and so it depends on no crate.
    ("test-harness", Only(&[])),
    // Programs that tests run and watch.
    ("pay", Only(&["autometrics"])),
    ("refunds", Only(&["autometrics", "pay"])),
    ("xtask", Only(&[])),
];

const PROGRAMS: &[&str] = &["cargo-autometrics", "examples/*", "test-harness", "xtask"];

/// Crates that use each other's private items, so their versions are pinned with `=`.
const PINNED: [&str; 3] = ["autometrics", "autometrics-core", "autometrics-macros"];

/// Crates without a stable API, so every crate that depends on them pins their version with `=`.
const INTERNAL: [&str; 1] = ["autometrics-listener"];

#[test]
fn dependencies_point_one_way() {
    let workspace = Workspace::read(&xtask::root()).unwrap();
    report(findings(&workspace.packages));
}

fn findings(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        let path = package.manifest_path();
        let Some((_, may)) = ARROWS.iter().find(|(who, _)| matches(who, package)) else {
            findings.push(format!(
                "{path}:1: `{}` is new: add it to ARROWS in {}, with its allowed dependencies",
                package.name,
                file!().replace('\\', "/")
            ));
            continue;
        };
        for dependency in package.dependencies() {
            let Some(other) = packages.iter().find(|other| other.name == dependency.name) else {
                continue;
            };
            if !may.depend_on(other) {
                findings.push(format!(
                    "{path}:1: `{}` may not depend on `{}`: dependencies point one way, see ARCHITECTURE.md",
                    package.name, other.name
                ));
            }
            let version = other.key("version").and_then(|version| version.as_str());
            let exact = format!("={}", version.unwrap_or_default());
            if let Some(reason) = pinned(package, other).filter(|_| dependency.version != exact) {
                findings.push(format!(
                    "{path}:1: `{}` must depend on `{}` in version `{}`: {reason}",
                    package.name, other.name, exact
                ));
            }
        }
        if package.name == "autometrics-core" && package.key("links").is_none() {
            findings.push(format!(
                "{path}:1: `links` is missing: two versions in one program would each see half of the calls"
            ));
        }
    }
    findings
}

/// Returns the reason why `package` has to pin the version of `other`, or `None` if any
/// compatible version will do.
fn pinned(package: &Package, other: &Package) -> Option<&'static str> {
    if INTERNAL.contains(&other.name.as_str()) {
        return Some("its API is not stable");
    }
    [package, other]
        .iter()
        .all(|one| PINNED.contains(&one.name.as_str()))
        .then_some("they use each other's private items")
}

impl May {
    fn depend_on(&self, other: &Package) -> bool {
        match self {
            Only(some) => some.iter().any(|who| matches(who, other)),
            AnythingBut(some) => !some.iter().any(|who| matches(who, other)),
        }
    }
}

fn matches(who: &str, package: &Package) -> bool {
    match who.strip_suffix('*') {
        Some(folder) => package.folder.starts_with(folder),
        None => package.name == who,
    }
}

#[test]
fn finds_wrong_dependencies() {
    let workspace = workspace(
        "arrows",
        &[
            (
                "",
                "[package]\nname = \"autometrics\"\nversion = \"1.0.0\"\n\
                 [dependencies]\nautometrics-core.workspace = true\nxtask = { path = \"xtask\" }\n\
                 [workspace]\nmembers = [\"core\", \"exporters/*\", \"new\", \"xtask\"]\n\
                 [workspace.dependencies]\nautometrics-core = { version = \"1.0.0\", path = \"core\" }\n",
            ),
            (
                "core",
                "[package]\nname = \"autometrics-core\"\nversion = \"1.0.0\"\n\
                 [target.'cfg(unix)'.dependencies]\nup = { package = \"autometrics\", path = \"..\", version = \"=1.0.0\" }\n\
                 [dev-dependencies]\nnew = { path = \"../new\" }\n",
            ),
            (
                "exporters/a",
                "[package]\nname = \"a\"\n[build-dependencies]\nnew = \"1\"\nautometrics-core.workspace = true\n",
            ),
            (
                "exporters/listener",
                "[package]\nname = \"autometrics-listener\"\nversion = \"1.0.0\"\n",
            ),
            (
                "exporters/prometheus",
                "[package]\nname = \"autometrics-prometheus\"\n\
                 [dependencies]\nautometrics-listener = { path = \"../listener\", version = \"1.0.0\" }\n",
            ),
            ("new", "[package]\nname = \"new\"\n"),
            ("xtask", "[package]\nname = \"xtask\"\n"),
        ],
    );
    expect![[r#"
        Cargo.toml:1: `autometrics` must depend on `autometrics-core` in version `=1.0.0`: they use each other's private items
        Cargo.toml:1: `autometrics` may not depend on `xtask`: dependencies point one way, see ARCHITECTURE.md
        core/Cargo.toml:1: `autometrics-core` may not depend on `autometrics`: dependencies point one way, see ARCHITECTURE.md
        core/Cargo.toml:1: `links` is missing: two versions in one program would each see half of the calls
        exporters/a/Cargo.toml:1: `a` may not depend on `new`: dependencies point one way, see ARCHITECTURE.md
        exporters/prometheus/Cargo.toml:1: `autometrics-prometheus` must depend on `autometrics-listener` in version `=1.0.0`: its API is not stable
        new/Cargo.toml:1: `new` is new: add it to ARROWS in xtask/tests/tidy/arrows.rs, with its allowed dependencies"#]].assert_eq(&findings(&workspace.packages).join("\n"));
}

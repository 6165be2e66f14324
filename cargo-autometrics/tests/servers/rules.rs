//! Generated rules of a program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use saphyr::{LoadableYamlNode as _, Yaml};

use crate::programs::built;

/// Factors of the workbook, with windows for scrapes that are a second apart.
///
/// The tiers are in the workbook's order: the first page fires first, and the ticket fires last.
const POLICY: &str = r#"
source = "the workbook's factors, with windows for a test"

[[tier]]
severity = "page"
name = "fast"
long = "20s"
short = "5s"
factor = 14.4

[[tier]]
severity = "page"
name = "slow"
long = "1m"
short = "8s"
factor = 6

[[tier]]
severity = "ticket"
name = "fast"
long = "3m"
short = "5s"
factor = 3
"#;

/// Generated files of one program.
pub(crate) struct Rules {
    pub(crate) path: PathBuf,
    /// Inhibitions and routes for Alertmanager.
    pub(crate) alertmanager: String,
}

impl Rules {
    /// Generates the rules of the program `name` with these options.
    #[track_caller]
    pub(crate) fn of(folder: &Path, name: &str, options: &[&str]) -> Self {
        let file = |ending: &str| folder.join(format!("{name}.{ending}"));
        fs::write(file("policy.toml"), POLICY).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_cargo-autometrics"))
            .arg("rules")
            .arg("--artifact")
            .arg(built(name))
            .arg("--policy")
            .arg(file("policy.toml"))
            .arg("--output")
            .arg(file("rules.yml"))
            .arg("--inhibit")
            .arg(file("alertmanager.yml"))
            .args(["--scrape-interval", "1s"])
            .args(options)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        Self {
            path: file("rules.yml"),
            alertmanager: fs::read_to_string(file("alertmanager.yml")).unwrap(),
        }
    }

    /// Returns the expression of the recording rule `record` for the indicator `sli`.
    #[track_caller]
    pub(crate) fn expr(&self, record: &str, sli: &str) -> String {
        let text = fs::read_to_string(&self.path).unwrap();
        let documents = Yaml::load_from_str(&text).unwrap();
        let groups = documents[0]["groups"].as_vec().unwrap().iter();
        let mut rules = groups.flat_map(|group| group["rules"].as_vec().unwrap());
        let text = |yaml: Option<&Yaml<'_>>| yaml.and_then(Yaml::as_str).map(str::to_owned);
        let rule = rules.find(|rule| {
            text(rule.as_mapping_get("record")).as_deref() == Some(record)
                && rule["labels"]["sli"].as_str() == Some(sli)
        });
        text(rule.and_then(|rule| rule.as_mapping_get("expr"))).expect("the rule is there")
    }
}

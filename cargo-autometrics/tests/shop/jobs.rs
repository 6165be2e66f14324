//! The CI jobs in the README work; the tests run them with the shop.

use std::{
    env, fs,
    path::Path,
    process::{Command, Output},
};

use saphyr::{LoadableYamlNode as _, Yaml};

use crate::{root, shop, text};

const README: &str = include_str!("../../README.md");

/// Commands that are left out: a CI runner has nothing but cargo, and everything is installed here.
const INSTALLS: [&str; 3] = ["sudo apt-get update ", "apt-get update ", "cargo install "];

/// Returns the commands of a job, without those that install programs.
fn commands(job: &str) -> Vec<String> {
    let (_, section) = README.split_once("\n## In CI\n").unwrap();
    let (_, block) = section
        .split_once(&format!("On {job}:\n\n```yaml\n"))
        .unwrap();
    let (yaml, _) = block.split_once("\n```\n").unwrap();
    let documents = Yaml::load_from_str(yaml).unwrap();
    let texts = |list: &Yaml<'_>| -> Vec<String> {
        let list = list.as_vec().unwrap().iter();
        list.map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let all = if job == "GitHub" {
        let steps = documents[0]["jobs"]["rules"]["steps"].as_vec().unwrap();
        let runs = steps.iter().filter_map(|step| step.as_mapping_get("run"));
        runs.map(|run| run.as_str().unwrap().to_owned()).collect()
    } else {
        let job = &documents[0]["objectives"];
        [texts(&job["before_script"]), texts(&job["script"])].concat()
    };
    let (left_out, commands): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|command: &String| INSTALLS.iter().any(|program| command.starts_with(program)));
    // One command installs the programs of Prometheus, and one installs this program.
    assert_eq!(left_out.len(), 2, "{left_out:?}");
    commands
}

/// Runs the commands as CI does, in a repository with the shop's rules after `change`. Returns the
/// first command that fails, with its output.
fn run(job: &str, change: impl FnOnce(&Path)) -> Result<(), (String, Output)> {
    let shop = shop();
    let repository = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (folder, programs) = (repository.path(), repository.path().join("programs"));
    fs::create_dir(folder.join("slo")).unwrap();
    for name in ["rules.yml", "tests.yml"] {
        let committed = root().join("examples/shop/slo").join(name);
        fs::copy(committed, folder.join("slo").join(name)).unwrap();
    }
    change(&folder.join("slo"));

    // A script replaces cargo, and adds the path of the package, which is not copied.
    fs::create_dir(&programs).unwrap();
    let command = env!("CARGO_BIN_EXE_cargo-autometrics");
    let manifest = root().join("examples/shop/Cargo.toml");
    let cargo = format!(
        "#!/bin/sh\nexec '{command}' \"$@\" --quiet --manifest-path '{}'\n",
        manifest.display()
    );
    fs::write(programs.join("cargo"), cargo).unwrap();
    let path = env::var_os("PATH").unwrap_or_default();
    let path = [programs.clone()]
        .into_iter()
        .chain(env::split_paths(&path));
    let path = env::join_paths(path).unwrap();
    let shell = |command: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-e", "-c", command]).current_dir(folder);
        shell.env("PATH", &path).env("CARGO", env!("CARGO"));
        // The shop is already built in this folder.
        shell.env("CARGO_TARGET_DIR", shop.ancestors().nth(2).unwrap());
        shell.output().unwrap()
    };
    let prepare = "chmod +x programs/cargo && git init --quiet && git add slo";
    let prepared = shell(prepare);
    assert!(prepared.status.success(), "{prepared:?}");
    for command in commands(job) {
        let output = shell(&command);
        if !output.status.success() {
            return Err((command, output));
        }
    }
    Ok(())
}

const JOBS: [&str; 2] = ["GitHub", "GitLab"];

#[test]
fn jobs_succeed_if_the_rules_are_current() {
    for job in JOBS {
        assert_eq!(commands(job).len(), 5, "{:?}", commands(job));
        if let Err((command, output)) = run(job, |_| {}) {
            panic!("{job}: {command}: {output:?}");
        }
    }
}

/// Replaces `from` by `to` in the file; panics if the file does not contain `from`.
fn replace(file: &Path, from: &str, to: &str) {
    let committed = fs::read_to_string(file).unwrap();
    assert!(committed.contains(from), "{from}");
    fs::write(file, committed.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_changed_rule_fails_in_check_with_the_finding() {
    for job in JOBS {
        let change = |slo: &Path| replace(&slo.join("rules.yml"), "14.4", "1000");
        let (command, output) = run(job, change).unwrap_err();
        assert!(command.starts_with("cargo autometrics check"), "{command}");
        let said = [&output.stdout[..], &output.stderr].concat();
        assert!(text(&said).contains("rules-differ"), "{output:?}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn a_changed_test_of_the_rules_fails_in_git_diff() {
    for job in JOBS {
        let change = |slo: &Path| replace(&slo.join("tests.yml"), "interval: ", "interval:  ");
        let (command, output) = run(job, change).unwrap_err();
        assert!(command.starts_with("git diff"), "{command}");
        assert_eq!(output.status.code(), Some(1));
    }
}

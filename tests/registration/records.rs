//! Records of instrumented functions are readable in compiled programs, without running them.
//!
//! The packages in `tests/fixtures/records` are built under each profile, and their files are read
//! as a tool would read them.
#![cfg(target_os = "linux")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use autometrics_schema::record::{Promise, Record, SECTION, records};
use expect_test::{Expect, expect};
use object::{Object as _, ObjectSection as _};
use serde_json::Value;

const PROFILES: [&str; 3] = ["dev", "release", "smallest"];

/// Compares the records with the expected text, under each of the profiles.
#[track_caller]
fn check(arguments: &[&str], profiles: &[&str], target: &str, expected: &Expect) {
    let mut texts = profiles
        .iter()
        .map(|profile| (profile, text_of(&build(arguments, profile, target))));
    let (_, first) = texts.next().expect("there is a profile");
    expected.assert_eq(&first);
    for (profile, text) in texts {
        assert_eq!(text, first, "under the profile `{profile}`");
    }
}

#[test]
fn binary_has_records_of_its_functions_and_of_its_dependencies() {
    check(
        &["build"],
        &PROFILES,
        "bin",
        &expect![[r#"
            stock <Box<u8> as From<u8>>::from, stock 0.4.0, stock/lib.rs:59, Classified
                []
            stock Box::open, stock 0.4.0, stock/lib.rs:48, Classified
                [.clone self.peek]
            stock Box::peek, stock 0.4.0, stock/lib.rs:52, Other
                []
            stock count, stock 0.4.0, stock/lib.rs:17, Result
                [.len shelf::first] counting: Some("99.95") Some("99% in 180ms") 28 Bad Some("warehouse") Some("https://wiki.example/counting")
            stock fetch, stock 0.4.0, stock/lib.rs:32, async Result
                [count std::future::ready]
            stock generic, stock 0.4.0, stock/lib.rs:27, Other
                [.unwrap_or_default never_called]
            stock never_called, stock 0.4.0, stock/lib.rs:22, Option
                [.ok .parse]
            stock::shelf first, stock 0.4.0, stock/lib.rs:39, Result
                [.map .parse .to_string]
            till Till::pay, till 1.2.3, till.rs:15, Result
                [self.note stock::count] paying: Some("99") None 30 Bad None None
            till write it down, till 1.2.3, till.rs:21, Other
                [] paying: Some("99") None 30 Bad None None
        "#]],
    );
}

#[test]
fn dynamic_library_has_records() {
    check(
        &["build"],
        &PROFILES,
        "cdylib",
        &expect![[r#"
            plugin plugin_count, till 1.2.3, plugin.rs:6, Other
                [.len private stock::generic]
            plugin private, till 1.2.3, plugin.rs:11, Other
                []
            stock <Box<u8> as From<u8>>::from, stock 0.4.0, stock/lib.rs:59, Classified
                []
            stock Box::open, stock 0.4.0, stock/lib.rs:48, Classified
                [.clone self.peek]
            stock Box::peek, stock 0.4.0, stock/lib.rs:52, Other
                []
            stock count, stock 0.4.0, stock/lib.rs:17, Result
                [.len shelf::first] counting: Some("99.95") Some("99% in 180ms") 28 Bad Some("warehouse") Some("https://wiki.example/counting")
            stock fetch, stock 0.4.0, stock/lib.rs:32, async Result
                [count std::future::ready]
            stock generic, stock 0.4.0, stock/lib.rs:27, Other
                [.unwrap_or_default never_called]
            stock never_called, stock 0.4.0, stock/lib.rs:22, Option
                [.ok .parse]
            stock::shelf first, stock 0.4.0, stock/lib.rs:39, Result
                [.map .parse .to_string]
        "#]],
    );
}

#[test]
fn test_binary_has_records_of_functions_in_tests() {
    check(
        &["test", "--no-run", "--bin=till"],
        &["dev"],
        "bin",
        &expect![[r#"
            stock <Box<u8> as From<u8>>::from, stock 0.4.0, stock/lib.rs:59, Classified
                []
            stock Box::open, stock 0.4.0, stock/lib.rs:48, Classified
                [.clone self.peek]
            stock Box::peek, stock 0.4.0, stock/lib.rs:52, Other
                []
            stock count, stock 0.4.0, stock/lib.rs:17, Result
                [.len shelf::first] counting: Some("99.95") Some("99% in 180ms") 28 Bad Some("warehouse") Some("https://wiki.example/counting")
            stock fetch, stock 0.4.0, stock/lib.rs:32, async Result
                [count std::future::ready]
            stock generic, stock 0.4.0, stock/lib.rs:27, Other
                [.unwrap_or_default never_called]
            stock never_called, stock 0.4.0, stock/lib.rs:22, Option
                [.ok .parse]
            stock::shelf first, stock 0.4.0, stock/lib.rs:39, Result
                [.map .parse .to_string]
            till Till::pay, till 1.2.3, till.rs:15, Result
                [self.note stock::count] paying: Some("99") None 30 Bad None None
            till write it down, till 1.2.3, till.rs:21, Other
                [] paying: Some("99") None 30 Bad None None
            till::tests only_in_tests, till 1.2.3, till.rs:33, Other
                []
        "#]],
    );
}

fn text_of(file: &Path) -> String {
    let bytes = fs::read(file).expect("the program can be read");
    let program = object::File::parse(&*bytes).expect("it is a program");
    let section = program.section_by_name(SECTION.elf);
    let section = section.unwrap_or_else(|| panic!("{}: no section", file.display()));
    let data = section.data().expect("the section can be read");
    let found: Result<Vec<Record<'_>>, _> = records(data).collect();
    text(found.unwrap_or_else(|error| panic!("{}: {error}", file.display())))
}

/// Formats each record as two lines, sorted, because the order in a file depends on the linker.
fn text(mut records: Vec<Record<'_>>) -> String {
    records.sort_by_key(|record| (record.module, record.function, record.line));
    records.iter().map(line).collect()
}

fn line(record: &Record<'_>) -> String {
    let Record {
        package,
        version,
        module,
        function,
        file,
        line,
        returns,
        asynchronous,
        objectives,
        calls,
    } = record;
    let asynchronous = if *asynchronous { "async " } else { "" };
    let objectives: String = objectives.iter().map(objective_text).collect();
    let calls = calls.replace('\n', " ");
    format!(
        "{module} {function}, {package} {version}, {file}:{line}, {asynchronous}{returns:?}\n\
         \x20   [{calls}]{objectives}\n"
    )
}

fn objective_text(promise: Promise<'_>) -> String {
    let Promise {
        name,
        success,
        latency,
        period_days,
        cancelled,
        owner,
        runbook,
    } = promise;
    let success = success.map(|percent| percent.to_string());
    let latency =
        latency.map(|latency| format!("{}% in {:?}", latency.percent(), latency.threshold()));
    format!(" {name}: {success:?} {latency:?} {period_days} {cancelled:?} {owner:?} {runbook:?}")
}

/// Builds the packages, and returns the path of the artifact of the kind `target`.
fn build(arguments: &[&str], profile: &str, target: &str) -> PathBuf {
    // Builds one at a time. Cargo's own lock would do that too, with a message in its output.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("records");
    write_packages(root, &folder);
    let output = test_harness::cargo(&folder)
        .args(arguments)
        .args(["--message-format=json", "--profile", profile])
        .output()
        .expect("cargo can be run");
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let messages: Vec<Value> = messages
        .lines()
        .map(|line| serde_json::from_str(line).expect("cargo writes JSON"))
        .collect();
    if !output.status.success() {
        let rendered = |message: &Value| Some(message["message"]["rendered"].as_str()?.to_owned());
        let rendered: String = messages.iter().filter_map(rendered).collect();
        panic!("{rendered}{}", String::from_utf8_lossy(&output.stderr));
    }
    let artifact = messages.iter().find(|message| {
        message["reason"] == "compiler-artifact"
            && message["target"]["kind"][0] == target
            && message["package_id"]
                .as_str()
                .is_some_and(|id| id.contains("till"))
    });
    let artifact = artifact.expect("cargo tells what it built");
    PathBuf::from(artifact["filenames"][0].as_str().expect("a file"))
}

/// Writes the packages into a folder where later runs find their dependencies built.
fn write_packages(root: &Path, folder: &Path) {
    let fixture = root.join("tests/fixtures/records");
    let face = format!("\"{}\"", root.display());
    fs::create_dir_all(folder.join("stock")).expect("the target folder can be written");
    for file in [
        "Cargo.toml",
        "till.rs",
        "plugin.rs",
        "stock/Cargo.toml",
        "stock/lib.rs",
    ] {
        let text = fs::read_to_string(fixture.join(file)).expect("the packages are there");
        let text = text
            .replace("\"../../../..\"", &face)
            .replace("\"../../..\"", &face);
        // An unchanged file keeps its modification time, so that it is not built again.
        if fs::read_to_string(folder.join(file)).ok().as_ref() != Some(&text) {
            fs::write(folder.join(file), text).expect("the target folder can be written");
        }
    }
    // Uses the versions of the workspace, so that nothing is downloaded.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))
        .expect("the target folder can be written");
}

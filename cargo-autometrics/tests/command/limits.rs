//! Input files that are nested too deep, are too large, or are not regular files.

use std::fs;

use crate::{command, exchange::FOREIGN, folder, objects::write, rules, text};

/// Runs a command that must fail with a message of one line that contains `said`.
#[track_caller]
fn refuses(arguments: &[&str], said: &str) {
    let output = command(arguments).output().unwrap();
    let message = text(&output.stderr);
    assert!(message.contains(said), "{message:.500}");
    assert_eq!(message.lines().count(), 1, "{message:.500}");
    assert!(message.len() < 2000, "{message:.500}");
    assert!(
        [Some(1), Some(2)].contains(&output.status.code()),
        "{output:?}"
    );
}

/// Returns YAML of up to 200 kB that is deeply nested, or expands to much more.
fn nested() -> Vec<(&'static str, String)> {
    let chain = (1..15_000).map(|n| format!("- &a{n} [*a{}]\n", n - 1));
    let doubled = (1..100).map(|n| format!("- &a{n} [*a{0}, *a{0}]\n", n - 1));
    let indented: Vec<_> = (0..600).map(|n| " ".repeat(n) + "a:\n").collect();
    vec![
        ("flow", "[".repeat(200_000)),
        ("flow-maps", "{a: ".repeat(50_000)),
        (
            "flow-closed",
            format!("{0}{1}", "[".repeat(100_000), "]".repeat(100_000)),
        ),
        ("block", "- ".repeat(100_000)),
        ("block-keys", "? ".repeat(100_000)),
        ("indented", indented.concat()),
        ("chain", format!("- &a0 [1]\n{}", chain.collect::<String>())),
        (
            "doubled",
            format!("- &a0 [1]\n{}", doubled.collect::<String>()),
        ),
    ]
}

#[test]
fn nested_rule_files_are_refused() {
    let program = rules::program("limits-rules");
    for (name, yaml) in nested() {
        let file = write(&format!("limits-rules-{name}.yml"), yaml.as_bytes());
        let output = command(&["check", "--artifact", &program, "--rules", &file]);
        let output = { output }.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}");
        let found = text(&output.stdout);
        assert!(
            found.contains("is not a rule file: "),
            "{name}: {found:.500}"
        );
    }
}

#[test]
fn nested_openslo_files_are_refused() {
    for (name, yaml) in nested() {
        let file = write(&format!("limits-slo-{name}.yml"), yaml.as_bytes());
        refuses(&["rules", "--openslo", &file], "this is not YAML: ");
    }
}

#[test]
fn nested_policies_are_refused() {
    for (name, toml) in [
        ("arrays", format!("a = {}", "[".repeat(200_000))),
        ("tables", format!("a = {}", "{b = ".repeat(40_000))),
        ("keys", format!("{}c = 1", "a.".repeat(100_000))),
        ("headers", format!("[{}c]", "a.".repeat(100_000))),
    ] {
        let file = write(&format!("limits-{name}.toml"), toml.as_bytes());
        let program = rules::program("limits-policy");
        refuses(
            &["rules", "--artifact", &program, "--policy", &file],
            "error: ",
        );
    }
}

#[test]
fn nested_queries_are_refused() {
    let inside = 100_000;
    for (name, query) in [
        (
            "paren",
            format!("{}a{}", "(".repeat(inside), ")".repeat(inside)),
        ),
        ("open", "(".repeat(2 * inside)),
        ("unary", format!("{}a", "- ".repeat(inside))),
        ("binary", format!("a{}", " + a".repeat(inside / 2))),
        ("power", format!("a{}", " ^ a".repeat(inside / 2))),
        ("calls", "rate(".repeat(inside / 2)),
        ("subqueries", format!("a{}", "[1m:]".repeat(inside / 2))),
        ("words", "a ".repeat(inside)),
        ("regex", format!("a{{b=~\\\"{}\\\"}}", "(".repeat(inside))),
        ("classes", format!("a{{b=~\\\"{}\\\"}}", "[".repeat(inside))),
        (
            "repeated",
            format!("a{{b=~\\\"{}a{}\\\"}}", "(".repeat(200), "){9}".repeat(200)),
        ),
    ] {
        let changed = FOREIGN.replacen(
            "query: http_requests_total{job=\"api\",zone=~\"(eu|us)-[a-c]+\"}",
            "query: \"QUERY\"",
            1,
        );
        assert!(changed.contains("QUERY"));
        let file = write(
            &format!("limits-query-{name}.yml"),
            changed.replace("QUERY", &query).as_bytes(),
        );
        refuses(&["rules", "--openslo", &file], "error: ");
    }
}

#[test]
fn long_expressions_are_compared() {
    let program = rules::program("limits-long");
    let file = "limits-long.yml";
    let output = command(&["rules", "--artifact", &program, "-o", file]).output();
    assert!(output.unwrap().status.success());
    let path = folder().join(file);
    let right = fs::read_to_string(&path).unwrap();
    let at = right.find("expr: ").unwrap() + "expr: ".len();
    for wrong in [
        "a + ".repeat(50_000),
        "(".repeat(200_000),
        "a b ".repeat(50_000),
    ] {
        fs::write(&path, format!("{}{wrong}{}", &right[..at], &right[at..])).unwrap();
        let output = command(&["check", "--artifact", &program, "--rules", file]);
        let output = { output }.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stdout).len() < 20_000);
    }
}

#[cfg(unix)]
#[test]
fn special_files_are_refused() {
    let program = rules::program("limits-special");
    for special in ["/dev/zero", "/dev/null", "/dev/tty"] {
        let said = format!("`{special}` is not a regular file");
        refuses(&["rules", "--openslo", special], &said);
        refuses(
            &["rules", "--artifact", &program, "--policy", special],
            &said,
        );
        refuses(
            &["check", "--artifact", &program, "--rules", special],
            &said,
        );
        refuses(
            &["check", "--artifact", &program, "--openslo", special],
            &said,
        );
    }
    let pipe = folder().join("limits-pipe");
    let _ = fs::remove_file(&pipe);
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    refuses(
        &["rules", "--openslo", "limits-pipe"],
        "is not a regular file",
    );
}

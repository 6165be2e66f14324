//! Names from files and arguments never control a terminal through standard error.

use autometrics_schema::record::Record;
use slo_spec::Objective;

use crate::{
    command, folder,
    objects::{elf, function, promised, section, write},
    rules, text,
};

/// Text that colours a terminal, moves its cursor, and looks like another message.
const EVIL: &str = "\u{1b}[2J\u{9b}31m\r\nerror: forged\u{7}\u{202e}";

/// Runs a command, and checks that standard error contains this text and no control characters.
#[track_caller]
fn check(arguments: &[&str], contains: &str) {
    let output = command(arguments).output().unwrap();
    let said = text(&output.stderr);
    assert!(said.contains(contains), "{said:?}");
    let forbidden = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(!said.contains(forbidden), "{said:?}");
    assert!(!said.lines().any(|line| line == "error: forged"), "{said}");
}

/// Returns an archive with one member, which has a section without a valid record.
fn archive(name: &str) -> Vec<u8> {
    let member = elf(".autometrics0", b"\xffno record");
    let names = format!("{name}/\n");
    let pad = |mut bytes: Vec<u8>| {
        bytes.resize(bytes.len().next_multiple_of(2), b'\n');
        bytes
    };
    let header = |name: &str, size: usize| {
        format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, 644).into_bytes()
    };
    [
        b"!<arch>\n".to_vec(),
        header("//", names.len()),
        pad(names.into_bytes()),
        header("/0", member.len()),
        pad(member),
    ]
    .concat()
}

#[test]
fn names_of_archive_members_are_escaped() {
    let file = write(
        "escaping.a",
        &archive("evil\u{1b}[2Jerror: forged\u{7}\u{202e}.o"),
    );
    check(&["list", "--artifact", &file], "\\u{1b}[2J");
}

#[test]
fn paths_are_escaped() {
    for arguments in [["list", "--artifact"], ["rules", "--openslo"]] {
        let missing = format!("missing{EVIL}");
        check(&[arguments[0], arguments[1], &missing], "\\u{1b}[2J");
    }
    let program = rules::program("escaping-paths");
    check(
        &[
            "rules",
            "--artifact",
            &program,
            "-o",
            &format!("escaping{EVIL}.yml"),
        ],
        "wrote ",
    );
    let _ = std::fs::remove_file(folder().join(format!("escaping{EVIL}.yml")));
}

#[test]
fn arguments_are_escaped() {
    check(&["list", "--format", EVIL], "\\u{1b}[2J");
    check(&["list", EVIL], "\\u{1b}[2J");
    check(
        &["graph", "--window", EVIL, "--from", "http://localhost"],
        "\\u{1b}[2J",
    );
    check(
        &[
            "rules",
            "--by",
            EVIL,
            "--artifact",
            &rules::program("escaping-by"),
        ],
        "\\u{1b}",
    );
}

#[test]
fn names_in_programs_are_escaped() {
    const FILE: &str = "src/\u{1b}[2J\nerror: forged.rs";
    const ONE: Objective = Objective::new("a").success_rate(90.0);
    const TWO: Objective = Objective::new("a").success_rate(95.0);
    const HERE: Record<'static> = Record {
        file: FILE,
        ..function("shop", "one", 1, "")
    };
    let records = section![
        promised(HERE, &[ONE]),
        promised(function("shop", "two", 2, ""), &[TWO]),
    ];
    let file = write("escaping-names", &elf(".autometrics0", &records));
    check(&["rules", "--artifact", &file], "\\u{1b}[2J");
}

#[test]
fn services_with_control_characters_are_refused() {
    let program = rules::program("escaping-service");
    for name in ["a\nb", "shop\u{1b}[2J", "\u{85}"] {
        for arguments in [
            &["graph", "--from", "http://localhost:1"][..],
            &["rules"],
            &["check"],
            &["openslo"],
        ] {
            let mut command = command(arguments);
            let output = command.args(["--artifact", &program, "--service", name]);
            let output = output.output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            assert_eq!(text(&output.stdout), "");
            let said = text(&output.stderr);
            assert!(said.starts_with("error: `--service` is `"), "{said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
    }
}

/// A line break would end the comment that repeats the command.
#[test]
fn options_stay_in_the_comment_that_repeats_them() {
    let program = rules::program("escaping-comment");
    let policy = "policy\nforged: 1";
    std::fs::write(
        folder().join(policy),
        "[[tier]]\nseverity = \"page\"\nname = \"fast\"\nlong = \"1h\"\nshort = \"5m\"\nfactor = 14.4\n",
    )
    .unwrap();
    let output = command(&["rules", "--artifact", &program, "--policy", policy]);
    let output = { output }.output().unwrap();
    let rules = text(&output.stdout);
    assert!(
        rules.contains(r"--policy $'policy\nforged: 1'"),
        "{output:?}"
    );
    assert!(!rules.lines().any(|line| line.starts_with("forged")));
}

#[test]
fn a_closed_standard_error_does_not_change_the_exit_code() {
    use std::process::Stdio;

    let mut command = command(&["list", "--artifact", "missing"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

//! Programs list the functions that are linked into them, with every profile.

use std::{env, path::Path, process::Command};

use expect_test::expect;

use crate::workspace::{check, command, folder, said, succeed};

#[test]
fn a_program_lists_what_is_linked_into_it() {
    check(
        &["list", "-p", "greeter"],
        &expect![[r"
        MODULE         FUNCTION        PLACE                  OBJECTIVE
        courtesy       bend            courtesy/src/lib.rs:7
        courtesy       bow             courtesy/src/lib.rs:2
        greeter        Greeter::depth  greeter/src/lib.rs:25  prompt
        greeter        Greeter::greet  greeter/src/lib.rs:20  prompt
        greeter        Greeter::new    greeter/src/lib.rs:16  prompt
        greeter        main            greeter/src/main.rs:4
        greeter        polish          greeter/src/lib.rs:31
        greeter::late  greet_later     greeter/src/lib.rs:40
    "]],
    );
}

#[test]
fn json_has_all_values_of_the_record() {
    let list = succeed(&["list", "-p", "greeter", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let functions = list["functions"].as_array().unwrap();
    let greet = functions
        .iter()
        .find(|one| one["function"] == "Greeter::greet")
        .unwrap();
    expect![[r#"
        {
          "async": false,
          "calls": [
            "courtesy::bow",
            "polish",
            "self.depth"
          ],
          "file": "greeter/src/lib.rs",
          "function": "Greeter::greet",
          "line": 20,
          "module": "greeter",
          "objectives": [
            {
              "cancelled": "bad",
              "latency": {
                "percent": 95.0,
                "threshold_seconds": 0.02
              },
              "name": "prompt",
              "owner": "reception",
              "period_days": 30,
              "runbook": null,
              "success_percent": 99.5
            }
          ],
          "package": "greeter",
          "package_version": "0.3.1",
          "returns": "result"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(greet).unwrap());
}

#[test]
fn a_stripped_program_with_link_time_optimisation_lists_the_same_functions() {
    let plain = succeed(&["list", "-p", "greeter"]);
    assert_eq!(
        succeed(&["list", "-p", "greeter", "--profile", "lto"]),
        plain
    );
    let program = format!("target/lto/greeter{}", env::consts::EXE_SUFFIX);
    assert_eq!(succeed(&["list", "--artifact", &program]), plain);
}

#[test]
fn only_the_selected_target_of_a_package_is_read() {
    check(
        &["list", "-p", "greeter", "--example", "wave"],
        &expect![[r"
        MODULE         FUNCTION        PLACE                       OBJECTIVE
        courtesy       bend            courtesy/src/lib.rs:7
        courtesy       bow             courtesy/src/lib.rs:2
        greeter        Greeter::depth  greeter/src/lib.rs:25       prompt
        greeter        Greeter::greet  greeter/src/lib.rs:20       prompt
        greeter        Greeter::new    greeter/src/lib.rs:16       prompt
        greeter        polish          greeter/src/lib.rs:31
        greeter::late  greet_later     greeter/src/lib.rs:40
        wave           main            greeter/examples/wave.rs:2
    "]],
    );
    check(
        &["list", "-p", "greeter", "--lib"],
        &expect![[r"
        MODULE         FUNCTION        PLACE                  OBJECTIVE
        greeter        Greeter::depth  greeter/src/lib.rs:25  prompt
        greeter        Greeter::greet  greeter/src/lib.rs:20  prompt
        greeter        Greeter::new    greeter/src/lib.rs:16  prompt
        greeter        polish          greeter/src/lib.rs:31
        greeter::late  greet_later     greeter/src/lib.rs:40
    "]],
    );
}

#[test]
fn a_library_alone_has_its_own_functions() {
    check(
        &["list", "--manifest-path", "courtesy/Cargo.toml"],
        &expect![[r"
            MODULE    FUNCTION  PLACE                  OBJECTIVE
            courtesy  bend      courtesy/src/lib.rs:7
            courtesy  bow       courtesy/src/lib.rs:2
        "]],
    );
}

#[test]
fn libraries_for_other_languages_are_read() {
    check(
        &["list", "-p", "shared"],
        &expect![[r"
        MODULE  FUNCTION  PLACE                OBJECTIVE
        shared  entry     shared/src/lib.rs:2
    "]],
    );
}

#[test]
fn a_workspace_lists_the_functions_of_all_its_packages() {
    check(
        &["list", "--workspace", "--exclude", "shared"],
        &expect![[r"
        MODULE         FUNCTION        PLACE                   OBJECTIVE
        courtesy       bend            courtesy/src/lib.rs:7
        courtesy       bow             courtesy/src/lib.rs:2
        forgotten      never_named     forgotten/src/lib.rs:2
        greeter        Greeter::depth  greeter/src/lib.rs:25   prompt
        greeter        Greeter::greet  greeter/src/lib.rs:20   prompt
        greeter        Greeter::new    greeter/src/lib.rs:16   prompt
        greeter        main            greeter/src/main.rs:4
        greeter        polish          greeter/src/lib.rs:31
        greeter::late  greet_later     greeter/src/lib.rs:40
    "]],
    );
}

/// With link-time optimisation, code is only generated when a program is linked.
#[test]
fn a_library_alone_has_no_functions_yet_under_link_time_optimisation() {
    let mut command = command(&["list", "-p", "courtesy", "--profile", "lto"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = said(&output);
    assert!(
        said.contains("libcourtesy.rlib") && said.contains("compiled for link-time optimisation"),
        "{said}"
    );
}

#[test]
fn a_graph_is_drawn() {
    check(
        &["graph", "-p", "greeter"],
        &expect![[r#"
        digraph autometrics {
          rankdir=LR
          color=gray
          fontname="sans-serif"
          node [shape=box, style=rounded, fontname="sans-serif"]
          edge [fontname="sans-serif", fontsize=10]

          subgraph cluster_0 {
            label="courtesy"
            n0 [label="bend", tooltip="courtesy/src/lib.rs:7"]
            n1 [label="bow", tooltip="courtesy/src/lib.rs:2"]
          }

          subgraph cluster_1 {
            label="greeter"
            n2 [label="Greeter::depth\nobjective prompt", tooltip="greeter/src/lib.rs:25"]
            n3 [label="Greeter::greet\nobjective prompt", tooltip="greeter/src/lib.rs:20"]
            n4 [label="Greeter::new\nobjective prompt", tooltip="greeter/src/lib.rs:16"]
            n5 [label="main", tooltip="greeter/src/main.rs:4"]
            n6 [label="polish", tooltip="greeter/src/lib.rs:31"]
          }

          subgraph cluster_2 {
            label="greeter::late"
            n7 [label="greet_later", tooltip="greeter/src/lib.rs:40"]
          }

          n1 -> n0
          n3 -> n1
          n3 -> n2
          n3 -> n6
          n5 -> n3
          n5 -> n4
          n7 -> n3
        }
    "#]],
    );
}

#[test]
fn cargo_starts_the_command_as_a_subcommand() {
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-autometrics"));
    let mut paths = vec![program.parent().unwrap().to_owned()];
    paths.extend(env::split_paths(&env::var_os("PATH").unwrap()));
    let output = Command::new(env::var_os("CARGO").unwrap())
        .args(["autometrics", "list", "-p", "greeter"])
        .current_dir(folder())
        .env("PATH", env::join_paths(paths).unwrap())
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TARGET_DIR", "target")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        succeed(&["list", "-p", "greeter"])
    );
}

#[test]
fn messages_of_the_compiler_are_passed_on() {
    let mut command = command(&["list", "-p", "courtesy", "--target-dir", "target/broken"]);
    let output = command.env("RUSTFLAGS", "--cfg").output().unwrap();
    assert_eq!(output.status.code(), Some(101), "{}", said(&output));
    assert!(output.stdout.is_empty());
    assert!(said(&output).contains("--cfg"), "{}", said(&output));
}

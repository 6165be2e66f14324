//! Files that `rules` writes are complete, or not written at all.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
};

use expect_test::{Expect, expect};

use super::program;
use crate::{command, folder, text};

/// Returns an empty folder within that of the tests.
fn place(name: &str) -> PathBuf {
    let place = folder().join(name);
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place).unwrap();
    place
}

fn names(place: &Path) -> Vec<String> {
    let entries = fs::read_dir(place).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

#[track_caller]
fn refused(arguments: &[&str], said: &Expect) {
    let output = command(arguments).output().unwrap();
    said.assert_eq(text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn nothing_is_written_if_one_of_the_files_cannot_be_written() {
    let (program, place) = (program("outputs-none-program"), place("outputs-none"));
    fs::write(place.join("rules.yml"), "before").unwrap();
    for option in ["--tests", "--inhibit"] {
        let output = command(&[
            "rules",
            "--artifact",
            &program,
            "-o",
            "outputs-none/rules.yml",
            option,
            "outputs-none/missing/file.yml",
        ]);
        assert_eq!({ output }.output().unwrap().status.code(), Some(2));
        assert_eq!(
            fs::read_to_string(place.join("rules.yml")).unwrap(),
            "before"
        );
        assert_eq!(names(&place), ["rules.yml"]);
    }
}

/// A limit of the process imitates a disk that is full after half of the file.
#[cfg(target_os = "linux")]
#[test]
fn a_write_that_fails_halfway_changes_nothing() {
    let (program, place) = (program("outputs-full-program"), place("outputs-full"));
    fs::write(place.join("rules.yml"), "before").unwrap();
    let script = format!(
        "trap '' XFSZ; ulimit -f 1; exec {} rules --artifact {program} -o outputs-full/rules.yml",
        env!("CARGO_BIN_EXE_cargo-autometrics")
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(text(&output.stderr).contains("`outputs-full/rules.yml` cannot be written"));
    assert_eq!(
        fs::read_to_string(place.join("rules.yml")).unwrap(),
        "before"
    );
    assert_eq!(names(&place), ["rules.yml"]);
}

#[test]
fn readers_never_see_a_part_of_a_file() {
    let (program, place) = (program("outputs-readers-program"), place("outputs-readers"));
    let path = place.join("rules.yml");
    let write = || {
        command(&[
            "rules",
            "--artifact",
            &program,
            "-o",
            "outputs-readers/rules.yml",
        ])
    };
    assert!(write().output().unwrap().status.success());
    // A reader that has opened the file goes on reading the previous one.
    let open = File::open(&path).unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(
        place.join("other.toml"),
        "[[tier]]\nseverity = \"page\"\nname = \"fast\"\nlong = \"1h\"\nshort = \"5m\"\nfactor = 14.4\n",
    )
    .unwrap();
    let output = write()
        .args(["--policy", "outputs-readers/other.toml"])
        .output();
    assert!(output.unwrap().status.success());
    assert_eq!(std::io::read_to_string(open).unwrap(), whole);
    assert_ne!(fs::read_to_string(&path).unwrap(), whole);
}

#[test]
fn simultaneous_runs_leave_the_files_of_one_run() {
    let (program, place) = (program("outputs-race-program"), place("outputs-race"));
    for _ in 0..20 {
        let runs = ["10", "20", "30"].map(|events| {
            command(&[
                "rules",
                "--artifact",
                &program,
                "--min-bad-events",
                events,
                "-o",
                "outputs-race/rules.yml",
                "--tests",
                "outputs-race/tests.yml",
                "--inhibit",
                "outputs-race/inhibit.yml",
            ])
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
        });
        for mut run in runs {
            assert!(run.wait().unwrap().success());
        }
        let made: BTreeSet<_> = ["rules.yml", "tests.yml", "inhibit.yml"]
            .map(|name| {
                let text = fs::read_to_string(place.join(name)).unwrap();
                let command = text.lines().next().unwrap().split('`').nth(1).unwrap();
                command.to_owned()
            })
            .into();
        assert_eq!(made.len(), 1, "{made:?}");
        assert_eq!(names(&place), ["inhibit.yml", "rules.yml", "tests.yml"]);
    }
}

#[test]
fn two_outputs_with_one_path_are_refused() {
    let (program, place) = (program("outputs-twice-program"), place("outputs-twice"));
    for (tests, existing) in [
        ("outputs-twice/a.yml", false),
        ("outputs-twice/./a.yml", false),
        ("./outputs-twice/../outputs-twice/a.yml", false),
        ("outputs-twice/a.yml", true),
        ("outputs-twice/link.yml", true),
        ("outputs-twice/hard.yml", true),
    ] {
        let _ = fs::remove_dir_all(&place);
        fs::create_dir_all(&place).unwrap();
        if existing {
            fs::write(place.join("a.yml"), "before").unwrap();
            fs::hard_link(place.join("a.yml"), place.join("hard.yml")).unwrap();
            #[cfg(unix)]
            std::os::unix::fs::symlink("a.yml", place.join("link.yml")).unwrap();
        }
        let before = names(&place);
        for option in ["--tests", "--inhibit"] {
            let arguments = ["rules", "--artifact", &program, "-o", "outputs-twice/a.yml"];
            let output = command(&arguments).args([option, tests]).output().unwrap();
            let said = text(&output.stderr);
            let expected = format!(
                "error: `{tests}` is two outputs of the same command: give each file a path of its own\n"
            );
            assert_eq!(said, expected);
            assert_eq!(names(&place), before);
        }
    }
}

#[test]
fn an_output_that_is_an_input_is_refused() {
    let program = program("outputs-input-program");
    let place = place("outputs-input");
    let before = fs::read(folder().join(&program)).unwrap();
    refused(
        &["rules", "--artifact", &program, "-o", &program],
        &expect![[r"
            error: `outputs-input-program` is an input and an output of the same command: give each file a path of its own
        "]],
    );
    assert_eq!(fs::read(folder().join(&program)).unwrap(), before);
    let policy = "[[tier]]\nseverity = \"page\"\nname = \"fast\"\nlong = \"1h\"\nshort = \"5m\"\nfactor = 14.4\n";
    fs::write(place.join("p.toml"), policy).unwrap();
    for output in ["-o", "--inhibit"] {
        let mut command = command(&[
            "rules",
            "--artifact",
            &program,
            output,
            "outputs-input/p.toml",
        ]);
        let output = command
            .args(["--policy", "outputs-input/./p.toml"])
            .output();
        assert_eq!(output.unwrap().status.code(), Some(2));
        assert_eq!(fs::read_to_string(place.join("p.toml")).unwrap(), policy);
    }
    let slo = crate::exchange::FOREIGN;
    fs::write(place.join("slo.yml"), slo).unwrap();
    let path = "outputs-input/slo.yml";
    let output = command(&["rules", "--openslo", path, "-o", path]).output();
    assert_eq!(output.unwrap().status.code(), Some(2));
    assert_eq!(fs::read_to_string(place.join("slo.yml")).unwrap(), slo);
}

#[cfg(unix)]
#[test]
fn links_permissions_and_devices_are_kept() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};

    let (program, place) = (program("outputs-kept-program"), place("outputs-kept"));
    let real = place.join("real.yml");
    fs::write(&real, "before").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real.yml", place.join("link.yml")).unwrap();
    std::os::unix::fs::symlink("new.yml", place.join("dangling.yml")).unwrap();
    for name in ["link.yml", "dangling.yml"] {
        let path = format!("outputs-kept/{name}");
        let output = command(&["rules", "--artifact", &program, "-o", &path]).output();
        assert!(output.unwrap().status.success());
        assert!(place.join(name).is_symlink());
    }
    assert_ne!(fs::read_to_string(&real).unwrap(), "before");
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert_eq!(
        names(&place),
        ["dangling.yml", "link.yml", "new.yml", "real.yml"]
    );
    let output = command(&["rules", "--artifact", &program, "-o", "/dev/null"]).output();
    assert!(output.unwrap().status.success());
    assert!(
        fs::metadata("/dev/null")
            .unwrap()
            .file_type()
            .is_char_device()
    );
    let output = command(&["rules", "--artifact", &program, "-o", "/dev/stdout"]).output();
    assert!(text(&output.unwrap().stdout).contains("groups:"));
}

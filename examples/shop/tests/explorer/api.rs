//! Tests of the API by Schemathesis, with requests that its description allows, and others that it
//! does not.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{ready, repository};

const MISSING: &str = "install Debian's package python3-venv, or run `cargo xtask test --only browser`, which lists all that is needed";

const OPERATIONS: [&str; 6] = [
    "functions",
    "graph",
    "series",
    "objectives",
    "suspects",
    "events",
];

/// Runs Schemathesis to its end. It succeeds if it has found nothing.
#[track_caller]
pub(crate) fn check(explorer: SocketAddr) {
    let url = format!("http://{explorer}");
    let folder = tempfile::tempdir().unwrap();
    let said = ready::run(
        schemathesis()
            // Schemathesis would otherwise keep files here, and use them in the next run.
            .current_dir(folder.path())
            .arg("--config-file")
            .arg(repository("tests/openapi/schemathesis.toml"))
            .args(["run", &format!("{url}/api/v1/openapi.json"), "--url", &url])
            .env("SCHEMATHESIS_HOOKS", repository("tests/openapi/hooks.py"))
            .env("EXPLORER_URL", &url),
        MISSING,
    );
    println!("{said}");
    // Each operation must also have answered with success.
    for operation in OPERATIONS {
        let words = format!("answered: GET /api/v1/{operation} 200: ");
        assert!(said.contains(&words), "{operation} never answered:\n{said}");
    }
}

/// Returns a command of Schemathesis, which is installed into the target folder.
fn schemathesis() -> Command {
    let list = repository("tests/openapi/requirements.txt");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemathesis");
    ready::ensure(&list, &folder, || install(&list, &folder));
    let mut python = Command::new(python(&folder));
    python.env("PYTHONPATH", libraries(&folder));
    python.env("PYTHONIOENCODING", "utf-8");
    python.args(["-m", "schemathesis.cli"]);
    python
}

fn install(list: &Path, folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
    let mut venv = Command::new("python3");
    let made = venv.args(["-m", "venv"]).arg(folder).output();
    let made = made.unwrap_or_else(|error| panic!("cannot run `python3`: {error}; {MISSING}"));
    let mut pip = Command::new(if made.status.success() {
        python(folder)
    } else {
        // Without venv, pip alone is enough.
        "python3".into()
    });
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    pip.arg("--target").arg(libraries(folder));
    ready::run(pip.arg("--requirement").arg(list), MISSING);
}

/// Returns the interpreter of the environment, or the system's if there is none.
fn python(folder: &Path) -> PathBuf {
    let own = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python3"
    });
    if own.exists() { own } else { "python3".into() }
}

fn libraries(folder: &Path) -> PathBuf {
    folder.join("libraries")
}

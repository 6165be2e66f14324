//! The command `cargo autometrics`, built for the test.

use std::{
    env,
    path::{Path, PathBuf},
    process,
};

/// Path of the command.
pub(crate) struct Command(PathBuf);

impl Command {
    /// Builds the command.
    pub(crate) fn build() -> Self {
        // `target/tmp` is in the folder of all artifacts.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let status = process::Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            // The features of `cargo xtask test`, so that nothing is built again there.
            .args([
                "build",
                "--quiet",
                "--offline",
                "--workspace",
                "--all-features",
            ])
            .args(["--bin", "cargo-autometrics", "--target-dir"])
            .arg(target)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .unwrap();
        assert!(status.success(), "cargo-autometrics does not build");
        let name = format!("cargo-autometrics{}", env::consts::EXE_SUFFIX);
        Self(target.join("debug").join(name))
    }

    /// Returns a run of the command with these arguments, and with the shop as its program.
    pub(crate) fn run(&self, arguments: &[&str]) -> process::Command {
        let mut command = process::Command::new(&self.0);
        command
            .args(arguments)
            .args(["--artifact", env!("CARGO_BIN_EXE_shop")]);
        command
    }
}

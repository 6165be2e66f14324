//! A real program that is truncated or changed in many ways.

use std::{env, fs, path::Path};

use autometrics_schema::record;
use cargo_autometrics::artifact::content;

use crate::workspace::{folder, succeed};

fn read(bytes: &[u8]) -> usize {
    let Ok(content) = content(Path::new("greeter"), bytes) else {
        return 0;
    };
    let sections = content.sections.iter();
    sections
        .flat_map(|section| record::records(section.data))
        .flatten()
        .count()
}

#[test]
fn truncated_and_changed_programs_cause_no_panic() {
    succeed(&["list", "-p", "greeter", "--profile", "lto"]);
    let program = format!("target/lto/greeter{}", env::consts::EXE_SUFFIX);
    let mut program = fs::read(folder().join(program)).unwrap();
    assert_eq!(read(&program), 8);

    let mut random = fastrand::Rng::with_seed(5);
    for _ in 0..500 {
        read(&program[..random.usize(..program.len())]);
    }
    let end = program.len();
    // Bits are changed anywhere, and where readers look: in the headers, and in the tables at the
    // end.
    for range in [0..end, 0..512, end - 4096..end] {
        for _ in 0..2_000 {
            let at = random.usize(range.clone());
            let before = program[at];
            program[at] ^= 1 << random.u8(..8);
            read(&program);
            program[at] = before;
        }
    }
}

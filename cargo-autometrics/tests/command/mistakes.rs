//! Errors are messages of one line that name a remedy.

use expect_test::expect;

use crate::{
    check_failure, command, fail, folder,
    objects::{archive, elf, function, section, universal, write},
    text,
};

#[test]
fn a_missing_file_is_refused() {
    fail(
        &["list", "--artifact", "nowhere/shop"],
        2,
        &expect![[r"
        error: `nowhere/shop` cannot be read: No such file or directory (os error 2)
    "]],
    );
}

#[test]
fn a_directory_is_refused() {
    std::fs::create_dir_all(folder().join("directory")).unwrap();
    fail(
        &["list", "--artifact", "directory"],
        2,
        &expect![[r"
        error: `directory` is a directory: give the path of the program in it, such as `target/release/NAME`, or leave out `--artifact` to build the package in the current directory
    "]],
    );
}

#[cfg(unix)]
#[test]
fn a_device_is_refused() {
    fail(
        &["list", "--artifact", "/dev/zero"],
        2,
        &expect![[r"
        error: `/dev/zero` is not a regular file: expected a program or library
    "]],
    );
}

#[test]
fn an_empty_file_is_refused() {
    let path = write("empty", b"");
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
        error: `empty` is empty (0 bytes), perhaps because its build was interrupted: build it again
    "]],
    );
}

#[test]
fn files_that_are_not_programs_are_refused() {
    let path = write("script.sh", b"#!/bin/sh\nexec shop --serve \"$@\"\n");
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
        error: `script.sh` is not an object file: expected a program, a library or an archive (ELF, Mach-O or PE) from a compiler
    "]],
    );
    let path = write("short", b"\x7fELF");
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
        error: `short` is not an object file: expected a program, a library or an archive (ELF, Mach-O or PE) from a compiler
    "]],
    );
}

#[test]
fn a_java_class_is_no_universal_binary() {
    let path = write(
        "Shop.class",
        b"\xca\xfe\xba\xbe\0\0\0\x34\0\x1d\x0a\0\x06\0\x0f\x09",
    );
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
        error: `Shop.class` is not an object file: expected a program, a library or an archive (ELF, Mach-O or PE) from a compiler
    "]],
    );
}

#[test]
fn a_truncated_program_is_refused() {
    let whole = elf(".autometrics0", &section![function("shop", "main", 1, "")]);
    let path = write("cut-off", &whole[..whole.len() / 2]);
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
        error: `cut-off` is broken: invalid elf section header offset/size/alignment; copy or build it again
    "]],
    );
}

#[test]
fn a_program_without_sections_is_refused() {
    let mut bytes = elf(".autometrics0", &section![function("shop", "main", 1, "")]);
    // Offset and number of the section headers, and the one with the names ("ELF-64 Object File
    // Format", figure 2).
    bytes[0x28..0x30].fill(0);
    bytes[0x3c..0x40].fill(0);
    let path = write("no-sections", &bytes);
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
        error: `no-sections` has no section table, so its functions cannot be found: use the program as it was before a packer or `sstrip` changed it
    "]],
    );
}

#[test]
fn programs_without_instrumented_functions_are_refused() {
    let path = write("plain", &elf(".rodata", b"hello"));
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
            error: nothing is instrumented in `plain`: no function has `#[instrument_fn]` of autometrics 4 or newer; a dependency that the program never names is not linked
        "]],
    );
    fail(
        &["graph", "--artifact", &path, "--artifact", &path],
        2,
        &expect![[r"
            error: nothing is instrumented in `plain`, `plain`: no function has `#[instrument_fn]` of autometrics 4 or newer; a dependency that the program never names is not linked
        "]],
    );
}

#[test]
fn a_library_compiled_for_link_time_optimisation_is_refused_with_the_reason() {
    let path = write(
        "bitcode.rlib",
        &archive(&[("shop.0.o", b"BC\xC0\xDE and so on, for long")]),
    );
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
            error: nothing is instrumented in `bitcode.rlib`: no function has `#[instrument_fn]` of autometrics 4 or newer; a dependency that the program never names is not linked, and libraries compiled for link-time optimisation contain no functions yet: choose a program with `--bin`, or another profile
        "]],
    );
}

#[test]
fn a_section_of_a_newer_format_is_refused() {
    let path = write("newer", &elf(".autometrics7", b"\x01\x02\x03"));
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
        error: section `.autometrics7` of `newer` has a newer format than this version of cargo-autometrics (4.0.0-alpha.1) can read: update it with `cargo install cargo-autometrics`
    "]],
    );
}

#[test]
fn a_record_of_a_newer_format_is_refused() {
    let mut records = section![function("shop", "main", 1, "")];
    records[4] = 9;
    let path = write("newer-record", &elf(".autometrics0", &records));
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
        error: section `.autometrics0` of `newer-record` has a newer format than this version of cargo-autometrics (4.0.0-alpha.1) can read: update it with `cargo install cargo-autometrics`
    "]],
    );
}

#[test]
fn a_record_of_an_older_format_is_refused() {
    let mut records = section![function("shop", "main", 1, "")];
    records[4] = 0;
    let path = write("older", &elf(".autometrics0", &records));
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
        error: section `.autometrics0` of `older` has an older format, which this version of cargo-autometrics cannot read: build the program with autometrics 4.0.0-alpha.1, or use an older cargo-autometrics
    "]],
    );
}

#[test]
fn a_broken_record_is_refused_with_its_place() {
    let whole = section![function("shop", "main", 1, "")];
    let mut records = whole.repeat(2);
    records.truncate(records.len() - 4);
    let object = elf(".autometrics0", &records);
    let said = |place| {
        format!(
            "error: section `.autometrics0` of `{place}` is broken: a record is longer than the rest \
             of the section, at byte {} of the section; copy or build it again\n",
            whole.len()
        )
    };
    let path = write("broken", &object);
    let output = command(&["list", "--artifact", &path]).output().unwrap();
    assert_eq!(text(&output.stderr), said("broken"));
    assert_eq!(output.status.code(), Some(2));
    let path = write("broken.a", &archive(&[("shop.o", &object)]));
    let output = command(&["list", "--artifact", &path]).output().unwrap();
    assert_eq!(text(&output.stderr), said("broken.a(shop.o)"));
}

#[test]
fn a_compressed_section_is_refused() {
    // An `Elf64_Chdr` with a size of a terabyte ("System V ABI", chapter 4).
    let mut section = 1_u64.to_le_bytes().to_vec();
    section.extend((1_u64 << 40).to_le_bytes());
    section.extend(1_u64.to_le_bytes());
    section.extend(b"x\x9c deflated");
    let mut bytes = elf(".autometrics0", &section);
    // Sets SHF_COMPRESSED in the flags of the sections, whose headers are at the end.
    let table = usize::try_from(u64::from_le_bytes(bytes[0x28..0x30].try_into().unwrap())).unwrap();
    for header in bytes[table..].chunks_exact_mut(64) {
        header[9] |= 0x08;
    }
    let path = write("compressed", &bytes);
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
            error: section `.autometrics0` of `compressed` is compressed, which no compiler does: use the program as it was before another tool changed it
        "]],
    );
}

#[test]
fn a_universal_binary_with_a_part_beyond_its_end_is_refused() {
    let mut bytes = universal(&[elf(".autometrics0", b"")]);
    bytes[16] = 0x7f;
    let path = write("universal-cut", &bytes);
    fail(
        &["list", "--artifact", &path],
        2,
        &expect![[r"
        error: `universal-cut` is broken: invalid fat arch offset or size; copy or build it again
    "]],
    );
}

#[test]
fn messages_of_cargo_are_not_repeated() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let arguments = ["list", "-p", "no-such-package", "--manifest-path", manifest];
    let output = command(&arguments).arg("--offline").output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(said.matches("error").count(), 1, "{said}");
    assert!(said.contains("no-such-package"), "{said}");
    assert_eq!(text(&output.stdout), "");
    assert_eq!(output.status.code(), Some(101), "cargo's own");
}

#[test]
fn a_missing_manifest_is_reported() {
    fail(
        &["list", "--manifest-path", "/nowhere/Cargo.toml"],
        2,
        &expect![[r"
            error: cargo cannot list the packages of the workspace: manifest path `/nowhere/Cargo.toml` does not exist
        "]],
    );
}

#[test]
fn a_missing_cargo_is_reported() {
    let mut command = command(&["list"]);
    let output = command.env("CARGO", "/nowhere/cargo").output().unwrap();
    check_failure(
        &output,
        2,
        &expect![[r"
            error: `/nowhere/cargo` cannot be started: No such file or directory (os error 2); check that cargo is on PATH
        "]],
    );
}

//! Programs for other processors and systems are read as those for this one.

use object::{Architecture, BinaryFormat, Endianness};

use crate::{
    objects::{archive, elf, function, object, section, universal, windows, write},
    succeed,
};

const LISTED: &str = "\
MODULE      FUNCTION   PLACE           OBJECTIVE
shop        main       src/main.rs:1
shop::cart  Cart::add  src/main.rs:22
";

fn records() -> Vec<u8> {
    section![
        function("shop::cart", "Cart::add", 22, ""),
        function("shop", "main", 1, ""),
    ]
}

#[track_caller]
fn check(name: &str, bytes: &[u8]) {
    let path = write(name, bytes);
    assert_eq!(succeed(&["list", "--artifact", &path]), LISTED, "{name}");
}

#[test]
fn objects_of_all_kinds_are_read() {
    use {Architecture as A, BinaryFormat as F, Endianness as E};
    for (name, format, architecture, endian) in [
        ("elf-x86-64", F::Elf, A::X86_64, E::Little),
        ("elf-i386", F::Elf, A::I386, E::Little),
        ("elf-s390x", F::Elf, A::S390x, E::Big),
        ("elf-powerpc", F::Elf, A::PowerPc, E::Big),
        ("macho-aarch64", F::MachO, A::Aarch64, E::Little),
        ("macho-arm", F::MachO, A::Arm, E::Little),
        ("macho-powerpc", F::MachO, A::PowerPc, E::Big),
        ("coff-x86-64", F::Coff, A::X86_64, E::Little),
        ("coff-i386", F::Coff, A::I386, E::Little),
    ] {
        check(name, &object(format, architecture, endian, &records()));
    }
}

#[test]
fn programs_for_windows_are_read() {
    check("shop32.exe", &windows(false, &records()));
    check("shop64.exe", &windows(true, &records()));
}

#[test]
fn a_universal_binary_lists_its_functions_once() {
    let slices = [Architecture::Aarch64, Architecture::X86_64].map(|processor| {
        object(
            BinaryFormat::MachO,
            processor,
            Endianness::Little,
            &records(),
        )
    });
    check("universal", &universal(&slices));
}

#[test]
fn archives_are_read_and_other_members_are_skipped() {
    let main = elf(".autometrics0", &section![function("shop", "main", 1, "")]);
    let cart = elf(
        ".autometrics0",
        &section![function("shop::cart", "Cart::add", 22, "")],
    );
    let bytes = archive(&[
        ("lib.rmeta", b"rust metadata of some length"),
        ("main.o", &main),
        ("notes.txt", b"odd"),
        ("cart.o", &cart),
    ]);
    check("libshop.a", &bytes);
}

#[test]
fn a_universal_archive_is_read() {
    let slice = object(
        BinaryFormat::MachO,
        Architecture::Aarch64,
        Endianness::Little,
        &records(),
    );
    check(
        "libshop-universal.a",
        &universal(&[archive(&[("shop.o", &slice)])]),
    );
}

#[test]
fn several_programs_list_their_shared_functions_once() {
    let one = write("several-one", &elf(".autometrics0", &records()));
    let other = section![function("shop", "main", 1, "")];
    let other = write("several-other", &elf(".autometrics0", &other));
    let listed = succeed(&["list", "--artifact", &one, "--artifact", &other]);
    assert_eq!(listed, LISTED);
}

#[test]
fn padding_between_records_is_skipped() {
    let mut bytes = vec![0; 5];
    bytes.extend(section![function("shop", "main", 1, "")]);
    bytes.extend([0; 33]);
    bytes.extend(section![function("shop::cart", "Cart::add", 22, "")]);
    bytes.extend([0; 8]);
    check("padded", &elf(".autometrics0", &bytes));
}

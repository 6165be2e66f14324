//! No file makes the reader panic, or return more bytes than the file has.

use std::{env, fs, path::Path};

use autometrics_schema::record::{self, Objectives, Record, Returns, encode, length};
use cargo_autometrics::artifact::content;
use object::{Architecture, BinaryFormat, Endianness, SectionKind, write::Object};

const MAIN: Record<'static> = Record {
    package: "shop",
    version: "1.2.3",
    module: "shop",
    function: "main",
    file: "src/main.rs",
    line: 1,
    returns: Returns::Result,
    asynchronous: false,
    objectives: Objectives::NONE,
    calls: ".load\ncharge",
};
const BYTES: [u8; length(&MAIN)] = encode(&MAIN);

/// Reads all records, and returns the length of their sections in bytes.
fn read(bytes: &[u8]) -> usize {
    let Ok(content) = content(Path::new("file"), bytes) else {
        return 0;
    };
    let sections = content.sections.iter();
    let length = sections.clone().map(|section| section.data.len()).sum();
    assert!(length <= bytes.len(), "more bytes than the file has");
    for section in sections {
        record::records(section.data)
            .for_each(|record| drop(record.map_err(|error| error.to_string())));
    }
    length
}

/// Returns an object file of each kind that is read, an archive and a universal binary.
fn small() -> Vec<Vec<u8>> {
    use {Architecture as A, BinaryFormat as F, Endianness as E};
    let object = |format, architecture, endian, name: &[u8]| {
        let mut object = Object::new(format, architecture, endian);
        let section =
            object.add_section(b"__DATA".to_vec(), name.to_vec(), SectionKind::ReadOnlyData);
        object.append_section_data(section, &BYTES.repeat(3), 1);
        object.write().unwrap()
    };
    let mut files = vec![
        object(F::Elf, A::X86_64, E::Little, b".autometrics0"),
        object(F::Elf, A::PowerPc, E::Big, b".autometrics0"),
        object(F::MachO, A::Aarch64, E::Little, b"__autometrics0"),
        object(F::Coff, A::X86_64, E::Little, b".amtrx0"),
    ];
    let member = &files[0];
    let mut archive =
        format!("!<arch>\n{:16}{:32}{:<10}`\n", "shop.o/", 0, member.len()).into_bytes();
    archive.extend(member);
    let mut universal = [0xca_u8, 0xfe, 0xba, 0xbe, 0, 0, 0, 1].to_vec();
    universal.extend([0; 8]);
    universal.extend([0, 0, 1, 0]);
    universal.extend(u32::try_from(files[2].len()).unwrap().to_be_bytes());
    universal.resize(0x100, 0);
    universal.extend(&files[2]);
    files.extend([archive, universal]);
    files
}

#[test]
fn whole_files_are_read() {
    for (number, file) in small().iter().enumerate() {
        assert_eq!(read(file), 3 * BYTES.len(), "file {number}");
    }
}

#[test]
fn truncated_files_cause_no_panic() {
    for file in small() {
        for end in 0..file.len() {
            read(&file[..end]);
        }
    }
}

#[test]
fn changed_bits_cause_no_panic() {
    let mut random = fastrand::Rng::with_seed(1);
    for file in small() {
        for _ in 0..4_000 {
            let mut changed = file.clone();
            for _ in 0..random.usize(1..6) {
                let at = random.usize(..changed.len());
                changed[at] ^= 1 << random.u8(..8);
            }
            read(&changed);
        }
    }
}

#[test]
fn changed_numbers_cause_no_panic() {
    let mut random = fastrand::Rng::with_seed(2);
    for file in small() {
        for _ in 0..4_000 {
            let mut changed = file.clone();
            let at = random.usize(..changed.len() - 8);
            // These numbers overflow, or are just too large.
            let number = random
                .choice([0, 1, 0x7fff_ffff, u64::MAX, u64::MAX - 7, 1 << 63])
                .unwrap();
            let width = random.choice([1, 2, 4, 8]).unwrap();
            changed[at..at + width].copy_from_slice(&number.to_ne_bytes()[..width]);
            read(&changed);
        }
    }
}

#[test]
fn noise_after_a_valid_beginning_causes_no_panic() {
    let mut random = fastrand::Rng::with_seed(3);
    for file in small() {
        for _ in 0..2_000 {
            let mut noise = file.clone();
            let from = random.usize(4..noise.len());
            random.fill(&mut noise[from..]);
            read(&noise);
        }
    }
}

/// The program is this test itself, which has many megabytes.
#[test]
fn a_large_program_that_is_cut_or_changed_causes_no_panic() {
    let mut random = fastrand::Rng::with_seed(4);
    let mut program = fs::read(env::current_exe().unwrap()).unwrap();
    for _ in 0..100 {
        let end = random.usize(..program.len());
        read(&program[..end]);
    }
    // Bits are changed where readers look first: in the headers, and in the tables at the end.
    let end = program.len();
    for range in [0..1024, end - end.min(8192)..end] {
        for _ in 0..300 {
            let at = random.usize(range.clone());
            let before = program[at];
            program[at] ^= 1 << random.u8(..8);
            read(&program);
            program[at] = before;
        }
    }
}

/// Many sections of the same bytes would be read many times.
#[test]
fn sections_that_share_their_bytes_are_refused() {
    let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    let content = BYTES.repeat(100);
    for number in 0..20 {
        let name = b".autometrics0".to_vec();
        let section = object.add_section(Vec::new(), name, SectionKind::ReadOnlyData);
        let one: &[u8] = if number == 0 { &content } else { &BYTES };
        object.append_section_data(section, one, 1);
    }
    let mut bytes = object.write().unwrap();
    let table = usize::try_from(u64::from_le_bytes(bytes[0x28..0x30].try_into().unwrap())).unwrap();
    // Each section gets the offset and size of the first one with content.
    let first: [u8; 16] = bytes[table + 64 + 0x18..table + 64 + 0x28]
        .try_into()
        .unwrap();
    for header in bytes[table + 64..].chunks_exact_mut(64).take(20) {
        header[0x18..0x28].copy_from_slice(&first);
    }
    let error = content_error(&bytes);
    assert_eq!(
        error,
        "`file` is broken: its sections `.autometrics0` have more bytes than the file; \
         copy or build it again"
    );
}

fn content_error(bytes: &[u8]) -> String {
    content(Path::new("file"), bytes).unwrap_err().to_string()
}

//! Programs made without a compiler, for any processor and system.

use std::fs;

use autometrics_schema::record::{Objectives, Record, Returns};
use object::{
    Architecture, BinaryFormat, Endianness, SectionKind, pe,
    write::{Object, pe as write_pe},
};

use crate::folder;

/// Returns the bytes of these records, one after the other.
macro_rules! section {
    ($($record:expr),* $(,)?) => {
        [$({
            use autometrics_schema::record::{Record, encode, length};
            const RECORD: Record<'static> = $record;
            const BYTES: [u8; length(&RECORD)] = encode(&RECORD);
            BYTES.as_slice()
        }),*]
        .concat()
    };
}
pub(crate) use section;

/// Returns a function of package `shop` with these calls.
pub(crate) const fn function(
    module: &'static str,
    function: &'static str,
    line: u32,
    calls: &'static str,
) -> Record<'static> {
    Record {
        package: "shop",
        version: "1.2.3",
        module,
        function,
        file: "src/main.rs",
        line,
        returns: Returns::Result,
        asynchronous: false,
        objectives: Objectives::NONE,
        calls,
    }
}

/// Returns `record` with these objectives.
pub(crate) const fn promised(
    record: Record<'static>,
    objectives: &'static [slo_spec::Objective],
) -> Record<'static> {
    Record {
        objectives: Objectives::of(objectives),
        ..record
    }
}

/// Returns an object file for Linux on x86-64, with one section.
pub(crate) fn elf(name: &str, section: &[u8]) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    add(&mut object, "", name, section);
    object.write().unwrap()
}

pub(crate) fn object(
    format: BinaryFormat,
    architecture: Architecture,
    endian: Endianness,
    section: &[u8],
) -> Vec<u8> {
    use autometrics_schema::record::SECTION;
    let mut object = Object::new(format, architecture, endian);
    match format {
        BinaryFormat::MachO => add(&mut object, SECTION.mach_o.0, SECTION.mach_o.1, section),
        BinaryFormat::Coff => add(&mut object, "", SECTION.pe, section),
        _ => add(&mut object, "", SECTION.elf, section),
    }
    object.write().unwrap()
}

fn add(object: &mut Object<'_>, segment: &str, name: &str, content: &[u8]) {
    let segment = segment.as_bytes().to_vec();
    let section = object.add_section(segment, name.as_bytes().to_vec(), SectionKind::ReadOnlyData);
    object.append_section_data(section, content, 1);
}

/// Returns a program for Windows.
pub(crate) fn windows(is_64: bool, section: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = write_pe::Writer::new(is_64, 0x1000, 0x200, &mut bytes);
    writer.reserve_dos_header_and_stub();
    writer.reserve_nt_headers(16);
    writer.reserve_section_headers(1);
    let length = u32::try_from(section.len()).unwrap();
    let range = writer.reserve_section(
        *b".amtrx0\0",
        pe::IMAGE_SCN_CNT_INITIALIZED_DATA | pe::IMAGE_SCN_MEM_READ,
        length,
        length,
    );
    writer.write_dos_header_and_stub().unwrap();
    writer.write_nt_headers(write_pe::NtHeaders {
        machine: if is_64 {
            pe::IMAGE_FILE_MACHINE_AMD64
        } else {
            pe::IMAGE_FILE_MACHINE_I386
        },
        time_date_stamp: 0,
        characteristics: pe::IMAGE_FILE_EXECUTABLE_IMAGE,
        major_linker_version: 0,
        minor_linker_version: 0,
        address_of_entry_point: 0,
        image_base: 0x40_0000,
        major_operating_system_version: 0,
        minor_operating_system_version: 0,
        major_image_version: 0,
        minor_image_version: 0,
        major_subsystem_version: 0,
        minor_subsystem_version: 0,
        subsystem: pe::IMAGE_SUBSYSTEM_WINDOWS_CUI,
        dll_characteristics: pe::DllFlags(0),
        size_of_stack_reserve: 0,
        size_of_stack_commit: 0,
        size_of_heap_reserve: 0,
        size_of_heap_commit: 0,
    });
    writer.write_section_headers();
    writer.write_section(range.file_offset, section);
    bytes
}

/// Returns a universal binary of these slices ("`fat.h`").
pub(crate) fn universal(slices: &[Vec<u8>]) -> Vec<u8> {
    let mut header = 0xcafe_babe_u32.to_be_bytes().to_vec();
    let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    header.extend(number(slices.len()));
    let mut offset = 0x1000;
    for slice in slices {
        // The processor and its kind do not matter to a reader of all slices.
        header.extend([0; 8]);
        header.extend(number(offset));
        header.extend(number(slice.len()));
        header.extend(number(12));
        offset += slice.len().next_multiple_of(0x1000);
    }
    header.resize(0x1000, 0);
    for slice in slices {
        header.extend(slice);
        header.resize(header.len().next_multiple_of(0x1000), 0);
    }
    header
}

/// Returns an archive of these members (`ar`).
pub(crate) fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = b"!<arch>\n".to_vec();
    for (name, content) in members {
        let name = format!("{name}/");
        let length = content.len();
        bytes.extend(format!("{name:16}{:12}{:6}{:6}{:8}{length:<10}`\n", 0, 0, 0, 644).bytes());
        bytes.extend(*content);
        if length % 2 == 1 {
            bytes.push(b'\n');
        }
    }
    bytes
}

/// Writes the file `name`, which no other test writes, and returns the name for `--artifact`.
pub(crate) fn write(name: &str, content: &[u8]) -> String {
    fs::write(folder().join(name), content).unwrap();
    name.to_owned()
}

//! Finds the sections with records in object files, as compilers and linkers write them.

use std::path::Path;

use autometrics_schema::record;
use object::{
    CompressionFormat, FileKind, Object as _, ObjectSection as _,
    read::{
        archive::ArchiveFile,
        macho::{FatArch, MachOFatFile32, MachOFatFile64},
    },
};

use crate::{Error, error::Kind};

/// Maximum number of processors in a universal binary, more than any was built for. A Java class
/// begins with the same bytes and has a larger number here.
const MOST_ARCHITECTURES: usize = 24;

/// Format of records that this version reads: the digit at the end of the section's name.
const CURRENT: u32 = 0;

/// Sections with records that were found in a file.
#[derive(Debug, Default)]
pub struct Content<'a> {
    /// Sections with records, in the file's order.
    pub sections: Vec<Section<'a>>,
    /// `true` if members of an archive are LLVM bitcode, which is not compiled yet.
    pub bitcode: bool,
    /// Number of bytes that further sections may have; at first, the size of the file.
    room: usize,
}

/// A section with records.
#[derive(Debug)]
pub struct Section<'a> {
    /// Path of the file, with the member of an archive: `libshop.rlib(shop.0.o)`.
    pub place: String,
    /// Name of the section.
    pub name: String,
    /// Bytes of the section.
    pub data: &'a [u8],
}

/// Finds the sections with records in `bytes`, the content of the file `path`.
///
/// Reads executables, libraries and objects of any processor, universal binaries and archives. The
/// sections together have at most as many bytes as the file.
///
/// # Errors
///
/// Returns an error if the file is none of these, is broken, has no section table, or compresses
/// the sections, or if the format of the records is unknown.
pub fn content<'a>(path: &Path, bytes: &'a [u8]) -> Result<Content<'a>, Error> {
    let mut content = Content {
        room: bytes.len(),
        ..Content::default()
    };
    let place = path.display().to_string();
    let unknown = || Kind::NotAnObject {
        path: path.to_owned(),
    };
    match FileKind::parse(bytes).map_err(|_| unknown())? {
        FileKind::Archive => content.read_archive(&place, bytes)?,
        FileKind::MachOFat32 => {
            let file = MachOFatFile32::parse(bytes).map_err(|_| unknown())?;
            if file.arches().len() > MOST_ARCHITECTURES {
                return Err(unknown().into());
            }
            content.read_fat(&place, bytes, file.arches())?;
        }
        FileKind::MachOFat64 => {
            let file = MachOFatFile64::parse(bytes).map_err(|_| unknown())?;
            if file.arches().len() > MOST_ARCHITECTURES {
                return Err(unknown().into());
            }
            content.read_fat(&place, bytes, file.arches())?;
        }
        kind if has_sections(kind) => content.read_object(&place, bytes)?,
        _ => return Err(unknown().into()),
    }
    Ok(content)
}

impl<'a> Content<'a> {
    /// Reads a universal binary: one program, or one archive, per processor.
    fn read_fat<Fat: FatArch>(
        &mut self,
        place: &str,
        bytes: &'a [u8],
        arches: &[Fat],
    ) -> Result<(), Error> {
        for arch in arches {
            let slice = arch.data(bytes).map_err(|error| broken(place, &error))?;
            match FileKind::parse(slice) {
                Ok(FileKind::Archive) => self.read_archive(place, slice)?,
                Ok(kind) if has_sections(kind) => self.read_object(place, slice)?,
                Ok(_) => {}
                Err(error) => return Err(broken(place, &error)),
            }
        }
        Ok(())
    }

    /// Reads the objects of an archive, and skips other members.
    fn read_archive(&mut self, place: &str, bytes: &'a [u8]) -> Result<(), Error> {
        let archive = ArchiveFile::parse(bytes).map_err(|error| broken(place, &error))?;
        for member in archive.members() {
            let member = member.map_err(|error| broken(place, &error))?;
            let name = String::from_utf8_lossy(member.name());
            let place = format!("{place}({name})");
            if member.is_thin() {
                return Err(Kind::Broken {
                    place,
                    said: "it is in a thin archive, which has only the names of its members".into(),
                }
                .into());
            }
            let data = member.data(bytes).map_err(|error| broken(&place, &error))?;
            self.bitcode |= is_bitcode(data);
            if FileKind::parse(data).is_ok_and(has_sections) {
                self.read_object(&place, data)?;
            }
        }
        Ok(())
    }

    fn read_object(&mut self, place: &str, bytes: &'a [u8]) -> Result<(), Error> {
        let file = object::File::parse(bytes).map_err(|error| broken(place, &error))?;
        let mut empty = true;
        for section in file.sections() {
            empty = false;
            // A section whose name is not UTF-8 is not ours.
            let Ok(name) = section.name() else { continue };
            let Some(format) = record::Section::format(name) else {
                continue;
            };
            let name = name.to_owned();
            let range = section.compressed_file_range();
            let range = range.map_err(|error| broken(place, &error))?;
            if range.format != CompressionFormat::None {
                let place = place.to_owned();
                return Err(Kind::Compressed {
                    place,
                    section: name,
                }
                .into());
            }
            if format != CURRENT {
                let place = place.to_owned();
                return Err(Kind::Newer {
                    place,
                    section: name,
                }
                .into());
            }
            let data = section.data().map_err(|error| broken(place, &error))?;
            // Many sections that share their bytes would otherwise be read almost without end.
            self.room = self
                .room
                .checked_sub(data.len())
                .ok_or_else(|| Kind::Broken {
                    place: place.to_owned(),
                    said: format!("its sections `{name}` have more bytes than the file"),
                })?;
            let place = place.to_owned();
            self.sections.push(Section { place, name, data });
        }
        if empty {
            let place = place.to_owned();
            return Err(Kind::NoSections { place }.into());
        }
        Ok(())
    }
}

fn has_sections(kind: FileKind) -> bool {
    matches!(
        kind,
        FileKind::Elf32
            | FileKind::Elf64
            | FileKind::MachO32
            | FileKind::MachO64
            | FileKind::Pe32
            | FileKind::Pe64
            | FileKind::Coff
            | FileKind::CoffBig
    )
}

/// Returns `true` for LLVM bitcode, bare or wrapped, as link-time optimisation produces it.
fn is_bitcode(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BC\xC0\xDE") || bytes.starts_with(b"\xDE\xC0\x17\x0B")
}

fn broken(place: &str, error: &object::Error) -> Error {
    Kind::Broken {
        place: place.to_owned(),
        said: error.to_string().to_lowercase(),
    }
    .into()
}

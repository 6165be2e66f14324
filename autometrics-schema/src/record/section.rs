//! Iterates over the records in a section.

use core::iter::FusedIterator;

use super::{Error, MAGIC, Record, bytes, error::Fault};

/// Returns an iterator over the records in the bytes of a section, in the order of the linker.
///
/// Zeros between records and fields that this version does not know are skipped.
/// After an error, the iterator continues with the next record, if there is one. It never
/// panics, does not allocate, and takes time in proportion to the length of the section,
/// for any bytes.
pub fn records(section: &[u8]) -> Records<'_> {
    Records { section, at: 0 }
}

/// The iterator that [`records`] returns.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    section: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.section.get(self.at..)?;
        let padding = rest.iter().take_while(|&&byte| byte == 0).count();
        let rest = &rest[padding..];
        if rest.is_empty() {
            return None;
        }
        let start = self.at + padding;
        Some(match bytes::decode(rest) {
            Ok((record, length)) => {
                self.at = start + length;
                Ok(record)
            }
            Err(Fault { at, kind, resume }) => {
                // Never backwards, so that no byte is read again and again.
                let passed = &rest[resume.min(rest.len())..];
                let next = passed.windows(MAGIC.len()).position(|four| four == MAGIC);
                self.at = next.map_or(self.section.len(), |next| start + resume + next);
                Err(Error {
                    offset: start + at,
                    kind,
                })
            }
        })
    }
}

impl FusedIterator for Records<'_> {}

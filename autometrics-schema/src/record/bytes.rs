//! Encodes and decodes the bytes of one record.
//!
//! A record consists of [`MAGIC`], its version (one byte), its total length in bytes (`u32`, including
//! magic, version and length), and fields. A field consists of a tag (one byte), the length of its content (`u16`),
//! and the content. Numbers are little-endian, in all versions.
//!
//! The compiler evaluates the encoding, and needs time for each step and each call
//! of a function. So the encoding of a typical record has few of both: most texts
//! are one field, which a macro concatenates before.

use core::str;

use slo_spec::Objective;

use super::{
    ErrorKind, Objectives, Record, Returns, Texts, VERSION,
    error::Fault,
    field::{FIELD, put, set, split, tag},
    promise,
};

/// The first bytes of a record. The first of them occurs in no UTF-8 text.
pub const MAGIC: [u8; 4] = *b"\xf5amx";

/// The maximum length of a record in bytes.
pub const MAX_LENGTH: usize = 1 << 20;

/// The length of magic, version and length, in bytes.
const HEADER: usize = 9;
/// The number of bytes in front of the texts: the header, two fields of one byte, and tag and length of the third
/// field.
const HEAD: usize = HEADER + 2 * (FIELD + 1) + FIELD;

/// An encoded record, for the expansion of the attribute.
///
/// The static has an array as its tail. References to it have a slice:
///
/// ```
/// use autometrics_schema::record::{Encoded, Returns};
///
/// const TEXTS: &str = "shop\01.2.3\0load\0self.get\0shop::cart\0src/cart.rs\012";
/// static LOAD: Encoded<[u8; TEXTS.len()]> = Encoded::new(TEXTS, Returns::Other, false);
///
/// let load: &Encoded = &LOAD;
/// assert_eq!(load.texts().function, "load");
/// ```
#[derive(Debug)]
#[repr(C)]
pub struct Encoded<T: ?Sized = [u8]> {
    head: [u8; HEAD],
    /// The texts, and the fields of the objectives.
    tail: T,
}

impl<const N: usize> Encoded<[u8; N]> {
    /// Encodes the record of a function without an objective. `texts` are package, version,
    /// function, calls, module, file and line, with a NUL between each two.
    ///
    /// # Panics
    ///
    /// If `N` is not the length of `texts`, or is above 65,535.
    pub const fn new(texts: &str, returns: Returns, asynchronous: bool) -> Self {
        let Some(tail) = texts.as_bytes().first_chunk() else {
            panic!("a record without objectives is as long as its texts");
        };
        Self {
            head: head(HEAD + N, texts.len(), returns, asynchronous),
            tail: *tail,
        }
    }

    /// Encodes the record of a function with objectives.
    ///
    /// # Panics
    ///
    /// If `N` is not the length that [`tail`] returns, if the texts take more than 65,535
    /// bytes, or if two objectives have the same name.
    pub const fn with_objectives(
        texts: &str,
        returns: Returns,
        asynchronous: bool,
        objectives: &[Objective],
    ) -> Self {
        let head = head(HEAD + N, texts.len(), returns, asynchronous);
        let mut tail = [0; N];
        let end = put(&mut tail, 0, texts.as_bytes());
        promise::put_all(&mut tail, end, Objectives::of(objectives).listed());
        Self { head, tail }
    }
}

/// Returns the number of bytes of a record's texts and objectives.
pub const fn tail(texts: &str, objectives: &[Objective]) -> usize {
    texts.len() + promise::length_of_all(Objectives::of(objectives).listed())
}

impl Encoded {
    /// Returns package, version, function, calls, module, file and line.
    pub fn texts(&self) -> Texts<'_> {
        let [.., low, high] = self.head;
        let length = usize::from(u16::from_le_bytes([low, high]));
        let texts = self.tail.get(..length).and_then(texts);
        texts.unwrap_or_default()
    }

    /// Returns the bytes of the whole record.
    pub fn bytes(&self) -> impl Iterator<Item = u8> {
        self.head.iter().chain(&self.tail).copied()
    }

    /// Returns `true` if a call is a future.
    pub const fn is_asynchronous(&self) -> bool {
        self.head[HEAD - FIELD - 1] != 0
    }
}

/// Returns the number of bytes of the encoded `record`.
pub const fn length(record: &Record<'_>) -> usize {
    let mut length = HEAD;
    let (texts, mut i) = (listed(record), 0);
    while i < texts.len() {
        length += texts[i].len() + 1;
        i += 1;
    }
    let (_, digits) = decimal(record.line);
    length += digits;
    length + promise::length_of_all(record.objectives.listed())
}

/// Encodes `record`, for a section that is not made by the attribute.
///
/// Only objectives of [`Objectives::of`] are encoded, not those of a decoded record.
///
/// # Panics
///
/// If `N` is not the record's [`length`], if one of its texts contains a NUL, or
/// if the texts together take more than 65,535 bytes.
pub const fn encode<const N: usize>(record: &Record<'_>) -> [u8; N] {
    assert!(
        N == length(record),
        "a record is encoded into the number of bytes that `length` returns"
    );
    let mut out = [0; N];
    let mut end = HEAD;
    let (texts, mut i) = (listed(record), 0);
    while i < texts.len() {
        let start = end;
        end = put(&mut out, end, texts[i].as_bytes());
        let mut at = start;
        while at < end {
            assert!(out[at] != 0, "a text in a record contains a NUL");
            at += 1;
        }
        // The next text begins behind a NUL.
        end += 1;
        i += 1;
    }
    let (mut digits, mut at) = decimal(record.line);
    let texts = end + at - HEAD;
    while at > 0 {
        at -= 1;
        out[end + at] = b'0' + (digits % 10) as u8;
        digits /= 10;
    }
    promise::put_all(&mut out, HEAD + texts, record.objectives.listed());
    put(
        &mut out,
        0,
        &head(N, texts, record.returns, record.asynchronous),
    );
    out
}

/// Returns the texts that are copied as they are, without the line.
const fn listed<'a>(record: &Record<'a>) -> [&'a str; 6] {
    [
        record.package,
        record.version,
        record.function,
        record.calls,
        record.module,
        record.file,
    ]
}

/// Returns the number, and its number of decimal digits.
const fn decimal(number: u32) -> (u32, usize) {
    match number.checked_ilog10() {
        None => (number, 1),
        Some(log) => (number, log as usize + 1),
    }
}

/// Returns the bytes in front of the texts of a record with `length` bytes in total.
///
/// It calls no other function, because a call costs the compiler more time than this whole function.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a number is split into its bytes"
)]
const fn head(length: usize, texts: usize, returns: Returns, asynchronous: bool) -> [u8; HEAD] {
    assert!(
        texts <= u16::MAX as usize && length <= MAX_LENGTH,
        "the name of a function and the names that it calls take more than 65,535 bytes"
    );
    let [m0, m1, m2, m3] = MAGIC;
    let [l0, l1, l2] = [length as u8, (length >> 8) as u8, (length >> 16) as u8];
    let [t0, t1] = [texts as u8, (texts >> 8) as u8];
    #[rustfmt::skip]
    let head = [
        m0, m1, m2, m3, VERSION, l0, l1, l2, 0,
        tag::RETURNS, 1, 0, returns as u8,
        tag::ASYNCHRONOUS, 1, 0, asynchronous as u8,
        tag::TEXTS, t0, t1,
    ];
    head
}

/// Decodes the record at the start of `bytes`, and returns it with its length.
pub(super) fn decode(bytes: &[u8]) -> Result<(Record<'_>, usize), Fault> {
    let broken = |what, resume| Fault::broken(0, what, resume);
    if !bytes.starts_with(&MAGIC) {
        return Err(broken("there is no record where one should begin", 0));
    }
    let Some(&[.., version, a, b, c, d]) = bytes.first_chunk::<HEADER>() else {
        return Err(broken("the section ends within a record", bytes.len()));
    };
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    let fits = (HEADER..=MAX_LENGTH.min(bytes.len())).contains(&length);
    if version != VERSION {
        let kind = match version {
            found @ ..VERSION => ErrorKind::Older { found },
            found => ErrorKind::Newer { found },
        };
        let resume = if fits { length } else { MAGIC.len() };
        return Err(Fault {
            at: 0,
            kind,
            resume,
        });
    }
    if !fits {
        let what = if length > bytes.len() {
            "a record is longer than the rest of the section"
        } else {
            "the length of a record is invalid"
        };
        return Err(broken(what, MAGIC.len()));
    }
    let mut found = Found::default();
    let mut at = HEADER;
    while at < length {
        let field = &bytes[at..length];
        let length = split(field).and_then(|(tag, content)| {
            found.keep(tag, content)?;
            Ok(FIELD + content.len())
        });
        match length {
            Ok(length) => at += length,
            Err(what) => return Err(Fault::broken(at, what, at)),
        }
    }
    match found.record(&bytes[HEADER..length]) {
        Ok(record) => Ok((record, length)),
        Err(what) => Err(broken(what, length)),
    }
}

/// The decoded fields of a record.
#[derive(Default)]
struct Found<'a> {
    returns: Option<Returns>,
    asynchronous: Option<bool>,
    texts: Option<Texts<'a>>,
    /// Set once a first objective was read.
    objective: Option<()>,
}

impl<'a> Found<'a> {
    fn keep(&mut self, tag: u8, content: &'a [u8]) -> Result<(), &'static str> {
        match tag {
            tag::RETURNS => set(&mut self.returns, returns(content)),
            tag::ASYNCHRONOUS => set(&mut self.asynchronous, boolean(content)),
            tag::TEXTS => set(&mut self.texts, texts(content)),
            tag::OBJECTIVE => {
                promise::decode(content)?;
                set(&mut self.objective, Some(()))
            }
            tag::FURTHER_OBJECTIVE => promise::decode(content).map(drop),
            // A field of a later version.
            _ => Ok(()),
        }
    }

    fn record(self, fields: &'a [u8]) -> Result<Record<'a>, &'static str> {
        let texts = self.texts.ok_or("a record has no field with the texts")?;
        Ok(Record {
            package: texts.package,
            version: texts.version,
            module: texts.module,
            function: texts.function,
            file: texts.file,
            line: texts.line,
            returns: self.returns.unwrap_or(Returns::Other),
            asynchronous: self.asynchronous.unwrap_or_default(),
            objectives: Objectives::read(fields),
            calls: texts.calls,
        })
    }
}

/// Decodes the kind of a return type; a kind of a later version becomes `Other`.
fn returns(content: &[u8]) -> Option<Returns> {
    match content {
        [byte] if *byte == Returns::Result as u8 => Some(Returns::Result),
        [byte] if *byte == Returns::Option as u8 => Some(Returns::Option),
        [byte] if *byte == Returns::Classified as u8 => Some(Returns::Classified),
        [_] => Some(Returns::Other),
        _ => None,
    }
}

fn boolean(content: &[u8]) -> Option<bool> {
    match content {
        [0] => Some(false),
        [1] => Some(true),
        _ => None,
    }
}

/// Decodes the texts; texts that a later version appends are skipped.
fn texts(content: &[u8]) -> Option<Texts<'_>> {
    let mut texts = str::from_utf8(content).ok()?.split('\0');
    Some(Texts {
        package: texts.next()?,
        version: texts.next()?,
        function: texts.next()?,
        calls: texts.next()?,
        module: texts.next()?,
        file: texts.next()?,
        line: texts.next()?.parse().ok()?,
    })
}

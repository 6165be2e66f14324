//! The bytes of one record: how they are written, and how they are read.
//!
//! A record is [`MAGIC`], its version (one byte), its length in bytes with all of
//! this (`u32`), and fields. A field is a tag (one byte), a length (`u16`), and as
//! many bytes. Numbers are little-endian, in all versions.
//!
//! Writing is done by the compiler, which takes its time for each step and each call
//! of a function: what is the same for most functions is few of both. So most texts
//! are one field, which a macro has put together before.

use core::str;

use slo_spec::Objective;

use super::{
    ErrorKind, Objectives, Record, Returns, Texts, VERSION,
    error::Fault,
    field::{FIELD, put, set, split, tag},
    promise,
};

/// What a record begins with. No text in UTF-8 has the first of these bytes.
pub const MAGIC: [u8; 4] = *b"\xf5amx";

/// No record is longer, in bytes.
pub const MAX_LENGTH: usize = 1 << 20;

/// Magic, version and length.
const HEADER: usize = 9;
/// What stands before the texts: the header, two fields of one byte, and the
/// beginning of a third.
const HEAD: usize = HEADER + 2 * (FIELD + 1) + FIELD;

/// A record as it stands in a program, for what is expanded there.
///
/// There it is one of an array, and is referred to as one of a slice:
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
    /// The texts, and the fields of the objective.
    tail: T,
}

impl<const N: usize> Encoded<[u8; N]> {
    /// The record of a function without an objective; `texts` are package, version,
    /// function, calls, module, file and line, with a NUL between each two.
    ///
    /// # Panics
    ///
    /// When `N` is not their length, and when that is above 65,535.
    pub const fn new(texts: &str, returns: Returns, asynchronous: bool) -> Self {
        let Some(tail) = texts.as_bytes().first_chunk() else {
            panic!("a record has no room for more than its texts");
        };
        Self {
            head: head(HEAD + N, texts.len(), returns, asynchronous),
            tail: *tail,
        }
    }

    /// The record of a function with objectives.
    ///
    /// # Panics
    ///
    /// When `N` is not what [`tail`] says, and when the texts take more than 65,535
    /// bytes.
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

/// Returns the number of bytes that the texts of a record and its objectives take.
pub const fn tail(texts: &str, objectives: &[Objective]) -> usize {
    texts.len() + promise::length_of_all(Objectives::of(objectives).listed())
}

impl Encoded {
    /// Package, version, function, calls, module, file and line.
    pub fn texts(&self) -> Texts<'_> {
        let [.., low, high] = self.head;
        let length = usize::from(u16::from_le_bytes([low, high]));
        let texts = self.tail.get(..length).and_then(texts);
        texts.unwrap_or_default()
    }

    /// All of it.
    pub fn bytes(&self) -> impl Iterator<Item = u8> {
        self.head.iter().chain(&self.tail).copied()
    }

    /// Whether a call is a future.
    pub const fn is_asynchronous(&self) -> bool {
        self.head[HEAD - FIELD - 1] != 0
    }
}

/// How many bytes `record` takes.
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

/// The bytes of `record`, for a section that is made by hand.
///
/// # Panics
///
/// When `N` is not the record's [`length`], when one of its texts has a NUL, and
/// when all of them take more than 65,535 bytes. The objectives are those of
/// [`Objectives::of`]: a record that was read can't be written with its own.
pub const fn encode<const N: usize>(record: &Record<'_>) -> [u8; N] {
    assert!(
        N == length(record),
        "a record is encoded into as many bytes as `length` says"
    );
    let mut out = [0; N];
    let mut end = HEAD;
    let (texts, mut i) = (listed(record), 0);
    while i < texts.len() {
        let start = end;
        end = put(&mut out, end, texts[i].as_bytes());
        let mut at = start;
        while at < end {
            assert!(out[at] != 0, "a text in a record has a NUL");
            at += 1;
        }
        // The next begins behind a NUL.
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

/// The texts that are as long as they are.
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

/// The number, and how many digits it has.
const fn decimal(number: u32) -> (u32, usize) {
    match number.checked_ilog10() {
        None => (number, 1),
        Some(log) => (number, log as usize + 1),
    }
}

/// What stands before the texts of a record that has `length` bytes.
///
/// Without calls of functions, as each costs the compiler more than all of this.
#[expect(clippy::cast_possible_truncation, reason = "bytes are taken apart")]
const fn head(length: usize, texts: usize, returns: Returns, asynchronous: bool) -> [u8; HEAD] {
    assert!(
        texts <= u16::MAX as usize && length <= MAX_LENGTH,
        "the name of a function and what it calls take more than 65,535 bytes"
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

/// The record at the start of `bytes`, and its length.
pub(super) fn decode(bytes: &[u8]) -> Result<(Record<'_>, usize), Fault> {
    let broken = |what, resume| Fault::broken(0, what, resume);
    if !bytes.starts_with(&MAGIC) {
        return Err(broken("here is no record where one should begin", 0));
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
            "a record is longer than what is left of the section"
        } else {
            "the length of a record is none that it could have"
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

/// The fields of a record that were found so far.
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
            // Of a later version.
            _ => Ok(()),
        }
    }

    fn record(self, fields: &'a [u8]) -> Result<Record<'a>, &'static str> {
        let texts = self.texts.ok_or("a record names no function")?;
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

/// What a later version may return besides is something else to this one.
fn returns(content: &[u8]) -> Option<Returns> {
    match content {
        [byte] if *byte == Returns::Result as u8 => Some(Returns::Result),
        [byte] if *byte == Returns::Option as u8 => Some(Returns::Option),
        [byte] if *byte == Returns::Judged as u8 => Some(Returns::Judged),
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

/// The texts, and those of a later version are skipped.
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

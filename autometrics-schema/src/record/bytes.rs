//! The bytes of one record: how they are written, and how they are read.
//!
//! A record is [`MAGIC`], its version (one byte), its length in bytes with all of
//! this (`u32`), and fields. A field is a tag (one byte), a length (`u16`), and as
//! many bytes. Numbers are little-endian, in all versions.

use core::{str, time::Duration};

use slo_spec::{Decimal, Latency, Objective, Percent};

use super::{ErrorKind, Promise, Record, Returns, VERSION, section::Fault};

/// What a record begins with. No text in UTF-8 has the first of these bytes.
pub const MAGIC: [u8; 4] = *b"\xf5amx";

/// No record is longer, in bytes.
pub const MAX_LENGTH: usize = 1 << 20;

/// Magic, version and length.
const HEADER: usize = 9;
/// Tag and length.
const FIELD: usize = 3;
/// A number of digits behind the point, and an integer without a point.
const PERCENT: usize = 9;
/// Nanoseconds, and a percentage.
const LATENCY: usize = 8 + PERCENT;

/// What is in a field. Numbers are never used again.
mod tag {
    pub(super) const PACKAGE: u8 = 1;
    pub(super) const VERSION: u8 = 2;
    pub(super) const MODULE: u8 = 3;
    pub(super) const FUNCTION: u8 = 4;
    pub(super) const FILE: u8 = 5;
    pub(super) const LINE: u8 = 6;
    /// Absent if it is neither a `Result` nor an `Option`.
    pub(super) const RETURNS: u8 = 7;
    /// Absent if it is not: it has no content.
    pub(super) const ASYNCHRONOUS: u8 = 8;
    /// Absent if there are none.
    pub(super) const CALLS: u8 = 9;
    /// With it stands the period, and what the objective has of the others.
    pub(super) const OBJECTIVE: u8 = 10;
    pub(super) const PERIOD: u8 = 11;
    pub(super) const SUCCESS: u8 = 12;
    pub(super) const LATENCY: u8 = 13;
    pub(super) const OWNER: u8 = 14;
    pub(super) const RUNBOOK: u8 = 15;
}

/// How many bytes `record` takes.
pub const fn length(record: &Record<'_>) -> usize {
    let mut length = HEADER
        + (FIELD + record.package.len())
        + (FIELD + record.version.len())
        + (FIELD + record.module.len())
        + (FIELD + record.function.len())
        + (FIELD + record.file.len())
        + (FIELD + size_of::<u32>());
    if !matches!(record.returns, Returns::Other) {
        length += FIELD + 1;
    }
    if record.asynchronous {
        length += FIELD;
    }
    if !record.calls.is_empty() {
        length += FIELD + record.calls.len();
    }
    if let Some(promise) = &record.objective {
        length += (FIELD + promise.name.len()) + (FIELD + size_of::<u16>());
        if promise.success.is_some() {
            length += FIELD + PERCENT;
        }
        if promise.latency.is_some() {
            length += FIELD + LATENCY;
        }
        if let Some(owner) = promise.owner {
            length += FIELD + owner.len();
        }
        if let Some(runbook) = promise.runbook {
            length += FIELD + runbook.len();
        }
    }
    length
}

/// The bytes of `record`, made while compiling.
///
/// # Panics
///
/// When `N` is not the record's [`length`], and when one of its texts is longer
/// than 65,535 bytes.
pub const fn encode<const N: usize>(record: &Record<'_>) -> [u8; N] {
    assert!(
        N == length(record),
        "a record is encoded into as many bytes as `length` says"
    );
    let mut out = Writer {
        bytes: [0; N],
        at: 0,
    };
    out.put(&MAGIC);
    out.put(&[VERSION]);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a few texts of at most 64 KiB each are below `MAX_LENGTH`"
    )]
    out.put(&(N as u32).to_le_bytes());
    out.field(tag::PACKAGE, record.package.as_bytes());
    out.field(tag::VERSION, record.version.as_bytes());
    out.field(tag::MODULE, record.module.as_bytes());
    out.field(tag::FUNCTION, record.function.as_bytes());
    out.field(tag::FILE, record.file.as_bytes());
    out.field(tag::LINE, &record.line.to_le_bytes());
    match record.returns {
        Returns::Other => {}
        Returns::Result => out.field(tag::RETURNS, &[1]),
        Returns::Option => out.field(tag::RETURNS, &[2]),
    }
    if record.asynchronous {
        out.field(tag::ASYNCHRONOUS, &[]);
    }
    if !record.calls.is_empty() {
        out.field(tag::CALLS, record.calls.as_bytes());
    }
    if let Some(promise) = &record.objective {
        out.promise(promise);
    }
    out.bytes
}

struct Writer<const N: usize> {
    bytes: [u8; N],
    at: usize,
}

impl<const N: usize> Writer<N> {
    const fn promise(&mut self, promise: &Promise<'_>) {
        self.field(tag::OBJECTIVE, promise.name.as_bytes());
        self.field(tag::PERIOD, &promise.period_days.to_le_bytes());
        if let Some(success) = promise.success {
            self.head(tag::SUCCESS, PERCENT);
            self.percent(success);
        }
        if let Some(latency) = promise.latency {
            self.head(tag::LATENCY, LATENCY);
            let threshold = latency.threshold();
            // Below a day, which is 47 bits.
            let nanos = threshold.as_secs() * 1_000_000_000 + threshold.subsec_nanos() as u64;
            self.put(&nanos.to_le_bytes());
            self.percent(latency.percent());
        }
        if let Some(owner) = promise.owner {
            self.field(tag::OWNER, owner.as_bytes());
        }
        if let Some(runbook) = promise.runbook {
            self.field(tag::RUNBOOK, runbook.as_bytes());
        }
    }

    const fn percent(&mut self, percent: Percent) {
        let value = percent.value();
        self.put(&[value.scale()]);
        self.put(&value.units().to_le_bytes());
    }

    const fn field(&mut self, tag: u8, content: &[u8]) {
        self.head(tag, content.len());
        self.put(content);
    }

    const fn head(&mut self, tag: u8, length: usize) {
        assert!(
            length <= u16::MAX as usize,
            "a text in the record of a function is longer than 65,535 bytes"
        );
        #[expect(clippy::cast_possible_truncation, reason = "it was checked")]
        let [low, high] = (length as u16).to_le_bytes();
        self.put(&[tag, low, high]);
    }

    /// In strides, as the compiler takes its time for each step of a `const fn`,
    /// and a record has hundreds of bytes.
    const fn put(&mut self, mut content: &[u8]) {
        while content.len() >= 64 {
            content = self.put_some::<64>(content);
        }
        while content.len() >= 8 {
            content = self.put_some::<8>(content);
        }
        while !content.is_empty() {
            content = self.put_some::<1>(content);
        }
    }

    /// Puts the first `S` bytes of `content`, and returns the others.
    const fn put_some<'a, const S: usize>(&mut self, content: &'a [u8]) -> &'a [u8] {
        let Some((stride, rest)) = content.split_first_chunk::<S>() else {
            return &[];
        };
        let (_, free) = self.bytes.split_at_mut(self.at);
        if let Some(room) = free.first_chunk_mut::<S>() {
            *room = *stride;
        }
        self.at += S;
        rest
    }
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
        let content = split(field).and_then(|(tag, content)| {
            found.keep(tag, content)?;
            Ok(content.len())
        });
        match content {
            Ok(content) => at += FIELD + content,
            Err(what) => return Err(Fault::broken(at, what, at)),
        }
    }
    match found.record() {
        Ok(record) => Ok((record, length)),
        Err(what) => Err(broken(what, length)),
    }
}

/// The first field's tag and content.
fn split(fields: &[u8]) -> Result<(u8, &[u8]), &'static str> {
    let (&[tag, low, high], rest) = fields
        .split_first_chunk::<FIELD>()
        .ok_or("a record ends within a field")?;
    let content = rest
        .get(..usize::from(u16::from_le_bytes([low, high])))
        .ok_or("a field is longer than its record")?;
    Ok((tag, content))
}

/// The fields of a record that were found so far.
#[derive(Default)]
struct Found<'a> {
    package: Option<&'a str>,
    version: Option<&'a str>,
    module: Option<&'a str>,
    function: Option<&'a str>,
    file: Option<&'a str>,
    line: Option<u32>,
    returns: Option<Returns>,
    asynchronous: Option<()>,
    calls: Option<&'a str>,
    objective: Option<&'a str>,
    period: Option<u16>,
    success: Option<Percent>,
    latency: Option<Latency>,
    owner: Option<&'a str>,
    runbook: Option<&'a str>,
}

impl<'a> Found<'a> {
    fn keep(&mut self, tag: u8, content: &'a [u8]) -> Result<(), &'static str> {
        match tag {
            tag::PACKAGE => set(&mut self.package, text(content)),
            tag::VERSION => set(&mut self.version, text(content)),
            tag::MODULE => set(&mut self.module, text(content)),
            tag::FUNCTION => set(&mut self.function, text(content)),
            tag::FILE => set(&mut self.file, text(content)),
            tag::LINE => set(&mut self.line, number(content).map(u32::from_le_bytes)),
            tag::RETURNS => set(&mut self.returns, returns(content)),
            tag::ASYNCHRONOUS => set(&mut self.asynchronous, content.is_empty().then_some(())),
            tag::CALLS => set(&mut self.calls, text(content)),
            tag::OBJECTIVE => set(&mut self.objective, label(content)),
            tag::PERIOD => set(&mut self.period, period(content)),
            tag::SUCCESS => set(&mut self.success, percent(content)),
            tag::LATENCY => set(&mut self.latency, latency(content)),
            tag::OWNER => set(&mut self.owner, label(content)),
            tag::RUNBOOK => set(&mut self.runbook, label(content)),
            // Of a later version.
            _ => Ok(()),
        }
    }

    fn record(self) -> Result<Record<'a>, &'static str> {
        let objective = match (self.objective, self.period) {
            (Some(name), Some(period_days)) => {
                if self.success.is_none() && self.latency.is_none() {
                    return Err("the objective in a record promises nothing");
                }
                Some(Promise {
                    name,
                    success: self.success,
                    latency: self.latency,
                    period_days,
                    owner: self.owner,
                    runbook: self.runbook,
                })
            }
            (Some(_), None) => return Err("the objective in a record has no period"),
            (None, _) => None,
        };
        Ok(Record {
            package: self.package.ok_or("a record names no package")?,
            version: self
                .version
                .ok_or("a record has no version of its package")?,
            module: self.module.ok_or("a record names no module")?,
            function: self.function.ok_or("a record names no function")?,
            file: self.file.ok_or("a record names no file")?,
            line: self.line.ok_or("a record names no line")?,
            returns: self.returns.unwrap_or(Returns::Other),
            asynchronous: self.asynchronous.is_some(),
            objective,
            calls: self.calls.unwrap_or_default(),
        })
    }
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) -> Result<(), &'static str> {
    let value = value.ok_or("a field has a content that it could not have")?;
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err("a field stands twice in a record"),
    }
}

fn text(content: &[u8]) -> Option<&str> {
    str::from_utf8(content).ok()
}

fn label(content: &[u8]) -> Option<&str> {
    text(content).filter(|text| Objective::takes_text(text))
}

fn number<const N: usize>(content: &[u8]) -> Option<[u8; N]> {
    content.try_into().ok()
}

/// What a later version may return besides is something else to this one.
fn returns(content: &[u8]) -> Option<Returns> {
    Some(match number(content)? {
        [1] => Returns::Result,
        [2] => Returns::Option,
        [_] => Returns::Other,
    })
}

fn period(content: &[u8]) -> Option<u16> {
    let days = u16::from_le_bytes(number(content)?);
    Objective::takes_period(days).then_some(days)
}

fn percent(content: &[u8]) -> Option<Percent> {
    let [scale, units @ ..] = number::<PERCENT>(content)?;
    let units = u64::from_le_bytes(units);
    // `Decimal` panics at more digits.
    (scale <= 18)
        .then(|| Decimal::new(units, scale))
        .and_then(Percent::from_decimal)
}

fn latency(content: &[u8]) -> Option<Latency> {
    let (nanos, share) = content.split_first_chunk()?;
    let threshold = Duration::from_nanos(u64::from_le_bytes(*nanos));
    Latency::from_parts(threshold, percent(share)?)
}

//! Encodes and decodes an objective within a record, as nested fields.

use core::{iter, str, time::Duration};

use slo_spec::{Cancelled, Decimal, Latency, Objective, Percent};

use super::field::{self, FIELD, put, put_head, set, split};

/// An [`Objective`], as compiled into a program.
///
/// A promise in a record that [`records`](super::records) returns is valid: [`Objective`] accepts each
/// of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise<'a> {
    /// Its name, unique in the program.
    pub name: &'a str,
    /// The share of calls that must succeed.
    pub success: Option<Percent>,
    /// The share of calls that must be fast, and how fast.
    pub latency: Option<Latency>,
    /// The period over which the error budget is spent, in days.
    pub period_days: u16,
    /// The classification of cancelled calls.
    pub cancelled: Cancelled,
    /// The owner, who is alerted when the objective is in danger.
    pub owner: Option<&'a str>,
    /// The address of instructions for that case.
    pub runbook: Option<&'a str>,
}

impl Promise<'static> {
    /// Returns the promise of `objective`.
    pub const fn of(objective: &Objective) -> Self {
        Self {
            name: objective.name(),
            success: objective.success(),
            latency: objective.latency_target(),
            period_days: objective.period(),
            cancelled: objective.cancelled_calls(),
            owner: objective.owned_by(),
            runbook: objective.runbook_url(),
        }
    }
}

impl From<Objective> for Promise<'static> {
    fn from(objective: Objective) -> Self {
        Self::of(&objective)
    }
}

/// The length of a percentage: the number of decimals (one byte), and an integer without a point.
const PERCENT: usize = 9;
/// The length of a latency: nanoseconds, and a percentage.
const LATENCY: usize = 8 + PERCENT;

/// The tags of fields. Numbers are never reused.
mod tag {
    pub(super) const NAME: u8 = 1;
    pub(super) const PERIOD: u8 = 2;
    pub(super) const SUCCESS: u8 = 3;
    pub(super) const LATENCY: u8 = 4;
    pub(super) const OWNER: u8 = 5;
    pub(super) const RUNBOOK: u8 = 6;
    /// One byte; without the field, cancelled calls are bad.
    pub(super) const CANCELLED: u8 = 7;
}

/// Returns the number of bytes of `promise`.
pub(super) const fn length(promise: &Promise<'_>) -> usize {
    let mut length = (FIELD + promise.name.len()) + (FIELD + size_of::<u16>());
    if promise.success.is_some() {
        length += FIELD + PERCENT;
    }
    if promise.latency.is_some() {
        length += FIELD + LATENCY;
    }
    if encode_cancelled(promise.cancelled) != BAD {
        length += FIELD + 1;
    }
    if let Some(owner) = promise.owner {
        length += FIELD + owner.len();
    }
    if let Some(runbook) = promise.runbook {
        length += FIELD + runbook.len();
    }
    length
}

/// Writes `promise` to `out` at index `at`, and returns the index of its end.
pub(super) const fn put_one(out: &mut [u8], at: usize, promise: &Promise<'_>) -> usize {
    let at = put_field(out, at, tag::NAME, promise.name.as_bytes());
    let mut at = put_field(out, at, tag::PERIOD, &promise.period_days.to_le_bytes());
    if let Some(success) = promise.success {
        at = put_field(out, at, tag::SUCCESS, &spell(success));
    }
    if let Some(latency) = promise.latency {
        let threshold = latency.threshold();
        // A threshold is below a day, which takes 47 bits.
        let nanos = threshold.as_secs() * 1_000_000_000 + threshold.subsec_nanos() as u64;
        at = put_head(out, at, tag::LATENCY, LATENCY);
        at = put(out, at, &nanos.to_le_bytes());
        at = put(out, at, &spell(latency.percent()));
    }
    let cancelled = encode_cancelled(promise.cancelled);
    if cancelled != BAD {
        at = put_field(out, at, tag::CANCELLED, &[cancelled]);
    }
    if let Some(owner) = promise.owner {
        at = put_field(out, at, tag::OWNER, owner.as_bytes());
    }
    if let Some(runbook) = promise.runbook {
        at = put_field(out, at, tag::RUNBOOK, runbook.as_bytes());
    }
    at
}

/// The classifications of cancelled calls, as a byte. Numbers are never reused.
const BAD: u8 = 0;
const BAD_IF_SLOW: u8 = 1;
const IGNORED: u8 = 2;

const fn encode_cancelled(cancelled: Cancelled) -> u8 {
    match cancelled {
        Cancelled::BadIfSlow => BAD_IF_SLOW,
        Cancelled::Ignored => IGNORED,
        _ => BAD,
    }
}

/// Returns the number of bytes of the fields with `objectives`.
pub(super) const fn length_of_all(objectives: &[Objective]) -> usize {
    let (mut all, mut i) = (0, 0);
    while i < objectives.len() {
        all += FIELD + length(&Promise::of(&objectives[i]));
        i += 1;
    }
    all
}

/// Writes each of `objectives` as a field of its own to `out`, from index `at` on.
pub(super) const fn put_all(out: &mut [u8], mut at: usize, objectives: &[Objective]) {
    let mut i = 0;
    while i < objectives.len() {
        let tag = if i == 0 {
            field::tag::OBJECTIVE
        } else {
            field::tag::FURTHER_OBJECTIVE
        };
        let promise = Promise::of(&objectives[i]);
        at = put_head(out, at, tag, length(&promise));
        at = put_one(out, at, &promise);
        i += 1;
    }
}

/// Decodes the objectives among the fields of a record.
pub(super) fn decode_all(mut fields: &[u8]) -> impl Iterator<Item = Promise<'_>> {
    iter::from_fn(move || {
        let (tag, content) = split(fields).ok()?;
        fields = &fields[FIELD + content.len()..];
        Some((tag, content))
    })
    .filter(|(tag, _)| matches!(*tag, field::tag::OBJECTIVE | field::tag::FURTHER_OBJECTIVE))
    .filter_map(|(_, content)| decode(content).ok())
}

const fn spell(percent: Percent) -> [u8; PERCENT] {
    let value = percent.value();
    let mut bytes = [value.scale(); PERCENT];
    put(&mut bytes, 1, &value.units().to_le_bytes());
    bytes
}

const fn put_field(out: &mut [u8], at: usize, tag: u8, content: &[u8]) -> usize {
    let at = put_head(out, at, tag, content.len());
    put(out, at, content)
}

/// Decodes the objective in `content`.
///
/// # Errors
///
/// If the bytes are damaged, or the objective would not compile.
pub(super) fn decode(mut content: &[u8]) -> Result<Promise<'_>, &'static str> {
    let (mut name, mut period, mut owner, mut runbook) = (None, None, None, None);
    let (mut success, mut latency, mut cancelled) = (None, None, None);
    while !content.is_empty() {
        let (tag, field) = split(content)?;
        match tag {
            tag::NAME => set(&mut name, text(field))?,
            tag::PERIOD => set(&mut period, self::period(field))?,
            tag::SUCCESS => set(&mut success, percent(field))?,
            tag::LATENCY => set(&mut latency, self::latency(field))?,
            tag::OWNER => set(&mut owner, text(field))?,
            tag::RUNBOOK => set(&mut runbook, text(field))?,
            tag::CANCELLED => set(&mut cancelled, self::cancelled(field))?,
            // A field of a later version.
            _ => {}
        }
        content = &content[FIELD + field.len()..];
    }
    if success.is_none() && latency.is_none() {
        return Err("the objective in a record promises nothing");
    }
    Ok(Promise {
        name: name.ok_or("the objective in a record has no name")?,
        success,
        latency,
        period_days: period.ok_or("the objective in a record has no period")?,
        cancelled: cancelled.unwrap_or_default(),
        owner,
        runbook,
    })
}

fn text(content: &[u8]) -> Option<&str> {
    let text = str::from_utf8(content).ok()?;
    Objective::is_valid_text(text).then_some(text)
}

fn period(content: &[u8]) -> Option<u16> {
    let days = u16::from_le_bytes(content.try_into().ok()?);
    Objective::is_valid_period(days).then_some(days)
}

/// Decodes a classification; one of a later version becomes the default.
fn cancelled(content: &[u8]) -> Option<Cancelled> {
    match content {
        [BAD_IF_SLOW] => Some(Cancelled::BadIfSlow),
        [IGNORED] => Some(Cancelled::Ignored),
        [_] => Some(Cancelled::Bad),
        _ => None,
    }
}

fn percent(content: &[u8]) -> Option<Percent> {
    let (&scale, units) = content.split_first()?;
    let units = u64::from_le_bytes(units.try_into().ok()?);
    // `Decimal` panics with more digits.
    (scale <= 18)
        .then(|| Decimal::new(units, scale))
        .and_then(Percent::from_decimal)
}

fn latency(content: &[u8]) -> Option<Latency> {
    let (nanos, share) = content.split_first_chunk()?;
    let threshold = Duration::from_nanos(u64::from_le_bytes(*nanos));
    Latency::from_parts(threshold, percent(share)?)
}

//! A field of a record: a tag, a length, and a content.

/// Tag and length of a field.
pub(super) const FIELD: usize = 3;

/// The content of a field. Numbers are never used again.
pub(super) mod tag {
    pub(in crate::record) const RETURNS: u8 = 1;
    pub(in crate::record) const ASYNCHRONOUS: u8 = 2;
    /// Package, version, function, calls, module, file and line, with a NUL between
    /// each two: first what a macro knows when it is expanded.
    pub(in crate::record) const TEXTS: u8 = 3;
    /// The first objective: fields of its own, see `promise.rs`.
    pub(in crate::record) const OBJECTIVE: u8 = 4;
    /// One further objective. Readers that know a single one skip it.
    pub(in crate::record) const FURTHER_OBJECTIVE: u8 = 5;
}

/// Puts the beginning of a field, and returns where its content goes.
#[expect(
    clippy::cast_possible_truncation,
    reason = "all of an objective is below 1,000 bytes, as `Objective` sees to"
)]
pub(super) const fn put_head(out: &mut [u8], at: usize, tag: u8, length: usize) -> usize {
    let [low, high] = (length as u16).to_le_bytes();
    put(out, at, &[tag, low, high])
}

/// Puts `content` at `at` of `out`, and returns where it ends.
pub(super) const fn put(out: &mut [u8], at: usize, content: &[u8]) -> usize {
    let mut i = 0;
    while i < content.len() {
        out[at + i] = content[i];
        i += 1;
    }
    at + content.len()
}

/// The first field's tag and content.
pub(super) fn split(fields: &[u8]) -> Result<(u8, &[u8]), &'static str> {
    let (&[tag, low, high], rest) = fields
        .split_first_chunk::<FIELD>()
        .ok_or("a record ends within a field")?;
    let content = rest
        .get(..usize::from(u16::from_le_bytes([low, high])))
        .ok_or("a field is longer than its record")?;
    Ok((tag, content))
}

pub(super) fn set<T>(slot: &mut Option<T>, value: Option<T>) -> Result<(), &'static str> {
    let value = value.ok_or("a field has a content that it could not have")?;
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err("a field stands twice in a record"),
    }
}

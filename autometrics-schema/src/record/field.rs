//! Encodes and decodes one field of a record: tag, length and content.

/// The length of a field's tag and length, in bytes.
pub(super) const FIELD: usize = 3;

/// The tags of fields. Numbers are never reused.
pub(super) mod tag {
    pub(in crate::record) const RETURNS: u8 = 1;
    pub(in crate::record) const ASYNCHRONOUS: u8 = 2;
    /// Package, version, function, calls, module, file and line, with a NUL between
    /// each two: first the texts that a macro knows when it is expanded.
    pub(in crate::record) const TEXTS: u8 = 3;
    /// The first objective: nested fields, see `promise.rs`.
    pub(in crate::record) const OBJECTIVE: u8 = 4;
    /// A further objective. Readers that support a single one skip it.
    pub(in crate::record) const FURTHER_OBJECTIVE: u8 = 5;
}

/// Writes a field's tag and length, and returns the index of its content.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`Objective` keeps all of an objective below 1,000 bytes"
)]
pub(super) const fn put_head(out: &mut [u8], at: usize, tag: u8, length: usize) -> usize {
    let [low, high] = (length as u16).to_le_bytes();
    put(out, at, &[tag, low, high])
}

/// Writes `content` to `out` at index `at`, and returns the index of its end.
pub(super) const fn put(out: &mut [u8], at: usize, content: &[u8]) -> usize {
    let mut i = 0;
    while i < content.len() {
        out[at + i] = content[i];
        i += 1;
    }
    at + content.len()
}

/// Returns the tag and content of the first field.
pub(super) fn split(fields: &[u8]) -> Result<(u8, &[u8]), &'static str> {
    let (&[tag, low, high], rest) = fields
        .split_first_chunk::<FIELD>()
        .ok_or("a record ends within a field")?;
    let content = rest
        .get(..usize::from(u16::from_le_bytes([low, high])))
        .ok_or("a field is longer than its record")?;
    Ok((tag, content))
}

/// Fills the slot of a field.
///
/// # Errors
///
/// If the content is invalid, so that there is no `value`, or if the slot is filled.
pub(super) fn set<T>(slot: &mut Option<T>, value: Option<T>) -> Result<(), &'static str> {
    let value = value.ok_or("a field has an invalid content")?;
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err("a record contains a field twice"),
    }
}

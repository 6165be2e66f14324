//! Revisions of the protocol.

/// Revision whose requests have no session and are complete in themselves.
pub(super) const MODERN: &str = "2026-07-28";
/// Newest revision that begins with `initialize`.
pub(super) const NEWEST_LEGACY: &str = "2025-11-25";
/// Revisions that this server speaks, newest first.
pub(super) const ALL: [&str; 5] = [
    MODERN,
    NEWEST_LEGACY,
    "2025-06-18",
    "2025-03-26",
    "2024-11-05",
];

/// Returns `true` for a revision that begins with `initialize`.
pub(super) fn is_legacy(revision: &str) -> bool {
    revision != MODERN && ALL.contains(&revision)
}

/// Returns the revision that answers `initialize`: the requested one, or the newest one that has
/// `initialize`. A client that does not speak that one disconnects.
pub(super) fn negotiated(requested: &str) -> &str {
    if is_legacy(requested) {
        requested
    } else {
        NEWEST_LEGACY
    }
}

//! The resource that metrics are about.

use std::hash::{BuildHasher as _, RandomState};

use crate::error::StartError;

const SERVICE_NAME: &str = "service.name";
const INSTANCE: &str = "service.instance.id";

/// Attributes beside those that come from a snapshot: what the builder gave, then what
/// the variables said, then an id that tells instances of a service apart.
///
/// Without one, two instances would send the same series, and a backend would take them
/// for one that jumps back and forth.
pub(crate) fn attributes(
    given: &[(String, String)],
    said: Vec<(String, String)>,
) -> Result<Vec<(String, String)>, StartError> {
    if let Some((key, _)) = given.iter().find(|(key, _)| key == SERVICE_NAME) {
        let why = "name the service in `Settings::service_name`, so that all exporters agree";
        return Err(StartError::of("resource attribute", key, why.to_owned()));
    }
    let mut all: Vec<(String, String)> = Vec::new();
    let instance = [(INSTANCE.to_owned(), random_id())];
    // What `OTEL_RESOURCE_ATTRIBUTES` says of the service's name is in the snapshot.
    for (key, value) in given.iter().cloned().chain(said).chain(instance) {
        if key != SERVICE_NAME && all.iter().all(|(known, _)| *known != key) {
            all.push((key, value));
        }
    }
    Ok(all)
}

/// A random UUID, version 4 of RFC 9562.
fn random_id() -> String {
    let random = || RandomState::new().hash_one(INSTANCE);
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

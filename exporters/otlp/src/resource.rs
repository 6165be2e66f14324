//! Attributes of the resource that the metrics belong to.

use std::hash::{BuildHasher as _, RandomState};

use crate::error::StartError;

const SERVICE_NAME: &str = "service.name";
const INSTANCE: &str = "service.instance.id";

/// Returns the resource attributes that do not come from a snapshot, in order of precedence: those
/// of the builder, those of the variables, then a random `service.instance.id`.
///
/// Without that id, two instances of a service would send the same series, and a backend would see
/// one series that jumps back and forth.
///
/// Fails if `given` contains `service.name`.
pub(crate) fn attributes(
    given: &[(String, String)],
    said: Vec<(String, String)>,
) -> Result<Vec<(String, String)>, StartError> {
    if let Some((key, _)) = given.iter().find(|(key, _)| key == SERVICE_NAME) {
        let why =
            "set the service name with `Settings::service_name`, so that all exporters use it";
        return Err(StartError::of("resource attribute", key, why.to_owned()));
    }
    let mut all: Vec<(String, String)> = Vec::new();
    let instance = [(INSTANCE.to_owned(), random_id())];
    // `service.name` from `OTEL_RESOURCE_ATTRIBUTES` is already in the snapshot.
    for (key, value) in given.iter().cloned().chain(said).chain(instance) {
        if key != SERVICE_NAME && all.iter().all(|(known, _)| *known != key) {
            all.push((key, value));
        }
    }
    Ok(all)
}

/// Returns a random UUID, version 4 of RFC 9562.
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

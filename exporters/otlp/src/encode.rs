//! Encodes a snapshot as an `ExportMetricsServiceRequest`.

use autometrics_core::Snapshot;
use autometrics_schema::code;

use crate::{
    attributes::pair,
    choices::Dialect,
    options::Options,
    pending::PendingDeltas,
    proto::{Resource, Scope},
    split::{SizeLimits, Split},
    writer::write,
};

/// Encodes `snapshot` as one uncompressed `ExportMetricsServiceRequest` of OTLP 1, the body of a
/// `POST` to `/v1/metrics`.
///
/// ```
/// use std::time::SystemTime;
///
/// use autometrics::Snapshot;
/// use autometrics::otlp::{Options, encode};
///
/// let request = encode(&Snapshot::new("shop"), &Options::new(SystemTime::now()));
/// assert!(request.windows(4).any(|bytes| bytes == b"shop"));
/// ```
pub fn encode(snapshot: &Snapshot, options: &Options) -> Vec<u8> {
    let mut out = Vec::new();
    encode_into(&mut out, snapshot, options);
    out
}

/// Appends the encoded `snapshot` to `out`. If `out` already holds an encoded request, also one
/// with metrics of another library, both together are one valid request.
///
/// ```
/// # use std::time::SystemTime;
/// # use autometrics::Snapshot;
/// # use autometrics::otlp::{Options, encode, encode_into};
/// let options = Options::new(SystemTime::now());
/// let mut request = encode(&Snapshot::new("shop"), &options);
/// encode_into(&mut request, &Snapshot::new("till"), &options);
/// ```
pub fn encode_into(out: &mut Vec<u8>, snapshot: &Snapshot, options: &Options) {
    for request in split(
        snapshot,
        options,
        PendingDeltas::default(),
        SizeLimits::UNLIMITED,
    ) {
        out.extend(request);
    }
}

/// Encodes `snapshot` as requests of limited size. Deltas in `pending` that were not accepted before
/// are added to the points of their series.
pub(crate) fn split(
    snapshot: &Snapshot,
    options: &Options,
    pending: PendingDeltas,
    sizes: SizeLimits,
) -> Vec<Vec<u8>> {
    let scope = Scope {
        name: "autometrics".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut requests = Split::new(resource(snapshot, options), scope, sizes);
    write(snapshot, options, pending, &mut requests);
    requests.finish()
}

fn resource(snapshot: &Snapshot, options: &Options) -> Resource {
    const SDK: [(&str, &str); 3] = [
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.name", "autometrics"),
        ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
    ];
    let version = &*snapshot.build.version;
    let mut all: Vec<(&str, &str)> = vec![("service.name", &snapshot.service_name)];
    let given = options
        .resource
        .iter()
        .map(|(key, value)| (&**key, &**value));
    let revision = match options.dialect {
        Dialect::Autometrics => None,
        Dialect::Code => Some((code::REVISION, &*snapshot.build.commit)),
    };
    let own = SDK.into_iter().chain([("service.version", version)]);
    let own = own.chain(revision);
    for (key, value) in given.chain(own) {
        let is_new = all.iter().all(|(known, _)| *known != key);
        if is_new && !value.is_empty() {
            all.push((key, value));
        }
    }
    Resource {
        attributes: all.iter().map(|(key, value)| pair(key, value)).collect(),
    }
}

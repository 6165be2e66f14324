//! A snapshot as an `ExportMetricsServiceRequest`.

use std::time::SystemTime;

use autometrics_core::Snapshot;

use crate::{
    HistogramAggregation,
    proto::{Resource, Scope},
    split::{Sizes, Split},
    unsent::Unsent,
    writer::{pair, write},
};

/// What is said of a snapshot besides what is in it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// Attributes of the resource. `service.name`, and `service.version` where it is
    /// known, come from the snapshot; a `service.version` here goes before it.
    pub resource: Vec<(String, String)>,
    /// When counting began; the same in every request of a program. Counters and histograms that
    /// know better ([`Sample::created`](autometrics_core::Sample::created)) begin then.
    pub start: SystemTime,
    /// When the snapshot was taken.
    pub time: SystemTime,
    /// When counting began anew, if the snapshot is the difference to another one
    /// ([`Snapshot::since`]): then sums and histograms are delta, else they are cumulative.
    ///
    /// If it is `start`, series of zeros are written, so that everything is known from
    /// the first request on; later they are left out.
    pub since: Option<SystemTime>,
    /// Buckets of histograms.
    pub histograms: HistogramAggregation,
}

impl Options {
    /// A resource without further attributes, and a snapshot of now whose counts began
    /// at `start`.
    pub fn new(start: SystemTime) -> Self {
        Self {
            resource: Vec::new(),
            start,
            time: SystemTime::now(),
            since: None,
            histograms: HistogramAggregation::default(),
        }
    }
}

/// Encodes `snapshot` as an `ExportMetricsServiceRequest` of OTLP 1, which a Collector
/// takes at `/v1/metrics`.
///
/// ```
/// use std::time::SystemTime;
///
/// use autometrics_core::Snapshot;
/// use autometrics_otlp::{Options, encode};
///
/// let request = encode(&Snapshot::new("shop"), &Options::new(SystemTime::now()));
/// assert!(request.windows(4).any(|bytes| bytes == b"shop"));
/// ```
pub fn encode(snapshot: &Snapshot, options: &Options) -> Vec<u8> {
    let mut out = Vec::new();
    encode_into(&mut out, snapshot, options);
    out
}

/// Appends `snapshot` to `out`, which may hold an encoded request of someone else's
/// metrics already: both together are one request.
///
/// ```
/// # use std::time::SystemTime;
/// # use autometrics_core::Snapshot;
/// # use autometrics_otlp::{Options, encode, encode_into};
/// let options = Options::new(SystemTime::now());
/// let mut request = encode(&Snapshot::new("shop"), &options);
/// encode_into(&mut request, &Snapshot::new("till"), &options);
/// ```
pub fn encode_into(out: &mut Vec<u8>, snapshot: &Snapshot, options: &Options) {
    for request in split(snapshot, options, Unsent::default(), Sizes::UNLIMITED) {
        out.extend(request);
    }
}

/// Encodes `snapshot` as requests of limited sizes, with what was not accepted of deltas before.
pub(crate) fn split(
    snapshot: &Snapshot,
    options: &Options,
    unsent: Unsent,
    sizes: Sizes,
) -> Vec<Vec<u8>> {
    let scope = Scope {
        name: "autometrics".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut requests = Split::new(resource(snapshot, options), scope, sizes);
    write(snapshot, options, unsent, &mut requests);
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
    let own = SDK.into_iter().chain([("service.version", version)]);
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

//! Encodes a snapshot as an `ExportMetricsServiceRequest`.

use std::time::SystemTime;

use autometrics_core::Snapshot;

use crate::{
    HistogramAggregation,
    pending::PendingDeltas,
    proto::{Resource, Scope},
    split::{SizeLimits, Split},
    writer::{pair, write},
};

/// Parts of a request that do not come from its snapshot: resource attributes, times and the kind
/// of histogram.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// Resource attributes. `service.name` always comes from the snapshot, and so does
    /// `service.version` if the snapshot has a version; a `service.version` given here takes
    /// precedence.
    pub resource: Vec<(String, String)>,
    /// Start time of cumulative points, the same in every request of a program. A counter or
    /// histogram with a time of its own ([`Sample::created`](autometrics_core::Sample::created))
    /// uses that instead.
    pub start: SystemTime,
    /// Time at which the snapshot was taken, the end of every point.
    pub time: SystemTime,
    /// Start of the delta, if the snapshot is the difference from an earlier one
    /// ([`Snapshot::since`]). Counters and histograms then have delta temporality. With `None` they
    /// are cumulative.
    ///
    /// If it equals `start`, the request also has the series whose value is zero, so that the
    /// collector knows every series from the first request on. Later deltas leave out series
    /// without calls.
    pub since: Option<SystemTime>,
    /// Kind of histogram for latencies.
    pub histograms: HistogramAggregation,
}

impl Options {
    /// Returns options for a snapshot that is taken now and whose counts began at `start`:
    /// cumulative, with explicit bounds and without further resource attributes.
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

/// Encodes `snapshot` as one uncompressed `ExportMetricsServiceRequest` of OTLP 1, the body of a
/// `POST` to `/v1/metrics`.
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

/// Appends the encoded `snapshot` to `out`. If `out` already holds an encoded request, also one
/// with metrics of another library, both together are one valid request.
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

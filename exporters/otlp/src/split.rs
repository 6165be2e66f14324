//! Distributes data points over requests of limited size.

use std::mem;

use prost::Message as _;

use crate::proto::{
    Data, ExponentialPoint, ExportRequest, HistogramPoint, Metric, NumberPoint, Resource,
    ResourceMetrics, Scope, ScopeMetrics,
};

/// Maximum number of bytes for the tag and length of a message or field.
const FRAME: usize = 6;

/// Size limits of requests, in bytes before compression.
///
/// Every request has at least one data point, even if that point exceeds the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SizeLimits {
    /// Limit for the first request. If it is less than `max`, the first request may be empty.
    pub(crate) first: usize,
    /// Limit for each of the other requests.
    pub(crate) max: usize,
}

impl SizeLimits {
    /// Limits with which everything fits in a single request.
    pub(crate) const UNLIMITED: Self = Self {
        first: usize::MAX,
        max: usize::MAX,
    };
}

/// Data point of any kind.
pub(crate) enum Point {
    Number(NumberPoint),
    Histogram(HistogramPoint),
    Exponential(ExponentialPoint),
}

/// Puts data points into requests, in the order in which they are pushed.
pub(crate) struct Split {
    /// Request with resource and scope, but without metrics.
    shell: ExportRequest,
    /// Upper bound for the encoded size of `shell`.
    shell_len: usize,
    max: usize,
    /// Size limit of the current request.
    room: usize,
    /// Upper bound for the encoded size of the current request.
    len: usize,
    metrics: Vec<Metric>,
    /// Metric of the points that are pushed next, without points.
    header: Metric,
    /// `true` if the current request has this metric already.
    is_open: bool,
    done: Vec<Vec<u8>>,
}

impl Split {
    pub(crate) fn new(resource: Resource, scope: Scope, sizes: SizeLimits) -> Self {
        let shell = ExportRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(resource),
                scope_metrics: vec![ScopeMetrics {
                    scope: Some(scope),
                    metrics: Vec::new(),
                }],
            }],
        };
        // The lengths of the two messages around the metrics grow with them.
        let shell_len = shell.encoded_len() + 2 * FRAME;
        Self {
            shell,
            shell_len,
            max: sizes.max,
            room: sizes.first,
            len: shell_len,
            metrics: Vec::new(),
            header: Metric::default(),
            is_open: false,
            done: Vec::new(),
        }
    }

    /// Begins a metric. A request contains it only once it has a point.
    pub(crate) fn begin(&mut self, header: Metric) {
        self.header = header;
        self.is_open = false;
    }

    /// Adds a point to the metric that was begun last. Its kind must be that of the metric.
    pub(crate) fn push(&mut self, point: Point) {
        let point_len = point.encoded_len() + FRAME;
        let header_len = self.header.encoded_len() + 2 * FRAME;
        let mut len = point_len + if self.is_open { 0 } else { header_len };
        let may_close = !self.metrics.is_empty() || self.room < self.max;
        if may_close && self.len.saturating_add(len) > self.room {
            self.close();
            len = point_len + header_len;
        }
        if !self.is_open {
            self.metrics.push(self.header.clone());
            self.is_open = true;
        }
        self.len += len;
        let data = self
            .metrics
            .last_mut()
            .and_then(|metric| metric.data.as_mut());
        match (data, point) {
            (Some(Data::Gauge(gauge)), Point::Number(point)) => gauge.data_points.push(point),
            (Some(Data::Sum(sum)), Point::Number(point)) => sum.data_points.push(point),
            (Some(Data::Histogram(all)), Point::Histogram(point)) => all.data_points.push(point),
            (Some(Data::Exponential(all)), Point::Exponential(point)) => {
                all.data_points.push(point);
            }
            _ => debug_assert!(false, "the kind of a point differs from its metric's"),
        }
    }

    /// Returns the requests, at least one. The first is empty if no point fits in its size.
    pub(crate) fn finish(mut self) -> Vec<Vec<u8>> {
        if !self.metrics.is_empty() || self.done.is_empty() {
            let request = self.encode();
            self.done.push(request);
        }
        self.done
    }

    fn close(&mut self) {
        let request = if self.metrics.is_empty() {
            Vec::new()
        } else {
            self.encode()
        };
        self.done.push(request);
        self.is_open = false;
        self.len = self.shell_len;
        self.room = self.max;
    }

    fn encode(&mut self) -> Vec<u8> {
        let metrics = mem::take(&mut self.metrics);
        let inside = &mut self.shell.resource_metrics[0].scope_metrics[0].metrics;
        *inside = metrics;
        let encoded = self.shell.encode_to_vec();
        self.shell.resource_metrics[0].scope_metrics[0].metrics = Vec::new();
        debug_assert!(encoded.len() <= self.len, "the computed size is too small");
        encoded
    }
}

impl Point {
    fn encoded_len(&self) -> usize {
        match self {
            Self::Number(point) => point.encoded_len(),
            Self::Histogram(point) => point.encoded_len(),
            Self::Exponential(point) => point.encoded_len(),
        }
    }
}

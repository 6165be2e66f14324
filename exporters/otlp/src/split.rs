//! Data points as requests of a limited size.

use std::mem;

use prost::Message as _;

use crate::proto::{
    Data, ExponentialPoint, ExportRequest, HistogramPoint, Metric, NumberPoint, Resource,
    ResourceMetrics, Scope, ScopeMetrics,
};

/// The most bytes that a message or field needs for its tag and length.
const FRAME: usize = 6;

/// Sizes of requests, in bytes before they are compressed.
///
/// A request has one data point at least, however large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Of the first one; where it is less than `max`, the first may be empty.
    pub(crate) first: usize,
    /// Of each of the others.
    pub(crate) max: usize,
}

impl Sizes {
    /// For a single request.
    pub(crate) const UNLIMITED: Self = Self {
        first: usize::MAX,
        max: usize::MAX,
    };
}

/// A data point of any kind.
pub(crate) enum Point {
    Number(NumberPoint),
    Histogram(HistogramPoint),
    Exponential(ExponentialPoint),
}

/// Puts data points into requests, in order.
pub(crate) struct Split {
    /// A request without metrics.
    shell: ExportRequest,
    /// The bytes of a request without metrics, at most.
    shell_len: usize,
    max: usize,
    /// The size of the request under way.
    room: usize,
    /// The bytes of the request under way, at most.
    len: usize,
    metrics: Vec<Metric>,
    /// The metric whose points come, without points.
    header: Metric,
    /// `true` if it is in the request under way.
    is_open: bool,
    done: Vec<Vec<u8>>,
}

impl Split {
    pub(crate) fn new(resource: Resource, scope: Scope, sizes: Sizes) -> Self {
        let shell = ExportRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(resource),
                scope_metrics: vec![ScopeMetrics {
                    scope: Some(scope),
                    metrics: Vec::new(),
                }],
            }],
        };
        // The lengths of two messages around the metrics grow.
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

    /// Begins a metric, which is in no request before it has a point.
    pub(crate) fn begin(&mut self, header: Metric) {
        self.header = header;
        self.is_open = false;
    }

    /// Adds a point to the metric that was begun last, whose kind it has.
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
            _ => debug_assert!(false, "a point of another kind than its metric"),
        }
    }

    /// Returns the requests, at least one. The first is empty where no point fits in its size.
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
        debug_assert!(encoded.len() <= self.len, "a size that is too small");
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

//! Delta points that no collector has accepted, to be added to the next points of their series.

use std::{collections::HashMap, mem};

use bytes::Bytes;
use prost::Message as _;

use crate::{
    exponential::Dense,
    proto::{DELTA, Data, Exemplar, ExponentialPoint, ExportRequest, HistogramPoint, NumberPoint},
    split::Point,
};

/// Maximum number of exemplars of a point that several were added up to.
const MAX_EXEMPLARS: usize = 32;

/// Points by metric, by kind, and by the attributes of their series.
#[derive(Default)]
pub(crate) struct PendingDeltas(HashMap<String, Points>);

#[derive(Default)]
struct Points {
    numbers: HashMap<Vec<Bytes>, NumberPoint>,
    histograms: HashMap<Vec<Bytes>, HistogramPoint>,
    exponential: HashMap<Vec<Bytes>, ExponentialPoint>,
}

impl PendingDeltas {
    /// Collects the delta points of requests that were not accepted. Cumulative points are left
    /// out, because the next request contains them anyway.
    pub(crate) fn of(requests: Vec<Vec<u8>>) -> Self {
        let mut all = Self::default();
        for request in requests {
            // The requests come from this crate, so decoding succeeds.
            let Ok(request) = ExportRequest::decode(Bytes::from(request)) else {
                continue;
            };
            let resources = request.resource_metrics.into_iter();
            let scopes = resources.flat_map(|resource| resource.scope_metrics);
            for metric in scopes.flat_map(|scope| scope.metrics) {
                let points = all.0.entry(metric.name).or_default();
                match metric.data {
                    Some(Data::Sum(sum)) if sum.temporality == DELTA => {
                        for mut point in sum.data_points {
                            let attributes = mem::take(&mut point.attributes);
                            points.numbers.insert(attributes, point);
                        }
                    }
                    Some(Data::Histogram(all)) if all.temporality == DELTA => {
                        for mut point in all.data_points {
                            let attributes = mem::take(&mut point.attributes);
                            points.histograms.insert(attributes, point);
                        }
                    }
                    Some(Data::Exponential(all)) if all.temporality == DELTA => {
                        for mut point in all.data_points {
                            let attributes = mem::take(&mut point.attributes);
                            points.exponential.insert(attributes, point);
                        }
                    }
                    _ => {}
                }
            }
        }
        all
    }

    /// Adds the unaccepted delta of a series to its next point. Returns `true` if there was one.
    pub(crate) fn add_to(&mut self, metric: &str, point: &mut Point) -> bool {
        let Some(points) = self.0.get_mut(metric) else {
            return false;
        };
        match point {
            Point::Number(point) => match points.numbers.remove(&*point.attributes) {
                Some(before) => {
                    add_numbers(point, &before);
                    true
                }
                None => false,
            },
            Point::Histogram(point) => {
                let bounds = &point.explicit_bounds;
                match points.histograms.get(&*point.attributes) {
                    Some(before) if before.explicit_bounds == *bounds => {}
                    // Histograms with different bounds cannot be added up. The earlier one stays a
                    // point of its own.
                    _ => return false,
                }
                if let Some(before) = points.histograms.remove(&*point.attributes) {
                    add_histograms(point, before);
                }
                true
            }
            Point::Exponential(point) => match points.exponential.remove(&*point.attributes) {
                Some(before) => {
                    add_exponential(point, before);
                    true
                }
                None => false,
            },
        }
    }

    /// Removes and returns the number points of a metric that were not added to others.
    pub(crate) fn numbers(&mut self, metric: &str) -> Vec<Point> {
        let points = self.0.get_mut(metric).map(|points| &mut points.numbers);
        let points = points.map(mem::take).unwrap_or_default().into_iter();
        let with = |(attributes, point)| NumberPoint {
            attributes,
            ..point
        };
        points.map(with).map(Point::Number).collect()
    }

    /// Removes and returns the explicit histograms of a metric that were not added to others.
    pub(crate) fn histograms(&mut self, metric: &str) -> Vec<Point> {
        let points = self.0.get_mut(metric).map(|points| &mut points.histograms);
        let points = points.map(mem::take).unwrap_or_default().into_iter();
        let with = |(attributes, point)| HistogramPoint {
            attributes,
            ..point
        };
        points.map(with).map(Point::Histogram).collect()
    }

    /// Removes and returns the exponential histograms of a metric that were not added to others.
    pub(crate) fn exponential(&mut self, metric: &str) -> Vec<Point> {
        let points = self.0.get_mut(metric).map(|points| &mut points.exponential);
        let points = points.map(mem::take).unwrap_or_default().into_iter();
        let with = |(attributes, point)| ExponentialPoint {
            attributes,
            ..point
        };
        points.map(with).map(Point::Exponential).collect()
    }
}

fn add_numbers(point: &mut NumberPoint, before: &NumberPoint) {
    point.start_time = point.start_time.min(before.start_time);
    let [now, earlier] = [point.as_int, before.as_int].map(Option::unwrap_or_default);
    point.as_int = Some(now.saturating_add(earlier));
}

fn add_histograms(point: &mut HistogramPoint, before: HistogramPoint) {
    point.start_time = point.start_time.min(before.start_time);
    point.count = point.count.saturating_add(before.count);
    point.sum = Some(sum(point.sum, before.sum));
    for (calls, earlier) in point.bucket_counts.iter_mut().zip(&before.bucket_counts) {
        *calls = calls.saturating_add(*earlier);
    }
    point.exemplars = newest(before.exemplars, mem::take(&mut point.exemplars));
}

fn add_exponential(point: &mut ExponentialPoint, before: ExponentialPoint) {
    let mut buckets = Dense::of_point(point);
    buckets.add(&Dense::of_point(&before));
    point.start_time = point.start_time.min(before.start_time);
    point.count = point.count.saturating_add(before.count);
    point.sum = Some(sum(point.sum, before.sum));
    point.zero_count = point.zero_count.saturating_add(before.zero_count);
    point.scale = buckets.scale;
    point.positive = Some(buckets.buckets);
    point.exemplars = newest(before.exemplars, mem::take(&mut point.exemplars));
}

fn sum(now: Option<f64>, before: Option<f64>) -> f64 {
    now.unwrap_or_default() + before.unwrap_or_default()
}

/// Returns the newest exemplars of both, at most [`MAX_EXEMPLARS`], so that an outage does not pile
/// them up.
fn newest(before: Vec<Exemplar>, now: Vec<Exemplar>) -> Vec<Exemplar> {
    let mut all = before;
    all.extend(now);
    let surplus = all.len().saturating_sub(MAX_EXEMPLARS);
    all.drain(..surplus);
    all
}

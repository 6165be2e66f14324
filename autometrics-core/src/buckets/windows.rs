//! The buckets of a process, in ticks of a counter.

use super::layout::{Layout, Place};

/// The ticks of one bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    /// Lowest number of ticks of the bucket.
    pub(crate) low: u64,
    /// Number of ticks of the bucket.
    pub(crate) width: u64,
    /// The bucket's bound, as [`Layout::bound`] returns it.
    pub(crate) bound: u16,
}

/// The ticks of all buckets.
#[derive(Debug)]
pub(crate) struct Windows {
    /// By group, the place of its first bucket.
    groups: Box<[usize]>,
    all: Box<[Window]>,
}

impl Windows {
    /// Returns the windows of the buckets, where `seconds` returns the length of so many ticks.
    pub(crate) fn new(layout: &Layout, seconds: impl Fn(u64) -> f64) -> Self {
        let mut groups = Vec::new();
        let mut all = Vec::new();
        for begins in layout.lowest_latencies() {
            groups.push(all.len());
            all.extend(begins.map(|begin| Window {
                low: ticks(begin, &seconds),
                width: 0,
                bound: layout.bound(layout.place(begin)),
            }));
        }
        // What is below all groups is in the first bucket.
        if let Some(first) = all.first_mut() {
            first.low = 0;
        }
        let mut end = u64::MAX;
        for window in all.iter_mut().rev() {
            window.width = end - window.low;
            end = window.low;
        }
        Self {
            all: all.into(),
            groups: groups.into(),
        }
    }

    /// Returns the ticks of a bucket.
    pub(crate) fn of(&self, place: Place) -> Window {
        let group = self.groups.get(usize::from(place.group));
        let window = group.and_then(|first| self.all.get(first + usize::from(place.bucket)));
        window.copied().unwrap_or_default()
    }
}

/// Returns the least ticks that are `latency` seconds at least; `u64::MAX` for so many that a
/// float does not tell them apart.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be in range"
)]
fn ticks(latency: f64, seconds: &impl Fn(u64) -> f64) -> u64 {
    let near = latency / seconds(1);
    let range = 0.0..1.0 / (f64::EPSILON / 2.0);
    if !range.contains(&near) {
        return u64::MAX;
    }
    // The division may be off by a rounding.
    let near = near as u64;
    let mut candidates = near.saturating_sub(2)..=near.saturating_add(2);
    candidates
        .find(|&ticks| seconds(ticks) >= latency)
        .unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Windows;
    use crate::buckets::layout::Layout;

    #[test]
    fn the_ends_of_a_window_are_in_its_bucket_and_their_neighbours_are_not() {
        let layout = Layout::new(&[1e-9, 1e-6, 0.005, 0.01, 0.5, 86_400.0]);
        for per_nano in [0.024, 1.0, 2.6, 3.333_333] {
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            let seconds = |ticks: u64| ticks as f64 * (1e-9 / per_nano);
            let windows = Windows::new(&layout, seconds);
            let mut met = 0;
            for place in (0..5_000_u64).map(|n| layout.place(seconds(n * n * n))) {
                let window = windows.of(place);
                if window.low == u64::MAX {
                    continue;
                }
                let end = window.low + window.width;
                let places = [window.low, end - 1].map(|ticks| layout.place(seconds(ticks)));
                assert_eq!(places, [place; 2]);
                assert!(layout.place(seconds(end)) > place);
                if let Some(before) = window.low.checked_sub(1) {
                    assert!(layout.place(seconds(before)) < place);
                }
                met += 1;
            }
            assert!(met > 4_000);
        }
    }
}

//! Tests of each tier: its factor over both windows, and its least number.

use super::{
    super::{Tier, indicator::Indicator},
    case::Case,
    cases::{Suite, budget, traffic},
    timeline::Timeline,
};

/// How far a factor is missed or exceeded, so that a changed factor shows.
const NEAR: f64 = 0.02;
/// How far the other window is above it, so that only one decides.
const FAR: f64 = 0.3;

/// One of the windows of a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Long,
    Short,
}

impl Suite<'_> {
    /// What is said of the tiers at this place, of all indicators.
    pub(super) fn tier(&self, n: usize) -> impl Iterator<Item = Case> {
        let number = n + 1;
        let factor = |near: f64, word: &str, which| {
            let over = if which == Which::Long {
                "long"
            } else {
                "short"
            };
            let name = format!("tier {number}, just {word} its factor over its {over} window");
            self.case(&name, n, |of| {
                let (timeline, at) = self.factor(of, firing_tier(of, n)?, near, which);
                Some((timeline, vec![at]))
            })
        };
        let least = |sign: f64, word: &str| {
            self.case(&format!("tier {number}, {word} bad events"), n, |of| {
                let tier = firing_tier(of, n).filter(|_| of.options.min_bad_events > 0)?;
                let (timeline, at) = self.least_events(of, tier, sign);
                Some((timeline, vec![at]))
            })
        };
        [
            factor(NEAR, "above", Which::Long),
            factor(-NEAR, "below", Which::Long),
            factor(NEAR, "above", Which::Short),
            factor(-NEAR, "below", Which::Short),
            least(1.0, "enough"),
            least(-1.0, "too few"),
        ]
        .into_iter()
        .flatten()
    }

    /// A share of bad events for as long as the short window, and another one
    /// before it: one window is near the factor and the other one well above.
    fn factor(&self, of: &Indicator<'_>, tier: &Tier, near: f64, which: Which) -> (Timeline, u32) {
        let limit = tier.factor.to_f64() * budget(of);
        // A factor that a total outage barely reaches.
        let above = |share: f64| (limit * (1.0 + share)).min(f64::midpoint(limit, 1.0));
        let (near, far) = (above(near), above(FAR));
        let mut recent = tier.short.as_seconds();
        if !of.is_raw(tier.short) {
            // Whether the sample at a window's beginning counts must not matter.
            recent += self.step;
        }
        // There are samples at whole intervals only.
        recent = recent.div_ceil(self.interval) * self.interval;
        // Long enough that events before it can make up for it.
        let at = self.up(recent + recent / 2) + 2 * self.step;
        let with = |before: f64, recently: f64| {
            Timeline::default()
                .then(at - recent, traffic(of), before)
                .then(at, traffic(of), recently)
        };
        let (recently, wanted) = match which {
            Which::Long => (far, near),
            Which::Short => (near, far),
        };
        let over_long = |before: f64| {
            let timeline = with(before, recently);
            let model = self.model(of, &timeline);
            model.error_ratio(at, tier.long).unwrap_or(0.0)
        };
        // The ratio over the long window is linear in that of the time before.
        let (none, all) = (over_long(0.0), over_long(1.0));
        let before = ((wanted - none) / (all - none)).clamp(0.0, 1.0);
        (with(before, recently), at)
    }

    /// A few bad events, and no good ones: nearly one more, or less, than needed.
    /// All are in the shortest window, so that no evaluation before counts.
    fn least_events(&self, of: &Indicator<'_>, tier: &Tier, sign: f64) -> (Timeline, u32) {
        let at = 2 * self.step;
        let least = f64::from(of.options.min_bad_events);
        let share = 1.0 + sign * (0.4 / least).clamp(0.03, 0.08);
        let burst = |per_second| burst(of, at, per_second, 1.0);
        // So that the share of the least number is in its long window.
        let counted = self.model(of, &burst(1.0)).bad_events(at, tier.long, false);
        (burst(share * least / counted), at)
    }

    /// More bad events than are needed, and from then on nearly none: they count
    /// for as long as each tier's long window is.
    pub(super) fn old_errors(&self) -> Option<Case> {
        self.old("many bad events that were some time ago", |of, longest| {
            let least = Some(of.options.min_bad_events).filter(|&least| least > 0)?;
            let in_burst = 3.0 * f64::from(least) / of.base().as_f64();
            let later = 0.2 * f64::from(least) / longest;
            Some((in_burst, 1.0, later))
        })
    }

    /// So many good events that what is bad from then on is too little to tell, for
    /// as long as each tier's long window is.
    pub(super) fn old_successes(&self) -> Option<Case> {
        self.old("many good events that were some time ago", |of, longest| {
            let tiers = || of.policy.tiers.iter();
            let factors = tiers().map(|tier| tier.factor.to_f64());
            let least_ratio = factors.reduce(f64::min)? * budget(of);
            let shortest = tiers().map(|tier| tier.long.as_f64()).reduce(f64::min)?;
            let later = 20.0 * f64::from(of.options.min_bad_events.max(1)) / shortest;
            // Nothing but what is in the shortest window of each step is averaged.
            let steps = longest / f64::from(self.step) + 2.0;
            let in_burst = steps * later / (0.3 * least_ratio).min(0.3);
            Some((in_burst, 0.0, later))
        })
    }

    /// Something in one shortest window, and from then on only a few bad events,
    /// looked at before and after each tier's long window is over.
    ///
    /// `what` returns, for the longest of them in seconds, the events per second
    /// in the burst, the share of bad ones there, and the bad ones per second later.
    fn old(
        &self,
        name: &str,
        what: impl Fn(&Indicator<'_>, f64) -> Option<(f64, f64, f64)>,
    ) -> Option<Case> {
        let tiers = self.indicators.iter().flat_map(|of| of.policy.tiers.iter());
        let longest = tiers.map(|tier| tier.long).max()?;
        let first = self.step;
        let end = first + self.up(longest.as_seconds()) + 2 * self.step;
        self.case(name, 0, |of| {
            let (in_burst, error_ratio, later) = what(of, longest.as_f64())?;
            let timeline = burst(of, first, in_burst, error_ratio);
            let tiers = of.policy.tiers.iter();
            let longs = tiers.map(|tier| first + self.up(tier.long.as_seconds()));
            let mut times: Vec<u32> = longs
                .flat_map(|over| [over - self.step, over + self.step])
                .collect();
            times.sort_unstable();
            times.dedup();
            Some((timeline.then(end, later, 1.0), times))
        })
    }
}

/// The tier at this place, if it can fire.
fn firing_tier<'a>(of: &'a Indicator<'_>, n: usize) -> Option<&'a Tier> {
    let tier = of.policy.tiers.get(n)?;
    tier.can_fire(of.sli.target.budget()).then_some(tier)
}

/// Nothing, and then so many events in the shortest window up to second `until`.
pub(super) fn burst(of: &Indicator<'_>, until: u32, per_second: f64, error_ratio: f64) -> Timeline {
    let base = of.base().as_seconds();
    let quiet = if until > base {
        Timeline::default().then(until - base, 0.0, 0.0)
    } else {
        Timeline::default()
    };
    quiet.then(until, per_second, error_ratio)
}

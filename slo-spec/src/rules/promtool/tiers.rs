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
        let at = self.up(recent) + 2 * self.step;
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
    fn least_events(&self, of: &Indicator<'_>, tier: &Tier, sign: f64) -> (Timeline, u32) {
        let at = 2 * self.step;
        let least = f64::from(of.options.min_bad_events);
        let share = 1.0 + sign * (0.4 / least).clamp(0.03, 0.08);
        // So that the share of the least number is in its long window.
        let one = Timeline::default().then(at, 1.0, 1.0);
        let counted = self.model(of, &one).bad_events(at, tier.long, share < 1.0);
        let per_second = share * least / counted;
        (Timeline::default().then(at, per_second, 1.0), at)
    }

    /// More bad events than are needed, and from then on nearly none: they count
    /// for as long as each tier's long window is.
    pub(super) fn counted_events(&self) -> Option<Case> {
        let longs = self.indicators.iter().flat_map(|of| of.policy.tiers.iter());
        let longest = longs.map(|tier| tier.long.as_seconds()).max()?;
        let burst = self.step;
        let end = burst + self.up(longest) + 2 * self.step;
        self.case("bad events that were some time ago", 0, |of| {
            let least = Some(of.options.min_bad_events).filter(|&least| least > 0)?;
            let base = of.base().as_seconds();
            let in_burst = 3.0 * f64::from(least) / f64::from(base);
            let later = 0.2 * f64::from(least) / f64::from(longest);
            let mut timeline = Timeline::default();
            if burst > base {
                timeline = timeline.then(burst - base, 0.0, 0.0);
            }
            let timeline = timeline.then(burst, in_burst, 1.0).then(end, later, 1.0);
            let tiers = of.policy.tiers.iter();
            let longs = tiers.map(|tier| self.up(tier.long.as_seconds()));
            let times = longs.flat_map(|long| [burst + long - self.step, burst + long + self.step]);
            let mut times: Vec<u32> = times.collect();
            times.sort_unstable();
            times.dedup();
            Some((timeline, times))
        })
    }
}

/// The tier at this place, if it can fire.
fn firing_tier<'a>(of: &'a Indicator<'_>, n: usize) -> Option<&'a Tier> {
    let tier = of.policy.tiers.get(n)?;
    tier.can_fire(of.sli.target.budget()).then_some(tier)
}

//! The objectives on the screen: what was promised, what is kept, and how fast
//! the error budget burns.

use autometrics::{Latency, Objective};

use super::{
    View,
    activity::Activity,
    paint::{Line, Style},
    text,
};

/// Draws all objectives of the program, a line for each promise.
pub(super) fn draw(view: &View<'_>, line: impl Fn() -> Line) -> Vec<String> {
    let title = line()
        .left(" OBJECTIVE", 13, Style::Faint)
        .left("PROMISE", 22, Style::Faint)
        .right(view.window.unwrap_or_default(), 12, Style::Faint)
        .right("SINCE START", 14, Style::Faint)
        .right("BURN RATE", 16, Style::Faint);
    let mut lines = vec![title.end()];
    for objective in view.snapshot.objectives() {
        let mut name = format!(" {}", objective.name());
        let kinds = [Kind::Success, Kind::Latency];
        for (kind, promise) in kinds.into_iter().zip(text::promises(&objective)) {
            let Some(promise) = promise else { continue };
            let now = kind.kept(&view.now, &objective);
            let ever = kind.kept(&view.ever, &objective);
            let budget = kind.budget(&objective);
            let style = |kept: Option<f64>| match kept {
                Some(kept) if 1.0 - kept > budget => Style::Bad,
                Some(_) => Style::Good,
                None => Style::Faint,
            };
            let burn = ever.map_or_else(
                || "–".into(),
                |kept| format!("{:.1}×", (1.0 - kept) / budget),
            );
            let recent = text::percent(now);
            let row = line()
                .left(&name, 13, Style::Strong)
                .left(&promise, 22, Style::Plain)
                .right(view.window.map_or("", |_| &recent), 12, style(now))
                .right(&text::percent(ever), 14, style(ever))
                .right(&burn, 16, style(ever));
            lines.push(row.end());
            name.clear();
        }
    }
    lines
}

/// The two things that an objective promises.
#[derive(Clone, Copy)]
enum Kind {
    Success,
    Latency,
}

impl Kind {
    /// The share of the calls that kept the promise.
    fn kept(self, activity: &Activity<'_>, objective: &Objective) -> Option<f64> {
        let calls = activity.objective(objective);
        match self {
            Self::Success => calls.success_ratio(),
            Self::Latency => activity.share_within(&calls, objective.latency_target()?.threshold()),
        }
    }

    /// The share that need not.
    fn budget(self, objective: &Objective) -> f64 {
        let percent = match self {
            Self::Success => objective.success(),
            Self::Latency => objective.latency_target().map(Latency::percent),
        };
        percent.map_or(1.0, |percent| percent.budget().to_f64())
    }
}

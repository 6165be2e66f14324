//! Objectives on the screen: their promises, the shares of calls that keep them, and the burn rate
//! of the error budget.

use autometrics::{Cancelled, Latency, Objective, Sli};

use super::{
    paint::{Line, Style},
    text,
    view::View,
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
        let slis = [Sli::Success, Sli::Latency];
        for (sli, promise) in slis.into_iter().zip(text::promises(&objective)) {
            let Some(promise) = promise else { continue };
            let now = view.now.kept(&objective, sli);
            let ever = view.ever.kept(&objective, sli);
            let budget = budget(&objective, sli);
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
        let cancelled = view.ever.cancelled(&objective);
        if cancelled > 0 {
            let judged = match objective.cancelled_calls() {
                Cancelled::BadIfSlow => "bad if slow",
                Cancelled::Ignored => "ignored",
                _ => "bad",
            };
            let row = line().left(&name, 13, Style::Strong).put(
                &format!("{cancelled} calls cancelled, which are {judged}"),
                Style::Plain,
            );
            lines.push(row.end());
        }
    }
    lines
}

/// Returns the error budget: the share of calls that may break a promise.
fn budget(objective: &Objective, sli: Sli) -> f64 {
    let percent = match sli {
        Sli::Latency => objective.latency_target().map(Latency::percent),
        _ => objective.success(),
    };
    percent.map_or(1.0, |percent| percent.budget().to_f64())
}

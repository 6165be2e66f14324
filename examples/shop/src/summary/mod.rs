//! The live summary of the shop's functions. Its numbers come from the same snapshots that
//! Prometheus gets.

mod activity;
mod dashboard;
mod paint;
mod panics;
mod promises;
mod text;
mod view;

use std::{
    collections::VecDeque,
    fmt::Write as _,
    io::{self, IsTerminal as _, Write as _},
    sync::Arc,
    time::{Duration, Instant},
};

use autometrics::{Sli, Snapshot};

pub(crate) use self::panics::{SERVING, keep_quiet as keep_panics_quiet};
use self::{activity::Activity, dashboard::Size, view::View};
use crate::load::Tally;

/// Length of the time span that counts as "now".
const WINDOW: Duration = Duration::from_secs(10);
/// Interval of lines in the output if it is not a terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// The state of the summary and of its terminal.
pub(crate) struct Summary {
    url: String,
    /// Address of the explorer, which shows the same in a browser.
    explorer: String,
    tally: Arc<Tally>,
    started: Instant,
    /// Snapshots of the last ten seconds, oldest first.
    past: VecDeque<(Instant, Snapshot)>,
    screen: Option<Screen>,
    colours: bool,
    last_line: Instant,
}

impl Summary {
    /// Starts a summary of the shop at `url`. `tally` has the counts of the customers.
    pub(crate) fn start(url: String, explorer: String, tally: Arc<Tally>) -> Self {
        Self::new(url, explorer, tally, io::stdout().is_terminal())
    }

    fn new(url: String, explorer: String, tally: Arc<Tally>, on_terminal: bool) -> Self {
        let now = Instant::now();
        Self {
            url,
            explorer,
            tally,
            started: now,
            past: VecDeque::from([(now, autometrics::snapshot())]),
            screen: on_terminal.then(Screen::open),
            colours: on_terminal && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty()),
            last_line: now,
        }
    }

    /// Shows the current numbers. Called once a second.
    pub(crate) fn refresh(&mut self) {
        let (now, snapshot) = (Instant::now(), autometrics::snapshot());
        // One snapshot that is as old as the window stays, for the comparison.
        while self.past.get(1).is_some_and(|(at, _)| now - *at >= WINDOW) {
            self.past.pop_front();
        }
        if self.screen.is_some() {
            let lines = dashboard::draw(&self.view(now, &snapshot), size(), self.colours);
            draw_over(&lines);
        } else if now - self.last_line >= LINE_EVERY {
            self.last_line = now;
            say(&line(&self.view(now, &snapshot)));
        }
        self.past.push_back((now, snapshot));
    }

    /// Restores the terminal and prints the totals.
    pub(crate) fn finish(mut self) {
        self.screen = None;
        let (now, snapshot) = (Instant::now(), autometrics::snapshot());
        let age = now - self.started;
        let view = View {
            now: Activity::of(&snapshot, age),
            window: None,
            hint: "stopped",
            ..self.view(now, &snapshot)
        };
        let size = Size {
            height: usize::MAX,
            ..size()
        };
        say(&dashboard::draw(&view, size, self.colours).join("\n"));
    }

    fn view<'a>(&'a self, now: Instant, snapshot: &'a Snapshot) -> View<'a> {
        let age = now - self.started;
        let recent = match self.past.front() {
            Some((at, earlier)) => Activity::of(&snapshot.since(earlier), now - *at),
            None => Activity::of(snapshot, age),
        };
        View {
            url: &self.url,
            explorer: &self.explorer,
            age,
            snapshot,
            requests: self.tally.report(0),
            window: Some("LAST 10 S"),
            now: recent,
            ever: Activity::of(snapshot, age),
            trouble: panics::caught(),
            hint: "Ctrl-C stops",
        }
    }
}

/// Prints a line. Errors are ignored, because the shop stays open without a reader.
pub(crate) fn say(line: &str) {
    write(&format!("{line}\n"));
}

fn write(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
}

/// Formats the summary as one line, for logs.
fn line(view: &View<'_>) -> String {
    let requests = view.requests.total;
    let mut line = format!(
        "{} up, {} requests: {} served, {} refused, {} failed",
        text::clock(view.age),
        requests.sent,
        requests.served,
        requests.refused,
        requests.failed + requests.unanswered,
    );
    for objective in view.snapshot.objectives() {
        let success = text::percent(view.now.kept(&objective, Sli::Success));
        // Writing to a string never fails.
        let _ = write!(line, "; {} {success} ok", objective.name());
        if let Some(latency) = objective.latency_target() {
            let fast = view.now.kept(&objective, Sli::Latency);
            let threshold = text::seconds(Some(latency.threshold().as_secs_f64()));
            let _ = write!(line, ", {} within {threshold}", text::percent(fast));
        }
    }
    line
}

/// The terminal's alternate screen. Dropping it restores the previous contents.
struct Screen;

impl Screen {
    fn open() -> Self {
        // Switches to the alternate screen, and turns off cursor and wrapping.
        write("\x1b[?1049h\x1b[?25l\x1b[?7l");
        Self
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        write("\x1b[?7h\x1b[?25h\x1b[?1049l");
    }
}

/// Draws over the previous lines without clearing them, so that nothing flickers.
fn draw_over(lines: &[String]) {
    write(&format!("\x1b[H{}\x1b[K\x1b[J", lines.join("\x1b[K\r\n")));
}

fn size() -> Size {
    let (width, height) =
        terminal_size::terminal_size().map_or((80, 24), |(width, height)| (width.0, height.0));
    Size {
        width: width.into(),
        height: height.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Instant};

    use super::{Size, Summary, dashboard};
    use crate::load::Tally;

    #[test]
    fn dashboard_fits_the_terminal() {
        let [url, explorer] = ["http://127.0.0.1:8080", "http://127.0.0.1:9464/"];
        let tally = Arc::new(Tally::default());
        let summary = Summary::new(url.into(), explorer.into(), tally, false);
        let snapshot = autometrics::snapshot();
        let view = summary.view(Instant::now(), &snapshot);
        for (width, height) in [(80, 24), (200, 70), (40, 12), (10, 5), (1, 1)] {
            let lines = dashboard::draw(&view, Size { width, height }, false);
            assert!(lines.len() <= height, "{} lines of {height}", lines.len());
            let longest = lines.iter().map(|line| line.chars().count()).max();
            assert!(longest <= Some(width), "{longest:?} columns of {width}");
        }
        let lines = dashboard::draw(
            &view,
            Size {
                width: 80,
                height: 24,
            },
            false,
        );
        assert_eq!(lines.len(), 24, "all lines are used");
    }
}

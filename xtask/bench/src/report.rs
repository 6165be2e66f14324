//! The tables of a run, and the explanations that a reader needs.

use std::fmt::Write as _;

use crate::{machine, table::Table};

/// Results of a run, in Markdown.
#[derive(Debug, Default)]
pub(crate) struct Report {
    body: String,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a table with its heading, unless the table is empty.
    pub(crate) fn section(&mut self, title: &str, table: &Table) {
        if !table.is_empty() {
            self.heading(title);
            self.body.push_str(&table.to_string());
        }
    }

    pub(crate) fn heading(&mut self, title: &str) {
        let _ = write!(self.body, "\n## {title}\n\n");
    }

    /// Adds a paragraph.
    pub(crate) fn note(&mut self, text: &str) {
        let _ = write!(self.body, "\n{text}\n");
    }

    pub(crate) fn body(&self) -> &str {
        &self.body
    }

    /// Returns the whole file, with introduction and machine.
    pub(crate) fn document(&self) -> String {
        let mut text = String::from(INTRODUCTION);
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let _ = writeln!(text, "\n- {}", machine::description().join("\n- "));
        let _ = writeln!(text, "- measured on {}", machine::date());
        let _ = writeln!(text, "- by `cargo xtask bench {}`", arguments.join(" "));
        text.push_str(&self.body);
        text
    }
}

const INTRODUCTION: &str = "\
# Benchmarks

Costs of an instrumented function per call and while compiling, and costs of a scrape,
measured in one run with other libraries. The ratios are what matters: nanoseconds
are those of one machine on one day.

Method: every library instruments the same functions, which do almost
nothing and are not inlined, in a program of its own with cargo's release
profile. The programs take turns: after a warm-up, each candidate runs for some
milliseconds, then the next, for many rounds. A figure is processor
time of the thread, so a round in which another process had the core
is not slower. Immediately before each candidate, its program reads the time stamp
counter in pairs; `÷ floor` is the median, over the rounds, of the ratio of the candidate to
that pair, because a latency needs at least two readings of a clock.
`min`, `median` and `p90` are over the rounds. If they are far apart, the
machine was busy, or the candidate itself varies, as locks do
under contention. `uninstrumented` is the same function without an attribute,
`added` is the difference to it. A time below a nanosecond means that the
processor overlaps one call with the next.

Several threads, spread over the cores, call one function at once; the time is
the processor time of all of them divided by the number of calls, so more threads
than cores are not slower for that reason alone. It does not include the time in which a
thread sleeps because a lock is taken, which favours libraries with locks. In rows with
snapshots meanwhile, another thread takes one every millisecond.

Autometrics 3.0 records with one of four crates. Its `opentelemetry` back end
records nothing until the program sets a meter provider, and has no exporter
any more; here it has the SDK's provider with a periodic reader. Its `metrics`
back end has the recorder of metrics-exporter-prometheus.

Three libraries have no attribute; their functions count and time themselves
by hand, with two `Instant`s, a counter by function and result, and a histogram
by function. None of them has the caller, objectives or the number of
running calls; the cell of a library that cannot do what a table measures is empty.
`metriken` 0.11 has a static per series, so nothing is looked up; its histogram
is exact to 1 %. OpenTelemetry 0.33 has instruments that are bound to their attributes
once, at a function's first call (a feature of the SDK that is still experimental),
and a periodic reader. `prometheus-client` 0.26 looks both series up in
their families at each call, as its documentation does, with the classic bounds of Autometrics.

`hotpath` 0.30 and `fastrace` 0.7 leave work to a thread of their own: calls put
measurements or spans into a queue, and that thread turns them into histograms or records.
For these two, a figure is processor time of the whole process, from the first call
until that thread has nothing left to do, divided by the number of calls, and rounds
are longer, so that waking that thread does not count. A caller waits for a part of it only, as long as
there is a free core. `hotpath` has its profiler
on and no report. `fastrace` has a reporter that drops what it gets, and a root
span for every 100 iterations, whose cost is in the figure.

`tracing` measures nothing by itself; it shows the cost of entering and
leaving a span. Without a subscriber no span exists. `empty layer` is a registry
below a layer that does nothing, which is the minimum cost of a program that listens to spans
(a bare registry frees no span and grows with every call, so no program runs it). `fmt` is
`tracing_subscriber::fmt()` without span events, writing to `io::sink`: it formats the fields
of every span, here one argument, for events that never come.

`piano` is not in the tables: it has no attribute, but a command that builds a rewritten
copy of a program for one run of a profiler.
";

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn report_names_its_command_and_ends_with_the_notes() {
        let mut report = Report::new();
        report.note("Nothing was measured.");
        let document = report.document();
        assert!(document.starts_with("# Benchmarks\n"), "{document}");
        assert!(document.contains("\n- by `cargo xtask bench"), "{document}");
        assert!(
            document.ends_with("\nNothing was measured.\n"),
            "{document}"
        );
    }
}

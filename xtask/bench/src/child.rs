//! A child process that measures on request.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child as Process, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::programs::Program;

/// A running program. Dropping it ends the process.
#[derive(Debug)]
pub(crate) struct Child {
    title: &'static str,
    process: Process,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// Conditions under which a candidate runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) threads: u32,
    pub(crate) activity: Activity,
}

/// Activity of other threads in the program meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    Quiet,
    /// Another thread takes snapshots.
    Scraped,
    /// The explorer takes samples.
    Explored,
}

impl Setting {
    /// One thread, without other activity.
    pub(crate) const ALONE: Self = Self {
        threads: 1,
        activity: Activity::Quiet,
    };
}

impl Activity {
    /// Returns the name in the protocol of `harness::serve`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Scraped => "scraped",
            Self::Explored => "explored",
        }
    }
}

impl Child {
    /// Builds and starts `program`.
    pub(crate) fn start(program: Program) -> Result<Self, String> {
        let path = program.build()?;
        let failed = |error| format!("cannot start {}: {error}", program.binary);
        let mut process = Command::new(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let (Some(questions), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(format!("{} has no pipes", program.binary));
        };
        Ok(Self {
            title: program.title,
            process,
            questions: Some(questions),
            answers: BufReader::new(answers),
        })
    }

    /// Runs a round and returns processor nanoseconds per call; `None` if there is no such
    /// candidate.
    pub(crate) fn round(
        &mut self,
        candidate: &str,
        iterations: u32,
        Setting { threads, activity }: Setting,
    ) -> Result<Option<f64>, String> {
        let activity = activity.name();
        self.ask(&format!(
            "round {candidate} {iterations} {threads} {activity}"
        ))
    }

    /// Returns the number of lines that a candidate writes.
    pub(crate) fn lines(&mut self, candidate: &str) -> Result<Option<f64>, String> {
        self.ask(&format!("lines {candidate}"))
    }

    /// Returns the number of bytes that a candidate writes.
    pub(crate) fn bytes(&mut self, candidate: &str) -> Result<Option<f64>, String> {
        self.ask(&format!("bytes {candidate}"))
    }

    fn ask(&mut self, question: &str) -> Result<Option<f64>, String> {
        let died = |error: String| format!("{} ended at `{question}`: {error}", self.title);
        let Some(questions) = &mut self.questions else {
            return Ok(None);
        };
        writeln!(questions, "{question}").map_err(|error| died(error.to_string()))?;
        let mut answer = String::new();
        let read = self
            .answers
            .read_line(&mut answer)
            .map_err(|error| died(error.to_string()))?;
        match answer.trim() {
            _ if read == 0 => Err(died("no answer".into())),
            "unknown" => Ok(None),
            number => number
                .parse()
                .map(Some)
                .map_err(|_| format!("not a number: {number}")),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // The process ends when its input does.
        self.questions = None;
        let _ = self.process.wait();
    }
}

//! Lets candidates take turns.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use crate::{
    arguments::Arguments,
    child::{Activity, Child, Setting},
    figures::Figures,
    programs::Program,
};

/// Time that a candidate runs before it is measured.
///
/// Long enough for the work that a library does some time after its first call, such as measuring a
/// clock's rate.
const WARM_UP: Duration = Duration::from_millis(60);

/// Candidate of two reads of the time stamp counter, which every program has.
const FLOOR: &str = "floor/tsc";
const FLOOR_ITERATIONS: u32 = 50_000;

/// A candidate in a program under a setting, with its figures.
#[derive(Debug)]
pub(crate) struct Measurement {
    pub(crate) program: Program,
    pub(crate) candidate: &'static str,
    pub(crate) setting: Setting,
    iterations: u32,
    /// Nanoseconds per call, a figure per round.
    pub(crate) time: Figures,
    /// Ratio of the time to the floor of the same round.
    pub(crate) ratio: Figures,
}

impl Measurement {
    pub(crate) fn new(program: Program, candidate: &'static str, setting: Setting) -> Self {
        Self {
            program,
            candidate,
            setting,
            iterations: 0,
            time: Figures::default(),
            ratio: Figures::default(),
        }
    }

    pub(crate) fn name(&self) -> String {
        let Setting { threads, activity } = self.setting;
        let (program, candidate) = (self.program.binary, self.candidate);
        let activity = match activity {
            Activity::Quiet => String::new(),
            Activity::Scraped | Activity::Explored => format!("/{}", activity.name()),
        };
        match threads {
            1 => format!("{program}/{candidate}{activity}"),
            _ => format!("{program}/{candidate}/{threads}{activity}"),
        }
    }
}

/// The running programs, and their measurements.
#[derive(Debug, Default)]
pub(crate) struct Measurements {
    children: Vec<(Program, Child)>,
    pub(crate) all: Vec<Measurement>,
    /// Programs that could not be started, with the reason.
    pub(crate) absent: Vec<(Program, String)>,
}

impl Measurements {
    /// Adds a measurement, unless its program does not build or has no such candidate.
    pub(crate) fn add(
        &mut self,
        measurement: Measurement,
        arguments: &Arguments,
    ) -> Result<(), String> {
        self.add_for(measurement, arguments, arguments.round())
    }

    /// Adds a measurement with rounds of about the length `round`.
    pub(crate) fn add_for(
        &mut self,
        measurement: Measurement,
        arguments: &Arguments,
        round: Duration,
    ) -> Result<(), String> {
        if !arguments.wants(&measurement.name())
            || self.absent.iter().any(|(of, _)| *of == measurement.program)
        {
            return Ok(());
        }
        if !self
            .children
            .iter()
            .any(|(of, _)| *of == measurement.program)
        {
            match Child::start(measurement.program) {
                Ok(child) => self.children.push((measurement.program, child)),
                Err(reason) => {
                    eprintln!("  left out: {reason}");
                    self.absent.push((measurement.program, reason));
                    return Ok(());
                }
            }
        }
        self.warm_up(measurement, round)
    }

    /// Determines the number of iterations of a round.
    fn warm_up(&mut self, mut measurement: Measurement, round: Duration) -> Result<(), String> {
        let Some(child) = child_of(&mut self.children, measurement.program) else {
            return Ok(());
        };
        measurement.iterations = 1;
        let mut warm = 0.0;
        loop {
            // An iteration may contain several calls, so it may take longer than `time`.
            let Some(time) = child.round(
                measurement.candidate,
                measurement.iterations,
                measurement.setting,
            )?
            else {
                return Ok(());
            };
            let spent = time * f64::from(measurement.iterations) / 1e9;
            warm += spent;
            if spent * 2.0 <= round.as_secs_f64() && measurement.iterations < 1 << 30 {
                measurement.iterations *= 2;
            } else if warm >= WARM_UP.as_secs_f64() {
                break;
            }
        }
        self.all.push(measurement);
        Ok(())
    }

    /// Makes each measurement once per round.
    pub(crate) fn run(&mut self, rounds: usize) -> Result<(), String> {
        if self.all.is_empty() {
            return Ok(());
        }
        for round in 1..=rounds {
            if io::stderr().is_terminal() {
                eprint!("\rround {round} of {rounds} ");
            }
            for measurement in &mut self.all {
                let Some(child) = child_of(&mut self.children, measurement.program) else {
                    continue;
                };
                let floor = child.round(FLOOR, FLOOR_ITERATIONS, Setting::ALONE)?;
                let time = child.round(
                    measurement.candidate,
                    measurement.iterations,
                    measurement.setting,
                )?;
                if let (Some(floor), Some(time)) = (floor, time) {
                    measurement.time.push(time);
                    measurement.ratio.push(time / floor);
                }
            }
        }
        eprintln!("\rmeasured {} candidates", self.all.len());
        Ok(())
    }

    pub(crate) fn find(
        &self,
        program: Program,
        candidate: &str,
        setting: Setting,
    ) -> Option<&Measurement> {
        self.all.iter().find(|measurement| {
            (
                measurement.program,
                measurement.candidate,
                measurement.setting,
            ) == (program, candidate, setting)
        })
    }

    /// Returns the numbers of lines and bytes that a candidate writes.
    pub(crate) fn size(
        &mut self,
        program: Program,
        candidate: &str,
    ) -> Result<Option<(f64, f64)>, String> {
        let Some(child) = child_of(&mut self.children, program) else {
            return Ok(None);
        };
        let (lines, bytes) = (child.lines(candidate)?, child.bytes(candidate)?);
        Ok(lines.zip(bytes))
    }
}

fn child_of(children: &mut [(Program, Child)], program: Program) -> Option<&mut Child> {
    children
        .iter_mut()
        .find(|(of, _)| *of == program)
        .map(|(_, child)| child)
}

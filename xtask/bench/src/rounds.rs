//! Letting candidates take turns.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use crate::{
    arguments::Arguments,
    child::{Child, Company, Setting},
    figures::Figures,
    programs::Program,
};

/// How long a candidate runs before it is measured. Long enough for what a
/// library does some time after its first call, such as learning a clock's rate.
const WARM_UP: Duration = Duration::from_millis(60);

/// Two reads of the time stamp counter, which every program can measure.
const FLOOR: &str = "floor/tsc";
const FLOOR_ITERATIONS: u32 = 50_000;

/// One candidate in one program under one setting, and what was measured of it.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) program: Program,
    pub(crate) candidate: &'static str,
    pub(crate) setting: Setting,
    iterations: u32,
    /// Nanoseconds per call.
    pub(crate) time: Figures,
    /// The same by the floor of the same round.
    pub(crate) ratio: Figures,
}

impl Lane {
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
        let Setting { threads, company } = self.setting;
        let (program, candidate) = (self.program.binary, self.candidate);
        let company = match company {
            Company::Quiet => String::new(),
            Company::Scraped | Company::Explored => format!("/{}", company.name()),
        };
        match threads {
            1 => format!("{program}/{candidate}{company}"),
            _ => format!("{program}/{candidate}/{threads}{company}"),
        }
    }
}

/// Programs and their lanes.
#[derive(Debug, Default)]
pub(crate) struct Race {
    children: Vec<(Program, Child)>,
    pub(crate) lanes: Vec<Lane>,
    /// Programs that could not take part, and why.
    pub(crate) absent: Vec<(Program, String)>,
}

impl Race {
    /// Adds a lane, unless its program cannot be had or has no such candidate.
    pub(crate) fn enter(&mut self, lane: Lane, arguments: &Arguments) -> Result<(), String> {
        self.enter_for(lane, arguments, arguments.round())
    }

    /// The same with rounds that take about so long.
    pub(crate) fn enter_for(
        &mut self,
        lane: Lane,
        arguments: &Arguments,
        round: Duration,
    ) -> Result<(), String> {
        if !arguments.wants(&lane.name()) || self.absent.iter().any(|(of, _)| *of == lane.program) {
            return Ok(());
        }
        if !self.children.iter().any(|(of, _)| *of == lane.program) {
            match Child::start(lane.program) {
                Ok(child) => self.children.push((lane.program, child)),
                Err(reason) => {
                    eprintln!("  left out: {reason}");
                    self.absent.push((lane.program, reason));
                    return Ok(());
                }
            }
        }
        self.warm_up(lane, round)
    }

    /// Finds out how many iterations make a round.
    fn warm_up(&mut self, mut lane: Lane, round: Duration) -> Result<(), String> {
        let Some(child) = child_of(&mut self.children, lane.program) else {
            return Ok(());
        };
        lane.iterations = 1;
        let mut warm = 0.0;
        loop {
            // An iteration may make several calls, so that it takes somewhat longer.
            let Some(time) = child.round(lane.candidate, lane.iterations, lane.setting)? else {
                return Ok(());
            };
            let spent = time * f64::from(lane.iterations) / 1e9;
            warm += spent;
            if spent * 2.0 <= round.as_secs_f64() && lane.iterations < 1 << 30 {
                lane.iterations *= 2;
            } else if warm >= WARM_UP.as_secs_f64() {
                break;
            }
        }
        self.lanes.push(lane);
        Ok(())
    }

    /// Runs each lane once per round, round after round.
    pub(crate) fn run(&mut self, rounds: usize) -> Result<(), String> {
        if self.lanes.is_empty() {
            return Ok(());
        }
        for round in 1..=rounds {
            if io::stderr().is_terminal() {
                eprint!("\rround {round} of {rounds} ");
            }
            for lane in &mut self.lanes {
                let Some(child) = child_of(&mut self.children, lane.program) else {
                    continue;
                };
                let floor = child.round(FLOOR, FLOOR_ITERATIONS, Setting::ALONE)?;
                let time = child.round(lane.candidate, lane.iterations, lane.setting)?;
                if let (Some(floor), Some(time)) = (floor, time) {
                    lane.time.push(time);
                    lane.ratio.push(time / floor);
                }
            }
        }
        eprintln!("\rmeasured {} candidates", self.lanes.len());
        Ok(())
    }

    pub(crate) fn find(
        &self,
        program: Program,
        candidate: &str,
        setting: Setting,
    ) -> Option<&Lane> {
        self.lanes.iter().find(|lane| {
            (lane.program, lane.candidate, lane.setting) == (program, candidate, setting)
        })
    }

    /// The numbers of lines and bytes that a candidate writes.
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

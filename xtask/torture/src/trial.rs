//! Compares a crate without and with the attribute.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
};

use crate::{
    arguments::Options,
    compile::{self, Compiled, Program},
    copy::Copies,
    crates::Crate,
    messages::{Difference, Message},
    programs::{self, Counts, Name, TestResult, TestResults},
};

/// Results for a crate.
pub(crate) struct Trial {
    pub(crate) of: &'static Crate,
    pub(crate) functions: usize,
    pub(crate) left_out: Vec<String>,
    /// Test programs that do not compile without the attribute, with the reason.
    pub(crate) programs_left_out: BTreeMap<String, String>,
    pub(crate) errors: Vec<Message>,
    /// Differences, without those of functions that do not compile.
    pub(crate) warnings: Difference,
    pub(crate) tests: Option<Tests>,
    /// Reason why nothing, or only a part, could be compared.
    pub(crate) obstacle: Option<String>,
}

/// Results of the crate's own tests.
pub(crate) struct Tests {
    pub(crate) before: Counts,
    pub(crate) after: Counts,
    /// Tests with a different result in every run.
    pub(crate) differ: Vec<Differs>,
    /// Tests whose results vary from run to run, also without the attribute.
    pub(crate) unsteady: Vec<Name>,
}

/// A test with a different result if it is instrumented.
pub(crate) struct Differs {
    name: Name,
    before: Option<TestResult>,
    after: Option<TestResult>,
}

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word =
            |end: Option<TestResult>| end.map_or("not seen".to_owned(), |end| end.to_string());
        let (before, after) = (word(self.before), word(self.after));
        write!(f, "{}: {before}, instrumented {after}", self.name)
    }
}

/// Limit of compilations of the instrumented copy.
///
/// Functions that do not compile hide later errors of the compiler. So their attribute is removed,
/// and the copy is compiled again.
const ROUNDS: usize = 12;
/// Number of times that a test with a different result is run again in each copy.
const REPEATS: usize = 3;

impl Trial {
    /// Returns `true` if any error, warning or test result differs, or the comparison failed.
    pub(crate) fn is_worse(&self) -> bool {
        let tests_differ = |tests: &Tests| !tests.differ.is_empty();
        !self.errors.is_empty()
            || !self.warnings.new.is_empty()
            || !self.warnings.vanished.is_empty()
            || self.tests.as_ref().is_some_and(tests_differ)
            || self.obstacle.is_some()
    }

    /// Compares a crate. Calls `say` with each step of the work.
    pub(crate) fn run(of: &'static Crate, options: Options, say: impl Fn(&str)) -> Self {
        let mut trial = Self {
            of,
            functions: 0,
            left_out: Vec::new(),
            programs_left_out: BTreeMap::new(),
            errors: Vec::new(),
            warnings: Difference::default(),
            tests: None,
            obstacle: None,
        };
        if let Err(obstacle) = trial.go(options, say) {
            trial.obstacle = Some(obstacle);
        }
        trial
    }

    fn go(&mut self, options: Options, say: impl Fn(&str)) -> Result<(), String> {
        let of = self.of;
        say("getting the source");
        let mut copies = Copies::make(of, options.style)?;
        self.functions = copies.functions();
        say("compiling it unchanged");
        let plain = self.compile_plain(&copies, options)?;
        say(&format!(
            "compiling it with {} instrumented functions",
            self.functions
        ));
        let instrumented = self.compile(&mut copies, options, &say);
        self.functions = copies.functions();
        let left_out = copies.left_out.iter();
        self.left_out = left_out
            .map(|(why, count)| format!("{count} {why}"))
            .collect();
        let instrumented = instrumented?;
        self.warnings = Difference::between(&plain.messages, &instrumented.messages);
        if options.tests {
            say("running its tests unchanged");
            let before = programs::run(&plain.programs, &copies.plain)?;
            say("running its tests instrumented");
            let after = programs::run(&instrumented.programs, &copies.instrumented)?;
            let sides = [
                (&plain, &copies.plain),
                (&instrumented, &copies.instrumented),
            ];
            let sides = sides.map(|(compiled, folder)| Side {
                programs: &compiled.programs,
                folder,
            });
            self.tests = Some(Tests::compare(&before, &after, &sides)?);
        }
        Ok(())
    }

    /// Compiles the plain copy, after removing tests that do not compile in the published package.
    fn compile_plain(&mut self, copies: &Copies, options: Options) -> Result<Compiled, String> {
        let unwanted = self.of.without.iter();
        let unwanted = unwanted.map(|&(name, why)| (name.to_owned(), why.to_owned()));
        self.programs_left_out = unwanted.collect();
        copies.remove_tests(&self.programs_left_out)?;
        let mut compiled = compile::compile(self.of, &copies.plain, options)?;
        let why = |error: &Message| (error.program.clone(), error.text.clone());
        self.programs_left_out.extend(compiled.errors().map(why));
        if compiled.errors().next().is_some() {
            copies.remove_tests(&self.programs_left_out)?;
            compiled = compile::compile(self.of, &copies.plain, options)?;
        }
        let error = compiled.errors().next().map(|error| error.rendered.trim());
        match error.or(compiled.failure.as_deref()) {
            Some(error) => Err(format!("does not compile unchanged: {error}")),
            None => Ok(compiled),
        }
    }

    /// Compiles the instrumented copy, after leaving out all functions that do not compile.
    fn compile(
        &mut self,
        copies: &mut Copies,
        options: Options,
        say: &impl Fn(&str),
    ) -> Result<Compiled, String> {
        for _ in 0..ROUNDS {
            let compiled = compile::compile(self.of, &copies.instrumented, options)?;
            if let Some(failure) = compiled.failure {
                return Err(format!("does not compile instrumented: {failure}"));
            }
            let errors: Vec<_> = compiled.errors().cloned().collect();
            if errors.is_empty() {
                return Ok(compiled);
            }
            let lines: BTreeSet<_> = errors
                .iter()
                .map(|error| (error.file.clone(), error.line))
                .collect();
            for error in errors {
                // An error is reported once for the library and once for its tests.
                let same = |other: &Message| other.to_string() == error.to_string();
                if !self.errors.iter().any(same) {
                    self.errors.push(error);
                }
            }
            let functions = copies.uninstrument(&lines)?;
            if functions.is_empty() {
                return Err("the errors are in no instrumented function".to_owned());
            }
            say(&format!(
                "compiling it without {} that do not compile",
                functions.len()
            ));
        }
        Err(format!("still does not compile after {ROUNDS} rounds"))
    }

    /// Formats all messages in full, and all tests with a different result.
    pub(crate) fn rendered(&self) -> String {
        let Difference { new, vanished } = &self.warnings;
        let kinds = [
            ("ERROR", &self.errors),
            ("NEW", new),
            ("VANISHED", vanished),
        ];
        let all = kinds.into_iter().flat_map(|(kind, messages)| {
            let rendered =
                move |message: &Message| format!("== {kind} {message}\n{}\n", message.rendered);
            messages.iter().map(rendered)
        });
        let tests = self.tests.iter().flat_map(|tests| &tests.differ);
        all.chain(tests.map(|test| format!("== TEST {test}\n")))
            .collect()
    }
}

struct Side<'a> {
    programs: &'a [Program],
    folder: &'a Path,
}

impl Side<'_> {
    fn again(&self, Name { program, test }: &Name) -> Result<BTreeSet<Option<TestResult>>, String> {
        let Some(program) = self.programs.iter().find(|one| one.name == *program) else {
            return Ok(BTreeSet::from([None]));
        };
        let again = |_| programs::again(program, test, self.folder).map(Some);
        (0..REPEATS).map(again).collect()
    }
}

impl Tests {
    fn compare(
        all_before: &TestResults,
        all_after: &TestResults,
        [plain, instrumented]: &[Side<'_>; 2],
    ) -> Result<Self, String> {
        let mut this = Self {
            before: Counts::of(all_before),
            after: Counts::of(all_after),
            differ: Vec::new(),
            unsteady: Vec::new(),
        };
        // A program that dies or takes too long is reported as a whole, without its tests that are
        // missing because of it.
        let whole = |ends: &TestResults, name: &Name| {
            let program = name.program.clone();
            let test = String::new();
            ends.get(&Name { program, test }).copied()
        };
        let names: BTreeSet<_> = all_before.keys().chain(all_after.keys()).collect();
        for name in names {
            let (before, after) = (all_before.get(name).copied(), all_after.get(name).copied());
            if before == after {
                continue;
            }
            let died = [all_before, all_after].map(|ends| whole(ends, name));
            let too_long = died.contains(&Some(TestResult::Lost));
            if too_long && !name.test.is_empty() {
                continue;
            }
            if too_long || plain.again(name)?.is_disjoint(&instrumented.again(name)?) {
                let name = name.clone();
                this.differ.push(Differs {
                    name,
                    before,
                    after,
                });
            } else if died == [None; 2] {
                this.unsteady.push(name.clone());
            }
        }
        Ok(this)
    }
}

//! Generates random functions that compile, and calls of them.

use std::fmt::Write as _;

/// A sequence of pseudorandom numbers that depends on the seed only (xorshift64*, Vigna 2016).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Returns a number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let word = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D);
        (word >> 33) as usize % limit
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Sync,
    Tracked,
    Async,
    Opaque,
    Boxed,
}

/// Return type of a function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Output {
    Unit,
    Number,
    Option,
    Result,
    Alias,
}

impl Output {
    fn spelled(self) -> &'static str {
        match self {
            Self::Unit => "()",
            Self::Number => "usize",
            Self::Option => "Option<usize>",
            Self::Result => "Result<usize, Failed>",
            Self::Alias => "Answer",
        }
    }

    fn value(self, failed: bool) -> &'static str {
        match (self, failed) {
            (Self::Unit, _) => "()",
            (Self::Number, _) => "total",
            (Self::Option, true) => "None",
            (Self::Option, false) => "Some(total)",
            (Self::Result | Self::Alias, true) => "Err::<usize, Failed>(Failed(total))",
            (Self::Result | Self::Alias, false) => "Ok::<usize, Failed>(total)",
        }
    }

    fn is_judged(self) -> bool {
        matches!(self, Self::Result | Self::Alias)
    }
}

/// A function that is being generated.
struct Function<'a> {
    random: &'a mut Random,
    shape: Shape,
    output: Output,
    parameters: Vec<String>,
    arguments: Vec<String>,
    /// Expressions of type `D` that statements may use.
    looked: Vec<String>,
    /// Names of type `D` that statements may change.
    mutable: Vec<String>,
    has_number: bool,
    counts_up: bool,
    has_list: bool,
    locals: usize,
}

/// Generates a program with `count` functions. `attribute` returns the text before each function,
/// from the attribute's arguments.
pub(crate) fn program(seed: u64, count: usize, attribute: impl Fn(&str) -> String) -> String {
    let mut random = Random::new(seed);
    let mut text = String::from(
        "#![warn(unused, clippy::all, clippy::pedantic)]\n\
         #![allow(clippy::wildcard_imports, dead_code, unused_imports)]\n\
         mod prelude;\n\
         use prelude::{names::{*, Methods as _}, *};\n\
         type Answer = Result<usize, Failed>;\n\
         const SLO: autometrics::Objective = autometrics::Objective::new(\"slo\").success_rate(99.0);\n",
    );
    let mut calls = String::new();
    for number in 0..count {
        let name = format!("f{number}");
        let (function, arguments, shape) = Function::write(&mut random, &name, &attribute);
        text.push_str(&function);
        for n in [0, 5, 9, 25] {
            let arguments = arguments.join(", ").replace("NUMBER", &n.to_string());
            let list = "let mut list = vec![1]; let _ = &mut list;";
            let _ = match shape {
                Shape::Sync | Shape::Tracked => writeln!(
                    calls,
                    "    {list} run(\"{name}\", || Ended::With({name}({arguments})));"
                ),
                Shape::Async | Shape::Opaque | Shape::Boxed => writeln!(
                    calls,
                    "    for polls in [0, 1, 9] {{ {list} run(\"{name}\", || drive({name}({arguments}), polls)); }}"
                ),
            };
        }
    }
    let _ = write!(
        text,
        "\n#[allow(clippy::too_many_lines)]\nfn main() {{\n    std::panic::set_hook(Box::new(|_| {{}}));\n{calls}    print_counts(INSTRUMENTED);\n}}\n"
    );
    text
}

impl Function<'_> {
    fn write(
        random: &mut Random,
        name: &str,
        attribute: impl Fn(&str) -> String,
    ) -> (String, Vec<String>, Shape) {
        let shape = random.pick(&[
            Shape::Sync,
            Shape::Sync,
            Shape::Tracked,
            Shape::Async,
            Shape::Async,
            Shape::Async,
            Shape::Opaque,
            Shape::Boxed,
        ]);
        let output = random.pick(&[
            Output::Unit,
            Output::Number,
            Output::Option,
            Output::Result,
            Output::Result,
            Output::Alias,
        ]);
        let mut function = Function {
            random,
            shape,
            output,
            parameters: Vec::new(),
            arguments: Vec::new(),
            looked: Vec::new(),
            mutable: Vec::new(),
            has_number: false,
            counts_up: false,
            has_list: false,
            locals: 0,
        };
        function.choose_parameters();
        let attribute = attribute(&function.choose_attribute());
        let names = function.looked.clone();
        let mut body = function.body();
        // The README names differences for parameters that the compiler calls unused.
        let concerned = matches!(shape, Shape::Async | Shape::Boxed);
        for name in names.iter().filter(|_| concerned) {
            let name = name.split('.').next().unwrap_or(name);
            if !body.contains(&format!("{name}.")) {
                body.insert_str(0, &format!("    let _ = &{name};\n"));
            }
        }
        let others = function.choose_other_attributes();
        let parameters = function.parameters.join(", ");
        let of = output.spelled();
        let head = match shape {
            Shape::Sync | Shape::Tracked => format!("fn {name}({parameters}) -> {of}"),
            Shape::Async => format!("async fn {name}({parameters}) -> {of}"),
            Shape::Opaque => format!("fn {name}({parameters}) -> impl Future<Output = {of}>"),
            Shape::Boxed => {
                format!("fn {name}({parameters}) -> Pin<Box<dyn Future<Output = {of}>>>")
            }
        };
        let text = format!("\n{attribute}\n{others}{head} {{\n{body}}}\n");
        (text, function.arguments, shape)
    }

    fn choose_attribute(&mut self) -> String {
        let fields = if self.has_number {
            "events(fields(n))"
        } else {
            "events(slower_than = \"1s\")"
        };
        let all = [
            "",
            "",
            "",
            "track_concurrency",
            "events",
            "objective = SLO",
            fields,
        ];
        self.random.pick(&all).to_owned()
    }

    fn choose_other_attributes(&mut self) -> String {
        let mut all = String::new();
        if self.shape == Shape::Tracked {
            all.push_str("#[track_caller]\n");
        }
        if self.random.one_in(4) {
            all.push_str(self.random.pick(&[
                "#[inline]\n",
                "#[doc = \"Does.\"]\n",
                "#[must_use]\n",
            ]));
        }
        all
    }

    fn choose_parameters(&mut self) {
        let borrows = matches!(self.shape, Shape::Sync | Shape::Tracked | Shape::Async);
        for letter in ["a", "b", "c", "d"].into_iter().take(self.random.below(5)) {
            let first = self.parameters.is_empty();
            let owned = format!("D(\"{letter}\")");
            match self.random.below(10) {
                0 | 1 => self.parameter(format!("{letter}: D"), owned, &[letter]),
                2 => {
                    self.mutable.push(letter.to_owned());
                    self.parameter(format!("mut {letter}: D"), owned, &[letter]);
                }
                3 => self.parameter(format!("_{letter}: D"), owned, &[]),
                // The README names differences for later parameters.
                4 if first => self.parameter("_: D".to_owned(), owned, &[]),
                5 => {
                    let names = [format!("{letter}1"), format!("{letter}2")];
                    let pattern = format!("({}, {}): (D, D)", names[0], names[1]);
                    let owned = format!("({owned}, D(\"{letter}2\"))");
                    self.parameter(pattern, owned, &[&names[0], &names[1]]);
                }
                // Not for boxed futures, because a part of a captured variable is dropped first.
                6 if self.shape != Shape::Boxed => {
                    let fields = [format!("{letter}.second"), format!("{letter}.first")];
                    let pattern = format!("{letter}: Pair");
                    self.parameter(pattern, "Pair::new()".to_owned(), &[&fields[0], &fields[1]]);
                }
                7 if !self.has_list && borrows => {
                    self.has_list = true;
                    self.parameter(
                        "list: &mut Vec<usize>".to_owned(),
                        "&mut list".to_owned(),
                        &[],
                    );
                }
                _ if !self.has_number => {
                    self.has_number = true;
                    self.counts_up = self.random.one_in(2);
                    let pattern = if self.counts_up {
                        "mut n: usize"
                    } else {
                        "n: usize"
                    };
                    self.parameter(pattern.to_owned(), "NUMBER".to_owned(), &[]);
                }
                _ => self.parameter(
                    format!("{letter}: Box<D>"),
                    format!("Box::new({owned})"),
                    &[letter],
                ),
            }
        }
    }

    fn parameter(&mut self, pattern: String, argument: String, looked: &[&str]) {
        self.parameters.push(pattern);
        self.arguments.push(argument);
        self.looked.extend(looked.iter().map(|&it| it.to_owned()));
    }

    fn body(&mut self) -> String {
        let mut body = String::new();
        let items = [
            "use std::io::Error;",
            "struct Failed;",
            "type Answer = u8;",
            "const SLO: u8 = 1;",
        ];
        let shadows = self.random.one_in(6) && self.output != Output::Result;
        if shadows && !self.output.is_judged() {
            let _ = writeln!(body, "    {}", self.random.pick(&items));
        }
        if !self.has_number {
            body.push_str("    let n = 3_usize;\n");
        }
        if matches!(self.shape, Shape::Opaque | Shape::Boxed) {
            if self.random.one_in(2) {
                body.push_str("    let _before = D(\"before\");\n");
            }
            let inner = self.statements(true);
            let block = format!("async move {{\n{inner}    }}");
            let _ = match (self.shape, self.random.below(3)) {
                (Shape::Opaque, _) => writeln!(body, "    {block}"),
                (_, 0) => writeln!(body, "    Box::pin({block})"),
                (_, 1) => writeln!(
                    body,
                    "    let total = 1_usize;\n    if n > 7 {{ Box::pin(ready({})) }} else {{ Box::pin({block}) }}",
                    self.output.value(true)
                ),
                _ => writeln!(
                    body,
                    "    let total = 1_usize;\n    if n > 7 {{ return Box::pin(ready({})); }}\n    Box::pin({block})",
                    self.output.value(true)
                ),
            };
        } else {
            body.push_str(&self.statements(false));
        }
        body
    }

    /// Generates statements and a value. `?` is only used where the compiler knows its type.
    fn statements(&mut self, is_block: bool) -> String {
        let mut text = String::from("    let mut total = n;\n");
        let waits = is_block || self.shape == Shape::Async;
        for _ in 0..=self.random.below(6) {
            let statement = self.statement(waits, is_block);
            let _ = writeln!(text, "    {statement}");
        }
        let failed = self.output.value(true);
        let value = self.output.value(false);
        let _ = match self.random.below(4) {
            0 => writeln!(
                text,
                "    if total % 2 == 0 {{ {failed} }} else {{ {value} }}"
            ),
            1 if self.output != Output::Unit => writeln!(text, "    return {value};"),
            _ if self.output == Output::Unit => writeln!(text, "    let _ = total;"),
            _ => writeln!(text, "    {value}"),
        };
        text
    }

    fn statement(&mut self, waits: bool, is_block: bool) -> String {
        let failed = self.output.value(true);
        self.locals += 1;
        let local = format!("local{}", self.locals);
        match self.random.below(14) {
            0 => {
                self.looked.push(local.clone());
                format!("let {local} = D(\"{local}\");")
            }
            1 | 2 if !self.looked.is_empty() => {
                let at = self.random.below(self.looked.len());
                format!("total += {}.look();", self.looked[at])
            }
            3 if self.output == Output::Unit => "if n > 7 { return; }".to_owned(),
            3 => format!("if n > 7 {{ return {failed}; }}"),
            4 if self.output.is_judged() && !is_block => {
                "total += if n > 4 { \"x\" } else { \"12\" }.parse::<usize>()?;".to_owned()
            }
            5 if self.counts_up => "n += 1;".to_owned(),
            6 => "for step in 0..n { total += step; }".to_owned(),
            7 => format!("let {local} = |more: usize| more + n; total += {local}(2);"),
            8 => "assert!(n < 20, \"on purpose\");".to_owned(),
            // A block would copy the field, and lints would report that.
            9 if !self.mutable.is_empty() && !is_block => {
                let at = self.random.below(self.mutable.len());
                format!("{}.0 = \"changed\";", self.mutable[at])
            }
            10 | 11 if waits => "Wait(false).await;".to_owned(),
            10 if self.has_list => "list.push(n);".to_owned(),
            11 => format!("{{ let {local} = D(\"{local}\"); total += {local}.look(); }}"),
            12 => format!("let {local} = format!(\"{{total}}\"); total += {local}.len();"),
            _ => "match n { 0 => total += 1, 1 | 2 => {} _ => total += n }".to_owned(),
        }
    }
}

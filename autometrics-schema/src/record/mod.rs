//! What a compiled program says of its decorated functions, without being run.
//!
//! Every decorated function leaves one [`Record`] in a link section of the program,
//! [`SECTION`]. [`encode`] writes it while the program compiles, [`records`] reads
//! the section back:
//!
//! ```
//! use autometrics_schema::record::{Objectives, Record, Returns, encode, length, records};
//!
//! const LOAD: Record = Record {
//!     package: "shop",
//!     version: "1.2.3",
//!     module: "shop::cart",
//!     function: "Cart::load",
//!     file: "src/cart.rs",
//!     line: 12,
//!     returns: Returns::Result,
//!     asynchronous: true,
//!     objectives: Objectives::NONE,
//!     calls: ".get\nCart::parse",
//! };
//! static SECTION: [u8; length(&LOAD)] = encode(&LOAD);
//!
//! assert_eq!(records(&SECTION).next(), Some(Ok(LOAD)));
//! ```

mod bytes;
mod error;
mod field;
#[cfg(test)]
mod hostile;
mod objectives;
mod promise;
mod section;
#[cfg(test)]
mod tests;

pub use self::{
    bytes::{Encoded, MAGIC, MAX_LENGTH, encode, length, tail},
    error::{Error, ErrorKind},
    objectives::Objectives,
    promise::Promise,
    section::{Records, records},
};

/// The version of what is in a record. The next one that a reader could not read
/// gets the next number, here and in [`SECTION`].
pub const VERSION: u8 = 1;

/// Where the records stand in a program.
pub const SECTION: Section = Section {
    elf: ".autometrics0",
    mach_o: ("__DATA", "__autometrics0"),
    pe: ".amtrx0",
};

/// What the names of such sections begin with, in all formats: digits follow.
///
/// A reader that finds other digits than [`SECTION`] has is too new or too old
/// for the program; [`Section::format`] tells.
pub const SECTION_STEM: Section = Section {
    elf: ".autometrics",
    mach_o: ("__DATA", "__autometrics"),
    pe: ".amtrx",
};

/// A section by its name in each format of programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// In ELF: Linux, Android, the BSDs.
    pub elf: &'static str,
    /// In Mach-O: segment and section, on Apple's systems.
    pub mach_o: (&'static str, &'static str),
    /// In PE and COFF: Windows.
    pub pe: &'static str,
}

impl Section {
    /// The number of the format of records in a section of this name, or `None` if
    /// it holds no records. The one that this version reads is 0.
    ///
    /// ```
    /// use autometrics_schema::record::Section;
    ///
    /// assert_eq!(Section::format(".autometrics0"), Some(0));
    /// assert_eq!(Section::format("__autometrics12"), Some(12));
    /// assert_eq!(Section::format(".rodata"), None);
    /// ```
    pub fn format(name: &str) -> Option<u32> {
        let Self { elf, mach_o, pe } = SECTION_STEM;
        let digits = [elf, mach_o.1, pe]
            .into_iter()
            .find_map(|stem| name.strip_prefix(stem))?;
        // `parse` would take a sign, too.
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| all_digits)
    }
}

/// What one decorated function left in the program.
///
/// All of it is text of other people: it may hold anything but for the
/// objective, which is one that would compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The package that the function is in; empty if it was not built by cargo.
    pub package: &'a str,
    /// The version of that package; empty if it was not built by cargo.
    pub version: &'a str,
    /// `module_path!()`.
    pub module: &'a str,
    /// `name`, `Type::name`, or `<Type as Trait<Arg>>::name`.
    pub function: &'a str,
    /// `file!()`, as the compiler was given it.
    pub file: &'a str,
    /// The line of the function's name.
    pub line: u32,
    /// What it returns.
    pub returns: Returns,
    /// Whether a call is a future, which may be dropped before it is done.
    pub asynchronous: bool,
    /// The objectives that it belongs to.
    pub objectives: Objectives<'a>,
    /// What the body calls, as written there: one per line, sorted, each once.
    ///
    /// `a::b` is a path without its generic arguments, `.name` a method of
    /// something, and `self.name` one of `self`.
    pub calls: &'a str,
}

impl<'a> Record<'a> {
    /// Returns the texts alone.
    pub const fn texts(&self) -> Texts<'a> {
        Texts {
            package: self.package,
            version: self.version,
            function: self.function,
            calls: self.calls,
            module: self.module,
            file: self.file,
            line: self.line,
        }
    }
}

/// The texts of a [`Record`], which has more of each to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `Record` have them")]
pub struct Texts<'a> {
    pub package: &'a str,
    pub version: &'a str,
    pub function: &'a str,
    pub calls: &'a str,
    pub module: &'a str,
    pub file: &'a str,
    pub line: u32,
}

/// What a function returns, by the spelling of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Returns {
    /// A type whose values are never errors: a number, nothing, a response of a web framework.
    Other = 0,
    /// A `Result`, under any path.
    Result = 1,
    /// An `Option`, under any path.
    Option = 2,
    /// A type whose values may be errors: another name of a `Result`, a type with labels of
    /// its own, or any type that a test in the arguments of the attribute judges.
    Judged = 3,
}

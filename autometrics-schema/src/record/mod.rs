//! The records of instrumented functions in a compiled program, which tools read without running it.
//!
//! Every instrumented function has one [`Record`] in a link section of the program,
//! [`SECTION`]. [`encode`] encodes it at compile time, [`records`] decodes
//! the section:
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

/// Version of the format of a record, in its first byte. Each change that existing readers could not
/// read increments it, and the digit at the end of the names in [`SECTION`], which began with 0.
pub const VERSION: u8 = 1;

/// The section of a program that contains the records.
pub const SECTION: Section = Section {
    elf: ".autometrics0",
    mach_o: ("__DATA", "__autometrics0"),
    pe: ".amtrx0",
};

/// The names of sections with records without their digits, which are the number of the format.
///
/// A reader that finds other digits than those of [`SECTION`] is too new or too old
/// for the program. [`Section::format`] returns the number.
pub const SECTION_STEM: Section = Section {
    elf: ".autometrics",
    mach_o: ("__DATA", "__autometrics"),
    pe: ".amtrx",
};

/// The name of a section in each format of executable files.
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
    /// Returns the number of the format of the records in a section of this name, or `None` if
    /// the section contains no records. This version reads format 0.
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
        // `parse` accepts a sign, too.
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| all_digits)
    }
}

/// The description of one instrumented function in a program.
///
/// The texts come from the program and may contain anything. Its objectives
/// are valid: they would compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The package that contains the function; empty if it was not built by cargo.
    pub package: &'a str,
    /// The version of that package; empty if it was not built by cargo.
    pub version: &'a str,
    /// `module_path!()`.
    pub module: &'a str,
    /// `name`, `Type::name`, or `<Type as Trait<Arg>>::name`.
    pub function: &'a str,
    /// `file!()`, as passed to the compiler.
    pub file: &'a str,
    /// The line of the function's name.
    pub line: u32,
    /// The kind of its return type.
    pub returns: Returns,
    /// Set if a call is a future, which may be dropped before it is done.
    pub asynchronous: bool,
    /// The objectives that the function belongs to.
    pub objectives: Objectives<'a>,
    /// The functions that the body calls, as written there: one per line, sorted, each once.
    ///
    /// `a::b` is a path without its generic arguments, `.name` a method of
    /// any value, and `self.name` a method of `self`.
    pub calls: &'a str,
}

impl<'a> Record<'a> {
    /// Returns the texts and the line.
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

/// The texts of a [`Record`], which documents the fields, and its line.
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

/// The kind of a function's return type, by the spelling of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Returns {
    /// A type whose values are never errors: a number, `()`, a response of a web framework.
    Other = 0,
    /// A `Result`, under any path.
    Result = 1,
    /// An `Option`, under any path.
    Option = 2,
    /// A type whose values may be errors: an alias of `Result`, a type with labels of
    /// its own, or any type if the attribute has `ok_if` or `error_if`.
    Classified = 3,
}

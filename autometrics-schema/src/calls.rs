//! Finds the function that a call refers to, by the spelling of the call.
//!
//! The rules are sorted by their certainty. The first rule that finds a function applies:
//!
//! | call | places that are searched |
//! |---|---|
//! | `self.name`, `Self::name` | in the same type: of this module, then of the crate |
//! | `crate::a::b`, `self::b`, `super::b` | at exactly this path, then below it (re-exports) |
//! | `a::b`, `b` | relative to this module, then at the end of all paths, then (two names and more) at paths with more modules in between |
//! | `.name`, and `self.name` that the type does not have | among all methods, then among functions without a type: methods that are instrumented without their `impl` block |

use alloc::{collections::BTreeMap, vec::Vec};

/// The functions that a call may refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Indices of the functions that were passed to [`Index::new`]: none if the call is not to an
    /// instrumented function, several if the spelling is ambiguous.
    pub candidates: Vec<usize>,
    /// The property that identified the function.
    pub how: How,
}

/// The property of a call that identified the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// A path, or a method of `self`.
    Path,
    /// The name of a method. The receiver's type is not known, so it could be a method of
    /// another type.
    Name,
}

/// The functions of a program, by the last part of their names.
///
/// ```
/// use autometrics_schema::calls::Index;
///
/// let index = Index::new([("shop::cart", "Cart::add"), ("shop::checkout", "pay")]);
/// assert_eq!(index.resolve(("shop", "main"), "checkout::pay").candidates, [1]);
/// assert_eq!(index.resolve(("shop", "main"), ".add").candidates, [0]);
/// ```
#[derive(Debug)]
pub struct Index<'a> {
    named: BTreeMap<&'a str, Vec<Entry<'a>>>,
}

#[derive(Debug)]
struct Entry<'a> {
    function: usize,
    module: Vec<&'a str>,
    name: Name<'a>,
}

/// `last`, `owner::last` or `<owner as of>::last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name<'a> {
    owner: Option<&'a str>,
    /// A trait, without its arguments.
    of: Option<&'a str>,
    last: &'a str,
}

impl<'a> Index<'a> {
    /// Creates an index of functions, each with its module and its name from its record.
    pub fn new(functions: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut named: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (function, (module, name)) in functions.into_iter().enumerate() {
            let name = Name::of(name);
            named.entry(name.last).or_default().push(Entry {
                function,
                module: module.split("::").collect(),
                name,
            });
        }
        Self { named }
    }

    /// Returns the functions that `call` may refer to. `call` is an entry of the caller's record; the caller is
    /// given by its module and its name.
    pub fn resolve(&self, (module, name): (&str, &str), call: &str) -> Resolution {
        let scope = Scope {
            module: module.split("::").collect(),
            owner: Name::of(name).owner,
        };
        let mut how = How::Path;
        let candidates = if let Some(name) = call.strip_prefix("self.") {
            let known = self.of_self(&scope, name);
            if known.is_empty() {
                how = How::Name;
                self.method(name)
            } else {
                known
            }
        } else if let Some(name) = call.strip_prefix('.') {
            how = How::Name;
            self.method(name)
        } else {
            self.path(&scope, call)
        };
        Resolution { candidates, how }
    }

    fn method(&self, name: &str) -> Vec<usize> {
        self.first_of(
            name,
            &[&|entry| entry.name.owner.is_some(), &|entry| {
                entry.name.owner.is_none()
            }],
        )
    }

    /// Returns the methods or functions of the type that the caller belongs to.
    fn of_self(&self, scope: &Scope<'_>, name: &str) -> Vec<usize> {
        let is_here = |entry: &Entry<'_>| entry.module == scope.module;
        if scope.owner.is_none() {
            // A method that is instrumented without its `impl` block does not know its type.
            return self.first_of(name, &[&is_here]);
        }
        let is_its = |entry: &Entry<'_>| entry.name.owner == scope.owner;
        self.first_of(
            name,
            &[
                &|entry| is_its(entry) && is_here(entry),
                &|entry| is_its(entry) && entry.module.first() == scope.module.first(),
                &|entry| entry.name.owner.is_none() && is_here(entry),
            ],
        )
    }

    fn path(&self, scope: &Scope<'_>, call: &str) -> Vec<usize> {
        let (segments, of) = qualified(call).unwrap_or_else(|| (call.split("::").collect(), None));
        let Some(name) = segments.last() else {
            return Vec::new();
        };
        if let ["Self", name] = segments[..] {
            return self.of_self(scope, name);
        }
        let found = if let Some(path) = scope.absolute(&segments) {
            let in_crate = |entry: &Entry<'_>| entry.module.first() == path.first();
            self.first_of(
                name,
                &[&|entry| entry.is_at(&path, of), &|entry| {
                    in_crate(entry) && entry.is_below(&path, of)
                }],
            )
        } else {
            let here = [&scope.module, &segments[..]].concat();
            self.first_of(
                name,
                &[
                    &|entry| entry.is_at(&here, of),
                    &|entry| entry.ends_with(&segments, of),
                    &|entry| segments.len() > 1 && entry.is_below(&segments, of),
                ],
            )
        };
        match of {
            // A function that the type does not define is that of the trait.
            Some(of) if found.is_empty() => {
                self.first_of(name, &[&|entry| entry.ends_with(&[of, name], None)])
            }
            _ => found,
        }
    }

    /// Returns the functions of this name that the first matching rule finds.
    fn first_of(&self, name: &str, rules: &[&dyn Fn(&Entry<'a>) -> bool]) -> Vec<usize> {
        let named = self.named.get(name).map_or(&[][..], Vec::as_slice);
        let found = rules.iter().map(|rule| {
            let entries = named.iter().filter(|entry| rule(entry));
            entries.map(|entry| entry.function).collect::<Vec<_>>()
        });
        found
            .into_iter()
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }
}

impl Entry<'_> {
    /// Returns `true` if the function's whole path is `path`.
    fn is_at(&self, path: &[&str], of: Option<&str>) -> bool {
        self.module_before(path, of)
            .is_some_and(|module| module == self.module)
    }

    /// Returns `true` if the function's path ends with `path`.
    fn ends_with(&self, path: &[&str], of: Option<&str>) -> bool {
        self.module_before(path, of)
            .is_some_and(|module| self.module.ends_with(module))
    }

    /// Returns `true` if the function's path contains all of `path` in this order, with other modules in between.
    fn is_below(&self, path: &[&str], of: Option<&str>) -> bool {
        self.module_before(path, of).is_some_and(|module| {
            let mut modules = self.module.iter();
            module
                .iter()
                .all(|wanted| modules.any(|module| module == wanted))
        })
    }

    /// Returns the modules in `path`, in front of the function's own name; `None` if `path` ends with another name.
    fn module_before<'p, 'q>(
        &self,
        path: &'p [&'q str],
        of: Option<&str>,
    ) -> Option<&'p [&'q str]> {
        let (name, rest) = path.split_last()?;
        let other_trait = of.is_some() && self.name.of.is_some() && self.name.of != of;
        if self.name.last != *name || other_trait {
            return None;
        }
        match self.name.owner {
            None => Some(rest),
            Some(owner) => {
                let (last, rest) = rest.split_last()?;
                (*last == owner).then_some(rest)
            }
        }
    }
}

impl<'a> Name<'a> {
    fn of(function: &'a str) -> Self {
        let inside = function.strip_prefix('<');
        if let Some((inside, last)) = inside.and_then(|rest| rest.rsplit_once(">::")) {
            if let Some((owner, of)) = inside.split_once(" as ") {
                return Self {
                    owner: Some(owner),
                    of: Some(last_segment(of)),
                    last,
                };
            }
        }
        let (owner, last) = match function.rsplit_once("::") {
            Some((owner, last)) => (Some(owner), last),
            None => (None, function),
        };
        Self {
            owner,
            of: None,
            last,
        }
    }
}

/// The place of a call.
struct Scope<'a> {
    module: Vec<&'a str>,
    owner: Option<&'a str>,
}

impl<'a> Scope<'a> {
    /// Returns the path from the crate's root, if the call begins with `crate`, `self`, `super` or `::`.
    fn absolute(&self, segments: &[&'a str]) -> Option<Vec<&'a str>> {
        let (first, rest) = segments.split_first()?;
        match *first {
            "" => Some(rest.to_vec()),
            "crate" => Some([&self.module[..1], rest].concat()),
            "self" | "super" => {
                let mut module = &self.module[..];
                let mut rest = segments;
                while let Some((first, others)) = rest.split_first() {
                    match *first {
                        "self" => {}
                        // The crate's root has no parent; such code does not compile.
                        "super" => module = module.split_last()?.1,
                        _ => break,
                    }
                    rest = others;
                }
                Some([module, rest].concat())
            }
            _ => None,
        }
    }
}

/// Splits `<a::Type as b::Trait>::name` into the path `a::Type::name` and `Trait`.
fn qualified(call: &str) -> Option<(Vec<&str>, Option<&str>)> {
    let (inside, name) = call.strip_prefix('<')?.rsplit_once(">::")?;
    let (owner, of) = match inside.split_once(" as ") {
        Some((owner, of)) => (owner, Some(last_segment(of))),
        None => (inside, None),
    };
    let owner = owner.split('<').next().unwrap_or(owner);
    Some((owner.split("::").chain([name]).collect(), of))
}

/// Returns the last segment of a path, without arguments.
fn last_segment(path: &str) -> &str {
    let path = path.split('<').next().unwrap_or(path);
    path.rsplit("::").next().unwrap_or(path)
}

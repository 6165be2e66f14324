//! Which function a call means, as far as its spelling tells.
//!
//! The rules, from the surest to the last resort; the first that finds
//! something decides:
//!
//! | call | is looked for |
//! |---|---|
//! | `self.name`, `Self::name` | in the same type: of this module, then of the crate |
//! | `crate::a::b`, `self::b`, `super::b` | at that very path, then below it (re-exports) |
//! | `a::b`, `b` | from this module on, then at the end of all paths, then (two names and more) with modules left out |
//! | `.name`, and `self.name` that the type does not have | among all methods, then among functions without a type: methods that are decorated alone |

use alloc::{collections::BTreeMap, vec::Vec};

/// What a call may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Indices into the functions that the [`Index`] was made of: none if it is
    /// no decorated function, several if nobody knows.
    pub candidates: Vec<usize>,
    /// What it was recognised by.
    pub how: How,
}

/// What a call in the code was recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// A path, or a method of `self`.
    Path,
    /// A method's name, which only one decorated function has. The receiver's
    /// type is not known, so it could be a method of something else.
    Name,
}

/// The functions of a program, taken apart, by the last part of their names.
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
    /// Of functions, each as its module and its name, as records have them.
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

    /// What `call`, as the record of the caller spells it, may mean. The caller
    /// is its module and its name.
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

    /// A method or function of the type that the caller belongs to.
    fn of_self(&self, scope: &Scope<'_>, name: &str) -> Vec<usize> {
        let is_here = |entry: &Entry<'_>| entry.module == scope.module;
        if scope.owner.is_none() {
            // Decorated alone, it does not know its type.
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
            // What the type does not have of its own it has of the trait.
            Some(of) if found.is_empty() => {
                self.first_of(name, &[&|entry| entry.ends_with(&[of, name], None)])
            }
            _ => found,
        }
    }

    /// What the first rule finds that finds anything of this name.
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
    /// Whether its whole path is `path`.
    fn is_at(&self, path: &[&str], of: Option<&str>) -> bool {
        self.module_before(path, of)
            .is_some_and(|module| module == self.module)
    }

    /// Whether its path ends with `path`.
    fn ends_with(&self, path: &[&str], of: Option<&str>) -> bool {
        self.module_before(path, of)
            .is_some_and(|module| self.module.ends_with(module))
    }

    /// Whether its path has all of `path` in that order, and more between.
    fn is_below(&self, path: &[&str], of: Option<&str>) -> bool {
        self.module_before(path, of).is_some_and(|module| {
            let mut modules = self.module.iter();
            module
                .iter()
                .all(|wanted| modules.any(|module| module == wanted))
        })
    }

    /// What stands in `path` before the function's own name, if that fits.
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

/// Where a call stands.
struct Scope<'a> {
    module: Vec<&'a str>,
    owner: Option<&'a str>,
}

impl<'a> Scope<'a> {
    /// The path from the crate on, if the call says where it begins.
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
                        // Above the crate there is nothing; such code does not compile.
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

/// `<a::Type as b::Trait>::name`, as the path `a::Type::name` and `Trait`.
fn qualified(call: &str) -> Option<(Vec<&str>, Option<&str>)> {
    let (inside, name) = call.strip_prefix('<')?.rsplit_once(">::")?;
    let (owner, of) = match inside.split_once(" as ") {
        Some((owner, of)) => (owner, Some(last_segment(of))),
        None => (inside, None),
    };
    let owner = owner.split('<').next().unwrap_or(owner);
    Some((owner.split("::").chain([name]).collect(), of))
}

/// The last segment of a path, without arguments.
fn last_segment(path: &str) -> &str {
    let path = path.split('<').next().unwrap_or(path);
    path.rsplit("::").next().unwrap_or(path)
}

//! Finds the file that defines a name, through imports and re-exports.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Import, Mention, Module, Modules};

/// Imports that may lead from one to the next; more are a circle of imports.
const MOST_IMPORTS: usize = 16;

/// A thing that a path may lead to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Module(usize),
    /// An item, by the module that defines it.
    ItemOf(usize),
}

/// Returns the files that depend on another file, with the first path that shows it.
pub(super) fn edges<'m, 'a>(modules: &'m Modules<'a>) -> BTreeMap<(&'a str, &'a str), &'m Mention> {
    let mut edges = BTreeMap::new();
    for (at, module) in modules.all.iter().enumerate() {
        let imported = module.imports.iter().flat_map(|import| {
            modules
                .imported(at, import)
                .map(move |to| (to, &import.mention))
        });
        let mentioned = module.mentions.iter().flat_map(|mention| {
            let targets = if mention.path.len() > 1 || module.reexports(&mention.path[0]) {
                modules.resolve(at, &mention.path, MOST_IMPORTS)
            } else {
                BTreeSet::new()
            };
            targets.into_iter().map(move |to| (to, mention))
        });
        for (target, mention) in imported.chain(mentioned) {
            let Target::ItemOf(other) = target else {
                continue;
            };
            let other = modules.all[other].file;
            if other != module.file {
                edges.entry((module.file, other)).or_insert(mention);
            }
        }
    }
    edges
}

impl Module<'_> {
    fn reexports(&self, name: &str) -> bool {
        self.imports
            .iter()
            .any(|import| import.is_reexport && import.name.as_deref() == Some(name))
    }

    fn child(&self, name: &str) -> Option<usize> {
        let child = self.children.iter().find(|(child, _)| child == name);
        child.map(|(_, child)| *child)
    }
}

impl Modules<'_> {
    /// Returns the items that an import brings into scope, without those that a module re-exports
    /// from modules below it.
    fn imported(&self, from: usize, import: &Import) -> impl Iterator<Item = Target> {
        let targets = self.resolve(from, &import.mention.path, MOST_IMPORTS);
        targets.into_iter().filter_map(move |target| match target {
            Target::ItemOf(module) if import.is_reexport && self.is_below(module, from) => None,
            // A glob may bring anything of a module.
            Target::Module(module) if import.name.is_none() && !import.is_reexport => {
                Some(Target::ItemOf(module))
            }
            Target::Module(_) => None,
            Target::ItemOf(_) => Some(target),
        })
    }

    fn is_below(&self, module: usize, above: usize) -> bool {
        let mut parent = self.all[module].parent;
        while let Some(module) = parent {
            if module == above {
                return true;
            }
            parent = self.all[module].parent;
        }
        false
    }

    /// Returns the targets of a path that is written in module `from`: several if a name is
    /// defined several times, for different targets of the compiler; none if the path leads to
    /// another crate.
    fn resolve(&self, from: usize, path: &[String], most: usize) -> BTreeSet<Target> {
        let (first, rest) = (path[0].as_str(), &path[1..]);
        let mut targets: BTreeSet<Target> = match first {
            "crate" => [Target::Module(0)].into(),
            "self" => [Target::Module(from)].into(),
            "super" => self.all[from]
                .parent
                .map(Target::Module)
                .into_iter()
                .collect(),
            _ => self.name_in(from, first, most),
        };
        for name in rest {
            targets = targets
                .into_iter()
                .flat_map(|target| match target {
                    Target::ItemOf(_) => [target].into(),
                    Target::Module(module) if name == "super" => self.all[module]
                        .parent
                        .map(Target::Module)
                        .into_iter()
                        .collect(),
                    Target::Module(module) => {
                        let targets = self.name_in(module, name, most);
                        if targets.is_empty() && module != from {
                            // Defined by a macro there.
                            [Target::ItemOf(module)].into()
                        } else {
                            targets
                        }
                    }
                })
                .collect();
        }
        targets
    }

    /// Returns what `name` means in a module.
    fn name_in(&self, module: usize, name: &str, most: usize) -> BTreeSet<Target> {
        let this = &self.all[module];
        if let Some(child) = this.child(name) {
            return [Target::Module(child)].into();
        }
        let Some(most) = most.checked_sub(1) else {
            return BTreeSet::new();
        };
        let named = |import: &&Import| import.name.as_deref() == Some(name);
        let mut targets: BTreeSet<_> = this
            .imports
            .iter()
            .filter(named)
            .flat_map(|import| self.resolve(module, &import.mention.path, most))
            .collect();
        if this.defined.contains(name) {
            targets.insert(Target::ItemOf(module));
        }
        if targets.is_empty() {
            let globs = this.imports.iter().filter(|import| import.name.is_none());
            let globs = globs.flat_map(|import| self.resolve(module, &import.mention.path, most));
            for target in globs.collect::<BTreeSet<_>>() {
                match target {
                    Target::Module(other) if other != module => {
                        targets.extend(self.name_in(other, name, most));
                    }
                    Target::Module(_) | Target::ItemOf(_) => {}
                }
            }
        }
        targets
    }
}

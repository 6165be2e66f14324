//! Finds the file that defines a name, through imports and re-exports.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Import, Mention, Module, Modules};

/// The names that are being resolved, each with its module: an import may lead back to itself.
type Open<'p> = BTreeSet<(usize, &'p str)>;

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
                modules.resolve(at, &mention.path, &mut Open::new())
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

    fn imports(&self, name: &str) -> bool {
        let names = self
            .imports
            .iter()
            .filter_map(|import| import.name.as_deref());
        names.into_iter().any(|imported| imported == name)
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
        let targets = self.resolve(from, &import.mention.path, &mut Open::new());
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

    /// Returns `true` if `module` is below the file of the module `above`.
    fn is_below(&self, module: usize, above: usize) -> bool {
        let ancestors = std::iter::successors(self.all[module].parent, |&at| self.all[at].parent);
        ancestors
            .into_iter()
            .any(|ancestor| self.all[ancestor].file == self.all[above].file)
    }

    /// Returns the targets of a path that is written in module `from`: several if a name is
    /// defined several times, for different targets of the compiler; none if the path leads to
    /// another crate.
    fn resolve<'p>(
        &'p self,
        from: usize,
        path: &'p [String],
        open: &mut Open<'p>,
    ) -> BTreeSet<Target> {
        let (first, rest) = (path[0].as_str(), &path[1..]);
        let mut targets: BTreeSet<Target> = match first {
            "crate" => [Target::Module(0)].into(),
            "self" => [Target::Module(from)].into(),
            "super" => self.parent(from),
            _ => self.name_in(from, first, open),
        };
        for name in rest {
            // In front of `::`, a module takes precedence over a function of the same name.
            let is_module = |target: &Target| matches!(target, Target::Module(_));
            if targets.iter().any(is_module) {
                targets.retain(is_module);
            }
            targets = targets
                .into_iter()
                .flat_map(|target| match target {
                    Target::ItemOf(_) => [target].into(),
                    Target::Module(module) if name == "super" => self.parent(module),
                    Target::Module(module) => {
                        let targets = self.name_in(module, name, open);
                        if targets.is_empty() && module != from && !self.all[module].imports(name) {
                            // A macro defines it there.
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

    fn parent(&self, module: usize) -> BTreeSet<Target> {
        let parent = self.all[module].parent;
        parent.map(Target::Module).into_iter().collect()
    }

    /// Returns the targets of `name` in a module: a module and an item may have the same name.
    fn name_in<'p>(
        &'p self,
        module: usize,
        name: &'p str,
        open: &mut Open<'p>,
    ) -> BTreeSet<Target> {
        let this = &self.all[module];
        let mut targets: BTreeSet<_> = this.child(name).map(Target::Module).into_iter().collect();
        if this.defined.contains(name) {
            targets.insert(Target::ItemOf(module));
        }
        if !open.insert((module, name)) {
            return targets;
        }
        for import in &this.imports {
            if import.name.as_deref() == Some(name) {
                targets.extend(self.resolve(module, &import.mention.path, open));
            }
        }
        if targets.is_empty() {
            for import in this.imports.iter().filter(|import| import.name.is_none()) {
                for target in self.resolve(module, &import.mention.path, open) {
                    match target {
                        Target::Module(other) => targets.extend(self.name_in(other, name, open)),
                        Target::ItemOf(_) => {}
                    }
                }
            }
        }
        open.remove(&(module, name));
        targets
    }
}

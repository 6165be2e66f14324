//! The modules of a crate: the items that each defines, its imports, and the paths in its code.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// The modules of one crate; the first one is its root.
pub(super) struct Modules<'a> {
    pub(super) all: Vec<Module<'a>>,
}

/// One module, in a file of its own or inline.
pub(super) struct Module<'a> {
    /// From the crate's `src` folder.
    pub(super) file: &'a str,
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<(String, usize)>,
    pub(super) defined: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    /// Paths in code, single names among them.
    pub(super) mentions: Vec<Mention>,
}

/// One name that a `use` declaration brings into scope.
pub(super) struct Import {
    /// `None` for all names of a module or an enum: `use path::*`.
    pub(super) name: Option<String>,
    pub(super) mention: Mention,
    /// Set for `pub use` and `pub(…) use`.
    pub(super) is_reexport: bool,
}

/// A path as it is written, without generic arguments.
#[derive(Clone)]
pub(super) struct Mention {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

impl<'a> Modules<'a> {
    /// Reads the crate with the root file `root`; `files` are those in its `src` folder.
    ///
    /// # Errors
    ///
    /// Names the line with a module that has no file, or the file that is not Rust.
    pub(super) fn read(files: &BTreeMap<&'a str, &'a str>, root: &'a str) -> Result<Self, String> {
        let mut reader = Reader {
            files,
            all: Vec::new(),
        };
        reader.file(root, "", None)?;
        Ok(Self { all: reader.all })
    }
}

struct Reader<'r, 'a> {
    files: &'r BTreeMap<&'a str, &'a str>,
    all: Vec<Module<'a>>,
}

impl<'a> Reader<'_, 'a> {
    /// Reads the module in `file`; the files of its children are in `folder`.
    fn file(
        &mut self,
        file: &'a str,
        folder: &str,
        parent: Option<usize>,
    ) -> Result<usize, String> {
        let tokens = self.files[file]
            .parse()
            .map_err(|error| format!("{file}:1: not Rust: {error}"))?;
        self.module(file, folder, parent, tokens)
    }

    fn module(
        &mut self,
        file: &'a str,
        folder: &str,
        parent: Option<usize>,
        tokens: TokenStream,
    ) -> Result<usize, String> {
        let module = self.all.len();
        self.all.push(Module {
            file,
            parent,
            children: Vec::new(),
            defined: BTreeSet::new(),
            imports: Vec::new(),
            mentions: Vec::new(),
        });
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut rest = &tokens[..];
        while !rest.is_empty() {
            let (is_test, behind) = attributes(rest);
            let (item, behind) = behind.split_at(item_end(behind));
            rest = behind;
            if is_test {
                continue;
            }
            match item {
                [.., TokenTree::Ident(name), last]
                    if keyword(item).is_some_and(|word| word == "mod") =>
                {
                    let child = self.child(module, folder, name, last)?;
                    self.all[module].children.push((name.to_string(), child));
                }
                _ => self.all[module].code(item),
            }
        }
        Ok(module)
    }

    /// Reads the module `name` of the module `parent`; `body` is its braces, or the semicolon.
    fn child(
        &mut self,
        parent: usize,
        folder: &str,
        name: &Ident,
        body: &TokenTree,
    ) -> Result<usize, String> {
        let file = self.all[parent].file;
        let below = format!("{folder}{name}/");
        if let TokenTree::Group(body) = body {
            return self.module(file, &below, Some(parent), body.stream());
        }
        let paths = [format!("{folder}{name}.rs"), format!("{below}mod.rs")];
        let known = paths
            .iter()
            .find_map(|path| self.files.get_key_value(&**path));
        if let Some((child, _)) = known {
            return self.file(child, &below, Some(parent));
        }
        let line = name.span().start().line;
        Err(format!("{file}:{line}: module `{name}` has no file"))
    }
}

impl Module<'_> {
    /// Adds the names that `tokens` define, import and mention, at whatever depth: it does not
    /// matter that a name in a function is not in scope elsewhere.
    fn code(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let inner = is(tokens.get(at + 1), '!');
                    at += usize::from(inner) + 1;
                }
                TokenTree::Group(group) => {
                    self.code(&group.stream().into_iter().collect::<Vec<_>>());
                }
                TokenTree::Ident(word) if word == "use" => {
                    let is_reexport = at > 0;
                    let end = end(&tokens[at..], |token| is(Some(token), ';'));
                    let line = word.span().start().line;
                    let start = tokens[at + 1..at + end].to_vec();
                    self.import(&[], &start, line, is_reexport && is_public(&tokens[..at]));
                    at += end - 1;
                }
                // Not the `const` of a pointer, nor the `fn` of a function's type.
                TokenTree::Ident(word)
                    if DEFINING.iter().any(|it| word == it) && !is(tokens[..at].last(), '*') =>
                {
                    let name = at + 1 + usize::from(word == "macro_rules");
                    if let Some(TokenTree::Ident(defined)) = tokens.get(name) {
                        self.defined.insert(defined.to_string());
                        at = name;
                    }
                }
                TokenTree::Ident(first) => {
                    let line = first.span().start().line;
                    let before = tokens[..at].last();
                    // `$crate::name` is a name for other crates, which expand the macro.
                    let continued = is_separator(&tokens[..at]) || is(before, '$');
                    let is_member = is(before, '.');
                    let mut path = vec![first.to_string()];
                    while let [colon, second, TokenTree::Ident(name), ..] = &tokens[at + 1..] {
                        if !is_separator(&[colon.clone(), second.clone()]) {
                            break;
                        }
                        path.push(name.to_string());
                        at += 3;
                    }
                    if !(continued || is_member && path.len() == 1) {
                        self.mentions.push(Mention { path, line });
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Adds what `use prefix::tree;` imports.
    fn import(&mut self, prefix: &[String], tree: &[TokenTree], line: usize, is_reexport: bool) {
        let mut path = prefix.to_vec();
        let mut name = None;
        for (at, token) in tree.iter().enumerate() {
            match token {
                TokenTree::Ident(word) if word == "as" => {
                    name = tree.get(at + 1).map(ToString::to_string);
                    break;
                }
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '*' => {
                    let mention = Mention { path, line };
                    self.imports.push(Import {
                        name: None,
                        mention,
                        is_reexport,
                    });
                    return;
                }
                TokenTree::Group(group) => {
                    let trees: Vec<_> = group.stream().into_iter().collect();
                    for tree in trees.split(|token| is(Some(token), ',')) {
                        let first = tree.first().map(|token| token.span().start().line);
                        self.import(&path, tree, first.unwrap_or(line), is_reexport);
                    }
                    return;
                }
                _ => {}
            }
        }
        let Some(last) = path.last().cloned() else {
            return;
        };
        self.imports.push(Import {
            name: Some(name.unwrap_or(last)),
            mention: Mention { path, line },
            is_reexport,
        });
    }
}

/// Words before the name of an item.
const DEFINING: [&str; 9] = [
    "const",
    "enum",
    "fn",
    "macro_rules",
    "static",
    "struct",
    "trait",
    "type",
    "union",
];

/// Returns whether the attributes in front of an item make it part of tests, and the tokens
/// behind them.
fn attributes(mut tokens: &[TokenTree]) -> (bool, &[TokenTree]) {
    let mut is_test = false;
    while let [hash, behind @ ..] = tokens {
        if !is(Some(hash), '#') {
            break;
        }
        let inner = usize::from(is(behind.first(), '!'));
        let Some(TokenTree::Group(attribute)) = behind.get(inner) else {
            break;
        };
        is_test |= inner == 0 && demands_test(attribute.stream());
        tokens = &behind[inner + 1..];
    }
    (is_test, tokens)
}

/// Returns `true` for `cfg(test)` and `cfg(all(…, test, …))`.
fn demands_test(attribute: TokenStream) -> bool {
    let tokens: Vec<_> = attribute.into_iter().collect();
    match &tokens[..] {
        [TokenTree::Ident(name), TokenTree::Group(of)] if name == "cfg" || name == "all" => {
            let of: Vec<_> = of.stream().into_iter().collect();
            of.split(|token| is(Some(token), ',')).any(|part| {
                matches!(part, [TokenTree::Ident(word)] if word == "test")
                    || demands_test(part.iter().cloned().collect())
            })
        }
        _ => false,
    }
}

/// Returns the number of tokens of the item that `tokens` begin with.
fn item_end(tokens: &[TokenTree]) -> usize {
    let until_semicolon = keyword(tokens)
        .is_some_and(|word| ["const", "extern crate", "static", "type", "use"].contains(&&*word));
    end(tokens, |token| {
        is(Some(token), ';') || (!until_semicolon && is_braced(token))
    })
}

/// Returns the first word of an item behind its visibility and qualifiers.
fn keyword(tokens: &[TokenTree]) -> Option<String> {
    let mut words = tokens.iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    let word = words.find(|word| !["async", "pub", "unsafe"].contains(&&**word))?;
    match (&*word, words.next().as_deref()) {
        ("const", Some("async" | "extern" | "fn" | "unsafe")) => Some("fn".to_owned()),
        ("extern", Some("crate")) => Some("extern crate".to_owned()),
        _ => Some(word),
    }
}

/// Returns whether the tokens in front of `use` end with a visibility.
fn is_public(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(word)] | [.., TokenTree::Ident(word), TokenTree::Group(_)] => {
            word == "pub"
        }
        _ => false,
    }
}

/// Returns the number of tokens up to and including the first that `is_last`.
fn end(tokens: &[TokenTree], is_last: impl Fn(&TokenTree) -> bool) -> usize {
    let last = tokens.iter().position(is_last);
    last.map_or(tokens.len(), |at| at + 1)
}

fn is(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn is_braced(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Returns whether the tokens end with `::`.
fn is_separator(tokens: &[TokenTree]) -> bool {
    matches!(
        tokens,
        [.., TokenTree::Punct(first), TokenTree::Punct(second)]
            if first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':'
    )
}

//! Checks that doc comments begin with the thing or the verb, and have content.
//!
//! The files are read as tokens, so that `///` in a string literal is not taken for a comment.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};
use proc_macro2::{TokenStream, TokenTree};

use crate::{
    files::{self, File},
    report,
};

/// First words of paragraphs that name the thing last, or not at all.
const QUESTION_WORDS: [&str; 7] = ["What", "Which", "Who", "Whose", "Where", "How", "Whether"];
/// Limit of the share of a crate's paragraphs that begin with a question word.
/// The share must be below it, so a crate of up to 25 paragraphs may have none.
const PERCENT: usize = 4;
/// Length in words up to which a doc comment counts as empty, such as "The answer.".
const EMPTY_WORDS: usize = 2;

/// Folders of crates whose doc comments are not reworded yet.
const NOT_REWORDED: &[&str] = &["autometrics-macros", "autometrics-schema"];

#[test]
fn few_paragraphs_begin_with_a_question_word() {
    report(crates(&files::all()).iter().filter_map(question_words));
}

#[test]
fn doc_comments_have_more_than_two_words() {
    report(crates(&files::all()).iter().flat_map(empty_comments));
}

/// The doc comments of the files below one `Cargo.toml`.
struct Crate {
    /// Folder of the `Cargo.toml`, or `the workspace's root`.
    folder: String,
    comments: Vec<Comment>,
}

/// Adjacent lines of `///`, or of `//!`.
#[derive(Default)]
struct Comment {
    path: String,
    /// Number of the first line.
    line: usize,
    /// The lines without markers, joined by spaces.
    text: String,
    paragraphs: Vec<Paragraph>,
}

/// Lines of prose up to an empty line. Headings, list items, tables and fenced
/// code are not paragraphs.
struct Paragraph {
    line: usize,
    text: String,
}

fn crates(files: &[File]) -> Vec<Crate> {
    let folders: BTreeSet<_> = files
        .iter()
        .filter_map(|file| file.path.strip_suffix("Cargo.toml"))
        .filter(|folder| folder.is_empty() || folder.ends_with('/'))
        .collect();
    let mut crates = BTreeMap::<_, Vec<_>>::new();
    for file in files
        .iter()
        .filter(|file| file.is_rust() && !file.is_fixture())
    {
        let folder = folders
            .iter()
            .filter(|folder| file.path.starts_with(**folder))
            .max_by_key(|folder| folder.len());
        let folder = folder.map_or("", |folder| folder.trim_end_matches('/'));
        if !NOT_REWORDED.contains(&folder) {
            crates.entry(folder).or_default().extend(comments(file));
        }
    }
    crates
        .into_iter()
        .map(|(folder, comments)| Crate {
            folder: match folder {
                "" => "the workspace's root".to_owned(),
                folder => folder.to_owned(),
            },
            comments,
        })
        .collect()
}

fn question_words(it: &Crate) -> Option<String> {
    let paragraphs = || {
        it.comments.iter().flat_map(|comment| {
            let at = |paragraph| (comment.path.as_str(), paragraph);
            comment.paragraphs.iter().map(at)
        })
    };
    let all = paragraphs().count();
    let found: Vec<_> = paragraphs()
        .filter(|(_, paragraph)| begins_with_a_question_word(&paragraph.text))
        .map(|(path, paragraph)| format!("  {path}:{}: {}", paragraph.line, paragraph.text))
        .collect();
    if found.is_empty() || found.len() * 100 < PERCENT * all {
        return None;
    }
    let tenths = found.len() * 1000 / all;
    Some(format!(
        "{}: {} of {all} paragraphs of doc comments ({}.{} %, must be below {PERCENT} %) begin with What, Which, Who, \
         Whose, Where, How or Whether: begin with the thing or the verb\n{}",
        it.folder,
        found.len(),
        tenths / 10,
        tenths % 10,
        found.join("\n")
    ))
}

fn begins_with_a_question_word(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_alphabetic()).next();
    word.is_some_and(|word| QUESTION_WORDS.contains(&word))
}

fn empty_comments(it: &Crate) -> Vec<String> {
    let empty = it.comments.iter().filter(|comment| comment.is_empty());
    empty
        .map(|comment| {
            format!(
                "{}:{}: `{}` adds nothing to the name: give the unit, range, default or failure, \
                 or delete the comment",
                comment.path, comment.line, comment.text
            )
        })
        .collect()
}

impl Comment {
    /// Returns `true` for a sentence of at most two words. Numbers, code and links can be
    /// enough, and options of clap have help texts without a full stop.
    fn is_empty(&self) -> bool {
        self.text.split_whitespace().count() <= EMPTY_WORDS
            && self.text.ends_with('.')
            && !self
                .text
                .contains(|c: char| c.is_ascii_digit() || "`[".contains(c))
    }
}

fn comments(file: &File) -> Vec<Comment> {
    let Ok(tokens) = file.text.parse() else {
        return Vec::new(); // reported by the test of `unsafe`
    };
    let mut documented = BTreeSet::new();
    doc_lines(tokens, &mut documented);
    let mut comments: Vec<Comment> = Vec::new();
    let mut last = None;
    let mut state = State::Between;
    for (number, line) in file.lines() {
        let Some((marker, text)) = comment_text(line).filter(|_| documented.contains(&number))
        else {
            last = None;
            continue;
        };
        if last != Some(marker) {
            comments.push(Comment {
                path: file.path.clone(),
                line: number,
                ..Comment::default()
            });
            state = State::Between;
        }
        last = Some(marker);
        let comment = comments
            .last_mut()
            .expect("the first line begins a comment");
        if !comment.text.is_empty() {
            comment.text.push(' ');
        }
        comment.text.push_str(text);
        state = match state {
            State::Fenced if text.starts_with("```") => State::Between,
            State::Fenced => State::Fenced,
            _ if text.starts_with("```") => State::Fenced,
            _ if text.is_empty() || is_heading(text) => State::Between,
            _ if is_item(text) => State::Item,
            State::Between => {
                comment.paragraphs.push(Paragraph {
                    line: number,
                    text: text.to_owned(),
                });
                State::Paragraph
            }
            state => state,
        };
    }
    comments
}

/// Position in the Markdown of a comment.
#[derive(Clone, Copy)]
enum State {
    Between,
    Paragraph,
    Item,
    Fenced,
}

/// Adds the numbers of the lines with a `#`. In tokens a `///` comment is an attribute at its line.
fn doc_lines(tokens: TokenStream, lines: &mut BTreeSet<usize>) {
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                lines.insert(punct.span().start().line);
            }
            TokenTree::Group(group) => doc_lines(group.stream(), lines),
            _ => {}
        }
    }
}

fn comment_text(line: &str) -> Option<(&str, &str)> {
    let (marker, text) = line.trim_start().split_at_checked(3)?;
    ["///", "//!"]
        .contains(&marker)
        .then(|| (marker, text.trim()))
}

fn is_heading(text: &str) -> bool {
    let rest = text.trim_start_matches('#');
    rest.len() < text.len() && rest.starts_with(' ')
}

/// Returns `true` for the first line of a list item, and for the row of a table.
fn is_item(text: &str) -> bool {
    let numbered = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = numbered.len() < text.len() && numbered.starts_with(". ");
    numbered || text.starts_with('|') || ["- ", "* ", "+ "].iter().any(|m| text.starts_with(m))
}

#[track_caller]
fn check(text: &str, expect: Expect) {
    let crates = crates(&[
        File::new("Cargo.toml", ""),
        File::new("a/Cargo.toml", ""),
        File::new("a/src/lib.rs", text),
    ]);
    let mut findings: Vec<_> = crates.iter().filter_map(question_words).collect();
    findings.extend(crates.iter().flat_map(empty_comments));
    expect.assert_eq(&findings.join("\n"));
}

#[test]
fn small_crates_have_no_question_word() {
    check(
        "//! Reads files of users.\n\n/// Where the file is.\n///\n/// Whether\n/// it is there.\nfn a() {}\n",
        expect![[r#"
            a: 2 of 3 paragraphs of doc comments (66.6 %, must be below 4 %) begin with What, Which, Who, Whose, Where, How or Whether: begin with the thing or the verb
              a/src/lib.rs:3: Where the file is.
              a/src/lib.rs:5: Whether"#]],
    );
}

#[test]
fn large_crates_have_less_than_four_percent() {
    let text = |others| {
        format!(
            "{}/// What a is.\nfn a() {{}}\n",
            "/// Returns b and c.\nfn b() {}\n".repeat(others)
        )
    };
    check(&text(25), expect![]);
    check(
        &text(24),
        expect![[r#"
            a: 1 of 25 paragraphs of doc comments (4.0 %, must be below 4 %) begin with What, Which, Who, Whose, Where, How or Whether: begin with the thing or the verb
              a/src/lib.rs:49: What a is."#]],
    );
}

#[test]
fn code_headings_and_items_are_not_paragraphs() {
    check(
        "/// Reads the file.\n/// What follows is in the same paragraph.\n///\n/// # What is read\n/// - Whose\n\
         /// Which of the item\n/// 1. How much\n/// | Who | Where |\n///\n/// ```\n///\n/// Who\n/// ```\nfn a() {}\n",
        expect![],
    );
    check(
        "const A: &str = \"\n/// What\n\";\n// What\n//// Who\n/// However, a file.\nfn a() {}\n",
        expect![],
    );
}

#[test]
fn files_belong_to_the_nearest_manifest() {
    let files = [
        "Cargo.toml",
        "src/a.rs",
        "ab/src/a.rs",
        "a/Cargo.toml",
        "a/src/a.rs",
        "a/b/Cargo.toml",
        "a/b/src/a.rs",
        "tests/ui/a.rs",
    ];
    let files = files.map(|path| File::new(path, "/// Returns the answer.\nfn a() {}"));
    let crates = crates(&files).into_iter();
    let lines = crates.map(|it| {
        let paths: Vec<_> = it.comments.iter().map(|it| it.path.as_str()).collect();
        format!("{}: {}", it.folder, paths.join(" "))
    });
    expect![[r#"
        the workspace's root: src/a.rs ab/src/a.rs
        a: a/src/a.rs
        a/b: a/b/src/a.rs"#]]
    .assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn finds_empty_doc_comments() {
    check(
        "//! The answer.\n\n/// How.\nfn a() {}\n/// Duration in seconds.\n#[doc(hidden)]\n/// On failure.\nfn b() {}\n\
         /// 99.9 %.\nfn c() {}\n/// `None`: all.\nfn d() {}\n/// All benchmarks\nfn e() {}\n",
        expect![[r#"
            a: 1 of 7 paragraphs of doc comments (14.2 %, must be below 4 %) begin with What, Which, Who, Whose, Where, How or Whether: begin with the thing or the verb
              a/src/lib.rs:3: How.
            a/src/lib.rs:1: `The answer.` adds nothing to the name: give the unit, range, default or failure, or delete the comment
            a/src/lib.rs:3: `How.` adds nothing to the name: give the unit, range, default or failure, or delete the comment
            a/src/lib.rs:7: `On failure.` adds nothing to the name: give the unit, range, default or failure, or delete the comment"#]],
    );
}

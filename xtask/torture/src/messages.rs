//! Parses the compiler's messages, and compares those of two compilations.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::compile;

/// A message of the compiler.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) level: Level,
    /// Name of the compiled program, as [`compile::program`] returns it.
    pub(crate) program: String,
    /// Name of the lint, or code of the error.
    pub(crate) code: Option<String>,
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) text: String,
    /// Text as the compiler prints it.
    pub(crate) rendered: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Error,
    Warning,
}

/// Messages that only one of two compilations has.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    pub(crate) new: Vec<Message>,
    pub(crate) vanished: Vec<Message>,
}

impl Message {
    /// Parses a line of cargo's output.
    ///
    /// Returns `None` for a line that is not a message of the compiler, and for a summary of
    /// messages.
    pub(crate) fn read(line: &Value) -> Option<Self> {
        let message = &line["message"];
        let level = match message["level"].as_str()? {
            "error" | "error: internal compiler error" => Level::Error,
            "warning" => Level::Warning,
            _ => return None,
        };
        let spans = message["spans"].as_array()?;
        let primary = spans.iter().find(|span| span["is_primary"] == true);
        let text = message["message"].as_str()?;
        let code = message["code"]["code"].as_str();
        // The plain copy has the dependency only for the sake of the instrumented one.
        if code == Some("unused_crate_dependencies") && text.contains("`autometrics`") {
            return None;
        }
        let sums_up = text.starts_with("aborting due to") || text.ends_with("emitted");
        if primary.is_none() && sums_up {
            return None;
        }
        let primary = primary.unwrap_or(&Value::Null);
        let file = Path::new(primary["file_name"].as_str().unwrap_or_default());
        let number = primary["line_start"].as_u64().unwrap_or_default();
        Some(Self {
            level,
            program: compile::program(&line["target"]).unwrap_or_default(),
            code: code.map(str::to_owned),
            // Without the first folder, which is the copy's.
            file: file.iter().skip(usize::from(file.is_relative())).collect(),
            line: usize::try_from(number).unwrap_or_default(),
            text: text.to_owned(),
            rendered: message["rendered"].as_str().unwrap_or(text).to_owned(),
        })
    }

    /// Returns the fields that are equal for the same message of both compilations.
    ///
    /// The column is not one of them, because the attribute moves the rest of its line.
    fn identity(&self) -> impl Ord + use<> {
        let Self {
            level,
            code,
            file,
            line,
            text,
            ..
        } = self.clone();
        (level, file, line, code, text)
    }
}

impl Difference {
    /// Compares two compilations. Repeated messages are counted, so that an additional one is a
    /// difference.
    pub(crate) fn between(before: &[Message], after: &[Message]) -> Self {
        let mut counts = BTreeMap::new();
        for message in before {
            counts
                .entry(message.identity())
                .or_insert_with(Vec::new)
                .push(message);
        }
        let mut difference = Self::default();
        for message in after {
            let same = counts.get_mut(&message.identity()).and_then(Vec::pop);
            if same.is_none() {
                difference.new.push(message.clone());
            }
        }
        let vanished = counts.into_values().flatten().cloned();
        difference.vanished = vanished.collect();
        difference
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file, line, text, ..
        } = self;
        write!(f, "{}:{line}: {text}", file.display())?;
        if let Some(code) = &self.code {
            write!(f, " [{code}]")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde_json::json;

    use super::{Difference, Message};

    fn warning(line: usize, column: usize, text: &str) -> Message {
        let span = json!({
            "is_primary": true, "file_name": "copy/src/lib.rs", "line_start": line, "column_start": column,
        });
        let message = json!({
            "level": "warning", "message": text, "code": { "code": "dead_code" }, "spans": [span],
        });
        Message::read(&json!({ "reason": "compiler-message", "message": message })).unwrap()
    }

    #[track_caller]
    fn check(before: &[Message], after: &[Message], expected: &Expect) {
        let difference = Difference::between(before, after);
        let new = difference
            .new
            .iter()
            .map(|message| format!("+ {message}\n"));
        let vanished = difference
            .vanished
            .iter()
            .map(|message| format!("- {message}\n"));
        expected.assert_eq(&new.chain(vanished).collect::<String>());
    }

    #[test]
    fn message_in_another_column_is_the_same() {
        check(&[warning(1, 1, "a")], &[warning(1, 33, "a")], &expect![""]);
    }

    #[test]
    fn counts_repeated_messages() {
        check(
            &[warning(1, 1, "a"), warning(2, 1, "b")],
            &[warning(1, 1, "a"), warning(1, 1, "a"), warning(3, 1, "b")],
            &expect![[r"
                + src/lib.rs:1: a [dead_code]
                + src/lib.rs:3: b [dead_code]
                - src/lib.rs:2: b [dead_code]
            "]],
        );
    }

    #[test]
    fn ignores_summaries() {
        let line = json!({ "message": {
            "level": "warning", "message": "2 warnings emitted", "code": null, "spans": [],
        }});
        assert!(Message::read(&line).is_none());
    }
}

//! Label sets as text, each escaped and put together once.

use autometrics_core::{Function, Snapshot};
use autometrics_schema::{OVERFLOW, label};

/// Appends `name="value"`, escaped as both formats want it.
pub(crate) fn push(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push_str("=\"");
    push_escaped(out, value, true);
    out.push('"');
}

/// Appends `text` with its backslashes, line feeds and, if `quotes`, its double
/// quotes escaped.
pub(crate) fn push_escaped(out: &mut String, text: &str, quotes: bool) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'"' if quotes => "\\\"",
            _ => continue,
        };
        // The three are ASCII, so `at` lies between characters.
        out.push_str(&text[done..at]);
        out.push_str(escaped);
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// Appends a comma and each of `labels`.
pub(crate) fn push_all<const N: usize>(
    out: &mut String,
    labels: Option<[(&'static str, String); N]>,
) {
    for (name, value) in labels.into_iter().flatten() {
        out.push(',');
        push(out, name, &value);
    }
}

/// Label sets in one allocation, by index.
pub(crate) struct LabelSets {
    text: String,
    /// Where each set ends.
    ends: Vec<usize>,
}

impl LabelSets {
    /// For each function the labels that all of its series have.
    pub(crate) fn of_functions(snapshot: &Snapshot) -> Self {
        let mut service = String::from(",");
        push(&mut service, label::SERVICE_NAME, &snapshot.service_name);
        Self::build(&snapshot.functions, |out, function| {
            push(out, label::FUNCTION, &function.name);
            out.push(',');
            push(out, label::MODULE, &function.module);
            out.push_str(&service);
        })
    }

    /// For each function the labels that say that it is the caller.
    pub(crate) fn of_callers(snapshot: &Snapshot) -> Self {
        Self::build(&snapshot.functions, |out, function| {
            push_caller(out, &function.name, &function.module);
        })
    }

    fn build(functions: &[Function], mut push: impl FnMut(&mut String, &Function)) -> Self {
        let mut text = String::new();
        let ends = functions.iter().map(|function| {
            push(&mut text, function);
            text.len()
        });
        let ends = ends.collect();
        Self { text, ends }
    }

    /// The set of the function at `index`; empty when there is none.
    pub(crate) fn get(&self, index: usize) -> &str {
        let start = match index {
            0 => 0,
            _ => self.ends.get(index - 1).copied().unwrap_or_default(),
        };
        let end = self.ends.get(index).copied().unwrap_or(start);
        &self.text[start..end]
    }

    /// How many sets there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes the sets have on average.
    pub(crate) fn mean_len(&self) -> usize {
        self.text.len().div_ceil(self.ends.len().max(1))
    }
}

/// For each caller in another program the labels that say that it is the caller.
pub(crate) fn of_remote_callers(snapshot: &Snapshot) -> Vec<String> {
    let callers = snapshot.remote_callers.iter().map(|caller| {
        let mut out = String::new();
        push_caller(&mut out, &caller.function, &caller.module);
        out.push(',');
        push(&mut out, label::CALLER_SERVICE, &caller.service);
        out
    });
    callers.collect()
}

/// The caller labels of a call from the outside.
pub(crate) fn no_caller() -> String {
    let mut out = String::new();
    push_caller(&mut out, "", "");
    out
}

/// The caller labels of a call whose caller was folded away.
pub(crate) fn overflown_caller() -> String {
    let mut out = String::new();
    push_caller(&mut out, OVERFLOW, "");
    out
}

fn push_caller(out: &mut String, function: &str, module: &str) {
    push(out, label::CALLER_FUNCTION, function);
    out.push(',');
    push(out, label::CALLER_MODULE, module);
}

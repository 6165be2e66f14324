//! Rule files with one careless change.

use std::ops::Range;

use crate::promql::{Token, tokens};

/// Rule file that differs from the generated one in one place.
pub(crate) struct Mutant {
    /// Description of the change and its place.
    pub(crate) what: String,
    /// Name of the rule.
    pub(crate) rule: String,
    /// Offset of the change in the text.
    pub(crate) at: usize,
    pub(crate) text: String,
}

/// Windows that someone might choose instead.
const WINDOWS: [&str; 19] = [
    "1m", "2m", "5m", "10m", "15m", "30m", "1h", "2h", "3h", "6h", "12h", "1d", "2d", "3d", "5d",
    "7d", "14d", "30d", "90d",
];

/// Values of `for` and `keep_firing_for` that someone might choose instead.
const HOLDS: [&str; 8] = ["5m", "10m", "15m", "20m", "25m", "30m", "2h", "6h"];

/// Returns all mutants, in the order of the file.
pub(crate) fn all(rules: &str) -> Vec<Mutant> {
    let recorded = recorded_windows(rules);
    let mut changes = Vec::new();
    let (mut key, mut group) = ("", "");
    let mut next = 0;
    for line in rules.split_inclusive('\n') {
        let start = next;
        next += line.len();
        let content = line.trim_end();
        let depth = content.len() - content.trim_start().len();
        if let Some(name) = content.strip_prefix("- name: ") {
            group = name;
        }
        // Keys of rules are indented by four columns; deeper lines belong to them.
        let (value, rest) = match content.get(4..).and_then(|rest| rest.split_once(": ")) {
            Some((name, value)) if depth == 4 || content.starts_with("  - ") => {
                key = name;
                (content.len() - value.len(), value)
            }
            _ if depth == 4 => {
                key = content.trim().trim_end_matches(':');
                continue;
            }
            _ => (depth, content.trim_start()),
        };
        let of_line: Vec<(Range<usize>, String)> = match key {
            "expr" => tokens(rest)
                .into_iter()
                .flat_map(|token| of_token(&token, rest, &recorded))
                .collect(),
            "record" => renamed(rest, 0, &recorded),
            "for" | "keep_firing_for" => {
                let others = HOLDS.iter().filter(|hold| **hold != rest);
                others
                    .map(|new| (0..rest.len(), (*new).to_owned()))
                    .collect()
            }
            "labels" => {
                let value = rest.find(": ").map_or(0, |at| at + 2);
                vec![(value..rest.len(), "changed".to_owned())]
            }
            _ => Vec::new(),
        };
        for (range, new) in of_line {
            let range = start + value + range.start..start + value + range.end;
            changes.push((group, range, new));
        }
    }
    let mutant = |(group, range, new): (&str, Range<usize>, String)| Mutant {
        rule: rule_at(rules, range.start).to_owned(),
        at: range.start,
        what: described(rules, group, &range, &new),
        text: [&rules[..range.start], &new, &rules[range.end..]].concat(),
    };
    let mutants = changes.into_iter().map(mutant);
    mutants.filter(|mutant| !is_equivalent(mutant)).collect()
}

/// Returns `true` if the mutant does the same as the rule, so that no test could notice.
fn is_equivalent(mutant: &Mutant) -> bool {
    let Some((head, change)) = mutant.what.split_once("⟦") else {
        return false;
    };
    let removed = change.split(" → ").next().unwrap_or_default();
    let is_removal = change.contains(" → ⟧");
    // Absent counters have no service.
    if head.contains(", ObjectiveWithoutMetrics: ") && removed == "service_name" {
        return true;
    }
    // An operand that is multiplied by zero must only exist, and its sum is of the services that
    // the other side of the quotient has.
    let is_zero = head
        .rsplit_once("or 0 * sum by (service_name) (")
        .is_some_and(|(_, inside)| !inside.contains(')'));
    let is_window =
        removed.ends_with(['m', 'h', 'd']) && removed.starts_with(|c: char| c.is_ascii_digit());
    if is_zero && (is_removal || is_window) {
        return true;
    }
    // Series whose other labels are known already are checked for their bucket. It begins and ends
    // with its count, so it exists in a longer window as well, and an alert checks it in a short
    // window, too.
    let rest = change.split('⟧').nth(1).unwrap_or_default();
    let is_counted = rest.starts_with("}[")
        && rest
            .split_once(')')
            .is_some_and(|(_, rest)| rest.starts_with(" and ignoring (le)"));
    if is_counted && is_removal && removed.starts_with("job=") {
        return true;
    }
    if change.starts_with("and → or⟧ ignoring (le)") && !head.contains(":rate5m: ") {
        return true;
    }
    if is_existence(head) {
        let is_job = is_removal && removed.starts_with("job=");
        // Both sides of a quotient check it, and an alert checks it in several places.
        let is_le = is_removal && removed.trim_start_matches(',').starts_with("le=");
        let is_other = is_le && !head.contains(":rate5m: ");
        let is_longer = is_window && {
            let new = change.split(" → ").nth(1).unwrap_or_default();
            let new = new.split('⟧').next().unwrap_or_default();
            seconds(new) > seconds(removed)
        };
        let is_long = is_window && head.contains(", ErrorBudgetBurn: ") && removed.ends_with('h');
        if is_job || is_other || is_longer || is_long {
            return true;
        }
    }
    // Bad events without a counter are as few as zero.
    let is_number = head.contains("and (sum by (service_name) (increase(");
    if is_number && change.starts_with("or → and") {
        return true;
    }
    // Bad events without a counter are zero in all three conditions of an alert; a change of one
    // condition is not enough to fire.
    let is_fill = head
        .rsplit_once("code=\"500\"}")
        .is_some_and(|(_, rest)| rest.contains("])) ") && !rest.contains("])))"));
    if is_fill && head.contains(", ErrorBudgetBurn: ") {
        return true;
    }
    // The minimum of bad events keeps an alert from firing for less than one.
    if change.starts_with("0 → 0.99⟧)") && head.contains(", ErrorBudgetBurn: ") {
        return true;
    }
    // An alert compares the quotient, and `NaN` does not pass.
    if head.contains(", ErrorBudgetBurn: ") && change.starts_with("> → >=") {
        return true;
    }
    // Zero stays zero in a division and in a product.
    if head.ends_with("or 0 ") && change.starts_with("* → /") {
        return true;
    }
    let is_identity = ["objective_name=", "sli=", "package="]
        .iter()
        .any(|label| removed.trim_start_matches(',').starts_with(label));
    // Both sides of such a join have these labels, and series without an equal on the other side
    // are dropped: a matcher on one side is enough.
    let joined = ["1d: ", "3d: ", "period: "]
        .iter()
        .any(|window| head.contains(&format!(", slo:error_ratio:{window}")));
    is_removal && is_identity && joined
}

/// Returns `true` if the text after `head` is only checked for its existence.
fn is_existence(head: &str) -> bool {
    head.rsplit_once("and ignoring (le) ")
        .is_some_and(|(_, inside)| inside.matches('(').count() > inside.matches(')').count())
}

/// Returns the seconds of a window, such as `5m`.
fn seconds(window: &str) -> u32 {
    let (number, unit) = window.split_at(window.len() - 1);
    let unit = match unit {
        "m" => 60,
        "h" => 3600,
        _ => 86_400,
    };
    number.parse::<u32>().map_or(0, |number| number * unit)
}

fn of_token(token: &Token, text: &str, recorded: &[String]) -> Vec<(Range<usize>, String)> {
    let range = token.range();
    let old = &text[range.clone()];
    let put = |new: &str| (range.clone(), new.to_owned());
    match token {
        Token::Number(_) => match old.parse::<f64>() {
            Ok(number) if number > 0.0 => [0.9, 1.1]
                .map(|factor| put(&format!("{:.9}", number * factor)))
                .into(),
            _ => vec![put("0.99")],
        },
        Token::Window(_) => neighbours(&WINDOWS, old).map(put).collect(),
        Token::Name(_) => renamed(old, range.start, recorded),
        // These are the labels that tell services apart.
        Token::Labels(_) => vec![put("")],
        Token::Operator(_) => match old {
            // No series is exactly at a factor, but many are at zero.
            ">" if text[range.end..].starts_with(" 0") => vec![put(">="), put("<")],
            ">" | ">=" => vec![put("<")],
            "<" | "<=" => vec![put(">")],
            "+" => vec![put("-")],
            "-" => vec![put("+")],
            "*" => vec![put("/")],
            "/" => vec![put("*")],
            "and" => vec![put("or")],
            "unless" => vec![put("and"), put("or")],
            _ => vec![put("and"), put("unless")],
        },
        Token::Matcher { value, .. } => {
            let mut changes = vec![put(""), (value.clone(), "\"changed\"".to_owned())];
            let values = text[value.clone()].trim_matches('"');
            if values.contains('|') {
                for one in values.split('|') {
                    let others = values.split('|').filter(|other| *other != one);
                    let others: Vec<_> = others.collect();
                    changes.push((value.clone(), format!("\"{}\"", others.join("|"))));
                }
            }
            changes
        }
    }
}

/// Replaces the window in a name such as `slo:burn_rate:1h` by its neighbours among the recorded
/// ones.
fn renamed(name: &str, start: usize, recorded: &[String]) -> Vec<(Range<usize>, String)> {
    let window = recorded
        .iter()
        .filter(|window| name.starts_with("slo:") && name.ends_with(window.as_str()))
        .max_by_key(|window| window.len());
    let Some(window) = window else {
        return Vec::new();
    };
    let range = start + name.len() - window.len()..start + name.len();
    let recorded: Vec<_> = recorded.iter().map(String::as_str).collect();
    neighbours(&recorded, window)
        .map(|new| (range.clone(), new.to_owned()))
        .collect()
}

/// Returns the next shorter and the next longer window.
fn neighbours<'a>(all: &'a [&'a str], one: &str) -> impl Iterator<Item = &'a str> + 'a {
    let at = all
        .iter()
        .position(|window| *window == one)
        .unwrap_or_else(|| panic!("`{one}` is missing in {all:?}"));
    let near = [at.checked_sub(1), at.checked_add(1)];
    near.into_iter()
        .flatten()
        .filter_map(|at| all.get(at).copied())
}

/// Returns the recorded windows in the order of the file, which is from short to long.
fn recorded_windows(rules: &str) -> Vec<String> {
    let mut windows = Vec::new();
    for line in rules.lines() {
        if let Some(window) = line.strip_prefix("  - record: slo:burn_rate:") {
            if !windows.iter().any(|known| known == window) {
                windows.push(window.to_owned());
            }
        }
    }
    windows
}

/// Returns a text such as `slo:checkout:success, slo:errors:rate5m: …[5m→10m]…`.
fn described(rules: &str, group: &str, range: &Range<usize>, new: &str) -> String {
    let before = &rules[..range.start];
    let rule = rule_at(rules, range.start);
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let number = before.matches('\n').count() + 1;
    let end = rules[range.end..]
        .find('\n')
        .map_or(rules.len(), |at| at + range.end);
    let (old, rest) = (&rules[range.clone()], &rules[range.end..end]);
    let before = rules[line..range.start].trim_start();
    format!("{number}: {group}, {rule}: {before}⟦{old} → {new}⟧{rest}")
}

/// Returns the name of the rule at this offset.
fn rule_at(rules: &str, at: usize) -> &str {
    let before = &rules[..at];
    let starts = ["  - record: ", "  - alert: "].iter();
    let starts = starts.filter_map(|key| before.rfind(key).map(|at| at + key.len()));
    let start = starts.max().unwrap_or(0);
    rules[start..].lines().next().unwrap_or_default()
}

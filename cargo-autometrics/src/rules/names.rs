//! Validation of names for Kubernetes and Mimir.

/// Maximum length of the name of an object, with room for the numbers of further objects.
const OBJECT: usize = 253 - "-1000".len();
/// Maximum length of a namespace, of the value of a label, and of its name without the prefix.
const LABEL: usize = 63;
/// Maximum length of the prefix of a label's name.
const PREFIX: usize = 253;

/// Validates a namespace of Kubernetes: an RFC 1123 label.
pub(super) fn namespace(text: &str) -> Result<String, String> {
    if is_dns_label(text) && text.len() <= LABEL {
        return Ok(text.to_owned());
    }
    Err(format!(
        "a namespace of Kubernetes has lower case letters, digits and `-`, begins and ends with a letter or \
         digit, and has {LABEL} characters at most, such as `monitoring`"
    ))
}

/// Validates the name of a Kubernetes object: an RFC 1123 subdomain.
pub(super) fn object(text: &str) -> Result<(), String> {
    if is_dns_name(text) && text.len() <= OBJECT {
        return Ok(());
    }
    Err(format!(
        "the name of a Kubernetes object has lower case letters, digits, `-` and `.`, begins and ends with a \
         letter or digit, as does each part between dots, and has {OBJECT} characters at most here, such as `slo-rules`"
    ))
}

/// Parses `NAME=VALUE`, a label of a Kubernetes object.
pub(super) fn label(text: &str) -> Result<(String, String), String> {
    let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.is_empty()) else {
        return Err("expected NAME=VALUE, such as `release=prometheus`".to_owned());
    };
    let (prefix, short) = match name.split_once('/') {
        Some((prefix, short)) => (Some(prefix), short),
        None => (None, name),
    };
    if !is_qualified(short) {
        return Err(format!(
            "`{short}` is not the name of a label: letters, digits, `-`, `_` and `.`, with a letter or digit at both \
             ends, {LABEL} characters at most, such as `release` or `app.kubernetes.io/name`"
        ));
    }
    if let Some(prefix) = prefix.filter(|prefix| !is_dns_name(prefix) || prefix.len() > PREFIX) {
        return Err(format!(
            "`{prefix}` before the `/` is not a domain: lower case letters, digits, `-` and `.`, {PREFIX} characters \
             at most, such as in `app.kubernetes.io/name`"
        ));
    }
    if !value.is_empty() && !is_qualified(value) {
        return Err(format!(
            "`{value}` is not the value of a label: letters, digits, `-`, `_` and `.`, with a letter or digit at both \
             ends, {LABEL} characters at most, or nothing"
        ));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// Validates a namespace of Mimir or Cortex, which is a part of URLs in their API.
pub(super) fn mimir(text: &str) -> Result<(), String> {
    let reason = if text.trim().is_empty() {
        "mimirtool uses the name of the file if the namespace is empty"
    } else if text.trim() != text {
        "leading and trailing blanks get lost"
    } else if text.contains(['/', '\\']) {
        "`/` and `\\` separate parts of a URL, so Mimir's API would not find it"
    } else if matches!(text, "." | "..") {
        "in a URL it means a folder, so Mimir's API would not find it"
    } else if text.contains(char::is_control) {
        "it has an invisible character"
    } else {
        return Ok(());
    };
    Err(format!("{reason}: choose a name such as `slo-rules`"))
}

fn is_dns_name(text: &str) -> bool {
    text.split('.').all(is_dns_label)
}

fn is_dns_label(text: &str) -> bool {
    let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    text.bytes().all(inside) && has_alphanumeric_ends(text)
}

/// Returns `true` for a valid value of a label, and for a valid name of a label without its prefix.
fn is_qualified(text: &str) -> bool {
    let inside = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    text.len() <= LABEL && text.bytes().all(inside) && has_alphanumeric_ends(text)
}

fn has_alphanumeric_ends(text: &str) -> bool {
    let ends = [text.bytes().next(), text.bytes().next_back()];
    ends.iter()
        .all(|end| end.is_some_and(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::{OBJECT, label, mimir, namespace, object};

    #[test]
    fn object_names_are_rfc_1123_subdomains() {
        let longest = "a".repeat(OBJECT);
        for name in ["slo-rules", "a", "1", "a.b-c.d", longest.as_str()] {
            assert_eq!(object(name), Ok(()), "{name}");
        }
        let longer = "a".repeat(OBJECT + 1);
        for name in [
            "",
            "A",
            "a_b",
            "-a",
            "a-",
            "a.",
            ".a",
            "a..b",
            "a.-b",
            "ä",
            "a b",
            longer.as_str(),
        ] {
            assert!(object(name).is_err(), "{name}");
        }
    }

    #[test]
    fn kubernetes_namespaces_are_rfc_1123_labels() {
        let longest = "a".repeat(63);
        for name in ["monitoring", "a-1", "0", longest.as_str()] {
            assert_eq!(namespace(name).as_deref(), Ok(name));
        }
        let longer = "a".repeat(64);
        for name in ["", "a.b", "A", "a_b", "-a", "a-", longer.as_str()] {
            assert!(namespace(name).is_err(), "{name}");
        }
    }

    #[test]
    fn labels_have_an_optional_prefix_and_an_optional_value() {
        let longest = format!("{}={}", "a".repeat(63), "b".repeat(63));
        for text in [
            "release=prometheus",
            "app.kubernetes.io/Name_1=a.B-c_d",
            "a=",
            longest.as_str(),
        ] {
            assert!(label(text).is_ok(), "{text}");
        }
        let (long_name, long_value) = (
            format!("{}=a", "a".repeat(64)),
            format!("a={}", "a".repeat(64)),
        );
        for text in [
            "release",
            "=a",
            "a b=c",
            "-a=b",
            "a=-b",
            "a=b=c",
            "/a=b",
            "a/=b",
            "A.b/c=d",
            "a/b/c=d",
            "ä=b",
            "a=b c",
            long_name.as_str(),
            long_value.as_str(),
        ] {
            assert!(label(text).is_err(), "{text}");
        }
    }

    #[test]
    fn mimir_namespaces_are_parts_of_urls() {
        for name in ["slo-rules", "Team A: pay", "ä"] {
            assert_eq!(mimir(name), Ok(()), "{name}");
        }
        for name in ["", " ", " a", "a ", "a/b", "a\\b", ".", "..", "a\nb"] {
            assert!(mimir(name).is_err(), "{name}");
        }
    }
}

//! Where links lead, from the environment of the build; read by the build script.

use std::ffi::OsString;

/// Where Prometheus is.
const URL: &str = "PROMETHEUS_URL";
/// Whether there are links: `on` or `off`.
const DOCS: &str = "AUTOMETRICS_DOCS";
/// Set where docs.rs builds documentation, which people elsewhere read.
const DOCS_RS: &str = "DOCS_RS";

/// All that [`read`] asks for.
#[cfg_attr(test, expect(dead_code, reason = "the build script watches them"))]
pub(crate) const VARIABLES: [&str; 3] = [URL, DOCS, DOCS_RS];

const DEFAULT: &str = "http://localhost:9090";

/// The address of Prometheus without a slash at its end; empty for no links.
///
/// # Errors
///
/// Says which variable has which value, and what would be right.
pub(crate) fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<String, String> {
    let text = |name| {
        let value = variable(name).filter(|value| !value.is_empty());
        let value = value.map(OsString::into_string).transpose();
        value.map_err(|value| format!("{name} is {value:?}, which is not UTF-8"))
    };
    match text(DOCS)?.as_deref() {
        None | Some("on") => {}
        Some("off") => return Ok(String::new()),
        Some(other) => {
            return Err(format!(
                "{DOCS} is {other:?}: write `off` for documentation without links to Prometheus, \
                 or `on`, which is the default"
            ));
        }
    }
    match text(URL)? {
        Some(url) => match mistake(&url) {
            None => Ok(url.trim_end_matches('/').to_owned()),
            // Without the value: a build's output is read by many, and a password
            // may be in it.
            Some(mistake) if url.contains('@') => Err(format!("{URL} {mistake}")),
            Some(mistake) => Err(format!(
                "{URL} is {url:?}, which {mistake}: the links in the documentation of instrumented functions \
                 need an address such as `https://example.org/prometheus`; {DOCS}=off builds without links"
            )),
        },
        // No one who reads them there has our Prometheus on their machine.
        None if variable(DOCS_RS).is_some() => Ok(String::new()),
        None => Ok(DEFAULT.to_owned()),
    }
}

/// What is wrong with an address, if anything.
fn mistake(url: &str) -> Option<&'static str> {
    let rest = ["http://", "https://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let Some(rest) = rest else {
        return Some("does not begin with `http://` or `https://`");
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if host.is_empty() || host.starts_with(':') {
        return Some("names no host");
    }
    if host.contains('@') {
        return Some("holds a user name, which documentation would show");
    }
    if path.contains(['?', '#']) || host.contains(['?', '#']) {
        return Some("has a query or a fragment");
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%!$&'*+,;=@".contains(c);
    (!url.chars().all(fits)).then_some("holds a character that a URL only holds encoded")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{DOCS, DOCS_RS, URL, read};

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: &Expect) {
        let read = read(|name| {
            let variable = variables.iter().find(|(variable, _)| *variable == name);
            variable.map(|(_, value)| value.into())
        });
        expected.assert_eq(&read.unwrap_or_else(|mistake| mistake));
    }

    #[test]
    fn without_variables_links_lead_to_this_machine() {
        check(&[], &expect!["http://localhost:9090"]);
        check(&[(URL, ""), (DOCS, "")], &expect!["http://localhost:9090"]);
        check(&[(DOCS, "on")], &expect!["http://localhost:9090"]);
    }

    #[test]
    fn an_address_may_have_a_path_and_end_with_a_slash() {
        check(
            &[(URL, "https://example.org/prometheus/")],
            &expect!["https://example.org/prometheus"],
        );
        check(
            &[(URL, "http://[::1]:9090//")],
            &expect!["http://[::1]:9090"],
        );
    }

    #[test]
    fn links_can_be_switched_off_whatever_the_address_is() {
        check(&[(DOCS, "off"), (URL, "no address")], &expect![""]);
    }

    #[test]
    fn public_documentation_has_links_to_a_named_address_only() {
        check(&[(DOCS_RS, "1")], &expect![""]);
        check(
            &[(DOCS_RS, "1"), (URL, "https://example.org")],
            &expect!["https://example.org"],
        );
    }

    #[test]
    fn mistakes_are_named() {
        check(
            &[(DOCS, "no")],
            &expect![[
                r#"AUTOMETRICS_DOCS is "no": write `off` for documentation without links to Prometheus, or `on`, which is the default"#
            ]],
        );
        check(
            &[(URL, "localhost:9090")],
            &expect![[
                r#"PROMETHEUS_URL is "localhost:9090", which does not begin with `http://` or `https://`: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links"#
            ]],
        );
        check(
            &[(URL, "http://")],
            &expect![[
                r#"PROMETHEUS_URL is "http://", which names no host: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links"#
            ]],
        );
        check(
            &[(URL, "http:///prometheus")],
            &expect![[
                r#"PROMETHEUS_URL is "http:///prometheus", which names no host: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links"#
            ]],
        );
        check(
            &[(URL, "http://me:secret@example.org")],
            &expect!["PROMETHEUS_URL holds a user name, which documentation would show"],
        );
        check(
            &[(URL, "http://example.org/?a=b")],
            &expect![[
                r#"PROMETHEUS_URL is "http://example.org/?a=b", which has a query or a fragment: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links"#
            ]],
        );
        check(
            &[(URL, "http://example.org/my prometheus")],
            &expect![[
                r#"PROMETHEUS_URL is "http://example.org/my prometheus", which holds a character that a URL only holds encoded: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links"#
            ]],
        );
        check(
            &[(URL, "http://example.org/\n")],
            &expect![[
                r#"PROMETHEUS_URL is "http://example.org/\n", which holds a character that a URL only holds encoded: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links"#
            ]],
        );
    }
}

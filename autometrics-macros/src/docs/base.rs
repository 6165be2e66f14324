//! Reads the address that links lead to from the environment of the build. The build script includes this file.

use std::ffi::OsString;

/// The variable with the address of Prometheus.
const URL: &str = "PROMETHEUS_URL";
/// The variable that turns links `on` or `off`.
const DOCS: &str = "AUTOMETRICS_DOCS";
/// The variable that docs.rs sets when it builds documentation, which people read on other machines.
const DOCS_RS: &str = "DOCS_RS";

/// All variables that [`read`] reads.
#[cfg_attr(test, expect(dead_code, reason = "the build script watches them"))]
pub(crate) const VARIABLES: [&str; 3] = [URL, DOCS, DOCS_RS];

const DEFAULT: &str = "http://localhost:9090";

/// Returns the address of Prometheus without a slash at its end; empty for no links.
///
/// # Errors
///
/// If a variable is invalid. The error names the variable, its value and a valid value; without the value of an
/// address with an `@`.
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
            // Without the value, which may contain a password: many people read the output of a build.
            Some(mistake) if url.contains('@') => Err(format!("{URL} {mistake}")),
            Some(mistake) => Err(format!(
                "{URL} is {url:?}, which {mistake}: the links in the documentation of instrumented functions \
                 need an address such as `https://example.org/prometheus`; {DOCS}=off builds without links"
            )),
        },
        // Readers on docs.rs have no Prometheus for this crate on their machine.
        None if variable(DOCS_RS).is_some() => Ok(String::new()),
        None => Ok(DEFAULT.to_owned()),
    }
}

/// Returns the mistake in an address, if there is one.
fn mistake(url: &str) -> Option<&'static str> {
    let rest = ["http://", "https://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let Some(rest) = rest else {
        return Some("does not begin with `http://` or `https://`");
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if host.is_empty() || host.starts_with(':') {
        return Some("has no host");
    }
    if host.contains('@') {
        return Some("contains a user name, which documentation would show");
    }
    if path.contains(['?', '#']) || host.contains(['?', '#']) {
        return Some("has a query or a fragment");
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%!$&'*+,;=@".contains(c);
    (!url.chars().all(fits)).then_some("contains a character that must be percent-encoded in a URL")
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
    fn default_address_is_localhost() {
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
    fn invalid_address_is_ignored_when_links_are_off() {
        check(&[(DOCS, "off"), (URL, "no address")], &expect![""]);
    }

    #[test]
    fn docs_rs_has_links_only_if_an_address_is_set() {
        check(&[(DOCS_RS, "1")], &expect![""]);
        check(
            &[(DOCS_RS, "1"), (URL, "https://example.org")],
            &expect!["https://example.org"],
        );
    }

    #[test]
    fn invalid_variables_are_reported() {
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
                r#"PROMETHEUS_URL is "http://", which has no host: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links"#
            ]],
        );
        check(
            &[(URL, "http:///prometheus")],
            &expect![[
                r#"PROMETHEUS_URL is "http:///prometheus", which has no host: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links"#
            ]],
        );
        check(
            &[(URL, "http://me:secret@example.org")],
            &expect!["PROMETHEUS_URL contains a user name, which documentation would show"],
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
                r#"PROMETHEUS_URL is "http://example.org/my prometheus", which contains a character that must be percent-encoded in a URL: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links"#
            ]],
        );
        check(
            &[(URL, "http://example.org/\n")],
            &expect![[
                r#"PROMETHEUS_URL is "http://example.org/\n", which contains a character that must be percent-encoded in a URL: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links"#
            ]],
        );
    }
}

//! Identity of the program: service name and build, from settings, the environment and the code.

use std::{borrow::Cow, collections::HashMap, env, sync::OnceLock};

use super::build_info::{BuildInfo, without_user};
use crate::{
    callsite::{FunctionInfo, Package},
    settings,
};

/// Returns the service name: from settings, else from the environment, else the name of `package`,
/// else that of the executable, else `unknown`.
pub(super) fn service_name(package: Option<Package>) -> Cow<'static, str> {
    if let Some(name) = settings::identity().and_then(|identity| identity.service_name.clone()) {
        return name;
    }
    variable("AUTOMETRICS_SERVICE_NAME")
        .or_else(|| variable("OTEL_SERVICE_NAME"))
        .or_else(|| service_in(&variable("OTEL_RESOURCE_ATTRIBUTES")?))
        .or_else(|| package.map(|package| Cow::Borrowed(package.name)))
        .or_else(|| executable().map(Cow::Owned))
        .unwrap_or(Cow::Borrowed("unknown"))
}

/// Returns the build: from the environment, else from settings, else (version only) from the
/// package.
pub(super) fn build_info(package: Option<Package>) -> BuildInfo {
    let set = settings::identity()
        .map(|identity| identity.build.clone())
        .unwrap_or_default();
    let package_version = package.map_or("", |package| package.version);
    let (repository_url, repository_provider) =
        repository(set.repository_url, set.repository_provider, given);
    BuildInfo {
        version: first("AUTOMETRICS_VERSION", set.version, package_version),
        commit: first("AUTOMETRICS_COMMIT", set.commit, ""),
        branch: first("AUTOMETRICS_BRANCH", set.branch, ""),
        repository_url,
        repository_provider,
    }
}

/// Returns URL and provider of the repository.
///
/// An environment variable takes precedence over settings, even if it is empty: then the program
/// publishes no repository.
fn repository(
    url: Cow<'static, str>,
    provider: Cow<'static, str>,
    given: impl Fn(&str) -> Option<Cow<'static, str>>,
) -> (Cow<'static, str>, Cow<'static, str>) {
    let said = given("AUTOMETRICS_REPOSITORY_URL");
    let is_hidden = said.as_ref().is_some_and(|url| url.is_empty());
    let url = without_user(said.unwrap_or(url));
    let provider = match given("AUTOMETRICS_REPOSITORY_PROVIDER") {
        Some(said) => said,
        None if is_hidden => Cow::default(),
        None if provider.is_empty() => Cow::Borrowed(provider_of(&url)),
        None => provider,
    };
    (url, provider)
}

/// Returns the package of the program itself.
///
/// A package with a function in a binary takes precedence. If all functions are in libraries, the
/// result is the package that the executable is named after, else the package with most functions.
pub(super) fn application<'a>(infos: impl Iterator<Item = &'a FunctionInfo>) -> Option<Package> {
    let executable = executable();
    let mut functions: HashMap<Package, usize> = HashMap::new();
    for info in infos.filter(|info| !info.package.name.is_empty()) {
        *functions.entry(info.package).or_default() += 1;
    }
    let named = |package: &Package| {
        executable
            .as_deref()
            .is_some_and(|name| name.replace('-', "_") == package.name.replace('-', "_"))
    };
    functions
        .into_iter()
        .max_by_key(|(package, functions)| {
            (
                package.binary,
                named(package),
                *functions,
                std::cmp::Reverse(package.name),
            )
        })
        .map(|(package, _)| package)
}

/// Returns `service.name` from attributes of a resource, such as `service.name=shop,a=b`.
///
/// Values are [percent-encoded]. Returns `None` if the value is empty or cannot be decoded.
///
/// [percent-encoded]: https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
fn service_in(attributes: &str) -> Option<Cow<'static, str>> {
    let mut pairs = attributes.split(',').filter_map(|one| one.split_once('='));
    let (_, encoded) = pairs.find(|(key, _)| key.trim() == "service.name")?;
    let mut parts = encoded.trim().split('%');
    let mut name = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        name.push(u8::from_str_radix(code, 16).ok()?);
        name.extend_from_slice(rest.as_bytes());
    }
    let name = String::from_utf8(name).ok()?;
    (!name.is_empty()).then_some(Cow::Owned(name))
}

fn executable() -> Option<String> {
    static NAME: OnceLock<Option<String>> = OnceLock::new();
    let name = NAME.get_or_init(|| {
        let path = env::current_exe().ok()?;
        Some(path.file_stem()?.to_str()?.to_owned())
    });
    name.clone()
}

/// The environment variables that are read.
const VARIABLES: [&str; 8] = [
    "AUTOMETRICS_SERVICE_NAME",
    "OTEL_SERVICE_NAME",
    "OTEL_RESOURCE_ATTRIBUTES",
    "AUTOMETRICS_VERSION",
    "AUTOMETRICS_COMMIT",
    "AUTOMETRICS_BRANCH",
    "AUTOMETRICS_REPOSITORY_URL",
    "AUTOMETRICS_REPOSITORY_PROVIDER",
];

/// Returns the environment variable `name` without surrounding white space; `None` if it is not set
/// or not Unicode.
///
/// The environment is read once, at the first snapshot: a change by C code at the same time would
/// be a data race.
fn given(name: &str) -> Option<Cow<'static, str>> {
    static READ: OnceLock<[Option<String>; VARIABLES.len()]> = OnceLock::new();
    let values = READ.get_or_init(|| VARIABLES.map(|name| env::var(name).ok()));
    let at = VARIABLES.iter().position(|known| *known == name)?;
    Some(Cow::Owned(values[at].as_deref()?.trim().to_owned()))
}

/// Returns the environment variable `name`; `None` if it is not set, empty or not Unicode.
fn variable(name: &str) -> Option<Cow<'static, str>> {
    given(name).filter(|value| !value.is_empty())
}

fn first(name: &str, set: Cow<'static, str>, otherwise: &'static str) -> Cow<'static, str> {
    variable(name).unwrap_or(if set.is_empty() {
        Cow::Borrowed(otherwise)
    } else {
        set
    })
}

/// Returns the provider that hosts `url`, spelled as in the Autometrics specification; empty if
/// unknown.
fn provider_of(url: &str) -> &'static str {
    let host = url
        .split("://")
        .nth(1)
        .unwrap_or(url)
        .split(['/', ':'])
        .next()
        .unwrap_or_default();
    // `git@host:path` has a user before the host.
    let host = host.rsplit('@').next().unwrap_or_default();
    ["github", "gitlab", "bitbucket"]
        .into_iter()
        .find(|name| host.split('.').any(|part| part == *name))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{provider_of, repository, service_in, without_user};

    #[test]
    fn finds_the_service_name_in_resource_attributes() {
        for (attributes, expected) in [
            ("service.name=shop", Some("shop")),
            (
                "a=b, service.name = my%20shop%2C%20two ,c",
                Some("my shop, two"),
            ),
            ("service.name=%E5%BA%97", Some("店")),
            ("service.name=%E5", None),
            ("service.name=50%", None),
            ("service.name=", None),
            ("my.service.name=shop", None),
            ("", None),
        ] {
            assert_eq!(service_in(attributes).as_deref(), expected, "{attributes}");
        }
    }

    #[test]
    fn derives_the_provider_from_the_host() {
        for (url, expected) in [
            ("https://github.com/rust-lang/rust", "github"),
            ("https://gitlab.example.com/a/b", "gitlab"),
            ("git@bitbucket.org:a/b.git", "bitbucket"),
            ("https://git.example.com/github", ""),
            ("", ""),
        ] {
            assert_eq!(provider_of(url), expected, "{url}");
        }
    }

    #[test]
    fn removes_user_and_password_from_repository_urls() {
        for (url, expected) in [
            ("https://github.com/a/b", "https://github.com/a/b"),
            (
                "https://user:token@github.com/a/b",
                "https://github.com/a/b",
            ),
            (
                "https://token@github.com:8443/a/b",
                "https://github.com:8443/a/b",
            ),
            ("https://user:p@ss@host/a", "https://host/a"),
            ("https://user:to/k?e#n@host/a", "https://host/a"),
            ("ssh://git@github.com/a/b", "ssh://github.com/a/b"),
            ("git@github.com:a/b.git", "github.com:a/b.git"),
            ("user:token@host:a/b", "host:a/b"),
            ("https://host:8443/@scope/a", "https://host:8443/@scope/a"),
            ("https://host/a@b", "https://host/a@b"),
            ("host:a/b@c", "host:a/b@c"),
            ("@", ""),
            ("https://@", "https://"),
            ("", ""),
        ] {
            assert_eq!(without_user(url.into()), expected, "{url}");
        }
    }

    #[test]
    fn an_empty_variable_hides_the_repository() {
        let with = |url: Option<&'static str>, provider: Option<&'static str>| {
            let given = |name: &str| {
                let value = if name.ends_with("URL") { url } else { provider };
                value.map(Cow::from)
            };
            repository("https://u:t@github.com/a".into(), "forge".into(), given)
        };
        for (url, provider, expected) in [
            (None, None, ("https://github.com/a", "forge")),
            (Some(""), None, ("", "")),
            (Some(""), Some("gitlab"), ("", "gitlab")),
            (None, Some(""), ("https://github.com/a", "")),
            (
                Some("https://t@gitlab.com/b"),
                None,
                ("https://gitlab.com/b", "forge"),
            ),
        ] {
            let found = with(url, provider);
            assert_eq!((&*found.0, &*found.1), expected);
        }
        let derived = repository("git@gitlab.com:a/b".into(), Cow::default(), |_| None);
        assert_eq!((&*derived.0, &*derived.1), ("gitlab.com:a/b", "gitlab"));
    }
}

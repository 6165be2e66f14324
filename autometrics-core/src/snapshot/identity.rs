//! Which program this is: what settings say, else the environment, else the code.

use std::{borrow::Cow, collections::HashMap, env, sync::OnceLock};

use super::{BuildInfo, Text};
use crate::{
    callsite::{About, Package},
    settings,
};

/// The service's name.
pub(super) fn service_name(package: Option<Package>) -> Text {
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

/// The running build.
pub(super) fn build_info(package: Option<Package>) -> BuildInfo {
    let set = settings::identity()
        .map(|identity| identity.build.clone())
        .unwrap_or_default();
    let package_version = package.map_or("", |package| package.version);
    let mut build = BuildInfo {
        version: first("AUTOMETRICS_VERSION", set.version, package_version),
        commit: first("AUTOMETRICS_COMMIT", set.commit, ""),
        branch: first("AUTOMETRICS_BRANCH", set.branch, ""),
        repository_url: first("AUTOMETRICS_REPOSITORY_URL", set.repository_url, ""),
        repository_provider: first(
            "AUTOMETRICS_REPOSITORY_PROVIDER",
            set.repository_provider,
            "",
        ),
    };
    if build.repository_provider.is_empty() {
        build.repository_provider = Cow::Borrowed(provider(&build.repository_url));
    }
    build
}

/// The package that is the program itself.
///
/// A function in a binary tells for sure. Where all are in libraries it is the
/// package that the executable is named after, else the one with most functions.
pub(super) fn application<'a>(abouts: impl Iterator<Item = &'a About>) -> Option<Package> {
    let executable = executable();
    let mut functions: HashMap<Package, usize> = HashMap::new();
    for about in abouts.filter(|about| !about.package.name.is_empty()) {
        *functions.entry(about.package).or_default() += 1;
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

/// `service.name` among attributes of a resource, such as `service.name=shop,a=b`.
///
/// Values are [percent-encoded]; what can't be decoded is no name.
///
/// [percent-encoded]: https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
fn service_in(attributes: &str) -> Option<Text> {
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

/// The variables that are read.
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

/// Returns the variable `name`, unless it is empty or not text.
///
/// The environment is read once, at the first snapshot: code in C that changes it meanwhile
/// would be a data race.
fn variable(name: &str) -> Option<Text> {
    static READ: OnceLock<[Option<String>; VARIABLES.len()]> = OnceLock::new();
    let values = READ.get_or_init(|| VARIABLES.map(|name| env::var(name).ok()));
    let at = VARIABLES.iter().position(|known| *known == name)?;
    let value = values[at].as_deref()?;
    (!value.trim().is_empty()).then(|| Cow::Owned(value.to_owned()))
}

fn first(name: &str, set: Text, otherwise: &'static str) -> Text {
    variable(name).unwrap_or(if set.is_empty() {
        Cow::Borrowed(otherwise)
    } else {
        set
    })
}

/// Who hosts `url`, as the Autometrics specification spells it.
fn provider(url: &str) -> &'static str {
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
    use super::{provider, service_in};

    #[test]
    fn a_service_is_found_among_attributes_of_a_resource() {
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
    fn a_repository_tells_its_host() {
        for (url, expected) in [
            ("https://github.com/rust-lang/rust", "github"),
            ("https://gitlab.example.com/a/b", "gitlab"),
            ("git@bitbucket.org:a/b.git", "bitbucket"),
            ("https://git.example.com/github", ""),
            ("", ""),
        ] {
            assert_eq!(provider(url), expected, "{url}");
        }
    }
}

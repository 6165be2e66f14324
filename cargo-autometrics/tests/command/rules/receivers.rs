//! Limits of Mimir, `kubectl apply` and the Prometheus operator, with 300 objectives.

use std::{collections::BTreeSet, fmt::Write as _, fs, sync::LazyLock};

use expect_test::expect;
use saphyr::{LoadableYamlNode as _, Yaml};

use crate::{command, fail, folder, text};

/// Writes an OpenSLO file with this number of objectives, and returns its name.
fn openslo(name: &str, objectives: usize) -> String {
    let mut file = String::new();
    for i in 0..objectives {
        let _ = write!(
            file,
            "---\napiVersion: openslo/v1\nkind: SLO\nmetadata: {{ name: api-{i} }}\nspec:\n  \
             service: web\n  budgetingMethod: Occurrences\n  \
             timeWindow: [{{ duration: 30d, isRolling: true }}]\n  \
             objectives: [{{ target: 0.999 }}]\n  indicator:\n    metadata: {{ name: api-{i} }}\n    \
             spec:\n      ratioMetric:\n        counter: true\n        \
             good: {{ metricSource: {{ type: Prometheus, spec: {{ query: 'requests_total{{job=\"api-{i}\",code!~\"5..\"}}' }} }} }}\n        \
             total: {{ metricSource: {{ type: Prometheus, spec: {{ query: 'requests_total{{job=\"api-{i}\"}}' }} }} }}\n"
        );
    }
    fs::write(folder().join(name), file).unwrap();
    name.to_owned()
}

/// Returns the output of `rules`, and its messages on standard error.
#[track_caller]
fn rules(arguments: &[&str]) -> (String, String) {
    let output = command(&[&["rules"][..], arguments].concat())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    (
        text(&output.stdout).to_owned(),
        text(&output.stderr).to_owned(),
    )
}

/// Returns the groups of a document or spec by name; each rule has its name and expression.
fn groups(yaml: &Yaml<'_>) -> Vec<(String, Vec<String>)> {
    let name = |rule: &Yaml<'_>| {
        let name = ["alert", "record"]
            .into_iter()
            .find_map(|kind| rule.as_mapping_get(kind));
        let expr = rule["expr"].as_str().unwrap();
        format!("{} {expr}", name.unwrap().as_str().unwrap())
    };
    let groups = yaml["groups"].as_vec().unwrap().iter();
    groups
        .map(|group| {
            let rules = group["rules"].as_vec().unwrap().iter().map(name);
            (group["name"].as_str().unwrap().to_owned(), rules.collect())
        })
        .collect()
}

/// Returns all rules in their order, whatever groups they are in.
fn names(groups: &[(String, Vec<String>)]) -> Vec<&String> {
    groups.iter().flat_map(|(_, rules)| rules).collect()
}

/// File with 300 objectives, and their groups in Prometheus' own format.
struct Many {
    file: String,
    plain: Vec<(String, Vec<String>)>,
}

static MANY: LazyLock<Many> = LazyLock::new(|| {
    let file = openslo("many.yml", 300);
    let (plain, _) = rules(&["--openslo", &file]);
    let plain = groups(&Yaml::load_from_str(&plain).unwrap()[0]);
    Many { file, plain }
});

#[test]
fn mimir_groups_have_at_most_20_rules_and_more_than_70_groups_give_a_warning() {
    let Many { file, plain } = &*MANY;
    let (mimir, said) = rules(&["--openslo", file, "--format", "mimir"]);
    let mimir = groups(&Yaml::load_from_str(&mimir).unwrap()[0]);
    for (name, rules) in &mimir {
        assert!((1..=20).contains(&rules.len()), "{name}: {}", rules.len());
    }
    let unique: BTreeSet<_> = mimir.iter().map(|(name, _)| name).collect();
    assert_eq!(unique.len(), mimir.len(), "Mimir refuses a name twice");
    assert_eq!(names(plain), names(&mimir));
    let warning = format!(
        "warning: {} groups of rules exceed Mimir's default limit per tenant, 70 in all namespaces together: raise `ruler_max_rule_groups_per_tenant` for this tenant\n",
        mimir.len()
    );
    assert_eq!(said, warning);
    let (_, said) = rules(&[
        "--openslo",
        &openslo("few-mimir.yml", 2),
        "--format",
        "mimir",
    ]);
    assert_eq!(said, "");
}

/// Returns JSON without blanks, with `<`, `>` and `&` escaped, as `kubectl apply` puts it into its
/// annotation.
fn as_kubectl(yaml: &Yaml<'_>) -> String {
    let quoted = |text: &str| {
        let json = serde_json::to_string(text).unwrap();
        json.replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026")
    };
    if let Some(map) = yaml.as_mapping() {
        let entries = map
            .iter()
            .map(|(key, value)| format!("{}:{}", quoted(key.as_str().unwrap()), as_kubectl(value)));
        return format!("{{{}}}", entries.collect::<Vec<_>>().join(","));
    }
    if let Some(list) = yaml.as_vec() {
        let items: Vec<_> = list.iter().map(as_kubectl).collect();
        return format!("[{}]", items.join(","));
    }
    quoted(yaml.as_str().expect("rules consist of text"))
}

#[test]
fn kubernetes_objects_keep_the_limits_of_kubectl_and_the_operator() {
    let Many { file, plain } = &*MANY;
    let shape = [
        "--format",
        "kubernetes",
        "--namespace",
        "m",
        "--label",
        "release=p",
    ];
    let (text, said) = rules(&[&["--openslo", file.as_str()][..], &shape].concat());
    assert_eq!(said, "");
    let objects = Yaml::load_from_str(&text).unwrap();
    assert!(objects.len() > 1);
    let mut all = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        let name = if i == 0 {
            "slo-rules".to_owned()
        } else {
            format!("slo-rules-{}", i + 1)
        };
        assert_eq!(object["metadata"]["name"].as_str(), Some(name.as_str()));
        assert_eq!(object["metadata"]["namespace"].as_str(), Some("m"));
        assert_eq!(object["metadata"]["labels"]["release"].as_str(), Some("p"));
        assert_eq!(object["kind"].as_str(), Some("PrometheusRule"));
        // The limit is 262,144 with all other annotations; every object but the last one is half
        // full.
        let bytes = as_kubectl(object).len();
        assert!(bytes < 200_000, "{name}: {bytes}");
        assert!(bytes > 100_000 || i + 1 == objects.len(), "{name}: {bytes}");
        all.extend(groups(&object["spec"]));
    }
    assert_eq!(*plain, all);
}

#[test]
fn a_file_of_several_objects_is_compared_object_by_object() {
    let file = openslo("several.yml", 20);
    let program = super::program("rules-several");
    let shape = [
        "--format",
        "kubernetes",
        "--name",
        "web",
        "--label",
        "release=p",
    ];
    let (text, _) = rules(&[&["--openslo", &file][..], &shape].concat());
    assert!(text.matches("kind: PrometheusRule").count() > 1);
    let check = |text: &str| {
        fs::write(folder().join("several.rules.yml"), text).unwrap();
        let arguments = ["check", "--artifact", &program, "--openslo", &file];
        let output = command(&[&arguments[..], &["--rules", "several.rules.yml"]].concat())
            .output()
            .unwrap();
        // The program has none of the file's objectives; this test ignores those findings.
        let found = crate::text(&output.stdout).lines();
        let shown: Vec<_> = found
            .filter_map(|line| line.strip_prefix("   | "))
            .collect();
        shown.join("\n")
    };
    assert_eq!(check(&text), "");
    let others = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: a }}\n---\n{text}");
    assert_eq!(check(&others), "");
    expect![[r"
        object `web-2` is missing
        object `web-two` is not among the generated rules"]]
    .assert_eq(&check(&text.replacen("name: web-2", "name: web-two", 1)));
    let (head, tail) = text.split_once("\n---\n").unwrap();
    expect![[r"
        object `web-2`, `metadata.labels.release`
          - q
          + p"]]
    .assert_eq(&check(&format!(
        "{head}\n---\n{}",
        tail.replacen("release: p", "release: q", 1)
    )));
    expect![[r#"
        group `slo:api-0:ratio:alerts`, alert `ErrorBudgetBurn` {severity="page",tier="fast"}, `expr`
          - … > 0) / 0.001 > 1 and clamp_min(sum by ( …
          + … > 0) / 0.001 > 14.4 and clamp_min(sum by ( …"#]]
    .assert_eq(&check(&text.replacen("> 14.4", "> 1", 1)));
}

#[test]
fn names_that_the_receiver_would_refuse_are_refused() {
    let file = openslo("refused.yml", 1);
    let refused = |options: &[&str], said| {
        fail(
            &[&["rules", "--openslo", &file][..], options].concat(),
            2,
            said,
        );
    };
    refused(
        &["--format", "kubernetes", "--name", "SLO_rules"],
        &expect![[r"
            error: `--name SLO_rules`: the name of a Kubernetes object has lower case letters, digits, `-` and `.`, begins and ends with a letter or digit, as does each part between dots, and has 248 characters at most here, such as `slo-rules`
        "]],
    );
    refused(
        &["--format", "mimir", "--name", "team/slo"],
        &expect![[r"
            error: `--name team/slo`: `/` and `\` separate parts of a URL, so Mimir's API would not find it: choose a name such as `slo-rules`
        "]],
    );
    refused(
        &["--format", "mimir", "--name", ""],
        &expect![[r"
        error: `--name ''`: mimirtool uses the name of the file if the namespace is empty: choose a name such as `slo-rules`
    "]],
    );
    refused(
        &["--format", "kubernetes", "--namespace", "my.space"],
        &expect![[r"
            error: invalid value 'my.space' for '--namespace <NAME>': a namespace of Kubernetes has lower case letters, digits and `-`, begins and ends with a letter or digit, and has 63 characters at most, such as `monitoring`

            For more information, try '--help'.
        "]],
    );
    refused(
        &["--format", "kubernetes", "--label", "a b=c"],
        &expect![[r"
            error: invalid value 'a b=c' for '--label <NAME=VALUE>': `a b` is not the name of a label: letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, 63 characters at most, such as `release` or `app.kubernetes.io/name`

            For more information, try '--help'.
        "]],
    );
    refused(
        &["--format", "kubernetes", "--label", "A/b=c"],
        &expect![[r"
            error: invalid value 'A/b=c' for '--label <NAME=VALUE>': `A` before the `/` is not a domain: lower case letters, digits, `-` and `.`, 253 characters at most, such as in `app.kubernetes.io/name`

            For more information, try '--help'.
        "]],
    );
    refused(
        &["--format", "kubernetes", "--label", "a=b c"],
        &expect![[r"
            error: invalid value 'a=b c' for '--label <NAME=VALUE>': `b c` is not the value of a label: letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, 63 characters at most, or nothing

            For more information, try '--help'.
        "]],
    );
    refused(
        &["--format", "kubernetes", "--label", "a=b", "--label", "a=c"],
        &expect![[r"
            error: `--label a=c`: there is `a=b` already, but a label has one value
        "]],
    );
    refused(
        &["--namespace", "monitoring"],
        &expect![[r"
        error: `--namespace`: only objects of Kubernetes have one: add `--format kubernetes`, or leave it out
    "]],
    );
    refused(
        &["--format", "mimir", "--label", "a=b"],
        &expect![[r"
        error: `--label`: only objects of Kubernetes have one: add `--format kubernetes`, or leave it out
    "]],
    );
}

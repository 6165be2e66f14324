//! Output of `rules -h`.

use expect_test::expect;

use crate::succeed;

#[test]
fn short_help_describes_all_options_of_rules() {
    let help = succeed(&["rules", "-h"]);
    let lines: Vec<_> = help
        .lines()
        .map(str::trim_end)
        .take_while(|line| *line != "Program:")
        .collect();
    expect![[r"
        Generate recording rules and burn-rate alerts for the objectives, and tests of the rules

        Usage: cargo autometrics rules [OPTIONS]

        Options:
              --format <FORMAT>     Format of the rules: `yaml` or `json` for Prometheus, `kubernetes` for
                                    its operator, `mimir` for Mimir and Cortex [default: yaml] [possible
                                    values: yaml, json, kubernetes, mimir]
              --name <NAME>         Name of the Kubernetes object, or of the namespace in Mimir and Cortex;
                                    if one object would be too large, the next ones are NAME-2, NAME-3, …
                                    [default: slo-rules]
              --namespace <NAME>    Namespace of the Kubernetes objects
              --label <NAME=VALUE>  Label of the Kubernetes objects, by which Prometheus finds them; can be
                                    given more than once
          -h, --help                Print help (see more with '--help')

        Files:
          -o, --output <FILE>   File for the rules instead of standard output
              --tests <FILE>    File for tests of the rules, for `promtool test rules`
              --inhibit <FILE>  File for parts of an Alertmanager configuration: inhibitions between the
                                alerts, and routes by owner

        Rules:
              --openslo <FILE>               OpenSLO file with the objectives, instead of a program
              --by <LABEL>                   Label to group by in addition to `service_name`, such as `env`
                                             or `cluster`; can be given more than once
              --match <LABEL=VALUE>          Label that the metrics must have, such as `env=prod`; can be
                                             given more than once
              --service <NAME>               Service that the metrics must belong to; same as `--match
                                             service_name=NAME`
              --record-only                  Generate recording rules and no alerts
              --policy <FILE>                TOML file with alert policies; without it, those of the SRE
                                             workbook
              --min-bad-events <N>           Minimum number of bad calls in an alert's long window; 0 turns
                                             it off [default: 5]
              --no-absent-alert              Generate no ticket for missing metrics of an objective
              --exhausted-alert              Generate a ticket for an error budget that is used up
              --exhaustion-alert <DURATION>  Generate a ticket for an error budget that will be used up
                                             within this time, such as `3d`
              --scrape-interval <DURATION>   Interval of scrapes and evaluations; decides which windows are
                                             too short, and when alerts end [default: 1m]
    "]].assert_eq(&lines.join("\n"));
}

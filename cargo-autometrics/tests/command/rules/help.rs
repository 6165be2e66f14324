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
        Write the rules that defend the objectives: recordings, burn-rate alerts, and their tests

        Usage: cargo autometrics rules [OPTIONS]

        Options:
              --format <FORMAT>     How to write the rules: `yaml` or `json` for Prometheus, `kubernetes`
                                    for its operator, `mimir` for Mimir and Cortex [default: yaml] [possible
                                    values: yaml, json, kubernetes, mimir]
              --name <NAME>         The name of the Kubernetes object, or of the namespace in Mimir and
                                    Cortex; where one object would be too large, the next ones are NAME-2,
                                    NAME-3, … [default: slo-rules]
              --namespace <NAME>    The namespace of the Kubernetes objects
              --label <NAME=VALUE>  A label of the Kubernetes objects, by which Prometheus finds them; can
                                    be given more than once
          -h, --help                Print help (see more with '--help')

        Files:
          -o, --output <FILE>   Write the rules to this file instead of to standard output
              --tests <FILE>    Write tests of the rules beside them, for `promtool test rules`
              --inhibit <FILE>  Write what Alertmanager needs: which alert silences which, and routes by
                                owner

        Rules:
              --openslo <FILE>               Take the objectives from this OpenSLO file instead of from a
                                             program
              --by <LABEL>                   Also tell apart what differs in this label, such as `env` or
                                             `cluster`, besides `service_name`; can be given more than once
              --match <LABEL=VALUE>          Only for metrics with this label, such as `env=prod`; can be
                                             given more than once
              --service <NAME>               Only for metrics of this service: the same as `--match
                                             service_name=NAME`
              --record-only                  Record, and alert of nothing
              --policy <FILE>                Alert by the policies in this TOML file; otherwise by those of
                                             the SRE workbook
              --min-bad-events <N>           Say nothing before so many bad calls in an alert's long window;
                                             0 turns it off [default: 5]
              --no-absent-alert              No ticket when the metrics of an objective are missing
              --exhausted-alert              A ticket when an error budget is used up
              --exhaustion-alert <DURATION>  A ticket when an error budget will be used up within this time,
                                             such as `3d`
              --scrape-interval <DURATION>   Interval of scrapes and evaluations: warns of windows too short
                                             for it, and sets the end of alerts [default: 1m]
    "]].assert_eq(&lines.join("\n"));
}

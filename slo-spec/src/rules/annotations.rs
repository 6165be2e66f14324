//! Annotations of alerts.

use std::fmt::Write as _;

use super::{
    Command, Expr, Operator, Options, Tier,
    indicator::Indicator,
    recordings::PERIOD_INTERVAL,
    series,
    template::{Template, single_quoted},
};

/// Maximum number of an objective's parts that an alert names; the others are counted.
const PARTS: usize = 12;

pub(super) struct Annotations<'a> {
    of: &'a Indicator<'a>,
}

type Texts = Vec<(&'static str, String)>;

impl<'a> Annotations<'a> {
    pub(super) fn new(of: &'a Indicator<'a>) -> Self {
        Self { of }
    }

    pub(super) fn burning(&self, tier: &Tier) -> Texts {
        let summary = self
            .subject()
            .text(" burns its error budget ")
            .action("$value | printf \"%.1f\"")
            .text(" times too fast");
        let [long, short] = [tier.long, tier.short];
        let description = self
            .share(Template::default(), series::error_ratio(long))
            .text(&format!(
                " of calls {} in the last {long}, and ",
                self.failed()
            ));
        let description = self
            .share(description, series::error_ratio(short))
            .text(&format!(
                " in the last {short}.\nThe target is that {}.\n",
                self.promise()
            ));
        let description = self
            .remaining_budget(description, &series::burn_rate(long))
            .text(&format!(
                "\nFires above a burn rate of {} over the last {long} and the last {short}.",
                tier.factor
            ));
        self.all(summary, description)
    }

    pub(super) fn exhausting(&self, tier: &Tier) -> Texts {
        let summary = self
            .subject()
            .action("if gt $value 0.0")
            .text(" will use up its error budget in ")
            .action("$value | humanizeDuration")
            .action("else")
            .text(" has used up its error budget, and still burns too fast")
            .action("end");
        let description =
            Template::default().text(&format!("The target is that {}.\n", self.promise()));
        let description = self.remaining_budget(description, &series::burn_rate(tier.long));
        self.all(summary, description)
    }

    pub(super) fn exhausted(&self) -> Texts {
        let summary = self.subject().text(" has used up its error budget");
        let description = self
            .share(Template::default(), series::PERIOD_RATIO)
            .text(&format!(
                " of calls {} in the last {}.\nThe target is that {}.",
                self.failed(),
                self.of.slo.period,
                self.promise()
            ));
        self.all(summary, description)
    }

    pub(super) fn absent(&self) -> Texts {
        let summary = self
            .subject()
            .text(" is not monitored, because it has no metrics");
        let description = Template::default().text(&format!(
            "The target is that {}.\nPrometheus has no series {}, or no longer any of this service. \
             Check that the program is running and scraped.",
            self.promise(),
            self.of.counter()
        ));
        // Without metrics, no query has a result to show.
        let mut texts = vec![
            ("summary", summary.into_string()),
            ("description", description.into_string()),
        ];
        self.parts_and_runbook(&mut texts);
        texts
    }

    /// Returns a text such as `checkout (success) of shop, env prod`.
    fn subject(&self) -> Template {
        let Indicator {
            slo, sli, options, ..
        } = self.of;
        let mut subject = Template::default().text(&format!("{} ({})", slo.name, sli.kind));
        for label in &options.grouping {
            subject = subject
                .action(&format!("with $labels.{label}"))
                .text(&introduction(label))
                .action(".")
                .action("end");
        }
        let grouped = |label: &String| options.grouping.contains(label);
        for (label, value) in options.scope.iter().filter(|(label, _)| !grouped(label)) {
            subject = subject.text(&format!("{}{value}", introduction(label)));
        }
        subject
    }

    fn promise(&self) -> String {
        self.of.sli.promise(self.of.slo.period)
    }

    fn failed(&self) -> String {
        match self.of.sli.threshold {
            None => "failed".to_owned(),
            Some(threshold) => format!("took longer than {threshold:?}"),
        }
    }

    fn of_alert(&self, name: impl Into<String>) -> Expr {
        self.of.of_alert(name)
    }

    /// Adds the current value of a recorded ratio.
    fn share(&self, text: Template, name: impl Into<String>) -> Template {
        text.value(
            &self.of_alert(name),
            "humanizePercentage",
            "an unknown share (none is recorded yet)",
        )
    }

    /// Adds a sentence with the rest of the budget and the time until it is used up.
    fn remaining_budget(&self, text: Template, burn_rate: &str) -> Template {
        let remaining = self.of_alert(series::REMAINING);
        let period = self.of.slo.period.as_seconds();
        let time = remaining
            .clone()
            .join(Operator::Multiply, Expr::integer(period.into()))
            .join(Operator::Divide, self.of_alert(burn_rate));
        text.with(&remaining)
            .action("if gt (. | first | value) 0.0")
            .action(". | first | value | humanizePercentage")
            .text(" of the error budget is left. It lasts ")
            .value(
                &time,
                "humanizeDuration",
                "an unknown time (no burn rate is recorded yet)",
            )
            .text(" at this rate.")
            .action("else")
            .text("The error budget is used up.")
            .action("end")
            .action("else")
            .text(&format!(
                "The remaining error budget is not known yet, because it is recorded every \
                 {PERIOD_INTERVAL} and the rules are younger."
            ))
            .action("end")
    }

    fn all(&self, summary: Template, description: Template) -> Texts {
        let mut texts = vec![
            ("summary", summary.into_string()),
            ("description", description.into_string()),
        ];
        let queries = self.of.sli.queries.iter();
        let own = queries.map(|query| (query.title.as_str(), self.of.query_of_alert(query)));
        let burn = self.of.burn_rates_of_alert();
        let mut text = Template::default();
        for (i, (title, query)) in own.chain([("burn rates by window", burn)]).enumerate() {
            let separator = if i > 0 { "\n" } else { "" };
            // Some receivers parse texts as YAML, in which a colon makes a map.
            text = text.text(&format!("{separator}{title} → ")).query(&query);
        }
        texts.push(("queries", text.into_string()));
        if let Some(command) = &self.of.slo.command {
            texts.push(("command", self.command_line(command).into_string()));
        }
        self.parts_and_runbook(&mut texts);
        texts
    }

    /// Returns the command with the options whose labels the alert has.
    fn command_line(&self, command: &Command) -> Template {
        let Options {
            grouping, scope, ..
        } = self.of.options;
        let mut line = Template::default().text(&command.text);
        for (option, label) in &command.options {
            if grouping.contains(label) {
                line = line
                    .action(&format!("with $labels.{label}"))
                    .text(&format!(" {option} "))
                    .shell_word()
                    .action("end");
            } else if let Some((_, value)) = scope.iter().find(|(known, _)| known == label) {
                line = line.text(&format!(" {option} {}", single_quoted(value)));
            }
        }
        line
    }

    fn parts_and_runbook(&self, texts: &mut Texts) {
        let parts = &self.of.slo.parts;
        if !parts.is_empty() {
            let mut text = parts[..parts.len().min(PARTS)].join("\n");
            if parts.len() > PARTS {
                // Writing to a `String` never fails.
                let _ = write!(text, "\nand {} more", parts.len() - PARTS);
            }
            texts.push(("functions", Template::default().text(&text).into_string()));
        }
        if let Some(runbook) = &self.of.slo.runbook {
            texts.push((
                "runbook_url",
                Template::default().text(runbook).into_string(),
            ));
        }
    }
}

/// Returns the words before a label's value, such as ` of ` for the service and `, env ` for
/// others.
fn introduction(label: &str) -> String {
    if label == "service_name" {
        " of ".to_owned()
    } else {
        format!(", {label} ")
    }
}

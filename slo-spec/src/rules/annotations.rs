//! What a tired person reads.

use std::fmt::Write as _;

use super::{Expr, Operator, Tier, indicator::Indicator, series, template::Template};

/// How many parts of an objective are named in an alert; the others are counted.
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
            .text(" uses up its error budget ")
            .action("$value | printf \"%.1f\"")
            .text(" times too fast");
        let [long, short] = [tier.long, tier.short];
        let description = self
            .share(Template::default(), series::error_ratio(long))
            .text(&format!(
                " of calls {} over the last {long}, ",
                self.failed()
            ));
        let description = self
            .share(description, series::error_ratio(short))
            .text(&format!(
                " over the last {short}. Promised: {}; this alert begins at {} times too fast.\nLeft of the budget: ",
                self.promise(),
                tier.factor
            ));
        let description = self.left(description, &series::burn_rate(long));
        self.all(summary, description)
    }

    pub(super) fn exhausting(&self, tier: &Tier) -> Texts {
        let summary = self
            .subject()
            .text(" will have used up its error budget in ")
            .action("$value | humanizeDuration");
        let description = Template::default().text(&format!(
            "Promised: {}.\nLeft of the budget: ",
            self.promise()
        ));
        let description = self.left(description, &series::burn_rate(tier.long));
        self.all(summary, description)
    }

    pub(super) fn exhausted(&self) -> Texts {
        let summary = self.subject().text(" has used up its error budget");
        let description = self
            .share(Template::default(), series::PERIOD_RATIO)
            .text(&format!(
                " of calls {} in that period. Promised: {}.",
                self.failed(),
                self.promise()
            ));
        self.all(summary, description)
    }

    pub(super) fn absent(&self) -> Texts {
        let summary = Template::default().text(&format!(
            "{} ({}) is not watched: it has no metrics",
            self.of.slo.name, self.of.sli.kind
        ));
        let description = Template::default().text(&format!(
            "Promised: {}. Prometheus has no series {}: is the program running, is it scraped, \
             and is this the service that the rules were generated for?",
            self.promise(),
            self.of.sli.total
        ));
        // Nothing is known that a query could show.
        let mut texts = vec![
            ("summary", summary.into_string()),
            ("description", description.into_string()),
        ];
        self.parts_and_runbook(&mut texts);
        texts
    }

    /// `shop: checkout (success)`.
    fn subject(&self) -> Template {
        let mut subject = Template::default();
        for label in &self.of.options.grouping {
            subject = subject
                .action(&format!("with $labels.{label}"))
                .action(".")
                .text(": ")
                .action("end");
        }
        subject.text(&format!("{} ({})", self.of.slo.name, self.of.sli.kind))
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

    /// A recorded ratio, as it is now.
    fn share(&self, text: Template, name: impl Into<String>) -> Template {
        text.value(
            &self.of_alert(name),
            "humanizePercentage",
            "an unknown share",
        )
    }

    /// What is left of the budget, and for how long.
    fn left(&self, text: Template, burn_rate: &str) -> Template {
        let remaining = Expr::Call(
            "clamp_min",
            vec![self.of_alert(series::REMAINING), Expr::whole(0)],
        );
        let time = remaining
            .clone()
            .join(
                Operator::Times,
                Expr::whole(self.of.slo.period.as_seconds().into()),
            )
            .join(Operator::Over, self.of_alert(burn_rate));
        text.value(&remaining, "humanizePercentage", "unknown")
            .text(", gone in ")
            .value(&time, "humanizeDuration", "unknown")
            .text(" at this rate.")
    }

    fn all(&self, summary: Template, description: Template) -> Texts {
        let mut texts = vec![
            ("summary", summary.into_string()),
            ("description", description.into_string()),
        ];
        let burn = self.of.burn_rates_of_alert();
        let own = self
            .of
            .sli
            .queries
            .iter()
            .map(|query| (query.title.as_str(), &query.query));
        let queries = own.chain([("how fast the budget burns, by window", &burn)]);
        let mut text = Template::default();
        for (i, (title, query)) in queries.enumerate() {
            let separator = if i > 0 { "\n" } else { "" };
            text = text.text(&format!("{separator}{title}:\n  ")).query(query);
        }
        texts.push(("queries", text.into_string()));
        self.parts_and_runbook(&mut texts);
        texts
    }

    fn parts_and_runbook(&self, texts: &mut Texts) {
        let parts = &self.of.slo.parts;
        if !parts.is_empty() {
            let mut text = parts[..parts.len().min(PARTS)].join("\n");
            if parts.len() > PARTS {
                // Never fails on a `String`.
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

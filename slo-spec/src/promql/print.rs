//! Formatting of PromQL, in one place for all of its readers.

use std::fmt::{self, Write};

use super::{
    Expr, Matching, Operator, Selector, braces,
    selector::{Matcher, Test},
    strings::quoted,
};

/// Reader of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "rules"),
    expect(dead_code, reason = "only rules have annotations")
)]
pub(crate) enum Target {
    /// Rule or query.
    Query,
    /// Annotation, in which Prometheus expands `{{ }}`.
    Template,
    /// Pattern of a `printf` in an annotation, which creates a query.
    Pattern,
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printer {
            out: f,
            target: Target::Query,
            inside: false,
        }
        .expression(self)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printer {
            out: f,
            target: Target::Query,
            inside: false,
        }
        .selector(self)
    }
}

pub(super) struct Printer<'a> {
    pub(super) out: &'a mut dyn Write,
    pub(super) target: Target,
    /// `true` between parentheses.
    pub(super) inside: bool,
}

impl Printer<'_> {
    pub(super) fn expression(&mut self, expression: &Expr) -> fmt::Result {
        match expression {
            Expr::Instant(selector) => self.selector(selector),
            Expr::Offset(selector, window) => {
                self.selector(selector)?;
                write!(self.out, " offset {window}")
            }
            Expr::Range(selector, window) => {
                self.selector(selector)?;
                write!(self.out, "[{window}]")
            }
            Expr::Resampled(selector, window, step) => {
                self.selector(selector)?;
                write!(self.out, "[{window}:{step}]")
            }
            Expr::Number(number) => write!(self.out, "{number}"),
            Expr::Text(text) => self.string(text),
            Expr::Call(function, arguments) => {
                write!(self.out, "{function}(")?;
                for (i, argument) in arguments.iter().enumerate() {
                    if i > 0 {
                        self.out.write_str(", ")?;
                    }
                    self.within(argument)?;
                }
                self.out.write_char(')')
            }
            Expr::Aggregate {
                operator,
                parameter,
                by,
                of,
            } => {
                self.out.write_str(operator)?;
                if !by.is_empty() {
                    write!(self.out, " by ({}) ", by.join(", "))?;
                }
                self.out.write_char('(')?;
                if let Some(parameter) = parameter {
                    write!(self.out, "{parameter}, ")?;
                }
                self.within(of)?;
                self.out.write_char(')')
            }
            Expr::Binary {
                operator,
                matching,
                left,
                right,
            } => {
                self.operand(left, operator.strength(), false)?;
                // Operands of set operators read better on lines of their own.
                let is_set = operator.strength() <= Operator::And.strength();
                let between = if is_set && !self.inside { '\n' } else { ' ' };
                write!(self.out, "{between}{}", operator.symbol())?;
                match matching {
                    Matching::All => {}
                    Matching::On(labels) => write!(self.out, " on ({})", labels.join(", "))?,
                    Matching::Ignoring(labels) => {
                        write!(self.out, " ignoring ({})", labels.join(", "))?;
                    }
                }
                self.out.write_char(' ')?;
                self.operand(right, operator.strength(), true)
            }
        }
    }

    /// Writes an operand, in parentheses if the operator around it binds stronger.
    fn operand(&mut self, expression: &Expr, around: u8, is_right: bool) -> fmt::Result {
        let weaker = match expression {
            Expr::Binary { operator, .. } => {
                operator.strength() < around || is_right && operator.strength() == around
            }
            _ => false,
        };
        if !weaker {
            return self.expression(expression);
        }
        self.out.write_char('(')?;
        self.within(expression)?;
        self.out.write_char(')')
    }

    /// Writes an expression within parentheses, without line breaks.
    fn within(&mut self, expression: &Expr) -> fmt::Result {
        let outside = std::mem::replace(&mut self.inside, true);
        let result = self.expression(expression);
        self.inside = outside;
        result
    }

    fn selector(&mut self, selector: &Selector) -> fmt::Result {
        self.out.write_str(&selector.metric)?;
        if selector.matchers.is_empty() && !selector.metric.is_empty() {
            return Ok(());
        }
        self.out.write_char('{')?;
        for (i, Matcher { label, test }) in selector.matchers.iter().enumerate() {
            if i > 0 {
                self.out.write_char(',')?;
            }
            self.out.write_str(label)?;
            match test {
                Test::Equal(value) => self.matcher("=", value),
                Test::NotEqual(value) => self.matcher("!=", value),
                Test::OneOf(values) => {
                    let values: Vec<_> = values.iter().map(|value| literal(value)).collect();
                    self.matcher("=~", &values.join("|"))
                }
                Test::Matches { pattern, .. } => self.matcher("=~", pattern),
                Test::NotMatches { pattern, .. } => self.matcher("!~", pattern),
                // The template fills in the value with quotes.
                Test::AsAlert(_) if self.target == Target::Pattern => self.out.write_str("=%q"),
                Test::AsAlert(label) => {
                    write!(self.out, "={{{{ $labels.{label} | printf \"%q\" }}}}")
                }
            }?;
        }
        self.out.write_char('}')
    }

    fn matcher(&mut self, operator: &str, value: &str) -> fmt::Result {
        self.out.write_str(operator)?;
        self.string(value)
    }

    fn string(&mut self, text: &str) -> fmt::Result {
        let text = quoted(text);
        match self.target {
            Target::Query => self.out.write_str(&text),
            Target::Template => self.out.write_str(&braces::literal(&text)),
            Target::Pattern => self.out.write_str(&text.replace('%', "%%")),
        }
    }
}

/// Returns a regular expression that matches `text` and nothing else.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '_' | '-' | ':' | '/' | ',' | '@' | '=') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

impl Operator {
    const fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Unless => "unless",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }

    /// Returns the precedence, by PromQL's table.
    const fn strength(self) -> u8 {
        match self {
            Self::Or => 0,
            Self::And | Self::Unless => 1,
            Self::Less | Self::AtMost | Self::Greater | Self::AtLeast => 2,
            Self::Plus | Self::Minus => 3,
            Self::Multiply | Self::Divide => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::{
        Decimal,
        promql::{Expr, Operator, Selector, Window},
    };

    #[track_caller]
    fn check(expression: &Expr, expect: &Expect) {
        expect.assert_eq(&expression.to_string());
    }

    fn metric(name: &str) -> Expr {
        Selector::new(name).unwrap().into()
    }

    #[test]
    fn parentheses_are_written_where_they_are_needed() {
        let [a, b, c] = ["a", "b", "c"].map(metric);
        let minus = |l: &Expr, r: &Expr| l.clone().join(Operator::Minus, r.clone());
        check(&minus(&minus(&a, &b), &c), &expect!["a - b - c"]);
        check(&minus(&a, &minus(&b, &c)), &expect!["a - (b - c)"]);
        check(
            &minus(&a, &b).join(Operator::Divide, c.clone()),
            &expect!["(a - b) / c"],
        );
        check(
            &a.clone().join(
                Operator::Divide,
                b.clone().join(Operator::Greater, Expr::integer(0)),
            ),
            &expect!["a / (b > 0)"],
        );
        check(
            &a.join(Operator::Or, b).join(Operator::And, c),
            &expect![[r"
                (a or b)
                and c"]],
        );
    }

    #[test]
    fn values_of_labels_are_escaped() {
        let selector = Selector::new("m")
            .unwrap()
            .equal("a", "\"quoted\" \\ back\nslash ünicode")
            .unwrap()
            .one_of("le", ["1", "1.0", "1"])
            .unwrap();
        check(
            &selector.into(),
            &expect![[r#"m{a="\"quoted\" \\ back\nslash ünicode",le=~"1|1\\.0"}"#]],
        );
    }

    #[test]
    fn aggregations_and_calls_are_formatted_as_by_prometheus() {
        let rate = Expr::rate(Selector::new("m").unwrap(), Window::minutes(5));
        check(
            &rate.clone().sum_by(["a", "b"]),
            &expect!["sum by (a, b) (rate(m[5m]))"],
        );
        check(&rate.clone().topk(10), &expect!["topk(10, rate(m[5m]))"]);
        check(
            &Expr::Call(
                "clamp_min",
                vec![rate.clone(), Expr::Number(Decimal::new(5, 1))],
            ),
            &expect!["clamp_min(rate(m[5m]), 0.5)"],
        );
        check(
            &rate.sum().histogram_quantile(Decimal::new(95, 2)),
            &expect!["histogram_quantile(0.95, sum(rate(m[5m])))"],
        );
    }

    #[test]
    fn texts_are_escaped_in_arguments() {
        let texts = ["a", "\"b\" \\ {{ c }}"].map(|text| Expr::Text(text.to_owned()));
        check(
            &Expr::Call("label_replace", [vec![metric("m")], texts.into()].concat()),
            &expect![[r#"label_replace(m, "a", "\"b\" \\ {{ c }}")"#]],
        );
    }

    #[test]
    fn names_that_need_quotes_are_refused() {
        for (name, error) in [
            (
                "http.requests",
                "`http.requests` is not the name of a metric: expected letters, digits, `_` and `:`, not beginning with a digit",
            ),
            (
                "1st",
                "`1st` is not the name of a metric: expected letters, digits, `_` and `:`, not beginning with a digit",
            ),
        ] {
            assert_eq!(Selector::new(name).unwrap_err().to_string(), error);
        }
    }
}

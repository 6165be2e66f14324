//! Reads objectives from an OpenSLO file.

use std::{collections::BTreeMap, path::Path, time::Duration};

use autometrics_schema::{label, metric};
use slo_spec::{
    Decimal, Percent,
    rules::{Events, Selector, Sli, Slo, Window},
};

use super::{
    API, annotation,
    node::{self, Node},
    query,
};
use crate::{Error, error::Kind, input::read_text};

/// Reads the objectives in an OpenSLO v1 file.
///
/// `SLO`s need a ratio of Prometheus counters and a rolling period. Their indicators may be `SLI`
/// objects of the same file. `Service` and `DataSource` hold nothing that rules need. Alerts follow
/// a burn-rate policy; alert policies in the file are ignored with a warning.
///
/// # Errors
///
/// Returns an error if the file cannot be read, is malformed, holds no `SLO`, or uses an
/// unsupported feature. The message names line and column.
pub fn read(path: &Path) -> Result<Objectives, Error> {
    let text = read_text(path)?;
    let objectives = parse(path, &text)?;
    if objectives.slos.is_empty() {
        let path = path.to_owned();
        return Err(Kind::NoSlo { path }.into());
    }
    Ok(objectives)
}

/// Objectives of a file.
#[derive(Clone, Debug)]
pub struct Objectives {
    /// Objectives in the order of the file.
    pub slos: Vec<Slo>,
    /// Warnings about parts of the file that have no effect, with line and column.
    pub warnings: Vec<String>,
}

fn parse(path: &Path, text: &str) -> Result<Objectives, Error> {
    let mut indicators = BTreeMap::new();
    node::each(path, text, |document| {
        if is(document, "SLI")? {
            let name = document.require("metadata")?.text("name")?.to_owned();
            indicators.insert(name, indicator(document.require("spec")?)?);
        }
        Ok(())
    })?;
    let (mut slos, mut warnings) = (Vec::<Slo>::new(), Vec::new());
    node::each(path, text, |document| {
        if !is(document, "SLO")? {
            return Ok(());
        }
        warnings.extend(alert_policies(document));
        let slo = slo(document, &indicators)?;
        // Each indicator of an objective is an `SLO` of its own.
        match slos.iter_mut().find(|known| known.name == slo.name) {
            None => slos.push(slo),
            Some(known) => {
                let kind = |sli: &Sli| sli.kind.clone();
                let twice = slo
                    .slis
                    .iter()
                    .map(kind)
                    .find(|it| known.slis.iter().any(|sli| sli.kind == *it));
                if let Some(twice) = twice {
                    let said = format!("objective `{}` has another `SLO` for {twice}", slo.name);
                    return Err(document.error(said));
                }
                if known.period != slo.period {
                    let said = format!(
                        "objective `{}` has a different period in another `SLO`: {}",
                        slo.name, known.period
                    );
                    return Err(document.error(said));
                }
                known.slis.extend(slo.slis);
            }
        }
        Ok(())
    })?;
    Ok(Objectives { slos, warnings })
}

/// Returns a warning if the document has alert policies, which have no effect.
fn alert_policies(document: Node<'_>) -> Option<String> {
    let policies = document.get("spec")?.get("alertPolicies")?;
    policies.items().next()?;
    let warning = policies.error(
        "`alertPolicies` has no effect: alerts follow a burn-rate policy, the standard one or that of `--policy \
         FILE`",
    );
    Some(warning.to_string())
}

/// Returns `true` if a document is of the kind `wanted`, or an error if its version or kind is
/// unknown.
fn is(document: Node<'_>, wanted: &str) -> Result<bool, Error> {
    const KINDS: [&str; 7] = [
        "SLO",
        "SLI",
        "Service",
        "DataSource",
        "AlertPolicy",
        "AlertCondition",
        "AlertNotificationTarget",
    ];
    let version = document.text("apiVersion")?;
    if version != API {
        let at = document.require("apiVersion")?;
        return Err(at.error(format!("`{version}` is not supported, only `{API}`")));
    }
    let kind = document.text("kind")?;
    if !KINDS.contains(&kind) {
        let at = document.require("kind")?;
        return Err(at.error(format!(
            "`{kind}` is not a kind of OpenSLO: expected one of {}",
            KINDS.join(", ")
        )));
    }
    Ok(kind == wanted)
}

/// Selectors of all events, and of the good or the bad ones.
type Indicator = (Selector, Events);

fn slo(document: Node<'_>, indicators: &BTreeMap<String, Indicator>) -> Result<Slo, Error> {
    let metadata = document.require("metadata")?;
    let spec = document.require("spec")?;
    let noted = |key: &str| {
        let value = metadata.get("annotations")?.get(key)?;
        value.as_str().map(str::to_owned)
    };
    let name = match noted(annotation::OBJECTIVE) {
        Some(name) => name,
        None => metadata.text("name")?.to_owned(),
    };
    if let Some(method) = spec.get("budgetingMethod") {
        if method.as_str() != Some("Occurrences") {
            return Err(method.error(
                "only the budgeting method `Occurrences` is supported: rules count events, not time slices",
            ));
        }
    }
    let (total, events) = match (spec.get("indicator"), spec.get("indicatorRef")) {
        (Some(inline), _) => indicator(inline.require("spec")?)?,
        (None, Some(reference)) => {
            let name = reference.as_str().unwrap_or_default();
            let known = indicators.get(name);
            known.cloned().ok_or_else(|| {
                reference.error(format!("there is no `SLI` called `{name}` in this file"))
            })?
        }
        (None, None) => return Err(spec.error("`indicator` is missing")),
    };
    let mut sli = Sli::new(
        noted(annotation::SLI).unwrap_or_else(|| "ratio".to_owned()),
        target(spec)?,
        total,
        events,
    );
    sli.counted_from_zero = sli.total.metric() == metric::OBJECTIVE_CALLS.name;
    if let Some(threshold) = metadata
        .get("annotations")
        .and_then(|it| it.get(annotation::THRESHOLD))
    {
        sli = sli.threshold(nanoseconds(threshold)?);
    }
    let mut slo = Slo::new(name, period(spec)?).sli(sli);
    let package = noted(annotation::PACKAGE);
    slo.labels
        .extend(package.map(|package| (label::PACKAGE.to_owned(), package)));
    slo.owner = noted(annotation::OWNER);
    slo.runbook = noted(annotation::RUNBOOK);
    slo.parts = spec
        .get("description")
        .and_then(Node::as_str)
        .into_iter()
        .map(str::to_owned)
        .collect();
    Ok(slo)
}

fn indicator(spec: Node<'_>) -> Result<Indicator, Error> {
    if let Some(threshold) = spec.get("thresholdMetric") {
        return Err(threshold
            .error("`thresholdMetric` is not supported, only `ratioMetric`: rules count events"));
    }
    let ratio = spec.require("ratioMetric")?;
    if let Some(raw) = ratio.get("raw").or_else(|| ratio.get("rawType")) {
        return Err(raw.error("a raw ratio is not supported: give `total`, and `good` or `bad`"));
    }
    if let Some(counter) = ratio
        .get("counter")
        .filter(|counter| counter.as_bool() != Some(true))
    {
        return Err(counter.error("only counters are supported: `counter: true`"));
    }
    let total = query::selector(ratio.require("total")?)?;
    let events = match (ratio.get("good"), ratio.get("bad")) {
        (Some(good), None) => Events::Good(query::selector(good)?),
        (None, Some(bad)) => Events::Bad(query::selector(bad)?),
        _ => return Err(ratio.error("exactly one of `good` and `bad` is required")),
    };
    Ok((total, events))
}

fn target(spec: Node<'_>) -> Result<Percent, Error> {
    let objectives = spec.require("objectives")?;
    let mut items = objectives.items();
    let (Some(objective), None) = (items.next(), items.next()) else {
        return Err(objectives.error("exactly one objective per `SLO` is supported"));
    };
    let (key, shift) = match (objective.get("targetPercent"), objective.get("target")) {
        (Some(percent), Some(_)) => {
            return Err(percent.error("give one of `target` and `targetPercent`, not both"));
        }
        (Some(_), None) => ("targetPercent", 0),
        (None, _) => ("target", 2),
    };
    let at = objective.require(key)?;
    if at
        .as_str()
        .is_some_and(|text| text.parse::<Decimal>().is_ok())
    {
        return Err(at.error(format!("`{key}` is text: write the number without quotes")));
    }
    let wrong = || {
        at.error(format!(
            "`{key}` is not a share above 1 and below 100 %, with at most six fractional digits"
        ))
    };
    let number: Decimal = at
        .as_number()
        .and_then(|text| text.parse().ok())
        .ok_or_else(wrong)?;
    let percent = if shift == 0 {
        Some(number)
    } else if number.scale() >= shift {
        Some(Decimal::new(number.units(), number.scale() - shift))
    } else {
        let factor = 10_u64.pow(u32::from(shift - number.scale()));
        number
            .units()
            .checked_mul(factor)
            .map(|units| Decimal::new(units, 0))
    };
    percent.and_then(Percent::from_decimal).ok_or_else(wrong)
}

fn period(spec: Node<'_>) -> Result<Window, Error> {
    let windows = spec.require("timeWindow")?;
    let mut items = windows.items();
    let (Some(window), None) = (items.next(), items.next()) else {
        return Err(windows.error("exactly one time window is supported"));
    };
    if let Some(calendar) = window.get("calendar") {
        return Err(calendar
            .error("calendar windows are not supported, only rolling windows: `isRolling: true`"));
    }
    if let Some(rolling) = window
        .get("isRolling")
        .filter(|it| it.as_bool() != Some(true))
    {
        return Err(rolling.error("only rolling windows are supported: `isRolling: true`"));
    }
    let at = window.require("duration")?;
    let text = window.text("duration")?;
    text.parse()
        .map_err(|error: slo_spec::rules::WindowError| at.error(error.to_string()))
}

fn nanoseconds(at: Node<'_>) -> Result<Duration, Error> {
    let text = at.as_str().unwrap_or_default();
    let number = text
        .strip_suffix("ns")
        .and_then(|number| number.parse().ok());
    number
        .map(Duration::from_nanos)
        .ok_or_else(|| at.error("a threshold is written in nanoseconds: `180000000ns`"))
}

//! Services that a Prometheus knows, and mistakes in their selection.

use autometrics_schema::label;
use slo_spec::promql::{Expr, Window};

use super::{answers::Answers, growth::Scope, targets::Targets};
use crate::error::Kind;

/// Time in which a service was scraped that is known.
const KNOWN: Window = Window::days(7);

/// Returns an error if a service of `scope` is unknown, if there is none, or if there are several
/// and none is selected. `targets` are the scraped programs of `scope`.
pub(super) fn check(
    answers: &Answers,
    scope: &Scope,
    targets: &Targets,
) -> Result<(), crate::Error> {
    let is_scraped = |service: &String| targets.services.contains(service);
    let selected = &scope.services;
    let mut services = targets.services.clone();
    if services.is_empty() || !selected.iter().all(is_scraped) {
        // A program that has ended may still be asked about.
        services = known(answers)?;
    }
    let url = answers.client.url().to_owned();
    if services.is_empty() {
        return Err(Kind::NoPrograms { url }.into());
    }
    if selected.is_empty() && services.len() > 1 {
        return Err(Kind::Services { url, services }.into());
    }
    let mut unknown = selected.iter().filter(|it| !services.contains(it));
    match unknown.next() {
        Some(service) => Err(Kind::UnknownService {
            url,
            service: service.clone(),
            known: services,
        }
        .into()),
        None => Ok(()),
    }
}

fn known(answers: &Answers) -> Result<Vec<String>, crate::Error> {
    let builds = Scope::default().builds();
    let builds = builds.map_err(|source| Kind::Query { source })?;
    let last = Expr::Call("last_over_time", vec![Expr::Range(builds, KNOWN)]);
    let series = answers.ask(&last.group_by([label::SERVICE_NAME]).to_string())?;
    Ok(Targets::new(&series).services)
}

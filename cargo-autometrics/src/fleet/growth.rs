//! Queries for the growth of counters over a window.

use autometrics_schema::{label, metric};
use slo_spec::promql::{Expr, Operator, Selector, SelectorError, Window};

/// Labels that identify a scraped program.
pub(super) const TARGET: [&str; 3] = ["job", "instance", label::SERVICE_NAME];

/// Programs whose series count.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Values of `service_name`; empty for all.
    pub(super) services: Vec<String>,
    /// Version of the programs; `None` for all.
    pub(super) version: Option<String>,
}

impl Scope {
    /// Returns the series of a metric.
    pub(super) fn select(&self, metric: &str) -> Result<Selector, SelectorError> {
        let selector = Selector::new(metric)?;
        if self.services.is_empty() {
            return Ok(selector);
        }
        selector.one_of(label::SERVICE_NAME, &self.services)
    }

    /// Returns the series `build_info` of all programs.
    pub(super) fn builds(&self) -> Result<Selector, SelectorError> {
        // Other libraries have a metric of this name as well.
        self.select(metric::BUILD_INFO.name)?
            .not_equal(label::AUTOMETRICS_VERSION, "")
    }

    /// Returns the growth of a counter or histogram over a window, by series.
    pub(super) fn growth(&self, metric: &str, window: Window) -> Result<Expr, SelectorError> {
        let selector = self.select(metric)?;
        let at_start = Expr::Offset(selector.clone(), window);
        let known = Expr::Offset(self.builds()?, window);
        let new = Expr::from(selector.clone())
            .join(Operator::Unless, at_start)
            .join_on(Operator::And, &target(), known);
        let rise = Expr::Call("increase", vec![Expr::Range(selector, window)]);
        let growth = new.join(Operator::Or, rise);
        let Some(version) = &self.version else {
            return Ok(growth);
        };
        let (this, other) = self.versions(version, window)?;
        Ok(growth.join_on(Operator::And, &target(), this).join_on(
            Operator::Unless,
            &target(),
            other,
        ))
    }

    /// Returns the programs that had the version in the window, and those that had another one.
    fn versions(&self, version: &str, window: Window) -> Result<(Expr, Expr), SelectorError> {
        let last = |builds| Expr::Call("last_over_time", vec![Expr::Range(builds, window)]);
        let this = last(self.builds()?.equal(label::VERSION, version)?);
        let other = last(self.builds()?.not_equal(label::VERSION, version)?);
        Ok((this, other))
    }

    /// Returns a value at each moment at which programs were observed.
    pub(super) fn observed(&self) -> Result<Expr, SelectorError> {
        let mut builds = self.builds()?;
        if let Some(version) = &self.version {
            builds = builds.equal(label::VERSION, version)?;
        }
        Ok(Expr::from(builds).aggregate("group", None, [""; 0]))
    }

    /// Returns a value if programs export the time of calls by caller, as native or classic
    /// histograms.
    pub(super) fn time_by_caller(&self) -> Result<Expr, SelectorError> {
        let metric = metric::DURATION_BY_CALLER.name;
        let classic = self.select(&format!("{metric}_sum"))?;
        let any = Expr::from(self.select(metric)?).join(Operator::Or, classic.into());
        Ok(any.aggregate("group", None, [""; 0]))
    }

    /// Returns a value at the end of each window in which a program counts: it had the version, and
    /// no other one. `None` if all versions count.
    pub(super) fn counted(&self, window: Window) -> Result<Option<Expr>, SelectorError> {
        let Some(version) = &self.version else {
            return Ok(None);
        };
        let (this, other) = self.versions(version, window)?;
        let counted = this.join_on(Operator::Unless, &target(), other);
        Ok(Some(counted.aggregate("group", None, [""; 0])))
    }
}

fn target() -> Vec<String> {
    TARGET.map(str::to_owned).to_vec()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use slo_spec::promql::Window;

    use super::Scope;

    #[test]
    fn series_that_appear_count_with_their_whole_value() {
        let scope = Scope {
            services: vec!["shop".to_owned()],
            version: None,
        };
        let query = scope.growth("calls_total", Window::minutes(5)).unwrap();
        expect![[r#"
            calls_total{service_name="shop"}
            unless calls_total{service_name="shop"} offset 5m
            and on (job, instance, service_name) build_info{service_name="shop",autometrics_version!=""} offset 5m
            or increase(calls_total{service_name="shop"}[5m])"#]].assert_eq(&query.to_string());
    }

    #[test]
    fn programs_that_change_their_version_are_left_out() {
        let scope = Scope {
            services: Vec::new(),
            version: Some("1.4.0".to_owned()),
        };
        let query = scope
            .growth("calls_total", Window::minutes(5))
            .unwrap()
            .sum();
        expect![[r#"sum((calls_total unless calls_total offset 5m and on (job, instance, service_name) build_info{autometrics_version!=""} offset 5m or increase(calls_total[5m])) and on (job, instance, service_name) last_over_time(build_info{autometrics_version!="",version="1.4.0"}[5m]) unless on (job, instance, service_name) last_over_time(build_info{autometrics_version!="",version!="1.4.0"}[5m]))"#]].assert_eq(&query.to_string());
    }
}

//! Statistics of the rounds of one candidate.

/// One figure per round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    pub(crate) fn push(&mut self, figure: f64) {
        self.0.push(figure);
    }

    pub(crate) fn minimum(&self) -> f64 {
        self.quantile(0.0)
    }

    pub(crate) fn p10(&self) -> f64 {
        self.quantile(0.1)
    }

    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    pub(crate) fn p90(&self) -> f64 {
        self.quantile(0.9)
    }

    /// Divides this by `other`, round by round.
    ///
    /// The median is the figure for comparisons, because noise in a round slows both.
    pub(crate) fn per(&self, other: &Self) -> Self {
        Self(
            self.0
                .iter()
                .zip(&other.0)
                .map(|(mine, theirs)| mine / theirs)
                .collect(),
        )
    }

    /// Subtracts `other` from this, round by round.
    pub(crate) fn less(&self, other: &Self) -> Self {
        Self(
            self.0
                .iter()
                .zip(&other.0)
                .map(|(mine, theirs)| mine - theirs)
                .collect(),
        )
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index into at most some hundred rounds"
    )]
    fn quantile(&self, q: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = (sorted.len().saturating_sub(1) as f64 * q).round() as usize;
        sorted.get(at).copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "all of them are exact")]
mod tests {
    use super::Figures;

    fn figures(of: &[f64]) -> Figures {
        let mut figures = Figures::default();
        for &figure in of {
            figures.push(figure);
        }
        figures
    }

    #[test]
    fn slow_round_affects_neither_median_nor_minimum() {
        let rounds = figures(&[3.0, 90.0, 1.0, 2.0, 4.0]);
        assert_eq!(
            (rounds.minimum(), rounds.median(), rounds.p90()),
            (1.0, 3.0, 90.0)
        );
    }

    #[test]
    fn divides_figures_of_the_same_round() {
        let ratio = figures(&[20.0, 40.0, 21.0]).per(&figures(&[10.0, 20.0, 10.0]));
        assert_eq!(ratio.median(), 2.0);
    }
}

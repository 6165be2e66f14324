//! Reports of the customers.

use std::{collections::BTreeMap, fs, ops::AddAssign, path::Path};

use serde::Deserialize;

/// Handler of each route.
const HANDLERS: [(&str, &str); 7] = [
    ("GET /products", "browse"),
    ("GET /search", "search"),
    ("GET /products/{id}", "view"),
    ("POST /carts", "open_cart"),
    ("GET /carts/{id}", "show_cart"),
    ("POST /carts/{id}/items", "add_to_cart"),
    ("POST /carts/{id}/checkout", "check_out"),
];

#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    pub(crate) total: Counts,
    routes: BTreeMap<String, Counts>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Counts {
    pub(crate) sent: u64,
    pub(crate) served: u64,
    pub(crate) refused: u64,
    pub(crate) failed: u64,
    pub(crate) unanswered: u64,
}

impl Report {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let report: Self = serde_json::from_str(&text).unwrap();
        let sum: u64 = report.routes.values().map(|counts| counts.sent).sum();
        assert_eq!(report.total.sent, sum);
        for (route, counts) in &report.routes {
            assert_eq!(counts.unanswered, 0, "{route}");
            let answered = counts.served + counts.refused + counts.failed;
            assert_eq!(counts.sent, answered, "{route}");
        }
        report
    }

    /// Returns the counts of each handler. All of them have at least one request.
    pub(crate) fn handlers(&self) -> impl Iterator<Item = (&'static str, Counts)> {
        assert_eq!(self.routes.len(), HANDLERS.len(), "{:?}", self.routes);
        HANDLERS
            .iter()
            .map(|(route, handler)| (*handler, self.routes[*route]))
    }

    pub(crate) fn of(&self, handler: &str) -> Counts {
        let mut handlers = self.handlers();
        handlers.find(|(name, _)| *name == handler).unwrap().1
    }
}

impl AddAssign for Report {
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        for (route, counts) in other.routes {
            *self.routes.entry(route).or_default() += counts;
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.sent += other.sent;
        self.served += other.served;
        self.refused += other.refused;
        self.failed += other.failed;
        self.unanswered += other.unanswered;
    }
}

//! Faults of the shop, and their suspects.

use std::{fs, path::Path};

use serde_json::Value;

/// A fault with the expected suspect.
pub(crate) struct Case {
    /// Name of the service that has it.
    pub(crate) service: &'static str,
    /// Arguments of the shop; empty for none.
    pub(crate) fault: &'static [&'static str],
    /// File that the agent knows.
    pub(crate) file: &'static str,
    sli: &'static str,
    /// Function of the first suspect.
    suspect: &'static str,
    /// File of that function, and the beginning of its line.
    source: [&'static str; 2],
}

const AUTHORIZE: [&str; 2] = ["examples/shop/src/payment.rs", "async fn authorize("];

pub(crate) const CASES: [Case; 4] = [
    Case {
        service: "shop-failures",
        fault: &["--payment-failures", "0.6"],
        file: "checkout.rs",
        sli: "success",
        suspect: "shop::payment::Acquirer::authorize",
        source: AUTHORIZE,
    },
    Case {
        service: "shop-queries",
        fault: &["--slow-queries", "0.8"],
        file: "catalogue.rs",
        sli: "latency",
        suspect: "shop::store::products::Products::search",
        source: [
            "examples/shop/src/store/products.rs",
            "pub(crate) async fn search(",
        ],
    },
    Case {
        service: "shop-retries",
        fault: &["--payment-retries", "0.75"],
        file: "checkout.rs",
        sli: "latency",
        suspect: "shop::payment::Acquirer::authorize",
        source: AUTHORIZE,
    },
    Case {
        service: "shop-timeouts",
        fault: &["--payment-timeouts", "0.4"],
        file: "checkout.rs",
        sli: "latency",
        suspect: "shop::payment::charge",
        source: [
            "examples/shop/src/payment.rs",
            "pub(crate) async fn charge(",
        ],
    },
];

/// A shop without faults.
pub(crate) const HEALTHY: Case = Case {
    service: "shop-healthy",
    fault: &[],
    file: "checkout.rs",
    sli: "",
    suspect: "",
    source: ["", ""],
};

impl Case {
    /// Returns `true` if the first suspect is the expected one.
    pub(crate) fn is_found(&self, answer: &Value) -> bool {
        let first = &answer["suspects"][0];
        first["function"] == self.suspect && first["sli"] == self.sli && first["at"] == self.at()
    }

    /// Returns file and line of the suspect, such as `src/payment.rs:91`.
    fn at(&self) -> String {
        let [file, start] = self.source;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let source = fs::read_to_string(root.join(file)).unwrap();
        let mut lines = source.lines();
        let index = lines.position(|line| line.trim_start().starts_with(start));
        format!("{file}:{}", index.unwrap() + 1)
    }
}

//! The Rust code in README and in the chapters of the book compiles as a reader would paste it.

/// Makes a documentation test of each code block of a document.
#[cfg(doctest)]
macro_rules! documents {
    ($($name:ident: $path:literal,)*) => {
        $(
            #[doc = include_str!(concat!("../../../", $path))]
            pub struct $name;
        )*
    };
}

#[cfg(doctest)]
documents! {
    Readme: "README.md",
    GettingStarted: "docs/getting-started.md",
    Axum: "docs/axum.md",
    Actix: "docs/actix.md",
    Batch: "docs/batch.md",
    Objectives: "docs/objectives.md",
    Errors: "docs/errors.md",
    Callers: "docs/callers.md",
    EventsAndTraces: "docs/events-and-traces.md",
    Flows: "docs/flows.md",
    Otlp: "docs/otlp.md",
    Services: "docs/services.md",
    Exporters: "docs/exporters.md",
    Explorer: "docs/explorer.md",
    Attribute: "docs/attribute.md",
    Settings: "docs/settings.md",
    Testing: "docs/testing.md",
    Libraries: "docs/libraries.md",
    Limits: "docs/limits.md",
    Migrating: "docs/migrating.md",
}

//! Parses `span` and `span(…)`: a span of `tracing` around each call.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{
    Error, Expr, LitInt, LitStr, Path, Token, ext::IdentExt as _, parenthesized,
    parse::ParseStream, punctuated::Punctuated,
};

use super::argument;

const ARGUMENTS: &str = "`level = \"debug\"`, `name = \"…\"`, `target = \"…\"`, `fields(…)`, \
                         `skip(…)`, `skip_all`, `err` or `ret`";

/// The properties of the span.
#[derive(Clone)]
pub(crate) struct SpanArgs {
    /// The place of the word `span`, for messages that point to it.
    pub(crate) key_span: Span,
    pub(crate) level: Option<Level>,
    pub(crate) name: Option<Expr>,
    pub(crate) target: Option<Expr>,
    /// In the syntax of `tracing`'s macros.
    pub(crate) fields: TokenStream,
    pub(crate) err: Option<RecordedValue>,
    pub(crate) ret: Option<RecordedValue>,
}

/// A level: one of `tracing`, by its name, or the path of a constant.
#[derive(Clone)]
pub(crate) enum Level {
    Named(Ident),
    Path(Path),
}

/// The event that records the returned error (`err`) or value (`ret`).
#[derive(Clone, Default)]
pub(crate) struct RecordedValue {
    pub(crate) level: Option<Level>,
    /// The trait that formats the value; `None` is `Display` for errors and `Debug` for values.
    pub(crate) format: Option<Format>,
    /// The place of the word `err` or `ret`, for messages that point to it.
    pub(crate) key_span: Option<Span>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Debug,
    Display,
}

impl SpanArgs {
    /// Parses the optional arguments behind the word `span`.
    pub(crate) fn read(input: ParseStream<'_>, key: &Ident) -> syn::Result<Self> {
        let mut span = Self {
            key_span: key.span(),
            level: None,
            name: None,
            target: None,
            fields: TokenStream::new(),
            err: None,
            ret: None,
        };
        argument::nested(input, key, "level = \"debug\"", |input| {
            span.read_one(input)
        })?;
        Ok(span)
    }

    fn read_one(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let Ok(key) = input.call(Ident::parse_any) else {
            return Err(input.error(format!("expected {ARGUMENTS}")));
        };
        match key.to_string().as_str() {
            "level" => argument::set(&mut self.level, level(input, &key)?, &key),
            "name" => {
                let name = argument::value(input, &key, "name = \"charge card\"")?;
                argument::set(&mut self.name, name, &key)
            }
            "target" => {
                let target = argument::value(input, &key, "target = \"shop::payment\"")?;
                argument::set(&mut self.target, target, &key)
            }
            "fields" => {
                let content;
                parenthesized!(content in input);
                self.fields = content.parse()?;
                Ok(())
            }
            // Only named parameters are recorded, so there is nothing to skip.
            // Both are accepted, because attributes of `tracing` have them.
            "skip" => {
                let content;
                parenthesized!(content in input);
                Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, Ident::parse_any)
                    .map(drop)
            }
            "skip_all" => Ok(()),
            "err" => argument::set(&mut self.err, recorded(input, &key)?, &key),
            "ret" => argument::set(&mut self.ret, recorded(input, &key)?, &key),
            other => {
                let message = format!("unknown argument `{other}` of `span`: expected {ARGUMENTS}");
                Err(Error::new(key.span(), message))
            }
        }
    }

    /// Returns `true` if the value that the call returns is recorded.
    pub(crate) fn records_value(&self) -> bool {
        self.err.is_some() || self.ret.is_some()
    }
}

/// Parses `= "debug"`, `= Level::DEBUG` or `= 2`, the forms that `tracing` accepts.
fn level(input: ParseStream<'_>, key: &Ident) -> syn::Result<Level> {
    const EXAMPLE: &str = "level = \"debug\"";
    const NAMES: [&str; 5] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];
    let no_level = |at: Span| {
        let message = "not a level: expected \"trace\", \"debug\", \"info\", \"warn\", \"error\", \
                       1 to 5, or a path such as `Level::DEBUG`";
        Error::new(at, message)
    };
    if input.peek(Token![=]) && input.peek2(LitStr) {
        let name: LitStr = argument::value(input, key, EXAMPLE)?;
        let upper = name.value().to_uppercase();
        if !NAMES.contains(&upper.as_str()) {
            return Err(no_level(name.span()));
        }
        return Ok(Level::Named(Ident::new(&upper, name.span())));
    }
    if input.peek(Token![=]) && input.peek2(LitInt) {
        let number: LitInt = argument::value(input, key, EXAMPLE)?;
        let at = number.base10_parse::<usize>()?.wrapping_sub(1);
        let name = NAMES.get(at).ok_or_else(|| no_level(number.span()))?;
        return Ok(Level::Named(Ident::new(name, number.span())));
    }
    argument::value(input, key, EXAMPLE).map(Level::Path)
}

/// Parses the optional arguments behind `err` and `ret`.
fn recorded(input: ParseStream<'_>, key: &Ident) -> syn::Result<RecordedValue> {
    let mut recorded = RecordedValue {
        key_span: Some(key.span()),
        ..RecordedValue::default()
    };
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(recorded);
    }
    let content;
    parenthesized!(content in input);
    while !content.is_empty() {
        let key = content.call(Ident::parse_any)?;
        match key.to_string().as_str() {
            "Debug" => argument::set(&mut recorded.format, Format::Debug, &key)?,
            "Display" => argument::set(&mut recorded.format, Format::Display, &key)?,
            "level" => argument::set(&mut recorded.level, level(&content, &key)?, &key)?,
            other => {
                let message = format!(
                    "unknown argument `{other}`: expected `Debug`, `Display` or `level = \"warn\"`"
                );
                return Err(Error::new(key.span(), message));
            }
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(recorded)
}

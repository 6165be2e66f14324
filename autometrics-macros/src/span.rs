//! `span` and `span(…)`: a span of `tracing` around the call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Error, Expr, LitInt, LitStr, Path, Stmt, Token, ext::IdentExt as _, parenthesized,
    parse::ParseStream, parse_quote, punctuated::Punctuated,
};

use crate::{
    args,
    generate::private,
    plan::Plan,
    scope::{hidden, hidden_at},
};

const ARGUMENTS: &str = "`level = \"debug\"`, `name = \"…\"`, `target = \"…\"`, `fields(…)`, \
                         `skip(…)`, `skip_all`, `err` or `ret`";

/// What the span is to be like.
#[derive(Clone)]
pub(crate) struct SpanArgs {
    /// The word itself, for messages that point at it.
    at: Span,
    level: Option<Level>,
    name: Option<Expr>,
    target: Option<Expr>,
    /// As `tracing`'s macros take them.
    fields: TokenStream,
    err: Option<Recorded>,
    ret: Option<Recorded>,
}

/// A level as a path, `tracing::Level::INFO` or the user's own.
#[derive(Clone)]
enum Level {
    Named(Ident),
    Path(Path),
}

/// How a value is recorded that the call returned.
#[derive(Clone, Default)]
struct Recorded {
    level: Option<Level>,
    /// `Debug` instead of `Display`, or the other way round.
    format: Option<Format>,
    /// The word itself, for messages that point at it.
    at: Option<Span>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Debug,
    Display,
}

impl SpanArgs {
    /// Reads what may stand behind the word `span`.
    pub(crate) fn read(input: ParseStream<'_>, key: &Ident) -> syn::Result<Self> {
        let mut span = Self {
            at: key.span(),
            level: None,
            name: None,
            target: None,
            fields: TokenStream::new(),
            err: None,
            ret: None,
        };
        args::nested(input, key, "level = \"debug\"", |input| {
            span.read_one(input)
        })?;
        Ok(span)
    }

    fn read_one(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let Ok(key) = input.call(Ident::parse_any) else {
            return Err(input.error(format!("expected {ARGUMENTS}")));
        };
        match key.to_string().as_str() {
            "level" => args::set(&mut self.level, level(input, &key)?, &key),
            "name" => {
                let name = args::value(input, &key, "name = \"charge card\"")?;
                args::set(&mut self.name, name, &key)
            }
            "target" => {
                let target = args::value(input, &key, "target = \"shop::payment\"")?;
                args::set(&mut self.target, target, &key)
            }
            "fields" => {
                let content;
                parenthesized!(content in input);
                self.fields = content.parse()?;
                Ok(())
            }
            // Nothing is recorded that is not named, so there is nothing to skip.
            // Both are taken as they stand in attributes of `tracing`.
            "skip" => {
                let content;
                parenthesized!(content in input);
                Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, Ident::parse_any)
                    .map(drop)
            }
            "skip_all" => Ok(()),
            "err" => args::set(&mut self.err, recorded(input, &key)?, &key),
            "ret" => args::set(&mut self.ret, recorded(input, &key)?, &key),
            other => {
                let message = format!("unknown argument `{other}` of `span`: expected {ARGUMENTS}");
                Err(Error::new(key.span(), message))
            }
        }
    }

    /// Whether what the call returns is recorded.
    pub(crate) fn records_value(&self) -> bool {
        self.err.is_some() || self.ret.is_some()
    }
}

/// `= "debug"`, `= Level::DEBUG` or `= 2`, as `tracing` takes it.
fn level(input: ParseStream<'_>, key: &Ident) -> syn::Result<Level> {
    const EXAMPLE: &str = "level = \"debug\"";
    const NAMES: [&str; 5] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];
    let no_level = |at: Span| {
        let message = "no level: expected \"trace\", \"debug\", \"info\", \"warn\", \"error\", \
                       1 to 5, or a path such as `Level::DEBUG`";
        Error::new(at, message)
    };
    if input.peek(Token![=]) && input.peek2(LitStr) {
        let name: LitStr = args::value(input, key, EXAMPLE)?;
        let upper = name.value().to_uppercase();
        if !NAMES.contains(&upper.as_str()) {
            return Err(no_level(name.span()));
        }
        return Ok(Level::Named(Ident::new(&upper, name.span())));
    }
    if input.peek(Token![=]) && input.peek2(LitInt) {
        let number: LitInt = args::value(input, key, EXAMPLE)?;
        let at = number.base10_parse::<usize>()?.wrapping_sub(1);
        let name = NAMES.get(at).ok_or_else(|| no_level(number.span()))?;
        return Ok(Level::Named(Ident::new(name, number.span())));
    }
    args::value(input, key, EXAMPLE).map(Level::Path)
}

/// What may stand behind `err` and `ret`.
fn recorded(input: ParseStream<'_>, key: &Ident) -> syn::Result<Recorded> {
    let mut recorded = Recorded {
        at: Some(key.span()),
        ..Recorded::default()
    };
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(recorded);
    }
    let content;
    parenthesized!(content in input);
    while !content.is_empty() {
        let key = content.call(Ident::parse_any)?;
        match key.to_string().as_str() {
            "Debug" => args::set(&mut recorded.format, Format::Debug, &key)?,
            "Display" => args::set(&mut recorded.format, Format::Display, &key)?,
            "level" => args::set(&mut recorded.level, level(&content, &key)?, &key)?,
            other => {
                let message = format!(
                    "`{other}` is no way to record it: expected `Debug`, `Display` or `level = \"warn\"`"
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

/// The statement that makes the span, and the local that it is.
pub(crate) fn make(plan: &Plan, span: &SpanArgs) -> (Ident, Stmt) {
    let private = private(plan);
    // The user's fields are told apart from a name of ours by its hygiene.
    let local = hidden("span");
    let level = path(plan, span.level.as_ref(), "INFO");
    let target = target(span);
    let name = span.name.as_ref().map(ToTokens::to_token_stream);
    let name = name.unwrap_or_else(|| plan.name.to_token_stream());
    let fields = &span.fields;
    let stmt = parse_quote! {
        let #local = #private::tracing::span!(
            target: #target,
            #level,
            #name,
            caller =
                ::core::option::Option::map(#private::caller(), #private::tracing::field::display),
            #fields
        );
    };
    (local, stmt)
}

/// The statements that make the span and enter it, for a body that does not wait.
pub(crate) fn enter(plan: &Plan) -> Vec<Stmt> {
    let Some(span) = &plan.traced else {
        return Vec::new();
    };
    let private = private(plan);
    let (local, make) = make(plan, span);
    let guard = hidden("in_span");
    vec![
        make,
        parse_quote!(let #guard = #private::tracing::Span::enter(&#local);),
    ]
}

/// The future `call` in a span, as an expression.
pub(crate) fn around(plan: &Plan, call: TokenStream) -> TokenStream {
    let Some(span) = &plan.traced else {
        return call;
    };
    let private = private(plan);
    let (local, make) = make(plan, span);
    let returned = hidden("returned");
    let call = match record(plan, &returned.to_token_stream()) {
        Some(record) => quote!(#private::with_output_hook(#call, |#returned| #record)),
        None => call,
    };
    // Made first: the future takes the parameters that the fields name.
    quote!({
        #make
        #private::tracing::Instrument::instrument(#call, #local)
    })
}

/// Records what `returned`, a reference, refers to, in the span.
pub(crate) fn record(plan: &Plan, returned: &TokenStream) -> Option<TokenStream> {
    let span = plan.traced.as_ref().filter(|span| span.records_value())?;
    let private = private(plan);
    let [value, failure] = ["value", "failure"].map(hidden);
    let shown = hidden("shown");
    let event = |recorded: &Recorded, level, name: &str, format: Format, it: &TokenStream| {
        let field = Ident::new(name, Span::call_site());
        let target = target(span);
        let at = recorded.at.unwrap_or(span.at);
        let (sigil, form) = match recorded.format.unwrap_or(format) {
            Format::Debug => (quote!(?), quote_spanned!(at=> ::core::fmt::Debug)),
            Format::Display => (quote!(%), quote_spanned!(at=> ::core::fmt::Display)),
        };
        // What cannot be shown is said once, and where it was asked for.
        let it = quote_spanned!(at=> #it);
        let cast = quote_spanned!(at=> let #shown: &dyn #form = #it;);
        let level: TokenStream = level;
        quote!({
            #cast
            #private::tracing::event!(target: #target, #level, #field = #sigil #shown);
        })
    };
    let of_err = span.err.as_ref().map(|err| {
        let level = path(plan, err.level.as_ref(), "ERROR");
        let it = hidden_at("it", err.at.unwrap_or(span.at));
        let event = event(err, level, "error", Format::Display, &it.to_token_stream());
        quote!(if let ::core::option::Option::Some(#it) = #private::Failure::get(&#failure) { #event })
    });
    let of_ret = span.ret.as_ref().map(|ret| {
        let level = match (&ret.level, &span.level) {
            (None, level) | (level, _) => path(plan, level.as_ref(), "INFO"),
        };
        // With `err`, what is no error; else all of it.
        if span.err.is_some() {
            let it = hidden_at("it", ret.at.unwrap_or(span.at));
            let event = event(ret, level, "return", Format::Debug, &it.to_token_stream());
            quote!(if let ::core::option::Option::Some(#it) = #private::Value::get(&#value) { #event })
        } else {
            let event = event(ret, level, "return", Format::Debug, returned);
            quote!(#event)
        }
    });
    Some(quote!({
        #[allow(unused_imports)]
        use #private::{Otherwise as _, Ready as _};
        #[allow(unused_variables)]
        let (#value, #failure) =
            #private::Returned(::core::option::Option::Some(#returned)).__autometrics_split();
        #of_err
        #of_ret
    }))
}

fn path(plan: &Plan, level: Option<&Level>, otherwise: &str) -> TokenStream {
    let private = private(plan);
    match level {
        Some(Level::Path(path)) => quote!(#path),
        Some(Level::Named(name)) => quote!(#private::tracing::Level::#name),
        None => {
            let name = Ident::new(otherwise, Span::call_site());
            quote!(#private::tracing::Level::#name)
        }
    }
}

fn target(span: &SpanArgs) -> TokenStream {
    let target = span.target.as_ref().map(ToTokens::to_token_stream);
    target.unwrap_or_else(|| quote!(::core::module_path!()))
}

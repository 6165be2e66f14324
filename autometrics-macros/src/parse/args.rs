//! What stands in the brackets of the attribute.

use proc_macro2::TokenStream;
use syn::{
    Error, Expr, ExprGroup, ExprParen, Ident, LitStr, Pat, Path, Token, TypeInfer,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
    visit::Visit,
};

use super::{
    argument::{set, skip_to_comma, value},
    dialect::Dialect,
    events::EventsArgs,
    span::SpanArgs,
};
use crate::errors::Errors;

/// The arguments of one attribute; none is required.
#[derive(Clone, Default)]
pub(crate) struct Args {
    /// Constant expressions of type `Objective`.
    pub(crate) objectives: Option<Vec<Expr>>,
    /// The word itself, for messages that point at it.
    pub(crate) track_concurrency: Option<Ident>,
    /// What the function is called in metrics.
    pub(crate) name: Option<LitStr>,
    /// What stands before the names of methods that are decorated one by one.
    pub(crate) struct_name: Option<LitStr>,
    /// What decides, instead of the type, how a value is counted.
    pub(crate) outcome_test: Option<OutcomeTest>,
    /// The span around each call.
    pub(crate) span: Option<SpanArgs>,
    /// What is kept of calls.
    pub(crate) events: Option<EventsArgs>,
    /// Where the face is, when it is not at `::autometrics`.
    pub(crate) krate: Option<Path>,
    /// Whose arguments these are.
    pub(crate) dialect: Dialect,
}

/// `ok_if = test` or `error_if = test`: a function or closure that takes the
/// returned value, or the error in it, by reference.
#[derive(Clone)]
pub(crate) struct OutcomeTest {
    pub(crate) key: Ident,
    pub(crate) test: Expr,
    /// What `true` means.
    pub(crate) true_is_ok: bool,
}

impl OutcomeTest {
    /// Whether the test takes the whole value for sure: a closure that leaves
    /// to the compiler what it takes. Anything else says it by its type.
    pub(crate) fn takes_whole_value(&self) -> bool {
        let mut test = &self.test;
        while let Expr::Paren(ExprParen { expr, .. }) | Expr::Group(ExprGroup { expr, .. }) = test {
            test = expr;
        }
        matches!(test, Expr::Closure(closure) if !closure.inputs.iter().all(has_full_type))
    }
}

/// Whether a closure's parameter has a type without a `_` in it.
fn has_full_type(parameter: &Pat) -> bool {
    struct Complete(bool);

    impl Visit<'_> for Complete {
        fn visit_type_infer(&mut self, _: &TypeInfer) {
            self.0 = false;
        }
    }

    let mut complete = Complete(matches!(parameter, Pat::Type(_)));
    complete.visit_pat(parameter);
    complete.0
}

impl Args {
    /// Reads `tokens`, skipping what is wrong and reporting it to `errors`.
    pub(crate) fn read(tokens: TokenStream, dialect: Dialect, errors: &mut Errors) -> Self {
        let mut args = Self {
            dialect,
            ..Self::default()
        };
        let parser = |input: ParseStream<'_>| args.read_all(input, errors);
        if let Err(error) = parser.parse2(tokens) {
            errors.push(error);
        }
        args
    }

    fn read_all(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        while !input.is_empty() {
            if let Err(error) = self.read_one(input) {
                errors.push(error);
                skip_to_comma(input)?;
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn read_one(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let Ok(key) = input.call(Ident::parse_any) else {
            return Err(input.error(format!("expected {}", self.dialect.arguments())));
        };
        match key.to_string().as_str() {
            "objective" => {
                let value = value(input, &key, "objective = CHECKOUT")?;
                set(&mut self.objectives, objectives(value)?, &key)
            }
            "track_concurrency" => {
                if input.peek(Token![=]) {
                    let message = "`track_concurrency` takes no value: leave it out to turn it off";
                    return Err(Error::new(key.span(), message));
                }
                set(&mut self.track_concurrency, key.clone(), &key)
            }
            "struct_name" if self.dialect == Dialect::Autometrics3 => {
                let value = value(input, &key, "struct_name = \"Cart\"")?;
                set(&mut self.struct_name, value, &key)
            }
            "name" if self.dialect == Dialect::Current => {
                let value = value::<LitStr>(input, &key, "name = \"checkout\"")?;
                if value.value().trim().is_empty() {
                    let message = "`name` is empty: a function needs a name to be found by";
                    return Err(Error::new(value.span(), message));
                }
                set(&mut self.name, value, &key)
            }
            "ok_if" => self.set_outcome_test(input, &key, true),
            "error_if" => self.set_outcome_test(input, &key, false),
            "span" if self.dialect == Dialect::Current => {
                let span = SpanArgs::read(input, &key)?;
                set(&mut self.span, span, &key)
            }
            "events" if self.dialect == Dialect::Current => {
                let events = EventsArgs::read(input, &key)?;
                set(&mut self.events, events, &key)
            }
            "crate" if self.dialect == Dialect::Current => {
                let value = value(input, &key, "crate = some::path")?;
                set(&mut self.krate, value, &key)
            }
            _ => Err(Error::new(
                key.span(),
                format!(
                    "unknown argument `{key}`: expected {}",
                    self.dialect.arguments()
                ),
            )),
        }
    }
}

impl Args {
    /// These arguments, and of those around them what holds for all functions.
    pub(crate) fn with_defaults_from(mut self, outer: &Self) -> Self {
        self.objectives = self.objectives.or_else(|| outer.objectives.clone());
        self.track_concurrency = self
            .track_concurrency
            .or_else(|| outer.track_concurrency.clone());
        self.span = self.span.or_else(|| outer.span.clone());
        self.events = self.events.or_else(|| outer.events.clone());
        self.krate = self.krate.or_else(|| outer.krate.clone());
        self.dialect = outer.dialect;
        self
    }

    fn set_outcome_test(
        &mut self,
        input: ParseStream<'_>,
        key: &Ident,
        true_is_ok: bool,
    ) -> syn::Result<()> {
        let test = value(input, key, &format!("{key} = Option::is_some"))?;
        if let Some(other) = self
            .outcome_test
            .as_ref()
            .filter(|other| other.true_is_ok != true_is_ok)
        {
            let message = format!("`{key}` and `{}` exclude each other: keep one", other.key);
            return Err(Error::new(key.span(), message));
        }
        let outcome_test = OutcomeTest {
            key: key.clone(),
            test,
            true_is_ok,
        };
        set(&mut self.outcome_test, outcome_test, key)
    }
}

/// Returns the objectives in `value`: one, or a list in brackets.
fn objectives(value: Expr) -> syn::Result<Vec<Expr>> {
    let list = match value {
        Expr::Array(list) => list,
        Expr::Group(ExprGroup { expr, .. }) if matches!(*expr, Expr::Array(_)) => {
            return objectives(*expr);
        }
        one => return Ok(vec![one]),
    };
    if list.elems.is_empty() {
        let message = "`objective` is an empty list: name an objective, or leave the argument out";
        return Err(Error::new_spanned(list, message));
    }
    Ok(list.elems.into_iter().collect())
}

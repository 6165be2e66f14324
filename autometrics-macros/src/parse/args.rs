//! Parses the arguments of one attribute.

use proc_macro2::TokenStream;
use syn::{
    Error, Expr, ExprGroup, ExprParen, Ident, LitStr, Pat, Path, Token, TypeInfer,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
    visit::Visit,
};

use super::{
    argument::{read_all, set, value},
    dialect::Dialect,
    events::EventsArgs,
    span::SpanArgs,
};
use crate::errors::Errors;

/// The arguments of one attribute. All are optional.
#[derive(Clone, Default)]
pub(crate) struct Args {
    /// Constant expressions of type `Objective`.
    pub(crate) objectives: Option<Vec<Expr>>,
    /// The argument's name, for messages that point to it.
    pub(crate) track_concurrency: Option<Ident>,
    /// The function's name in metrics.
    pub(crate) name: Option<LitStr>,
    /// The type's name, which precedes the name of a method in metrics; only in 3.0, where methods are
    /// instrumented one by one.
    pub(crate) struct_name: Option<LitStr>,
    /// The test that classifies the returned value in place of its type.
    pub(crate) outcome_test: Option<OutcomeTest>,
    /// The span around each call.
    pub(crate) span: Option<SpanArgs>,
    /// The calls that are recorded one by one.
    pub(crate) events: Option<EventsArgs>,
    /// The path of crate `autometrics`, if it is not `::autometrics`.
    pub(crate) krate: Option<Path>,
    /// The attribute that these arguments belong to.
    pub(crate) dialect: Dialect,
}

/// `ok_if = test` or `error_if = test`: a function or closure that takes a reference to the
/// returned value, or to the error in it.
#[derive(Clone)]
pub(crate) struct OutcomeTest {
    pub(crate) key: Ident,
    pub(crate) test: Expr,
    /// Set for `ok_if`: the call is ok if the test returns `true`.
    pub(crate) true_is_ok: bool,
}

impl OutcomeTest {
    /// Returns `true` if the test certainly takes the whole value, not the error in it: it is a closure whose
    /// parameter has no full type. The parameter type of any other test tells which of them it takes.
    pub(crate) fn takes_whole_value(&self) -> bool {
        let mut test = &self.test;
        while let Expr::Paren(ExprParen { expr, .. }) | Expr::Group(ExprGroup { expr, .. }) = test {
            test = expr;
        }
        matches!(test, Expr::Closure(closure) if !closure.inputs.iter().all(has_full_type))
    }
}

/// Returns `true` if a closure's parameter has a type without a `_` in it.
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
    /// Parses `tokens`. Skips wrong arguments and reports them to `errors`.
    pub(crate) fn read(tokens: TokenStream, dialect: Dialect, errors: &mut Errors) -> Self {
        let mut args = Self {
            dialect,
            ..Self::default()
        };
        let parser = |input: ParseStream<'_>| read_all(input, errors, |input| args.read_one(input));
        if let Err(error) = parser.parse2(tokens) {
            errors.push(error);
        }
        args
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
                    let message = "`track_concurrency` takes no value: remove it to turn it off";
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
                    let message = "`name` is empty: a function needs a name in metrics";
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
    /// Fills arguments that are not set here from those of the surrounding block, except for the ones that
    /// only apply to one function.
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

/// Returns the objectives in `value`, which is one objective or a list in brackets.
fn objectives(value: Expr) -> syn::Result<Vec<Expr>> {
    let list = match value {
        Expr::Array(list) => list,
        Expr::Group(ExprGroup { expr, .. }) if matches!(*expr, Expr::Array(_)) => {
            return objectives(*expr);
        }
        one => return Ok(vec![one]),
    };
    if list.elems.is_empty() {
        let message = "`objective` is an empty list: name an objective, or remove the argument";
        return Err(Error::new_spanned(list, message));
    }
    Ok(list.elems.into_iter().collect())
}

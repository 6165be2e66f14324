//! The type or trait that a method belongs to: its name in metrics, and the meaning of `Self`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    AngleBracketedGenericArguments, Error, Expr, ExprPath, GenericArgument, GenericParam, Generics,
    ItemImpl, ItemTrait, Lifetime, PathArguments, Type,
    ext::IdentExt as _,
    parse_quote,
    visit_mut::{self, VisitMut},
};

/// The `impl` block or trait around a method.
pub(crate) struct Owner {
    /// The text in front of the names of its methods: `Type`; `Type<u8>` if arguments distinguish the block
    /// from others; or `<Type as Trait<Arg>>`, because `From<A>` and `From<B>` have the same
    /// methods.
    pub(crate) name: String,
    self_type: SelfType,
}

/// The meaning of `Self`.
enum SelfType {
    /// A type that can be named anywhere.
    Type(Box<Type>),
    /// A type that depends on a parameter.
    Generic,
    /// Any type that has the trait.
    Implementor,
}

impl Owner {
    pub(crate) fn of_impl(block: &ItemImpl) -> Self {
        let generic = block
            .generics
            .params
            .iter()
            .any(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
        Self {
            name: name(block),
            self_type: if generic {
                SelfType::Generic
            } else {
                let mut this = block.self_ty.clone();
                StaticLifetimes.visit_type_mut(&mut this);
                SelfType::Type(this)
            },
        }
    }

    pub(crate) fn of_trait(block: &ItemTrait) -> Self {
        Self {
            name: block.ident.unraw().to_string(),
            self_type: SelfType::Implementor,
        }
    }
}

/// Replaces lifetimes by `'static`, the only lifetime that a static may name.
struct StaticLifetimes;

impl VisitMut for StaticLifetimes {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        lifetime.ident = Ident::new("static", lifetime.ident.span());
    }
}

/// Replaces `Self` in an expression by the owner's type, because a static inside of a
/// function cannot name `Self`.
///
/// # Errors
///
/// If `Self` is not a type that can be named outside of the block.
pub(crate) fn without_self(mut expression: Expr, owner: Option<&Owner>) -> syn::Result<Expr> {
    let mut replace = ReplaceSelf {
        owner,
        error: Ok(()),
    };
    replace.visit_expr_mut(&mut expression);
    replace.error.map(|()| expression)
}

struct ReplaceSelf<'a> {
    owner: Option<&'a Owner>,
    error: syn::Result<()>,
}

impl ReplaceSelf<'_> {
    fn self_type(&mut self, at: Span) -> Option<Type> {
        let message = match self.owner.map(|owner| &owner.self_type) {
            Some(SelfType::Type(this)) => return Some(this.as_ref().clone()),
            Some(SelfType::Generic) => {
                "`Self` depends on a type parameter here, but all its types share one objective: \
                 name a constant outside of the block, or a constant of one type, `Type::<u8>::SLO`"
            }
            Some(SelfType::Implementor) => {
                "`Self` may be any type here, but all types share one objective: \
                 name a constant outside of the trait, or a constant of one type, `Type::SLO`"
            }
            None => {
                "`Self` is only known to an attribute on the `impl` block: \
                 put `#[instrument_fn]` there, too, or name the type, `Type::SLO`"
            }
        };
        self.error = Err(Error::new(at, message));
        None
    }
}

impl VisitMut for ReplaceSelf<'_> {
    fn visit_expr_path_mut(&mut self, path: &mut ExprPath) {
        let first = &path.path.segments[0].ident;
        if path.qself.is_none() && first == "Self" {
            if let Some(this) = self.self_type(first.span()) {
                let rest = path.path.segments.iter().skip(1);
                *path = parse_quote!(<#this>::#(#rest)::*);
            }
            return;
        }
        visit_mut::visit_expr_path_mut(self, path);
    }

    fn visit_type_mut(&mut self, of: &mut Type) {
        match of {
            Type::Path(path) if path.path.is_ident("Self") => {
                if let Some(this) = self.self_type(path.path.segments[0].ident.span()) {
                    *of = this;
                }
            }
            _ => visit_mut::visit_type_mut(self, of),
        }
    }
}

fn name(block: &ItemImpl) -> String {
    let own = type_name(&block.self_ty, &block.generics);
    let Some(last) = block
        .trait_
        .as_ref()
        .and_then(|(_, path, _)| path.segments.last())
    else {
        return own;
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return own;
    };
    let arguments = argument_names(arguments, &block.generics);
    if arguments.is_empty() {
        return own;
    }
    format!("<{own} as {}<{}>>", last.ident, arguments.join(", "))
}

/// Returns the names of generic arguments, without lifetimes.
fn argument_names(arguments: &AngleBracketedGenericArguments, of: &Generics) -> Vec<String> {
    let arguments = arguments.args.iter();
    arguments
        .filter(|argument| !matches!(argument, GenericArgument::Lifetime(_)))
        .map(|argument| match argument {
            GenericArgument::Type(argument) => type_name(argument, of),
            other => compact(other),
        })
        .collect()
}

/// Returns the name of a type: the last segment of its path, or the tokens of a type that is not a path.
///
/// The name has generic arguments if one of them is not just a parameter of the block: `Wrapper<u8>`, but
/// `Wrapper` for `Wrapper<T>`.
fn type_name(named: &Type, of: &Generics) -> String {
    match named {
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else {
                return String::new();
            };
            let name = last.ident.to_string();
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return name;
            };
            let arguments = argument_names(arguments, of);
            let mut names = arguments.iter();
            if names.all(|argument| argument == "_" || is_parameter(argument, of)) {
                return name;
            }
            format!("{name}<{}>", arguments.join(", "))
        }
        Type::Reference(reference) => {
            let mutable = if reference.mutability.is_some() {
                "mut "
            } else {
                ""
            };
            format!("&{mutable}{}", type_name(&reference.elem, of))
        }
        Type::Group(group) => type_name(&group.elem, of),
        Type::Paren(group) => type_name(&group.elem, of),
        other => compact(other),
    }
}

fn is_parameter(name: &str, of: &Generics) -> bool {
    of.params.iter().any(|parameter| match parameter {
        GenericParam::Type(parameter) => parameter.ident == name,
        GenericParam::Const(parameter) => parameter.ident == name,
        GenericParam::Lifetime(_) => false,
    })
}

/// Formats tokens without blanks between them, except between words and behind `,` and `;`.
pub(crate) fn compact(tokens: &impl ToTokens) -> String {
    let mut text = String::new();
    append(&mut text, tokens.to_token_stream());
    text
}

fn append(text: &mut String, tokens: TokenStream) {
    for token in tokens {
        let (open, close) = match &token {
            TokenTree::Group(group) => match group.delimiter() {
                proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                proc_macro2::Delimiter::Bracket => ("[", "]"),
                proc_macro2::Delimiter::Brace => ("{", "}"),
                proc_macro2::Delimiter::None => ("", ""),
            },
            _ => ("", ""),
        };
        if let TokenTree::Group(group) = token {
            text.push_str(open);
            append(text, group.stream());
            text.push_str(close);
            continue;
        }
        let token = token.to_string();
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if word(text.chars().next_back()) && word(token.chars().next()) {
            text.push(' ');
        }
        text.push_str(&token);
        if token == "," || token == ";" {
            text.push(' ');
        }
    }
}

//! Properties of a return type that follow from its spelling, because a macro cannot resolve names.

use proc_macro2::{Ident, Span};
use syn::{
    AngleBracketedGenericArguments, FnArg, GenericArgument, Lifetime,
    ParenthesizedGenericArguments, PathArguments, PathSegment, ReturnType, Signature, Type,
    TypeParamBound, TypePath, TypeReference, parse_quote,
    punctuated::Punctuated,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

type Bounds = Punctuated<TypeParamBound, syn::Token![+]>;

/// Returns the type that a function returns, which is `()` if the signature has none.
pub(crate) fn of(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, output) => output.as_ref().clone(),
    }
}

/// Returns the type in a form that is allowed in a body.
///
/// `_` replaces `impl Trait`, which is only allowed in signatures. `'_` replaces each lifetime except `'static`,
/// so that lints about lifetimes that are used once don't change.
pub(crate) fn in_body(of: &Type) -> Type {
    let mut output = of.clone();
    InBody.visit_type_mut(&mut output);
    output
}

struct InBody;

impl VisitMut for InBody {
    fn visit_type_mut(&mut self, of: &mut Type) {
        match of {
            Type::ImplTrait(_) => *of = parse_quote!(_),
            // A `for` may declare the lifetimes inside.
            Type::BareFn(_) => {}
            Type::TraitObject(object) => {
                for bound in &mut object.bounds {
                    if let TypeParamBound::Lifetime(lifetime) = bound {
                        self.visit_lifetime_mut(lifetime);
                    }
                }
            }
            _ => visit_mut::visit_type_mut(self, of),
        }
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" {
            lifetime.ident = Ident::new("_", lifetime.ident.span());
        }
    }
}

/// Returns `true` if no value of the type can count as an error, whatever is in scope.
///
/// Names of well-known types of the standard library are assumed to be these types. Any
/// other name may be an alias of `Result`, or a type with labels of its own.
pub(crate) fn is_never_an_error(output: &Type) -> bool {
    const KNOWN: &[&str] = &[
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "isize", "f32", "f64", "String", "Vec", "Option",
    ];
    const LABELLED_BOUNDS: &[&str] = &["IntoResponse", "Responder", "ResultLabels"];
    match output {
        Type::Reference(_)
        | Type::Ptr(_)
        | Type::Slice(_)
        | Type::Array(_)
        | Type::BareFn(_)
        | Type::Never(_) => true,
        Type::Group(group) => is_never_an_error(&group.elem),
        Type::Paren(paren) => is_never_an_error(&paren.elem),
        // A tuple may begin with an HTTP status, or end with one.
        Type::Tuple(tuple) => {
            tuple.elems.first().is_none_or(is_never_an_error)
                && !tuple.elems.last().is_some_and(is_status)
        }
        Type::Path(TypePath { qself: None, path }) => {
            let segments = &path.segments;
            let from_std = matches!(&segments[0].ident, first if first == "std" || first == "core");
            (segments.len() == 1 || from_std)
                && KNOWN
                    .iter()
                    .any(|known| segments[segments.len() - 1].ident == known)
        }
        // A type with these bounds has labels, or is the response of a web framework.
        Type::ImplTrait(opaque) => !segments(&opaque.bounds)
            .any(|bound| LABELLED_BOUNDS.iter().any(|name| bound.ident == name)),
        _ => false,
    }
}

fn is_status(of: &Type) -> bool {
    let Type::Path(path) = of else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "StatusCode")
}

/// Returns the variant of `Returns` for the type, by its name. The function's record contains it.
pub(crate) fn record_variant(of: &Type) -> &'static str {
    match of {
        Type::Group(group) => record_variant(&group.elem),
        Type::Paren(paren) => record_variant(&paren.elem),
        Type::Path(path) => match path.path.segments.last() {
            Some(last) if last.ident == "Result" => "Result",
            Some(last) if last.ident == "Option" => "Option",
            Some(last) if is_response(last) => "Other",
            _ if is_never_an_error(of) => "Other",
            _ => "Classified",
        },
        _ if is_never_an_error(of) => "Other",
        _ => "Classified",
    }
}

/// Returns `true` if a type of this name is a response of a web framework that never counts as an error,
/// whatever is inside: attributes for routes and roles wrap results in these.
fn is_response(name: &PathSegment) -> bool {
    const RESPONSES: [&str; 4] = ["Either", "Html", "Json", "Redirect"];
    RESPONSES.iter().any(|known| name.ident == known)
}

/// A future that a function returns without being `async`.
#[derive(Clone)]
pub(crate) struct ReturnedFuture {
    /// The type that the future evaluates to.
    pub(crate) output: Type,
    pub(crate) form: FutureForm,
}

/// The spelling of a future.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FutureForm {
    /// `impl Future<Output = T>`
    Opaque,
    /// `Pin<Box<dyn Future<Output = T>>>`
    Boxed,
    /// Another name, such as `BoxFuture<'_, T>` or `Self::Future`. It may also be no future
    /// at all.
    Named,
}

/// Returns the future that the type may be; `None` if its spelling shows that it is not a future.
pub(crate) fn future(of: &Type) -> Option<ReturnedFuture> {
    match of {
        Type::Group(group) => future(&group.elem),
        Type::Paren(paren) => future(&paren.elem),
        Type::ImplTrait(opaque) => Some(ReturnedFuture {
            output: future_output(&opaque.bounds)?,
            form: FutureForm::Opaque,
        }),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            if let Some(dynamic) = only_argument(last, "Pin").and_then(boxed) {
                return Some(ReturnedFuture {
                    output: future_output(&dynamic.bounds)?,
                    form: FutureForm::Boxed,
                });
            }
            Some(ReturnedFuture {
                output: parse_quote!(<#of as ::core::future::Future>::Output),
                form: FutureForm::Named,
            })
        }
        _ => None,
    }
}

fn boxed(of: &Type) -> Option<&syn::TypeTraitObject> {
    let Type::Path(path) = of else { return None };
    match only_argument(path.path.segments.last()?, "Box")? {
        Type::TraitObject(dynamic) => Some(dynamic),
        _ => None,
    }
}

fn only_argument<'a>(segment: &'a PathSegment, name: &str) -> Option<&'a Type> {
    let PathArguments::AngleBracketed(AngleBracketedGenericArguments { args, .. }) =
        &segment.arguments
    else {
        return None;
    };
    match args.first()? {
        GenericArgument::Type(argument) if segment.ident == name => Some(argument),
        _ => None,
    }
}

/// Returns the `T` of `Future<Output = T>`.
fn future_output(bounds: &Bounds) -> Option<Type> {
    let future = segments(bounds).find(|segment| segment.ident == "Future")?;
    let PathArguments::AngleBracketed(arguments) = &future.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == "Output" => Some(assoc.ty.clone()),
        _ => None,
    })
}

fn segments(bounds: &Bounds) -> impl Iterator<Item = &PathSegment> {
    bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    })
}

/// Returns `true` if the function may return a reference that comes out of a parameter that it owns. A
/// closure that borrows the parameter could not return that reference.
pub(crate) fn may_borrow_from_parameters(signature: &Signature) -> bool {
    let owns = signature.inputs.iter().any(|input| match input {
        FnArg::Receiver(receiver) => {
            receiver.reference.is_none() && !matches!(*receiver.ty, Type::Reference(_))
        }
        FnArg::Typed(parameter) => !matches!(*parameter.ty, Type::Reference(_)),
    });
    owns && contains_borrow(&of(&signature.output))
}

/// Returns `true` if the type is written with a reference or a lifetime other than `'static`.
fn contains_borrow(of: &Type) -> bool {
    struct Search(bool);

    impl Visit<'_> for Search {
        fn visit_lifetime(&mut self, lifetime: &Lifetime) {
            self.0 |= lifetime.ident != "static";
        }

        fn visit_type_reference(&mut self, reference: &TypeReference) {
            self.0 |= reference.lifetime.is_none();
            visit::visit_type_reference(self, reference);
        }

        // The parameters of a function type are not returned.
        fn visit_parenthesized_generic_arguments(&mut self, _: &ParenthesizedGenericArguments) {}
    }

    let mut search = Search(false);
    search.visit_type(of);
    search.0
}

/// Returns the place of the return type, or else of the function's name.
pub(crate) fn span(output: &ReturnType, name: &Ident) -> Span {
    use syn::spanned::Spanned as _;
    match output {
        ReturnType::Default => name.span(),
        ReturnType::Type(_, output) => output.span(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use syn::parse_str;

    use super::record_variant;

    #[test]
    fn record_variant_follows_from_the_name_of_the_type() {
        let lines = [
            "()",
            "u8",
            "Vec<Result<u8, E>>",
            "impl Responder",
            "actix_web::Either<Result<HttpResponse, Error>, actix_web::HttpResponse>",
            "Json<Cart>",
            "impl IntoResponse",
            "Option<u8>",
            "io::Result<u8>",
            "Answer<Json<Cart>>",
            "http::StatusCode",
            "(StatusCode, String)",
        ]
        .map(|of| {
            format!(
                "{of}: {}\n",
                record_variant(&parse_str(of).expect("a type"))
            )
        });
        expect![[r"
            (): Other
            u8: Other
            Vec<Result<u8, E>>: Other
            impl Responder: Classified
            actix_web::Either<Result<HttpResponse, Error>, actix_web::HttpResponse>: Other
            Json<Cart>: Other
            impl IntoResponse: Classified
            Option<u8>: Option
            io::Result<u8>: Result
            Answer<Json<Cart>>: Classified
            http::StatusCode: Classified
            (StatusCode, String): Classified
        "]]
        .assert_eq(&lines.concat());
    }
}

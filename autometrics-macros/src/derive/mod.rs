//! `#[derive(ResultLabels)]`: generates a `match` with the label of each variant.

mod label;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{
    Data, DeriveInput, Error, Fields, Generics, LitStr, Path, Type, TypePath, WherePredicate,
    parse_quote,
    visit::{self, Visit},
};

use self::label::{Label, Meaning};
use crate::{errors::Errors, scope::hidden};

/// Returns the implementation of `ResultLabels` for a type, with all errors in its labels.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let implementation = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => implementation(input, &mut errors),
        Err(error) => {
            errors.push(error);
            None
        }
    };
    // The implementation is emitted despite errors, so that uses of the type are not reported, too.
    let mut output = implementation.unwrap_or_default();
    output.extend(errors.into_tokens());
    output
}

fn implementation(mut input: DeriveInput, errors: &mut Errors) -> Option<TokenStream> {
    let label = Label::read(&input.attrs, errors);
    let default = label.meaning(errors);
    let krate = label
        .krate
        .map_or_else(|| parse_quote!(::autometrics), |(_, path)| path);
    let mut value = Match::new(krate);
    match &input.data {
        Data::Enum(data) => {
            if let Meaning::Transparent(word) = &default {
                let message =
                    "`transparent` cannot be on an enum: write it on the variants that need it";
                errors.push(Error::new(word.span(), message));
            }
            for variant in &data.variants {
                let ident = &variant.ident;
                check_fields(&variant.fields, errors);
                let label = Label::read(&variant.attrs, errors);
                if let Some((key, _)) = &label.krate {
                    let message = "`crate` applies to the whole type: write it on the type";
                    errors.push(Error::new(key.span(), message));
                }
                let meaning = label.meaning(errors);
                let meaning = if matches!(meaning, Meaning::Nothing) {
                    &default
                } else {
                    &meaning
                };
                value.push(&quote!(Self::#ident), &variant.fields, meaning, errors);
            }
        }
        Data::Struct(data) => {
            check_fields(&data.fields, errors);
            value.push(&quote!(Self), &data.fields, &default, errors);
        }
        Data::Union(data) => {
            errors.push(Error::new(
                data.union_token.span,
                "`ResultLabels` can't be derived for a union, whose active field is unknown: use an enum",
            ));
            return None;
        }
    }
    value.add_bounds(&mut input.generics);
    Some(value.into_implementation(&input.ident, &input.generics))
}

fn check_fields(fields: &Fields, errors: &mut Errors) {
    let labels = fields.iter().flat_map(|field| &field.attrs);
    for label in labels.filter(|attribute| label::is_label(attribute)) {
        let message = "a label belongs on a variant or on the type, not on a field: \
                       to use the field's own label, write `#[label(transparent)]` on its variant";
        errors.push(Error::new_spanned(label, message));
    }
}

/// The `match` over a value, with the statics and bounds that its arms need.
struct Match {
    krate: Path,
    arms: Vec<TokenStream>,
    /// Each error kind once; an arm refers to it by its index.
    kinds: Vec<LitStr>,
    /// The types of transparent fields.
    inner: Vec<Type>,
}

impl Match {
    fn new(krate: Path) -> Self {
        Self {
            krate,
            arms: Vec::new(),
            kinds: Vec::new(),
            inner: Vec::new(),
        }
    }

    fn push(
        &mut self,
        path: &TokenStream,
        fields: &Fields,
        meaning: &Meaning,
        errors: &mut Errors,
    ) {
        let krate = &self.krate;
        let some = quote!(::core::option::Option::Some);
        let arm = match meaning {
            Meaning::Nothing => quote!(#path { .. } => ::core::option::Option::None,),
            Meaning::Ok => quote!(#path { .. } => #some(#krate::ResultLabel::Ok),),
            Meaning::Error => {
                quote!(#path { .. } => #some(#krate::ResultLabel::Error(::core::option::Option::None)),)
            }
            Meaning::ErrorOf(kind) => {
                let at = self.kind_index(kind);
                let krate = &self.krate;
                quote!(#path { .. } => #some(#krate::ResultLabel::Error(#some(&__AUTOMETRICS_KINDS[#at]))),)
            }
            Meaning::Transparent(word) => {
                let mut all = fields.iter();
                let (Some(field), None) = (all.next(), all.next()) else {
                    let message = format!(
                        "`transparent` needs exactly one field, but there are {}: set the kind with `error = \"…\"`",
                        fields.len()
                    );
                    errors.push(Error::new(word.span(), message));
                    return self.push(path, fields, &Meaning::Nothing, errors);
                };
                let member = field
                    .ident
                    .as_ref()
                    .map_or_else(|| quote!(0), |name| quote!(#name));
                let inner = hidden("inner");
                let ty = &field.ty;
                self.inner.push(ty.clone());
                quote!(#path { #member: #inner } => <#ty as #krate::ResultLabels>::result_label(#inner),)
            }
        };
        self.arms.push(arm);
    }

    /// Returns the index of `kind`, which is added if it is new.
    fn kind_index(&mut self, kind: &LitStr) -> usize {
        let known = self
            .kinds
            .iter()
            .position(|known| known.value() == kind.value());
        known.unwrap_or_else(|| {
            self.kinds.push(kind.clone());
            self.kinds.len() - 1
        })
    }

    /// Adds bounds for the type parameters in transparent fields.
    ///
    /// The bounds are not on the fields' types, which may contain the type itself.
    fn add_bounds(&self, generics: &mut Generics) {
        let mut mentioned = MentionedParameters {
            parameters: generics.type_params().map(|of| of.ident.clone()).collect(),
            types: Vec::new(),
        };
        for inner in &self.inner {
            mentioned.visit_type(inner);
        }
        let krate = &self.krate;
        if !mentioned.types.is_empty() {
            let clause = generics.make_where_clause();
            let types = mentioned.types;
            clause.predicates.extend(
                types
                    .iter()
                    .map(|of| -> WherePredicate { parse_quote!(#of: #krate::ResultLabels) }),
            );
        }
    }

    fn into_implementation(self, ident: &Ident, generics: &Generics) -> TokenStream {
        let Self {
            krate,
            arms,
            kinds,
            inner,
        } = self;
        let (of, arguments, clause) = generics.split_for_impl();
        let body = if arms.is_empty() {
            quote!(match *self {})
        } else {
            quote!(match self { #(#arms)* })
        };
        let count = kinds.len();
        let [all, kind] = ["kinds", "kind"].map(hidden);
        quote! {
            const _: () = {
                static __AUTOMETRICS_KINDS: [#krate::ErrorKind; #count] =
                    [#(#krate::ErrorKind::new(#kinds)),*];

                #[automatically_derived]
                impl #of #krate::ResultLabels for #ident #arguments #clause {
                    #[inline]
                    fn result_label(&self) -> ::core::option::Option<#krate::ResultLabel> {
                        #body
                    }

                    fn error_kinds(#all: &mut #krate::ErrorKinds) {
                        if #krate::ErrorKinds::begin::<Self>(#all) {
                            for #kind in &__AUTOMETRICS_KINDS {
                                #krate::ErrorKinds::add(#all, #kind);
                            }
                            #(<#inner as #krate::ResultLabels>::error_kinds(#all);)*
                        }
                    }
                }
            };
        }
    }
}

/// The type parameters that occur in a type: alone, or as the start of an associated type.
struct MentionedParameters {
    parameters: Vec<Ident>,
    types: Vec<TypePath>,
}

impl Visit<'_> for MentionedParameters {
    fn visit_type_path(&mut self, of: &TypePath) {
        let first = of.path.segments.first().map(|segment| &segment.ident);
        let is_known = |name| self.parameters.contains(name);
        if of.qself.is_none() && first.is_some_and(is_known) {
            self.types.push(of.clone());
        }
        visit::visit_type_path(self, of);
    }
}

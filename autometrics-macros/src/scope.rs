//! Whether an item beside a function may name what the function returns.
//!
//! The kinds of errors of a function are listed before its first call, and for
//! that its return type stands in a static. There the type parameters around
//! the function mean nothing, and neither do `Self` and lifetimes.

use syn::{
    BoundLifetimes, Generics, Ident, ItemImpl, Lifetime, ReturnType, Signature, Type,
    TypeImplTrait, TypeInfer, TypePath, parse_quote,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

/// Types that have no say in what is an error, so that the compiler need not
/// search for one. Where another type has the name, its kinds are known from the
/// first call on.
const SILENT: &[&str] = &[
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "u128", "u16", "u32",
    "u64", "u8", "usize", "Duration", "HashMap", "Instant", "Option", "PathBuf", "String", "Vec",
];

/// What stands around a function.
pub(crate) enum Scope {
    /// A module, as far as one sees, or an `impl` block that is not decorated.
    Unknown,
    /// A decorated `impl` block: its type parameters and its type.
    Block(Vec<Ident>, Box<Type>),
}

impl Scope {
    pub(crate) fn of(block: &ItemImpl) -> Self {
        Self::Block(parameters(&block.generics), block.self_ty.clone())
    }

    /// What the function returns, if a static may name it and has reason to.
    pub(crate) fn output(&self, signature: &Signature) -> Option<Type> {
        let ReturnType::Type(_, output) = &signature.output else {
            return None;
        };
        if is_silent(output) {
            return None;
        }
        let mut output = output.as_ref().clone();
        let mut unknown = parameters(&signature.generics);
        match self {
            Self::Block(parameters, this) => {
                unknown.extend(parameters.iter().cloned());
                AtHome(Some(this)).visit_type_mut(&mut output);
            }
            Self::Unknown if signature.receiver().is_some() => return None,
            Self::Unknown => AtHome(None).visit_type_mut(&mut output),
        }
        let mut found = Nameable {
            is_alone: matches!(self, Self::Unknown),
            unknown,
            yes: true,
        };
        found.visit_type(&output);
        found.yes.then_some(output)
    }
}

fn is_silent(output: &Type) -> bool {
    match output {
        Type::Path(of) => {
            let last = of.path.segments.last();
            last.is_some_and(|last| SILENT.iter().any(|name| last.ident == name))
        }
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Never(_) | Type::Reference(_) => true,
        _ => false,
    }
}

fn parameters(generics: &Generics) -> Vec<Ident> {
    let types = generics.type_params().map(|of| of.ident.clone());
    types
        .chain(generics.const_params().map(|of| of.ident.clone()))
        .collect()
}

/// Puts the block's type for `Self`, and leaves lifetimes to the compiler.
struct AtHome<'a>(Option<&'a Type>);

impl VisitMut for AtHome<'_> {
    fn visit_type_mut(&mut self, of: &mut Type) {
        if let (Type::Path(path), Some(this)) = (&*of, self.0) {
            if path.path.is_ident("Self") {
                *of = this.clone();
            }
        }
        visit_mut::visit_type_mut(self, of);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" {
            *lifetime = parse_quote!('_);
        }
    }
}

struct Nameable {
    is_alone: bool,
    unknown: Vec<Ident>,
    yes: bool,
}

impl Visit<'_> for Nameable {
    fn visit_type_path(&mut self, of: &TypePath) {
        // What `Self::Item` is of a trait, only the compiler knows.
        if of
            .path
            .segments
            .first()
            .is_some_and(|first| first.ident == "Self")
        {
            self.yes = false;
        }
        // What stands around a function that is decorated alone is not seen,
        // so what is called as type parameters are is taken for one.
        let alone = of.path.get_ident().filter(|_| self.is_alone);
        if alone.is_some_and(|ident| !ident.to_string().contains(char::is_lowercase)) {
            self.yes = false;
        }
        visit::visit_type_path(self, of);
    }

    fn visit_ident(&mut self, ident: &Ident) {
        self.yes &= !self.unknown.contains(ident);
    }

    fn visit_type_infer(&mut self, _: &TypeInfer) {
        self.yes = false;
    }

    fn visit_type_impl_trait(&mut self, _: &TypeImplTrait) {
        self.yes = false;
    }

    fn visit_bound_lifetimes(&mut self, _: &BoundLifetimes) {
        self.yes = false;
    }
}

//! Walks through a file and records the places of functions.

use proc_macro2::Span;
use syn::{
    AttrStyle, Attribute, ForeignItemFn, ImplItem, ImplItemFn, ItemFn, ItemImpl, ItemMod, Macro,
    Signature, TraitItemFn, Visibility, spanned::Spanned as _, visit, visit::Visit,
};

use super::{
    Found, Place, Style,
    left_out::{self, Reason},
};

pub(super) struct Finder {
    style: Style,
    /// Byte offset of the parsed part in the file, after a byte order mark and a shebang.
    start: usize,
    /// Number of enclosing items that are compiled for tests only.
    tests: usize,
    /// Set inside an `impl` block that has the attribute.
    in_instrumented_block: bool,
    pub(super) found: Found,
}

impl Finder {
    pub(super) fn new(style: Style, start: usize) -> Self {
        Self {
            style,
            start,
            tests: 0,
            in_instrumented_block: false,
            found: Found::default(),
        }
    }

    fn leave_out(&mut self, reason: Reason, functions: usize) {
        if functions > 0 {
            *self.found.left_out.entry(reason).or_default() += functions;
        }
    }

    /// Returns the reason why a function with a body cannot have the attribute.
    fn obstacle(&self, attributes: &[Attribute], signature: &Signature) -> Option<Reason> {
        if self.tests > 0 || left_out::is_test(attributes) {
            Some(Reason::Test)
        } else {
            signature.constness.map(|_| Reason::Const)
        }
    }

    fn function(&mut self, attributes: &[Attribute], start: Span, whole: Span, of: &Signature) {
        if let Some(reason) = self.obstacle(attributes, of) {
            self.leave_out(reason, 1);
            return;
        }
        let mut outer = attributes
            .iter()
            .filter(|attribute| matches!(attribute.style, AttrStyle::Outer));
        let start = match (self.style, outer.next()) {
            (Style::Above, Some(first)) => first.span(),
            _ => start,
        };
        self.found.places.push(Place {
            offset: self.offset(start),
            skipped: Vec::new(),
            functions: 1,
            lines: (whole.start().line, whole.end().line),
            name: of.ident.to_string(),
        });
    }

    /// Adds one attribute for all methods of a block. Returns `false` if no method can have it.
    fn block(&mut self, block: &ItemImpl) -> bool {
        let methods = block.items.iter().filter_map(|item| match item {
            ImplItem::Fn(method) => Some(method),
            _ => None,
        });
        let (mut functions, mut skipped, mut reasons) = (0, Vec::new(), Vec::new());
        for method in methods {
            match self.obstacle(&method.attrs, &method.sig) {
                None => functions += 1,
                Some(reason) => {
                    skipped.push(self.offset(start_of_method(method)));
                    reasons.push(reason);
                }
            }
        }
        if functions == 0 {
            return false;
        }
        for reason in reasons {
            self.leave_out(reason, 1);
        }
        let start = match (block.defaultness, block.unsafety) {
            (Some(default), _) => default.span(),
            (None, Some(token)) => token.span(),
            (None, None) => block.impl_token.span(),
        };
        let whole = block.span();
        self.found.places.push(Place {
            offset: self.offset(start),
            skipped,
            functions,
            lines: (whole.start().line, whole.end().line),
            name: "impl".to_owned(),
        });
        true
    }

    fn offset(&self, span: Span) -> usize {
        self.start + span.byte_range().start
    }

    fn within(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let tests = usize::from(left_out::is_test_only(attributes));
        self.tests += tests;
        visit(self);
        self.tests -= tests;
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_file(&mut self, file: &'ast syn::File) {
        self.within(&file.attrs, |this| visit::visit_file(this, file));
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if module.content.is_none() && left_out::is_test_only(&module.attrs) {
            self.found.test_modules.push(module.ident.to_string());
        }
        self.within(&module.attrs, |this| visit::visit_item_mod(this, module));
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        let start = start(&function.vis, &function.sig);
        self.function(&function.attrs, start, function.span(), &function.sig);
        let tests = usize::from(left_out::is_test(&function.attrs));
        self.tests += tests;
        visit::visit_item_fn(self, function);
        self.tests -= tests;
    }

    fn visit_item_impl(&mut self, block: &'ast ItemImpl) {
        self.within(&block.attrs, |this| {
            let outside = this.in_instrumented_block;
            this.in_instrumented_block = this.style == Style::Impl && this.block(block);
            visit::visit_item_impl(this, block);
            this.in_instrumented_block = outside;
        });
    }

    fn visit_impl_item_fn(&mut self, method: &'ast ImplItemFn) {
        if !self.in_instrumented_block {
            let start = start_of_method(method);
            self.function(&method.attrs, start, method.span(), &method.sig);
        }
        self.within(&method.attrs, |this| {
            visit::visit_impl_item_fn(this, method);
        });
    }

    fn visit_trait_item_fn(&mut self, method: &'ast TraitItemFn) {
        if method.default.is_some() {
            let start = start(&Visibility::Inherited, &method.sig);
            self.function(&method.attrs, start, method.span(), &method.sig);
        } else {
            self.leave_out(Reason::NoBody, 1);
        }
        visit::visit_trait_item_fn(self, method);
    }

    fn visit_foreign_item_fn(&mut self, _: &'ast ForeignItemFn) {
        self.leave_out(Reason::NoBody, 1);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.leave_out(Reason::InMacro, left_out::functions_in(call.tokens.clone()));
    }
}

fn start_of_method(method: &ImplItemFn) -> Span {
    match (&method.vis, method.defaultness) {
        (Visibility::Inherited, Some(default)) => default.span(),
        _ => start(&method.vis, &method.sig),
    }
}

/// Returns the first token of a function after its attributes.
fn start(visibility: &Visibility, signature: &Signature) -> Span {
    if matches!(visibility, Visibility::Inherited) {
        signature.span()
    } else {
        visibility.span()
    }
}

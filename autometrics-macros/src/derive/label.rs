//! Parses `#[label(…)]`.

use proc_macro2::TokenTree;
use syn::{
    Attribute, Error, Ident, LitStr, Meta, Path, Token, ext::IdentExt as _, parse::ParseStream,
};

use crate::{
    errors::Errors,
    parse::argument::{read_all, value},
};

/// All labels of one variant, or of a type.
#[derive(Default)]
pub(crate) struct Label {
    /// `result = "…"`; `true` for `ok`.
    result: Option<(Ident, bool)>,
    /// `error = "…"`
    error: Option<(Ident, LitStr)>,
    /// `transparent`
    transparent: Option<Ident>,
    /// `crate = path`
    pub(crate) krate: Option<(Ident, Path)>,
}

/// Returns `true` if the attribute is a label of this derive, and not the helper of another derive.
pub(crate) fn is_label(attribute: &Attribute) -> bool {
    const KEYS: [&str; 4] = ["crate", "error", "result", "transparent"];
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let first = list.tokens.clone().into_iter().next();
    list.path.is_ident("label")
        && matches!(first, Some(TokenTree::Ident(key)) if KEYS.iter().any(|it| key == it))
}

/// The meaning of a label for a value of its variant.
pub(crate) enum Meaning {
    /// There is no label: an error in `Err`, no error elsewhere.
    Nothing,
    Ok,
    /// An error without a kind.
    Error,
    /// An error of this kind.
    ErrorOf(LitStr),
    /// The only field's own label.
    Transparent(Ident),
}

const KNOWN: &str = "`result = \"ok\"`, `result = \"error\"`, `error = \"kind\"` or `transparent`";

impl Label {
    /// Parses all `#[label(…)]` among `attributes`.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut label = Self::default();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("label")) {
            let read = attribute
                .meta
                .require_list()
                .map_err(|error| {
                    Error::new(error.span(), format!("expected `#[label(…)]` with {KNOWN}"))
                })
                .and_then(|list| {
                    if list.tokens.is_empty() {
                        let message = format!("empty label: expected {KNOWN}");
                        return Err(Error::new_spanned(attribute, message));
                    }
                    list.parse_args_with(|input: ParseStream<'_>| {
                        read_all(input, errors, |input| label.read_one(input))
                    })
                });
            errors.keep(read);
        }
        label
    }

    /// Returns the meaning of the labels, and reports contradictions.
    pub(crate) fn meaning(&self, errors: &mut Errors) -> Meaning {
        if let (Some(transparent), Some(other)) = (&self.transparent, self.other_key()) {
            let message = format!(
                "`transparent` uses the field's label, but `{other}` sets another one: keep one"
            );
            errors.push(Error::new(transparent.span(), message));
        }
        if let (Some((result, true)), Some((error, _))) = (&self.result, &self.error) {
            let message = format!(
                "`{error}` sets the kind of an error, but `{result} = \"ok\"` means no error: keep one"
            );
            errors.push(Error::new(error.span(), message));
        }
        match self {
            Self {
                transparent: Some(word),
                ..
            } => Meaning::Transparent(word.clone()),
            Self {
                error: Some((_, kind)),
                ..
            } => Meaning::ErrorOf(kind.clone()),
            Self {
                result: Some((_, true)),
                ..
            } => Meaning::Ok,
            Self {
                result: Some((_, false)),
                ..
            } => Meaning::Error,
            _ => Meaning::Nothing,
        }
    }

    fn other_key(&self) -> Option<&Ident> {
        let result = self.result.as_ref().map(|(key, _)| key);
        result.or(self.error.as_ref().map(|(key, _)| key))
    }

    fn read_one(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let Ok(key) = input.call(Ident::parse_any) else {
            return Err(input.error(format!("expected {KNOWN}")));
        };
        match key.to_string().as_str() {
            "result" => {
                let value: LitStr = value(input, &key, "result = \"ok\"")?;
                let is_ok = match value.value().as_str() {
                    "ok" => true,
                    "error" => false,
                    other => {
                        let message =
                            format!("unknown result `{other}`: expected `\"ok\"` or `\"error\"`");
                        return Err(Error::new(value.span(), message));
                    }
                };
                set(&mut self.result, is_ok, key)
            }
            "error" => {
                let kind: LitStr = value(input, &key, "error = \"not_found\"")?;
                check_kind(&kind)?;
                set(&mut self.error, kind, key)
            }
            "transparent" => {
                if input.peek(Token![=]) {
                    let message = "`transparent` takes no value: the field's own labels decide";
                    return Err(Error::new(key.span(), message));
                }
                if self.transparent.is_some() {
                    return Err(duplicate(&key));
                }
                self.transparent = Some(key);
                Ok(())
            }
            "crate" => {
                let path = value(input, &key, "crate = some::path")?;
                set(&mut self.krate, path, key)
            }
            "ok" => Err(Error::new(
                key.span(),
                "unknown key `ok`: successful calls have no kind, write `result = \"ok\"`",
            )),
            _ => Err(Error::new(
                key.span(),
                format!("unknown key `{key}`: expected {KNOWN}"),
            )),
        }
    }
}

fn check_kind(kind: &LitStr) -> syn::Result<()> {
    let text = kind.value();
    let message = if text.trim().is_empty() {
        "the error kind is empty: expected a name such as `\"not_found\"`"
    } else if text.chars().any(char::is_control) {
        "the error kind contains a control character: use printable characters only"
    } else {
        return Ok(());
    };
    Err(Error::new(kind.span(), message))
}

/// Fills the slot of a key.
///
/// # Errors
///
/// If the slot is filled, which means that the key was written twice.
fn set<T>(slot: &mut Option<(Ident, T)>, value: T, key: Ident) -> syn::Result<()> {
    if slot.is_some() {
        return Err(duplicate(&key));
    }
    *slot = Some((key, value));
    Ok(())
}

fn duplicate(key: &Ident) -> Error {
    Error::new(key.span(), format!("duplicate `{key}` in the label"))
}

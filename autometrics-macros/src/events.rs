//! `events` and `events(…)`: calls that are worth it are kept one by one.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Error, Expr, LitStr, Member, Token, ext::IdentExt as _, parenthesized, parse::ParseStream,
    parse_quote, spanned::Spanned as _,
};

use crate::{
    args,
    generate::private,
    plan::{Judge, Plan},
    scope::{hidden, hidden_at},
};

/// How many fields a function may have, so that an event stays within what
/// subscribers take.
const MOST_FIELDS: usize = 16;

/// What every event has.
const OURS: [&str; 14] = [
    "message",
    "function",
    "module",
    "file",
    "line",
    "callers",
    "seconds",
    "outcome",
    "kind",
    "error",
    "trace_id",
    "span_id",
    "why",
    "suppressed",
];

/// What is to be kept of calls.
#[derive(Clone, Default)]
pub(crate) struct EventsArgs {
    fields: Option<Vec<Field>>,
    /// A constant expression of type `Duration`.
    slower_than: Option<Expr>,
}

/// One of the fields.
#[derive(Clone)]
struct Field {
    name: LitStr,
    value: Expr,
    /// `Debug` instead of `Display`.
    is_debug: bool,
}

impl EventsArgs {
    /// Reads what may stand behind the word `events`.
    pub(crate) fn read(input: ParseStream<'_>, key: &Ident) -> syn::Result<Self> {
        let mut events = Self::default();
        args::nested(input, key, "fields(…)", |input| events.read_one(input))?;
        Ok(events)
    }

    fn read_one(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        const ARGUMENTS: &str = "`fields(…)` or `slower_than = \"250ms\"`";
        let Ok(key) = input.call(Ident::parse_any) else {
            return Err(input.error(format!("expected {ARGUMENTS}")));
        };
        match key.to_string().as_str() {
            "fields" => {
                let content;
                parenthesized!(content in input);
                let fields = fields(&content)?;
                args::set(&mut self.fields, fields, &key)
            }
            "slower_than" => {
                let limit = limit(input, &key)?;
                args::set(&mut self.slower_than, limit, &key)
            }
            other => {
                let message =
                    format!("unknown argument `{other}` of `events`: expected {ARGUMENTS}");
                Err(Error::new(key.span(), message))
            }
        }
    }
}

/// `user = id, %card, order.id, …`
fn fields(input: ParseStream<'_>) -> syn::Result<Vec<Field>> {
    let mut fields: Vec<Field> = Vec::new();
    while !input.is_empty() {
        let field = field(input)?;
        let (name, at) = (field.name.value(), field.name.span());
        if OURS.contains(&name.as_str()) {
            let message = format!("every event has a field `{name}`: choose another name");
            return Err(Error::new(at, message));
        }
        if fields.iter().any(|other| other.name.value() == name) {
            return Err(Error::new(at, format!("duplicate field `{name}`")));
        }
        if fields.len() == MOST_FIELDS {
            let message = format!("too many fields: an event may have {MOST_FIELDS} of its own");
            return Err(Error::new(at, message));
        }
        fields.push(field);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(fields)
}

fn field(input: ParseStream<'_>) -> syn::Result<Field> {
    const EXAMPLES: &str = "`user = id`, `%card`, `?cart` or `order.id`";
    let sigil = |input: ParseStream<'_>| -> syn::Result<Option<bool>> {
        if input.peek(Token![?]) {
            input.parse::<Token![?]>()?;
            return Ok(Some(true));
        }
        if input.peek(Token![%]) {
            input.parse::<Token![%]>()?;
            return Ok(Some(false));
        }
        Ok(None)
    };
    let before = sigil(input)?;
    let expected = |at: Span| Error::new(at, format!("no field: expected one such as {EXAMPLES}"));
    let Ok(first) = input.call(Ident::parse_any) else {
        return Err(expected(input.span()));
    };
    let mut name = first.unraw().to_string();
    let mut value: Expr = parse_quote!(#first);
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?;
        let member: Member = input.parse().map_err(|_| expected(input.span()))?;
        name.push('.');
        name.push_str(&match &member {
            Member::Named(member) => member.unraw().to_string(),
            Member::Unnamed(member) => member.index.to_string(),
        });
        value = parse_quote!(#value.#member);
    }
    let name = LitStr::new(&name, first.span());
    let mut is_debug = before == Some(true);
    if input.peek(Token![=]) {
        if before.is_some() {
            let message = format!("`?` and `%` stand before the value: `{} = …`", name.value());
            return Err(Error::new(first.span(), message));
        }
        input.parse::<Token![=]>()?;
        is_debug = sigil(input)? == Some(true);
        value = input.parse()?;
    } else if !(input.is_empty() || input.peek(Token![,])) {
        return Err(expected(input.span()));
    }
    Ok(Field {
        name,
        value,
        is_debug,
    })
}

/// `= "250ms"` or `= LIMIT`
fn limit(input: ParseStream<'_>, key: &Ident) -> syn::Result<Expr> {
    const EXAMPLE: &str = "slower_than = \"250ms\"";
    if !(input.peek(Token![=]) && input.peek2(LitStr)) {
        return args::value(input, key, EXAMPLE);
    }
    let text: LitStr = args::value(input, key, EXAMPLE)?;
    let Some(nanos) = nanos(&text.value()) else {
        let message = "no time: expected one such as \"250ms\", \"1.5s\" or \"2min\", or a \
                       constant of type `Duration`";
        return Err(Error::new(text.span(), message));
    };
    Ok(parse_quote!(::core::time::Duration::from_nanos(#nanos)))
}

/// A time above zero as people write it, in nanoseconds.
fn nanos(text: &str) -> Option<u64> {
    const UNITS: [(&str, u32, u64); 6] = [
        ("ns", 0, 1),
        ("us", 3, 1),
        ("µs", 3, 1),
        ("ms", 6, 1),
        ("min", 9, 60),
        ("s", 9, 1),
    ];
    let text = text.trim();
    let (number, &(_, digits, times)) = UNITS
        .iter()
        .find_map(|unit| Some((text.strip_suffix(unit.0)?.trim_end(), unit)))?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || fraction.len() > digits.max(1) as usize {
        return None;
    }
    if digits == 0 && fraction != "0" {
        return None;
    }
    let unit = 10_u64.pow(digits);
    let padding = 10_u64.pow(digits.saturating_sub(u32::try_from(fraction.len()).ok()?));
    let nanos = whole
        .parse::<u64>()
        .ok()?
        .checked_mul(unit)?
        .checked_add(fraction.parse::<u64>().ok()?.checked_mul(padding)?)?
        .checked_mul(times)?;
    (nanos > 0).then_some(nanos)
}

/// The static with the function's events, and the `callsite` that has them.
pub(crate) fn site(plan: &Plan, callsite: TokenStream) -> (Option<TokenStream>, TokenStream) {
    let Some(events) = &plan.events else {
        return (None, callsite);
    };
    let private = private(plan);
    let event = hidden("event");
    let names: Vec<_> = events.fields().iter().map(|field| &field.name).collect();
    let mut value = quote! {
        #private::EventSite::new(&[#(#names),*], |#event| #private::emit!(#event #(, #names)*))
    };
    if let Some(limit) = &events.slower_than {
        value = quote!(#private::EventSite::slower_than(#value, #limit));
    }
    (
        Some(quote!(static __AUTOMETRICS_EVENTS: #private::EventSite = #value;)),
        quote!(#private::Callsite::with_events(#callsite, &__AUTOMETRICS_EVENTS)),
    )
}

impl EventsArgs {
    fn fields(&self) -> &[Field] {
        self.fields.as_deref().unwrap_or_default()
    }
}

/// An expression that captures the fields: a function that shows them.
pub(crate) fn fields_of(plan: &Plan, events: &EventsArgs) -> TokenStream {
    let private = private(plan);
    if events.fields().is_empty() {
        return quote!(#private::no_fields);
    }
    let captured = hidden("captured");
    let mut locals = Vec::new();
    let mut lets = Vec::new();
    for (number, field) in events.fields().iter().enumerate() {
        let local = hidden(&format!("field_{number}"));
        let value = &field.value;
        // What cannot be shown is said where it is named.
        let at = Span::mixed_site().located_at(value.span());
        let show = hidden_at(if field.is_debug { "debug" } else { "display" }, at);
        let it = hidden_at("it", at);
        let shown = quote_spanned!(at=> #private::Field(#it).__autometrics_when().#show(#it));
        lets.push(quote!(let #local = match &(#value) { #it => #shown };));
        locals.push(local);
    }
    quote!({
        #[allow(unused_imports)]
        use #private::ShownAtOnce as _;
        #(#lets)*
        move |#captured: &mut #private::Captured<'_>| {
            #(#private::Captured::put(#captured, &#locals);)*
        }
    })
}

/// What says what the error says in the value that `returned`, a reference, refers to;
/// `parameter` takes that in.
pub(crate) fn tell(plan: &Plan, parameter: Option<&Ident>, returned: &TokenStream) -> TokenStream {
    let private = private(plan);
    let text = hidden("text");
    if matches!(plan.judge, Judge::Nobody) && parameter.is_some() {
        return quote!(#private::no_error);
    }
    let failure = hidden("failure");
    let parameter = parameter.map(|parameter| quote!(#parameter,));
    quote!(|#parameter #text| {
        #[allow(unused_imports)]
        use #private::{Otherwise as _, Ready as _, FormatDebug as _, FormatNothing as _};
        let (_, #failure) =
            #private::Returned(::core::option::Option::Some(#returned)).__autometrics_split();
        #failure.__autometrics_format_error(#text);
    })
}

#[cfg(test)]
mod tests {
    use super::nanos;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, expected) in [
            ("250ms", Some(250_000_000)),
            ("1.5s", Some(1_500_000_000)),
            ("1.05 s", Some(1_050_000_000)),
            ("2min", Some(120_000_000_000)),
            ("15us", Some(15_000)),
            ("15µs", Some(15_000)),
            ("7ns", Some(7)),
            ("7.5ns", None),
            ("0s", None),
            ("1", None),
            ("ms", None),
            (".5s", None),
            ("-1s", None),
            ("1e3s", None),
            ("1.0000000001s", None),
            ("99999999999999s", None),
        ] {
            assert_eq!(nanos(text), expected, "{text}");
        }
    }
}

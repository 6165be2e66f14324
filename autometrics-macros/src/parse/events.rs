//! Parses `events` and `events(…)`: errors, slow calls and a sample of the others are recorded one by one.

use proc_macro2::{Ident, Span};
use syn::{
    Error, Expr, LitStr, Member, Token, ext::IdentExt as _, parenthesized, parse::ParseStream,
    parse_quote,
};

use super::argument;

/// The most fields of one function, so that an event with its [`RESERVED_FIELDS`] stays within the number of
/// fields that subscribers accept.
const MAX_FIELDS: usize = 16;

/// The names of fields that every event has.
const RESERVED_FIELDS: [&str; 14] = [
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
    "reason",
    "suppressed",
];

/// The calls that are recorded one by one, and their fields.
#[derive(Clone, Default)]
pub(crate) struct EventsArgs {
    pub(crate) fields: Option<Vec<Field>>,
    /// A constant expression of type `Duration`.
    pub(crate) slower_than: Option<Expr>,
}

/// A field of the function's events.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: LitStr,
    pub(crate) value: Expr,
    /// Set if the value is formatted with `Debug`, not with `Display`.
    pub(crate) is_debug: bool,
}

impl EventsArgs {
    /// Parses the optional arguments behind the word `events`.
    pub(crate) fn read(input: ParseStream<'_>, key: &Ident) -> syn::Result<Self> {
        let mut events = Self::default();
        argument::nested(input, key, "fields(…)", |input| events.read_one(input))?;
        Ok(events)
    }

    /// Returns the fields; none without `fields(…)`.
    pub(crate) fn fields(&self) -> &[Field] {
        self.fields.as_deref().unwrap_or_default()
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
                argument::set(&mut self.fields, fields, &key)
            }
            "slower_than" => {
                let limit = limit(input, &key)?;
                argument::set(&mut self.slower_than, limit, &key)
            }
            other => {
                let message =
                    format!("unknown argument `{other}` of `events`: expected {ARGUMENTS}");
                Err(Error::new(key.span(), message))
            }
        }
    }
}

/// Parses `user = id, %card, order.id, …`.
fn fields(input: ParseStream<'_>) -> syn::Result<Vec<Field>> {
    let mut fields: Vec<Field> = Vec::new();
    while !input.is_empty() {
        let field = field(input)?;
        let (name, at) = (field.name.value(), field.name.span());
        if RESERVED_FIELDS.contains(&name.as_str()) {
            let message = format!("every event has a field `{name}`: choose another name");
            return Err(Error::new(at, message));
        }
        if fields.iter().any(|other| other.name.value() == name) {
            return Err(Error::new(at, format!("duplicate field `{name}`")));
        }
        if fields.len() == MAX_FIELDS {
            let message = format!("too many fields: an event may have {MAX_FIELDS} of its own");
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
    let expected =
        |at: Span| Error::new(at, format!("not a field: expected one such as {EXAMPLES}"));
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
            let message = format!("write `?` or `%` before the value: `{} = …`", name.value());
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

/// Parses `= "250ms"` or `= LIMIT`.
fn limit(input: ParseStream<'_>, key: &Ident) -> syn::Result<Expr> {
    const EXAMPLE: &str = "slower_than = \"250ms\"";
    if !(input.peek(Token![=]) && input.peek2(LitStr)) {
        return argument::value(input, key, EXAMPLE);
    }
    let text: LitStr = argument::value(input, key, EXAMPLE)?;
    let Some(nanos) = nanos(&text.value()) else {
        let message = "not a duration: expected one such as \"250ms\", \"1.5s\" or \"2min\", or a \
                       constant of type `Duration`";
        return Err(Error::new(text.span(), message));
    };
    Ok(parse_quote!(::core::time::Duration::from_nanos(#nanos)))
}

/// Returns a duration such as `250ms` in nanoseconds.
///
/// Returns `None` if `text` is not a number with a unit, is zero, has too many decimals, or does not fit 64
/// bits.
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

#[cfg(test)]
mod tests {
    use super::nanos;

    #[test]
    fn durations_with_units_are_parsed() {
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

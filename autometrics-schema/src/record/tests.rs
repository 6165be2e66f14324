//! Tests that records are decoded as encoded, and that damage is reported.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "they are written by `UPDATE_EXPECT=1`"
)]

extern crate alloc;

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{fmt::Write as _, time::Duration};

use expect_test::{Expect, expect};
use slo_spec::{Cancelled, Objective};

use super::{Encoded, Objectives, Record, Returns, Section, encode, length, records, tail};

pub(super) const PLAIN: Record<'_> = Record {
    package: "shop",
    version: "1.2.3",
    module: "shop::cart",
    function: "load",
    file: "src/cart.rs",
    line: 70_000,
    returns: Returns::Other,
    asynchronous: false,
    objectives: Objectives::NONE,
    calls: "",
};

pub(super) const FULL: Record<'_> = Record {
    function: "<Cart as From<Böx>>::from",
    returns: Returns::Result,
    asynchronous: true,
    objectives: Objectives::of(&[CHECKOUT]),
    calls: ".get\nself.load\nstd::fs::read",
    ..PLAIN
};

const CHECKOUT: Objective = Objective::new("checkout")
    .success_rate(99.95)
    .latency(Duration::from_micros(180_500), 99.0)
    .period_days(28)
    .owner("payments")
    .runbook("https://wiki.example/checkout");

const OPTION: Record<'_> = Record {
    package: "",
    version: "",
    returns: Returns::Option,
    objectives: Objectives::of(&[Objective::new("fast").success_rate(50.5)]),
    ..PLAIN
};

pub(super) static PLAIN_BYTES: [u8; length(&PLAIN)] = encode(&PLAIN);
pub(super) static FULL_BYTES: [u8; length(&FULL)] = encode(&FULL);
static OPTION_BYTES: [u8; length(&OPTION)] = encode(&OPTION);

/// Formats the records and errors in a section, one per line.
fn lines(section: &[u8]) -> String {
    let mut text = String::new();
    for record in records(section) {
        let _ = match record {
            Ok(record) => writeln!(text, "{}", record.function),
            Err(error) => writeln!(text, "{error}"),
        };
    }
    text
}

#[track_caller]
fn check(section: &[u8], expected: &Expect) {
    expected.assert_eq(&lines(section));
}

/// Returns the bytes of the plain record after a change.
fn changed(change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = PLAIN_BYTES.to_vec();
    change(&mut bytes);
    bytes
}

/// Returns the bytes of the full record with `instead` in place of `field`, and with the lengths of the record and of
/// its objective corrected.
fn with_field(field: &[u8], instead: &[u8]) -> Vec<u8> {
    let at = FULL_BYTES
        .windows(field.len())
        .position(|bytes| bytes == field)
        .expect("it is there");
    let mut bytes = FULL_BYTES.to_vec();
    bytes.splice(at..at + field.len(), instead.iter().copied());
    let length = u32::try_from(bytes.len()).expect("it is short");
    bytes[5..9].copy_from_slice(&length.to_le_bytes());
    let objective = FULL_BYTES.len() - 91;
    if at > objective {
        let length = u16::try_from(bytes.len() - objective).expect("it is short");
        bytes[objective - 2..objective].copy_from_slice(&length.to_le_bytes());
    }
    bytes
}

#[test]
fn records_are_decoded_as_encoded() {
    let section = [&OPTION_BYTES[..], &FULL_BYTES, &PLAIN_BYTES].concat();
    let found: Result<Vec<_>, _> = records(&section).collect();
    assert_eq!(found, Ok([OPTION, FULL, PLAIN].to_vec()));
    assert_eq!(records(&[]).next(), None);
}

#[test]
fn expansion_and_encode_have_the_same_bytes() {
    const TEXTS: &str = concat!(
        "shop\01.2.3\0<Cart as From<Böx>>::from\0.get\nself.load\nstd::fs::read\0",
        "shop::cart\0src/cart.rs\070000"
    );
    static OF_A_MACRO: Encoded<[u8; tail(TEXTS, &[CHECKOUT])]> =
        Encoded::with_objectives(TEXTS, Returns::Result, true, &[CHECKOUT]);
    static WITHOUT: Encoded<[u8; TEXTS.len()]> = Encoded::new(TEXTS, Returns::Option, false);
    let (found, without): (&Encoded, &Encoded) = (&OF_A_MACRO, &WITHOUT);
    assert_eq!(found.bytes().collect::<Vec<u8>>(), FULL_BYTES);
    let texts = found.texts();
    assert_eq!(
        (texts.package, texts.version, texts.module, texts.function),
        (FULL.package, FULL.version, FULL.module, FULL.function)
    );
    assert_eq!(
        (texts.file, texts.line, texts.calls),
        (FULL.file, FULL.line, FULL.calls)
    );
    assert!(found.is_asynchronous());
    assert!(!without.is_asynchronous());
    let section: Vec<u8> = without.bytes().collect();
    let expected = Record {
        returns: Returns::Option,
        asynchronous: false,
        objectives: Objectives::NONE,
        ..FULL
    };
    assert_eq!(records(&section).next(), Some(Ok(expected)));
}

#[test]
fn long_texts_are_decoded_completely() {
    const TEXT: &str = match core::str::from_utf8(&[b'x'; 30_000]) {
        Ok(text) => text,
        Err(_) => panic!(),
    };
    const LONG: Record<'_> = Record {
        calls: TEXT,
        file: TEXT,
        line: u32::MAX,
        ..PLAIN
    };
    static BYTES: [u8; length(&LONG)] = encode(&LONG);
    assert_eq!(records(&BYTES).next(), Some(Ok(LONG)));
    let first = Record { line: 0, ..PLAIN };
    assert_eq!(
        records(&encode::<{ length(&PLAIN) - 4 }>(&first)).next(),
        Some(Ok(first))
    );
}

#[test]
#[should_panic(expected = "a text in a record contains a NUL")]
fn text_with_a_nul_is_refused() {
    let _ = encode::<{ length(&PLAIN) }>(&Record {
        function: "lo\0d",
        ..PLAIN
    });
}

#[test]
#[should_panic(expected = "take more than 65,535 bytes")]
fn texts_beyond_65535_bytes_are_refused() {
    let text = "x".repeat(70_000);
    let _ = encode::<{ 70_000 - 4 + length(&PLAIN) }>(&Record {
        function: &text,
        ..PLAIN
    });
}

#[test]
fn bytes_of_a_record_are_stable() {
    expect![[r#"\xf5amx\x01A\x00\x00\x00\x01\x01\x00\x00\x02\x01\x00\x00\x03-\x00shop\x001.2.3\x00load\x00\x00shop::cart\x00src/cart.rs\x0070000"#]]
    .assert_eq(&PLAIN_BYTES.escape_ascii().to_string());
    let objective = &FULL_BYTES[FULL_BYTES.len() - 91..];
    expect![[r#"\x01\x08\x00checkout\x02\x02\x00\x1c\x00\x03\t\x00\x02\x0b\'\x00\x00\x00\x00\x00\x00\x04\x11\x00 6\xc2\n\x00\x00\x00\x00\x00c\x00\x00\x00\x00\x00\x00\x00\x05\x08\x00payments\x06\x1d\x00https://wiki.example/checkout"#]]
    .assert_eq(&objective.escape_ascii().to_string());
}

#[test]
fn padding_is_skipped() {
    let mut section = Vec::new();
    for padding in 0..9 {
        section.resize(section.len() + padding, 0);
        section.extend(PLAIN_BYTES);
    }
    section.resize(section.len() + 64, 0);
    let found: Result<Vec<_>, _> = records(&section).collect();
    assert_eq!(found, Ok([PLAIN; 9].to_vec()));
    check(&[0; 100], &expect![""]);
}

#[test]
fn fields_of_later_versions_are_skipped() {
    let later = with_field(b"\x02\x01\0\x01", b"\xc8\x03\0new\x02\x01\0\x01\xff\0\0");
    assert_eq!(records(&later).next(), Some(Ok(FULL)));
}

#[test]
fn older_and_newer_versions_are_reported_and_skipped() {
    let section = [
        changed(|bytes| bytes[4] = 0),
        changed(|bytes| bytes[4] = 9),
        PLAIN_BYTES.to_vec(),
    ];
    check(
        &section.concat(),
        &expect![[r#"
            the record at byte 0 of the section is older than this tool: it has version 0, but only 1 can be read
            the record at byte 65 of the section is newer than this tool: it has version 9, but only 1 can be read
            load
        "#]],
    );
}

#[test]
fn next_record_is_found_after_damage() {
    let section = [
        b"\0 garbage \xf5am".to_vec(),
        changed(|bytes| bytes[6] = 1),
        changed(|bytes| bytes[5] = 3),
        changed(|bytes| bytes[24] = b'\xff'),
        changed(|bytes| bytes[9] = 2),
        PLAIN_BYTES[..40].to_vec(),
        PLAIN_BYTES.to_vec(),
        PLAIN_BYTES[..6].to_vec(),
    ];
    check(
        &section.concat(),
        &expect![[r#"
            there is no record where one should begin, at byte 1 of the section
            a field is longer than its record, at byte 78 of the section
            the length of a record is invalid, at byte 78 of the section
            a field has an invalid content, at byte 160 of the section
            a record contains a field twice, at byte 221 of the section
            a field has an invalid content, at byte 290 of the section
            load
            the section ends within a record, at byte 378 of the section
        "#]],
    );
}

#[test]
fn invalid_objective_is_reported() {
    const NOTHING: Record<'_> = Record {
        objectives: Objectives::of(&[Objective::new("idle")]),
        ..PLAIN
    };
    // A period of 128 days; a percentage with 255 digits behind the point, and one
    // below 1; no time; a name that ends with a blank; two owners; no period.
    for (field, instead) in [
        (&b"\x02\0\x1c\0"[..], &b"\x02\0\x80\0"[..]),
        (b"\x02\x0b'\0\0\0\0\0\0", b"\xff\x0b'\0\0\0\0\0\0"),
        (b"\x02\x0b'\0\0\0\0\0\0", b"\x04\x0b'\0\0\0\0\0\0"),
        (b" 6\xc2\x0a", b"\0\0\0\0"),
        (b"checkout", b"checkou "),
        (b"\x06\x1d\0", b"\x05\x1d\0"),
        (b"\x02\x02\0\x1c\0", b""),
    ] {
        let section = with_field(field, instead);
        let said = lines(&section);
        assert!(said.contains(", at byte "), "{field:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let success = with_field(b"\x03\x09\0\x02\x0b'\0\0\0\0\0\0", b"");
    assert_eq!(lines(&success), format!("{}\n", FULL.function));
    check(
        &encode::<{ length(&NOTHING) }>(&NOTHING),
        &expect![[r#"
            the objective in a record promises nothing, at byte 65 of the section
        "#]],
    );
}

const SEVERAL: Record<'_> = Record {
    objectives: Objectives::of(&[
        CHECKOUT,
        Objective::new("news")
            .success_rate(99.0)
            .cancelled(Cancelled::Ignored),
        Objective::new("search")
            .latency(Duration::from_millis(25), 95.0)
            .cancelled(Cancelled::BadIfSlow)
            .owner("storefront"),
    ]),
    ..PLAIN
};

#[test]
fn several_objectives_are_decoded_in_order_with_their_classification_of_cancelled_calls() {
    static BYTES: [u8; length(&SEVERAL)] = encode(&SEVERAL);
    assert_eq!(records(&BYTES).next(), Some(Ok(SEVERAL)));
}

/// A reader that supports one objective skips the tag of further ones, as this one skips tags
/// of later versions.
#[test]
fn older_readers_find_the_first_objective() {
    let first = Record {
        objectives: Objectives::of(&[CHECKOUT]),
        ..PLAIN
    };
    let mut bytes = encode::<{ length(&SEVERAL) }>(&SEVERAL).to_vec();
    for name in [&b"news"[..], b"search"] {
        // The tag is in front of the length of the field, and the tag and length of the name in it.
        let at = bytes.windows(name.len()).position(|it| it == name).unwrap() - 6;
        assert_eq!(bytes[at], 5);
        bytes[at] = 200;
    }
    assert_eq!(records(&bytes).next(), Some(Ok(first)));
}

#[test]
fn invalid_further_objective_is_reported() {
    let mut bytes = encode::<{ length(&SEVERAL) }>(&SEVERAL).to_vec();
    let at = bytes.windows(4).position(|it| it == b"news").unwrap();
    bytes[at] = b' ';
    assert!(lines(&bytes).contains(", at byte "), "{}", lines(&bytes));
}

#[test]
fn sections_are_recognized_by_name() {
    let formats = [
        ".autometrics0",
        ".autometrics1",
        "__autometrics0",
        ".amtrx12",
        ".autometrics",
        ".autometrics+1",
        "__autometrics",
        "autometrics_sites",
        ".amsites",
        ".autometrics99999999999",
    ]
    .map(|name| format!("{name} {:?}\n", Section::format(name)));
    expect![[r#"
        .autometrics0 Some(0)
        .autometrics1 Some(1)
        __autometrics0 Some(0)
        .amtrx12 Some(12)
        .autometrics None
        .autometrics+1 None
        __autometrics None
        autometrics_sites None
        .amsites None
        .autometrics99999999999 None
    "#]]
    .assert_eq(&formats.concat());
}

//! Tests of reading and writing baggages, including malformed and forged ones.

use autometrics_core::RemoteCaller;
use expect_test::{Expect, expect};
use http::{HeaderMap, HeaderValue};

use super::{BAGGAGE, caller, members, replace};

const OURS: &str = "autometrics.service=web,autometrics.module=web%3A%3Abasket,autometrics.function=Basket%3A%3Apay";

fn headers<T: AsRef<[u8]>>(baggages: &[T]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for baggage in baggages {
        headers.append(BAGGAGE, HeaderValue::from_bytes(baggage.as_ref()).unwrap());
    }
    headers
}

fn lines(headers: &HeaderMap) -> String {
    let values = headers.get_all(BAGGAGE).into_iter();
    let lines: Vec<_> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    lines.join("\n")
}

#[track_caller]
fn check_read(baggages: &[&str], expect: &Expect) {
    expect.assert_eq(&match caller(&headers(baggages)) {
        Ok(Some(caller)) => caller.to_string(),
        Ok(None) => "none".to_owned(),
        Err(refused) => refused.to_string(),
    });
}

#[test]
fn caller_is_read_from_one_or_several_headers() {
    check_read(&[OURS], &expect!["web: web::basket::Basket::pay"]);
    check_read(
        &[
            "tenant=7;since=2020 ;vip , autometrics.function = pay ;ttl=1",
            "",
            "autometrics.service=my%20w%C3%A9b,,\ta=\t",
        ],
        &expect!["my wéb: pay"],
    );
}

#[test]
fn baggage_without_our_members_names_no_caller() {
    check_read(&[], &expect!["none"]);
    check_read(&["", " , "], &expect!["none"]);
    check_read(
        &["tenant=7,autometrics.other=1,Autometrics.Service=web"],
        &expect!["none"],
    );
    check_read(&[&vec!["a=b"; 64].join(",")], &expect!["none"]);
    check_read(&[&format!("a={}", "b".repeat(8190))], &expect!["none"]);
}

#[test]
fn oversized_baggages_are_refused() {
    check_read(
        &[&format!("a={}", "b".repeat(8191))],
        &expect![
            "the remote caller is refused: its baggage has 8193 bytes; at most 8192 are allowed"
        ],
    );
    check_read(
        &[OURS, &format!("a={}", "b".repeat(8190))],
        &expect![
            "the remote caller is refused: its baggage has 8288 bytes; at most 8192 are allowed"
        ],
    );
    check_read(
        &[OURS, &vec!["a=b"; 62].join(",")],
        &expect!["the remote caller is refused: its baggage has more than 64 members"],
    );
    let service = format!("autometrics.service={}", "w".repeat(129));
    check_read(
        &[&service, "autometrics.function=pay"],
        &expect![
            "the remote caller is refused: its service has 129 bytes; at most 128 are allowed"
        ],
    );
}

#[test]
fn malformed_baggages_are_refused() {
    let malformed = [
        "autometrics.service",
        "=web",
        "autometrics.service=my web",
        "a=\"b\"",
        "a=b;",
        "a=b;c d=e",
        "a b=c",
        "autometrics.service=wéb",
        "a=back\\slash",
    ];
    for member in malformed {
        check_read(
            &[&format!("{OURS},{member}")],
            &expect![
                "the remote caller is refused: member 4 of its baggage is not `key=value` in the W3C format"
            ],
        );
    }
}

#[test]
fn incomplete_or_invalid_callers_are_refused() {
    check_read(
        &["autometrics.function=pay"],
        &expect!["the remote caller is refused: its baggage has no `autometrics.service`"],
    );
    check_read(
        &["autometrics.service=web,autometrics.module=m"],
        &expect!["the remote caller is refused: its baggage has no `autometrics.function`"],
    );
    check_read(
        &[OURS, "autometrics.service=web"],
        &expect!["the remote caller is refused: its baggage contains `autometrics.service` twice"],
    );
    for (service, expect) in [
        (
            "",
            expect!["the remote caller is refused: its service is empty"],
        ),
        (
            "%20",
            expect!["the remote caller is refused: its service is empty"],
        ),
        (
            "a%0Ab",
            expect!["the remote caller is refused: its service contains control characters"],
        ),
        (
            "50%",
            expect![
                "the remote caller is refused: its `autometrics.service` contains a `%` without two hexadecimal digits"
            ],
        ),
        (
            "%+1",
            expect![
                "the remote caller is refused: its `autometrics.service` contains a `%` without two hexadecimal digits"
            ],
        ),
        (
            "%E5",
            expect!["the remote caller is refused: its `autometrics.service` is not UTF-8"],
        ),
    ] {
        let baggage = format!("autometrics.service={service},autometrics.function=pay");
        check_read(&[&baggage], &expect);
    }
}

#[track_caller]
fn check_replaced(baggages: &[&str], own_members: Option<&str>, expect: &Expect) {
    let mut headers = headers(baggages);
    replace(&mut headers, own_members);
    expect.assert_eq(&lines(&headers));
}

#[test]
fn members_of_others_stay() {
    check_replaced(&[], Some("autometrics.x=1"), &expect!["autometrics.x=1"]);
    check_replaced(
        &["a=1;p , b=\"odd\"", "c"],
        Some("autometrics.x=1"),
        &expect![[r#"a=1;p,b="odd",c,autometrics.x=1"#]],
    );
}

#[test]
fn our_members_are_replaced_or_removed() {
    let stale = "a=1, autometrics.service = app;p ,autometrics.function";
    check_replaced(&[stale, OURS], Some("new=1"), &expect!["a=1,new=1"]);
    check_replaced(&[stale, OURS, "b=2"], None, &expect!["a=1,b=2"]);
    check_replaced(&[OURS], None, &expect![""]);
    let mut headers = headers(&[OURS]);
    replace(&mut headers, None);
    assert!(headers.is_empty(), "{headers:?}");
}

#[test]
fn baggage_without_our_members_is_not_rewritten() {
    check_replaced(
        &["a=1 ,, b", " c "],
        None,
        &expect![[r"
            a=1 ,, b
             c "]],
    );
}

#[test]
fn our_members_are_left_out_if_there_is_no_room() {
    let full = |members| [vec!["a=b"; members].join(",")];
    for (members, has_room) in [(61, true), (62, false)] {
        let mut headers = headers(&full(members));
        replace(&mut headers, Some(OURS));
        assert_eq!(caller(&headers).unwrap().is_some(), has_room, "{members}");
    }
    let most = 8192 - OURS.len() - "a=,".len();
    for (bytes, has_room) in [(most, true), (most + 1, false)] {
        let mut headers = headers(&[format!("a={}", "b".repeat(bytes))]);
        let before = headers.clone();
        replace(&mut headers, Some(OURS));
        assert_eq!(caller(&headers).unwrap().is_some(), has_room, "{bytes}");
        assert_eq!(headers == before, !has_room, "{bytes}");
    }
    // Stale members are removed nevertheless.
    let [mut crowd] = full(70);
    crowd += ",autometrics.service=app";
    let mut headers = headers(&[crowd]);
    replace(&mut headers, Some(OURS));
    assert_eq!(lines(&headers), full(70)[0]);
}

#[test]
fn sensitive_header_stays_sensitive() {
    let mut headers = headers(&["a=1"]);
    headers.get_mut(BAGGAGE).unwrap().set_sensitive(true);
    replace(&mut headers, Some(OURS));
    assert!(headers[BAGGAGE].is_sensitive());
}

/// Parts of random baggages. The first [`GOOD`] can form a valid one.
const PARTS: [&[u8]; 20] = [
    b",autometrics.service=web",
    b",autometrics.module = web%3A%3Abasket",
    b",autometrics.function=pay",
    b",a=b",
    b",",
    b"%41",
    b"%e5%ba%97",
    b"w",
    b" ",
    b";p=1",
    b"autometrics.service",
    b"=",
    b";",
    b"%",
    b"%0a",
    b"%ff",
    b"\t",
    b"\"",
    b"\\",
    b"\xff\xfe",
];
const GOOD: usize = 10;

fn made_up(random: &mut fastrand::Rng) -> Vec<u8> {
    let parts = match random.u8(..3) {
        0 => &PARTS[..GOOD],
        1 => &PARTS[..],
        _ => {
            // Bytes allowed in headers: no control characters, except the tab.
            let bytes = (0..64).map(|_| random.u8(..));
            return bytes.filter(|byte| *byte >= b' ' && *byte != 127).collect();
        }
    };
    let chosen = (0..random.usize(..10)).map(|_| *random.choice(parts).unwrap());
    chosen.collect::<Vec<_>>().concat()
}

#[test]
fn random_baggages_are_refused_or_round_trip() {
    let mut random = fastrand::Rng::with_seed(17);
    let (mut named, mut nobody, mut refused) = (0, 0, 0);
    for _ in 0..50_000 {
        let baggages: Vec<_> = (0..random.usize(1..4))
            .map(|_| made_up(&mut random))
            .collect();
        let mut headers = headers(&baggages);
        match caller(&headers) {
            Ok(Some(caller)) => {
                named += 1;
                check_round_trip(&caller);
            }
            Ok(None) => nobody += 1,
            Err(_) => refused += 1,
        }
        replace(&mut headers, None);
        assert_eq!(caller(&headers).ok().flatten(), None, "{baggages:?}");
        let before = headers.clone();
        replace(&mut headers, None);
        assert_eq!(headers, before);
    }
    assert!(
        named > 200 && nobody > 1_000 && refused > 10_000,
        "{named} named, {nobody} nobody, {refused} refused"
    );
}

#[track_caller]
fn check_round_trip(named: &RemoteCaller) {
    let mut headers = HeaderMap::new();
    replace(&mut headers, Some(&members(named)));
    assert_eq!(caller(&headers).as_ref(), Ok(&Some(named.clone())));
}

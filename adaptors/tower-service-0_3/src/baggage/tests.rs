//! Tests of reading and writing baggages, including malformed and forged ones.

use autometrics_core::{RefusedCaller, RemoteCaller};
use expect_test::{Expect, expect};
use http::{HeaderMap, HeaderValue};

use super::{BAGGAGE, Members, Sender, replace, sender};

const OURS: &str = "autometrics.service=web,autometrics.module=web%3A%3Abasket,autometrics.function=Basket%3A%3Apay";

const FLOW: &str = "autometrics.flow=POST%20%2Fpay%2F%7Bid%7D";

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

fn caller(headers: &HeaderMap) -> Result<Option<RemoteCaller>, RefusedCaller> {
    Ok(sender(headers)?.map(|sender| sender.caller))
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
fn check_replaced(baggages: &[&str], own_members: Option<&Members>, expect: &Expect) {
    let mut headers = headers(baggages);
    replace(&mut headers, own_members);
    expect.assert_eq(&lines(&headers));
}

fn pay() -> Members {
    let caller = RemoteCaller::new("web", "web::basket", "Basket::pay");
    Members::new(&caller.unwrap(), None)
}

fn tap() -> Members {
    Members::new(&RemoteCaller::new("app", "", "tap").unwrap(), None)
}

#[test]
fn members_of_others_stay() {
    check_replaced(
        &[],
        Some(&tap()),
        &expect!["autometrics.service=app,autometrics.module=,autometrics.function=tap"],
    );
    check_replaced(
        &["a=1;p , b=\"odd\"", "c"],
        Some(&tap()),
        &expect![[
            r#"a=1;p,b="odd",c,autometrics.service=app,autometrics.module=,autometrics.function=tap"#
        ]],
    );
}

#[test]
fn our_members_are_replaced_or_removed() {
    let stale = "a=1, autometrics.service = app;p ,autometrics.function";
    check_replaced(
        &[stale, OURS, FLOW],
        Some(&tap()),
        &expect!["a=1,autometrics.service=app,autometrics.module=,autometrics.function=tap"],
    );
    check_replaced(&[stale, OURS, "b=2"], None, &expect!["a=1,b=2"]);
    check_replaced(&[OURS], None, &expect![""]);
    check_replaced(&[FLOW, "c"], None, &expect!["c"]);
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
        replace(&mut headers, Some(&pay()));
        assert_eq!(caller(&headers).unwrap().is_some(), has_room, "{members}");
    }
    let most = 8192 - OURS.len() - "a=,".len();
    for (bytes, has_room) in [(most, true), (most + 1, false)] {
        let mut headers = headers(&[format!("a={}", "b".repeat(bytes))]);
        let before = headers.clone();
        replace(&mut headers, Some(&pay()));
        assert_eq!(caller(&headers).unwrap().is_some(), has_room, "{bytes}");
        assert_eq!(headers == before, !has_room, "{bytes}");
    }
    // Stale members are removed nevertheless.
    let [mut crowd] = full(70);
    crowd += ",autometrics.service=app";
    let mut headers = headers(&[crowd]);
    replace(&mut headers, Some(&pay()));
    assert_eq!(lines(&headers), full(70)[0]);
}

/// Returns the flow of the sender, who must be accepted.
#[track_caller]
fn flow(baggages: &[&str]) -> Option<String> {
    let sender = sender(&headers(baggages)).unwrap().unwrap();
    assert_eq!(sender.caller.to_string(), "web: web::basket::Basket::pay");
    sender.flow
}

#[test]
fn flow_is_read_beside_the_caller() {
    assert_eq!(flow(&[OURS]), None);
    assert_eq!(flow(&[FLOW, OURS]).as_deref(), Some("POST /pay/{id}"));
    // Without a caller it is nobody's.
    assert_eq!(sender(&headers(&[FLOW])), Ok(None));
}

#[test]
fn invalid_flow_is_ignored_and_its_caller_accepted() {
    for value in ["", "%20", "%09%20", "a%0Ab", "%7F", "50%", "%+1", "%E5"] {
        let member = format!("autometrics.flow={value}");
        assert_eq!(flow(&[OURS, &member]), None, "{value:?}");
    }
    assert_eq!(flow(&[OURS, FLOW, FLOW]), None);
    // A member against the grammar makes the whole baggage invalid, as any other member does.
    let quoted = headers(&[OURS, "autometrics.flow=\"a\""]);
    assert!(sender(&quoted).is_err());
}

#[test]
fn flow_is_left_out_if_there_is_room_for_the_caller_alone() {
    let caller = RemoteCaller::new("web", "web::basket", "Basket::pay").unwrap();
    let all = Members::new(&caller, Some("POST /pay/{id}"));
    check_replaced(
        &["a=1"],
        Some(&all),
        &expect![
            "a=1,autometrics.service=web,autometrics.module=web%3A%3Abasket,autometrics.function=Basket%3A%3Apay,autometrics.flow=POST%20%2Fpay%2F%7Bid%7D"
        ],
    );
    for (others, callers, flows) in [(60, 1, 1), (61, 1, 0), (62, 0, 0)] {
        let mut headers = headers(&[vec!["a=b"; others].join(",")]);
        replace(&mut headers, Some(&all));
        let sender = sender(&headers).unwrap();
        let flow = sender.iter().filter_map(|sender| sender.flow.as_deref());
        assert_eq!(flow.count(), flows, "{others}");
        assert_eq!(sender.iter().count(), callers, "{others}");
    }
}

#[test]
fn sent_flow_is_cut_to_256_bytes() {
    let caller = RemoteCaller::new("web", "web::basket", "Basket::pay").unwrap();
    let mut headers = HeaderMap::new();
    let long = format!("a{}", "ä".repeat(200));
    replace(&mut headers, Some(&Members::new(&caller, Some(&long))));
    let sender = sender(&headers).unwrap().unwrap();
    assert_eq!(sender.flow, Some(long[..255].to_owned()));
}

#[test]
fn sensitive_header_stays_sensitive() {
    let mut headers = headers(&["a=1"]);
    headers.get_mut(BAGGAGE).unwrap().set_sensitive(true);
    replace(&mut headers, Some(&pay()));
    assert!(headers[BAGGAGE].is_sensitive());
}

/// Parts of random baggages. The first [`GOOD`] can form a valid one.
const PARTS: [&[u8]; 21] = [
    b",autometrics.service=web",
    b",autometrics.module = web%3A%3Abasket",
    b",autometrics.function=pay",
    b",autometrics.flow=GET%20%2F",
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
const GOOD: usize = 11;

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
    let (mut named, mut flows, mut nobody, mut refused) = (0, 0, 0, 0);
    for _ in 0..50_000 {
        let baggages: Vec<_> = (0..random.usize(1..4))
            .map(|_| made_up(&mut random))
            .collect();
        let mut headers = headers(&baggages);
        match sender(&headers) {
            Ok(Some(sender)) => {
                named += 1;
                flows += usize::from(sender.flow.is_some());
                check_round_trip(sender);
            }
            Ok(None) => nobody += 1,
            Err(_) => refused += 1,
        }
        replace(&mut headers, None);
        assert_eq!(sender(&headers).ok().flatten(), None, "{baggages:?}");
        let before = headers.clone();
        replace(&mut headers, None);
        assert_eq!(headers, before);
    }
    assert!(
        named > 200 && flows > 50 && nobody > 1_000 && refused > 10_000,
        "{named} named, {flows} flows, {nobody} nobody, {refused} refused"
    );
}

#[track_caller]
fn check_round_trip(named: Sender) {
    let mut headers = HeaderMap::new();
    replace(
        &mut headers,
        Some(&Members::new(&named.caller, named.flow.as_deref())),
    );
    assert_eq!(sender(&headers).as_ref(), Ok(&Some(named)));
}

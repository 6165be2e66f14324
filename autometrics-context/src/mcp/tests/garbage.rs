//! Tests messages with random mistakes.

use serde_json::Value;

use super::{Headers, call, modern, server};

/// Number of messages.
const MESSAGES: usize = 20_000;
/// Pieces that are inserted into messages.
const PIECES: [&str; 16] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "1e999",
    "\\ud800",
    "\u{0}",
    "\"id\":null,",
    "\"_meta\":{},",
    "2025-11-25",
    "io.modelcontextprotocol/",
    "🦀",
];

/// Generator of the same numbers in each run.
struct Random(u64);

impl Random {
    /// Returns a number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

fn mutate(message: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(message.len() + 1);
    match random.below(4) {
        0 => message.truncate(at),
        1 => {
            let end = (at + random.below(20)).min(message.len());
            message.drain(at..end);
        }
        2 => {
            let piece = PIECES[random.below(PIECES.len())];
            message.splice(at..at, piece.bytes());
        }
        _ => {
            if let Some(byte) = message.get_mut(at) {
                *byte = random.below(256).to_le_bytes()[0];
            }
        }
    }
}

#[test]
fn every_answer_to_a_mutated_message_is_valid() {
    let seeds = [
        modern("tools/call", r#""name":"echo","arguments":{"a":[1,"b"]},"#),
        modern("server/discover", ""),
        r#"{"jsonrpc":"2.0","id":"1","method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#.to_owned(),
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}"#.to_owned(),
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#.to_owned(),
        r#"[{"jsonrpc":"2.0","id":1,"result":{}}]"#.to_owned(),
    ];
    let server = server();
    let headers = Headers {
        protocol_version: Some("2026-07-28".to_owned()),
        method: Some("tools/call".to_owned()),
        name: Some("=?base64?ZWNobw==?=".to_owned()),
    };
    let mut random = Random(0x5eed);
    let mut statuses = std::collections::BTreeSet::new();
    for _ in 0..MESSAGES {
        let mut message = seeds[random.below(seeds.len())].clone().into_bytes();
        for _ in 0..random.below(4) {
            mutate(&mut message, &mut random);
        }
        let reply = match random.below(2) {
            0 => server.handle(&message, &mut call),
            _ => server.handle_http(&message, &headers, &mut call),
        };
        statuses.insert(reply.status);
        let Some(body) = reply.body else {
            assert_eq!(reply.status, 202);
            continue;
        };
        assert!(!body.contains(&b'\n'));
        let answer: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(answer["jsonrpc"], "2.0");
        assert_ne!(answer.get("id"), Some(&Value::Null));
        assert_ne!(
            answer.get("result").is_some(),
            answer.get("error").is_some()
        );
    }
    assert_eq!(Vec::from_iter(statuses), [200, 202, 400, 404]);
}

//! Tests that reading any bytes ends, reports errors, and reads no byte twice.

extern crate alloc;
extern crate std;

use alloc::vec::Vec;
use std::env;

use super::{
    MAGIC, Record, records,
    tests::{FULL, FULL_BYTES, PLAIN, PLAIN_BYTES},
};

fn section() -> Vec<u8> {
    [&PLAIN_BYTES[..], &[0; 3], &FULL_BYTES].concat()
}

/// Reads all records, and checks properties that hold for any bytes.
#[track_caller]
fn read(section: &[u8]) -> Vec<Record<'_>> {
    let mut found = Vec::new();
    let mut offset = None;
    let mut steps = 0;
    for record in records(section) {
        steps += 1;
        // Each error covers at least one byte.
        assert!(steps <= section.len(), "more findings than bytes");
        match record {
            Ok(record) => found.push(record),
            Err(error) => {
                assert!(error.offset < section.len(), "{error}");
                assert!(offset <= Some(error.offset), "{error}: back again");
                offset = Some(error.offset);
            }
        }
    }
    for record in &found {
        let texts = [record.module, record.function, record.file, record.calls];
        for text in texts.iter().filter(|text| !text.is_empty()) {
            assert!(
                section.as_ptr_range().contains(&text.as_ptr()),
                "it borrows from the section"
            );
        }
    }
    found
}

#[test]
fn truncated_section_has_its_complete_records() {
    let section = section();
    for end in 0..section.len() {
        let found = read(&section[..end]);
        let whole: &[Record<'_>] = if end < PLAIN_BYTES.len() {
            &[]
        } else {
            &[PLAIN]
        };
        assert_eq!(found, whole, "cut off at {end}");
    }
    assert_eq!(read(&section), [PLAIN, FULL]);
}

#[test]
fn flipped_bit_damages_at_most_one_record() {
    let mut section = section();
    for bit in 0..section.len() * 8 {
        section[bit / 8] ^= 1 << (bit % 8);
        let found = read(&section);
        let harms_the_first = bit / 8 < PLAIN_BYTES.len();
        let other = if harms_the_first { FULL } else { PLAIN };
        assert!(found.contains(&other), "bit {bit}");
        section[bit / 8] ^= 1 << (bit % 8);
    }
}

/// The variable with the number of generated sections; the default is 60,000.
const ROUNDS: &str = "HOSTILE_ROUNDS";

fn rounds() -> u64 {
    let Some(rounds) = env::var_os(ROUNDS) else {
        return 60_000;
    };
    let number = rounds.to_str().and_then(|rounds| rounds.parse().ok());
    number
        .filter(|rounds| *rounds > 0)
        .unwrap_or_else(|| panic!("{ROUNDS} is {rounds:?}: expected a number above zero"))
}

#[test]
fn arbitrary_bytes_are_read_to_the_end() {
    let rounds = rounds();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut records_found = 0_u64;
    for _ in 0..rounds {
        let mut bytes = Vec::new();
        for _ in 0..random.below(12) {
            match random.below(6) {
                0 => bytes.extend(MAGIC),
                1 => bytes.extend(PLAIN_BYTES),
                2 => bytes.resize(bytes.len() + random.below(5), 0),
                // A header and a field whose lengths may be right.
                3 => {
                    bytes.extend(MAGIC);
                    bytes.extend([1, random.byte() % 80, 0, 0, 0]);
                    bytes.extend([random.byte() % 18, random.byte() % 20, 0]);
                }
                4 => bytes.extend((0..random.below(40)).map(|_| random.byte())),
                _ => {
                    // A record with some bytes changed, moved or removed.
                    let mut record = FULL_BYTES.to_vec();
                    for _ in 0..random.below(4) {
                        let at = random.below(record.len());
                        match random.below(3) {
                            0 => record[at] = random.byte(),
                            1 => drop(record.remove(at)),
                            _ => record.rotate_left(at),
                        }
                    }
                    bytes.extend(record);
                }
            }
        }
        records_found += read(&bytes).len() as u64;
    }
    // Some of the generated sections contain valid records.
    assert!(records_found >= rounds / 6, "only {records_found}");
}

/// The section has many beginnings of records whose lengths cover all that follows. A reader
/// that read all of it again for each would take hours.
#[test]
fn nested_records_are_read_in_linear_time() {
    let mut nested = Vec::new();
    while nested.len() < 1 << 20 {
        nested.extend(MAGIC);
        nested.extend([1, 0, 0, 8, 0]);
        nested.extend([200, 255, 255]);
    }
    nested.resize(nested.len() + (1 << 20), b'x');
    assert!(read(&nested).is_empty());
}

/// Marsaglia's xorshift64, <https://doi.org/10.18637/jss.v008.i14>.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or_default() % bound
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }
}

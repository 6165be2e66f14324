//! Functions that can fail.

use autometrics::instrument_fn;

use std::{fmt, fs, io, num::ParseIntError};

#[derive(Debug)]
pub struct Failure;
impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "failure")
    }
}
impl std::error::Error for Failure {}
impl From<ParseIntError> for Failure {
    fn from(_: ParseIntError) -> Self {
        Failure
    }
}
pub type Fallible<T> = Result<T, Failure>;
#[derive(Debug)]
pub enum Large {
    Bytes([u8; 512]),
    None,
}

#[instrument_fn]
pub fn parse(text: &str) -> Result<u32, ParseIntError> {
    text.parse()
}
#[instrument_fn]
pub fn parse_with_question_mark(text: &str) -> Result<u32, ParseIntError> {
    let number: u32 = text.parse()?;
    Ok(number)
}
#[instrument_fn]
pub fn parse_converting(text: &str) -> Fallible<u32> {
    Ok(text.parse::<u32>()?)
}
#[instrument_fn]
pub fn inferred(text: &str) -> Fallible<u32> {
    let number = text.parse()?;
    Ok(number)
}
#[instrument_fn]
pub fn never_fails(number: u32) -> Result<u32, Failure> {
    Ok(number)
}
#[instrument_fn]
pub fn unit_error(number: u32) -> Result<u32, ()> {
    if number > 1 { Err(()) } else { Ok(number) }
}
#[instrument_fn]
pub fn unit_result(text: &str) -> Result<(), Failure> {
    if text.is_empty() {
        return Err(Failure);
    }
    Ok(())
}
#[instrument_fn]
pub fn large_error(text: &str) -> Result<u32, Large> {
    if text.is_empty() {
        Err(Large::None)
    } else {
        Ok(1)
    }
}
#[instrument_fn]
pub fn io_result(path: &str) -> io::Result<String> {
    fs::read_to_string(path)
}
#[instrument_fn]
pub fn io_returns(path: &str) -> io::Result<()> {
    return fs::remove_file(path);
}
#[instrument_fn]
pub fn try_err(text: &str) -> Result<u32, Failure> {
    if text.is_empty() {
        Err(Failure)?;
    }
    Ok(1)
}
#[instrument_fn]
pub fn unwraps(text: &str) -> Result<u32, Failure> {
    Ok(text.parse::<u32>().unwrap())
}
#[instrument_fn]
pub fn panics(text: &str) -> Result<u32, Failure> {
    if text.is_empty() {
        panic!("empty");
    }
    Ok(1)
}
#[instrument_fn]
pub fn ignores(text: &str) -> Result<u32, Failure> {
    fs::remove_file(text);
    Ok(1)
}
#[instrument_fn]
pub fn underscore(text: &str) -> Result<u32, Failure> {
    let _ = fs::remove_file(text);
    Ok(1)
}
#[instrument_fn]
pub fn map_err_ignore(text: &str) -> Result<u32, Failure> {
    text.parse::<u32>().map_err(|_| Failure)
}
#[instrument_fn]
pub fn closure_returns(text: &str) -> Result<u32, Failure> {
    let parse = |text: &str| -> Result<u32, Failure> {
        return Ok(text.parse::<u32>()?);
    };
    parse(text)
}
#[instrument_fn]
pub fn unused_parameter(text: &str, flag: bool) -> Result<u32, Failure> {
    Ok(text.parse()?)
}
#[instrument_fn]
pub fn by_value(text: String) -> Result<u32, Failure> {
    Ok(text.parse()?)
}
#[instrument_fn]
pub fn mutable_for_nothing(text: &mut String) -> Result<u32, Failure> {
    Ok(text.parse()?)
}
#[instrument_fn]
pub fn trivially_copied(number: &u32) -> Result<u32, Failure> {
    if *number > 3 {
        Err(Failure)
    } else {
        Ok(*number)
    }
}
#[instrument_fn]
pub fn assigned_in_vain(mut number: u32) -> Result<u32, Failure> {
    number = 3;
    Err(Failure)
}
#[instrument_fn]
pub fn added_in_vain(mut number: u32) -> Result<u32, Failure> {
    number += 3;
    Err(Failure)
}
#[instrument_fn]
pub fn unused_mut(mut number: u32) -> Result<u32, Failure> {
    if number > 3 { Err(Failure) } else { Ok(number) }
}
#[instrument_fn]
pub fn let_and_return(text: &str) -> Result<u32, ParseIntError> {
    let parsed = text.parse();
    parsed
}
#[instrument_fn]
pub fn shadowed(text: &str) -> Fallible<u32> {
    let text = text.trim();
    Ok(text.parse()?)
}
#[instrument_fn]
pub fn unreachable(text: &str) -> Fallible<u32> {
    return Ok(text.parse()?);
    println!("never");
}
#[instrument_fn]
pub fn cognitive(number: u32) -> Fallible<u32> {
    let mut sum = 0;
    for outer in 0..number {
        for inner in 0..outer {
            if inner > 3 {
                if outer > 3 {
                    sum += 1;
                } else if outer > 2 {
                    sum += 2;
                } else {
                    sum += 3;
                }
            }
            match inner {
                1 => sum += 1,
                2 => sum += 2,
                3 => sum += 3,
                4 => sum += 4,
                5 => {
                    if sum > 3 {
                        return Err(Failure);
                    }
                }
                6 => {
                    while sum > 3 {
                        sum -= 1;
                    }
                }
                7 => sum += 7,
                8 => sum += 8,
                9 => sum += 9,
                10 => sum += 10,
                11 => sum += 11,
                12 => sum += 12,
                _ => {}
            }
            if sum > 1 && inner > 2 || outer > 3 {
                sum += 1;
            }
            if sum > 2 && inner > 2 || outer > 4 {
                sum += 1;
            }
            if sum > 3 && inner > 2 || outer > 5 {
                sum += 1;
            }
        }
    }
    Ok(sum)
}
#[instrument_fn]
pub fn boxed_error(text: &str) -> Result<u32, Box<dyn std::error::Error>> {
    Ok(text.parse()?)
}
#[instrument_fn]
pub fn boxed_error_literal(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(1)
}
#[instrument_fn]
pub fn implementation(text: &str) -> Result<impl Iterator<Item = char> + '_, Failure> {
    Ok(text.chars())
}
#[instrument_fn]
pub fn two_implementations(flag: bool) -> Result<impl fmt::Display, impl fmt::Debug> {
    if flag { Ok(1) } else { Err("text") }
}
#[instrument_fn]
pub fn nested(text: &str) -> Result<Result<u32, Failure>, Failure> {
    Ok(Err(Failure))
}
#[instrument_fn]
pub fn option(text: &str) -> Result<Option<u32>, Failure> {
    if text.is_empty() {
        Ok(None)
    } else {
        Ok(Some(text.parse()?))
    }
}
#[instrument_fn]
pub fn moves(text: String) -> Result<String, Failure> {
    if text.is_empty() {
        Err(Failure)
    } else {
        Ok(text)
    }
}
#[instrument_fn]
pub fn borrows<'a>(text: &'a str) -> Result<&'a str, Failure> {
    if text.is_empty() {
        Err(Failure)
    } else {
        Ok(text)
    }
}
#[instrument_fn]
pub fn used_underscore(_text: &str) -> Result<usize, Failure> {
    Ok(_text.len())
}
#[instrument_fn]
pub fn boxed_local(number: Box<u32>) -> Result<u32, Failure> {
    Ok(*number)
}
#[instrument_fn]
pub fn rc(number: std::rc::Rc<u32>) -> Result<u32, Failure> {
    Ok(*number)
}
#[instrument_fn]
pub fn string_reference(text: &String) -> Result<usize, Failure> {
    Ok(text.len())
}
#[instrument_fn]
pub fn vec_reference(numbers: &Vec<u32>) -> Result<usize, Failure> {
    Ok(numbers.len())
}
#[instrument_fn]
pub fn matched(text: &str) -> Result<u32, Failure> {
    match text.parse() {
        Ok(number) => Ok(number),
        Err(error) => Err(Failure),
    }
}
#[instrument_fn]
pub fn only_in_recursion(depth: u32, seed: u32) -> Result<u32, Failure> {
    if depth == 0 {
        Ok(1)
    } else {
        only_in_recursion(depth - 1, seed)
    }
}
#[instrument_fn]
pub fn option_reference(text: &Option<String>) -> Result<bool, Failure> {
    Ok(text.is_some())
}

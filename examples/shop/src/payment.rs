//! Charges cards: an acquirer that sometimes fails or never answers, and a shop that tries
//! again.

use std::{fmt, time::Duration};

use autometrics::{ResultLabels, instrument_fn};
use thiserror::Error;
use tokio::time::{sleep, timeout};

use crate::{faults::Dice, store::Cents};

/// Limit of attempts if the acquirer fails or does not answer.
const ATTEMPTS: u32 = 3;
/// Limit of requests if the acquirer wants to be asked again.
const QUESTIONS: u32 = 20;

/// A card number with a valid check digit. Its `Debug` hides it from logs.
#[derive(Clone)]
pub(crate) struct Card(String);

/// Number with which the acquirer confirms a charge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Authorization(pub(crate) i64);

/// Reason why a card was not charged.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, ResultLabels)]
pub(crate) enum PaymentError {
    #[error("the card was declined")]
    #[label(error = "card_declined")]
    Declined,
    #[error("the acquirer is not available")]
    #[label(error = "acquirer_unavailable")]
    Unavailable,
}

#[derive(Clone, Copy, Debug, Error, ResultLabels)]
#[label(error = "bad_card")]
#[error("that is not the number of a card")]
pub(crate) struct BadCard;

/// A simulated acquirer, the company that transfers the money: some milliseconds away, and
/// sometimes unavailable. A real shop would have an HTTP client here.
#[derive(Debug)]
pub(crate) struct Acquirer {
    pub(crate) failures: Dice,
    pub(crate) hangs: Dice,
    pub(crate) retries: Dice,
    pub(crate) declines: Dice,
    pub(crate) distance: Dice,
    /// Longest wait for one answer.
    pub(crate) patience: Duration,
}

/// Answer of the acquirer to a charge.
enum Decision {
    Charged(Authorization),
    /// The acquirer has not decided yet, and must be asked again.
    AskAgain,
}

/// Charges `card`, and tries again while the acquirer fails or does not answer.
///
/// A declined card is an error of this call, because the payments team wants to count them. For the
/// order it is a valid answer.
#[instrument_fn(span, events(fields(amount)))]
pub(crate) async fn charge(
    acquirer: &Acquirer,
    card: &Card,
    amount: Cents,
) -> Result<Authorization, PaymentError> {
    let (mut attempt, mut questions) = (1, 1);
    while attempt <= ATTEMPTS && questions <= QUESTIONS {
        // At a timeout the call of `authorize` is dropped unfinished, and so counted as
        // cancelled.
        match timeout(acquirer.patience, acquirer.authorize(card, amount)).await {
            Ok(Ok(Decision::Charged(authorization))) => return Ok(authorization),
            Ok(Ok(Decision::AskAgain)) => questions += 1,
            Ok(Err(PaymentError::Declined)) => return Err(PaymentError::Declined),
            Ok(Err(PaymentError::Unavailable)) | Err(_) => {
                sleep(Duration::from_millis(5) * attempt).await;
                attempt += 1;
            }
        }
    }
    Err(PaymentError::Unavailable)
}

#[instrument_fn(span)]
impl Acquirer {
    #[instrument_fn(events(fields(amount)))]
    async fn authorize(&self, card: &Card, amount: Cents) -> Result<Decision, PaymentError> {
        if self.hangs.hit() {
            std::future::pending::<()>().await;
        }
        if self.failures.hit() {
            sleep(Duration::from_millis(2)).await;
            return Err(PaymentError::Unavailable);
        }
        // Usually a short latency, sometimes a long one.
        let far = self.distance.throw().powi(4);
        sleep(Duration::from_millis(12) + Duration::from_millis(60).mul_f64(far)).await;
        if self.retries.hit() {
            return Ok(Decision::AskAgain);
        }
        if self.declines.hit() {
            return Err(PaymentError::Declined);
        }
        Ok(Decision::Charged(Authorization(
            card.fingerprint() ^ amount,
        )))
    }
}

#[instrument_fn(span)]
impl Card {
    /// Parses a card number. It is valid if its check digit is right (Luhn's formula).
    pub(crate) fn read(number: &str) -> Result<Self, BadCard> {
        let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
        if digits.len() != number.len() || !(12..=19).contains(&digits.len()) {
            return Err(BadCard);
        }
        let sum: u32 = digits
            .iter()
            .rev()
            .enumerate()
            .map(|(place, &digit)| match place % 2 {
                0 => digit,
                _ => digit * 2 / 10 + digit * 2 % 10,
            })
            .sum();
        if sum.is_multiple_of(10) {
            Ok(Self(number.to_owned()))
        } else {
            Err(BadCard)
        }
    }

    #[skip]
    fn fingerprint(&self) -> i64 {
        self.0
            .bytes()
            .fold(7, |hash, byte| hash * 31 % 1_000_003 + i64::from(byte))
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Card(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Card;

    #[test]
    fn checks_the_length_digits_and_check_digit_of_a_number() {
        let checks = |number: &str| Card::read(number).is_ok();
        assert!(checks("4111111111111111"));
        assert!(!checks("4111111111111112"));
        assert!(!checks("4111 1111 1111 1111"));
        assert!(!checks(""));
    }
}

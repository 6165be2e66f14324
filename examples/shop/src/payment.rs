//! Charging a card: an acquirer that sometimes fails or never answers, and the
//! patience to try again.

use std::{fmt, time::Duration};

use autometrics::{ResultLabels, instrument_fn};
use thiserror::Error;
use tokio::time::{sleep, timeout};

use crate::{faults::Dice, store::Cents};

/// How often it asks an acquirer that fails.
const ATTEMPTS: u32 = 3;
/// How often it asks one that answers.
const QUESTIONS: u32 = 20;

/// A number that may be that of a card, and that no log may show.
#[derive(Clone)]
pub(crate) struct Card(String);

/// What the acquirer gives for a successful charge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Authorization(pub(crate) i64);

/// Why a card was not charged.
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

/// The company that moves the money, as seen from here: some milliseconds
/// away, and not always there. A real shop would have an HTTP client in it.
#[derive(Debug)]
pub(crate) struct Acquirer {
    pub(crate) failures: Dice,
    pub(crate) hangs: Dice,
    pub(crate) retries: Dice,
    pub(crate) declines: Dice,
    pub(crate) distance: Dice,
    /// The longest wait for one answer.
    pub(crate) patience: Duration,
}

/// What it says to a charge.
enum Decision {
    Charged(Authorization),
    /// It has not decided yet, and wants to be asked again.
    AskAgain,
}

/// Charges `card`, asking again while the acquirer fails or is silent.
///
/// A declined card is an error of this call, as the payments team wants to see
/// how many there are. To the order it is an answer like any other.
#[instrument_fn(span, events(fields(amount)))]
pub(crate) async fn charge(
    acquirer: &Acquirer,
    card: &Card,
    amount: Cents,
) -> Result<Authorization, PaymentError> {
    let (mut attempt, mut questions) = (1, 1);
    while attempt <= ATTEMPTS && questions <= QUESTIONS {
        // When time is up the call of `authorize` is dropped unfinished, and
        // counted as cancelled.
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
        // Mostly near, sometimes far.
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
    /// A card, if the check digit is right (Luhn's formula): before anyone is asked.
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
    fn check_digit() {
        let checks = |number: &str| Card::read(number).is_ok();
        assert!(checks("4111111111111111"));
        assert!(!checks("4111111111111112"));
        assert!(!checks("4111 1111 1111 1111"));
        assert!(!checks(""));
    }
}

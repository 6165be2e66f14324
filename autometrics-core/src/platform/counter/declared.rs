//! The frequency of a generic timer, as declared by firmware.

use std::ops::RangeInclusive;

use super::Frequency;

/// Frequencies of real timers, in hertz: 1 to 200 MHz before version 8.6 of the architecture and 1
/// GHz since. Firmware that does not set the register leaves zero or any other value in it.
const PLAUSIBLE: RangeInclusive<u32> = 1_000_000..=2_000_000_000;

/// Returns the frequency from the device tree, else that from the register.
///
/// A device tree contains the frequency if the register is unreliable, because it may be set on
/// some cores only. The property is a 32-bit number, highest byte first.
pub(super) fn frequency(register: u64, device_tree: Option<&[u8]>) -> Frequency {
    let in_tree = device_tree.and_then(|bytes| bytes.try_into().ok());
    let in_tree = in_tree.map(u32::from_be_bytes);
    let in_register = u32::try_from(register).ok();
    let declared = [in_tree, in_register].into_iter().flatten();
    let mut plausible = declared.filter(|hertz| PLAUSIBLE.contains(hertz));
    plausible
        .next()
        .map_or(Frequency::Unknown, Frequency::Hertz)
}

#[cfg(test)]
mod tests {
    use super::{Frequency, frequency};

    #[test]
    fn reads_the_frequency_from_the_register() {
        for hertz in [19_200_000, 24_000_000, 121_875_000, 1_000_000_000] {
            assert_eq!(frequency(hertz.into(), None), Frequency::Hertz(hertz));
        }
    }

    #[test]
    fn ignores_implausible_values_in_the_register() {
        for value in [0, 1, 32_768, u32::MAX.into(), u64::MAX, 24_000_000 << 32] {
            assert_eq!(frequency(value, None), Frequency::Unknown, "{value}");
        }
    }

    #[test]
    fn the_device_tree_takes_precedence_over_the_register() {
        let tree = 24_000_000_u32.to_be_bytes();
        for register in [0, 12_000_000, u64::MAX] {
            let found = frequency(register, Some(&tree));
            assert_eq!(found, Frequency::Hertz(24_000_000), "{register}");
        }
    }

    #[test]
    fn uses_the_register_if_the_device_tree_has_no_valid_frequency() {
        for tree in [&[][..], &[0; 4], &[1, 2, 3], &[0; 8]] {
            let found = frequency(24_000_000, Some(tree));
            assert_eq!(found, Frequency::Hertz(24_000_000), "{tree:?}");
        }
    }
}

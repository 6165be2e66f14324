//! The newest values of a program: of each function, and of all functions together.

use std::collections::{BTreeMap, VecDeque};

/// Maximum numbers of values in a [`Window`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) of_function: usize,
    pub(super) in_total: usize,
}

/// The newest values of each function, and the newest of these among all functions.
///
/// Of a value with number `n`, at least `of_function` values of its function, or `in_total` values
/// of the window, have higher numbers if it is not in the window. So windows of parts of the values
/// can be merged, in any order, into the window of all values.
#[derive(Clone, Debug)]
pub(super) struct Window<T> {
    /// Values by number, the oldest first.
    values: BTreeMap<u64, Numbered<T>>,
    /// Numbers of the values of each function, the oldest first.
    by_function: BTreeMap<usize, VecDeque<u64>>,
}

/// A value and the function that it is of.
#[derive(Clone, Debug)]
struct Numbered<T> {
    function: usize,
    value: T,
}

impl<T> Window<T> {
    pub(super) const fn new() -> Self {
        Self {
            values: BTreeMap::new(),
            by_function: BTreeMap::new(),
        }
    }

    /// Adds a value of the function with the key `function`. Returns the value that leaves the
    /// window, which may be the added one. No number is added twice, and no limit is zero.
    pub(super) fn insert(
        &mut self,
        number: u64,
        function: usize,
        value: T,
        limits: Limits,
    ) -> Option<T> {
        let numbers = self.by_function.entry(function).or_default();
        // At the end, unless another thread was faster with a later one.
        let at = numbers.partition_point(|&other| other < number);
        numbers.insert(at, number);
        self.values.insert(number, Numbered { function, value });
        if numbers.len() > limits.of_function {
            let oldest = numbers.pop_front()?;
            return Some(self.values.remove(&oldest)?.value);
        }
        if self.values.len() > limits.in_total {
            let (_, oldest) = self.values.pop_first()?;
            let numbers = self.by_function.get_mut(&oldest.function)?;
            numbers.pop_front();
            if numbers.is_empty() {
                self.by_function.remove(&oldest.function);
            }
            return Some(oldest.value);
        }
        None
    }

    /// Moves all values of `other` to this window. Returns those that leave it.
    pub(super) fn merge(&mut self, other: &mut Self, limits: Limits) -> Vec<T> {
        other.by_function.clear();
        let values = std::mem::take(&mut other.values).into_iter();
        values
            .filter_map(|(number, it)| self.insert(number, it.function, it.value, limits))
            .collect()
    }

    /// Returns the values, the oldest first.
    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.values.values().map(|numbered| &numbered.value)
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, Window};

    const LIMITS: Limits = Limits {
        of_function: 3,
        in_total: 7,
    };

    fn function(number: u64) -> usize {
        usize::try_from(number * number % 5).unwrap()
    }

    /// Adds the numbers as values of four functions.
    fn window(numbers: impl IntoIterator<Item = u64>) -> Window<u64> {
        let mut window = Window::new();
        for number in numbers {
            window.insert(number, function(number), number, LIMITS);
        }
        window
    }

    fn values(window: &Window<u64>) -> Vec<u64> {
        window.values().copied().collect()
    }

    #[test]
    fn newest_values_of_each_function_and_of_all_remain() {
        let mut window = Window::new();
        let mut add = |number, function| window.insert(number, function, number, LIMITS);
        for (number, function, evicted) in [
            (0, 1, None),
            (1, 2, None),
            (2, 2, None),
            (3, 2, None),
            (4, 2, Some(1)),
            (5, 3, None),
            (6, 3, None),
            (7, 3, None),
            (8, 4, Some(0)),
            (9, 3, Some(5)),
        ] {
            assert_eq!(add(number, function), evicted, "{number}");
        }
        assert_eq!(values(&window), [2, 3, 4, 6, 7, 8, 9]);
    }

    #[test]
    fn order_of_insertion_does_not_change_the_window() {
        let expected = values(&window(0..40));
        assert_eq!(expected.len(), 7);
        assert_eq!(values(&window((0..40).rev())), expected);
        assert_eq!(values(&window((0..40).map(|n| n * 27 % 40))), expected);
    }

    #[test]
    fn windows_of_parts_merge_into_the_window_of_all() {
        let (mut all, mut rest) = (
            window((0..40).filter(|n| n % 3 == 0)),
            window((0..40).filter(|n| n % 3 != 0)),
        );
        let evicted = all.merge(&mut rest, LIMITS);
        assert_eq!(values(&all), values(&window(0..40)));
        assert_eq!(values(&rest), [0; 0]);
        assert_eq!(evicted.len(), 7);
    }
}

//! A list that only grows, which any thread appends to and reads without a lock.

use crate::sync::OnceLock;

/// A singly linked list whose nodes never move and are never freed.
///
/// Pushing walks to the end, so the list is for few values, or few pushes.
#[derive(Debug)]
pub(crate) struct List<T: 'static> {
    head: OnceLock<Box<Node<T>>>,
}

#[derive(Debug)]
struct Node<T: 'static> {
    value: T,
    next: OnceLock<Box<Node<T>>>,
}

impl<T> List<T> {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> Self {
        Self {
            head: OnceLock::new(),
        }
    }

    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self {
            head: OnceLock::new(),
        }
    }

    /// Appends `value` and returns a reference to it in the list.
    pub(crate) fn push(&self, value: T) -> &T {
        let mut node = Box::new(Node {
            value,
            next: OnceLock::new(),
        });
        let mut slot = &self.head;
        loop {
            match slot.set(node) {
                // The slot is set now, and is never unset.
                Ok(()) => break,
                Err(refused) => node = refused,
            }
            if let Some(taken) = slot.get() {
                slot = &taken.next;
            }
        }
        match slot.get() {
            Some(node) => &node.value,
            None => unreachable!("the slot was set above"),
        }
    }

    /// Returns the values pushed so far, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let mut slot = &self.head;
        std::iter::from_fn(move || {
            let node = slot.get()?;
            slot = &node.next;
            Some(&node.value)
        })
    }

    /// Returns the value pushed last.
    pub(crate) fn last(&self) -> Option<&T> {
        self.iter().last()
    }
}

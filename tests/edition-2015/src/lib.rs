//! Functions in the oldest edition, with its paths.
#![cfg(test)]

extern crate autometrics;

mod inner {
    use autometrics::instrument_fn;

    pub(crate) struct Old {
        pub(crate) items: Vec<u8>,
    }

    impl Old {
        #[instrument_fn]
        pub(crate) fn first(&mut self) -> Result<&mut u8, ()> {
            self.items.first_mut().ok_or(())
        }
    }

    #[instrument_fn]
    pub(crate) fn parse(text: &str) -> Result<u8, ::std::num::ParseIntError> {
        let number = text.parse()?;
        Ok(number)
    }

    #[instrument_fn(events(fields(nth, kept = items.len(), ?items), slower_than = "1s"))]
    pub(crate) fn kept(items: &mut Vec<u8>, nth: usize) -> Result<&mut u8, ()> {
        items.get_mut(nth).ok_or(())
    }

    #[instrument_fn]
    pub(crate) fn plain(mut n: u8) -> u8 {
        n += 1;
        n
    }
}

#[test]
fn instrumented_functions_work_in_the_oldest_edition() {
    let mut old = inner::Old { items: vec![1] };
    assert_eq!(old.first(), Ok(&mut 1));
    assert_eq!(inner::parse("3"), Ok(3));
    assert_eq!(inner::plain(3), 4);
}

#[test]
fn events_capture_values_that_the_body_borrows() {
    assert!(inner::kept(&mut vec![1], 0).is_ok());
    assert!(inner::kept(&mut Vec::new(), 1).is_err());
    let events = autometrics::recent_events();
    let fields: Vec<_> = events[0].fields.iter().map(|(_, text)| &**text).collect();
    assert_eq!(fields, ["1", "0", "[]"]);
}

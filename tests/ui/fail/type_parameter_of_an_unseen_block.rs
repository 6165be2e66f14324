use autometrics::instrument_fn;

struct Repo<Item>(Item);

impl<Item: Default> Repo<Item> {
    #[instrument_fn]
    fn first() -> Result<Item, String> {
        Ok(Item::default())
    }
}

fn main() {
    let _ = Repo::<u8>::first();
}

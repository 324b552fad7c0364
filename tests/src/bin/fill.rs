//! Fills the shop `demo` of a database that Noren has seeded and nobody holds: `fill sqlite:PATH 1000 NOW`, the rows
//! all older than NOW (Unix ms). Needs an operator, who did what was done.

use backend::store::{Store, operators};
use integration_tests::filled_shop;
use jiff::Timestamp;
use shared::id::ShopId;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    const USE: &str = "fill URL COUNT NOW";
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or(USE)?;
    let count: u64 = arguments.next().ok_or(USE)?.parse()?;
    let now: i64 = arguments.next().ok_or(USE)?.parse()?;
    let store = Store::open(&url, now).await?;
    let reader = store.reader().await?;
    let first = operators::names(&reader).await?.into_iter().next();
    let (operator, _) = first.ok_or("there is no operator yet")?;
    drop(reader);
    filled_shop::fill(&store, &ShopId::new("demo")?, &operator, count, Timestamp::from_millisecond(now)?)
        .await?;
    store.close().await;
    println!("filled with {count} rows each");
    Ok(())
}

//! How fast the lists of 定期管理 are answered: `subscription_list sqlite|postgres 100000`.
//!
//! Fills a shop with so many subscriptions, then prints the median and the longest time of pages of 50, each read as the
//! server reads it, and of the counts.

use backend::service::shops;
use backend::service::subscription_desk::{list, view};
use integration_tests::{Database, TestShop, many_orders, many_subscriptions};
use shared::api::SubscriptionFilter;
use shared::id::{ShopId, SubscriptionId};
use std::time::Instant;

const RUNS: usize = 20;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let database = match arguments.next().as_deref() {
        Some("postgres") => Database::Postgres,
        _ => Database::Sqlite,
    };
    let count: i64 = arguments.next().ok_or("subscription_list DATABASE COUNT")?.parse()?;
    let mut shop = TestShop::on(database).await;
    let app = shop.app().clone();
    let begin = Instant::now();
    many_subscriptions::add(&app.store, "demo", count, app.clock.now()).await?;
    println!("{count} subscriptions written in {:.0} s", begin.elapsed().as_secs_f64());
    let open = shops::open(&app, &ShopId::new("demo")?).await?;
    let mut filters = vec![SubscriptionFilter::All];
    filters.extend(SubscriptionFilter::CHIPS);
    for filter in filters {
        let mut before = None;
        let mut times = Vec::new();
        let mut shown = 0;
        for _ in 0..RUNS {
            let begin = Instant::now();
            let page = list::page(&app, &open, filter, None, before.as_deref(), 50).await?;
            times.push(begin.elapsed());
            shown += page.subscriptions.len();
            before = page.next;
        }
        times.sort_unstable();
        println!("{filter:?}: median {:?}, longest {:?}, {shown} rows", times[RUNS / 2], times[RUNS - 1]);
    }
    let number = many_orders::number_of(77);
    for text in ["0000077@example.jp", &number, "P-0000077", "N-nobody"] {
        let begin = Instant::now();
        let page = list::page(&app, &open, SubscriptionFilter::All, Some(text), None, 50).await?;
        println!("search {text}: {:?}, {} rows", begin.elapsed(), page.subscriptions.len());
    }
    let begin = Instant::now();
    let counts = list::counts(&app, &open).await?;
    println!("counts: {:?}, {:?}", begin.elapsed(), counts.chips);
    let begin = Instant::now();
    view::view(&app, &open, &SubscriptionId::new("0000077")?).await?;
    println!("one: {:?}", begin.elapsed());
    drop(open);
    shop.stops().await;
    Ok(())
}

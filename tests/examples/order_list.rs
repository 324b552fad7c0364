//! How fast the order list is answered in the store: `order_list sqlite:PATH 1000000`.
//!
//! Fills an empty database with so many orders, then prints the median and the 99th percentile of pages of 50, each
//! read as the server reads it (keys, orders, decision). A target that is missed is printed, not an error.

use backend::service::list_orders;
use backend::store::Store;
use backend::store::order_list::Plan;
use integration_tests::many_orders;
use jiff::Timestamp;
use shared::id::ShopId;
use shared::order_query::OrderFilter;
use shared::order_term::Search;
use std::time::{Duration, Instant};

/// When the newest order was placed.
const NOW: i64 = 1_795_500_000_000;
const RUNS: u64 = 300;
/// Real time for one question.
const LONGEST: Duration = Duration::from_secs(20);
/// From here on the database's own plan is printed.
const SLOW: Duration = Duration::from_millis(50);

/// What is asked, and how its address is made from a number.
type Question = (&'static str, Box<dyn Fn(u64) -> String>);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("order_list URL COUNT")?;
    let count: u64 = arguments.next().ok_or("order_list URL COUNT")?.parse()?;
    let store = Store::open(&url, NOW).await?;
    let shop = ShopId::new("demo")?;
    let reader = store.reader().await?;
    let empty =
        reader.rows("select order_id from orders where shop_id = $1 limit 1", vec![(&shop).into()]).await?;
    drop(reader);
    if empty.is_empty() {
        let begin = Instant::now();
        many_orders::add(&store, shop.as_str(), count, NOW).await?;
        println!("{count} orders written in {:.0} s", begin.elapsed().as_secs_f64());
    }

    let fixed = |query: &'static str| move |_: u64| query.to_owned();
    let questions: Vec<Question> = vec![
        ("first page", Box::new(fixed(""))),
        ("any page", Box::new(fixed(""))),
        ("search: number", Box::new(|n| format!("q={}", many_orders::number_of(n)))),
        ("search: phone", Box::new(|n| format!("q={}", many_orders::phone_of(n)))),
        ("search: last four digits", Box::new(|n| format!("q={:04}", n % 10_000))),
        ("search: mail", Box::new(|n| format!("q=buyer{n}@example.jp"))),
        (
            "search: family name",
            Box::new(|n| format!("q={}", many_orders::name_of(n).split(' ').next().unwrap_or(""))),
        ),
        ("search: whole name", Box::new(|n| format!("q={}", many_orders::name_of(n)))),
        ("search: nobody", Box::new(fixed("q=龍造寺"))),
        ("period", Box::new(fixed("from=2026-11-01&until=2026-11-10"))),
        ("status=new", Box::new(fixed("status=new"))),
        ("status=shipped", Box::new(fixed("status=shipped"))),
        ("payment=uncaptured", Box::new(fixed("payment=uncaptured"))),
        ("payment=captured", Box::new(fixed("payment=captured"))),
        ("icon=authorized", Box::new(fixed("icon=authorized"))),
        ("icon=capture_error", Box::new(fixed("icon=capture_error"))),
        ("icon=refund_pending", Box::new(fixed("icon=refund_pending"))),
        ("icon=none", Box::new(fixed("icon=none"))),
        ("origin=renewal", Box::new(fixed("origin=renewal"))),
        ("method=bank_transfer", Box::new(fixed("method=bank_transfer"))),
        ("days_left=27", Box::new(fixed("days_left=27"))),
        ("amount 2,500-2,999", Box::new(fixed("min=2500&max=2999"))),
        ("unshipped", Box::new(fixed("unshipped=1"))),
        ("error", Box::new(fixed("error=1"))),
        ("combination: renewal, 10,000+", Box::new(fixed("origin=renewal&min=10000"))),
        ("combination: bank, error", Box::new(fixed("method=bank_transfer&error=1"))),
        ("combination: name, unshipped", Box::new(fixed("q=佐藤&unshipped=1"))),
        ("combination: nothing fits", Box::new(fixed("method=amazon_pay&max=499"))),
        ("icon=partly_refunded (none)", Box::new(fixed("icon=partly_refunded"))),
    ];
    for (name, question) in questions {
        let mut times = Vec::new();
        let mut bounded = false;
        let mut shown = 0;
        let begun = Instant::now();
        for run in 0..RUNS {
            // What is slow is known after a few.
            if begun.elapsed() > LONGEST {
                break;
            }
            let number = (run * 7_919) % count;
            let query = question(number);
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let filter = OrderFilter::read(pairs)?;
            let placed = NOW - i64::try_from(number)? * 30_000;
            let before = (name == "any page").then(|| format!("{placed}_order-{number:010}"));
            let begin = Instant::now();
            let reader = store.reader().await?;
            let now = Timestamp::from_millisecond(NOW)?;
            let found = list_orders::find(&reader, &shop, &filter, before.as_deref(), 50, now).await?;
            drop(reader);
            times.push(begin.elapsed());
            bounded |= found.bounded;
            shown = shown.max(found.orders.len());
        }
        print(name, &mut times, shown, bounded);
        if times.last() > Some(&SLOW) && url.starts_with("sqlite") {
            plans(&store, &shop, &question(0)).await?;
        }
    }
    store.close().await;
    Ok(())
}

/// How SQLite answers a question.
async fn plans(store: &Store, shop: &ShopId, query: &str) -> Result<(), Box<dyn std::error::Error>> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let filter = OrderFilter::read(pairs)?;
    let search = filter.search.as_deref().and_then(Search::new);
    let reader = store.reader().await?;
    let mut seen = std::collections::BTreeSet::new();
    for sql in Plan::new(shop, &filter, search.as_ref(), None, NOW).queries(shop, None, 51) {
        for row in reader.rows(format!("explain query plan {}", sql.text), sql.values).await? {
            seen.insert(row.text("detail")?.to_owned());
        }
    }
    seen.iter().for_each(|step| println!("    {step}"));
    Ok(())
}

fn print(name: &str, times: &mut [Duration], shown: usize, bounded: bool) {
    times.sort();
    let at =
        |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0;
    let bounded = if bounded { "bounded" } else { "" };
    println!("{name:<34} p50 {:>6.2} ms  p99 {:>6.2} ms  {shown:>3} rows {bounded}", at(50), at(99));
}

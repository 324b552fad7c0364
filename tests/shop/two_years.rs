//! Two years of 500 subscriptions, day by day on the virtual clock, with everything shoppers, operators, cards and
//! Amazon do to them. Start at [`two_years`]; what is promised at the end stands in [`proof`].

mod beginning;
mod people;
mod proof;

use backend::store::Statement;
use beginning::begin;
use integration_tests::{Database, TestShop};
use jiff::civil::{Date, date};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use people::Life;
use shared::id::ShopId;
use std::time::Duration;

/// Business time that passes while work is waited for.
const MOMENT: Duration = Duration::from_secs(1);
/// Real time between two looks.
const TICK: Duration = Duration::from_millis(5);
/// Business time in which Amazon decides.
const WHILE: Duration = Duration::from_secs(31);

/// The shop's settings: a cap per buyer besides Amazon's per permission.
const SETTINGS: &str = "{ buyer_monthly_cap = 130000 }";

fn demo() -> ShopId {
    ShopId::new("demo").unwrap()
}

/// The moment at which a day begins in Japan.
fn midnight(date: Date) -> Timestamp {
    Offset::constant(9).to_timestamp(date.at(0, 0, 0, 0)).unwrap()
}

/// 1 February of a year before a leap year: two years from then hold a 28 and a 29 February.
fn first_day(now: Timestamp) -> Date {
    let year = Offset::constant(9).to_datetime(now).year();
    let begin = |year| date(year - 1, 2, 1);
    (year..year + 12)
        .filter(|year| date(*year, 1, 1).in_leap_year())
        .map(begin)
        .find(|day| midnight(*day) > now)
        .unwrap()
}

/// A shop with its settings.
async fn shop_on(database: Database) -> TestShop {
    let shop = TestShop::with(database, |given| {
        let file = given.seed.clone().unwrap();
        let seed = std::fs::read_to_string(&file).unwrap();
        let line = "can_handle_pending_authorization = true";
        std::fs::write(&file, seed.replace(line, &format!("{line}\nsubscriptions = {SETTINGS}"))).unwrap();
    })
    .await;
    // What our own call was told already needs no notification.
    shop.control.set(serde_json::json!({ "synchronousNotifications": false })).await.unwrap();
    shop
}

/// Moves the clock to `moment`.
fn goes_to(shop: &mut TestShop, moment: Timestamp) {
    let by = moment.as_millisecond() - shop.app().clock.now_ms();
    if let Ok(by) = u64::try_from(by) {
        shop.advances(Duration::from_millis(by));
    }
}

/// How much there is to do now, how much waits for Amazon, and how many subscriptions somebody tends at this moment: until
/// that is done, their next moment stands a little ahead.
async fn under_way(shop: &TestShop) -> (i64, i64, i64) {
    let app = shop.app();
    let reader = app.store.reader().await.unwrap();
    let now = app.clock.now_ms();
    let held = now + 3 * backend::service::pace::look_after(app);
    let sql = "select (select count(*) from job where job_state = 'open' and due_at <= $1)
                    + (select count(*) from subscription where due_at <= $1) as due,
                      (select count(*) from open_intent)
                    + (select count(*) from orders where shop_id = 'demo'
                         and payment_state in ('authorization_pending', 'unconfirmed', 'capture_pending')) as waiting,
                      (select count(*) from subscription where due_at > $1 and due_at <= $2) as held";
    let row = reader.row(sql, vec![now.into(), held.into()]).await.unwrap().unwrap();
    (row.int("due").unwrap(), row.int("waiting").unwrap(), row.int("held").unwrap())
}

/// Amazon's sandbox takes one call a second, which is for people: here every bucket stays full.
async fn hurries(shop: &TestShop, database: Database) {
    let sql: &[&str] = match database {
        Database::Sqlite => {
            &["create trigger full after insert on amazon_pace begin delete from amazon_pace; end"]
        }
        Database::Postgres => &[
            "create function full_again() returns trigger language plpgsql as
               'begin delete from amazon_pace; return null; end'",
            "create trigger full_again after insert on amazon_pace execute function full_again()",
        ],
    };
    for statement in sql {
        shop.app().store.write(Statement::new(*statement, Vec::new())).await.unwrap();
    }
}

/// Does all that is due, as the workers would within minutes. What waits for Amazon waits for the next day.
async fn works(shop: &mut TestShop) {
    for _ in 0..2_000 {
        shop.control.flush_notifications().await.unwrap();
        backend::service::tend_subscription::tend_due(shop.app()).await.unwrap();
        if under_way(shop).await.0 == 0 {
            return;
        }
        shop.advances(MOMENT);
        shop.app().work.notify_one();
        tokio::time::sleep(TICK).await;
    }
    panic!("always something to do: {:?} due, waiting, held", under_way(shop).await);
}

/// The same until everything is at rest.
async fn rests(shop: &mut TestShop) {
    for _ in 0..200 {
        works(shop).await;
        if under_way(shop).await == (0, 0, 0) {
            return;
        }
        shop.advances(WHILE);
    }
    panic!("never at rest: {:?} due, waiting, held", under_way(shop).await);
}

/// `count` subscriptions for `days` days.
async fn two_years(database: Database, count: usize, days: i32) {
    let mut shop = shop_on(database).await;
    let first = first_day(shop.app().clock.now());
    goes_to(&mut shop, midnight(first));
    hurries(&shop, database).await;
    let mut life = Life::of(begin(&shop, count, first).await);
    for day in 0..days {
        let today = first + day.days();
        goes_to(&mut shop, midnight(today) + 1.second());
        works(&mut shop).await;
        life.lives(&shop, today).await;
        life.meets_fate(&shop, day + 1).await;
    }
    rests(&mut shop).await;
    proof::of_everything(&shop, &life).await;
    shop.ends().await;
}

/// R15–R19, R23–R25, R55, R63: after two years every period has exactly one order or one recorded reason, no month's cap
/// was ever passed, nothing was charged twice, and each order went where it should.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r15_two_years_of_500_subscriptions() {
    two_years(Database::Sqlite, 500, 731).await;
}

/// The same on PostgreSQL, a quarter of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r15_two_years_of_125_subscriptions_on_postgres() {
    two_years(Database::Postgres, 125, 731).await;
}

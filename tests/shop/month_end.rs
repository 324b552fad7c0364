//! 月次の上限金額 over a month's end: a charge that was lost in one month and is sent again in the next never passes the
//! cap of either, and counts in the end where Amazon made it.

use crate::by_hand::eventually_later;
use crate::renewal::{QUARTER, QUARTERLY, begun, charges, demo, names, paid, read, shop_with, used, yen};
use crate::subscription_checkout::{cart, goes_to_review};
use backend::store::{monthly_totals, values};
use integration_tests::{TestShop, eventually, on_both_databases};
use serde_json::json;
use shared::api::Outcome;
use shared::id::ChargePermissionId;
use shared::monthly_cap::Month;
use shared::renewal::first_of_next_month;
use simulator::FaultKind;
use std::time::Duration;

pub(crate) const CAP: &str = "{ monthly_cap = 5000 }";
pub(crate) const UNCONFIRMED: &str = "select count(*) as n from orders where payment_state = 'unconfirmed'";
pub(crate) const OPEN: &str = "select count(*) as n from open_intent";

pub(crate) fn this_month(shop: &TestShop) -> Month {
    Month::in_japan(shop.app().clock.now())
}

/// To the first moment of the next month, `by` earlier; of the month after, where less than that is left of this one.
pub(crate) fn goes_to_the_next_month(shop: &mut TestShop, by: Duration) {
    let now = shop.app().clock.now();
    let first = first_of_next_month(now);
    let ahead = if first - by >= now { first } else { first_of_next_month(first) } - by;
    shop.advances(Duration::try_from(ahead.duration_since(now)).unwrap());
}

pub(crate) async fn used_in(shop: &TestShop, subject: &ChargePermissionId, month: Month) -> i64 {
    let reader = shop.app().store.reader().await.unwrap();
    let found = monthly_totals::find(&reader, &demo(), subject.as_str(), month).await.unwrap();
    found.map_or(0, |total| total.used.get())
}

/// So much of the month after this one is taken already.
pub(crate) async fn next_month_has(shop: &TestShop, permission: &ChargePermissionId, taken: i64) {
    let heard =
        monthly_totals::heard(&demo(), permission, this_month(shop).next(), yen(5_000), yen(taken), 0);
    shop.app().store.write(heard).await.unwrap();
}

/// The order's next look is an hour ahead: it was looked at, and waits.
pub(crate) async fn waits_for_room(shop: &TestShop) {
    eventually("it waits for room", async || {
        let reader = shop.app().store.reader().await.ok()?;
        let ahead = values![shop.app().clock.now_ms() + 30 * 60 * 1_000];
        let sql = "select due_at from job where kind = 'follow_order' and job_state = 'open' and lease_holder is null
                     and due_at > $1";
        reader.row(sql, ahead).await.ok()?.map(drop)
    })
    .await;
}

on_both_databases! {
    /// R17, R18, R55: lost on the 31st, and the new month has no room: it is not sent, and stays 要照合 with its
    /// reservation; it goes out once a month has room, and counts there alone.
    async fn r18_a_lost_charge_is_not_sent_in_a_month_without_room(database) {
        let mut shop = shop_with(database, CAP).await;
        let permission = begun(&shop, QUARTERLY).await;
        shop.control.fail(Some("createCharge"), FaultKind::HangUpBefore, 1_000).await.unwrap();
        shop.advances(QUARTER);
        eventually("the question is lost", async || (shop.count(UNCONFIRMED).await == 1).then_some(())).await;
        let planned = this_month(&shop);
        next_month_has(&shop, &permission, 2_001).await;
        goes_to_the_next_month(&mut shop, Duration::ZERO);
        shop.control.clear_faults().await.unwrap();
        waits_for_room(&shop).await;
        let full = this_month(&shop);
        assert_eq!((charges(&shop).await, shop.count(UNCONFIRMED).await), (0, 1));
        assert_eq!((used_in(&shop, &permission, planned).await, used_in(&shop, &permission, full).await), (3_000, 2_001));
        goes_to_the_next_month(&mut shop, Duration::ZERO);
        eventually("it is sent", async || (charges(&shop).await == 1).then_some(())).await;
        eventually("its answer is recorded", async || (shop.count(OPEN).await == 0).then_some(())).await;
        let mut found = Vec::new();
        for month in [planned, full, this_month(&shop)] {
            found.push(used_in(&shop, &permission, month).await);
        }
        assert_eq!(found, [0, 2_001, 3_000]);
        shop.ends().await;
    }

    /// R17, R18, R55: sent again in the new month and lost once more it counts in both, because Amazon may have made it
    /// in either; in the end where Amazon made it, and nothing of the other is taken.
    async fn r17_a_charge_lost_in_two_months_counts_in_both_until_it_is_known(database) {
        let mut shop = shop_with(database, CAP).await;
        let permission = begun(&shop, QUARTERLY).await;
        shop.control.fail(Some("createCharge"), FaultKind::HangUpBefore, 1_000).await.unwrap();
        shop.advances(QUARTER);
        eventually("the question is lost", async || (shop.count(UNCONFIRMED).await == 1).then_some(())).await;
        let planned = this_month(&shop);
        // A notification would tell of the charge before it is looked for.
        shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
        goes_to_the_next_month(&mut shop, Duration::ZERO);
        // Nobody asks while one failure takes the place of the other.
        shop.stops().await;
        shop.control.clear_faults().await.unwrap();
        shop.control.fail(Some("createCharge"), FaultKind::HangUpAfter, 1_000).await.unwrap();
        shop.starts_again().await;
        eventually_later(&mut shop, "Amazon has it", Duration::from_secs(10), async |shop| {
            (charges(shop).await == 1).then_some(())
        })
        .await;
        eventually("it counts in both", async || (used(&shop, &permission).await == 3_000).then_some(())).await;
        assert_eq!(used_in(&shop, &permission, planned).await, 3_000);
        shop.control.clear_faults().await.unwrap();
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.control.release_notifications(false).await.unwrap();
        shop.advances(Duration::from_secs(600));
        paid(&mut shop, 1).await;
        assert_eq!((used_in(&shop, &permission, planned).await, used(&shop, &permission).await), (0, 3_000));
        assert_eq!(shop.count("select count(*) as n from cap_reservation_again").await, 0);
        shop.ends().await;
    }

    /// R17, R18: made by Amazon on the 31st, its answer lost, and the new month's room asked for to send it again: known
    /// to be of the old month, it gives that room back.
    async fn r17_a_charge_that_amazon_made_before_gives_the_new_month_back(database) {
        let mut shop = shop_with(database, CAP).await;
        let permission = begun(&shop, QUARTERLY).await;
        shop.control.fail(Some("createCharge"), FaultKind::HangUpAfter, 1).await.unwrap();
        shop.advances(QUARTER);
        // 要照合 from then on, unless Amazon's notification has told of the charge already.
        eventually("Amazon has it", async || (charges(&shop).await == 1).then_some(())).await;
        let planned = this_month(&shop);
        goes_to_the_next_month(&mut shop, Duration::ZERO);
        paid(&mut shop, 1).await;
        assert_eq!((used_in(&shop, &permission, planned).await, used(&shop, &permission).await), (3_000, 0));
        assert_eq!(shop.count("select count(*) as n from cap_reservation_again").await, 0);
        shop.ends().await;
    }

    /// R17, R19: throttled on the 31st, so Amazon certainly has no charge: without room on the 1st it is settled as not
    /// sent, its reservation is given back, and the delivery waits for the month after.
    async fn r19_a_charge_that_was_certainly_not_sent_waits_for_the_next_month(database) {
        let mut shop = shop_with(database, CAP).await;
        let permission = begun(&shop, QUARTERLY).await;
        let throttled = FaultKind::Status { status: 429, reason_code: Some("TooManyRequests".to_owned()) };
        shop.control.fail(Some("createCharge"), throttled, 1).await.unwrap();
        shop.advances(QUARTER);
        let unsent = r#"select count(*) as n from intent where snapshot = '{"unsent":true}'"#;
        eventually("it was not sent", async || (shop.count(unsent).await == 1).then_some(())).await;
        let planned = this_month(&shop);
        next_month_has(&shop, &permission, 2_001).await;
        goes_to_the_next_month(&mut shop, Duration::ZERO);
        eventually("the next month is waited for", async || {
            let first = first_of_next_month(shop.app().clock.now()).as_millisecond();
            (read(&shop).await.due_at == Some(first)).then_some(())
        })
        .await;
        assert_eq!((charges(&shop).await, shop.count(OPEN).await), (0, 0));
        assert_eq!((used_in(&shop, &permission, planned).await, used(&shop, &permission).await), (0, 2_001));
        goes_to_the_next_month(&mut shop, Duration::ZERO);
        paid(&mut shop, 1).await;
        assert_eq!((used(&shop, &permission).await, names(&shop).await), (3_000, vec!["ordered", "deferred", "retried", "paid"]));
        shop.ends().await;
    }

    /// R17: a checkout completed on the 31st, lost, and completed on the 1st: its charge counts in the month in which
    /// Amazon made it, not in the one in which it was asked for.
    async fn r17_the_first_charge_counts_in_the_month_in_which_amazon_made_it(database) {
        let mut shop = TestShop::on(database).await;
        goes_to_the_next_month(&mut shop, Duration::from_secs(600));
        let asked = this_month(&shop);
        let purchase = goes_to_review(&shop.buyer(), &cart("coffee-club", 2, "month", 1)).await;
        shop.buyer().pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), FaultKind::HangUpBefore, 1).await.unwrap();
        assert_eq!(shop.buyer().completes(&purchase).await.outcome, Outcome::Confirming);
        shop.advances(Duration::from_secs(900));
        eventually("the order", async || shop.buyer().result(&purchase).await.order_number).await;
        let permission = shop.control.permissions().await.unwrap()[0]["chargePermissionId"].as_str().unwrap().to_owned();
        let permission = ChargePermissionId::new(permission).unwrap();
        eventually("it is moved", async || (used(&shop, &permission).await == 2_510).then_some(())).await;
        assert_eq!(used_in(&shop, &permission, asked).await, 0);
        shop.advances(Duration::from_secs(120));
        shop.ends().await;
    }
}

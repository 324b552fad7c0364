//! A charge that Amazon made and whose answer was lost, in a month without room: it is not sent again, and known by
//! Amazon's notification all the same.

use crate::crash::{held, with_program};
use crate::month_end::{
    CAP, OPEN, UNCONFIRMED, goes_to_the_next_month, next_month_has, this_month, used_in, waits_for_room,
};
use crate::renewal::{QUARTER, QUARTERLY, begun, charges, demo, names, paid, shop_with, used, yen};
use amazon_pay::prepare;
use amazon_pay::wire::request::{CreateCharge, MerchantMetadata};
use backend::service::shops;
use integration_tests::{TestShop, eventually, on_both_databases};
use serde_json::json;
use shared::id::{ChargePermissionId, IdempotencyKey};
use shared::money::Chargeable;
use shared::monthly_cap::Month;
use simulator::FaultKind;
use std::time::Duration;

/// Lost on the 31st and made by Amazon, whose notification is late; the new month has no room for it.
async fn lost_before_a_full_month(shop: &mut TestShop, permission: &ChargePermissionId) -> Month {
    shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
    shop.control.fail(Some("createCharge"), FaultKind::HangUpAfter, 1).await.unwrap();
    shop.advances(QUARTER);
    eventually("Amazon has it", async || (charges(shop).await == 1).then_some(())).await;
    eventually("the answer is lost", async || (shop.count(UNCONFIRMED).await == 1).then_some(())).await;
    let made_in = this_month(shop);
    next_month_has(shop, permission, 2_001).await;
    goes_to_the_next_month(shop, Duration::ZERO);
    waits_for_room(shop).await;
    made_in
}

async fn notifications_come(shop: &TestShop) {
    shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
    shop.control.release_notifications(false).await.unwrap();
}

/// Another charge of ¥3,000 under the permission, made outside this shop.
async fn made_elsewhere(shop: &TestShop, permission: &ChargePermissionId, reference: Option<&str>) {
    let open = shops::open(shop.app(), &demo()).await.unwrap();
    let mut body = CreateCharge::new(permission.clone(), Chargeable::new(yen(3_000)).unwrap());
    body.merchant_metadata = reference.map(|reference| MerchantMetadata {
        merchant_reference_id: Some(reference.to_owned()),
        ..MerchantMetadata::default()
    });
    let key = IdempotencyKey::new(format!("elsewhere{}", reference.map_or(0, str::len))).unwrap();
    let asked = prepare::create_charge(&body, key);
    open.amazon.send(&asked, shop.app().clock.now()).await.unwrap();
}

on_both_databases! {
    /// R17, R18, R55, R58: Amazon's notification names the charge; it is ours by its reference, is recorded as the answer, and
    /// counts where it was made. Nothing is sent in the month that has no room.
    async fn r55_a_lost_charge_is_known_by_its_notification_without_being_sent(database) {
        let mut shop = shop_with(database, CAP).await;
        let permission = begun(&shop, QUARTERLY).await;
        let made_in = lost_before_a_full_month(&mut shop, &permission).await;
        // Whatever is sent from now on is lost, and would be seen.
        shop.control.fail(Some("createCharge"), FaultKind::HangUpBefore, 9).await.unwrap();
        notifications_come(&shop).await;
        paid(&mut shop, 1).await;
        let sent = shop.control.get("faults").await.unwrap();
        assert_eq!(sent["faults"][0]["times"], 9, "nothing was sent: {sent}");
        shop.control.clear_faults().await.unwrap();
        assert_eq!((used_in(&shop, &permission, made_in).await, used(&shop, &permission).await), (3_000, 2_001));
        assert_eq!((names(&shop).await, charges(&shop).await), (vec!["ordered", "paid"], 1));
        assert_eq!(shop.count("select count(*) as n from intent").await, 1);
        shop.ends().await;
    }

    /// R55: a charge under the same permission, of the same amount, that is not what was asked for answers nothing: neither
    /// without a reference nor with another one.
    async fn r55_a_charge_of_another_reference_is_not_taken_for_the_lost_one(database) {
        let mut shop = shop_with(database, CAP).await;
        let permission = begun(&shop, QUARTERLY).await;
        shop.control.fail(Some("createCharge"), FaultKind::HangUpBefore, 1).await.unwrap();
        shop.advances(QUARTER);
        eventually("the question is lost", async || (shop.count(UNCONFIRMED).await == 1).then_some(())).await;
        next_month_has(&shop, &permission, 2_001).await;
        goes_to_the_next_month(&mut shop, Duration::ZERO);
        waits_for_room(&shop).await;
        made_elsewhere(&shop, &permission, None).await;
        made_elsewhere(&shop, &permission, Some("another-1")).await;
        let followed = "select count(*) as n from notification where object_type = 'CHARGE' and handled_at is not null";
        eventually("both were told of", async || (shop.count(followed).await >= 2).then_some(())).await;
        assert_eq!((shop.count(UNCONFIRMED).await, shop.count(OPEN).await), (1, 1));
        // In a month with room it is sent, and is a charge of its own.
        goes_to_the_next_month(&mut shop, Duration::ZERO);
        eventually("it is sent", async || (charges(&shop).await == 3).then_some(())).await;
        eventually("its answer is recorded", async || (shop.count(OPEN).await == 0).then_some(())).await;
        shop.advances(Duration::from_secs(40));
        shop.ends().await;
    }

    /// R55, R63: killed while Amazon was making the charge on the 31st, and started again in a month without room: the
    /// notification that comes then tells of it, and nothing is charged twice.
    async fn r63_killed_while_a_charge_was_made_and_started_again_without_room(database) {
        let mut shop = shop_with(database, CAP).await;
        let permission = begun(&shop, QUARTERLY).await;
        shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
        let mut program = with_program(&mut shop).await;
        shop.control.fail(Some("createCharge"), FaultKind::HoldAfter, 1).await.unwrap();
        shop.advances(QUARTER);
        held(&shop).await;
        program.dies();
        shop.control.clear_faults().await.unwrap();
        shop.control.release().await.unwrap();
        shop.starts_again().await;
        let made_in = this_month(&shop);
        next_month_has(&shop, &permission, 2_001).await;
        goes_to_the_next_month(&mut shop, Duration::ZERO);
        waits_for_room(&shop).await;
        assert_eq!((charges(&shop).await, shop.count(OPEN).await), (1, 1));
        notifications_come(&shop).await;
        paid(&mut shop, 1).await;
        assert_eq!((names(&shop).await, charges(&shop).await), (vec!["ordered", "paid"], 1));
        assert_eq!((used_in(&shop, &permission, made_in).await, used(&shop, &permission).await), (3_000, 2_001));
        shop.ends().await;
    }
}

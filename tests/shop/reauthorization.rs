//! 再与信: a new charge under the same permission, with its own 与信NG, by hand and by the shop's setting.

use crate::by_hand::nothing_is_due;
use crate::desk::{acts, authorized, done, refused, sees_detail, states};
use crate::order_list::finds;
use backend::store::orders;
use integration_tests::{Operator, TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, OrderRow, OrderView};
use shared::id::ShopId;
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn seen(version: i64) -> Value {
    json!({ "version": version })
}

/// An order at 期限切れ, and the operator signed in again after a month.
pub async fn expired(shop: &mut TestShop, operator: Operator) -> (Operator, OrderRow) {
    let row = authorized(shop, &operator, "coffee", 1).await;
    shop.advances(DAY * 31);
    let operator = operator.signs_in_again().await;
    let row =
        operator.sees(row.number.as_str(), "期限切れ", |row| row.icon == Some(StatusIcon::Expired)).await;
    (operator, row)
}

async fn permission(shop: &TestShop) -> String {
    let permissions = shop.control.permissions().await.unwrap();
    permissions[0]["chargePermissionId"].as_str().unwrap().to_owned()
}

fn anew_by_itself(view: &OrderView) -> bool {
    let told = view.timeline.iter().any(|entry| entry.text_ja.contains("自動"));
    view.row.icon == Some(StatusIcon::Authorized) && told
}

on_both_databases! {
    /// R48: after the expiry the present total is reserved anew under the same permission, and can be captured.
    async fn r48_an_expired_order_is_authorized_anew_and_captured(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, row) = expired(&mut shop, operator).await;
        let early = operator.captures("run-0", &[&row]).await;
        let code = early.items[0].problem.as_ref().map(|problem| problem.code);
        assert_eq!((row.may_capture, code), (false, Some(Code::AuthorizationExpired)));
        let view = done(&operator, row.id.as_str(), "reauthorize", &seen(row.version)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::Authorized));
        assert_eq!(states(&shop, "charges").await, ["Canceled", "Authorized"]);
        let again = refused(&operator, row.id.as_str(), "reauthorize", &seen(view.row.version)).await;
        assert_eq!(again, Code::PaymentState);
        operator.captures("run-1", &[&view.row]).await;
        operator.sees(row.number.as_str(), "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        assert_eq!(states(&shop, "charges").await, ["Canceled", "Captured"]);
        shop.ends().await;
    }

    /// R48, R51, R58: a reauthorized order is found by its new charge and by the one before.
    async fn r51_a_reauthorized_order_is_found_by_its_new_and_its_former_charge(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, row) = expired(&mut shop, operator).await;
        let old = operator.detail(row.id.as_str()).await.charge_id.unwrap();
        finds(&operator, &old, 1).await;
        let view = done(&operator, row.id.as_str(), "reauthorize", &seen(row.version)).await;
        let new = view.charge_id.unwrap();
        assert_ne!(new, old);
        finds(&operator, &new, 1).await;
        // The former one is on papers and in Amazon's reports, and its notifications may come late.
        finds(&operator, &old, 1).await;
        let reader = shop.app().store.reader().await.unwrap();
        let found = orders::find_id_by_charge(&reader, &ShopId::new("demo").unwrap(), &old).await.unwrap();
        assert_eq!(found, Some(row.id));
        drop(reader);
        shop.ends().await;
    }

    /// R31, R48: the new authorization may be 与信NG with its own reason; after the buyer changed the card it may pass.
    async fn r48_a_new_authorization_may_be_declined_and_tried_again(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, row) = expired(&mut shop, operator).await;
        shop.control.order_outcome("createCharge", "SoftDeclined", 1).await.unwrap();
        let view = done(&operator, row.id.as_str(), "reauthorize", &seen(row.version)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::AuthorizationDeclined));
        assert_eq!(view.row.reason.as_ref().map(|reason| reason.code()), Some("SoftDeclined"));
        let view = done(&operator, row.id.as_str(), "reauthorize", &seen(view.row.version)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::Authorized));
        shop.ends().await;
    }

    /// R48, R55: a lost answer is 要照合; the same key finds the same charge, and only one is made.
    async fn r48_a_lost_answer_is_found_and_reserves_once(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, row) = expired(&mut shop, operator).await;
        // Amazon's notification of the charge would settle it before it is seen as unconfirmed.
        shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
        shop.control.fail(Some("createCharge"), FaultKind::HangUpAfter, 1_000).await.unwrap();
        let view = done(&operator, row.id.as_str(), "reauthorize", &seen(row.version)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::Unconfirmed));
        shop.control.clear_faults().await.unwrap();
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.advances(Duration::from_secs(30));
        sees_detail(&operator, row.id.as_str(), "与信OK", |view| view.row.icon == Some(StatusIcon::Authorized)).await;
        assert_eq!(states(&shop, "charges").await, ["Canceled", "Authorized"]);
        shop.ends().await;
    }

    /// R48: with the shop's setting an expired order is authorized anew by itself, once.
    async fn r48_the_shops_setting_authorizes_anew_by_itself(database) {
        let mut shop = TestShop::with(database, |settings| {
            let file = settings.seed.clone().unwrap();
            let seed = std::fs::read_to_string(&file).unwrap();
            let line = "can_handle_pending_authorization = true";
            std::fs::write(&file, seed.replace(line, &format!("{line}\nreauthorize_automatically = true"))).unwrap();
        })
        .await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        shop.advances(DAY * 31);
        let operator = operator.signs_in_again().await;
        sees_detail(&operator, row.id.as_str(), "authorized anew", anew_by_itself).await;
        assert_eq!(states(&shop, "charges").await, ["Canceled", "Authorized"]);
        shop.ends().await;
    }

    /// R48: switched on at the console, an order that was authorized before is authorized anew by itself once it expires.
    async fn r48_switched_on_at_the_console_an_expired_order_is_authorized_anew_by_itself(database) {
        const SETTINGS: &str = "/api/shops/demo/payment-settings";
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let mut settings = operator.sends(Method::GET, SETTINGS, None).await.body;
        settings["reauthorize_automatically"] = json!(true);
        let saved = operator.sends(Method::PUT, SETTINGS, Some(&settings)).await;
        assert_eq!(saved.status, 200, "{}", saved.body);
        shop.advances(DAY * 31);
        let operator = operator.signs_in_again().await;
        sees_detail(&operator, row.id.as_str(), "authorized anew", anew_by_itself).await;
        assert_eq!(states(&shop, "charges").await, ["Canceled", "Authorized"]);
        shop.ends().await;
    }

    /// R47, R48: what had expired before the setting was switched on stays 期限切れ, whoever looks at Amazon afterwards and whatever
    /// notification is late; an operator authorizes it anew.
    async fn r48_what_had_expired_before_is_not_authorized_anew_by_surprise(database) {
        const SETTINGS: &str = "/api/shops/demo/payment-settings";
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, row) = expired(&mut shop, operator).await;
        nothing_is_due(&shop).await;
        let mut settings = operator.sends(Method::GET, SETTINGS, None).await.body;
        settings["reauthorize_automatically"] = json!(true);
        let saved = operator.sends(Method::PUT, SETTINGS, Some(&settings)).await;
        assert_eq!(saved.status, 200, "{}", saved.body);
        let read = acts(&operator, row.id.as_str(), "refetch", &seen(row.version)).await;
        assert_eq!(read.status, 200, "{}", read.body);
        let charge = operator.detail(row.id.as_str()).await.charge_id.unwrap();
        let late = json!({ "merchantId": "A1TESTMERCHANT1", "objectType": "CHARGE", "objectId": charge });
        shop.control.post("notifications", late).await.unwrap();
        shop.control.flush_notifications().await.unwrap();
        nothing_is_due(&shop).await;
        let view = operator.detail(row.id.as_str()).await;
        assert_eq!(view.row.icon, Some(StatusIcon::Expired));
        assert_eq!(states(&shop, "charges").await, ["Canceled"]);
        let view = done(&operator, row.id.as_str(), "reauthorize", &seen(view.row.version)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::Authorized));
        shop.ends().await;
    }

    /// R48, R55: Amazon asks for fewer calls at the expiry itself: it is tried again, and one charge comes of it.
    async fn r48_an_expiry_at_a_bad_moment_is_authorized_anew_a_little_later(database) {
        let mut shop = TestShop::with(database, |settings| {
            let file = settings.seed.clone().unwrap();
            let seed = std::fs::read_to_string(&file).unwrap();
            let line = "can_handle_pending_authorization = true";
            std::fs::write(&file, seed.replace(line, &format!("{line}\nreauthorize_automatically = true"))).unwrap();
        })
        .await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let busy = FaultKind::Status { status: 429, reason_code: Some("TooManyRequests".to_owned()) };
        shop.control.fail(Some("createCharge"), busy, 1).await.unwrap();
        shop.advances(DAY * 31);
        let operator = operator.signs_in_again().await;
        sees_detail(&operator, row.id.as_str(), "authorized anew", anew_by_itself).await;
        assert_eq!(states(&shop, "charges").await, ["Canceled", "Authorized"]);
        shop.ends().await;
    }

    /// R48: a one-time permission ends after 180 days; Amazon's own refusal of a closed one is 与信NG.
    async fn r48_what_amazon_no_longer_allows_is_refused(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, row) = expired(&mut shop, operator).await;
        let id = permission(&shop).await;
        shop.control.set_permission_state(&id, "Closed", None).await.unwrap();
        let view = done(&operator, row.id.as_str(), "reauthorize", &seen(row.version)).await;
        assert_eq!(view.row.reason.as_ref().map(|reason| reason.code()), Some("InvalidChargePermissionStatus"));
        shop.advances(DAY * 150);
        let operator = operator.signs_in_again().await;
        let code = refused(&operator, row.id.as_str(), "reauthorize", &seen(view.row.version)).await;
        assert_eq!(code, Code::PermissionEnded);
        shop.ends().await;
    }
}

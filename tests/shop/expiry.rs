//! The thirty-day clock: warnings, 期限切れ by the clock, and never anything for a canceled order.

use crate::by_hand::nothing_is_due;
use crate::desk::{authorized, cancel, done, sees_detail};
use integration_tests::{TestShop, on_both_databases};
use serde_json::json;
use shared::order::OrderStatus;
use shared::order_action::ExpiryWarning;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

on_both_databases! {
    /// R47: warned after 7, 25 and 29 days; at the end 期限切れ, although no notification came.
    async fn r47_warnings_come_and_the_clock_asks_at_the_end(database) {
        let mut shop = TestShop::on(database).await;
        let mut operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let number = row.number.as_str();
        assert_eq!(row.expiry_warning, None);
        shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
        let hour = Duration::from_secs(3600);
        for (ahead, warning) in [
            (DAY * 7 + hour, ExpiryWarning::Late),
            (DAY * 18, ExpiryWarning::Soon),
            (DAY * 4, ExpiryWarning::Last),
        ] {
            shop.advances(ahead);
            operator = operator.signs_in_again().await;
            operator.sees(number, "a warning", |row| row.expiry_warning == Some(warning)).await;
        }
        shop.advances(DAY);
        operator = operator.signs_in_again().await;
        let gone = operator.sees(number, "期限切れ", |row| row.icon == Some(StatusIcon::Expired)).await;
        assert_eq!((gone.order_status, gone.expiry_warning), (OrderStatus::New, None));
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.ends().await;
    }

    /// R47: a canceled order stays canceled and empty whatever runs out afterwards.
    async fn r47_expiry_never_touches_a_canceled_order(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await;
        // The second one Amazon refuses to release; running out ends that, too.
        let refusal = FaultKind::Status { status: 422, reason_code: Some("InvalidChargeStatus".to_owned()) };
        let held = authorized(&shop, &operator, "coffee", 1).await;
        shop.control.fail(Some("cancelCharge"), refusal, 1).await.unwrap();
        done(&operator, held.id.as_str(), "cancel", &cancel(held.version)).await;
        shop.advances(DAY * 31);
        let operator = operator.signs_in_again().await;
        let both = [held.id.as_str(), row.id.as_str()];
        for id in both {
            sees_detail(&operator, id, "取消完了", |view| view.row.icon.is_none()).await;
        }
        shop.control.flush_notifications().await.unwrap();
        nothing_is_due(&shop).await;
        for id in both {
            let row = operator.detail(id).await.row;
            assert_eq!((row.order_status, row.icon, row.expiry_warning), (OrderStatus::Canceled, None, None));
        }
        shop.ends().await;
    }
}

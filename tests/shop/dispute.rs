//! 異議申立て: a CHARGEBACK notification flags the order and stands in the inbox with the date to answer by.

use crate::by_hand::nothing_is_due;
use crate::desk::captured;
use integration_tests::{TestShop, on_both_databases};
use reqwest::Method;
use serde_json::json;
use shared::api::{Code, DisputeList};

on_both_databases! {
    /// R61: told once or twice, there is one dispute; once answered the flag goes and the answer is on record.
    async fn r61_a_dispute_flags_the_order_until_it_is_answered(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let charge = operator.detail(row.id.as_str()).await.charge_id.unwrap();
        shop.control.dispute(&charge).await.unwrap();
        let flagged = operator.sees(row.number.as_str(), "異議申立て", |row| row.disputed).await;
        shop.control.dispute(&charge).await.unwrap();
        shop.control.flush_notifications().await.unwrap();
        nothing_is_due(&shop).await;
        let inbox: DisputeList = operator.sends(Method::GET, "/api/shops/demo/disputes", None).await.read();
        assert_eq!(inbox.disputes.len(), 1);
        let dispute = &inbox.disputes[0];
        assert_eq!(dispute.order.as_ref().map(|order| &order.number), Some(&flagged.number));
        assert_eq!(dispute.answer_by - dispute.received_at, 7 * 24 * 3600 * 1000);
        assert!(dispute.answered.is_none());

        let path = format!("/api/shops/demo/disputes/{}", dispute.id);
        let body = json!({ "note": "配送記録を提出" });
        let answered: DisputeList = operator.sends(Method::POST, &path, Some(&body)).await.read();
        assert_eq!(answered.disputes[0].answered.as_ref().map(|(_, by)| by.as_str()), Some("運営 一郎"));
        operator.sees(row.number.as_str(), "no flag any more", |row| !row.disputed).await;
        let again = operator.sends(Method::POST, &path, Some(&body)).await;
        assert_eq!(again.code(), Some(Code::NotFound), "{}", again.body);
        let view = operator.detail(row.id.as_str()).await;
        assert_eq!(view.desk.disputes.len(), 1);
        let told = view.timeline.iter().filter(|entry| entry.actor == "amazon" && entry.text_en.starts_with("Disputed"));
        assert_eq!(told.count(), 1, "the second one tells nothing new");
        shop.ends().await;
    }
}

//! Refunds and their limits (reference, section 6.4).

use crate::Shop;
use crate::client::yen;
use serde_json::json;

async fn captured(shop: &Shop, amount: i64) -> String {
    let (_, charge) = shop.authorized(amount).await;
    assert_eq!(shop.capture(&charge, amount).await.state(), "Captured");
    charge
}

#[tokio::test]
async fn a_refund_is_always_decided_later() {
    let shop = Shop::open().await;
    let charge = captured(&shop, 1000).await;
    let refund = shop.refund(&charge, 400).await;
    assert_eq!((refund.status, refund.state()), (201, "RefundInitiated"));
    let path = format!("/v2/refunds/{}", refund.text("/refundId"));
    assert!(shop.get(&format!("/v2/charges/{charge}")).await.body["refundedAmount"].is_null());
    shop.advance(jiff::SignedDuration::from_secs(30)).await;
    assert_eq!(shop.get(&path).await.state(), "Refunded");
    assert_eq!(shop.get(&format!("/v2/charges/{charge}")).await.body["refundedAmount"], yen(400));
}

#[tokio::test]
async fn a_declined_refund_returns_nothing_and_may_be_tried_again() {
    let shop = Shop::open().await;
    let charge = captured(&shop, 100).await;
    shop.control.order_outcome("createRefund", "ProcessingFailure", 1).await.unwrap();
    let refund = shop.refund(&charge, 115).await;
    shop.advance(jiff::SignedDuration::from_secs(30)).await;
    let declined = shop.get(&format!("/v2/refunds/{}", refund.text("/refundId"))).await;
    assert_eq!((declined.state(), declined.reason()), ("Declined", "ProcessingFailure"));
    assert_eq!(shop.refund(&charge, 115).await.status, 201);
}

#[tokio::test]
async fn fifteen_percent_or_8400_yen_may_be_added() {
    let shop = Shop::open().await;
    for (amount, most) in [(100, 115), (56_000, 64_400), (100_000, 108_400)] {
        let charge = captured(&shop, amount).await;
        assert_eq!(
            shop.refund(&charge, most + 1).await.code(),
            (400, "TransactionAmountExceeded"),
            "{amount}"
        );
        assert_eq!(shop.refund(&charge, most - 1).await.status, 201, "{amount}");
        assert_eq!(shop.refund(&charge, 2).await.code(), (400, "TransactionAmountExceeded"), "{amount}");
        assert_eq!(shop.refund(&charge, 1).await.status, 201, "{amount}");
    }
}

#[tokio::test]
async fn a_charge_has_at_most_ten_refunds_and_must_be_captured() {
    let shop = Shop::open().await;
    let (_, charge) = shop.authorized(1000).await;
    assert_eq!(shop.refund(&charge, 1).await.code(), (422, "InvalidChargeStatus"));
    shop.capture(&charge, 1000).await;
    for _ in 0..10 {
        assert_eq!(shop.refund(&charge, 1).await.status, 201);
    }
    assert_eq!(shop.refund(&charge, 1).await.code(), (422, "TransactionCountExceeded"));
    let unknown =
        shop.call("POST", "/v2/refunds", json!({ "chargeId": "S03-0", "refundAmount": yen(1) })).await;
    assert_eq!(unknown.code(), (404, "ResourceNotFound"));
}

#[tokio::test]
async fn a_refund_made_in_seller_central_is_a_refund_like_any() {
    let shop = Shop::open().await;
    let charge = captured(&shop, 1000).await;
    let refund = shop.control.refund(&charge, 400).await.unwrap();
    assert_eq!(refund["statusDetails"]["state"], "RefundInitiated");
    shop.advance(jiff::SignedDuration::from_secs(30)).await;
    assert_eq!(shop.get(&format!("/v2/charges/{charge}")).await.body["refundedAmount"], yen(400));
    assert_eq!(shop.refund(&charge, 751).await.code(), (400, "TransactionAmountExceeded"));
    assert!(shop.control.refund(&charge, 751).await.is_err());
    assert!(shop.control.refund("S03-0", 1).await.is_err());
}

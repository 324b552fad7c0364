//! The server refuses what no page offers, each with its code; and what is allowed only with a reason or a right.

use crate::desk::{authorized, cancel, captured, done, refused};
use integration_tests::{TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::Code;
use shared::order::{OrderOrigin, OrderStatus};
use shared::payment_method::PaymentMethod;

fn status(version: i64, status: &str, reason: Option<&str>) -> Value {
    json!({ "version": version, "status": status, "reason": reason })
}

fn entered(id: &str, method: &str) -> Value {
    json!({
        "order_id": id, "method": method, "lines": [{ "product": "coffee", "quantity": 2 }],
        "buyer": { "name": "試験 花子", "mail": "hanako@example.jp" },
        "address": { "name": "試験 花子", "postal_code": "1000001", "prefecture": "東京都",
            "lines": ["千代田区千代田1-1"], "phone": "0312345678" },
    })
}

on_both_databases! {
    /// R41, R47: nothing but what is left to do is done to a canceled order.
    async fn r41_a_canceled_order_refuses_every_change(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 2).await;
        let id = row.id.as_str();
        let v = done(&operator, id, "cancel", &cancel(row.version)).await.row.version;
        let change = json!({ "version": v, "change": { "shipping_fee": 0 }, "reason": "x" });
        let swap = json!({ "version": v, "line": 0, "product": "coffee", "quantity": 1, "reason": "x" });
        let method = json!({ "version": v, "method": "bank_transfer" });
        let refund = json!({ "version": v, "amount": 1, "reason": "other" });
        let remedy = json!({ "version": v, "remedy": "points", "amount": 1 });
        for (action, body, code) in [
            ("amount", change, Code::OrderCanceled),
            ("swap", swap, Code::OrderCanceled),
            ("method", method, Code::OrderCanceled),
            ("reauthorize", json!({ "version": v }), Code::OrderCanceled),
            ("status", status(v, "preparing", None), Code::OrderCanceled),
            ("status", status(v, "shipped", Some("x")), Code::OrderCanceled),
            ("refunds", refund, Code::PaymentState),
            ("remedies", remedy, Code::NothingToDo),
            ("cancel", cancel(v), Code::OrderCanceled),
        ] {
            assert_eq!(refused(&operator, id, action, &body).await, code, "{action}");
        }
        let run = operator.captures("run-1", &[&operator.detail(id).await.row]).await;
        assert_eq!(run.items[0].problem.as_ref().map(|problem| problem.code), Some(Code::OrderCanceled));
        shop.ends().await;
    }

    /// R50: 発送済 without a capture needs a reason, which is recorded; after the capture it needs none.
    async fn r50_what_is_not_captured_is_shipped_only_with_a_recorded_reason(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let view = done(&operator, id, "status", &status(row.version, "preparing", None)).await;
        assert_eq!(view.row.order_status, OrderStatus::Preparing);
        let v = view.row.version;
        assert_eq!(refused(&operator, id, "status", &status(v, "preparing", None)).await, Code::NothingToDo);
        assert_eq!(refused(&operator, id, "status", &status(v, "shipped", None)).await, Code::NotCaptured);
        assert_eq!(refused(&operator, id, "status", &status(v, "shipped", Some("  "))).await, Code::NotCaptured);
        for never in ["new", "canceled"] {
            assert_eq!(refused(&operator, id, "status", &status(v, never, None)).await, Code::BadRequest);
        }
        let view = done(&operator, id, "status", &status(v, "shipped", Some("店長の承認"))).await;
        assert!(view.desk.ledger.iter().any(|line| line.new == "shipped" && line.reason == "店長の承認"));
        assert_eq!(refused(&operator, id, "status", &status(view.row.version, "shipped", None)).await, Code::OrderShipped);
        let row = captured(&shop, &operator, "coffee", 1).await;
        done(&operator, row.id.as_str(), "status", &status(row.version, "shipped", None)).await;
        shop.ends().await;
    }

    /// R43, R46: entered orders are never paid by Amazon Pay and never change to it; they may be bundled, Amazon Pay
    /// orders may not; pressed twice, one order is entered.
    async fn r43_r46_entered_orders_stay_apart_from_amazon_pay(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let path = "/api/shops/demo/entered-orders";
        let enter = async |body: &Value| operator.sends(Method::POST, path, Some(body)).await;
        assert_eq!(enter(&entered("o1", "amazon_pay")).await.code(), Some(Code::AmazonPayExcluded));
        let first = enter(&entered("o1", "bank_transfer")).await;
        assert_eq!(first.status, 200, "{}", first.body);
        assert_eq!(enter(&entered("o1", "bank_transfer")).await.body["row"]["number"], first.body["row"]["number"]);
        assert_eq!(enter(&entered("o2", "cash_on_delivery")).await.status, 200);
        assert_eq!(shop.count("select count(*) as n from orders").await, 2);
        let view = operator.detail("o1").await;
        assert_eq!((view.row.method, view.row.icon, view.row.may_capture), (PaymentMethod::BankTransfer, None, false));
        assert_eq!(view.row.total.get(), 3510);

        let v = view.row.version;
        let method = json!({ "version": v, "method": "amazon_pay" });
        assert_eq!(refused(&operator, "o1", "method", &method).await, Code::AmazonPayExcluded);
        assert_eq!(refused(&operator, "o1", "reauthorize", &json!({ "version": v })).await, Code::NotAmazonPay);
        assert_eq!(refused(&operator, "o1", "refetch", &json!({ "version": v })).await, Code::NotAmazonPay);
        let refund = json!({ "version": v, "amount": 1, "reason": "other" });
        assert_eq!(refused(&operator, "o1", "refunds", &refund).await, Code::NotAmazonPay);

        let amazon = authorized(&shop, &operator, "coffee", 1).await;
        let with = |ids: &[&str]| json!({ "version": v, "with": ids });
        assert_eq!(refused(&operator, "o1", "bundle", &with(&[amazon.id.as_str()])).await, Code::AmazonPayExcluded);
        let mixed = json!({ "version": amazon.version, "with": ["o1"] });
        assert_eq!(refused(&operator, amazon.id.as_str(), "bundle", &mixed).await, Code::AmazonPayExcluded);
        done(&operator, "o1", "bundle", &with(&["o2"])).await;
        assert_eq!(shop.count("select count(*) as n from orders where bundle_id is not null").await, 2);
        let canceled = done(&operator, "o1", "cancel", &cancel(v)).await;
        assert_eq!(canceled.row.order_status, OrderStatus::Canceled);
        assert_eq!(OrderOrigin::Operator.name(), "operator");
        shop.ends().await;
    }

    /// R38: an operator-entered order takes the place of a canceled one, once, and the two are linked both ways.
    async fn r38_an_entered_order_replaces_a_canceled_one(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 2).await;
        let with = |id: &str| {
            let mut body = entered(id, "bank_transfer");
            body["replaces"] = json!(row.id);
            body
        };
        let path = "/api/shops/demo/entered-orders";
        let early = operator.sends(Method::POST, path, Some(&with("o1"))).await;
        assert_eq!(early.code(), Some(Code::PaymentState));
        done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await;
        assert_eq!(operator.sends(Method::POST, path, Some(&with("o1"))).await.status, 200);
        assert_eq!(operator.sends(Method::POST, path, Some(&with("o2"))).await.code(), Some(Code::NothingToDo));
        let (old, new) = (operator.detail(row.id.as_str()).await, operator.detail("o1").await);
        assert_eq!(new.desk.replaces.as_ref().map(|link| &link.number), Some(&old.row.number));
        assert_eq!(old.desk.replaced_by.as_ref().map(|link| &link.number), Some(&new.row.number));
        shop.ends().await;
    }

    /// R70: who may only view or capture neither cancels nor refunds; unknown and foreign orders look alike.
    async fn r70_cancel_and_refund_need_their_right(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let refund = json!({ "version": row.version, "amount": 1, "reason": "other" });
        assert_eq!(refused(&operator, "nothing", "cancel", &cancel(1)).await, Code::NotFound);
        let rights = async |rights: &'static str| {
            let sql = "update operator_shop set rights = $1 where shop_id = 'demo'";
            shop.app().store.write(backend::store::Statement::new(sql, backend::values![rights])).await.unwrap();
        };
        rights("view,capture").await;
        for (action, body) in [("cancel", cancel(row.version)), ("refunds", refund.clone())] {
            assert_eq!(refused(&operator, id, action, &body).await, Code::NotAllowed, "{action}");
        }
        rights("view").await;
        assert_eq!(refused(&operator, id, "status", &status(row.version, "shipped", None)).await, Code::NotAllowed);
        rights("view,refund").await;
        done(&operator, id, "refunds", &refund).await;
        shop.advances(std::time::Duration::from_secs(60));
        shop.ends().await;
    }

    /// R52: Amazon's objects stand beside ours after 再取得.
    async fn r52_amazons_objects_are_read_again(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let refund = json!({ "version": row.version, "amount": 30, "reason": "other" });
        done(&operator, row.id.as_str(), "refunds", &refund).await;
        let answer = crate::desk::acts(&operator, row.id.as_str(), "refetch", &json!({ "version": 0 })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let view: shared::api::RefetchView = answer.read();
        let shown: Vec<_> = view.amazon.iter().map(|one| (one.kind.as_str(), one.state.as_str())).collect();
        assert_eq!(shown[1..], [("charge", "Captured"), ("refund", "RefundInitiated")]);
        assert_eq!(shown[0].0, "charge_permission");
        assert_eq!(view.amazon[1].second_amount.map(|yen| yen.get()), Some(2030));
        shop.advances(std::time::Duration::from_secs(60));
        shop.ends().await;
    }
}

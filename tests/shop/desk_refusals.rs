//! The server refuses what no page offers, each with its code; and what is allowed only with a reason or a right.

use crate::by_hand::entered_as;
use crate::desk::{authorized, cancel, captured, done, refused};
use backend::store::orders::{self, Order};
use backend::store::retry_stale;
use integration_tests::{TestShop, on_both_databases};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::Code;
use shared::id::{OrderId, ShopId};
use shared::money::Yen;
use shared::order::{OrderOrigin, OrderStatus};
use shared::order_action::{OrderAction, judge};
use shared::payment::{Asked, Payment, PaymentState, Reason};
use shared::payment_method::PaymentMethod;

fn status(version: i64, status: &str, reason: Option<&str>) -> Value {
    json!({ "version": version, "status": status, "reason": reason })
}

/// A payment in each state.
fn every_payment(now: Timestamp) -> Vec<Payment> {
    let yen = |amount| Yen::new(amount).unwrap();
    let (amount, at) = (yen(3_510), now);
    let (reason, expires_at) =
        (|| Reason::new("ProcessingFailure"), now + SignedDuration::from_hours(20 * 24));
    let (captured, captured_at) = (amount, now);
    let authorized = Payment::Authorized { amount, authorized_at: now, expires_at };
    let payments = vec![
        Payment::pending(amount, now),
        authorized.clone(),
        Payment::AuthorizationDeclined { amount, reason: reason(), at },
        Payment::CapturePending { authorized: amount, amount, since: at },
        Payment::CaptureFailed { amount, reason: reason(), at, retry_until: Some(expires_at) },
        Payment::CaptureFailed { amount, reason: reason(), at, retry_until: None },
        Payment::Captured { captured, refunded: Yen::ZERO, captured_at },
        Payment::Captured { captured, refunded: yen(10), captured_at },
        Payment::RefundPending { captured, refunded: Yen::ZERO, pending: amount, captured_at, since: at },
        Payment::RefundFailed {
            captured,
            refunded: Yen::ZERO,
            failed: amount,
            captured_at,
            reason: reason(),
            at,
        },
        Payment::Refunded { captured, at },
        Payment::CancelFailed { amount, reason: reason(), at, expires_at },
        Payment::Canceled { amount, at },
        Payment::Expired { amount, at },
        Payment::Unconfirmed { asked: Asked::Capture, since: at, before: Box::new(authorized) },
    ];
    for state in PaymentState::ALL {
        assert!(payments.iter().any(|payment| payment.state() == state), "{state}");
    }
    payments
}

/// How the console asks for an action; nothing for what only a bulk run does.
fn asks(action: OrderAction, v: i64) -> Option<(&'static str, Value)> {
    use OrderAction as A;
    Some(match action {
        A::Capture => return None,
        A::Cancel => ("cancel", cancel(v)),
        A::PartialRefund => ("refunds", json!({ "version": v, "amount": 1, "reason": "other" })),
        A::ChangeAmount => {
            ("amount", json!({ "version": v, "change": { "shipping_fee": 0 }, "reason": "x" }))
        }
        A::SwapItem => {
            ("swap", json!({ "version": v, "line": 0, "product": "coffee", "quantity": 1, "reason": "x" }))
        }
        A::Reauthorize => ("reauthorize", json!({ "version": v })),
        A::ChangeMethod => ("method", json!({ "version": v, "method": "cash_on_delivery" })),
        A::Prepare => ("status", status(v, "preparing", None)),
        A::Ship => ("status", status(v, "shipped", None)),
        A::Bundle => ("bundle", json!({ "version": v, "with": ["o2"] })),
        A::EditBuyer => ("buyer", json!({ "version": v, "mail": "ume@example.jp" })),
        A::RecordRemedy => ("remedies", json!({ "version": v, "remedy": "points", "amount": 1 })),
        A::SendPaymentLink => ("payment-link", json!({ "version": v })),
        A::Refetch => ("refetch", json!({ "version": v })),
    })
}

/// The order `o1`, made to be of Amazon Pay in that state by hand: nothing stands at Amazon.
async fn becomes(shop: &TestShop, payment: &Payment, order_status: OrderStatus) -> Order {
    let (demo, id) = (ShopId::new("demo").unwrap(), OrderId::new("o1").unwrap());
    let store = &shop.app().store;
    let written = retry_stale(|| async {
        let reader = store.reader().await?;
        let order = orders::find(&reader, &demo, &id).await?.expect("the order");
        drop(reader);
        let order =
            Order { payment: payment.clone(), order_status, method: PaymentMethod::AmazonPay, ..order };
        store.write(orders::save(&order, shop.app().clock.now_ms())).await?;
        Ok::<_, backend::store::StoreError>(Order { version: order.version + 1, ..order })
    });
    written.await.unwrap()
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

    /// R38, R39, R41, R44, R48: in every state of the payment, live and canceled, the server refuses with the code of the
    /// rule whatever the rule refuses, and the page is told the same.
    async fn r41_every_state_refuses_every_action_as_the_rules_say(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        for id in ["o1", "o2"] {
            let path = "/api/shops/demo/entered-orders";
            assert_eq!(operator.sends(Method::POST, path, Some(&entered_as(id, "bank_transfer"))).await.status, 200);
        }
        let now = shop.app().clock.now();
        let mut refusals = 0;
        for payment in every_payment(now) {
            for order_status in [OrderStatus::New, OrderStatus::Canceled] {
                let order = becomes(&shop, &payment, order_status).await;
                let view = operator.detail("o1").await;
                for action in OrderAction::ALL {
                    let what = format!("{action:?} at {} {}", payment.state(), order_status.name());
                    let judged = judge(action, &backend::service::desk::facts(&order, false), now);
                    let told = view.desk.actions.iter().find(|one| one.action == action).unwrap();
                    assert_eq!(told.refused, judged.err(), "{what}");
                    if let (Err(why), Some((path, body))) = (judged, asks(action, order.version)) {
                        refusals += 1;
                        assert_eq!(refused(&operator, "o1", path, &body).await, Code::from(why), "{what}");
                    }
                }
            }
        }
        assert!(refusals > 150, "{refusals}");
        // By hand nothing is left in doubt.
        becomes(&shop, &Payment::Canceled { amount: Yen::new(3_510).unwrap(), at: now }, OrderStatus::Canceled).await;
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
        assert_eq!(enter(&entered_as("o1", "amazon_pay")).await.code(), Some(Code::AmazonPayExcluded));
        let first = enter(&entered_as("o1", "bank_transfer")).await;
        assert_eq!(first.status, 200, "{}", first.body);
        assert_eq!(enter(&entered_as("o1", "bank_transfer")).await.body["row"]["number"], first.body["row"]["number"]);
        assert_eq!(enter(&entered_as("o2", "cash_on_delivery")).await.status, 200);
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
            let mut body = entered_as(id, "bank_transfer");
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

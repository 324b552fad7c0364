//! What the tests of the order desk share: an order at 与信OK or 決済済, and an action as the console asks for it.

use backend::store::Statement;
use integration_tests::{Answer, Operator, TestShop, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, OrderRow, OrderView, Problem};
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use std::time::Duration;

/// An order at 与信OK at rest, as the operator sees it.
pub async fn authorized(shop: &TestShop, operator: &Operator, product: &str, quantity: u32) -> OrderRow {
    let result = shop.buyer().buys(product, quantity).await;
    let number = result.order_number.expect("an order").to_string();
    for look in 1..=1_800 {
        let found = operator.orders().await.into_iter().find(|row| {
            row.number.as_str() == number && row.icon == Some(StatusIcon::Authorized) && row.version >= 2
        });
        if let Some(row) = found {
            return row;
        }
        // A look that failed, or was overtaken, comes again by the shop's clock: it is not waited for.
        if look % 200 == 0 {
            let sql = "update job set due_at = 0 where kind = 'follow_order' and job_state = 'open' and lease_holder is null";
            shop.app().store.write(Statement::new(sql, Vec::new())).await.unwrap();
            shop.app().work.notify_one();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: 与信OK at rest");
}

/// An order that is 決済済.
pub async fn captured(shop: &TestShop, operator: &Operator, product: &str, quantity: u32) -> OrderRow {
    let row = authorized(shop, operator, product, quantity).await;
    operator.captures(&format!("run-{}", row.number), &[&row]).await;
    operator.sees(row.number.as_str(), "決済済", |row| row.payment_status == PaymentStatus::Captured).await
}

/// Asks for an action on an order.
pub async fn acts(operator: &Operator, id: &str, action: &str, body: &Value) -> Answer {
    operator.sends(Method::POST, &format!("/api/shops/demo/orders/{id}/{action}"), Some(body)).await
}

/// The order after an action that was done.
pub async fn done(operator: &Operator, id: &str, action: &str, body: &Value) -> OrderView {
    let answer = acts(operator, id, action, body).await;
    assert_eq!(answer.status, 200, "{action}: {}", answer.body);
    answer.read()
}

/// The code an action was refused with.
pub async fn refused(operator: &Operator, id: &str, action: &str, body: &Value) -> Code {
    let answer = acts(operator, id, action, body).await;
    assert!(answer.status >= 400, "{action} was done: {}", answer.body);
    let problem: Problem = answer.read();
    problem.code
}

/// Body of a cancel by the version the operator saw.
pub fn cancel(version: i64) -> Value {
    json!({ "version": version, "reason": "returned", "note": "傷があった" })
}

/// The order's detail, once `fits`.
pub async fn sees_detail(
    operator: &Operator,
    id: &str,
    what: &str,
    fits: impl Fn(&OrderView) -> bool,
) -> OrderView {
    eventually(what, async || {
        let view = operator.detail(id).await;
        fits(&view).then_some(view)
    })
    .await
}

/// State of each of Amazon's objects of that kind: `charges`, `refunds`, `permissions`.
pub async fn states(shop: &TestShop, kind: &str) -> Vec<String> {
    let list = shop.control.get(kind).await.expect("Amazon's objects");
    let list = list.as_array().expect("a list").clone();
    list.iter().map(|one| one["statusDetails"]["state"].as_str().unwrap_or_default().to_owned()).collect()
}

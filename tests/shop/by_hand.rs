//! What several modules do to a shop that no person could: rows changed by hand, orders at rest, signed carts.

use backend::config::Settings;
use backend::store::{Statement, Value};
use integration_tests::{Answer, Buyer, CART_SECRET, Operator, Purchase, TestShop, eventually};
use reqwest::Method;
use serde_json::{Value as Json, json};
use shared::api::OrderRow;
use shared::status_icon::StatusIcon;
use std::time::Duration;

/// Changes rows behind the program's back.
pub async fn changes(shop: &TestShop, sql: &'static str, values: Vec<Value>) {
    shop.app().store.write(Statement::new(sql, values)).await.expect("the rows are changed");
}

/// For tests that wait until a held call has run out.
pub fn impatient(settings: &mut Settings) {
    settings.amazon_pay.answer_timeout = Duration::from_millis(1_500);
}

/// The one text that `sql` (`select … as text_found`) finds.
pub async fn text(shop: &TestShop, sql: &'static str) -> Option<String> {
    let reader = shop.app().store.reader().await.expect("a reader");
    let row = reader.row(sql, Vec::new()).await.expect("at most one row")?;
    row.opt_text("text_found").expect("a text").map(str::to_owned)
}

/// An order at 与信OK of which Amazon has been asked once, as the operator sees it.
pub async fn authorized(shop: &TestShop, operator: &Operator) -> OrderRow {
    let result = shop.buyer().buys("coffee", 1).await;
    let number = result.order_number.expect("an order").to_string();
    at_rest(operator, &number).await
}

/// The order of that number at 与信OK, once Amazon has been asked about it.
pub async fn at_rest(operator: &Operator, number: &str) -> OrderRow {
    let at_rest = |row: &OrderRow| row.icon == Some(StatusIcon::Authorized) && row.version >= 2;
    operator.sees(number, "与信OK at rest", at_rest).await
}

/// Claims of a cart of one line, signed for ten minutes.
pub fn claims(shop: &TestShop, cart_id: &str) -> Json {
    let exp = shop.app().clock.now().as_second() + 600;
    json!({
        "iss": "demo", "aud": "noren", "exp": exp, "cart_id": cart_id,
        "lines": [{ "product_id": "x1", "name": "箱", "unit_price": 3980, "quantity": 1, "tax_rate": "8" }],
    })
}

/// Presses the button for a signed cart.
pub async fn starts(buyer: &Buyer<'_>, claims: &Json) -> Answer {
    let token = TestShop::signed_cart(claims, &CART_SECRET);
    let body = json!({ "cart": { "signed": token }, "pages": "shop" });
    buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&body)).await
}

/// Presses the button for a signed cart and comes back to the review page.
pub async fn goes_to_review(buyer: &Buyer<'_>, claims: &Json) -> Purchase {
    let started = starts(buyer, claims).await;
    assert_eq!(started.status, 201, "{}", started.body);
    let purchase = buyer.chooses(started.read()).await;
    buyer.reviews(&purchase).await;
    purchase
}

/// Comes back to the result page and hangs up while Amazon holds the call, which somebody ordered before.
pub async fn hangs_up(shop: &TestShop, purchase: &Purchase) {
    let buyer = shop.buyer();
    tokio::select! {
        answer = buyer.does(purchase, "complete") => panic!("answered, not held: {}", answer.text),
        () = eventually("Amazon has the call", async || (shop.control.held().await.ok()? == 1).then_some(())) => {}
    }
}

/// Moves the clock on in steps, until `look` finds something; between two steps the shop has a moment of real time.
pub async fn eventually_later<T>(
    shop: &mut TestShop,
    what: &str,
    step: Duration,
    look: impl AsyncFn(&TestShop) -> Option<T>,
) -> T {
    for _ in 0..400 {
        if let Some(found) = look(shop).await {
            return found;
        }
        shop.advances(step);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never, however late: {what}");
}

/// Waits until no job that is due is open.
pub async fn nothing_is_due(shop: &TestShop) {
    eventually("no job is due", async || {
        let reader = shop.app().store.reader().await.ok()?;
        let sql = "select count(*) as n from job where job_state = 'open' and due_at <= $1";
        let row = reader.row(sql, vec![shop.app().clock.now_ms().into()]).await.ok()??;
        (row.int("n").ok()? == 0).then_some(())
    })
    .await;
}

/// Body of an order an operator enters: two of coffee, to be paid by `method`.
pub fn entered_as(id: &str, method: &str) -> Json {
    json!({
        "order_id": id, "method": method, "lines": [{ "product": "coffee", "quantity": 2 }],
        "buyer": { "name": "試験 花子", "mail": "hanako@example.jp" },
        "address": { "name": "試験 花子", "postal_code": "1000001", "prefecture": "東京都",
            "lines": ["千代田区千代田1-1"], "phone": "0312345678" },
    })
}

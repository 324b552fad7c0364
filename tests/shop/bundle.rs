//! 同梱: which orders go out in one parcel, and that Amazon Pay's never do (R46).

use crate::by_hand::entered_as;
use crate::desk::{authorized, cancel, captured, done, refused};
use crate::order_list::{fresh_store, uses_an_index};
use backend::store::order_list::Sql;
use backend::store::orders;
use integration_tests::{Database, Operator, TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, OrderPage};

const PATH: &str = "/api/shops/demo/entered-orders";

fn with(version: i64, ids: &[&str]) -> Value {
    json!({ "version": version, "with": ids })
}

async fn enters(operator: &Operator, body: &Value) {
    let answer = operator.sends(Method::POST, PATH, Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Ids that may go along with the order.
async fn offered(operator: &Operator, id: &str) -> Vec<String> {
    let path = format!("/api/shops/demo/orders/{id}/bundle");
    let answer = operator.sends(Method::GET, &path, None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let page: OrderPage = answer.read();
    page.orders.iter().map(|row| row.id.to_string()).collect()
}

/// Ids of those the order is shipped with, as its detail shows them.
async fn others(operator: &Operator, id: &str) -> Vec<String> {
    operator.detail(id).await.desk.bundle.iter().map(|other| other.id.to_string()).collect()
}

on_both_databases! {
    /// R46: orders to one recipient and address are offered, joined, joined otherwise and parted; each says with whom it goes.
    async fn r46_orders_to_one_address_join_and_part(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        for id in ["o1", "o2", "o3"] {
            enters(&operator, &entered_as(id, "bank_transfer")).await;
        }
        let mut elsewhere = entered_as("o4", "bank_transfer");
        elsewhere["address"]["lines"] = json!(["千代田区千代田1-2"]);
        enters(&operator, &elsewhere).await;
        let mut spelled = entered_as("o5", "cash_on_delivery");
        spelled["address"]["name"] = json!("試験\u{3000}花子");
        spelled["address"]["lines"] = json!(["千代田区", "千代田１－１"]);
        enters(&operator, &spelled).await;

        // The same place in another spelling is the same place; another house is not.
        let mut found = offered(&operator, "o1").await;
        found.sort();
        assert_eq!(found, ["o2", "o3", "o5"]);
        assert_eq!(refused(&operator, "o1", "bundle", &with(1, &["o4"])).await, Code::ParcelsDiffer);
        assert_eq!(refused(&operator, "o1", "bundle", &with(1, &["o2", "o2"])).await, Code::BadRequest);
        assert_eq!(refused(&operator, "o1", "bundle", &with(1, &["o1"])).await, Code::BadRequest);
        assert_eq!(refused(&operator, "o1", "bundle", &with(1, &["nobody"])).await, Code::NotFound);

        let view = done(&operator, "o1", "bundle", &with(1, &["o2", "o3"])).await;
        assert_eq!(others(&operator, "o2").await, ["o1", "o3"]);
        let (o2, o3) = (operator.detail("o2").await.row, operator.detail("o3").await.row);
        let told = &view.timeline.last().unwrap().text_ja;
        assert!(told.contains(o2.number.as_str()) && told.contains(o3.number.as_str()), "{told}");
        assert_eq!(view.row.total.get(), 3510, "no amount is touched");
        // Pressed twice, nothing happens twice.
        let again = done(&operator, "o1", "bundle", &with(1, &["o3", "o2"])).await;
        assert_eq!((again.row.version, again.timeline.len()), (view.row.version, view.timeline.len()));

        // With others than before: who would be left alone is in no bundle any more.
        let view = done(&operator, "o1", "bundle", &with(again.row.version, &["o5"])).await;
        assert_eq!(others(&operator, "o1").await, ["o5"]);
        assert_eq!(others(&operator, "o2").await, ["o3"], "the two that are left go together");
        done(&operator, "o3", "bundle", &with(o3.version, &["o1", "o5"])).await;
        assert_eq!(others(&operator, "o2").await, [""; 0]);
        assert_eq!(others(&operator, "o5").await, ["o1", "o3"]);

        // Alone again.
        let version = operator.detail("o1").await.row.version;
        assert!(version > view.row.version);
        let view = done(&operator, "o1", "bundle", &with(version, &[])).await;
        assert!(view.desk.bundle.is_empty());
        assert!(view.timeline.last().unwrap().text_ja.contains("同梱をやめました"));
        assert_eq!(others(&operator, "o5").await, ["o3"]);
        // A canceled order goes with nobody.
        let version = operator.detail("o3").await.row.version;
        done(&operator, "o3", "cancel", &cancel(version)).await;
        assert_eq!(others(&operator, "o5").await, [""; 0]);
        assert_eq!(refused(&operator, "o1", "bundle", &with(view.row.version, &["o3"])).await, Code::OrderCanceled);
        assert_eq!(offered(&operator, "o1").await, ["o5", "o2"]);
        shop.ends().await;
    }

    /// R46: an Amazon Pay order, and one that left Amazon Pay, is not offered, not joined, and offers nobody.
    async fn r46_an_amazon_pay_order_is_never_bundled(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let amazon = authorized(&shop, &operator, "coffee", 1).await;
        let left = authorized(&shop, &operator, "coffee", 1).await;
        let view = operator.detail(left.id.as_str()).await;
        let address = view.address.unwrap();
        let mut body = entered_as("o1", "bank_transfer");
        body["address"] = json!({
            "name": address.name, "postal_code": address.postal_code, "prefecture": address.prefecture,
            "lines": address.lines, "phone": address.phone,
        });
        enters(&operator, &body).await;
        let change = json!({ "version": left.version, "method": "bank_transfer" });
        let left = done(&operator, left.id.as_str(), "method", &change).await.row;

        assert_eq!(offered(&operator, "o1").await, [""; 0]);
        for never in [&amazon, &left, &captured(&shop, &operator, "coffee", 1).await] {
            let id = never.id.as_str();
            let path = format!("/api/shops/demo/orders/{id}/bundle");
            assert_eq!(operator.sends(Method::GET, &path, None).await.code(), Some(Code::AmazonPayExcluded));
            assert_eq!(refused(&operator, id, "bundle", &with(never.version, &["o1"])).await, Code::AmazonPayExcluded);
            assert_eq!(refused(&operator, "o1", "bundle", &with(1, &[id])).await, Code::AmazonPayExcluded);
        }
        assert_eq!(shop.count("select count(*) as n from orders where bundle_id is not null").await, 0);
        shop.ends().await;
    }

    /// R46: an order whose address is changed to another place rides along no more; whoever would be left alone is in no
    /// bundle either; both tell why. An edit that leaves the place as it is changes nothing.
    async fn r46_an_order_that_goes_elsewhere_leaves_its_bundle(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        for id in ["o1", "o2", "o3"] {
            enters(&operator, &entered_as(id, "bank_transfer")).await;
        }
        done(&operator, "o1", "bundle", &with(1, &["o2", "o3"])).await;
        let address = |lines: &str| json!({ "name": "試験 花子", "postal_code": "1000001", "prefecture": "東京都",
            "lines": [lines], "phone": "0312345678" });
        let edit = |version: i64, lines: &str| json!({ "version": version, "address": address(lines) });
        // The same place, written otherwise: they still go together.
        let view = done(&operator, "o1", "buyer", &edit(2, "千代田区 千代田1-1")).await;
        assert_eq!(others(&operator, "o1").await, ["o2", "o3"]);
        let view = done(&operator, "o1", "buyer", &edit(view.row.version, "千代田区千代田9-9")).await;
        assert!(view.desk.bundle.is_empty());
        assert!(view.timeline.iter().any(|entry| entry.text_ja.contains("同梱を解除しました")), "and it says so");
        assert_eq!(others(&operator, "o2").await, ["o3"], "the two that are left go together");
        let found = offered(&operator, "o1").await;
        assert_eq!(found, [""; 0], "found at its new place only");
        let version = operator.detail("o2").await.row.version;
        let delivery = json!({ "version": version, "delivery": { "postal_code": "1000002" } });
        done(&operator, "o2", "buyer", &delivery).await;
        for id in ["o2", "o3"] {
            let view = operator.detail(id).await;
            assert!(view.desk.bundle.is_empty(), "{id}");
            assert!(view.timeline.iter().any(|entry| entry.text_ja.contains("同梱を解除しました")), "{id}");
        }
        assert_eq!(shop.count("select count(*) as n from orders where bundle_id is not null").await, 0);
        shop.ends().await;
    }

    /// R46: a canceled order leaves its bundle, and nobody is left alone in one.
    async fn r46_a_canceled_order_leaves_its_bundle(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        for id in ["o1", "o2", "o3"] {
            enters(&operator, &entered_as(id, "bank_transfer")).await;
        }
        done(&operator, "o1", "bundle", &with(1, &["o2", "o3"])).await;
        let view = done(&operator, "o3", "cancel", &cancel(2)).await;
        assert!(view.timeline.iter().any(|entry| entry.text_ja.contains("同梱を解除しました")));
        assert_eq!(others(&operator, "o1").await, ["o2"]);
        assert_eq!(shop.count("select count(*) as n from orders where bundle_id is not null").await, 2);
        let version = operator.detail("o2").await.row.version;
        done(&operator, "o2", "cancel", &cancel(version)).await;
        assert_eq!(shop.count("select count(*) as n from orders where bundle_id is not null").await, 0);
        shop.ends().await;
    }

    /// R46: an old order to the same address is found behind more than a thousand others that wait to be shipped, with few
    /// rows read, and by an index.
    async fn r46_a_partner_is_found_behind_a_thousand_other_orders(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        enters(&operator, &entered_as("old", "bank_transfer")).await;
        // 1,100 others, each to a place of its own: copies of a row the program wrote.
        let mut elsewhere = entered_as("elsewhere", "bank_transfer");
        elsewhere["address"]["lines"] = json!(["千代田区千代田1-2"]);
        enters(&operator, &elsewhere).await;
        let columns = "shop_id, order_status, order_origin, payment_method, payment_state, payment, total, totals, order_lines,
            buyer_name, delivery_address, area_not_served, placed_at, updated_at, version, terms_version, identity, left_amazon_pay,
            disputed, partly_refunded";
        for (ids, names) in (0..1_100).map(|n| (format!("e{n}"), format!("N-{n:06}"))) {
            let sql = format!("insert into orders (order_id, order_number, parcel_key, {columns})
                select $1, $2, $3, {columns} from orders where shop_id = 'demo' and order_id = 'elsewhere'");
            let values = backend::store::values![&ids, &names, format!("key of {ids}")];
            shop.app().store.write(backend::store::Statement::new(sql, values)).await.unwrap();
        }
        enters(&operator, &entered_as("new", "bank_transfer")).await;
        assert_eq!(offered(&operator, "new").await, ["old"]);
        assert_eq!(offered(&operator, "old").await, ["new"]);
        let view = done(&operator, "new", "bundle", &with(1, &["old"])).await;
        assert_eq!(view.desk.bundle.len(), 1);
        // One from before orders had a key is found, too.
        let before = "update orders set parcel_key = null where order_id = 'old'";
        shop.app().store.write(backend::store::Statement::new(before, Vec::new())).await.unwrap();
        assert_eq!(offered(&operator, "new").await, ["old"]);
        shop.ends().await;
    }
}

/// R46: the search for partners is answered by an index of either database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r46_the_search_for_partners_uses_an_index() {
    for database in [Database::Sqlite, Database::Postgres] {
        let (store, _folder) = fresh_store(database).await;
        let shop = shared::id::ShopId::new("demo").unwrap();
        for (text, values) in orders::bundleable(&shop, "a key", 50) {
            uses_an_index(&store, database, &Sql { text, values }).await;
        }
        store.close().await;
    }
}

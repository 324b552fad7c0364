//! ご注文履歴 and what else a signed-in member reads: own orders only, in plain words; signing out ends it.

use crate::desk::{captured, done, sees_detail};
use crate::my_page::{LIST, shop_id, signs_in, subscribes};
use backend::store::orders::{self, Order};
use integration_tests::{TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::Code;
use shared::id::{BuyerId, OrderId, OrderNumber};
use shared::order::OrderStatus;
use shared::status_icon::StatusIcon;
use std::time::Duration;

const ORDERS: &str = "/api/shops/demo/member/orders";

async fn page(shop: &TestShop, token: &str, before: Option<&str>) -> Value {
    let path = before.map_or_else(|| ORDERS.to_owned(), |before| format!("{ORDERS}?before={before}"));
    let answer = shop.buyer().sends(Method::GET, &path, Some(token), None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

on_both_databases! {
    /// R20, R36, R37: of a refund a buyer reads how it stands: the part that went back; that the shop looks into one that Amazon
    /// refused; and once a remedy is recorded nothing that is still outstanding.
    async fn r20_a_refund_is_told_as_it_stands(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let token = signs_in(&shop, "hanako").await;
        done(&operator, id, "refunds", &json!({ "version": row.version, "amount": 500, "reason": "other" })).await;
        shop.advances(Duration::from_secs(60));
        let view = sees_detail(&operator, id, "一部返金", |view| view.row.icon == Some(StatusIcon::PartlyRefunded)).await;
        let shown = page(&shop, &token, None).await["orders"][0]["text"].to_string();
        assert!(shown.contains("一部返金 ¥500"), "{shown}");

        shop.control.order_outcome("createRefund", "AmazonRejected", 1).await.unwrap();
        done(&operator, id, "cancel", &json!({ "version": view.row.version, "reason": "other" })).await;
        shop.advances(Duration::from_secs(60));
        let failed = Some(StatusIcon::CancelErrorStillCharged);
        let view = sees_detail(&operator, id, "キャンセルエラー", |view| view.row.icon == failed).await;
        assert_eq!(page(&shop, &token, None).await["orders"][0]["label"], "返金確認中");
        let body = json!({ "version": view.row.version, "remedy": "points", "amount": 1530 });
        done(&operator, id, "remedies", &body).await;
        let shown = page(&shop, &token, None).await["orders"][0].clone();
        assert_eq!(shown["label"], "対応済み");
        assert!(!shown["text"].to_string().contains("確認"), "{shown}");
        shop.ends().await;
    }

    /// R20: the history has the member's own orders, one-time and of subscriptions, newest first, page by page, each once.
    async fn a_member_reads_their_own_orders_page_by_page(database) {
        let shop = TestShop::on(database).await;
        let first = subscribes(&shop).await;
        let write = async |n: usize, change: &dyn Fn(&mut Order)| {
            let mut order = Order {
                id: OrderId::new(format!("{}-{n:02}", first.id)).unwrap(),
                number: OrderNumber::new(format!("20261125-MANY{n:02}")).unwrap(),
                checkout_id: None,
                // Two at each moment: the id decides between them.
                placed_at: first.placed_at - (n as i64 / 2) * 1_000,
                ..first.clone()
            };
            change(&mut order);
            shop.app().store.write(orders::insert(&order)).await.unwrap();
        };
        for n in 1..=23 {
            write(n, &|_| {}).await;
        }
        write(90, &|order| order.buyer.id = Some(BuyerId::new("amzn1.account.SOMEBODY").unwrap())).await;
        write(91, &|order| order.buyer.id = None).await;
        write(92, &|order| { order.order_status = OrderStatus::Shipped; order.placed_at = first.placed_at + 5_000; }).await;
        let token = signs_in(&shop, "hanako").await;

        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let body = page(&shop, &token, before.as_deref()).await;
            seen.extend(body["orders"].as_array().unwrap().iter().cloned());
            before = body["next"].as_str().map(str::to_owned);
            if before.is_none() { break }
        }
        assert_eq!(seen.len(), 25, "its own and no other");
        assert_eq!((&seen[0]["number"], &seen[0]["label"]), (&json!("20261125-MANY92"), &json!("発送済み")));
        let mut numbers: Vec<_> = seen.iter().map(|order| order["number"].to_string()).collect();
        let times: Vec<_> = seen.iter().map(|order| order["placed_at"].as_i64().unwrap()).collect();
        assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 25, "each once");
        let one = seen.iter().find(|order| order["number"] == json!(first.number)).unwrap();
        assert_eq!((&one["label"], &one["text"]), (&json!("受付済み"), &json!("ご注文を受け付けました。")));
        assert_eq!((&one["lines"][0]["name"], &one["total"]), (&json!("深煎り珈琲豆 200g"), &json!(first.total())));
        assert_eq!(one["delivery"], Value::Null);
        shop.ends().await;
    }

    /// R20, R87: another member's history is empty, and without a token or with a cursor of nobody's there is none.
    async fn nobody_else_reads_them(database) {
        let shop = TestShop::on(database).await;
        subscribes(&shop).await;
        let taro = signs_in(&shop, "taro").await;
        assert_eq!(page(&shop, &taro, None).await, json!({ "orders": [], "next": null }));
        let nobody = shop.buyer().sends(Method::GET, ORDERS, None, None).await;
        assert_eq!(nobody.code(), Some(Code::NotSignedIn));
        for cursor in ["x", "1", "a_b", "1_"] {
            let answer = shop.buyer().sends(Method::GET, &format!("{ORDERS}?before={cursor}"), Some(&taro), None).await;
            assert_eq!(answer.code(), Some(Code::BadRequest), "{cursor}");
        }
        let reader = shop.app().store.reader().await.unwrap();
        assert_eq!(orders::page(&reader, &shop_id(), None, 9).await.unwrap().len(), 1);
        drop(reader);
        shop.ends().await;
    }

    /// R87: after signing out the token opens nothing, and signing out again changes nothing.
    async fn a_token_that_signed_out_opens_nothing(database) {
        let shop = TestShop::on(database).await;
        let token = signs_in(&shop, "hanako").await;
        let other = signs_in(&shop, "hanako").await;
        for _ in 0..2 {
            let out = shop.buyer().sends(Method::POST, "/api/shops/demo/member/sign-out", Some(&token), None).await;
            assert_eq!(out.status, 204);
        }
        let answer = shop.buyer().sends(Method::GET, LIST, Some(&token), None).await;
        assert_eq!(answer.code(), Some(Code::NotSignedIn));
        assert_eq!(shop.buyer().sends(Method::GET, LIST, Some(&other), None).await.status, 200, "the other tab stays");
        shop.ends().await;
    }
}

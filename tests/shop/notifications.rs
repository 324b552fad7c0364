//! Amazon's notifications: believed when they are Amazon's and the shop's, stored before they are answered, acted on once.

use crate::order_list::{fresh_store, uses_an_index};
use backend::store::Unmet;
use backend::store::notifications::{Named, about_query};
use integration_tests::{Answer, Database, TestShop, eventually, on_both_databases};
use serde_json::{Value, json};
use shared::api::Code;
use shared::id::ShopId;
use shared::status_icon::StatusIcon;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const MERCHANT: &str = "A1TESTMERCHANT1";

fn address(shop: &TestShop) -> String {
    format!("{}/notifications/demo/n0t1f1cat10n", shop.public_url())
}

/// Asks the simulator for a signed notification, as it would be sent to us.
async fn caught(shop: &TestShop, what: Value) -> Value {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let caught = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        loop {
            let mut piece = [0; 4096];
            let read = stream.read(&mut piece).await.unwrap();
            request.extend_from_slice(&piece[..read]);
            let text = String::from_utf8_lossy(&request);
            if let Some((_, body)) = text.split_once("\r\n\r\n")
                && let Ok(body) = serde_json::from_str::<Value>(body)
            {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                    .await
                    .unwrap();
                return body;
            }
            assert_ne!(read, 0, "no notification came");
        }
    });
    let mut new = json!({ "merchantId": MERCHANT, "objectType": "CHARGE", "objectId": "S03-0000000-0000000-C000000", "url": url });
    for (name, value) in what.as_object().unwrap() {
        new[name] = value.clone();
    }
    shop.control.post("notifications", new).await.unwrap();
    caught.await.unwrap()
}

async fn delivers(shop: &TestShop, url: &str, body: &Value) -> Answer {
    let request =
        shop.http.post(url).header("content-type", "text/plain; charset=UTF-8").body(body.to_string());
    Answer::of(request.send().await.unwrap()).await
}

async fn stored(shop: &TestShop) -> (i64, i64, i64) {
    (
        shop.count("select count(*) as n from notification").await,
        shop.count("select count(*) as n from notification_topic").await,
        shop.count("select count(*) as n from job where kind = 'follow_object'").await,
    )
}

on_both_databases! {
    /// R58: what Amazon decides later is learned from its notification, without anybody asking.
    async fn a_decision_of_amazons_reaches_the_order(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let number = shop.buyer().with_card("0701").buys("coffee", 1).await.order_number.unwrap().to_string();
        operator.sees(&number, "与信保留", |row| row.icon == Some(StatusIcon::AuthorizationPending)).await;
        // Nobody is going to ask by themselves: what the order learns now it learns from the notification.
        shop.control.flush_notifications().await.unwrap();
        eventually("earlier notifications are followed", async || {
            let open = "select count(*) as n from job where kind = 'follow_object' and job_state = 'open'";
            (shop.count(open).await == 0).then_some(())
        }).await;
        // Its own question waits for a year. Deleted, it would be put in again by the patrol.
        let later = "update job set due_at = due_at + 31536000000, attempts = 0
                      where kind = 'follow_order' and job_state = 'open' and lease_holder is null";
        eventually("nobody asks at this moment", async || {
            let later = backend::store::Statement::new(later, Vec::new()).touching(1).or(Unmet::Stale("job"));
            shop.app().store.write(later).await.ok().map(drop)
        }).await;
        let charge = shop.control.charges().await.unwrap()[0]["chargeId"].as_str().unwrap().to_owned();
        shop.control.set(json!({ "notificationCopies": 3 })).await.unwrap();
        shop.control.decide_charge(&charge, None).await.unwrap();
        shop.control.flush_notifications().await.unwrap();
        let row = operator.sees(&number, "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        assert!(shop.count("select count(*) as n from notification where object_type = 'CHARGE'").await >= 1);
        let asked = "select coalesce(max(attempts), 0) as n from job where kind = 'follow_order' and job_state = 'open'";
        assert_eq!(shop.count(asked).await, 0, "the order's own question was not needed");
        // R52: told once in the timeline, however many copies came, with what came of it.
        let told = async |words: &str| {
            eventually(words, async || {
                let timeline = operator.detail(row.id.as_str()).await.timeline;
                let told: Vec<_> = timeline.into_iter().filter(|entry| entry.text_ja == words).collect();
                (!told.is_empty()).then_some(told)
            }).await
        };
        let moved = told("Amazonからの通知(お支払い): 与信保留 → 与信OK(未決済)").await;
        assert_eq!((moved.len(), moved[0].actor.as_str()), (1, "amazon"), "{moved:?}");
        assert!(moved[0].text_en.starts_with("Notification from Amazon (charge): "), "{moved:?}");
        let note = json!({ "merchantId": MERCHANT, "objectType": "CHARGE", "objectId": charge });
        shop.control.post("notifications", note).await.unwrap();
        shop.control.flush_notifications().await.unwrap();
        told("Amazonからの通知(お支払い): 変更はありませんでした").await;
        shop.ends().await;
    }

    /// R58: a notification is stored and followed once, however often and at the same moment it comes.
    async fn a_notification_that_comes_again_is_one(database) {
        let shop = TestShop::on(database).await;
        let before = stored(&shop).await;
        let body = caught(&shop, json!({})).await;
        let url = address(&shop);
        let all = (0..6).map(|_| delivers(&shop, &url, &body));
        for answer in futures_util::future::join_all(all).await {
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        assert_eq!(delivers(&shop, &url, &body).await.status, 200);
        let after = stored(&shop).await;
        assert_eq!((after.0 - before.0, after.1, after.2 - before.2), (1, 1, 1));
        eventually("it was followed", async || {
            let open = shop.count("select count(*) as n from job where kind = 'follow_object' and job_state = 'open'").await;
            (open == 0).then_some(())
        }).await;
        let handled = "select count(*) as n from notification where outcome = 'unchanged' and handled_at is not null";
        assert!(shop.count(handled).await >= 1);
        shop.ends().await;
    }

    /// R58: whoever is not Amazon, or speaks for another merchant or from another topic, is refused; nothing is stored.
    async fn a_forged_notification_is_refused_and_leaves_nothing(database) {
        let shop = TestShop::on(database).await;
        let url = address(&shop);
        let genuine = caught(&shop, json!({})).await;
        let changed = |field: &str, value: Value| {
            let mut body = genuine.clone();
            body[field] = value;
            body
        };
        let evil = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let evil_url = format!("http://{}/sns/cert.pem", evil.local_addr().unwrap());
        let other_object = genuine["Message"].as_str().unwrap().replace("C000000", "C999999");
        let cases = [
            ("no JSON of this kind", json!({})),
            ("a list", json!([])),
            ("a wrong signature", caught(&shop, json!({ "forged": true })).await),
            ("another merchant, validly signed", caught(&shop, json!({ "merchantId": "A1SOMEBODYELSE" })).await),
            ("another object under the same signature", changed("Message", json!(other_object))),
            ("another topic under the same signature", changed("TopicArn", json!("arn:aws:sns:x:1:y"))),
            ("another time under the same signature", changed("Timestamp", json!("2026-11-24T00:00:00.000Z"))),
            ("no time", changed("Timestamp", json!("yesterday"))),
            ("another version", changed("SignatureVersion", json!("3"))),
            ("no signature", changed("Signature", json!(""))),
            ("a certificate from elsewhere", changed("SigningCertURL", json!(evil_url))),
            ("a certificate that looks like Amazon's", changed("SigningCertURL", json!("https://sns.x.amazonaws.com.evil.example/a.pem"))),
        ];
        let before = stored(&shop).await;
        for (what, body) in &cases {
            let answer = delivers(&shop, &url, body).await;
            assert_eq!(answer.code(), Some(Code::NotificationForged), "{what}: {}", answer.body);
            assert_eq!(answer.status, 403, "{what}");
        }
        assert_eq!(stored(&shop).await, before, "nothing was stored");
        let asked = tokio::time::timeout(Duration::from_millis(50), evil.accept()).await;
        assert!(asked.is_err(), "an address in a message is not followed");
        for wrong in ["x", "n0t1f1cat10m", "n0t1f1cat10nn"] {
            let url = format!("{}/notifications/demo/{wrong}", shop.public_url());
            assert_eq!(delivers(&shop, &url, &genuine).await.code(), Some(Code::NotFound));
        }
        assert_eq!(delivers(&shop, &url, &genuine).await.status, 200, "the genuine one passes");
        shop.ends().await;
    }

    /// R58: the topic of a shop's first notification stays its only one.
    async fn a_notification_from_a_new_topic_is_refused(database) {
        let shop = TestShop::on(database).await;
        let pin = backend::store::Statement::new(
            "insert into notification_topic (shop_id, topic, pinned_at) values ('demo', 'arn:aws:sns:x:1:first', 1)
             on conflict (shop_id) do update set topic = excluded.topic",
            Vec::new(),
        );
        shop.app().store.write(pin).await.unwrap();
        let body = caught(&shop, json!({})).await;
        let before = stored(&shop).await;
        let answer = delivers(&shop, &address(&shop), &body).await;
        assert_eq!(answer.code(), Some(Code::NotificationForged));
        assert_eq!(stored(&shop).await, before);
        shop.ends().await;
    }

    /// R58: one that Amazon has long given up is refused; one that comes late, within Amazon's patience, is not.
    async fn a_stale_notification_is_refused(database) {
        let mut shop = TestShop::on(database).await;
        let (late, stale) = (caught(&shop, json!({})).await, caught(&shop, json!({})).await);
        shop.advances(Duration::from_secs(14 * 24 * 60 * 60));
        assert_eq!(delivers(&shop, &address(&shop), &late).await.status, 200);
        shop.advances(Duration::from_secs(24 * 60 * 60 + 60));
        assert_eq!(delivers(&shop, &address(&shop), &stale).await.code(), Some(Code::NotificationForged));
        shop.ends().await;
    }

    /// R58: a kind of object Amazon adds some day is answered and kept, and nothing is done.
    async fn an_unknown_kind_of_object_is_answered(database) {
        let shop = TestShop::on(database).await;
        let before = stored(&shop).await;
        let body = caught(&shop, json!({ "objectType": "GIFT_WRAP" })).await;
        assert_eq!(delivers(&shop, &address(&shop), &body).await.status, 200);
        let after = stored(&shop).await;
        assert_eq!((after.0 - before.0, after.2 - before.2), (1, 0));
        let kept = "select count(*) as n from notification where outcome = 'unknown_object_type'";
        assert_eq!(shop.count(kept).await, 1);
        shop.ends().await;
    }
}

/// R52, R58: what an order's timeline tells of notifications is answered by an index of either database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r52_notifications_of_an_order_are_found_by_an_index() {
    for database in [Database::Sqlite, Database::Postgres] {
        let (store, _folder) = fresh_store(database).await;
        let shop = ShopId::new("demo").unwrap();
        for named in [Named::Object("S03-1-1-C1"), Named::Permission("S03-1-1"), Named::Order("order-1")] {
            uses_an_index(&store, database, &about_query(&shop, named, 100)).await;
        }
        store.close().await;
    }
}

/// R58: while the certificate cannot be fetched Amazon is asked to send again, and the notification is not lost.
#[tokio::test]
async fn r58_a_notification_whose_certificate_is_out_of_reach_may_come_again() {
    let shop = TestShop::on(Database::Sqlite).await;
    let body = caught(&shop, json!({})).await;
    let mut unreachable = body.clone();
    // The trusted host answers 404 there.
    let there = body["SigningCertURL"].as_str().unwrap().replace(".pem", "-moved.pem");
    unreachable["SigningCertURL"] = json!(there);
    let answer = delivers(&shop, &address(&shop), &unreachable).await;
    assert_eq!((answer.status, answer.code()), (503, Some(Code::Busy)));
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(delivers(&shop, &address(&shop), &body).await.status, 200);
    let id = shared::id::ShopId::new("demo").unwrap();
    let open = backend::service::shops::open(shop.app(), &id).await.unwrap();
    let last = backend::service::receive_notification::last_received(shop.app(), &open).await.unwrap();
    assert!(
        last.is_some_and(|at| at <= shop.app().clock.now_ms()),
        "seen by whoever asks how notifications are"
    );
    shop.ends().await;
}

/// R58: a notification is in the database before Amazon hears that it was taken.
#[tokio::test]
async fn r58_a_notification_is_stored_before_it_is_answered() {
    let mut shop = TestShop::on(Database::Sqlite).await;
    let body = caught(&shop, json!({})).await;
    assert_eq!(delivers(&shop, &address(&shop), &body).await.status, 200);
    shop.stops().await;
    shop.starts_again().await;
    let id = "select count(*) as n from notification where object_id = 'S03-0000000-0000000-C000000'";
    assert_eq!(shop.count(id).await, 1);
    shop.ends().await;
}

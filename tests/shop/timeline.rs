//! The timeline of an order: from the first press of the button on, and never without its newest entries.

use crate::desk::{authorized, cancel, done};
use crate::mail::{mail_is, with_mails};
use backend::store::timeline::{self, Entry, Happened};
use integration_tests::{TestShop, on_both_databases};
use reqwest::Method;
use serde_json::json;
use shared::api::MailState;
use shared::id::ShopId;
use shared::mail::MailKind;
use shared::money::Yen;

on_both_databases! {
    /// R52: the timeline begins with the checkout: the button, 注文する, and what was asked of Amazon with session and request.
    async fn r52_the_timeline_begins_with_the_checkout(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.advances(std::time::Duration::from_secs(60));
        shop.buyer().pays(&purchase).await;
        shop.advances(std::time::Duration::from_secs(60));
        let number = shop.buyer().completes(&purchase).await.order_number.unwrap().to_string();
        let row = operator.sees(&number, "the order", |_| true).await;
        let mut timeline = operator.detail(row.id.as_str()).await.timeline;
        // Amazon's notifications come when they come.
        timeline.retain(|entry| !entry.text_en.starts_with("Notification"));
        let told: Vec<_> = timeline.iter().map(|entry| (entry.actor.as_str(), entry.text_ja.as_str())).collect();
        let asked = format!("Amazonにお手続きの完了を依頼しました(Checkout Session: {})", purchase.session);
        assert_eq!(told[..3], [
            ("shopper", "Amazon Payのボタンを押し、お手続きを始めました"),
            ("shopper", "お届け先とお支払い方法を確かめ、「注文する」を押しました"),
            ("noren", asked.as_str()),
        ]);
        assert_eq!(told[3], ("shopper", "受注しました ¥2,030"));
        assert!(timeline[2].request_id.is_some() && timeline[2].request_id == timeline[3].request_id);
        let apart: Vec<i64> = timeline[..3].windows(2).map(|two| (two[1].at - two[0].at) / 60_000).collect();
        assert_eq!(apart, [1, 1]);
        shop.ends().await;
    }

    /// R52, R92: mails, every change of 受注ステータス, by whichever way, from what to what, and a correction that is made or due
    /// again stand in the timeline, in words and without an address; what is so already is not told twice.
    async fn r52_mails_and_status_changes_stand_in_the_timeline(database) {
        let mut shop = TestShop::on(database).await;
        let (_mailbox, operator) = with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        mail_is(&operator, MailKind::OrderConfirmation, MailState::Sent).await;

        let body = json!({ "version": row.version, "change": { "points_used": 100 }, "reason": "適用漏れ" });
        let view = done(&operator, id, "amount", &body).await;
        let path = format!("/api/shops/demo/corrections/{}", view.desk.corrections[0].id);
        for made in [true, true, false] {
            let answer = operator.sends(Method::POST, &path, Some(&json!({ "done": made }))).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        let none = "/api/shops/demo/corrections/none";
        assert_eq!(operator.sends(Method::POST, none, Some(&json!({ "done": true }))).await.status, 404);

        let version = operator.detail(id).await.row.version;
        let body = json!({ "version": version, "status": "preparing", "send_mail": true });
        let view = done(&operator, id, "status", &body).await;
        mail_is(&operator, MailKind::OrderPreparing, MailState::Sent).await;
        let run = json!({ "run_id": "run-back", "steps": { "status": "new" },
            "orders": [{ "id": id, "version": view.row.version }] });
        let started = operator.sends(Method::POST, "/api/shops/demo/bulk-runs", Some(&run)).await;
        assert_eq!(started.status, 200, "{}", started.body);
        operator.sees_run("run-back").await;
        let version = operator.detail(id).await.row.version;
        done(&operator, id, "cancel", &cancel(version)).await;

        let timeline = operator.detail(id).await.timeline;
        let told: Vec<_> = timeline.iter().map(|entry| (entry.actor.as_str(), entry.text_ja.as_str())).collect();
        for line in [
            ("noren", "メール「注文確認」: 送信済み"),
            ("運営 一郎", "ポイントの補正: ¥100を引く (未反映 → 反映済)"),
            ("運営 一郎", "ポイントの補正: ¥100を引く (反映済 → 未反映)"),
            ("運営 一郎", "出荷準備中に変更 (新規受付 → 出荷準備中)"),
            ("noren", "メール「受注ステータス: 出荷準備中」: 送信済み"),
            ("運営 一郎", "受注ステータス (出荷準備中 → 新規受付)"),
            ("運営 一郎", "キャンセル (新規受付 → キャンセル)"),
        ] {
            assert_eq!(told.iter().filter(|one| **one == line).count(), 1, "{line:?}: {told:#?}");
        }
        let place = |words: &str| told.iter().position(|(_, text)| text.starts_with(words));
        assert!(place("受注しました") < place("メール「注文確認」"), "{told:#?}");
        assert!(timeline.iter().any(|entry| entry.text_en == "Mail (Order confirmation): Sent"));
        assert!(!told.iter().any(|(_, text)| text.contains('@')), "{told:#?}");
        shop.ends().await;
    }

    /// R52: of an order with more entries than are shown, the newest are shown.
    async fn r52_a_long_timeline_keeps_its_newest_entries(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let demo = ShopId::new("demo").unwrap();
        // Later than any notification.
        let at = shop.app().clock.now_ms() + 3_600_000;
        for number in 1..=501 {
            let happened = Happened::CaptureAsked { amount: Yen::new(number).unwrap() };
            let entry = Entry { at, actor: "noren".to_owned(), happened, request_id: None };
            let add = timeline::add(&demo, &row.id, &format!("zz{number:04}"), &entry);
            shop.app().store.write(add).await.unwrap();
        }
        let timeline = operator.detail(row.id.as_str()).await.timeline;
        let shown = |yen: &str| timeline.iter().any(|entry| entry.text_ja.ends_with(yen));
        assert!(shown(" ¥501") && shown(" ¥2") && !shown(" ¥1"), "{}", timeline.len());
        assert_eq!(timeline.last().map(|entry| entry.text_ja.contains("¥501")), Some(true));
        shop.ends().await;
    }
}

//! 異議申立て: a CHARGEBACK notification flags the order and stands in the inbox with the date to answer by.

use crate::by_hand::nothing_is_due;
use crate::desk::captured;
use crate::order_list::{fresh_store, uses_an_index};
use backend::store::{Batch, Statement, dashboard, disputes, values};
use futures_util::future::join_all;
use integration_tests::{Database, Operator, TestShop, on_both_databases};
use reqwest::Method;
use serde_json::json;
use shared::api::{Code, DashboardView, DisputeList, TileKind};
use shared::id::ShopId;

/// A dispute of no order we know, answered at `answered`.
fn row(id: &str, received_at: i64, answer_by: i64, answered: Option<i64>) -> Statement {
    let sql = "insert into dispute (shop_id, dispute_id, received_at, answer_by, answered_at, answered_by)
        values ('demo', $1, $2, $3, $4, $5)";
    Statement::new(sql, values![id, received_at, answer_by, answered, answered.map(|_| "op")])
}

async fn inbox(operator: &Operator, after: Option<&str>) -> DisputeList {
    let after = after.map(|after| format!("?after={after}")).unwrap_or_default();
    operator.sends(Method::GET, &format!("/api/shops/demo/disputes{after}"), None).await.read()
}

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
        // R59: pressed twice, the first answer stays and nothing looks like a failure.
        let twice = json!({ "note": "もう一度" });
        let again: DisputeList = operator.sends(Method::POST, &path, Some(&twice)).await.read();
        assert_eq!(again.disputes[0].note.as_deref(), Some("配送記録を提出"));
        let none = operator.sends(Method::POST, "/api/shops/demo/disputes/none", Some(&body)).await;
        assert_eq!(none.code(), Some(Code::NotFound), "{}", none.body);
        let view = operator.detail(row.id.as_str()).await;
        assert_eq!(view.desk.disputes.len(), 1);
        let told = view.timeline.iter().filter(|entry| entry.actor == "amazon" && entry.text_en.starts_with("Disputed"));
        assert_eq!(told.count(), 1, "the second one tells nothing new");
        // R52: Amazon's own notification stands beside it.
        let notified = "Amazonからの通知(異議申立て): 異議申立てを記録しました";
        assert_eq!(view.timeline.iter().filter(|entry| entry.text_ja == notified).count(), 1, "{:?}", view.timeline);
        shop.ends().await;
    }

    /// R59, R61: an Enter that comes several times at once answers a dispute once; all of them are told that it is answered, and
    /// the timeline tells it once.
    async fn r59_pressed_several_times_at_once_a_dispute_is_answered_once(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let charge = operator.detail(row.id.as_str()).await.charge_id.unwrap();
        shop.control.dispute(&charge).await.unwrap();
        operator.sees(row.number.as_str(), "異議申立て", |row| row.disputed).await;
        shop.control.flush_notifications().await.unwrap();
        nothing_is_due(&shop).await;
        let path = format!("/api/shops/demo/disputes/{}", inbox(&operator, None).await.disputes[0].id);
        let body = json!({ "note": "配送記録を提出" });
        let pressed = join_all((0..4).map(|_| operator.sends(Method::POST, &path, Some(&body)))).await;
        for answer in pressed {
            let answer: DisputeList = answer.read();
            assert!(answer.disputes[0].answered.is_some());
        }
        let story = "select count(*) as n from timeline where detail like '%dispute_answered%'";
        assert_eq!(shop.count(story).await, 1);
        operator.sees(row.number.as_str(), "no flag any more", |row| !row.disputed).await;
        shop.ends().await;
    }

    /// R61, R53: behind a thousand that are answered, those that wait stand first by the date to answer by, and can be
    /// answered; the pages go on to the last without a gap; the dashboard counts what waits alone.
    async fn r61_a_thousand_answered_disputes_do_not_hide_an_open_one(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let answered: Batch =
            (0..1_005).map(|n| row(&format!("a{n:04}"), 1_000_000 + n, 2_000_000 - n, Some(3_000_000))).collect();
        shop.app().store.write(answered).await.unwrap();
        // The longest waiting was told first of all, and has the latest date to answer by.
        let open: Batch = [row("late", 10, 900_000, None), row("soon", 30, 700_000, None), row("then", 20, 800_000, None)]
            .into_iter()
            .collect();
        shop.app().store.write(open).await.unwrap();
        let tile = async || {
            let view: DashboardView = operator.sends(Method::GET, "/api/shops/demo/dashboard", None).await.read();
            view.tiles.iter().find(|tile| tile.kind == TileKind::Disputes).expect("the tile").count
        };
        assert_eq!(tile().await, 3);
        let (mut ids, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = inbox(&operator, after.as_deref()).await;
            ids.extend(page.disputes.into_iter().map(|one| one.id));
            pages += 1;
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!((pages, ids.len()), (6, 1_008));
        assert_eq!(ids[..4], ["soon", "then", "late", "a1004"]);
        assert_eq!(ids.last().map(String::as_str), Some("a0000"));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1_008, "none twice");

        let body = json!({ "note": "配送記録を提出" });
        let left = operator.sends(Method::POST, "/api/shops/demo/disputes/late", Some(&body)).await;
        let left: DisputeList = left.read();
        let first: Vec<_> = left.disputes[..3].iter().map(|one| one.id.as_str()).collect();
        assert_eq!(first, ["soon", "then", "a1004"]);
        assert_eq!(tile().await, 2);
        for nonsense in ["x", "0", "2.1.a", "0.x.a"] {
            let path = format!("/api/shops/demo/disputes?after={nonsense}");
            assert_eq!(operator.sends(Method::GET, &path, None).await.status, 400, "{nonsense}");
        }
        shop.ends().await;
    }
}

/// R61, R51, R53: the inbox and its count are answered by an index of either database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r61_the_inbox_uses_an_index() {
    for database in [Database::Sqlite, Database::Postgres] {
        let (store, _folder) = fresh_store(database).await;
        let shop = ShopId::new("demo").unwrap();
        for answered in [false, true] {
            for after in [None, Some((1, "d"))] {
                let steps =
                    uses_an_index(&store, database, &disputes::page_query(&shop, answered, after, 201)).await;
                // In the order of its index: a page reads no further than its own rows.
                let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE"));
                assert!(!sorts, "{database:?}: {steps:#?}");
            }
        }
        let counted = dashboard::count_query(&shop, dashboard::Counted::OpenDisputes, 1_000);
        uses_an_index(&store, database, &counted).await;
        store.close().await;
    }
}

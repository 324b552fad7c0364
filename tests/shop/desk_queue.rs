//! Lists that wait for somebody: キャンセルエラー (R36) and corrections of points and coupons (R92), also where they are long.

use crate::desk::authorized;
use crate::order_list::{fresh_store, uses_an_index};
use backend::store::order_list::Sql;
use backend::store::{Statement, corrections, dashboard, orders, values};
use integration_tests::{Database, Operator, TestShop, on_both_databases};
use jiff::Timestamp;
use reqwest::Method;
use shared::api::{CancelErrorList, CorrectionList, DashboardView, TileKind};
use shared::id::{OrderId, ShopId};
use shared::money::Yen;
use shared::payment::{Payment, Reason};

async fn writes(shop: &TestShop, sql: String, values: Vec<backend::store::Value>) {
    shop.app().store.write(Statement::new(sql, values)).await.expect("the rows are changed");
}

/// Makes `count` copies of the order that wait as キャンセルエラー, ids `{name}0000` on, each placed a second after the other.
async fn cancel_errors(shop: &TestShop, of: &str, name: &str, count: i64, handled: bool) {
    let columns = "shop_id, order_status, order_origin, payment_method, total, totals, order_lines, buyer_name,
        area_not_served, version, terms_version, identity, left_amazon_pay, disputed, partly_refunded, updated_at";
    let (all, at) = (Yen::new(2030).unwrap(), Timestamp::from_second(1_770_000_000).unwrap());
    let (refunded, reason) = (Yen::ZERO, Reason::new("AmazonRejected"));
    let failed = Payment::RefundFailed { captured: all, refunded, failed: all, captured_at: at, reason, at };
    let failed = serde_json::to_string(&failed).unwrap();
    for n in 0..count {
        let id = format!("{name}{n:04}");
        let sql = format!(
            "insert into orders (order_id, order_number, payment_state, payment, placed_at, {columns})
             select $1, $2, 'refund_failed', $3, $4, {columns} from orders where shop_id = 'demo' and order_id = $5"
        );
        writes(shop, sql, values![&id, format!("N-{id}"), &failed, 1_000_000 + n * 1_000, of]).await;
        if handled {
            let remedy = "insert into remedy (shop_id, order_id, remedy_id, remedy, amount, operator_id, at)
                values ('demo', $1, 'r1', 'transfer', 2030, 'op', 1)";
            writes(shop, remedy.to_owned(), values![&id]).await;
        }
    }
}

async fn queue(operator: &Operator, after: Option<&str>) -> CancelErrorList {
    let after = after.map(|after| format!("?after={after}")).unwrap_or_default();
    operator.sends(Method::GET, &format!("/api/shops/demo/cancel-errors{after}"), None).await.read()
}

async fn tile(operator: &Operator) -> u32 {
    let view: DashboardView = operator.sends(Method::GET, "/api/shops/demo/dashboard", None).await.read();
    view.tiles.iter().find(|tile| tile.kind == TileKind::CancelError).expect("the tile").count
}

on_both_databases! {
    /// R36, R53: behind a thousand that are seen to, those that wait stand first, oldest first; the pages go on to the last
    /// without a gap; the dashboard counts what waits alone.
    async fn r36_what_waits_stands_before_a_thousand_that_are_seen_to(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        cancel_errors(&shop, row.id.as_str(), "seen", 1_005, true).await;
        assert_eq!(tile(&operator).await, 0);
        cancel_errors(&shop, row.id.as_str(), "waits", 3, false).await;
        assert_eq!(tile(&operator).await, 3);
        let (mut ids, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = queue(&operator, after.as_deref()).await;
            ids.extend(page.orders.iter().map(|one| (one.remedies.is_empty(), one.row.id.to_string())));
            pages += 1;
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!((pages, ids.len()), (6, 1_008));
        let first: Vec<_> = ids[..4].iter().map(|(waits, id)| (*waits, id.as_str())).collect();
        assert_eq!(first, [(true, "waits0000"), (true, "waits0001"), (true, "waits0002"), (false, "seen1004")]);
        assert_eq!(ids.last(), Some(&(false, "seen0000".to_owned())));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1_008, "none twice");
        let nonsense = operator.sends(Method::GET, "/api/shops/demo/cancel-errors?after=x", None).await;
        assert_eq!(nonsense.status, 400, "{}", nonsense.body);
        shop.ends().await;
    }

    /// R92: what is due stands first, the oldest first; what is made is listed apart; the list says where it is cut; the CSV
    /// has all of it, with Japan's clock.
    async fn r92_corrections_are_listed_by_what_is_due(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let adds = async |id: &str, since: i64, done: Option<i64>| {
            let sql = "insert into correction (shop_id, correction_id, order_id, kind, amount, cause, since, done_at, done_by)
                values ('demo', $1, $2, 'points', 5, 'cancel', $3, $4, $5)";
            writes(&shop, sql.to_owned(), values![id, &row.id, since, done, done.map(|_| "op")]).await;
        };
        // 2026-01-01T00:30 in Japan is still the day before elsewhere.
        let midnight = 1_767_195_000_000;
        adds("c1", midnight, None).await;
        adds("c2", midnight + 1_000, Some(midnight + 2_000)).await;
        adds("c3", midnight + 3_000, None).await;
        let lists = async |query: &str| -> (Vec<String>, Option<String>) {
            let path = format!("/api/shops/demo/corrections{query}");
            let list: CorrectionList = operator.sends(Method::GET, &path, None).await.read();
            (list.corrections.into_iter().map(|one| one.id).collect(), list.next)
        };
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(lists("?done=false").await, (ids(&["c1", "c3"]), None));
        assert_eq!(lists("?done=true").await, (ids(&["c2"]), None));
        assert_eq!(lists("").await, (ids(&["c1", "c3", "c2"]), None));
        let csv = operator.sends(Method::GET, "/api/shops/demo/corrections.csv", None).await;
        assert!(csv.text.contains("2026-01-01T00:30:00+09:00"), "{}", csv.text);
        for n in 0..500 {
            adds(&format!("d{n:03}"), midnight + 10_000 + n, None).await;
        }
        for (query, all, last) in [("done=false", 502, "d499"), ("done=true", 1, "c2"), ("", 503, "c2")] {
            let (mut found, mut next) = lists(&format!("?{query}")).await;
            while let Some(after) = next {
                assert_eq!(found.len() % 200, 0, "{query}");
                let page = lists(&format!("?{query}&after={after}")).await;
                found.extend(page.0);
                next = page.1;
            }
            assert_eq!((found.len(), found.last().map(String::as_str)), (all, Some(last)), "{query}");
            found.sort();
            found.dedup();
            assert_eq!(found.len(), all, "none twice: {query}");
        }
        let nonsense = operator.sends(Method::GET, "/api/shops/demo/corrections?after=x", None).await;
        assert_eq!(nonsense.status, 400, "{}", nonsense.body);
        shop.ends().await;
    }
}

/// R36, R51, R53, R92: the queue, its count and the corrections are answered by an index of either database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r36_the_queue_uses_an_index() {
    for database in [Database::Sqlite, Database::Postgres] {
        let (store, _folder) = fresh_store(database).await;
        let shop = ShopId::new("demo").unwrap();
        let after = (1, OrderId::new("o").unwrap());
        for handled in [false, true] {
            for after in [None, Some(&after)] {
                let (text, values) = orders::cancel_errors(&shop, handled, after, 201);
                uses_an_index(&store, database, &Sql { text, values }).await;
            }
            for after in [None, Some("c")] {
                uses_an_index(&store, database, &corrections::page_query(&shop, handled, after, 201)).await;
            }
        }
        uses_an_index(
            &store,
            database,
            &dashboard::count_query(&shop, dashboard::Counted::CancelErrors, 1_000),
        )
        .await;
        store.close().await;
    }
}

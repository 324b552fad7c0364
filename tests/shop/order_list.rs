//! 受注一覧: what is asked is found by an index, pages stay whole while orders come in, and a file does no harm.

use crate::subscription_checkout::{cart, goes_to_review};
use backend::service::list_orders;
use backend::store::order_list::{Key, Plan, Sql, piece_count};
use backend::store::{Batch, Statement, Store, values};
use integration_tests::{Database, Operator, TestShop, eventually, many_orders, on_both_databases, postgres};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::json;
use shared::api::{Code, OrderCounts, OrderListPage, OrderRow, SavedViews, UnwritableView};
use shared::id::{OrderId, ShopId};
use shared::order_query::OrderFilter;
use shared::order_term::Search;
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;

/// When the newest of many orders was placed.
const NOW: i64 = 1_795_500_000_000;
/// Every single filter, some combinations, and every kind of search.
const QUESTIONS: [&str; 32] = [
    "",
    "from=2026-11-01",
    "from=2026-11-01&until=2026-11-20",
    "status=new",
    "status=new,preparing,shipped",
    "payment=uncaptured",
    "payment=captured",
    "icon=authorized",
    "icon=none",
    "icon=partly_refunded",
    "icon=capture_error,expired",
    "origin=renewal",
    "origin=checkout,operator",
    "method=bank_transfer",
    "method=amazon_pay,deferred",
    "days_left=0",
    "days_left=27",
    "min=1000",
    "max=1999",
    "min=2500&max=30000",
    "unshipped=1",
    "error=1",
    "status=new&icon=authorized&min=5000",
    "method=bank_transfer&error=1",
    "origin=renewal&days_left=20",
    "q=佐藤",
    "q=佐藤 花子",
    "q=林",
    "q=090-1234-5678",
    "q=佐藤&unshipped=1",
    "disputed=1",
    "disputed=1&status=new",
];

fn filter(query: &str) -> OrderFilter {
    OrderFilter::read(query.split('&').filter_map(|pair| pair.split_once('='))).unwrap()
}

/// A page of the list.
pub async fn page(operator: &Operator, query: &str) -> OrderListPage {
    let answer = operator.sends(Method::GET, &format!("/api/shops/demo/orders?{query}"), None).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    answer.read()
}

/// Waits until exactly `count` orders are found by what was typed.
pub async fn finds(operator: &Operator, typed: &str, count: usize) {
    eventually(&format!("{count} found by {typed}"), async || {
        (page(operator, &format!("q={}", encoded(typed))).await.orders.len() == count).then_some(())
    })
    .await;
}

/// The file of a query.
pub async fn text(operator: &Operator, query: &str) -> String {
    let answer = operator.sends(Method::GET, &format!("/api/shops/demo/orders.csv?{query}"), None).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    answer.text
}

on_both_databases! {
    /// R51: an order is found by what a person types of it, right after it was placed, and by nothing else; by the id of a
    /// refund, too, once Amazon has told it.
    async fn an_order_is_found_by_its_number_name_mail_and_amazons_ids(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let number = shop.buyer().buys("coffee", 1).await.order_number.unwrap().to_string();
        let at_rest = |row: &OrderRow| row.icon == Some(StatusIcon::Authorized) && row.version >= 2;
        let row = operator.sees(&number, "the order", at_rest).await;
        let detail = operator.detail(row.id.as_str()).await;
        let name: String = row.buyer_name.chars().take(2).collect();
        let words = [
            number.to_lowercase(), name, row.buyer_name.clone(), detail.buyer_mail.clone().unwrap().to_uppercase(),
            detail.charge_permission_id.clone().unwrap(), detail.charge_id.clone().unwrap(),
        ];
        for word in words {
            eventually("the order is found", async || {
                (page(&operator, &format!("q={}", encoded(&word))).await.orders.len() == 1).then_some(())
            })
            .await;
            let elsewhere = format!("q={}&status=shipped", encoded(&word));
            assert!(page(&operator, &elsewhere).await.orders.is_empty());
        }
        operator.captures("run", &[&row]).await;
        let captured = |row: &OrderRow| row.payment_status == PaymentStatus::Captured;
        let row = operator.sees(&number, "決済済", captured).await;
        let part = json!({ "version": row.version, "amount": 500, "reason": "other" });
        crate::desk::done(&operator, row.id.as_str(), "refunds", &part).await;
        let refund = shop.control.refunds().await.unwrap()[0]["refundId"].as_str().unwrap().to_owned();
        finds(&operator, &refund, 1).await;
        finds(&operator, &refund.to_lowercase(), 1).await;
        let elsewhere = format!("q={}&status=shipped", encoded(&refund));
        assert!(page(&operator, &elsewhere).await.orders.is_empty());
        for word in ["龍造寺", &number[1..], "example"] {
            assert!(page(&operator, &format!("q={}", encoded(word))).await.orders.is_empty(), "{word}");
        }
        shop.ends().await;
    }

    /// R45, R51: an edited order is found by what it says now, and no longer by what it said before.
    async fn r51_an_edited_order_is_found_by_its_new_words(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = crate::desk::authorized(&shop, &operator, "coffee", 1).await;
        let old = operator.detail(row.id.as_str()).await.buyer_mail.unwrap();
        finds(&operator, &old, 1).await;
        let address = json!({ "name": "龍造寺 梅", "postal_code": "5300001", "prefecture": "大阪府",
            "lines": ["大阪市北区梅田1-1"], "phone": "0661234567" });
        let body = json!({ "version": row.version, "address": address, "mail": "ume@example.jp",
            "profile": { "name": { "family": "鍋島", "given": "", "family_kana": "ナベシマ", "given_kana": "" } } });
        crate::desk::done(&operator, row.id.as_str(), "buyer", &body).await;
        for word in ["龍造寺", "0661234567", "4567", "ume@example.jp", "鍋島", "ナベシマ"] {
            finds(&operator, word, 1).await;
        }
        finds(&operator, &old, 0).await;
        shop.ends().await;
    }

    /// R51: pages do not skip or repeat an order when others come in between; every filter shows what it means.
    async fn pages_stay_whole_while_orders_come_in(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let store = shop.app().store.clone();
        let now = shop.app().clock.now_ms();
        many_orders::add(&store, "demo", 450, now).await.unwrap();
        for query in ["", "payment=captured", "origin=checkout,renewal&min=3000", "q=佐藤", "error=1"] {
            let query = query.replace("佐藤", &encoded("佐藤"));
            let (mut seen, mut before) = (Vec::new(), String::new());
            let mut pages = 0;
            loop {
                let page = page(&operator, &format!("{query}&limit=40{before}")).await;
                seen.extend(page.orders.iter().map(|row| row.id.clone()));
                pages += 1;
                if pages == 2 {
                    shop.buyer().buys("coffee", 1).await;
                }
                let Some(next) = page.next else { break };
                before = format!("&before={next}");
            }
            let reader = store.reader().await.unwrap();
            let filter = filter(&query.replace(&encoded("佐藤"), "佐藤"));
            let (mut all, mut cursor) = (Vec::new(), None);
            loop {
                let moment = Timestamp::from_millisecond(now).unwrap();
                let demo = ShopId::new("demo").unwrap();
                let found =
                    list_orders::find(&reader, &demo, &filter, cursor.as_deref(), 200, moment).await.unwrap();
                all.extend(found.orders.into_iter().map(|order| order.id).filter(|id| id.as_str().starts_with("order-")));
                cursor = found.next;
                if cursor.is_none() {
                    break;
                }
            }
            seen.retain(|id: &OrderId| id.as_str().starts_with("order-"));
            assert!(!all.is_empty(), "{query}");
            assert_eq!(seen, all, "{query}");
            let mut sorted = seen.clone();
            sorted.sort();
            sorted.reverse();
            assert_eq!(seen, sorted, "{query}");
        }
        let counts: OrderCounts = operator.sends(Method::GET, "/api/shops/demo/orders/counts", None).await.read();
        for chip in counts.chips {
            let shown = page(&operator, &format!("{}&limit=200", chip.query)).await.orders.len();
            assert!(chip.more || chip.count as usize == shown || shown == 200, "{}: {} {shown}", chip.query, chip.count);
        }
        shop.ends().await;
    }

    /// R51: what is no filter is refused, and another shop's orders are never in the list or the file.
    async fn what_is_no_filter_is_refused_and_shops_stay_apart(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        many_orders::add(&shop.app().store, "other", 30, shop.app().clock.now_ms()).await.unwrap();
        for query in ["status=lost", "limit=x", "color=red", "before=yesterday", "days_left=1000", "min=-1"] {
            let answer = operator.sends(Method::GET, &format!("/api/shops/demo/orders?{query}"), None).await;
            assert_eq!((answer.status, answer.code()), (400, Some(Code::BadRequest)), "{query}");
        }
        for query in ["", "q=佐藤", "payment=captured", "days_left=30"] {
            assert!(page(&operator, &query.replace("佐藤", &encoded("佐藤"))).await.orders.is_empty(), "{query}");
        }
        assert_eq!(text(&operator, "columns=number").await.lines().count(), 1);
        let answer = operator.sends(Method::GET, "/api/shops/nowhere/orders.csv", None).await;
        assert_eq!(answer.status, 404);
        shop.ends().await;
    }

    /// R51: the file has the chosen columns of the filtered orders, is UTF-8 with its mark, and leaves the family name
    /// blank.
    async fn the_file_holds_what_the_filter_shows(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        many_orders::add(&shop.app().store, "demo", 450, shop.app().clock.now_ms()).await.unwrap();
        let file = text(&operator, "columns=number,family_name,given_name,total").await;
        assert!(file.starts_with("\u{FEFF}\"受注番号\",\"姓\",\"名\",\"合計金額\"\r\n"), "{}", &file[..80]);
        assert_eq!(file.lines().count(), 451);
        assert!(file.lines().skip(1).all(|line| line.split(',').nth(1) == Some("\"\"")));
        let some = text(&operator, "columns=number&payment=captured&lang=en").await;
        assert!(some.starts_with("\u{FEFF}\"Order number\"\r\n"));
        assert!((2..451).contains(&some.lines().count()));
        let path = "/api/shops/demo/orders.csv?encoding=shift_jis&columns=number";
        let answer = operator.sends(Method::GET, path, None).await;
        assert_eq!(answer.headers["content-type"], "text/csv; charset=shift_jis");
        shop.ends().await;
    }

    /// R51: the file tells a subscription's first order from a one-time purchase and from the deliveries after it; the filter
    /// lists the first with what comes of a checkout, as its words say.
    async fn r51_the_first_order_of_a_subscription_is_no_one_time_purchase(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let buyer = shop.buyer();
        let once = buyer.buys("coffee", 1).await.order_number.unwrap().to_string();
        let mut begun = Vec::new();
        for _ in 0..2 {
            let purchase = goes_to_review(&buyer, &cart("coffee-club", 1, "month", 1)).await;
            buyer.pays(&purchase).await;
            begun.push(buyer.completes(&purchase).await.order_number.unwrap().to_string());
        }
        // As the delivery after it would be.
        let renewal = "update orders set order_origin = 'renewal' where order_number = $1";
        shop.app().store.write(Statement::new(renewal, values![begun[1].as_str()])).await.unwrap();
        let file = text(&operator, "columns=number,origin").await;
        let english = text(&operator, "columns=number,origin&lang=en").await;
        for (number, ja, en) in [
            (&once, "通常購入", "One-time purchase"),
            (&begun[0], "定期購入(初回)", "Subscription (first delivery)"),
            (&begun[1], "定期購入(2回目以降)", "Subscription (second delivery on)"),
        ] {
            assert!(file.contains(&format!("\"{number}\",\"{ja}\"\r\n")), "{file}");
            assert!(english.contains(&format!("\"{number}\",\"{en}\"\r\n")), "{english}");
        }
        for (query, count) in [("origin=checkout", 2), ("origin=renewal", 1)] {
            assert_eq!(page(&operator, query).await.orders.len(), count, "{query}");
        }
        shop.ends().await;
    }

    /// R51: what a file in Shift_JIS cannot hold is told beside it, since no browser tells its trailer: how many characters,
    /// of which orders, of the very columns and filter; a 〓 that somebody typed is none of them.
    async fn r51_what_shift_jis_cannot_hold_is_told_with_its_orders(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let store = shop.app().store.clone();
        many_orders::add(&store, "demo", 2_100, shop.app().clock.now_ms()).await.unwrap();
        let named = |number: u64, name: &str| {
            let sql = "update orders set buyer_name = $1 where shop_id = 'demo' and order_number = $2";
            Statement::new(sql, values![name, many_orders::number_of(number)])
        };
        let all: Batch = (0..25).map(|n| named(n * 80, "𠮷野 家🍵")).chain([named(7, "〓山 髙")]).collect();
        store.write(all).await.unwrap();
        let looks = async |query: &str| {
            let (mut all, mut looks) = (UnwritableView::default(), 0);
            loop {
                let before = all.next.as_ref().map(|next| format!("&before={next}")).unwrap_or_default();
                let path = format!("/api/shops/demo/orders.csv/unwritable?{query}{before}");
                all.add(operator.sends(Method::GET, &path, None).await.read());
                looks += 1;
                if all.next.is_none() {
                    return (all, looks);
                }
            }
        };
        let (view, asked) = looks("columns=number,given_name").await;
        assert_eq!((view.characters, view.affected, view.checked, asked), (50, 25, 2_100, 2));
        assert_eq!(view.orders.len(), 20, "as many as are named");
        assert_eq!(view.orders[0].as_str(), many_orders::number_of(24 * 80), "the newest first");
        let (view, _) = looks("columns=number,total").await;
        assert_eq!((view.characters, view.checked), (0, 2_100));
        let (view, _) = looks("columns=given_name&until=2000-01-01").await;
        assert_eq!((view.characters, view.checked), (0, 0));
        for query in ["columns=color", "before=x", "encoding=shift_jis", "color=red"] {
            let path = format!("/api/shops/demo/orders.csv/unwritable?{query}");
            assert_eq!(operator.sends(Method::GET, &path, None).await.status, 400, "{query}");
        }
        shop.ends().await;
    }

    /// R51: a view is kept under a name, shown to others only if shared, and removed by its owner.
    async fn a_filter_is_kept_under_a_name(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let path = "/api/shops/demo/order-views";
        for body in [
            json!({ "name": "", "query": "error=1" }),
            json!({ "name": "無い", "query": "" }),
            json!({ "name": "無い", "query": "color=red" }),
            json!({ "name": "長".repeat(41), "query": "error=1" }),
        ] {
            assert_eq!(operator.sends(Method::POST, path, Some(&body)).await.status, 400, "{body}");
        }
        let body = json!({ "name": "本日の発送", "query": "unshipped=1&q=%E5%B1%B1%E7%94%B0", "shared": true });
        let kept: SavedViews = operator.sends(Method::POST, path, Some(&body)).await.read();
        let view = &kept.views[0];
        assert_eq!((view.name.as_str(), view.shared, view.mine), ("本日の発送", true, true));
        assert!(page(&operator, &view.query).await.orders.is_empty());
        let other: SavedViews = operator.sends(Method::GET, "/api/shops/other/order-views", None).await.read();
        assert!(other.views.is_empty());
        let gone = operator.sends(Method::DELETE, &format!("{path}/{}", view.id), None).await;
        assert!(gone.read::<SavedViews>().views.is_empty());
        assert_eq!(operator.sends(Method::DELETE, &format!("{path}/{}", view.id), None).await.status, 404);
        shop.ends().await;
    }
}

/// R51: no question of the list reads a table from end to end, neither before nor after the database has looked at
/// its own contents.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r51_every_list_query_uses_an_index() {
    for database in [Database::Sqlite, Database::Postgres] {
        let (store, _folder) = fresh_store(database).await;
        if database == Database::Sqlite {
            explain(&store, database).await;
        }
        many_orders::add(&store, "demo", 4_000, NOW).await.unwrap();
        store.write(Statement::new("analyze", Vec::new())).await.unwrap();
        explain(&store, database).await;
        store.close().await;
    }
}

/// An empty database to explain queries on; SQLite's lies in the folder.
pub async fn fresh_store(database: Database) -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = match database {
        Database::Sqlite => format!("sqlite:{}", folder.path().join("noren.db").display()),
        // A table of few pages is read whole whatever its indexes; without that the plan shows whether there is one.
        Database::Postgres => {
            format!("{}?options=-c%20enable_seqscan%3Doff", postgres::fresh_database().await)
        }
    };
    (Store::open(&url, NOW).await.unwrap(), folder)
}

async fn explain(store: &Store, database: Database) {
    let shop = ShopId::new("demo").unwrap();
    for question in QUESTIONS {
        let filter = filter(question);
        let search = filter.search.as_deref().and_then(Search::new);
        let plan = Plan::new(&shop, &filter, search.as_ref(), None, NOW);
        let before = Key { placed_at: NOW - 1_000, order_id: OrderId::new("order-5").unwrap() };
        let mut queries = plan.queries(&shop, None, 51);
        queries.extend(plan.queries(&shop, Some(&before), 51));
        let pieces = search.iter().flat_map(|search| &search.pieces);
        queries.extend(pieces.map(|piece| piece_count(&shop, piece, 3_000)));
        assert!(!queries.is_empty(), "{question}");
        for query in queries {
            let steps = uses_an_index(store, database, &query).await;
            // SQLite weighs no numbers: a run that reads orders as well may go by time alone, over the whole table.
            let whole = |step: &&String| step.contains("SEARCH s USING INDEX");
            let exempt = database == Database::Postgres;
            assert!(exempt || steps.iter().find(whole).is_none(), "{question}: {steps:#?}\n{}", query.text);
        }
    }
}

/// The database's steps; fails where it answers the query by reading a table from end to end.
pub async fn uses_an_index(store: &Store, database: Database, query: &Sql) -> Vec<String> {
    let reader = store.reader().await.unwrap();
    let (prefix, column) = match database {
        Database::Sqlite => ("explain query plan ", "detail"),
        Database::Postgres => ("explain ", "QUERY PLAN"),
    };
    let rows = reader.rows(format!("{prefix}{}", query.text), query.values.clone()).await.unwrap();
    let steps: Vec<String> = rows.iter().map(|row| row.text(column).unwrap().to_owned()).collect();
    let whole = |step: &&String| match database {
        // `f` and `c` are what an inner, bounded query gave.
        Database::Sqlite => {
            let inner = ["SCAN f", "SCAN c"].contains(&step.as_str()) || step.starts_with("SCAN f ");
            step.starts_with("SCAN ") && !inner
        }
        Database::Postgres => step.contains("Seq Scan"),
    };
    assert!(steps.iter().find(whole).is_none(), "{database:?}: {steps:#?}\n{}", query.text);
    let looked_up = ["SEARCH", "Index Scan", "Index Only Scan", "Bitmap Index Scan"];
    let looked_up = steps.iter().any(|step| looked_up.iter().any(|how| step.contains(how)));
    assert!(looked_up, "{database:?}: {steps:#?}\n{}", query.text);
    steps
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

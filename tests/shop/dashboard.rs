//! ダッシュボード: every count is the list's own, stops at 1,000 and is read by an index; Amazon's decisions count once.

use crate::by_hand::{eventually_later, nothing_is_due};
use crate::renewal;
use backend::service::dashboard::{DAYS, Source, proofs, source};
use backend::service::subscription_desk::list::run_of;
use backend::store::daily_totals::since_query;
use backend::store::dashboard::{Counted, count_query};
use backend::store::notifications::last_received_query;
use backend::store::order_list::{Plan, Sql};
use backend::store::{Statement, Store};
use integration_tests::{Database, Operator, TestShop, eventually, many_orders, on_both_databases, postgres};
use reqwest::Method;
use serde_json::json;
use shared::api::{
    Code, DashboardView, MailState, OnboardingStep, OrderCounts, OrderListPage, SubscriptionPage, Tile,
    TileKind,
};
use shared::cycle::Cycle;
use shared::id::ShopId;
use shared::order_query::COUNT_LIMIT;
use shared::payment::PaymentStatus;
use shared::renewal::RenewalEvent;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

/// When the newest of many orders was placed.
const NOW: i64 = 1_795_500_000_000;

async fn dashboard(operator: &Operator, shop: &str) -> DashboardView {
    let answer = operator.sends(Method::GET, &format!("/api/shops/{shop}/dashboard"), None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.read()
}

fn tile(view: &DashboardView, kind: TileKind) -> &Tile {
    view.tiles.iter().find(|tile| tile.kind == kind).unwrap()
}

/// How many orders the list shows for a query, to its last page.
async fn listed(operator: &Operator, query: &str) -> u32 {
    let (mut count, mut before) = (0, String::new());
    loop {
        let path = format!("/api/shops/demo/orders?{query}&limit=200{before}");
        let page: OrderListPage = operator.sends(Method::GET, &path, None).await.read();
        count += page.orders.len();
        match page.next {
            Some(next) => before = format!("&before={next}"),
            None => return u32::try_from(count).unwrap(),
        }
    }
}

async fn write(shop: &TestShop, sql: &'static str) {
    shop.app().store.write(Statement::new(sql, Vec::new())).await.unwrap();
}

/// The sums of the thirty days: given, refused.
fn decided(view: &DashboardView) -> (u32, u32) {
    (view.days.iter().map(|day| day.authorized).sum(), view.days.iter().map(|day| day.declined).sum())
}

fn reasons(view: &DashboardView) -> Vec<(&str, u32)> {
    view.declines.iter().map(|decline| (decline.reason.as_str(), decline.count)).collect()
}

on_both_databases! {
    /// R53: each tile counts what the list it leads to shows, and nothing of another shop.
    async fn r53_a_tile_counts_what_its_list_shows(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let now = shop.app().clock.now_ms();
        many_orders::add(&shop.app().store, "demo", 900, now).await.unwrap();
        // An order that is not paid by Amazon Pay has no payment that waits for anything; these had.
        write(&shop, "update orders set payment_method = 'amazon_pay'").await;
        write(&shop, "insert into dispute (shop_id, dispute_id, received_at, answer_by) values ('demo', 'open', 1, 2)").await;
        write(&shop, "insert into dispute (shop_id, dispute_id, received_at, answer_by, answered_at) values ('demo', 'answered', 1, 2, 2)").await;
        write(&shop, "insert into correction (shop_id, correction_id, order_id, kind, amount, cause, since) values ('demo', 'c1', 'o', 'points', 5, 'cancel', 1), ('demo', 'c2', 'o', 'points', 5, 'cancel', 1)").await;
        for (id, state) in [("m1", "failed"), ("m2", "failed"), ("m3", "failed"), ("m4", "unconfirmed"), ("m5", "sent")] {
            let mail = "insert into mail (shop_id, mail_id, order_id, kind, recipient, after_capture, message_id, tells_pending, mail_state, attempts, due_at, created_at, version) values ('demo', $1, 'o', 'order_confirmation', 'a@example.jp', 0, 'x', 0, $2, 1, 1, 1, 1)";
            shop.app().store.write(Statement::new(mail, backend::values![id, state])).await.unwrap();
        }
        for (id, state) in [("s1", "payment_needed"), ("s2", "active")] {
            let subscription = "insert into subscription (shop_id, subscription_id, subscription_number, buyer_id, buyer_name, language, first_order_id, product_id, product_name, tax_percent, unit_price, quantity, shipping_fee, schedule, subscription_state, subscription, tries, failed_periods, charge_permission_id, permission_state, created_at, updated_at, version) values ('demo', $1, $1, 'b', 'b', 'ja', $1, 'coffee', 'coffee', 8, 1, 1, 0, '{}', $2, '{}', 0, 0, $1, 'chargeable', 1, 1, 1)";
            shop.app().store.write(Statement::new(subscription, backend::values![id, state])).await.unwrap();
        }
        let view = dashboard(&operator, "demo").await;
        assert_eq!(view.tiles.iter().map(|tile| tile.kind).collect::<Vec<_>>(), TileKind::ALL);
        let elsewhere =
            [TileKind::Disputes, TileKind::PaymentNeeded, TileKind::FailedRenewals, TileKind::EndedAtAmazon];
        for tile in view.tiles.iter().filter(|tile| !elsewhere.contains(&tile.kind)) {
            let Some(query) = &tile.query else { continue };
            assert_eq!(tile.count, listed(&operator, query).await, "{:?} {query}", tile.kind);
            assert!(!tile.more, "{:?}", tile.kind);
        }
        assert_eq!(tile(&view, TileKind::Uncaptured).query.as_deref(), Some("capturable=1"));
        for (kind, count) in [
            (TileKind::Disputes, 1), (TileKind::Corrections, 2), (TileKind::FailedMails, 3),
            (TileKind::UnconfirmedMails, 1), (TileKind::PaymentNeeded, 1),
        ] {
            assert_eq!(tile(&view, kind).count, count, "{kind:?}");
        }
        for kind in [TileKind::Uncaptured, TileKind::Declined, TileKind::CancelError, TileKind::AuthorizationPending] {
            assert!(tile(&view, kind).count > 0, "{kind:?}");
        }
        let other = dashboard(&operator, "other").await;
        assert!(other.tiles.iter().all(|tile| tile.count == 0 && !tile.more), "{:?}", other.tiles);
        // What was written by hand is no order.
        write(&shop, "delete from mail").await;
        shop.ends().await;
    }

    /// R53: 導入の状況 names what is still to be done: each step leaves it with what proves it, a shop's own.
    async fn r53_the_onboarding_state_follows_what_was_done(database) {
        use OnboardingStep as S;
        let mut shop = TestShop::on(database).await;
        shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
        let operator = shop.operator().await;
        assert_eq!(dashboard(&operator, "demo").await.to_do, S::ALL);
        let row = crate::desk::authorized(&shop, &operator, "coffee", 1).await;
        assert_eq!(dashboard(&operator, "demo").await.to_do, [S::Notification, S::Capture, S::Refund, S::MailServer, S::LiveKeys]);
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.control.release_notifications(false).await.unwrap();
        eventually("a notification came", async || {
            (dashboard(&operator, "demo").await.to_do == [S::Capture, S::Refund, S::MailServer, S::LiveKeys]).then_some(())
        })
        .await;
        operator.captures("run-1", &[&row]).await;
        let captured = operator.sees(row.number.as_str(), "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        assert_eq!(dashboard(&operator, "demo").await.to_do, [S::Refund, S::MailServer, S::LiveKeys]);
        let path = format!("/api/shops/demo/orders/{}/refunds", captured.id);
        let part = json!({ "version": captured.version, "amount": 100, "reason": "other" });
        let answer = operator.sends(Method::POST, &path, Some(&part)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        shop.advances(Duration::from_secs(60));
        eventually("money went back", async || {
            (dashboard(&operator, "demo").await.to_do == [S::MailServer, S::LiveKeys]).then_some(())
        })
        .await;
        assert_eq!(dashboard(&operator, "other").await.to_do, S::ALL);
        shop.ends().await;
    }

    /// R53: 売上請求待ち counts what may be captured now, a 決済エラー whose authorization stands included; the list's 未決済
    /// counts every Amazon Pay order under way that is not captured. One order of each kind.
    async fn r53_what_waits_for_capture_and_what_is_uncaptured_are_two_things(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, expired) = crate::reauthorization::expired(&mut shop, operator).await;
        nothing_is_due(&shop).await;
        let declined = shop.buyer().with_card("4354").buys("coffee", 1).await.order_number.unwrap().to_string();
        shop.advances(Duration::from_secs(31));
        operator.sees(&declined, "与信NG", |row| row.icon == Some(StatusIcon::AuthorizationDeclined)).await;
        let standing = crate::desk::authorized(&shop, &operator, "coffee", 1).await;
        let refusal = FaultKind::Status { status: 500, reason_code: Some("ProcessingFailure".to_owned()) };
        shop.control.fail(Some("captureCharge"), refusal, 1).await.unwrap();
        operator.captures("run-1", &[&standing]).await;
        operator.sees(standing.number.as_str(), "決済エラー", |row| row.icon == Some(StatusIcon::CaptureError)).await;
        crate::desk::captured(&shop, &operator, "coffee", 1).await;
        let authorized = crate::desk::authorized(&shop, &operator, "coffee", 1).await;
        let entered = crate::by_hand::entered_as("entered-1", "bank_transfer");
        let answer = operator.sends(Method::POST, "/api/shops/demo/entered-orders", Some(&entered)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);

        let view = dashboard(&operator, "demo").await;
        let waits = tile(&view, TileKind::Uncaptured);
        let ids = |page: OrderListPage| page.orders.into_iter().map(|row| row.number.to_string()).collect::<Vec<_>>();
        let query = waits.query.as_deref().unwrap();
        let listed = ids(crate::order_list::page(&operator, query).await);
        assert_eq!((waits.count, listed), (2, vec![authorized.number.to_string(), standing.number.to_string()]));
        let counts: OrderCounts = operator.sends(Method::GET, "/api/shops/demo/orders/counts", None).await.read();
        let listed = ids(crate::order_list::page(&operator, &counts.chips[0].query).await);
        let open = [&authorized.number, &standing.number].map(ToString::to_string);
        assert_eq!(listed, [open[0].clone(), open[1].clone(), declined, expired.number.to_string()]);
        assert_eq!(counts.chips[0].count, 4);
        shop.ends().await;
    }

    /// R53: a renewal that was softly declined is counted while it is tried again and no more once it is paid; one that was
    /// given up stays. The tile leads to the list of 定期管理 that has them.
    async fn r53_failed_renewals_are_counted_until_they_are_paid(database) {
        let mut shop = renewal::shop_with(database, "{}").await;
        let mut operator = shop.operator().await;
        renewal::begun(&shop, Cycle::Months { every: 1 }).await;
        let failed = async |operator: &Operator| {
            let view = dashboard(operator, "demo").await;
            let tile = tile(&view, TileKind::FailedRenewals).clone();
            let path = format!("/api/shops/demo/subscriptions?{}", tile.query.unwrap());
            let page: SubscriptionPage = operator.sends(Method::GET, &path, None).await.read();
            assert_eq!(page.subscriptions.len(), usize::try_from(tile.count).unwrap());
            tile.count
        };
        assert_eq!(failed(&operator).await, 0);
        shop.control.order_outcome("createCharge", "SoftDeclined", 1).await.unwrap();
        shop.advances(renewal::DAY * 31);
        renewal::happens(&shop, "declined", |event| matches!(event, RenewalEvent::Declined { .. })).await;
        operator = operator.signs_in_again().await;
        assert_eq!(failed(&operator).await, 1);
        shop.advances(renewal::DAY);
        renewal::happens(&shop, "retried", |event| *event == RenewalEvent::Retried).await;
        renewal::paid(&mut shop, 1).await;
        renewal::happens(&shop, "paid", |event| *event == RenewalEvent::Paid).await;
        operator = operator.signs_in_again().await;
        assert_eq!(failed(&operator).await, 0);

        shop.control.order_outcome("createCharge", "SoftDeclined", 100).await.unwrap();
        let half = Duration::from_secs(12 * 3600);
        eventually_later(&mut shop, "given up", half, async |shop| {
            renewal::names(shop).await.contains(&"gave_up").then_some(())
        })
        .await;
        operator = operator.signs_in_again().await;
        assert_eq!(failed(&operator).await, 1);
        shop.ends().await;
    }

    /// R53: a count stops at 1,000 and says that there are more.
    async fn r53_a_count_stops_at_a_thousand(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let now = shop.app().clock.now_ms();
        many_orders::add(&shop.app().store, "demo", 2_000, now).await.unwrap();
        write(&shop, "insert into dispute (shop_id, dispute_id, received_at, answer_by) select 'demo', 'd' || order_id, 1, 2 from orders where shop_id = 'demo'").await;
        let view = dashboard(&operator, "demo").await;
        for kind in [TileKind::Uncaptured, TileKind::Disputes] {
            let tile = tile(&view, kind);
            assert_eq!((tile.count, tile.more), (1_000, true), "{kind:?}");
        }
        write(&shop, "delete from dispute where dispute_id not in (select dispute_id from dispute order by dispute_id limit 1000)").await;
        let exactly = dashboard(&operator, "demo").await;
        assert_eq!((tile(&exactly, TileKind::Disputes).count, tile(&exactly, TileKind::Disputes).more), (1_000, false));
        shop.ends().await;
    }

    /// R47, R53: an authorization is in the tiles of 7, 3 and 1 days as its end comes nearer, and in none once captured.
    async fn r53_ending_authorizations_come_nearer(database) {
        let mut shop = TestShop::on(database).await;
        let mut operator = shop.operator().await;
        let row = crate::desk::authorized(&shop, &operator, "coffee", 1).await;
        let hour = Duration::from_secs(3600);
        for (ahead, expected) in [(0, [0, 0, 0]), (22 * 24 + 1, [1, 0, 0]), (4 * 24, [1, 1, 0]), (2 * 24, [1, 1, 1])] {
            shop.advances(hour * ahead);
            operator = operator.signs_in_again().await;
            let view = dashboard(&operator, "demo").await;
            let kinds = [TileKind::EndingIn7, TileKind::EndingIn3, TileKind::EndingIn1];
            assert_eq!(kinds.map(|kind| tile(&view, kind).count), expected, "after {ahead} hours more");
            assert_eq!(tile(&view, TileKind::Uncaptured).count, 1);
        }
        let seen = operator.sees(row.number.as_str(), "the order", |row| row.may_capture).await;
        operator.captures("run-1", &[&seen]).await;
        let view = dashboard(&operator, "demo").await;
        assert!(view.tiles.iter().all(|tile| tile.count == 0), "{:?}", view.tiles);
        shop.ends().await;
    }

    /// R53: an authorization and a decline count once, at the press or when Amazon decides, whoever tells it how often.
    async fn r53_each_decision_of_amazons_counts_once(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let empty = dashboard(&operator, "demo").await;
        assert_eq!((decided(&empty), empty.declines.len(), empty.last_notification_at), ((0, 0), 0, None));
        assert_eq!(empty.days.len(), usize::try_from(DAYS).unwrap());

        shop.buyer().buys("coffee", 1).await;
        let declined = shop.buyer().with_card("3434");
        let purchase = declined.goes_to_review("coffee", 1).await;
        declined.pays(&purchase).await;
        for _ in 0..3 {
            declined.completes(&purchase).await;
        }
        shop.buyer().with_card("3064").buys("coffee", 1).await; // left at Amazon: no decline
        let view = dashboard(&operator, "demo").await;
        assert_eq!((decided(&view), reasons(&view)), ((1, 1), vec![("Declined", 1)]));
        let today = view.days.last().unwrap();
        assert_eq!((today.authorized, today.declined), (1, 1));
        assert_eq!(today.day, backend::service::date_in_japan(shop.app().clock.now()).to_string());

        let mut numbers = Vec::new();
        for card in ["0701", "4354", "4354"] {
            numbers.push(shop.buyer().with_card(card).buys("coffee", 1).await.order_number.unwrap().to_string());
        }
        assert_eq!(decided(&dashboard(&operator, "demo").await), (1, 1), "pending is not decided");
        shop.advances(Duration::from_secs(31));
        for (number, icon) in numbers.iter().zip([
            StatusIcon::Authorized, StatusIcon::AuthorizationDeclined, StatusIcon::AuthorizationDeclined,
        ]) {
            operator.sees(number, "decided", |row| row.icon == Some(icon)).await;
        }
        // Told again, by notifications and by asking.
        for charge in shop.control.charges().await.unwrap() {
            let note = json!({ "merchantId": "A1TESTMERCHANT1", "objectType": "CHARGE", "objectId": charge["chargeId"] });
            shop.control.post("notifications", note).await.unwrap();
        }
        shop.control.flush_notifications().await.unwrap();
        let unhandled = "select count(*) as n from notification where handled_at is null";
        loop {
            let left = shop.count(unhandled).await;
            if left == 0 {
                break;
            }
            // Amazon may be asked only so fast; time makes room.
            shop.advances(Duration::from_secs(60));
            eventually("some are handled", async || (shop.count(unhandled).await < left).then_some(())).await;
        }
        let view = dashboard(&operator, "demo").await;
        assert_eq!((decided(&view), reasons(&view)), ((2, 3), vec![("HardDeclined", 2), ("Declined", 1)]));
        assert!(view.last_notification_at.is_some());

        let other = dashboard(&operator, "other").await;
        assert_eq!((decided(&other), other.declines.len(), other.last_notification_at), ((0, 0), 0, None));
        // Thirty days on nothing of it is shown.
        shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
        write(&shop, "update daily_total set day = '2020-01-01'").await;
        let later = dashboard(&operator, "demo").await;
        assert_eq!((decided(&later), later.declines.len()), ((0, 0), 0));
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.ends().await;
    }
}

/// R53, R70: the dashboard needs the right to look.
#[tokio::test]
async fn r53_the_dashboard_needs_the_right_to_look() {
    let mut shop = TestShop::on(Database::Sqlite).await;
    let operator = shop.operator().await;
    let path = "/api/shops/demo/dashboard";
    write(&shop, "update operator_shop set rights = 'capture' where shop_id = 'demo'").await;
    assert_eq!(operator.sends(Method::GET, path, None).await.code(), Some(Code::NotAllowed));
    write(&shop, "update operator_shop set rights = 'view' where shop_id = 'demo'").await;
    assert_eq!(operator.sends(Method::GET, path, None).await.status, 200);
    let signed_out = shop.http.get(format!("{}{path}", shop.public_url())).send().await.unwrap();
    assert_eq!(signed_out.status(), 401);
    shop.ends().await;
}

/// R53: no count of the dashboard reads a table from end to end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r53_every_count_uses_an_index() {
    for database in [Database::Sqlite, Database::Postgres] {
        let folder = tempfile::tempdir().unwrap();
        let url = match database {
            Database::Sqlite => format!("sqlite:{}", folder.path().join("noren.db").display()),
            Database::Postgres => {
                format!("{}?options=-c%20enable_seqscan%3Doff", postgres::fresh_database().await)
            }
        };
        let store = Store::open(&url, NOW).await.unwrap();
        many_orders::add(&store, "demo", 4_000, NOW).await.unwrap();
        store.write(Statement::new("analyze", Vec::new())).await.unwrap();
        let shop = ShopId::new("demo").unwrap();
        let mut queries = vec![last_received_query(&shop)];
        for kind in TileKind::ALL {
            match source(kind) {
                Source::Orders(filter) => {
                    let plan = Plan::new(&shop, &filter, None, None, NOW);
                    queries.extend(plan.queries(&shop, None, COUNT_LIMIT + 1));
                }
                Source::Rows(counted, _) => queries.push(count_query(&shop, counted, COUNT_LIMIT)),
                Source::Subscriptions(filter) => queries.push(
                    run_of(filter, jiff::Timestamp::from_millisecond(NOW).unwrap())
                        .count_query(&shop, COUNT_LIMIT + 1),
                ),
            }
        }
        queries.push(count_query(&shop, Counted::Mails(MailState::Failed), COUNT_LIMIT));
        let proofs = OnboardingStep::ALL.into_iter().flat_map(proofs);
        queries.extend(proofs.map(|proof| count_query(&shop, *proof, 1)));
        let (text, values) = since_query(&shop, jiff::civil::date(2026, 11, 1));
        queries.push(Sql { text: text.to_owned(), values });
        for query in queries {
            crate::order_list::uses_an_index(&store, database, &query).await;
        }
        store.close().await;
    }
}

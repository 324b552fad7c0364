//! Each filter of 受注一覧 against orders whose answer a person can tell, written out.

use crate::by_hand::{changes, entered_as};
use crate::order_list::page;
use backend::service::date_in_japan;
use backend::store::orders::{self, Order};
use integration_tests::{Operator, TestShop, many_orders, on_both_databases};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use shared::cart::Totals;
use shared::id::{OrderId, OrderNumber, ShopId};
use shared::money::Yen;
use shared::order::{OrderOrigin, OrderStatus};
use shared::payment::{Payment, Reason};
use shared::payment_method::PaymentMethod;

fn yen(amount: i64) -> Yen {
    Yen::new(amount).unwrap()
}

/// Twelve orders, `a01` the newest, each a day before the one above it.
fn twelve(base: &Order, now: Timestamp) -> Vec<Order> {
    use OrderStatus as S;
    let days = |days: i64| SignedDuration::from_hours(days * 24);
    let (at, reason) = (now, || Reason::new("ProcessingFailure"));
    let authorized = |total, left| Payment::Authorized {
        amount: yen(total),
        authorized_at: now,
        expires_at: now + days(left),
    };
    let captured = |total, refunded| Payment::Captured {
        captured: yen(total),
        refunded: yen(refunded),
        captured_at: now,
    };
    let amounts = [900, 1_500, 2_500, 4_000, 12_000, 3_000, 60_000, 5_000, 999, 1_000, 700, 200_000];
    let of = |index: usize| yen(amounts[index]);
    let stands = [
        (S::New, authorized(900, 2)),
        (S::New, authorized(1_500, 20)),
        (S::Preparing, captured(2_500, 0)),
        (S::Shipped, captured(4_000, 0)),
        (S::Shipped, captured(12_000, 10)),
        (S::Canceled, Payment::Refunded { captured: of(5), at }),
        (
            S::Canceled,
            Payment::RefundPending {
                captured: of(6),
                refunded: yen(0),
                pending: of(6),
                captured_at: at,
                since: at,
            },
        ),
        (
            S::Canceled,
            Payment::RefundFailed {
                captured: of(7),
                refunded: yen(0),
                failed: of(7),
                captured_at: at,
                reason: reason(),
                at,
            },
        ),
        (S::New, Payment::AuthorizationDeclined { amount: of(8), reason: reason(), at }),
        (
            S::New,
            Payment::CaptureFailed { amount: of(9), reason: reason(), at, retry_until: Some(now + days(5)) },
        ),
        (S::Shipped, Payment::Canceled { amount: of(10), at }),
        (S::New, Payment::Expired { amount: of(11), at }),
    ];
    let made = stands.into_iter().enumerate().map(|(index, (order_status, payment))| {
        let number = index + 1;
        let placed_at = (now - days(i64::try_from(number).unwrap())).as_millisecond();
        let mut order = Order {
            id: OrderId::new(format!("a{number:02}")).unwrap(),
            number: OrderNumber::new(format!("N-{number:02}")).unwrap(),
            order_status,
            payment,
            origin: OrderOrigin::Checkout,
            method: PaymentMethod::AmazonPay,
            totals: Totals { goods: of(index), total: of(index), shipping_fee: yen(0), ..base.totals },
            placed_at,
            version: 1,
            ..base.clone()
        };
        match number {
            2 | 5 => order.origin = OrderOrigin::Renewal,
            4 => order.desk.disputed = true,
            11 => (order.method, order.origin) = (PaymentMethod::BankTransfer, OrderOrigin::Operator),
            12 => order.desk.replaced_by = Some(OrderId::new("a01").unwrap()),
            _ => {}
        }
        order
    });
    made.collect()
}

async fn found(operator: &Operator, query: &str) -> Vec<String> {
    let page = page(operator, &format!("{query}&limit=200")).await;
    assert!(page.next.is_none() && !page.bounded, "{query}");
    page.orders.into_iter().map(|row| row.id.to_string()).collect()
}

on_both_databases! {
    /// R51: each filter shows exactly the orders it means, newest first.
    async fn r51_each_filter_shows_the_orders_it_means(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let entered = entered_as("base", "bank_transfer");
        let answer = operator.sends(Method::POST, "/api/shops/demo/entered-orders", Some(&entered)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let store = &shop.app().store;
        let demo = ShopId::new("demo").unwrap();
        let reader = store.reader().await.unwrap();
        let base = orders::find(&reader, &demo, &OrderId::new("base").unwrap()).await.unwrap().unwrap();
        drop(reader);
        let now = shop.app().clock.now();
        for order in twelve(&base, now) {
            store.write(orders::insert(&order)).await.unwrap();
            store.write(orders::save(&order, now.as_millisecond())).await.unwrap();
        }
        changes(&shop, "delete from orders where order_id = 'base'", Vec::new()).await;
        let day = |days: i64| date_in_japan(now - SignedDuration::from_hours(days * 24)).to_string();
        let period = format!("from={}&until={}", day(3), day(2));
        let all: Vec<String> = (1..=12).map(|number| format!("a{number:02}")).collect();
        assert_eq!(found(&operator, "").await, all);
        for (query, ids) in [
            (period.as_str(), "2 3"),
            ("status=new", "1 2 9 10 12"),
            ("status=preparing", "3"),
            ("status=shipped", "4 5 11"),
            ("status=canceled", "6 7 8"),
            ("payment=captured", "3 4 5 6 7 8"),
            ("payment=uncaptured", "1 2 9 10 11 12"),
            ("icon=authorized", "1 2 3 4"),
            ("icon=partly_refunded", "5"),
            ("icon=none", "6"),
            ("icon=refund_pending", "7"),
            ("icon=cancel_error_still_charged", "8"),
            ("icon=authorization_declined", "9"),
            ("icon=capture_error,expired", "10 12"),
            ("icon=expired&unreplaced=1", ""),
            ("origin=renewal", "2 5"),
            ("origin=operator", "11"),
            ("method=bank_transfer", "11"),
            ("days_left=3", "1"),
            ("days_left=20", "1 2"),
            ("max=999", "1 9 11"),
            ("min=1000&max=4000", "2 3 4 6 10"),
            ("min=60000", "7 12"),
            ("unshipped=1", "3"),
            ("error=1", "8 9 10"),
            ("disputed=1", "4"),
            ("capturable=1", "1 2 10"),
            ("status=new&min=1000", "2 10 12"),
            ("payment=captured&status=shipped", "4 5"),
        ] {
            let expected: Vec<String> = ids.split_whitespace().map(|id| format!("a{id:0>2}")).collect();
            assert_eq!(found(&operator, query).await, expected, "{query}");
        }
        shop.ends().await;
    }

    /// R51: a search that looks at many orders for one stops, says so, and goes on from there (続きを探す).
    async fn r51_a_search_that_stops_goes_on(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        many_orders::add(&shop.app().store, "demo", 3_600, shop.app().clock.now_ms()).await.unwrap();
        let sql = "update orders set order_origin = 'operator', order_status = 'shipped'";
        changes(&shop, sql, Vec::new()).await;
        let one = "update orders set order_origin = 'checkout' where order_id = (select order_id from orders order by placed_at, order_id limit 1)";
        changes(&shop, one, Vec::new()).await;
        let query = "status=shipped&origin=checkout,renewal";
        let mut pages = Vec::new();
        let mut before = String::new();
        loop {
            let page = page(&operator, &format!("{query}{before}")).await;
            assert_eq!(page.bounded, page.next.is_some(), "it stopped, or it is at the end");
            pages.push(page.orders.len());
            let Some(next) = page.next else { break };
            before = format!("&before={next}");
        }
        assert!(pages.len() >= 2 && pages[0] == 0, "{pages:?}");
        assert_eq!(pages.iter().sum::<usize>(), 1, "{pages:?}");
        shop.ends().await;
    }
}

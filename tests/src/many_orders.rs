//! Orders by the thousand, written straight through the store's batches: for looking at how the order list is answered
//! and how fast. What they hold follows from their number, so that two runs are alike.

use backend::store::{Batch, Statement, Store, StoreError, Value, values};
use jiff::Timestamp;
use jiff::civil::date;
use shared::cart::Totals;
use shared::id::OrderNumber;
use shared::money::Yen;
use shared::order::{OrderOrigin, OrderStatus};
use shared::order_term::{Findable, terms};
use shared::payment::{Payment, PaymentEvent, Reason};
use shared::payment_method::PaymentMethod;

/// Milliseconds between two orders.
const APART: i64 = 30_000;
/// Orders of one batch.
const AT_ONCE: u64 = 400;
const FAMILY: [&str; 20] = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
    "木村",
    "林",
    "斎藤",
    "清水",
];
const GIVEN: [&str; 25] = [
    "蓮", "陽翔", "湊", "朝陽", "樹", "大和", "悠真", "新", "蒼", "凪", "陽葵", "凛", "紬", "結愛", "芽依",
    "葵", "咲良", "心春", "杏", "花子", "太郎", "一郎", "健太", "美咲", "直樹",
];

/// Adds `count` orders of the shop, the newest placed at `now` (Unix ms).
///
/// # Errors
/// The database's.
pub async fn add(store: &Store, shop: &str, count: u64, now: i64) -> Result<(), StoreError> {
    let mut number = 0;
    while number < count {
        let mut batch = Batch::new();
        for number in number..(number + AT_ONCE).min(count) {
            let age = i64::try_from(count - 1 - number).unwrap_or(0) * APART;
            order(shop, number, now - age, now).into_iter().for_each(|statement| {
                batch.push(statement);
            });
        }
        store.write(batch).await?;
        number += AT_ONCE;
    }
    Ok(())
}

/// The name of the buyer of an order.
pub fn name_of(number: u64) -> String {
    let mixed = mix(number);
    let pick = |from: &[&'static str], by: u64| from[usize::try_from(by).unwrap_or(0) % from.len()];
    format!("{} {}", pick(&FAMILY, mixed % 1_009), pick(&GIVEN, mixed / 1_009))
}

/// The number of an order, as people say it.
pub fn number_of(number: u64) -> String {
    // Neighbors look as different as drawn ones: the factor shares no divisor with the 31⁵ numbers of a day.
    let mut rest = number * 7_368_787 % 31_u64.pow(5);
    let drawn = [(); 5].map(|()| {
        let digit = u8::try_from(rest % 31).unwrap_or(0);
        rest /= 31;
        digit
    });
    OrderNumber::from_parts(date(2026, 11, 24), drawn).to_string()
}

/// Our id of an order.
pub fn id_of(number: u64) -> String {
    format!("order-{number:010}")
}

/// The yen of an order.
pub fn yen_of(number: u64) -> Yen {
    Yen::new(i64::try_from(500 + mix(number) % 40_000).unwrap_or(500)).expect("an amount")
}

/// The phone number of an order.
pub fn phone_of(number: u64) -> String {
    format!("090{:08}", mix(number) % 100_000_000)
}

/// Numbers that look random and are the same in every run.
const fn mix(number: u64) -> u64 {
    let mixed = (number ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 11
}

fn order(shop: &str, number: u64, placed_at: i64, now: i64) -> [Statement; 2] {
    let at = Timestamp::from_millisecond(placed_at).expect("a moment");
    let (payment, status) = fate(yen_of(number), at, now, mix(number));
    let method = match mix(number) % 50 {
        0 => PaymentMethod::BankTransfer,
        1 => PaymentMethod::CashOnDelivery,
        _ => PaymentMethod::AmazonPay,
    };
    with_payment(shop, number, placed_at, method, &payment, status)
}

/// An order and what it is found by; the payment is of [`yen_of`] the number.
pub fn with_payment(
    shop: &str,
    number: u64,
    placed_at: i64,
    method: PaymentMethod,
    payment: &Payment,
    status: OrderStatus,
) -> [Statement; 2] {
    let (mixed, yen, id) = (mix(number), yen_of(number), id_of(number));
    let origin = match mixed % 20 {
        0 => OrderOrigin::Operator,
        1..6 => OrderOrigin::Renewal,
        _ => OrderOrigin::Checkout,
    };
    let totals = Totals { goods: yen, total: yen, ..no_totals() };
    let (name, phone) = (name_of(number), phone_of(number));
    let mail = format!("buyer{number}@example.jp");
    let permission = format!("S03-{:07}-{:07}", number / 10_000_000, number % 10_000_000);
    let charge = format!("{permission}-C000001");
    let json = |value: serde_json::Result<String>| value.expect("plain JSON");
    let insert = Statement::new(
        "insert into orders (shop_id, order_id, order_number, order_status, order_origin, payment_method,
           payment_state, payment, total, totals, order_lines, buyer_name, buyer_mail, buyer_phone, area_not_served,
           charge_permission_id, charge_id, expires_at, placed_at, updated_at, version, terms_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '[]', $11, $12, $13, 0, $14, $15, $16, $17, $17, 1, 1)",
        values![
            shop,
            &id,
            number_of(number),
            status.name(),
            origin.name(),
            method.name(),
            payment.state().name(),
            json(serde_json::to_string(payment)),
            yen,
            json(serde_json::to_string(&totals)),
            &name,
            &mail,
            &phone,
            &permission,
            &charge,
            payment.expires_at().map(|at| at.as_millisecond()),
            placed_at
        ],
    );
    let kept = terms(Findable {
        names: &[&name],
        phones: &[&phone],
        mails: &[&mail],
        number: &number_of(number),
        amazon_ids: &[&permission, &charge],
    });
    let mut values: Vec<Value> = values![shop, placed_at, &id];
    let mut rows = Vec::new();
    for term in kept {
        values.push(term.into());
        rows.push(format!("(${})", values.len()));
    }
    // Values are numbered by their first appearance.
    let sql = format!(
        "insert into order_term (shop_id, placed_at, order_id, term)
         select cast($1 as text), cast($2 as bigint), cast($3 as text), t.column1 from (values {}) t
         where 1 = 1 on conflict do nothing",
        rows.join(", ")
    );
    [insert, Statement::new(sql, values)]
}

/// Most orders are captured and shipped; the newest are not yet, and a few have trouble.
fn fate(yen: Yen, at: Timestamp, now: i64, mixed: u64) -> (Payment, OrderStatus) {
    let fresh = now - at.as_millisecond() < 4 * 86_400_000;
    let authorized = Payment::authorized(yen, at);
    let with = |event| authorized.clone().apply(event).unwrap_or_else(|_| authorized.clone());
    let captured = || with(PaymentEvent::Captured { amount: yen, at });
    let reason = Reason::new("SoftDeclined");
    match mixed / 7 % 1_000 {
        0..3 => (Payment::pending(yen, at), OrderStatus::New),
        3..8 => (Payment::AuthorizationDeclined { amount: yen, reason, at }, OrderStatus::New),
        8..10 => {
            (with(PaymentEvent::CaptureRefused { reason, at, retry_until: None }), OrderStatus::Preparing)
        }
        10..40 => (with(PaymentEvent::Canceled { at }), OrderStatus::Canceled),
        40..42 => (with(PaymentEvent::CancelRefused { reason, at }), OrderStatus::Canceled),
        42..50 if !fresh => (with(PaymentEvent::Expired { at }), OrderStatus::New),
        50..56 => {
            let refund = PaymentEvent::RefundStarted { amount: yen, at };
            (captured().apply(refund).unwrap_or_else(|_| authorized.clone()), OrderStatus::Canceled)
        }
        _ if fresh && mixed.is_multiple_of(3) => (captured(), OrderStatus::Preparing),
        _ if fresh => (authorized, OrderStatus::New),
        56..60 => (captured(), OrderStatus::Preparing),
        _ => (captured(), OrderStatus::Shipped),
    }
}

fn no_totals() -> Totals {
    let none = Yen::new(0).expect("nothing");
    Totals {
        goods: none,
        shipping_fee: none,
        handling_fees: none,
        points_used: none,
        coupon_discount: none,
        total: none,
        tax_reduced: none,
        tax_standard: none,
    }
}

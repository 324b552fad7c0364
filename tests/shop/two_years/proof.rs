//! What has to be true after two years.

use super::people::{Life, Member, UNPAID};
use super::{demo, midnight};
use backend::service::date_in_japan;
use backend::store::Row;
use backend::store::orders::{self, Order};
use backend::store::subscriptions::{self, EventRow, PeriodRow, Subscription};
use integration_tests::TestShop;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use shared::cycle::Cycle;
use shared::id::OrderId;
use shared::monthly_cap::Month;
use shared::order::OrderOrigin;
use shared::renewal::due_at;
use shared::subscription::{PeriodOutcome, SubscriptionState};
use std::collections::{BTreeMap, BTreeSet};

/// Yen a month.
const OF_PERMISSION: i64 = 100_000;
const OF_BUYER: i64 = 130_000;
/// Of the shop.
const LEAD_DAYS: u8 = 3;

/// What 500 subscriptions meet in two years; "went on" after a payment that was needed.
const EVERYTHING: [&str; 8] =
    ["retried", "declined", "payment_needed", "went on", "deferred", "gave_up", "ended", "address_changed"];

/// Everything.
pub async fn of_everything(shop: &TestShop, life: &Life) {
    let orders = all_orders(shop).await;
    let mut told = BTreeMap::<&str, u32>::new();
    let mut exact = 0;
    let mut happened = BTreeSet::new();
    for member in &life.members {
        let seen = Seen::of(shop, member).await;
        happened.extend(seen.events.iter().map(|(_, name)| name.clone()));
        if seen.went_on() {
            happened.insert("went on".to_owned());
        }
        of_periods(shop, member, &seen, &orders, &mut told);
        exact += on_time(&seen, &orders);
        of_addresses(member, &seen, &orders, life);
    }
    let renewals = orders.values().filter(|order| order.origin == OrderOrigin::Renewal).count();
    let ordered = *told.get("ordered").unwrap();
    assert_eq!(renewals, usize::try_from(ordered).unwrap(), "no order is of no period");
    of_caps(shop).await;
    of_charges(shop, &orders).await;
    // The two years were what they should have been: everything happened, most of it just so.
    println!("{told:?} {:?}, {exact} on the day", life.done);
    assert!(exact * 2 > ordered, "{exact} of {ordered} on the day");
    for what in ["skipped", "dropped"] {
        assert!(told.contains_key(what), "{told:?}");
    }
    // A few subscriptions need not meet everything.
    for what in EVERYTHING.iter().filter(|_| life.members.len() >= 500) {
        assert!(happened.contains(*what), "never {what}: {happened:?}");
    }
}

/// What is kept of one subscription.
struct Seen {
    row: Subscription,
    periods: Vec<PeriodRow>,
    events: Vec<(i64, String)>,
}

impl Seen {
    async fn of(shop: &TestShop, member: &Member) -> Self {
        let reader = shop.app().store.reader().await.unwrap();
        let row = subscriptions::find(&reader, &demo(), &member.id).await.unwrap().unwrap();
        let mut periods = subscriptions::periods(&reader, &demo(), &member.id, 1_000).await.unwrap();
        periods.reverse();
        let events: Vec<EventRow<Value>> = subscriptions::events(&reader, &demo(), &member.id).await.unwrap();
        let name = |event: &Value| event["event"].as_str().unwrap().to_owned();
        let events = events.iter().map(|row| (row.at, name(&row.event))).collect();
        Self { row, periods, events }
    }

    /// Resumed or paid after a payment was needed.
    fn went_on(&self) -> bool {
        let needed = self.events.iter().filter(|(_, name)| name == "payment_needed").map(|(at, _)| *at).min();
        needed.is_some_and(|needed| {
            self.events.iter().any(|(at, name)| *at > needed && (name == "resumed" || name == "paid"))
        })
    }

    fn happened(&self, names: &[&str]) -> bool {
        self.events.iter().any(|(_, name)| names.contains(&name.as_str()))
    }
}

async fn all_orders(shop: &TestShop) -> BTreeMap<OrderId, Order> {
    let reader = shop.app().store.reader().await.unwrap();
    let rows = reader.rows("select order_id from orders where shop_id = 'demo'", Vec::new()).await.unwrap();
    let mut found = BTreeMap::new();
    for row in &rows {
        let id: OrderId = row.parse("order_id").unwrap();
        let order = orders::find(&reader, &demo(), &id).await.unwrap().unwrap();
        found.insert(id, order);
    }
    found
}

/// The delivery of `period` by a calendar of our own: days of the month are counted, the last one kept.
fn date_of(member: &Member, period: u32) -> Date {
    let anchors = member.moves.iter().chain([&member.anchor]);
    let (first, anchor) = anchors.rev().find(|(from, _)| *from <= period).copied().unwrap();
    let count = i64::from(period - first);
    match member.cycle {
        Cycle::Weeks { every } => anchor + (count * i64::from(every) * 7).days(),
        Cycle::Months { every } => {
            let mut month = anchor.first_of_month();
            for _ in 0..count * i64::from(every) {
                month = month.last_of_month().tomorrow().unwrap();
            }
            let mut day = month;
            while day.day() < anchor.day() && day.tomorrow().unwrap().month() == month.month() {
                day = day.tomorrow().unwrap();
            }
            day
        }
    }
}

/// R15: one row for each period that has passed and none for another; each an order of its own, or a reason.
fn of_periods(
    shop: &TestShop,
    member: &Member,
    seen: &Seen,
    orders: &BTreeMap<OrderId, Order>,
    told: &mut BTreeMap<&'static str, u32>,
) {
    let id = &member.id;
    let passed: Vec<u32> = seen.periods.iter().map(|row| row.period).collect();
    let expected: Vec<u32> = (2..seen.row.schedule.period).collect();
    assert_eq!(passed, expected, "{id}: every period once, none left out");
    for row in &seen.periods {
        assert_eq!(row.delivery, date_of(member, row.period), "{id} {}: {:?}", row.period, member.cycle);
        let own: Vec<&Order> = orders
            .values()
            .filter(|order| {
                order.subscription.as_ref().is_some_and(|of| of.id == *id && of.period == row.period)
            })
            .collect();
        let ids: Vec<_> = own.iter().map(|order| order.id.clone()).collect();
        assert_eq!(ids, Vec::from_iter(row.order_id.clone()), "{id} {}: {:?}", row.period, row.outcome);
        let fits = match row.outcome {
            PeriodOutcome::Ordered => row.order_id.is_some() && row.reason.is_none(),
            PeriodOutcome::Skipped => row.order_id.is_none() && row.reason.is_none(),
            PeriodOutcome::Dropped => row.order_id.is_none() && row.reason.is_some(),
        };
        assert!(fits, "{id} {row:?}");
        *told.entry(row.outcome.name()).or_default() += 1;
    }
    // Nothing that is due was forgotten.
    let now = shop.app().clock.now();
    if seen.row.state == SubscriptionState::Active && seen.row.current_order_id.is_none() {
        let due = due_at(seen.row.schedule.next().unwrap(), LEAD_DAYS);
        let put_off = seen.row.due_at.is_some_and(|at| at > now.as_millisecond());
        let deferred = seen.row.told.deferred_until.is_some_and(|until| until > now);
        assert!(due > now && put_off || deferred, "{id} is overdue since {due}");
    }
    if member.ended {
        assert!(matches!(seen.row.state, SubscriptionState::Ended { .. }), "{id}: {:?}", seen.row.state);
    }
}

/// R15: what nothing was in the way of was ordered on its day. Gives how many were.
fn on_time(seen: &Seen, orders: &BTreeMap<OrderId, Order>) -> u32 {
    let hindered =
        ["deferred", "payment_needed", "moved", "resumed", "retried", "gave_up", "dropped", "skipped"];
    let free = !seen.happened(&hindered);
    let mut exact = 0;
    for row in &seen.periods {
        let Some(order) = row.order_id.as_ref().map(|id| &orders[id]) else { continue };
        let placed = Timestamp::from_millisecond(order.placed_at).unwrap();
        let due = row.delivery - i64::from(LEAD_DAYS).days();
        assert!(placed >= midnight(due), "{}: {} before its day", seen.row.id, row.period);
        let on_the_day = date_in_japan(placed) == due;
        // The first one may have been due before the two years began.
        assert!(on_the_day || !free || row.period == 2, "{}: {} on {placed}", seen.row.id, row.period);
        exact += u32::from(on_the_day);
    }
    exact
}

/// R21: each order went to the last address that reached its delivery before it was captured or canceled.
fn of_addresses(member: &Member, seen: &Seen, orders: &BTreeMap<OrderId, Order>, life: &Life) {
    for row in &seen.periods {
        let Some(order) = row.order_id.as_ref().map(|id| &orders[id]) else { continue };
        let until = life.fixed.get(&order.id).copied().unwrap_or(i64::MAX).max(order.placed_at);
        // On the day on which it really came.
        let came = order.subscription.as_ref().unwrap().delivery;
        let reaches = |at: i64, from: Date| at <= until && from <= came;
        let last = member.addresses.iter().rev().find(|change| reaches(change.at, change.from));
        let address = &last.unwrap_or(&member.addresses[0]).address;
        let lines = |address: &shared::address::DeliveryAddress| address.lines.clone();
        let found = order.address.as_ref().map(lines);
        let changes: Vec<_> = member.addresses.iter().map(|change| (change.at, change.from)).collect();
        assert_eq!(
            found,
            Some(lines(address)),
            "{}: {row:?}, for {came}, placed {}, {:?}, fixed {until}; changes {changes:?}; {:?}",
            member.id,
            order.placed_at,
            order.payment,
            seen.events,
        );
    }
}

/// R16–R18: no month of Japan came to more than its cap, in our books or in Amazon's, canceled charges counted.
async fn of_caps(shop: &TestShop) {
    let reader = shop.app().store.reader().await.unwrap();
    let sql = "select charge_permission_id, buyer_id, month, amount from cap_reservation
                where shop_id = 'demo' and reservation_state <> 'given_back'";
    let mut ours = BTreeMap::<(String, i64), i64>::new();
    let mut of_buyers = BTreeMap::<(String, i64), i64>::new();
    for row in &reader.rows(sql, Vec::new()).await.unwrap() {
        let (month, amount) = (row.int("month").unwrap(), row.int("amount").unwrap());
        let text = |row: &Row, name| row.text(name).unwrap().to_owned();
        *ours.entry((text(row, "charge_permission_id"), month)).or_default() += amount;
        *of_buyers.entry((format!("buyer:{}", text(row, "buyer_id")), month)).or_default() += amount;
    }
    let mut theirs = BTreeMap::<(String, i64), i64>::new();
    for charge in shop.control.charges().await.unwrap() {
        if charge["statusDetails"]["state"] == "Declined" {
            continue;
        }
        let at: Timestamp = charge["creationTimestamp"].as_str().unwrap().parse().unwrap();
        let amount: i64 = charge["chargeAmount"]["amount"].as_str().unwrap().parse().unwrap();
        let permission = charge["chargePermissionId"].as_str().unwrap().to_owned();
        *theirs.entry((permission, Month::in_japan(at).number())).or_default() += amount;
    }
    // What we counted is what Amazon charged.
    let keys: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    for key in keys {
        assert_eq!(ours.get(key), theirs.get(key), "{key:?}");
    }
    let totals =
        reader.rows("select subject, month, used from monthly_total where shop_id = 'demo'", Vec::new());
    let mut books = BTreeMap::new();
    for row in &totals.await.unwrap() {
        let subject = row.text("subject").unwrap().to_owned();
        books.insert((subject, row.int("month").unwrap()), row.int("used").unwrap());
    }
    for (counted, cap) in [(&ours, OF_PERMISSION), (&of_buyers, OF_BUYER)] {
        for (key, amount) in counted {
            assert!(*amount <= cap, "{key:?}: {amount}");
            assert_eq!(books.get(key), Some(amount), "{key:?}");
        }
        assert!(counted.values().any(|amount| *amount * 10 > cap * 6), "the cap was in reach");
    }
}

/// R55: every charge that Amazon did not decline is one order's, and every order has one at most.
async fn of_charges(shop: &TestShop, orders: &BTreeMap<OrderId, Order>) {
    let mut charged = BTreeSet::new();
    for charge in shop.control.charges().await.unwrap() {
        if charge["statusDetails"]["state"] != "Declined" {
            assert!(charged.insert(charge["chargeId"].as_str().unwrap().to_owned()));
        }
    }
    let mut known = BTreeSet::new();
    for order in orders.values().filter(|order| !UNPAID.contains(&order.payment.state())) {
        let id = order.charge_id.as_ref().unwrap_or_else(|| panic!("{} has no charge", order.id));
        assert!(known.insert(id.to_string()), "{id} pays for two orders");
    }
    assert_eq!(charged, known, "no charge without its order, no order charged twice");
}

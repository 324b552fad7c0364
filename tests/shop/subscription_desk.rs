//! 定期管理 at the console: lists, one subscription with everything, and what operators do with it.

use crate::my_page::{shop_id, subscribes};
use backend::service::date_in_japan;
use backend::service::subscription_desk::list::queries;
use backend::store::monthly_totals::{self, Caps, Reservation};
use backend::store::subscriptions::{self, PeriodRow, Subscription, desk};
use backend::store::{Batch, Store, values};
use integration_tests::{
    Answer, Database, Operator, TestShop, eventually, many_orders, many_subscriptions, on_both_databases,
    postgres,
};
use jiff::ToSpan;
use jiff::civil::Date;
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{
    CapFit, Code, DeliveryOverview, SubscriptionCounts, SubscriptionFilter, SubscriptionPage,
    SubscriptionView,
};
use shared::cycle::Cycle;
use shared::id::{BuyerId, ChargePermissionId, OrderId, SubscriptionId};
use shared::money::Yen;
use shared::monthly_cap::Month;
use shared::order::OrderStatus;
use shared::payment::Payment;
use shared::payment_method::PaymentMethod;
use shared::renewal::{RenewalEvent, first_of_next_month};
use shared::subscription::{
    AddressSource, EndReason, PeriodOutcome, SubscriptionAction, SubscriptionAddress, SubscriptionState,
};

pub(crate) const LIST: &str = "/api/shops/demo/subscriptions";

fn yen(amount: i64) -> Yen {
    Yen::new(amount).unwrap()
}

fn today(shop: &TestShop) -> Date {
    date_in_japan(shop.app().clock.now())
}

/// Writes it with what `change` makes of it; each one is a millisecond younger than the one before.
async fn adds(
    shop: &TestShop,
    name: &str,
    days: i64,
    change: impl FnOnce(&mut Subscription),
) -> Subscription {
    let count = shop.count("select count(*) as n from subscription").await;
    let at = shop.app().clock.now_ms() - 10_000 + count;
    let mut row = many_subscriptions::row("demo", name, today(shop) + days.days(), at);
    change(&mut row);
    let address =
        SubscriptionAddress { from: today(shop), address: an_address(), source: AddressSource::Checkout };
    let mut batch = Batch::from(subscriptions::insert(&row));
    batch.push(subscriptions::add_address(&row.shop_id, &row.id, "0", &address, row.created_at));
    shop.app().store.write(batch).await.unwrap();
    row
}

fn an_address() -> shared::address::DeliveryAddress {
    shared::address::DeliveryAddress::from_amazon(&shared::address::RawAddress::default())
}

/// So much of this month is used under the subscription's permission, and nobody knows the end of it yet.
async fn uses(shop: &TestShop, row: &Subscription, amount: i64) {
    let reservation = Reservation {
        shop_id: row.shop_id.clone(),
        order_id: OrderId::new(format!("used-{}", row.id)).unwrap(),
        attempt: 1,
        permission: row.charge_permission_id.clone(),
        buyer: row.buyer_id.clone(),
        month: Month::in_japan(shop.app().clock.now()),
        amount: yen(amount),
    };
    let caps = Caps { permission: yen(100_000), buyer: None };
    let batch = monthly_totals::reserve(&reservation, caps, shop.app().clock.now_ms());
    shop.app().store.write(batch).await.unwrap();
}

async fn lists(operator: &Operator, query: &str) -> SubscriptionPage {
    operator.sends(Method::GET, &format!("{LIST}?{query}"), None).await.read()
}

async fn sees(operator: &Operator, id: &str) -> SubscriptionView {
    operator.sends(Method::GET, &format!("{LIST}/{id}"), None).await.read()
}

async fn does(operator: &Operator, id: &str, what: &str, body: Value) -> Answer {
    operator.sends(Method::POST, &format!("{LIST}/{id}/{what}"), Some(&body)).await
}

fn ids(page: &SubscriptionPage) -> Vec<&str> {
    page.subscriptions.iter().map(|row| row.id.as_str()).collect()
}

/// One of every kind, the newest last.
async fn one_of_every_kind(shop: &TestShop) {
    let now = shop.app().clock.now();
    adds(shop, "far", 60, |_| {}).await;
    adds(shop, "near", 5, |_| {}).await;
    adds(shop, "paused", 5, |row| row.state = SubscriptionState::Paused { since: now }).await;
    adds(shop, "needs", 5, |row| row.state = SubscriptionState::PaymentNeeded { since: now }).await;
    adds(shop, "over", 5, |row| row.state = SubscriptionState::Ended { reason: EndReason::Shopper, at: now })
        .await;
    adds(shop, "left", 5, |row| row.state = SubscriptionState::Ended { reason: EndReason::Amazon, at: now })
        .await;
    adds(shop, "asked", 5, |row| {
        row.state = SubscriptionState::PaymentNeeded { since: now + std::time::Duration::from_secs(1) };
        row.told.agreement = true;
    })
    .await;
    let first = first_of_next_month(now);
    adds(shop, "waits", 3, |row| row.told.deferred_until = Some(first)).await;
    let full = adds(shop, "full", 3, |_| {}).await;
    uses(shop, &full, 98_001).await;
    adds(shop, "dear", 40, |row| row.unit_price = yen(100_000)).await;
}

on_both_databases! {
    /// R16, R17, R19, R24: each filter shows its own, page by page and counted alike; a search finds by the whole.
    async fn r24_each_filter_shows_its_own_page_by_page(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        one_of_every_kind(&shop).await;
        let counts: SubscriptionCounts = operator.sends(Method::GET, &format!("{LIST}/counts"), None).await.read();
        let queries: Vec<_> = counts.chips.iter().map(|chip| chip.query.clone()).collect();
        assert_eq!(queries, SubscriptionFilter::CHIPS.map(SubscriptionFilter::query));
        let first = first_of_next_month(shop.app().clock.now());
        let waits_days = i64::from((today(&shop).until(date_in_japan(first)).unwrap()).get_days());
        let within_7 = if waits_days <= 7 {
            // Charged on the 1st; the same day's in the order of their names.
            let near = if waits_days < 2 { ["full", "waits", "near"] } else { ["full", "near", "waits"] };
            near.to_vec()
        } else {
            vec!["full", "near"]
        };
        let in_40 = ["full", "waits", "near", "dear"];
        for (query, expected) in [
            ("", vec!["dear", "full", "waits", "asked", "left", "over", "needs", "paused", "near", "far"]),
            ("state=active", vec!["dear", "full", "waits", "near", "far"]),
            ("state=paused", vec!["paused"]),
            ("state=payment_needed", vec!["asked", "needs"]),
            ("state=ended", vec!["left", "over"]),
            ("at_cap=1", vec!["waits"]),
            ("ended_at_amazon=1", vec!["asked", "left"]),
            ("charged_within=7", within_7),
            ("search=%20N-near%20", vec!["near"]),
            ("search=paused%40example.jp", vec!["paused"]),
            ("search=P-waits", vec!["waits"]),
            ("search=N-nea", vec![]),
        ] {
            let whole = lists(&operator, query).await;
            assert_eq!((ids(&whole), &whole.next, whole.bounded), (expected.clone(), &None, false), "{query}");
            let mut found = Vec::new();
            let mut before = String::new();
            loop {
                let page = lists(&operator, &format!("{query}&limit=1{before}")).await;
                found.extend(page.subscriptions.iter().map(|row| row.id.as_str().to_owned()));
                match page.next {
                    Some(next) => before = format!("&before={next}"),
                    None => break,
                }
            }
            assert_eq!(found, expected, "{query} page by page");
            if let Some(chip) = counts.chips.iter().find(|chip| chip.query == query) {
                assert_eq!((chip.count, chip.more), (u32::try_from(expected.len()).unwrap(), false), "{query}");
            }
        }
        let unfit = lists(&operator, "will_not_fit=1").await;
        let mut found = ids(&unfit);
        found.sort_unstable();
        assert_eq!(found, ["dear", "full", "waits"]);
        let chip = counts.chips.iter().find(|chip| chip.query == "will_not_fit=1").unwrap();
        assert_eq!((chip.count, chip.more), (3, false));
        let ahead = lists(&operator, "charged_within=90").await;
        assert!(in_40.iter().all(|id| ids(&ahead).contains(id)), "{:?}", ids(&ahead));
        let charges: Vec<_> = ahead.subscriptions.iter().map(|row| row.next_charge.unwrap()).collect();
        assert!(charges.is_sorted(), "{charges:?}");
        for query in ["state=gone", "charged_within=91", "state=active&at_cap=1", "before=x", "limit=x", "what=1",
            "search=x&state=active", "before=1_2&charged_within=7"] {
            let answer = operator.sends(Method::GET, &format!("{LIST}?{query}"), None).await;
            assert_eq!(answer.code(), Some(Code::BadRequest), "{query}");
        }
        shop.ends().await;
    }

    /// R16, R17, R19, R24: a row says when it is charged, how its month stands, how its latest order stands, and what waits.
    async fn r16_one_subscription_with_its_meter_forecast_and_history(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let first = subscribes(&shop).await;
        let reader = shop.app().store.reader().await.unwrap();
        let mut row = subscriptions::find(&reader, &shop_id(), &SubscriptionId::new("S-1").unwrap()).await.unwrap().unwrap();
        drop(reader);
        let used = first.total().get() + 95_000;
        uses(&shop, &row, 95_000).await;
        // The next delivery is charged today, in the month that has no room.
        row.schedule = row.schedule.moved(today(&shop) + 3.days());
        let period = PeriodRow {
            period: 1, delivery: today(&shop), outcome: PeriodOutcome::Ordered, order_id: Some(first.id.clone()), reason: None,
        };
        let at = shop.app().clock.now_ms();
        let batch: Batch = [subscriptions::save(&row, at), subscriptions::period(&row.shop_id, &row.id, &period, at)].into_iter().collect();
        shop.app().store.write(batch).await.unwrap();

        let seen = sees(&operator, "S-1").await;
        assert_eq!(seen.row, lists(&operator, "").await.subscriptions[0]);
        assert_eq!((seen.row.next_charge, seen.row.next_delivery), (Some(today(&shop).into()), Some((today(&shop) + 3.days()).into())));
        assert_eq!((seen.row.total, seen.unit_price.get(), seen.shipping_fee.get()), (Some(yen(3_510)), 1_480, 550));
        let month = &seen.months[0];
        assert_eq!((month.month.cap, month.month.used, month.reserved), (yen(100_000), yen(used), yen(95_000)));
        assert_eq!((seen.row.month.clone(), seen.buyer_month.clone()), (month.month.clone(), None));
        let next = &seen.calendar[0];
        let fit = if used + 3_510 > 100_000 { CapFit::NextMonth } else { CapFit::Fits };
        assert_eq!((next.delivery.period, next.fit), (2, fit));
        let first_of_next = Month::in_japan(shop.app().clock.now()).next().first();
        assert_eq!(next.charge, first_of_next.into());
        assert!(seen.calendar.len() >= 6 && seen.calendar[1..].iter().all(|one| one.fit == CapFit::Fits), "{:?}", seen.calendar);
        assert_eq!(seen.periods.len(), 1);
        assert_eq!(seen.periods[0].order.as_ref().unwrap().order_number, first.number);
        assert_eq!(seen.addresses.len(), 1);
        assert!(seen.addresses[0].current && seen.addresses[0].source == AddressSource::Checkout);
        assert_eq!(seen.charge_permission_id, first.charge_permission_id.as_ref().unwrap().as_str());
        assert_eq!((seen.delivered, seen.limit, seen.to_acknowledge), (1, None, false));
        let actions: Vec<_> = seen.actions.iter().map(|action| action.name()).collect();
        assert_eq!(actions, ["skip", "change_date", "change_quantity", "pause", "cancel"], "the address is the shopper's");
        shop.ends().await;
    }

    /// R16, R19: by day, what comes and what it costs: foreseen and ordered, on the day it really comes; what will not fit on its
    /// own day. What is paused, shipped, canceled, past or beyond stands in none; of too many it says where it stopped.
    async fn r19_the_next_deliveries_stand_in_an_overview_by_day(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let path = format!("{LIST}/days");
        let reads = async || -> DeliveryOverview { operator.sends(Method::GET, &path, None).await.read() };
        let empty = reads().await;
        assert_eq!((empty.days.len(), empty.incomplete_from, empty.days[0].date), (31, None, today(&shop).into()));
        assert!(empty.days.iter().all(|day| (day.count, day.unfit, day.total) == (0, 0, Yen::ZERO)));

        let order = subscribes(&shop).await;
        let now = shop.app().clock.now();
        let first = first_of_next_month(now);
        adds(&shop, "one", 10, |_| {}).await;
        adds(&shop, "two", 10, |row| row.quantity = 2).await;
        adds(&shop, "still", 10, |row| row.state = SubscriptionState::Paused { since: now }).await;
        adds(&shop, "dear", 12, |row| row.unit_price = yen(100_000)).await;
        adds(&shop, "far", 40, |_| {}).await;
        adds(&shop, "waits", 3, |row| row.told.deferred_until = Some(first)).await;
        let day = |days: i64| today(&shop) + days.days();
        let canceled = Payment::Canceled { amount: order.total(), at: now };
        for (name, days, status) in [
            ("open", 2, OrderStatus::New),
            ("sent", 2, OrderStatus::Shipped),
            ("over", 2, OrderStatus::Canceled),
            ("past", -1, OrderStatus::New),
            ("free", 4, OrderStatus::Preparing),
        ] {
            crate::my_page::renewal(&shop, &order, name, day(days), |order| {
                order.order_status = status;
                if name == "free" {
                    (order.method, order.payment) = (PaymentMethod::NoCharge, canceled.clone());
                }
            })
            .await;
        }
        let seen = reads().await;
        let total = order.total().get();
        // Day, deliveries, of them ordered, yen, unfit.
        let mut expected = vec![
            (day(2), 1, 1, total, 0),
            (day(3), 0, 0, 0, 1),
            // Nothing at Amazon holds what costs nothing.
            (day(4), 1, 1, total, 0),
            (day(10), 3, 0, 2_000 + 3_450 + 3_510, 0),
            (day(12), 0, 0, 0, 1),
        ];
        // Charged on the 1st, the one that waits comes on the 4th.
        let fourth = date_in_japan(first) + 3.days();
        match expected.iter_mut().find(|one| one.0 == fourth) {
            Some(one) => {
                one.1 += 1;
                one.3 += 2_000;
            }
            None if fourth <= day(30) => expected.push((fourth, 1, 0, 2_000, 0)),
            None => {}
        }
        expected.sort_unstable();
        let shown = seen.days.iter().filter(|day| (day.count, day.unfit) != (0, 0));
        let shown: Vec<_> = shown
            .map(|day| (Date::from(day.date), day.count, day.ordered, day.total.get(), day.unfit))
            .collect();
        assert_eq!((shown, seen.incomplete_from), (expected, None));

        many_subscriptions::add(&shop.app().store, "demo", 8_000, now).await.unwrap();
        let many = reads().await;
        let from = many.incomplete_from.map(Date::from).unwrap();
        assert!(from > day(10) && from <= day(30), "{from}");
        shop.ends().await;
    }

    /// R19: under a cap per buyer the buyer's other subscriptions take their room: the one that is charged
    /// later is told 「翌月へ」, in its calendar and by the filter; a paused one, and another buyer's, take none.
    async fn r19_the_later_of_a_buyers_two_subscriptions_is_foreseen_for_the_next_month(database) {
        let mut shop = crate::renewal::shop_with(database, "{ buyer_monthly_cap = 3000 }").await;
        let operator = shop.operator().await;
        let next = Month::in_japan(shop.app().clock.now()).next().first();
        let of_next = |day: i64| i64::from(today(&shop).until(next + (day - 1).days()).unwrap().get_days());
        let now = shop.app().clock.now();
        for (name, buyer, day, paused) in [
            ("still", "B-one", 5, true), ("z-early", "B-one", 10, false), ("late", "B-one", 20, false),
            ("stranger", "B-two", 20, false),
        ] {
            adds(&shop, name, of_next(day), |row| {
                row.buyer_id = BuyerId::new(buyer).unwrap();
                row.schedule.cycle = Cycle::Months { every: 6 };
                if paused {
                    row.state = SubscriptionState::Paused { since: now };
                }
            }).await;
        }
        for (name, charge, fit) in [
            ("z-early", next + 6.days(), CapFit::Fits),
            ("late", Month::of(next).next().first(), CapFit::NextMonth),
            ("stranger", next + 16.days(), CapFit::Fits),
        ] {
            let seen = sees(&operator, name).await;
            let first = &seen.calendar[0];
            assert_eq!((first.charge, first.fit), (charge.into(), fit), "{name}");
        }
        for query in ["will_not_fit=1", "will_not_fit=1&limit=1"] {
            let unfit = lists(&operator, query).await;
            assert_eq!((ids(&unfit), unfit.next.as_deref(), unfit.bounded), (vec!["late"], None, false), "{query}");
        }
        let counts: SubscriptionCounts = operator.sends(Method::GET, &format!("{LIST}/counts"), None).await.read();
        let chip = counts.chips.iter().find(|chip| chip.query == "will_not_fit=1").unwrap();
        assert_eq!((chip.count, chip.more), (1, false));
        shop.ends().await;
    }

    /// R23: an operator does what the shopper may do, in their own name; of two tabs the second is told and changes nothing.
    async fn r23_an_operator_changes_the_deliveries(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        crate::renewal::begun(&shop, Cycle::Months { every: 1 }).await;
        let begun = today(&shop);
        let id = crate::renewal::read(&shop).await.id.to_string();
        let id = id.as_str();
        let skipped = does(&operator, id, "skip", json!({ "version": 1 })).await;
        assert_eq!(skipped.body["row"]["next_delivery"], json!(Cycle::Months { every: 1 }.nth(begun, 2)), "{}", skipped.body);
        for what in ["skip", "pause", "cancel", "acknowledge"] {
            let other_tab = does(&operator, id, what, json!({ "version": 1 })).await;
            assert_eq!((other_tab.status, other_tab.code()), (409, Some(Code::SubscriptionChanged)), "{what}");
        }
        // Sooner than agreed is the buyer's to choose (R26): not offered, and refused all the same.
        let seen = sees(&operator, id).await;
        assert_eq!(Some(seen.earliest), seen.row.next_delivery);
        let asked: Vec<_> = seen.buyer_messages.iter().map(|one| one.action).collect();
        assert_eq!(asked, [SubscriptionAction::ChangeDate, SubscriptionAction::ChangeQuantity]);
        assert!(!seen.actions.contains(&SubscriptionAction::ChangeQuantity), "one piece cannot become fewer");
        let sooner = json!({ "version": 2, "date": today(&shop) + 20.days() });
        assert_eq!(does(&operator, id, "date", sooner).await.code(), Some(Code::ShopperOnly));
        for (days, allowed) in [(2, false), (366, false), (70, true)] {
            let to = today(&shop) + days.days();
            let moved = does(&operator, id, "date", json!({ "version": 2, "date": to })).await;
            if allowed {
                assert_eq!(moved.body["row"]["next_delivery"], json!(to), "{}", moved.body);
            } else {
                assert_eq!(moved.code(), Some(Code::DeliveryDate), "{days}");
            }
        }
        // Five pieces, as the buyer has chosen meanwhile.
        let mut row = crate::renewal::read(&shop).await;
        row.quantity = 5;
        shop.app().store.write(subscriptions::save(&row, shop.app().clock.now_ms())).await.unwrap();
        for (quantity, code) in [(0, Code::SubscriptionQuantity), (100, Code::SubscriptionQuantity), (6, Code::ShopperOnly)] {
            let answer = does(&operator, id, "quantity", json!({ "version": 4, "quantity": quantity })).await;
            assert_eq!(answer.code(), Some(code), "{quantity}");
        }
        let less = does(&operator, id, "quantity", json!({ "version": 4, "quantity": 2 })).await;
        assert_eq!((&less.body["row"]["quantity"], &less.body["row"]["total"]), (&json!(2), &json!(5_450)), "{}", less.body);
        assert_eq!(does(&operator, id, "resume", json!({ "version": 5 })).await.code(), Some(Code::SubscriptionState));
        let paused = does(&operator, id, "pause", json!({ "version": 5 })).await;
        assert_eq!((&paused.body["row"]["state"]["state"], &paused.body["row"]["next_charge"]), (&json!("paused"), &Value::Null));
        let resumed = does(&operator, id, "resume", json!({ "version": 6 })).await;
        assert_eq!(resumed.body["row"]["state"]["state"], "active", "{}", resumed.body);
        // What the buyer has paused, only the buyer resumes (R26).
        let version = crate::renewal::read(&shop).await.version;
        does(&operator, id, "pause", json!({ "version": version })).await;
        let by_buyer = values![shop.app().clock.now_ms() + 1];
        let entry = "insert into subscription_event (shop_id, subscription_id, entry_id, event, at, actor, detail)
                     values ('demo', 'subscription-1', 'zz', 'paused', $1, 'shopper', '{\"event\":\"paused\"}')";
        shop.app().store.write(backend::store::Statement::new(entry, by_buyer)).await.unwrap();
        let version = crate::renewal::read(&shop).await.version;
        let refused = does(&operator, id, "resume", json!({ "version": version })).await;
        assert_eq!(refused.code(), Some(Code::ShopperOnly), "{}", refused.body);
        let resumed = sees(&operator, id).await;
        // Not offered, and a message is ready that leads the buyer to it.
        assert!(!resumed.actions.contains(&SubscriptionAction::Resume), "{:?}", resumed.actions);
        let asked: Vec<_> = resumed.buyer_messages.iter().map(|one| one.action).collect();
        assert_eq!(asked, [SubscriptionAction::ChangeQuantity, SubscriptionAction::Resume]);
        let message = &resumed.buyer_messages[1].message;
        assert_eq!(message.to.as_deref(), Some("hanako@example.jp"));
        assert!(message.body.contains("「再開」") && message.body.contains("/mypage"), "{}", message.body);
        let resumed = json!({ "row": { "version": resumed.row.version } });
        let resumed = &resumed;
        let ended = does(&operator, id, "cancel", json!({ "version": resumed["row"]["version"] })).await;
        let state = json!({ "state": "ended", "reason": "operator" });
        assert_eq!((&ended.body["row"]["state"], &ended.body["calendar"], &ended.body["actions"]), (&state, &json!([]), &json!([])));
        let permission = sees(&operator, id).await.charge_permission_id;
        eventually("the permission is closed at Amazon", async || {
            let at_amazon = shop.control.permissions().await.ok()?;
            let found = at_amazon.iter().find(|found| found.to_string().contains(&permission))?;
            found.to_string().contains("Closed").then_some(())
        })
        .await;
        let seen = sees(&operator, id).await;
        let mut story: Vec<_> = seen.timeline.iter().filter(|entry| entry.actor == "運営 一郎").map(|entry| entry.text_ja.as_str()).collect();
        story.reverse();
        assert_eq!(story.len(), 7, "{story:?}");
        assert!(story[0].starts_with("第2回 (") && story[0].ends_with("スキップ"), "{story:?}");
        assert_eq!(story[2..], ["数量を変更: 5 → 2", "休止", "再開", "休止", "解約"]);
        shop.ends().await;
    }

    /// R24: an agreement ended at Amazon waits in the queue until an operator has looked, once, in their name.
    async fn r24_an_end_at_amazon_leaves_the_queue_when_seen_to(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        one_of_every_kind(&shop).await;
        let tile = async || {
            let view: Value = operator.sends(Method::GET, "/api/shops/demo/dashboard", None).await.body;
            let of = |kind: &str| view["tiles"].as_array().unwrap().iter().find(|tile| tile["kind"] == kind).unwrap().clone();
            (of("ended_at_amazon"), of("payment_needed"))
        };
        let (ended, needed) = tile().await;
        assert_eq!((&ended["count"], &ended["query"]), (&json!(2), &json!("ended_at_amazon=1")));
        assert_eq!((&needed["count"], &needed["query"]), (&json!(2), &json!("state=payment_needed")));
        assert!(sees(&operator, "left").await.to_acknowledge);
        let done = does(&operator, "left", "acknowledge", json!({ "version": 1 })).await;
        assert_eq!((&done.body["to_acknowledge"], &done.body["row"]["version"]), (&json!(false), &json!(2)), "{}", done.body);
        assert_eq!(done.body["timeline"][0]["actor"], "運営 一郎");
        assert_eq!(ids(&lists(&operator, "ended_at_amazon=1").await), ["asked"]);
        assert_eq!(tile().await.0["count"], 1);
        let again = does(&operator, "left", "acknowledge", json!({ "version": 2 })).await;
        assert_eq!(again.code(), Some(Code::SubscriptionState));
        let none = does(&operator, "near", "acknowledge", json!({ "version": 1 })).await;
        assert_eq!(none.code(), Some(Code::SubscriptionState));
        // Whatever is written of it later, it stays seen.
        let reader = shop.app().store.reader().await.unwrap();
        let row = subscriptions::find(&reader, &shop_id(), &SubscriptionId::new("left").unwrap()).await.unwrap().unwrap();
        drop(reader);
        shop.app().store.write(subscriptions::save(&row, shop.app().clock.now_ms())).await.unwrap();
        assert_eq!(ids(&lists(&operator, "ended_at_amazon=1").await), ["asked"]);
        shop.ends().await;
    }

    /// R90, R22: the console refuses an address, shows the shopper's change in the story and has the message ready.
    async fn r90_an_address_is_the_shoppers_to_change(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        subscribes(&shop).await;
        let refused = does(&operator, "S-1", "address", json!({ "version": 1, "address": crate::my_page::typed() })).await;
        assert_eq!((refused.status, refused.code()), (403, Some(Code::ShopperOnly)), "{}", refused.body);
        assert_eq!(sees(&operator, "S-1").await.addresses.len(), 1);
        let token = crate::my_page::signs_in(&shop, "hanako").await;
        let changed = crate::my_page::does(&shop, &token, "address", json!({ "version": 1, "address": crate::my_page::typed() })).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let seen = sees(&operator, "S-1").await;
        let addresses: Vec<_> = seen.addresses.iter().map(|one| (one.address.name.as_str(), one.source, one.current)).collect();
        assert_eq!(addresses[0], ("試験 次郎", AddressSource::Form, true));
        assert_eq!((addresses[1].1, addresses[1].2), (AddressSource::Checkout, false));
        assert!(seen.timeline[0].text_ja.starts_with("お届け先を変更"), "{}", seen.timeline[0].text_ja);
        assert_eq!(seen.timeline[0].actor, "shopper");
        let message = &seen.address_message;
        assert_eq!(message.to.as_deref(), Some("hanako@example.jp"));
        let own = { let reader = shop.app().store.reader().await.unwrap(); backend::store::shops::find(&reader, &shop_id()).await.unwrap().unwrap() };
        let link = own.settings.pages.mypage.unwrap_or_else(|| format!("{}/pay/demo/mypage?lang=ja", shop.public_url()));
        assert!(message.body.contains(&link) && message.body.contains("マイページ > 定期購入リスト"), "{}", message.body);
        assert!(message.body.contains("Amazonのお届け先を変更しても") && message.body.contains("支払い保護の対象外"));
        let found = shop.http.get(&link).send().await.unwrap();
        assert!(found.status() == 200 || !link.starts_with(shop.public_url()), "{link}");
        shop.ends().await;
    }

    /// R69, R82: who may only look changes nothing; without the page's token nobody does.
    async fn r69_who_may_only_look_changes_no_subscription(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        subscribes(&shop).await;
        let rights = |rights: &str| backend::store::Statement::new("update operator_shop set rights = $1 where shop_id = 'demo'", values![rights]);
        shop.app().store.write(rights("view")).await.unwrap();
        let seen = json!({ "version": 1 });
        for what in ["skip", "pause", "resume", "cancel", "date", "quantity", "address", "acknowledge"] {
            assert_eq!(does(&operator, "S-1", what, seen.clone()).await.code(), Some(Code::NotAllowed), "{what}");
        }
        assert_eq!(lists(&operator, "").await.subscriptions.len(), 1);
        shop.app().store.write(rights("view,capture")).await.unwrap();
        assert_eq!(does(&operator, "S-1", "cancel", seen.clone()).await.code(), Some(Code::NotAllowed));
        assert_eq!(does(&operator, "S-1", "pause", seen).await.status, 200);
        shop.ends().await;
    }

    /// R16, R19, R26: the settings are read and changed at the console, in their ranges, by who may, and hold at once.
    async fn r16_the_settings_of_subscriptions_hold_at_once(database) {
        const SETTINGS: &str = "/api/shops/demo/subscription-settings";
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let later = shop.app().clock.now_ms() + 20 * 86_400_000;
        adds(&shop, "near", 20, |row| row.due_at = Some(later)).await;
        let seen = operator.sends(Method::GET, SETTINGS, None).await.body;
        assert_eq!((&seen["lead_days"], &seen["at_cap"], &seen["retry_days"]), (&json!(3), &json!("defer"), &json!([1, 2, 3])));
        let with = |more: Value| {
            let mut body = seen.clone();
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        for (name, value) in [("lead_days", json!(31)), ("monthly_cap", json!(0)), ("retry_days", json!([0])), ("notice_days", json!(0))] {
            let refused = operator.sends(Method::PUT, SETTINGS, Some(&with(json!({ name: value })))).await;
            assert_eq!((refused.status, refused.code()), (422, Some(Code::SubscriptionSettingsInvalid)), "{name}");
        }
        let change = with(json!({ "lead_days": 7, "monthly_cap": 1_999, "at_cap": "drop", "at_amazon_end": "ask_again", "retry_days": [2], "notice_days": 12 }));
        let saved = operator.sends(Method::PUT, SETTINGS, Some(&change)).await;
        assert_eq!(saved.status, 200, "{}", saved.body);
        assert_eq!(saved.body["version"], json!(seen["version"].as_i64().unwrap() + 1));
        assert_eq!(operator.sends(Method::GET, SETTINGS, None).await.body, saved.body);
        let again = operator.sends(Method::PUT, SETTINGS, Some(&change)).await;
        assert_eq!((again.status, again.code()), (409, Some(Code::SettingsChanged)), "who saw an older one changes nothing");
        let row = lists(&operator, "").await.subscriptions.remove(0);
        assert_eq!((row.next_charge, row.month.cap), (Some((today(&shop) + 13.days()).into()), yen(1_999)));
        assert_eq!(sees(&operator, "near").await.calendar[0].fit, CapFit::Never);
        assert_eq!(ids(&lists(&operator, "will_not_fit=1").await), ["near"]);
        // Seen to earlier by as many days as the order and the notice are.
        let due = shop.count("select due_at as n from subscription").await;
        assert_eq!(due, later - 6 * 86_400_000);
        let rights = backend::store::Statement::new("update operator_shop set rights = 'view,capture,refund' where shop_id = 'demo'", values![]);
        shop.app().store.write(rights).await.unwrap();
        for (method, body) in [(Method::GET, None), (Method::PUT, Some(&saved.body))] {
            assert_eq!(operator.sends(method, SETTINGS, body).await.code(), Some(Code::NotAllowed));
        }
        shop.ends().await;
    }

    /// R19, R24: what renewals do keeps the lists true: waiting at the cap, charged on the 1st, ended at Amazon.
    async fn r19_the_lists_follow_what_renewals_do(database) {
        use crate::renewal::{happens, paid, shop_with};
        let day = std::time::Duration::from_secs(86_400);
        let mut shop = shop_with(database, "{ monthly_cap = 5000 }").await;
        let operator = shop.operator().await;
        let permission = crate::renewal::begun(&shop, Cycle::Months { every: 2 }).await;
        let month = Month::in_japan(shop.app().clock.now() + day * 62);
        let heard = monthly_totals::heard(&shop_id(), &permission, month, yen(5_000), yen(2_001), 0);
        shop.app().store.write(heard).await.unwrap();
        shop.advances(day * 62);
        happens(&shop, "deferred", |event| matches!(event, RenewalEvent::Deferred { .. })).await;
        let operator = operator.signs_in_again().await;
        let first = first_of_next_month(shop.app().clock.now());
        let waits = lists(&operator, "at_cap=1").await.subscriptions.remove(0);
        assert_eq!((waits.waits_for_cap, waits.next_charge), (true, Some(date_in_japan(first).into())));
        let id = waits.id.to_string();
        assert_eq!((ids(&lists(&operator, "will_not_fit=1").await), ids(&lists(&operator, "charged_within=31").await)), (vec![id.as_str()], vec![id.as_str()]));
        let seen = sees(&operator, &id).await;
        assert_eq!((seen.calendar[0].fit, seen.calendar[0].charge), (CapFit::NextMonth, date_in_japan(first).into()));
        assert!(seen.timeline.iter().any(|entry| entry.actor == "noren" && entry.text_ja.starts_with("月次の上限のため")));

        let left = first.as_millisecond() - shop.app().clock.now_ms();
        shop.advances(std::time::Duration::from_millis(u64::try_from(left).unwrap()));
        happens(&shop, "ordered", |event| matches!(event, RenewalEvent::Ordered { period: 2, .. })).await;
        paid(&mut shop, 1).await;
        let operator = operator.signs_in_again().await;
        assert_eq!(ids(&lists(&operator, "at_cap=1").await), Vec::<&str>::new());
        let row = lists(&operator, "state=active").await.subscriptions.remove(0);
        let last = row.last.unwrap();
        assert_eq!((row.waits_for_cap, last.tries, last.icon), (false, 1, Some(shared::status_icon::StatusIcon::Authorized)));
        assert_eq!(sees(&operator, &id).await.periods[0].order.as_ref(), Some(&last));

        shop.control.set_permission_state(permission.as_str(), "Closed", Some("BuyerClosed")).await.unwrap();
        happens(&shop, "ended", |event| *event == RenewalEvent::Ended { reason: EndReason::Amazon }).await;
        assert_eq!(ids(&lists(&operator, "ended_at_amazon=1").await), [id.as_str()]);
        assert!(sees(&operator, &id).await.to_acknowledge);
        shop.ends().await;
    }
}

/// R16, R24: no list of 定期管理 reads a table from end to end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r16_every_query_of_the_lists_uses_an_index() {
    for database in [Database::Sqlite, Database::Postgres] {
        let folder = tempfile::tempdir().unwrap();
        let url = match database {
            Database::Sqlite => format!("sqlite:{}", folder.path().join("noren.db").display()),
            Database::Postgres => {
                format!("{}?options=-c%20enable_seqscan%3Doff", postgres::fresh_database().await)
            }
        };
        let now: jiff::Timestamp = "2026-11-25T03:00:00Z".parse().unwrap();
        let store = Store::open(&url, now.as_millisecond()).await.unwrap();
        many_subscriptions::add(&store, "demo", 3_000, now).await.unwrap();
        many_orders::add(&store, "demo", 3_000, now.as_millisecond()).await.unwrap();
        store.write(backend::store::Statement::new("analyze", values![])).await.unwrap();
        let mut all = queries(&shop_id(), now, 3);
        all.push(desk::months_query(&shop_id(), &ChargePermissionId::new("P-7").unwrap(), 13));
        let buyers = ["B-7", "B-8"].map(|buyer| BuyerId::new(buyer).unwrap());
        all.push(desk::with_several_query(&shop_id(), &buyers.each_ref()));
        all.push(desk::of_buyer_query(&shop_id(), &buyers[0], Month::in_japan(now)));
        for query in all {
            crate::order_list::uses_an_index(&store, database, &query).await;
        }
        store.close().await;
    }
}

//! マイページ > 定期購入リスト: a member sees and changes their own subscriptions, and nobody else's.

use crate::sign_in::{STATE, comes_back, finishes};
use backend::store::orders::{self, Order, OrderSubscription};
use backend::store::subscriptions::{self, Subscription};
use backend::store::{Batch, monthly_totals, values};
use integration_tests::{Answer, TestShop, eventually, on_both_databases};
use jiff::ToSpan;
use jiff::civil::Date;
use reqwest::Method;
use serde_json::{Value, json};
use shared::address::DeliveryAddress;
use shared::api::{Code, MemberView};
use shared::cycle::Cycle;
use shared::id::{OrderId, OrderNumber, ShopId, SubscriptionId};
use shared::money::{TaxRate, Yen};
use shared::monthly_cap::Month;
use shared::order::{OrderOrigin, OrderStatus};
use shared::payment::Payment;
use shared::renewal::{Told, first_of_next_month};
use shared::subscription::{AddressSource, Schedule, SubscriptionAddress, SubscriptionState};
use std::time::Duration;

pub(crate) const LIST: &str = "/api/shops/demo/member/subscriptions";

pub(crate) fn shop_id() -> ShopId {
    ShopId::new("demo").unwrap()
}

pub(crate) fn today(shop: &TestShop) -> Date {
    backend::service::date_in_japan(shop.app().clock.now())
}

fn yen(amount: i64) -> Yen {
    Yen::new(amount).unwrap()
}

fn id() -> SubscriptionId {
    SubscriptionId::new("S-1").unwrap()
}

/// Hanako's subscription, as her checkout would leave it: the next delivery in ten days, then monthly.
pub(crate) async fn subscribes(shop: &TestShop) -> Order {
    shop.buyer().buys("coffee", 1).await;
    let app = shop.app();
    let reader = app.store.reader().await.unwrap();
    let order = orders::page(&reader, &shop_id(), None, 1).await.unwrap().remove(0);
    drop(reader);
    let now = app.clock.now_ms();
    let next = today(shop) + 10.days();
    let row = Subscription {
        shop_id: shop_id(),
        id: id(),
        number: OrderNumber::new("20261125-SUBSC").unwrap(),
        buyer_id: order.buyer.id.clone().unwrap(),
        buyer_name: order.buyer.name.clone(),
        buyer_mail: order.buyer.mail.clone(),
        buyer_phone: None,
        language: shared::api::Language::Ja,
        first_order_id: order.id.clone(),
        product_id: "coffee".parse().unwrap(),
        product_name: "深煎り珈琲豆 200g".into(),
        tax_rate: TaxRate::Reduced,
        unit_price: yen(1_480),
        quantity: 2,
        shipping_fee: yen(550),
        schedule: Schedule {
            period: 2,
            delivered: 1,
            step: 0,
            ..Schedule::begun(Cycle::Months { every: 1 }, next, None)
        },
        state: SubscriptionState::Active,
        due_at: None,
        current_order_id: None,
        tries: 0,
        failed_periods: 0,
        charge_permission_id: order.charge_permission_id.clone().unwrap(),
        permission_state: shared::charge::ChargePermissionState::Chargeable,
        payment_text: Some("Visa ****1111".into()),
        told_price_at: None,
        told_price: None,
        told: Told::default(),
        created_at: now,
        version: 1,
    };
    let address = SubscriptionAddress {
        from: today(shop),
        address: order.address.clone().unwrap(),
        source: AddressSource::Checkout,
    };
    let mut batch = Batch::from(subscriptions::insert(&row));
    batch.push(subscriptions::add_address(&shop_id(), &row.id, "0", &address, now));
    batch.append(counted(shop, &row, 0, order.total()));
    app.store.write(batch).await.unwrap();
    order
}

/// Charge number `attempt` of the subscription's first order takes its part of the month.
fn counted(shop: &TestShop, row: &Subscription, attempt: i64, amount: Yen) -> Batch {
    let now = shop.app().clock.now();
    let of = monthly_totals::Reservation {
        shop_id: shop_id(),
        order_id: row.first_order_id.clone(),
        attempt,
        permission: row.charge_permission_id.clone(),
        buyer: row.buyer_id.clone(),
        month: Month::in_japan(now),
        amount,
    };
    let caps = monthly_totals::Caps { permission: yen(100_000), buyer: None };
    monthly_totals::count(&of, caps, now.as_millisecond())
}

async fn row(shop: &TestShop) -> Subscription {
    let reader = shop.app().store.reader().await.unwrap();
    subscriptions::find(&reader, &shop_id(), &id()).await.unwrap().unwrap()
}

/// An order of a renewal, as it would be made: authorized, or what `change` makes of it.
pub(crate) async fn renewal(
    shop: &TestShop,
    first: &Order,
    name: &str,
    delivery: Date,
    change: impl FnOnce(&mut Order),
) {
    let mut order = Order {
        id: OrderId::new(name).unwrap(),
        number: OrderNumber::new(format!("20261125-{name}")).unwrap(),
        checkout_id: None,
        charge_id: None,
        origin: OrderOrigin::Renewal,
        payment: Payment::authorized(first.total(), shop.app().clock.now()),
        subscription: Some(OrderSubscription { id: id(), period: 2, delivery }),
        ..first.clone()
    };
    change(&mut order);
    shop.app().store.write(orders::insert(&order)).await.unwrap();
}

pub(crate) async fn signs_in(shop: &TestShop, name: &str) -> String {
    let member: MemberView = finishes(shop, &comes_back(shop, name).await, STATE).await.read();
    member.token.0
}

pub(crate) async fn lists(shop: &TestShop, token: &str) -> Value {
    let answer = shop.buyer().sends(Method::GET, LIST, Some(token), None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

pub(crate) async fn does(shop: &TestShop, token: &str, what: &str, body: Value) -> Answer {
    shop.buyer().sends(Method::POST, &format!("{LIST}/S-1/{what}"), Some(token), Some(&body)).await
}

async fn address_of(shop: &TestShop, order: &str) -> DeliveryAddress {
    let reader = shop.app().store.reader().await.unwrap();
    let order = orders::find(&reader, &shop_id(), &OrderId::new(order).unwrap()).await.unwrap().unwrap();
    order.address.unwrap()
}

pub(crate) fn typed() -> Value {
    json!({
        "family_name": "試験", "given_name": "次郎", "family_kana": "しけん", "given_kana": "ジロウ",
        "postal_code": "５３０－０００１", "prefecture": "大阪府", "city": "大阪市北区", "street": "見本１－２",
        "building": "", "phone": "06-1234-5678",
    })
}

on_both_databases! {
    /// R20, R22, R91: the list says everything of each subscription, and what Amazon's address book has to do with it.
    async fn a_member_sees_their_subscriptions(database) {
        let shop = TestShop::on(database).await;
        let order = subscribes(&shop).await;
        let token = signs_in(&shop, "hanako").await;
        let seen = lists(&shop, &token).await;
        let one = &seen["subscriptions"][0];
        let next = today(&shop) + 10.days();
        assert_eq!((&seen["member"]["name"], &seen["member"]["mail"]), (&json!("試験 花子"), &json!("hanako@example.jp")));
        assert_eq!(one["product_name"], "深煎り珈琲豆 200g");
        assert_eq!((&one["quantity"], &one["total"]), (&json!(2), &json!(3_510)));
        assert_eq!(one["upcoming"][0], json!({ "period": 2, "date": next }));
        assert_eq!(one["upcoming"].as_array().unwrap().len(), 3);
        assert_eq!(one["cycle"], json!({ "unit": "month", "every": 1 }));
        assert_eq!(one["address"]["name"], json!(order.address.as_ref().unwrap().name));
        assert_eq!((&one["address_source"], &one["payment_text"]), (&json!("checkout"), &json!("Visa ****1111")));
        assert_eq!((&one["month"]["cap"], &one["month"]["used"]), (&json!(100_000), &json!(order.total())));
        assert_eq!(one["month"]["remaining"], json!(100_000 - order.total().get()));
        assert_eq!(one["state"]["state"], "active");
        assert_eq!(one["actions"], json!(["skip", "change_date", "change_quantity", "change_address", "pause", "cancel"]));
        let url = one["payment_url"].as_str().unwrap();
        assert_eq!(shop.http.get(url).send().await.unwrap().status(), 200, "{url}");
        let notes = seen["notes"].to_string();
        assert!(notes.contains("Amazonのお届け先を変更しても") && notes.contains("支払い保護の対象外"), "{notes}");
        shop.ends().await;
    }

    /// R19, R20: a delivery that the month has no room for is shown with the date on which it comes now, and why; so is the
    /// order that waits, in the list and in the history.
    async fn r19_a_deferred_delivery_is_shown_with_its_new_date(database) {
        let shop = TestShop::on(database).await;
        let first_order = subscribes(&shop).await;
        let token = signs_in(&shop, "hanako").await;
        let first = first_of_next_month(shop.app().clock.now());
        let (charge, planned) = (backend::service::date_in_japan(first), today(&shop));
        let date = charge + 3.days();
        let mut row = row(&shop).await;
        row.schedule = row.schedule.moved(planned);
        row.told.deferred_until = Some(first);
        shop.app().store.write(subscriptions::save(&row, 0)).await.unwrap();
        let one = lists(&shop, &token).await["subscriptions"][0].clone();
        let told = |one: &Value| ["planned", "charge", "date"].map(|name| one["deferred"][name].clone());
        let deferred = [json!(planned), json!(charge), json!(date)];
        assert_eq!((told(&one), &one["upcoming"][0]["date"]), (deferred.clone(), &json!(date)), "{one}");
        let change = json!({ "version": 2, "address": typed() });
        let preview = does(&shop, &token, "address/preview", change).await;
        assert_eq!(preview.body["reached"][0]["date"], json!(date), "{}", preview.body);

        // Refused by Amazon for the month's sake, the order waits, not the delivery after it.
        renewal(&shop, &first_order, "W", planned, |order| {
            let reason = shared::payment::Reason::new(shared::monthly_cap::OVER_CAP);
            let (amount, at) = (order.total(), shop.app().clock.now());
            order.payment = Payment::AuthorizationDeclined { amount, at, reason };
        })
        .await;
        row.version += 1;
        row.current_order_id = Some(OrderId::new("W").unwrap());
        row.schedule = row.schedule.moved(planned + 40.days());
        shop.app().store.write(subscriptions::save(&row, 0)).await.unwrap();
        let one = lists(&shop, &token).await["subscriptions"][0].clone();
        let next = json!(planned + 40.days());
        assert_eq!((told(&one), &one["upcoming"][0]["date"]), (deferred, &next), "{one}");
        let orders = shop.buyer().sends(Method::GET, "/api/shops/demo/member/orders", Some(&token), None).await;
        let waits = &orders.body["orders"].as_array().unwrap().iter().find(|one| one["number"] == "20261125-W").unwrap().clone();
        assert_eq!((&waits["label"], &waits["delivery"]), (&json!("翌月に変更"), &json!(date)), "{waits}");
        assert!(waits["text"].as_str().unwrap().contains("今月の上限金額に空きがないため"), "{waits}");
        shop.ends().await;
    }

    /// R20, R69, R87: without a token nothing is shown; another member, another shop and another origin find nothing.
    async fn a_member_sees_nothing_of_another_member(database) {
        let shop = TestShop::on(database).await;
        subscribes(&shop).await;
        let hanako = signs_in(&shop, "hanako").await;
        let taro = signs_in(&shop, "taro").await;
        assert_eq!(lists(&shop, &taro).await["subscriptions"], json!([]));
        let seen = json!({ "version": 1 });
        let change = json!({ "version": 1, "address": typed() });
        let date = json!({ "version": 1, "date": today(&shop) + 20.days() });
        let quantity = json!({ "version": 1, "quantity": 3 });
        for (what, body) in [
            ("skip", &seen), ("pause", &seen), ("resume", &seen), ("cancel", &seen), ("date", &date),
            ("quantity", &quantity), ("address/preview", &change), ("address", &change),
        ] {
            assert_eq!(does(&shop, &taro, what, body.clone()).await.code(), Some(Code::NotFound), "{what}");
            assert_eq!(does(&shop, "made-up", what, body.clone()).await.code(), Some(Code::NotSignedIn), "{what}");
        }
        assert_eq!(does(&shop, &hanako, "delete", seen).await.code(), Some(Code::NotFound));
        let nobody = shop.buyer().sends(Method::GET, LIST, None, None).await;
        assert_eq!(nobody.code(), Some(Code::NotSignedIn));
        let elsewhere = LIST.replace("demo", "other");
        let elsewhere = shop.buyer().sends(Method::GET, &elsewhere, Some(&hanako), None).await;
        assert_eq!(elsewhere.code(), Some(Code::NotSignedIn));
        let foreign = shop.buyer().from_origin("http://evil.localhost:9");
        let foreign = foreign.sends(Method::GET, LIST, Some(&hanako), None).await;
        assert_eq!(foreign.code(), Some(Code::OriginNotAllowed));
        assert_eq!(shop.count("select count(*) as n from subscription_event").await, 0);
        assert_eq!(lists(&shop, &hanako).await["subscriptions"][0]["version"], 1);
        shop.ends().await;
    }

    /// R23: skip, date, quantity, pause and resume; of two tabs the second is told and changes nothing.
    async fn a_member_changes_the_deliveries(database) {
        let mut shop = TestShop::on(database).await;
        // On the 1st: a delivery in a few days is charged in the same month, and nothing is due meanwhile.
        let first = first_of_next_month(shop.app().clock.now()).as_millisecond() + 3_600_000;
        shop.advances(Duration::from_millis(u64::try_from(first - shop.app().clock.now_ms()).unwrap()));
        // Amazon tells of a subscription's limit, whenever it is asked meanwhile.
        let permission = subscribes(&shop).await.charge_permission_id.unwrap();
        shop.control.set_limit(permission.as_str(), 100_000).await.unwrap();
        let token = signs_in(&shop, "hanako").await;
        let next = today(&shop) + 10.days();
        assert_eq!(lists(&shop, &token).await["subscriptions"][0]["earliest"], json!(today(&shop) + 3.days()));

        let skipped = does(&shop, &token, "skip", json!({ "version": 1 })).await;
        assert_eq!(skipped.body["upcoming"][0], json!({ "period": 3, "date": Cycle::Months { every: 1 }.nth(next, 1) }));
        for what in ["skip", "pause", "cancel"] {
            let other_tab = does(&shop, &token, what, json!({ "version": 1 })).await;
            assert_eq!((other_tab.status, other_tab.code()), (409, Some(Code::SubscriptionChanged)), "{what}");
        }

        for (days, allowed) in [(-1, false), (2, false), (366, false), (5, true)] {
            let to = today(&shop) + days.days();
            let moved = does(&shop, &token, "date", json!({ "version": 2, "date": to })).await;
            if allowed {
                assert_eq!(moved.body["upcoming"][0]["date"], json!(to), "{}", moved.body);
            } else {
                assert_eq!(moved.code(), Some(Code::DeliveryDate), "{days}");
            }
        }
        // The delivery is charged this month, of which the first order has taken its part (R18).
        for (quantity, code) in [
            (0, Code::SubscriptionQuantity),
            (100, Code::SubscriptionQuantity),
            (68, Code::DeliveryDearerThanCap),
            (67, Code::MonthlyCapReached),
        ] {
            let answer = does(&shop, &token, "quantity", json!({ "version": 3, "quantity": quantity })).await;
            assert_eq!(answer.code(), Some(code), "{quantity}");
        }
        let more = does(&shop, &token, "quantity", json!({ "version": 3, "quantity": 65 })).await;
        assert_eq!((&more.body["quantity"], &more.body["total"]), (&json!(65), &json!(96_750)), "{}", more.body);

        assert_eq!(does(&shop, &token, "resume", json!({ "version": 4 })).await.code(), Some(Code::SubscriptionState));
        let paused = does(&shop, &token, "pause", json!({ "version": 4 })).await;
        assert_eq!(paused.body["state"]["state"], "paused", "{}", paused.body);
        for what in ["skip", "pause"] {
            assert_eq!(does(&shop, &token, what, json!({ "version": 5 })).await.code(), Some(Code::SubscriptionState));
        }
        // Two deliveries pass meanwhile; neither is made up for, each has its reason (R15).
        shop.advances(std::time::Duration::from_secs(40 * 86_400));
        let token = signs_in(&shop, "hanako").await;
        let resumed = does(&shop, &token, "resume", json!({ "version": 5 })).await;
        assert_eq!(resumed.body["state"]["state"], "active", "{}", resumed.body);
        assert_eq!(resumed.body["upcoming"][0]["period"], 5);
        let dropped = shop.count("select count(*) as n from subscription_period where reason = 'not_active'").await;
        assert_eq!(dropped, 2);
        assert_eq!(shop.count("select count(*) as n from subscription_period").await, 3);
        assert_eq!(shop.count("select count(*) as n from subscription_event where actor = 'shopper'").await, 5);
        shop.ends().await;
    }

    /// R19: a delivery that waits for the 1st and the next one, which keeps its day, look like the same one twice where they come
    /// within half a cycle: my page tells that both come. Where the next one is far, nothing is said of it.
    async fn r19_what_follows_soon_on_a_delivery_that_waits_is_told(database) {
        let mut shop = TestShop::on(database).await;
        subscribes(&shop).await;
        let operator = shop.operator().await;
        let token = signs_in(&shop, "hanako").await;
        let first = first_of_next_month(shop.app().clock.now());
        let (this, next) = (Month::in_japan(shop.app().clock.now()).first(), backend::service::date_in_japan(first));
        // Charged on the 1st it comes on the 4th; so does the 4th's, which is charged on the 1st itself and takes its place.
        for (day, date, following) in [(5_i64, 4_i64, Some(5_i64)), (18, 4, Some(18)), (19, 4, None), (4, 4, None)] {
            let mut waiting = row(&shop).await;
            waiting.schedule = waiting.schedule.moved(this + (day - 1).days());
            waiting.told.deferred_until = Some(first);
            // Nobody tends it before.
            waiting.due_at = Some(first.as_millisecond());
            shop.app().store.write(subscriptions::save(&waiting, 0)).await.unwrap();
            let following = following.map(|day| next + (day - 1).days());
            let one = lists(&shop, &token).await["subscriptions"][0].clone();
            if day == 4 {
                assert_eq!((&one["deferred"]["following"], &one["upcoming"][0]["period"]), (&Value::Null, &json!(3)), "{one}");
            } else {
                assert_eq!(one["deferred"]["date"], json!(next + (date - 1).days()), "{one}");
                assert_eq!(one["deferred"]["following"], json!(following), "{day}: {one}");
            }
            let seen = operator.sends(Method::GET, "/api/shops/demo/subscriptions/S-1", None).await;
            assert_eq!(seen.body["following"], json!(following), "{day}: {}", seen.body);
        }
        shop.ends().await;
    }

    /// R16, R19, R20: that the month has no room is told where the next delivery is charged in it, with what becomes of it;
    /// nothing of it where that is charged in a later month or where nothing is delivered.
    async fn r19_a_month_without_room_is_told_only_of_a_delivery_charged_in_it(database) {
        let mut shop = TestShop::on(database).await;
        // On the 1st: the delivery in ten days is charged in the same month.
        let first = first_of_next_month(shop.app().clock.now()).as_millisecond() + 3_600_000;
        shop.advances(Duration::from_millis(u64::try_from(first - shop.app().clock.now_ms()).unwrap()));
        let order = subscribes(&shop).await;
        let token = signs_in(&shop, "hanako").await;
        let shown = async || lists(&shop, &token).await["subscriptions"][0].clone();
        assert_eq!(shown().await["no_room"], Value::Null);
        let left = 3_509;
        let more = yen(100_000 - left - order.total().get());
        shop.app().store.write(counted(&shop, &row(&shop).await, 1, more)).await.unwrap();
        let one = shown().await;
        assert_eq!((&one["total"], &one["month"]["remaining"]), (&json!(3_510), &json!(left)));
        assert_eq!(one["no_room"], "deferred", "{one}");

        // Written as it stands after an action; one on the page would have Amazon asked about the agreement, which is no
        // subscription's here.
        let written = async |change: &dyn Fn(&mut Subscription)| {
            let mut row = row(&shop).await;
            change(&mut row);
            shop.app().store.write(subscriptions::save(&row, 0)).await.unwrap();
            lists(&shop, &token).await["subscriptions"][0]["no_room"].clone()
        };
        let [later, sooner] = [40, 20].map(|days| today(&shop) + days.days());
        assert_eq!(written(&|row| row.schedule = row.schedule.moved(later)).await, Value::Null);
        assert_eq!(written(&|row| row.schedule = row.schedule.moved(sooner)).await, "deferred");
        let since = shop.app().clock.now();
        for state in [SubscriptionState::Paused { since }, SubscriptionState::PaymentNeeded { since }] {
            assert_eq!(written(&|row| row.state = state).await, Value::Null, "{state:?}");
        }
        shop.ends().await;
    }

    /// R23: a close that Amazon refuses for our key's or clock's sake is asked for again; one that is closed at Amazon already, or
    /// unknown there, counts as closed here.
    async fn r23_a_close_that_amazon_refuses_is_asked_for_again(database) {
        for (status, code) in [(403, "InvalidRequestSignature"), (404, "ResourceNotFound")] {
            let shop = TestShop::on(database).await;
            subscribes(&shop).await;
            let token = signs_in(&shop, "hanako").await;
            let refusal = simulator::FaultKind::Status { status, reason_code: Some(code.to_owned()) };
            shop.control.fail(Some("closeChargePermission"), refusal, 1).await.unwrap();
            assert_eq!(does(&shop, &token, "cancel", json!({ "version": 1 })).await.status, 200);
            eventually(code, async || {
                let row = subscriptions::find(&shop.app().store.reader().await.ok()?, &shop_id(), &id()).await.ok()??;
                (row.permission_state == shared::charge::ChargePermissionState::Closed).then_some(())
            })
            .await;
            let at_amazon = shop.control.permissions().await.unwrap();
            assert_eq!(at_amazon[0]["statusDetails"]["state"] == "Closed", status == 403, "{code}");
            shop.ends().await;
        }
    }

    /// R23: cancel ends it for good and closes the charge permission at Amazon, through an outage too.
    async fn a_cancel_closes_the_permission_at_amazon(database) {
        let shop = TestShop::on(database).await;
        let order = subscribes(&shop).await;
        let token = signs_in(&shop, "hanako").await;
        shop.control.fail(Some("closeChargePermission"), simulator::FaultKind::HangUpBefore, 1).await.unwrap();
        let ended = does(&shop, &token, "cancel", json!({ "version": 1 })).await;
        assert_eq!((&ended.body["state"]["state"], &ended.body["state"]["reason"]), (&json!("ended"), &json!("shopper")));
        assert_eq!((&ended.body["upcoming"], &ended.body["actions"]), (&json!([]), &json!([])));
        let permission = order.charge_permission_id.unwrap();
        eventually("the permission is closed", async || {
            let row = subscriptions::find(&shop.app().store.reader().await.ok()?, &shop_id(), &id()).await.ok()??;
            (row.permission_state == shared::charge::ChargePermissionState::Closed).then_some(())
        })
        .await;
        let at_amazon = shop.control.permissions().await.unwrap();
        let at_amazon = at_amazon.iter().find(|found| found.to_string().contains(permission.as_str())).unwrap();
        assert!(at_amazon.to_string().contains("Closed"), "{at_amazon}");
        let version = lists(&shop, &token).await["subscriptions"][0]["version"].clone();
        for (what, more) in [("skip", json!({})), ("resume", json!({})), ("cancel", json!({})), ("address", json!({ "address": typed() }))] {
            let mut body = json!({ "version": version });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(does(&shop, &token, what, body).await.code(), Some(Code::SubscriptionEnded), "{what}");
        }
        shop.ends().await;
    }

    /// R21, R22: the preview and the change reach the same deliveries; captured, shipped, canceled and earlier ones keep
    /// their address, an open renewal gets the new one in the same batch.
    async fn an_address_reaches_what_the_preview_says(database) {
        let shop = TestShop::on(database).await;
        let first = subscribes(&shop).await;
        let day = |n: i64| today(&shop) + n.days();
        let at = shop.app().clock.now();
        renewal(&shop, &first, "early", day(1), |_| {}).await;
        renewal(&shop, &first, "open", day(5), |_| {}).await;
        renewal(&shop, &first, "captured", day(5), |order| {
            order.payment = Payment::Captured { captured: order.total(), refunded: Yen::ZERO, captured_at: at };
        }).await;
        renewal(&shop, &first, "shipped", day(5), |order| order.order_status = OrderStatus::Shipped).await;
        renewal(&shop, &first, "canceled", day(5), |order| order.order_status = OrderStatus::Canceled).await;
        let token = signs_in(&shop, "hanako").await;

        let mut wrong = typed();
        wrong["phone"] = json!("12345");
        let body = json!({ "version": 1, "from": day(4), "address": wrong });
        let preview = does(&shop, &token, "address/preview", body.clone()).await;
        assert_eq!(preview.body["errors"][0]["field"], "phone", "{}", preview.body);
        assert!(preview.body["errors"][0]["text"].as_str().unwrap().contains("電話番号"));
        assert_eq!(does(&shop, &token, "address", body).await.code(), Some(Code::AddressInvalid));
        let mut far = typed();
        (far["prefecture"], far["city"]) = (json!("沖縄県"), json!("那覇市"));
        for what in ["address/preview", "address"] {
            let refused = does(&shop, &token, what, json!({ "version": 1, "address": far })).await;
            assert_eq!(refused.code(), Some(Code::AreaNotServed), "{what}");
            let past = does(&shop, &token, what, json!({ "version": 1, "from": day(-1), "address": typed() })).await;
            assert_eq!(past.code(), Some(Code::DeliveryDate), "{what}");
        }

        let body = json!({ "version": 1, "from": day(4), "address": typed() });
        let preview = does(&shop, &token, "address/preview", body.clone()).await.body;
        assert_eq!(address_of(&shop, "open").await, *first.address.as_ref().unwrap(), "a preview changes nothing");
        let changed = does(&shop, &token, "address", body.clone()).await.body;
        assert_eq!((&changed["reached"], &changed["kept"]), (&preview["reached"], &preview["kept"]));
        let reached: Vec<_> = changed["reached"].as_array().unwrap().iter().map(|one| one["order_number"].clone()).collect();
        assert_eq!(reached[0], "20261125-open", "{changed}");
        assert!(reached.len() > 3 && reached[1..].iter().all(Value::is_null), "{changed}");
        let mut kept: Vec<_> = changed["kept"].as_array().unwrap().iter()
            .map(|one| format!("{} {}", one["order_number"].as_str().unwrap(), one["kept"].as_str().unwrap())).collect();
        kept.sort();
        assert_eq!(kept, ["canceled canceled", "captured captured", "early earlier", "shipped shipped"].map(|one| format!("20261125-{one}")));
        let stale = does(&shop, &token, "address", body).await;
        assert_eq!(stale.code(), Some(Code::SubscriptionChanged), "the other tab");

        let new = address_of(&shop, "open").await;
        assert_eq!((new.name.as_str(), new.postal_code.as_deref()), ("試験 次郎", Some("5300001")));
        assert_eq!(new.lines, ["大阪市北区見本1-2"]);
        for order in ["early", "captured", "shipped", "canceled", first.id.as_str()] {
            assert_eq!(address_of(&shop, order).await, *first.address.as_ref().unwrap(), "{order}");
        }
        let one = lists(&shop, &token).await["subscriptions"][0].clone();
        assert_eq!((&one["address"]["name"], &one["address_source"]), (&json!("試験 次郎"), &json!("form")));

        // 次回から: the nearest delivery that may still be reached is an order already.
        let next = does(&shop, &token, "address", json!({ "version": 2, "address": typed() })).await;
        assert_eq!(next.body["from"], json!(day(1)), "{}", next.body);
        assert_eq!(address_of(&shop, "early").await, new);
        let reader = shop.app().store.reader().await.unwrap();
        let told = reader.rows("select detail from subscription_event order by entry_id", values![]).await.unwrap();
        assert_eq!(told[0].text("detail").unwrap(), format!(r#"{{"event":"address_changed","from":"{}"}}"#, day(4)));
        drop(reader);
        shop.ends().await;
    }
}

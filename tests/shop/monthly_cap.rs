//! 月次の上限金額 as it is stored: charges made at the same moment never pass the cap together, and what was refused is
//! given back once.

use crate::my_page::{does, lists, signs_in, subscribes};
use backend::store::monthly_totals::{self, BuyerCharge, Caps, Reservation, buyer_subject};
use backend::store::subscriptions;
use backend::store::{Batch, Store, StoreError, Unmet};
use futures_util::future::join_all;
use integration_tests::{TestShop, on_both_databases};
use serde_json::json;
use shared::api::Code;
use shared::id::{BuyerId, ChargePermissionId, OrderId, ShopId};
use shared::money::Yen;
use shared::monthly_cap::Month;
use shared::renewal::first_of_next_month;
use std::time::Duration;

const NOW: i64 = 1_800_000_000_000;
const PERMISSION: &str = "C03-1111111-2222222";

fn yen(amount: i64) -> Yen {
    Yen::new(amount).unwrap()
}

fn month(number: i64) -> Month {
    Month::try_from(number).unwrap()
}

fn caps(permission: i64, buyer: Option<i64>) -> Caps {
    Caps { permission: yen(permission), buyer: buyer.map(yen) }
}

fn charge(order: usize, amount: i64) -> Reservation {
    Reservation {
        shop_id: ShopId::new("demo").unwrap(),
        order_id: OrderId::new(format!("order-{order:03}")).unwrap(),
        attempt: 1,
        permission: ChargePermissionId::new(PERMISSION).unwrap(),
        buyer: BuyerId::new("amzn1.account.BUYER").unwrap(),
        month: month(202_701),
        amount: yen(amount),
    }
}

/// Used of the permission's and of the buyer's cap; 0 where nothing was counted.
async fn used(store: &Store, of: &Reservation, month: Month) -> (i64, i64) {
    let reader = store.reader().await.unwrap();
    let (permission, buyer) = (of.permission.as_str().to_owned(), buyer_subject(&of.buyer));
    let mut found = Vec::new();
    for subject in [&permission, &buyer] {
        let total = monthly_totals::find(&reader, &of.shop_id, subject, month).await.unwrap();
        found.push(total.map_or(0, |total| total.used.get()));
    }
    (found[0], found[1])
}

async fn state(store: &Store, of: &Reservation) -> (i64, String) {
    let reader = store.reader().await.unwrap();
    let found = monthly_totals::reservation(&reader, &of.shop_id, &of.order_id, of.attempt).await.unwrap();
    let (row, state) = found.unwrap();
    (row.month.number(), state)
}

fn unmet(outcome: Result<backend::store::Outcome, StoreError>) -> Option<Unmet> {
    outcome.err().map(|error| error.unmet().unwrap_or_else(|| panic!("{error}")))
}

on_both_databases! {
    /// R18: of 64 charges at the same moment exactly those succeed that the cap has room for.
    async fn r18_sixty_four_charges_at_once_never_pass_the_cap_together(database) {
        let shop = TestShop::on(database).await;
        let store = &shop.app().store;
        let all: Vec<_> = (0..64).map(|order| charge(order, 3_000)).collect();
        // Room for 17, and for a bit that is not enough for one more.
        let tried = all.iter().map(|one| store.write(monthly_totals::reserve(one, caps(53_999, None), NOW)));
        let outcomes = join_all(tried).await;
        let mut done = Vec::new();
        for (one, outcome) in all.iter().zip(outcomes) {
            match unmet(outcome) {
                None => done.push(one),
                Some(refused) => assert_eq!(refused, Unmet::OverCap("monthly_total")),
            }
        }
        assert_eq!((done.len(), used(store, &all[0], month(202_701)).await), (17, (51_000, 51_000)));
        assert_eq!(shop.count("select count(*) as n from cap_reservation").await, 17);
        // The next month is another one.
        let next = Reservation { month: month(202_702), ..charge(99, 3_000) };
        store.write(monthly_totals::reserve(&next, caps(53_999, None), NOW)).await.unwrap();
        // All given back at once, each by three: nothing is left, and nothing below.
        let backs = done.iter().chain(&done).chain(&done);
        let backs = backs.map(|one| store.write(monthly_totals::give_back(&one.shop_id, &one.order_id, 1, NOW)));
        for outcome in join_all(backs).await {
            assert_eq!(unmet(outcome), None);
        }
        assert_eq!(used(store, &all[0], month(202_701)).await, (0, 0));
        assert_eq!(used(store, &all[0], month(202_702)).await, (3_000, 3_000));
        shop.ends().await;
    }

    /// R16, R18: a buyer's cap holds over all permissions, and what was counted before it was set counts.
    async fn r16_a_buyers_cap_holds_over_all_permissions(database) {
        let shop = TestShop::on(database).await;
        let store = &shop.app().store;
        let other = |order| Reservation {
            permission: ChargePermissionId::new("C03-3333333-4444444").unwrap(),
            ..charge(order, 5_000)
        };
        store.write(monthly_totals::reserve(&charge(1, 8_000), caps(50_000, None), NOW)).await.unwrap();
        let set = caps(50_000, Some(12_000));
        let refused = unmet(store.write(monthly_totals::reserve(&other(2), set, NOW)).await);
        assert_eq!(refused, Some(Unmet::OverCap("monthly_total")));
        assert_eq!(used(store, &other(2), month(202_701)).await, (0, 8_000), "nothing of a refused one stays");
        store.write(monthly_totals::give_back(&charge(1, 0).shop_id, &charge(1, 0).order_id, 1, NOW)).await.unwrap();
        store.write(monthly_totals::reserve(&other(2), set, NOW)).await.unwrap();
        assert_eq!(used(store, &other(2), month(202_701)).await, (5_000, 5_000));
        shop.ends().await;
    }

    /// R17: a charge that stands counts for good, also when its order is canceled; the same attempt counts once.
    async fn r17_what_was_charged_is_never_given_back(database) {
        let shop = TestShop::on(database).await;
        let store = &shop.app().store;
        let one = charge(1, 4_000);
        store.write(monthly_totals::reserve(&one, caps(50_000, None), NOW)).await.unwrap();
        let again = unmet(store.write(monthly_totals::reserve(&one, caps(50_000, None), NOW)).await);
        assert_eq!(again, Some(Unmet::Busy("cap_reservation")));
        store.write(monthly_totals::charged(&one.shop_id, &one.order_id, 1)).await.unwrap();
        store.write(monthly_totals::give_back(&one.shop_id, &one.order_id, 1, NOW)).await.unwrap();
        assert_eq!(used(store, &one, month(202_701)).await, (4_000, 4_000));
        assert_eq!(state(store, &one).await, (202_701, "charged".to_owned()));
        // The checkout's own charge counts, whatever the cap says.
        let first = Reservation { attempt: 0, ..charge(0, 60_000) };
        store.write(monthly_totals::count(&first, caps(50_000, None), NOW)).await.unwrap();
        assert_eq!(used(store, &one, month(202_701)).await, (64_000, 64_000));
        shop.ends().await;
    }

    /// R17: Amazon's count governs where it is higher, and its changed limit at once.
    async fn r17_what_amazon_counted_beyond_us_counts(database) {
        let shop = TestShop::on(database).await;
        let store = &shop.app().store;
        let one = charge(1, 4_000);
        let heard = |cap, used| {
            monthly_totals::heard(&one.shop_id, &one.permission, one.month, yen(cap), yen(used), NOW)
        };
        store.write(heard(50_000, 0)).await.unwrap();
        store.write(monthly_totals::reserve(&one, caps(50_000, None), NOW)).await.unwrap();
        // Amazon has not seen it yet: nothing is forgotten.
        store.write(heard(50_000, 0)).await.unwrap();
        assert_eq!(used(store, &one, month(202_701)).await.0, 4_000);
        store.write(heard(50_000, 47_000)).await.unwrap();
        let refused = unmet(store.write(monthly_totals::reserve(&charge(2, 3_001), caps(50_000, None), NOW)).await);
        assert_eq!(refused, Some(Unmet::OverCap("monthly_total")));
        store.write(monthly_totals::reserve(&charge(2, 3_000), caps(50_000, None), NOW)).await.unwrap();
        assert_eq!(used(store, &one, month(202_701)).await.0, 50_000);
        shop.ends().await;
    }

    /// R17, R18: a charge that Amazon made in the next month is moved there in one batch, once.
    async fn r17_a_charge_of_another_month_is_moved_whole(database) {
        let shop = TestShop::on(database).await;
        let store = &shop.app().store;
        let one = charge(1, 4_000);
        store.write(monthly_totals::reserve(&one, caps(50_000, None), NOW)).await.unwrap();
        store.write(monthly_totals::reserve(&charge(2, 1_000), caps(50_000, None), NOW)).await.unwrap();
        let made = |number| -> Batch { monthly_totals::made_in(&one.shop_id, &one.order_id, 1, month(number), NOW) };
        store.write(made(202_701)).await.unwrap();
        assert_eq!(used(store, &one, month(202_701)).await, (5_000, 5_000), "the month it was reserved for");
        for _ in 0..2 {
            store.write(made(202_702)).await.unwrap();
            assert_eq!(used(store, &one, month(202_701)).await, (1_000, 1_000));
            assert_eq!(used(store, &one, month(202_702)).await, (4_000, 4_000));
        }
        assert_eq!(state(store, &one).await, (202_702, "reserved".to_owned()));
        store.write(monthly_totals::give_back(&one.shop_id, &one.order_id, 1, NOW)).await.unwrap();
        assert_eq!(used(store, &one, month(202_702)).await, (0, 0));
        store.write(made(202_703)).await.unwrap();
        assert_eq!(used(store, &one, month(202_703)).await, (0, 0), "nothing of what was given back");
        shop.ends().await;
    }

    /// R18: of a buyer's checkouts at the same moment only those are completed that the buyer's month has room for; what
    /// came to nothing is given back, and what was completed is counted once.
    async fn r18_checkouts_at_once_never_pass_the_buyers_cap_together(database) {
        let shop = TestShop::on(database).await;
        let store = &shop.app().store;
        let all: Vec<_> = (0..16).map(|order| Reservation { attempt: 0, ..charge(order, 3_000) }).collect();
        let taking = |one: &Reservation| {
            let Reservation { shop_id, order_id, buyer, month, amount, .. } = one;
            let taken = BuyerCharge { shop_id, order_id, buyer, month: *month, amount: *amount };
            monthly_totals::reserve_of_buyer(&taken, yen(10_000), NOW)
        };
        let outcomes = join_all(all.iter().map(|one| store.write(taking(one)))).await;
        let done: Vec<_> = all.iter().zip(outcomes).filter_map(|(one, outcome)| unmet(outcome).is_none().then_some(one)).collect();
        assert_eq!((done.len(), used(store, &all[0], month(202_701)).await), (3, (0, 9_000)));
        assert_eq!(unmet(store.write(taking(done[0])).await), Some(Unmet::Busy("cap_reservation")));
        store.write(monthly_totals::give_back(&done[0].shop_id, &done[0].order_id, 0, NOW)).await.unwrap();
        assert_eq!(used(store, &all[0], month(202_701)).await, (0, 6_000));
        store.write(taking(done[0])).await.unwrap();
        store.write(monthly_totals::count(done[0], caps(50_000, Some(10_000)), NOW)).await.unwrap();
        assert_eq!(used(store, &all[0], month(202_701)).await, (3_000, 9_000));
        assert_eq!(state(store, done[0]).await.1, "charged");
        store.write(monthly_totals::give_back(&done[0].shop_id, &done[0].order_id, 0, NOW)).await.unwrap();
        assert_eq!(used(store, &all[0], month(202_701)).await, (3_000, 9_000), "what was charged is not given back");
        shop.ends().await;
    }

    /// R18, R19: more pieces than the month of the next delivery has room for are refused with used and remaining; in a
    /// later month they may fit, and dearer than the cap itself they never do.
    async fn r18_more_pieces_than_the_month_has_room_for_are_refused(database) {
        let mut shop = TestShop::on(database).await;
        // On the 1st, so that the delivery in ten days is charged in the present month.
        let first = first_of_next_month(shop.app().clock.now()).as_millisecond() + 3_600_000;
        shop.advances(Duration::from_millis(u64::try_from(first - shop.app().clock.now_ms()).unwrap()));
        let order = subscribes(&shop).await;
        let token = signs_in(&shop, "hanako").await;
        let reader = shop.app().store.reader().await.unwrap();
        let buyer = order.buyer.id.unwrap();
        let row = subscriptions::of_buyer(&reader, &order.shop_id, &buyer).await.unwrap().remove(0);
        drop(reader);
        let now = Month::in_japan(shop.app().clock.now());
        let one = row.total().unwrap().get();
        let heard = monthly_totals::heard(&row.shop_id, &row.charge_permission_id, now, yen(50_000), yen(50_000 - one - 500), NOW);
        shop.app().store.write(heard).await.unwrap();
        let asks = async |quantity: u32| {
            let version = lists(&shop, &token).await["subscriptions"][0]["version"].clone();
            does(&shop, &token, "quantity", json!({ "version": version, "quantity": quantity })).await
        };
        let refused = asks(3).await;
        assert_eq!((refused.status, refused.code()), (409, Some(Code::MonthlyCapReached)), "{}", refused.body);
        assert!(refused.text.contains(&format!("残り {}", yen(one + 500))), "{}", refused.text);
        assert_eq!(asks(99).await.code(), Some(Code::DeliveryDearerThanCap));
        assert_eq!(lists(&shop, &token).await["subscriptions"][0]["quantity"], 2);
        shop.ends().await;
    }
}

//! The subscriptions as their checkouts would have left them, each with its own agreement at Amazon.

use super::demo;
use super::people::{Change, Member};
use crate::renewal::agreement;
use backend::store::Batch;
use backend::store::subscriptions::{self, Subscription};
use futures_util::StreamExt;
use integration_tests::TestShop;
use jiff::ToSpan;
use jiff::civil::Date;
use shared::address_form::AddressForm;
use shared::api::Language;
use shared::charge::ChargePermissionState;
use shared::cycle::Cycle;
use shared::id::{BuyerId, OrderId, OrderNumber, ProductId, SubscriptionId};
use shared::money::{TaxRate, Yen};
use shared::subscription::{AddressSource, Schedule, SubscriptionAddress, SubscriptionState};

/// Side by side.
const AT_ONCE: usize = 4;

/// How often, of which price in yen, how many of 500.
const KINDS: [(Cycle, i64, usize); 12] = [
    (Cycle::Weeks { every: 1 }, 1_480, 2),
    // Four of them fit into a month, a fifth does not.
    (Cycle::Weeks { every: 1 }, 22_000, 2),
    (Cycle::Weeks { every: 2 }, 2_450, 4),
    // Not two of them in a month.
    (Cycle::Weeks { every: 2 }, 58_000, 2),
    (Cycle::Weeks { every: 3 }, 1_332, 4),
    (Cycle::Months { every: 1 }, 3_000, 24),
    // Each fits, both of a buyer do not.
    (Cycle::Months { every: 1 }, 70_000, 8),
    (Cycle::Months { every: 2 }, 4_980, 60),
    (Cycle::Months { every: 3 }, 12_000, 150),
    (Cycle::Months { every: 6 }, 8_800, 160),
    (Cycle::Months { every: 12 }, 30_000, 78),
    // Dearer than the cap itself.
    (Cycle::Months { every: 3 }, 100_001, 6),
];

/// Of 500 and of any part of them there are as many of each kind as there should be.
fn kind_of(number: usize, count: usize) -> (Cycle, i64) {
    let mut left = (number / 2 * 2) * 500 / count;
    for (cycle, price, share) in KINDS {
        match left.checked_sub(share) {
            Some(more) => left = more,
            None => return (cycle, price),
        }
    }
    unreachable!("the shares make 500")
}

/// An address that names its member and how often it was changed.
pub fn address(number: usize, times: usize) -> AddressForm {
    let text = |text: &str| text.to_owned();
    AddressForm {
        family_name: text("試験"),
        given_name: text("花子"),
        family_kana: text("シケン"),
        given_kana: text("ハナコ"),
        postal_code: text("5300001"),
        prefecture: text("大阪府"),
        city: text("大阪市北区"),
        street: format!("見本{number}-{times}"),
        building: String::new(),
        phone: text("0612345678"),
    }
}

/// One subscription whose first delivery was in the month before `today`.
async fn one(shop: &TestShop, number: usize, count: usize, today: Date) -> Member {
    let now = shop.app().clock.now();
    let (cycle, price) = kind_of(number, count);
    // Every day of January, the last three too.
    let first = today - i64::try_from(1 + number % 31).unwrap().days();
    let id = SubscriptionId::new(format!("subscription-{number:04}")).unwrap();
    let permission = agreement(shop, &format!("agreement-{number}")).await;
    let buyer = BuyerId::new(format!("amzn1.account.BUYER{:04}", number / 2)).unwrap();
    let schedule = Schedule::begun(cycle, first, None);
    let digit = |place: u32| u8::try_from(number / 31_usize.pow(place) % 31).unwrap();
    let row = Subscription {
        shop_id: demo(),
        id: id.clone(),
        number: OrderNumber::from_parts(today, [digit(0), digit(1), digit(2), 0, 0]),
        buyer_id: buyer.clone(),
        buyer_name: "試験 花子".to_owned(),
        buyer_mail: Some("hanako@example.jp".to_owned()),
        buyer_phone: None,
        language: Language::Ja,
        first_order_id: OrderId::new(format!("first-{number}")).unwrap(),
        product_id: ProductId::new(if number % 10 == 3 { "tea-club" } else { "coffee-club" }).unwrap(),
        product_name: "珈琲定期便".to_owned(),
        tax_rate: TaxRate::Reduced,
        unit_price: Yen::new(price).unwrap(),
        quantity: 1,
        shipping_fee: Yen::ZERO,
        schedule,
        state: SubscriptionState::Active,
        due_at: Some(now.as_millisecond()),
        current_order_id: None,
        tries: 0,
        failed_periods: 0,
        charge_permission_id: permission.clone(),
        permission_state: ChargePermissionState::Chargeable,
        payment_text: None,
        told_price_at: None,
        told_price: None,
        told: shared::renewal::Told::default(),
        created_at: now.as_millisecond(),
        version: 1,
    };
    let home = address(number, 0).read().unwrap().address;
    let begun = SubscriptionAddress { from: first, address: home.clone(), source: AddressSource::Checkout };
    let mut batch = Batch::from(subscriptions::insert(&row));
    batch.push(subscriptions::add_address(&demo(), &id, "0", &begun, now.as_millisecond()));
    shop.app().store.write(batch).await.unwrap();
    Member {
        number,
        id,
        buyer,
        permission,
        cycle,
        anchor: (1, first),
        moves: Vec::new(),
        addresses: vec![Change { at: i64::MIN, from: first, address: home }],
        good_card_on: None,
        ended: false,
    }
}

/// `count` of them.
pub async fn begin(shop: &TestShop, count: usize, today: Date) -> Vec<Member> {
    let all = futures_util::stream::iter((0..count).map(|number| one(shop, number, count, today)));
    all.buffered(AT_ONCE).collect().await
}

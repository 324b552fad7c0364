//! What shoppers, operators, cards and Amazon do meanwhile; the same in every run, by a sequence of numbers from one seed.

use super::beginning::address;
use super::demo;
use backend::service::capture_order::{CaptureRequest, capture_order};
use backend::service::my_page::act::{Wish, act};
use backend::service::my_page::{MyPageError, change_address};
use backend::service::shops::{self, OpenShop};
use backend::service::{cancel_order, date_in_japan};
use backend::store::orders::{self, Order};
use backend::store::subscriptions::{self, Subscription};
use backend::store::{Statement, values};
use integration_tests::TestShop;
use jiff::ToSpan;
use jiff::civil::Date;
use shared::address::DeliveryAddress;
use shared::api::{CancelReason, CancelRequest, ChangeAddressRequest, Language};
use shared::cycle::Cycle;
use shared::id::{BuyerId, ChargePermissionId, OperatorId, OrderId, SubscriptionId};
use shared::payment::PaymentState;
use shared::subscription::{SubscriptionRefused, SubscriptionState};
use simulator::FaultKind;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An address and what it is for, as the member remembers it.
pub struct Change {
    /// Unix ms.
    pub at: i64,
    pub from: Date,
    pub address: DeliveryAddress,
}

/// A subscription as the one who has it would tell of it.
pub struct Member {
    pub number: usize,
    pub id: SubscriptionId,
    pub buyer: BuyerId,
    pub permission: ChargePermissionId,
    pub cycle: Cycle,
    /// The period that the later ones are counted from, and its date.
    pub anchor: (u32, Date),
    /// Earlier ones.
    pub moves: Vec<(u32, Date)>,
    pub addresses: Vec<Change>,
    /// When a card that Amazon refuses is put right.
    pub good_card_on: Option<Date>,
    /// By the shopper or at Amazon.
    pub ended: bool,
}

/// Everybody.
pub struct Life {
    pub members: Vec<Member>,
    /// Unix ms since when an order keeps its address: captured or canceled.
    pub fixed: BTreeMap<OrderId, i64>,
    /// How often each thing was done.
    pub done: BTreeMap<&'static str, u32>,
    seed: u64,
    seen: i64,
}

fn operator() -> OperatorId {
    OperatorId::new("operator-1").unwrap()
}

impl Life {
    pub fn of(members: Vec<Member>) -> Self {
        Self { members, fixed: BTreeMap::new(), done: BTreeMap::new(), seed: 0x5eed, seen: 0 }
    }

    /// The next number of the sequence (SplitMix64), below `limit`.
    fn draw(&mut self, limit: u64) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    fn did(&mut self, what: &'static str) {
        *self.done.entry(what).or_default() += 1;
    }

    /// What goes wrong at Amazon on this day, before the day's charges.
    pub async fn meets_fate(&mut self, shop: &TestShop, day: i32) {
        let lost = match self.draw(24) {
            0 => Some((FaultKind::HangUpAfter, "answer lost")),
            1 => Some((FaultKind::HangUpBefore, "question lost")),
            2 => Some((FaultKind::Status { status: 503, reason_code: None }, "out of order")),
            _ => None,
        };
        if let Some((kind, name)) = lost {
            shop.control.fail(Some("createCharge"), kind, 1).await.unwrap();
            self.did(name);
        }
        let outcome = match self.draw(16) {
            0 | 1 => Some("SoftDeclined"),
            2 => Some("TransactionTimedOut"),
            3 => Some("ProcessingFailure"),
            4 => Some("AmazonRejected"),
            5 => Some("PendingDeclined"),
            _ => None,
        };
        if let Some(code) = outcome {
            shop.control.order_outcome("createCharge", code, 1).await.unwrap();
            self.did(code);
        }
        // One of the products is not sold for a while.
        if day % 365 == 200 || day % 365 == 230 {
            let sql = "update product set on_sale = $1 where shop_id = 'demo' and product_id = 'tea-club'";
            shop.app().store.write(Statement::new(sql, values![i64::from(day % 365 == 230)])).await.unwrap();
        }
    }

    /// What people do on this day, after the day's charges.
    pub async fn lives(&mut self, shop: &TestShop, today: Date) {
        let open = shops::open(shop.app(), &demo()).await.unwrap();
        self.sees_to_orders(shop, &open).await;
        for position in 0..self.members.len() {
            let member = &self.members[position];
            if member.good_card_on.is_some_and(|day| day <= today) && !member.ended {
                // Ended by us after too many refusals, or by the buyer: then nothing can be changed any more.
                let _ = shop.control.change_card(member.permission.as_str(), "4444").await;
                self.members[position].good_card_on = None;
                self.did("card put right");
            }
            if !self.members[position].ended && self.draw(120) == 0 {
                self.acts(shop, &open, position, today).await;
            }
        }
    }

    /// The desk captures what was authorized, cancels some, and forgets some.
    async fn sees_to_orders(&mut self, shop: &TestShop, open: &Arc<OpenShop>) {
        let app = shop.app();
        let reader = app.store.reader().await.unwrap();
        let sql = "select order_id, placed_at from orders where shop_id = 'demo' and placed_at > $1
                    and payment_state = 'authorized' order by placed_at, order_id";
        let rows = reader.rows(sql, values![self.seen - 10 * 86_400_000]).await.unwrap();
        for row in &rows {
            let id: OrderId = row.parse("order_id").unwrap();
            let order = orders::find(&reader, &demo(), &id).await.unwrap().unwrap();
            match self.draw(40) {
                0 => {
                    let request = CancelRequest {
                        version: order.version,
                        reason: CancelReason::Other,
                        note: None,
                        send_mail: false,
                    };
                    cancel_order::cancel_order(app, open, &id, &operator(), &request).await.unwrap();
                    self.fixed.insert(id, app.clock.now_ms());
                    self.did("order canceled");
                }
                // Forgotten today; after ten days for good.
                1..=3 => self.did("capture put off"),
                _ => {
                    self.captures(shop, open, &order).await;
                    self.did("captured");
                }
            }
        }
        self.seen = app.clock.now_ms();
    }

    async fn captures(&mut self, shop: &TestShop, open: &Arc<OpenShop>, order: &Order) {
        let request = CaptureRequest {
            order: order.id.clone(),
            version: order.version,
            operator: operator(),
            run: None,
        };
        capture_order(shop.app(), open, request).await.unwrap();
        self.fixed.insert(order.id.clone(), shop.app().clock.now_ms());
    }

    /// One thing that a member does.
    async fn acts(&mut self, shop: &TestShop, open: &Arc<OpenShop>, position: usize, today: Date) {
        let id = self.members[position].id.clone();
        let reader = shop.app().store.reader().await.unwrap();
        let row = subscriptions::find(&reader, &demo(), &id).await.unwrap().unwrap();
        drop(reader);
        if matches!(row.state, SubscriptionState::Ended { .. }) {
            self.members[position].ended = true;
            return;
        }
        if matches!(row.state, SubscriptionState::Paused { .. }) && self.draw(2) == 0 {
            return self.wishes(shop, open, position, &row, Wish::Resume, "resumed").await;
        }
        match self.draw(34) {
            0..=5 => self.wishes(shop, open, position, &row, Wish::Skip, "skipped").await,
            6..=10 => {
                let to = today + i64::try_from(4 + self.draw(40)).unwrap().days();
                self.wishes(shop, open, position, &row, Wish::Move(to), "moved").await;
            }
            11..=18 => self.moves_house(shop, open, position, &row, today).await,
            19..=21 => {
                let to = u32::try_from(1 + self.draw(3)).unwrap();
                self.wishes(shop, open, position, &row, Wish::Quantity(to), "quantity").await;
            }
            22..=24 => self.wishes(shop, open, position, &row, Wish::Pause, "paused").await,
            25 => self.wishes(shop, open, position, &row, Wish::Cancel, "ended").await,
            26 => {
                let permission = self.members[position].permission.as_str();
                // It may have expired after 13 months without a charge.
                let _ = shop.control.set_permission_state(permission, "Closed", Some("BuyerClosed")).await;
                self.members[position].ended = true;
                self.did("closed at Amazon");
            }
            27..=33 => {
                let card = ["3434", "3064", "4354"][usize::try_from(self.draw(3)).unwrap()];
                let permission = self.members[position].permission.as_str();
                let _ = shop.control.change_card(permission, card).await;
                let days = [2, 5, 20, 45, 120][usize::try_from(self.draw(5)).unwrap()];
                self.members[position].good_card_on = Some(today + days.days());
                self.did("card went bad");
            }
            _ => unreachable!("below 34"),
        }
    }

    async fn wishes(
        &mut self,
        shop: &TestShop,
        open: &OpenShop,
        position: usize,
        row: &Subscription,
        wish: Wish,
        name: &'static str,
    ) {
        let member = &mut self.members[position];
        match act(shop.app(), open, &member.buyer, &member.id, row.version, wish).await {
            Ok(_) => {
                if let Wish::Move(to) = wish {
                    let before = std::mem::replace(&mut member.anchor, (row.schedule.period, to));
                    member.moves.push(before);
                }
                member.ended |= wish == Wish::Cancel;
                self.did(name);
            }
            Err(
                // Farther ahead than Amazon keeps an agreement without a charge: twice left out of every six months.
                MyPageError::Refused(SubscriptionRefused::State | SubscriptionRefused::Date)
                | MyPageError::DearerThanCap
                | MyPageError::OverCap { .. },
            ) => self.did("refused"),
            Err(error) => panic!("{}: {name}: {error}", row.id),
        }
    }

    /// お届け先変更, from the next delivery or from a date on.
    async fn moves_house(
        &mut self,
        shop: &TestShop,
        open: &OpenShop,
        position: usize,
        row: &Subscription,
        today: Date,
    ) {
        let from = (self.draw(2) == 0).then(|| today + i64::try_from(self.draw(60)).unwrap().days());
        let member = &mut self.members[position];
        let form = address(member.number, member.addresses.len());
        let address = form.read().unwrap().address;
        let request = ChangeAddressRequest {
            version: row.version,
            from: from.map(Into::into),
            address: Some(form),
            amazon_checkout_session_id: None,
        };
        let at = shop.app().clock.now_ms();
        assert_eq!(date_in_japan(shop.app().clock.now()), today);
        let told = change_address::change_address(
            shop.app(),
            open,
            &member.buyer,
            &member.id,
            &request,
            Language::Ja,
        )
        .await
        .unwrap();
        // 次回から holds for the next delivery, whichever date it gets afterwards.
        let holds = if from.is_some() { told.from.into() } else { Date::from(told.from).min(today) };
        member.addresses.push(Change { at, from: holds, address });
        self.did("address changed");
    }
}

/// Payments under which nothing was charged and nothing is.
pub const UNPAID: [PaymentState; 1] = [PaymentState::AuthorizationDeclined];

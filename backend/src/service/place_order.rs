//! The order that comes of a completed checkout: a value and the statements that store it.
//!
//! Pure: everything it needs was fixed when the checkout began or stood in the intent's snapshot.

use super::review_checkout::BuyerSnapshot;
use super::shops::OpenShop;
use super::{ask_name, begin_subscription};
use crate::secret;
use crate::store::checkouts::CheckoutRow;
use crate::store::members::MemberProfile;
use crate::store::orders::{self, Order, OrderBuyer, OrderDesk, OrderIdentity};
use crate::store::timeline::{self, Entry, Happened, Note};
use crate::store::{Batch, jobs};
use crate::worker::kind;
use jiff::Timestamp;
use shared::address::DeliveryAddress;
use shared::cart::CartError;
use shared::id::{ChargeId, ChargePermissionId, JobId, OrderId, OrderNumber};
use shared::order::{OrderOrigin, OrderStatus};
use shared::payment::Payment;
use shared::payment_method::PaymentMethod;

/// What Amazon answered, and what was known before it was asked.
#[derive(Clone)]
pub struct Completed {
    /// Buyer and address before Complete.
    pub snapshot: BuyerSnapshot,
    /// The buyer's profile, where the buyer is a member: the name in parts that a person has told (R45).
    pub member: Option<MemberProfile>,
    /// Amazon's.
    pub charge_permission_id: Option<ChargePermissionId>,
    /// Amazon's.
    pub charge_id: Option<ChargeId>,
    /// Whether the authorization is still being decided, as far as is known.
    pub pending: bool,
    /// Amazon's name for the call.
    pub request_id: Option<String>,
}

/// A number as people say it: the date in Japan and five characters by chance. On a busy day two draws may be the
/// same; whoever stores it draws again then.
pub fn draw_number(now: Timestamp) -> OrderNumber {
    OrderNumber::from_parts(super::date_in_japan(now), secret::random())
}

/// The order's id and the statements that store it under `number`; its checkout can have one order only. `old` is the
/// order whose place a pay-again link gives it, as just read.
///
/// # Errors
/// A cart that cannot be added up, which no stored cart is.
pub fn place(
    shop: &OpenShop,
    row: &CheckoutRow,
    old: Option<&Order>,
    number: OrderNumber,
    completed: Completed,
    now: Timestamp,
) -> Result<(OrderId, Batch), CartError> {
    let at = now.as_millisecond();
    let mut address = completed.snapshot.address.as_ref().map(DeliveryAddress::from_amazon);
    let replaces = super::kept_cart::repeated(row);
    let area_not_served = !shop.serves(address.as_ref().and_then(|address| address.prefecture));
    let member = completed.member;
    let known = member.as_ref().map(|member| member.name.clone()).unwrap_or_default();
    let mut identity = OrderIdentity {
        amazon_name: completed.snapshot.amazon_name,
        buyer: row.told_name.clone().unwrap_or(known),
        ..OrderIdentity::default()
    };
    // Where the shop asks, what is known of a member, who therefore is not asked, holds as the answer does.
    if let Some(address) = address.as_mut().filter(|_| row.told_name.is_some() || shop.settings.ask_name) {
        ask_name::of_recipient(&mut identity, address, &completed.snapshot.name);
    }
    let free = row.cart.begins_free(row.total);
    let order = Order {
        shop_id: row.shop_id.clone(),
        id: row.order_id.clone(),
        number,
        checkout_id: Some(row.id.clone()),
        order_status: OrderStatus::New,
        origin: OrderOrigin::Checkout,
        method: if free { PaymentMethod::NoCharge } else { PaymentMethod::AmazonPay },
        payment: match (free, completed.pending) {
            // Nothing stands at Amazon but the permission.
            (true, _) => Payment::Canceled { amount: row.total, at: now },
            (false, true) => Payment::pending(row.total, now),
            (false, false) => Payment::authorized(row.total, now),
        },
        totals: row.cart.total()?,
        lines: row.cart.lines.clone(),
        buyer: OrderBuyer {
            id: completed.snapshot.buyer_id,
            name: completed.snapshot.name,
            mail: completed.snapshot.mail,
            phone: completed.snapshot.phone,
        },
        address,
        original_address: completed.snapshot.address,
        area_not_served,
        charge_permission_id: completed.charge_permission_id,
        charge_id: completed.charge_id,
        subscription: begin_subscription::of_order(row),
        desk: OrderDesk { identity, replaces, ..OrderDesk::default() },
        placed_at: at,
        updated_at: at,
        version: 1,
        terms_version: 1,
    };
    let mut batch = Batch::from(orders::insert(&order));
    batch.append(begin_subscription::with_order(shop, row, &order, completed.snapshot.payment_text, now));
    let entry = Entry {
        at,
        actor: "shopper".to_owned(),
        happened: Happened::Placed { total: row.total },
        request_id: completed.request_id,
    };
    batch.push(timeline::add(&order.shop_id, &order.id, &secret::timed_id(now), &entry));
    if row.told_name.is_some() {
        let happened = Happened::Noted { note: Note::NameTold };
        let entry = Entry { at, actor: "shopper".to_owned(), happened, request_id: None };
        batch.push(timeline::add(&order.shop_id, &order.id, &secret::timed_id(now), &entry));
        batch
            .append(member.map(|member| ask_name::complete_profile(&order, member, now)).unwrap_or_default());
    }
    if let Some(old) = old.filter(|old| old.desk.replaced_by.is_none()) {
        batch.push(orders::replaced(old, &order.id, at));
        // A link repeats the goods alone. What a cancel gave back already is not due a second time.
        if old.order_status != OrderStatus::Canceled {
            batch.append(super::cancel_order::given_back(old, "replaced", now));
        }
    }
    batch.append(super::expiry::clock(&order, now));
    // Amazon's own expiry, state and address follow by asking.
    batch.push(follow(&order, at, now));
    batch.push(super::index_order::enqueue(&order, now));
    batch.append(super::compose_mail::order_confirmation(shop, row, &order, now));
    batch.append(super::count_decisions::decided(&order.shop_id, None, &order.payment, now));
    Ok((order.id, batch))
}

/// A job that asks Amazon about the order's charge and permission, at `due_at` (Unix ms); one at a time.
pub fn follow(order: &Order, due_at: i64, now: Timestamp) -> crate::store::Statement {
    jobs::enqueue_once(&jobs::NewJob {
        shop_id: &order.shop_id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: kind::FOLLOW_ORDER,
        subject: order.id.as_str(),
        payload: "{}",
        due_at,
        now: now.as_millisecond(),
    })
}

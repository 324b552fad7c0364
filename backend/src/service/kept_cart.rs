//! After 与信NG: the kept cart and the mailed link end in one order (R89).
//!
//! A checkout that repeats an order at 与信NG says so in its row, and takes the cart of that order's link together with its
//! own, in the batch of 注文する: whoever of cart and link is later finds it taken, and is told the number once it is placed.

use super::checkout_error::CheckoutError;
use super::desk;
use super::send_payment_link::{AGREE_PREFIX, CART_PREFIX, name_again, replaced_order};
use crate::app::App;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::orders::{self, Order};
use crate::store::{Batch, Reader, StoreError, payment_links};
use jiff::Timestamp;
use shared::cart::Cart;
use shared::id::{BuyerId, CartId, OrderId, OrderNumber, ShopId};
use shared::kept_cart::{Facts, KeptCart, same_goods};
use shared::order::OrderStatus;
use shared::order_action::{OrderAction, judge};
use shared::payment::PaymentState;

/// How many orders in each other's place are looked through, from one that was declined to the one that stands.
const STEPS: usize = 8;

/// What a cart is to the orders that were declined before.
pub enum Found {
    /// A purchase of its own.
    New,
    /// The order it takes the place of.
    Repeats(OrderId),
    /// It was placed anew meanwhile, under this number.
    PlacedAlready(OrderNumber),
}

/// The order that the checkout takes the place of: by a link, or because it repeats a declined one.
pub fn repeated(row: &CheckoutRow) -> Option<OrderId> {
    row.repeats.clone().or_else(|| replaced_order(&row.cart.id))
}

/// Every cart the checkout has to have before Amazon is asked: its own, and that of the link of the order it repeats.
pub fn carts(row: &CheckoutRow) -> Vec<CartId> {
    let again = row.repeats.as_ref().and_then(name_again);
    [row.cart.id.clone()].into_iter().chain(again).collect()
}

/// Takes them; what it had taken for an order that it repeats no more is let go.
pub fn take(row: &CheckoutRow, now: Timestamp) -> Batch {
    let at = now.as_millisecond();
    let mut batch = Batch::from(checkouts::release_repeated(row, CART_PREFIX));
    batch.extend(carts(row).iter().map(|cart| checkouts::hold_cart(&row.shop_id, cart, &row.id, at)));
    batch
}

/// Lets them go.
pub fn let_go(row: &CheckoutRow) -> Batch {
    carts(row).iter().map(|cart| checkouts::release_cart(&row.shop_id, cart, &row.id)).collect()
}

/// The checkout with the order it repeats: the one it named before, until another one waits. That one stays named where
/// nothing waits, so that what was authorized or paid meanwhile is not paid on top.
///
/// # Errors
/// [`CheckoutError::PlacedAlready`], or the database failed.
pub async fn named(
    app: &App,
    row: CheckoutRow,
    buyer: Option<&BuyerId>,
) -> Result<CheckoutRow, CheckoutError> {
    if replaced_order(&row.cart.id).is_some() {
        return Ok(row);
    }
    match look(app, &row.shop_id, &row.cart, row.created_at, buyer).await? {
        Found::New => {
            let repeats = match &row.repeats {
                Some(order) => Some(waiting_in_place(app, &row.shop_id, order).await?),
                None => None,
            };
            Ok(CheckoutRow { repeats, ..row })
        }
        Found::Repeats(order) => Ok(CheckoutRow { repeats: Some(order), ..row }),
        Found::PlacedAlready(number) => Err(CheckoutError::PlacedAlready(number)),
    }
}

/// What a cart is whose checkout began at `begun_at` (Unix ms). By its name it is known at once; by the buyer and the goods
/// once Amazon has told who buys, where the declined order has a link that still opens.
///
/// # Errors
/// The database failed.
pub async fn look(
    app: &App,
    shop: &ShopId,
    cart: &Cart,
    begun_at: i64,
    buyer: Option<&BuyerId>,
) -> Result<Found, StoreError> {
    // A subscription is agreed to anew by rules of its own; a link names its order itself.
    let ours = replaced_order(&cart.id).is_some() || cart.id.as_str().starts_with(AGREE_PREFIX);
    if ours || cart.subscription.is_some() {
        return Ok(Found::New);
    }
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let mut placed_already = None;
    for order in orders::declined_before(&reader, shop, &cart.id, buyer, now.as_millisecond()).await? {
        if order.subscription.is_some() {
            continue;
        }
        let same_cart = cart_of(&reader, &order).await?.as_ref() == Some(&cart.id);
        let linked = payment_links::open_until(&reader, shop, &order.id).await?;
        let linked = linked.is_some_and(|until| until > now.as_millisecond());
        if !same_cart && !linked {
            continue;
        }
        let anew = placed_anew(&reader, &order).await?;
        let facts = Facts {
            same_goods: same_goods(&cart.lines, &order.lines),
            same_cart,
            begun_at,
            waits: judge(OrderAction::SendPaymentLink, &desk::facts(&order, false), now).is_ok(),
            placed_anew_at: anew.as_ref().map(|anew| anew.placed_at),
        };
        match (KeptCart::of(facts), anew) {
            (KeptCart::Repeats, _) => return Ok(Found::Repeats(order.id)),
            // The very same cart: there is no doubt which purchase it is.
            (KeptCart::PlacedAlready, Some(anew)) if same_cart => {
                return Ok(Found::PlacedAlready(anew.number));
            }
            // The same goods: another order of them may still wait.
            (KeptCart::PlacedAlready, Some(anew)) => placed_already = placed_already.or(Some(anew.number)),
            _ => {}
        }
    }
    Ok(placed_already.map_or(Found::New, Found::PlacedAlready))
}

/// The order that took the place of `order`, if it stands: one that was declined or canceled, too, is nobody's purchase, but
/// yet another one may have taken its place.
///
/// # Errors
/// The database failed.
pub async fn placed_anew(reader: &Reader, order: &Order) -> Result<Option<Order>, StoreError> {
    let stands = |anew: &Order| {
        anew.order_status != OrderStatus::Canceled
            && anew.payment.state() != PaymentState::AuthorizationDeclined
    };
    let mut next = order.desk.replaced_by.clone();
    for _ in 0..STEPS {
        let Some(by) = next else { return Ok(None) };
        let Some(anew) = orders::find(reader, &order.shop_id, &by).await? else { return Ok(None) };
        if stands(&anew) {
            return Ok(Some(anew));
        }
        next = anew.desk.replaced_by;
    }
    Ok(None)
}

/// The last of the orders that came in each other's place after `order`, if that one still waits to be paid anew; else
/// `order`.
async fn waiting_in_place(app: &App, shop: &ShopId, order: &OrderId) -> Result<OrderId, StoreError> {
    let reader = app.store.reader().await?;
    let mut last = orders::find(&reader, shop, order).await?;
    for _ in 0..STEPS {
        let Some(by) = last.as_ref().and_then(|order| order.desk.replaced_by.clone()) else { break };
        last = orders::find(&reader, shop, &by).await?;
    }
    let now = app.clock.now();
    let waits = |order: &Order| judge(OrderAction::SendPaymentLink, &desk::facts(order, false), now).is_ok();
    Ok(last.filter(waits).map_or_else(|| order.clone(), |order| order.id))
}

/// Why the checkout cannot pay the order it repeats: it was placed anew, with its number; else it is paid, or may be.
///
/// # Errors
/// The database failed.
pub async fn taken(app: &App, row: &CheckoutRow) -> Result<CheckoutError, StoreError> {
    let Some(id) = repeated(row) else { return Ok(CheckoutError::CartTaken) };
    let reader = app.store.reader().await?;
    let Some(order) = orders::find(&reader, &row.shop_id, &id).await? else {
        return Ok(CheckoutError::CartTaken);
    };
    let anew = placed_anew(&reader, &order).await?;
    Ok(anew.map_or(CheckoutError::CartTaken, |anew| CheckoutError::PlacedAlready(anew.number)))
}

async fn cart_of(reader: &Reader, order: &Order) -> Result<Option<CartId>, StoreError> {
    let Some(checkout) = &order.checkout_id else { return Ok(None) };
    Ok(checkouts::find(reader, &order.shop_id, checkout).await?.map(|found| found.cart.id))
}

//! 再決済のご案内 (R38, R89): a link by which the buyer pays the same lines anew, with the prices of then.
//!
//! The token is shown once and stored as its hash. The cart it opens has one name per old order, so at most one new
//! order comes of any number of links, devices and presses; the name also links the two orders.

use super::desk::{self, DeskError};
use super::kept_cart;
use super::quote::{self, QuoteError};
use super::renewal_price;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::orders::{self, Order};
use crate::store::payment_links;
use crate::store::subscriptions::{self, Subscription};
use crate::store::timeline::Happened;
use crate::store::{Batch, StoreError, intents};
use jiff::SignedDuration;
use shared::api::{CartRequest, ItemRequest, NoMail, PaymentLinkView, SubscriptionItem, Token};
use shared::cart::Cart;
use shared::id::{CartId, OperatorId, OrderId};
use shared::intent::Operation;
use shared::order_action::{OrderAction, judge};

/// How long a link opens.
pub const LINK_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Begins the name of a cart that repeats an order; no cart from outside may have it.
pub const CART_PREFIX: &str = "again-";

/// The order that a cart of this name repeats.
pub fn replaced_order(cart: &CartId) -> Option<OrderId> {
    cart.as_str().strip_prefix(CART_PREFIX).and_then(|order| OrderId::new(order).ok())
}

/// The name of the cart that repeats the order.
pub fn name_again(order: &OrderId) -> Option<CartId> {
    CartId::new(format!("{CART_PREFIX}{order}")).ok()
}

/// What a checkout asserts whenever it takes the cart of a payment link, or one that repeats the same order, before it takes
/// it: that the order still waits to be paid anew. From then on nobody who read the order before authorizes it
/// ([`not_paid_anew`] is the other side). Nothing for any other cart; `None` where the order is paid, or may be.
///
/// # Errors
/// The database failed.
pub async fn still_to_pay(app: &App, row: &CheckoutRow) -> Result<Option<Batch>, StoreError> {
    let Some(id) = kept_cart::repeated(row) else { return Ok(Some(Batch::new())) };
    let reader = app.store.reader().await?;
    let order = orders::find(&reader, &row.shop_id, &id).await?;
    let asking = intents::find_open(&reader, &row.shop_id, id.as_str()).await?;
    drop(reader);
    // A charge or cancel under way; a refund that Amazon works on is none of ours to wait for.
    let waits = |order: &Order| {
        judge(OrderAction::SendPaymentLink, &desk::facts(order, false), app.clock.now()).is_ok()
            && asking.as_ref().is_none_or(|intent| intent.operation == Operation::Refund)
    };
    Ok(order.filter(waits).map(|order| orders::touched(&order).into()))
}

/// What a new charge of the order asserts: that nobody is paying it by a link just now. First of all it holds the order,
/// so that of both at one moment the later one sees the earlier.
pub fn not_paid_anew(order: &Order) -> Batch {
    let mut batch = Batch::from(orders::unchanged(order));
    batch.extend(name_again(&order.id).map(|cart| checkouts::cart_is_free(&order.shop_id, &cart)));
    batch
}

/// Begins the name of a cart in which a subscription is agreed to again (R24); no cart from outside may have it, either.
pub const AGREE_PREFIX: &str = "agree-";

/// The subscription anew, as it was agreed: its price (the one that was told ahead, once that holds), never the first
/// delivery's; its cycle, also where that is offered no more; the deliveries that are left. One name per old one, so that
/// at most one comes of it.
async fn agreed_again(app: &App, shop: &OpenShop, row: &Subscription) -> Result<Cart, QuoteError> {
    let item = SubscriptionItem {
        product: row.product_id.clone(),
        quantity: row.quantity,
        cycle: row.schedule.cycle,
    };
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let next = row.schedule.next().ok_or(QuoteError::LinkInvalid)?;
    let price = renewal_price::held(shop, &reader, row, next, now).await?;
    drop(reader);
    let deliveries = row.schedule.limit.map(|limit| limit.saturating_sub(row.schedule.delivered));
    let kept = quote::Kept { price, deliveries };
    let cart = quote::subscription_cart(app, shop, &item, Some(kept)).await?;
    let name = CartId::new(format!("{AGREE_PREFIX}{}", row.id)).map_err(|_| QuoteError::LinkInvalid)?;
    Ok(Cart { id: name, ..cart })
}

/// Makes a link for the order.
///
/// # Errors
/// [`DeskError`].
pub async fn send_payment_link(
    app: &App,
    shop: &OpenShop,
    id: &OrderId,
    operator: &OperatorId,
    version: i64,
) -> Result<PaymentLinkView, DeskError> {
    let order = desk::load(app, shop, id, version, OrderAction::SendPaymentLink).await?;
    // A second press, or a second operator: the first link is in the buyer's hands already.
    if order.version != version {
        return Err(DeskError::Changed);
    }
    // Nobody is mailed a link that cannot be opened.
    let cart = cart_again(app, shop, &order).await?;
    let total = cart.total().map_err(QuoteError::from)?.total;
    quote::offered(shop, &cart, total).map_err(|_| DeskError::NotOffered)?;
    let now = app.clock.now();
    let at = now.as_millisecond();
    let expires_at = (now + LINK_LIFE).as_millisecond();
    let (token, hash) = secret::new_token();
    let mut batch = Batch::from(payment_links::end_all(&shop.id, id, at));
    batch.push(payment_links::insert(&shop.id, &hash, id, operator, at, expires_at));
    let happened = Happened::Desk { action: OrderAction::SendPaymentLink, amount: None, change: None };
    batch.push(desk::told(&order, desk::actor(operator), happened, now));
    let url = url(app, shop, &token);
    let mail = super::compose_mail::payment_link(shop, &order, &url, now);
    let no_mail = match (&order.buyer.mail, mail.is_empty()) {
        (None, _) => Some(NoMail::NoAddress),
        (Some(_), true) => Some(NoMail::NoServer),
        (Some(_), false) => None,
    };
    let mailed_to = order.buyer.mail.clone().filter(|_| no_mail.is_none());
    batch.append(mail);
    batch.push(orders::save(&order, at));
    desk::write(app, batch).await?;
    Ok(PaymentLinkView { url, expires_at, mailed_to, no_mail })
}

/// The address a link's token makes.
pub fn url(app: &App, shop: &OpenShop, token: &Token) -> String {
    format!("{}/pay/{}/start?cart=link.{}", app.settings.public_url.as_str(), shop.id, token.0)
}

/// The cart a link opens: the old order's products at today's prices.
///
/// # Errors
/// [`QuoteError::LinkInvalid`] for one that was used, has ended or is none of ours.
pub async fn cart_of_link(app: &App, shop: &OpenShop, token: &str) -> Result<Cart, QuoteError> {
    let hash = secret::token_hash(&Token(token.to_owned()));
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let id = payment_links::find(&reader, &shop.id, &hash, now.as_millisecond()).await?;
    let id = id.ok_or(QuoteError::LinkInvalid)?;
    let order = orders::find(&reader, &shop.id, &id).await?.ok_or(QuoteError::LinkInvalid)?;
    if let Some(anew) = kept_cart::placed_anew(&reader, &order).await? {
        return Err(QuoteError::PlacedAlready(anew.number));
    }
    drop(reader);
    let gone = |error| match error {
        DeskError::Store(error) => QuoteError::Store(error),
        DeskError::Quote(error) => error,
        _ => QuoteError::LinkInvalid,
    };
    cart_again(app, shop, &order).await.map_err(gone)
}

/// The order's products at today's prices; of an agreement that is to be made again, the subscription's.
async fn cart_again(app: &App, shop: &OpenShop, order: &Order) -> Result<Cart, DeskError> {
    let subscription = match &order.subscription {
        Some(of) => subscriptions::find(&app.store.reader().await?, &shop.id, &of.id).await?,
        None => None,
    };
    if let Some(row) = subscription.filter(|row| row.told.agreement) {
        return Ok(agreed_again(app, shop, &row).await?);
    }
    judge(OrderAction::SendPaymentLink, &desk::facts(order, false), app.clock.now())?;
    let items = order
        .lines
        .iter()
        .map(|line| ItemRequest { product: line.product_id.clone(), quantity: line.quantity })
        .collect();
    let cart = Box::pin(quote::cart_of(app, shop, &CartRequest::Items(items))).await?;
    let name = name_again(&order.id).ok_or(QuoteError::LinkInvalid)?;
    Ok(Cart { id: name, ..cart })
}

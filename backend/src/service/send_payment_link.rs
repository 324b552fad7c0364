//! 再決済のご案内 (R38, R89): a link by which the buyer pays the same lines anew, with the prices of then.
//!
//! The token is shown once and stored as its hash. The cart it opens has one name per old order, so at most one new
//! order comes of any number of links, devices and presses; the name also links the two orders.

use super::desk::{self, DeskError};
use super::quote::{self, QuoteError};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::Batch;
use crate::store::orders;
use crate::store::payment_links;
use crate::store::timeline::Happened;
use jiff::SignedDuration;
use shared::api::{CartRequest, ItemRequest, PaymentLinkView, Token};
use shared::cart::Cart;
use shared::id::{CartId, OperatorId, OrderId};
use shared::order_action::{OrderAction, judge};

/// How long a link opens.
pub const LINK_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Begins the name of a cart that repeats an order; no cart from outside may have it.
pub const CART_PREFIX: &str = "again-";

/// The order that a cart of this name repeats.
pub fn replaced_order(cart: &CartId) -> Option<OrderId> {
    cart.as_str().strip_prefix(CART_PREFIX).and_then(|order| OrderId::new(order).ok())
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
    let now = app.clock.now();
    let expires_at = (now + LINK_LIFE).as_millisecond();
    let (token, hash) = secret::new_token();
    let link = payment_links::insert(&shop.id, &hash, id, operator, now.as_millisecond(), expires_at);
    let mut batch = Batch::from(link);
    let happened = Happened::Desk { action: OrderAction::SendPaymentLink, amount: None, change: None };
    batch.push(desk::told(&order, desk::actor(operator), happened, now));
    let url = url(app, shop, &token);
    batch.append(super::compose_mail::payment_link(shop, &order, &url, now));
    desk::write(app, batch).await?;
    Ok(PaymentLinkView { url, expires_at })
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
    drop(reader);
    judge(OrderAction::SendPaymentLink, &desk::facts(&order, false), now)
        .map_err(|_| QuoteError::LinkInvalid)?;
    let items = order
        .lines
        .into_iter()
        .map(|line| ItemRequest { product: line.product_id, quantity: line.quantity })
        .collect();
    let cart = Box::pin(quote::cart_of(app, shop, &CartRequest::Items(items))).await?;
    let name = CartId::new(format!("{CART_PREFIX}{id}")).map_err(|_| QuoteError::LinkInvalid)?;
    Ok(Cart { id: name, ..cart })
}

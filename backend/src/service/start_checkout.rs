//! The button was pressed: the checkout is stored before the shopper leaves for Amazon (R54).

use super::begin_subscription::agreement;
use super::checkout_error::CheckoutError;
use super::kept_cart;
use super::place_order::draw_number;
use super::quote::{cart_of, offered};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::shop::ReturnPage;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::{StoreError, Unmet};
use amazon_pay::signing::{Algorithm, SigningKey, sign_button};
use amazon_pay::wire::ChargePermissionType;
use amazon_pay::wire::request::CreateCheckoutSession;
use jiff::Timestamp;
use shared::api::{SignedButton, StartCheckoutRequest, StartedCheckout};
use shared::checkout::{Checkout, SESSION_LIFE};
use shared::id::{CartId, CheckoutId, OrderId, OrderNumber, PublicKeyId};

/// How often a number is drawn in all.
const DRAWS: usize = 8;

/// Stores the checkout with its amounts fixed, and signs what Amazon's button needs.
///
/// # Errors
/// [`CheckoutError`]; nothing is stored then.
pub async fn start_checkout(
    app: &App,
    shop: &OpenShop,
    request: &StartCheckoutRequest,
) -> Result<StartedCheckout, CheckoutError> {
    let cart = cart_of(app, shop, &request.cart).await?;
    let total = cart.total().map_err(super::quote::QuoteError::from)?.total;
    offered(shop, &cart, total).map_err(CheckoutError::NotOffered)?;
    if is_ordered(app, shop, &cart.id).await? {
        return Err(CheckoutError::CartTaken);
    }

    let now = app.clock.now();
    // By its name alone: who buys is told by Amazon, later.
    if let kept_cart::Found::PlacedAlready(number) =
        kept_cart::look(app, &shop.id, &cart, now.as_millisecond(), None).await?
    {
        return Err(CheckoutError::PlacedAlready(number));
    }
    let id = CheckoutId::new(secret::random_id()).expect("a random id is an id");
    let review = shop.return_url(
        app.settings.public_url.as_str(),
        request.pages,
        ReturnPage::Review,
        &format!("noren={id}"),
    )?;
    // Asked for now, so that a page missing in the settings is told before the shopper leaves.
    shop.return_url(app.settings.public_url.as_str(), request.pages, ReturnPage::Result, "")?;
    let mut payload = CreateCheckoutSession::new(shop.settings.amazon_pay.store_id.clone(), review);
    payload.web_checkout_details.checkout_cancel_url = shop.settings.back_url.clone();
    if let Some(agreement) = agreement(&cart, total) {
        payload.charge_permission_type = Some(ChargePermissionType::Recurring);
        payload.recurring_metadata = Some(agreement);
    }
    let payload = serde_json::to_string(&payload).expect("a payload is plain JSON");
    let button = signed(&shop.key, &shop.settings.amazon_pay.public_key_id, payload);

    let (token, token_hash) = secret::new_token();
    let expires_at = (now + SESSION_LIFE).as_millisecond();
    let mut row = CheckoutRow {
        shop_id: shop.id.clone(),
        id: id.clone(),
        checkout: Checkout::Started,
        cart,
        total,
        order_number: free_number(app, shop, now).await?,
        order_id: OrderId::new(secret::timed_id(now)).expect("a timed id is an id"),
        pages: request.pages,
        language: request.language,
        token_hash: token_hash.to_vec(),
        claim_hash: None,
        repeats: None,
        told_name: None,
        created_at: now.as_millisecond(),
        expires_at,
        version: 1,
    };
    store(app, shop, &mut row, expires_at).await?;
    Ok(StartedCheckout { checkout_id: id, token, button })
}

/// Whether an order of the cart exists, or is being made just now. Pressed only is no obstacle yet: the next press
/// finds out how that stands.
async fn is_ordered(app: &App, shop: &OpenShop, cart: &CartId) -> Result<bool, CheckoutError> {
    let reader = app.store.reader().await?;
    let Some(holder) = checkouts::cart_holder(&reader, &shop.id, cart).await? else {
        return Ok(false);
    };
    let holder = checkouts::find(&reader, &shop.id, &holder).await?;
    Ok(!holder.is_some_and(|holder| matches!(holder.checkout, Checkout::Ordered { .. })))
}

/// A number that no order has.
async fn free_number(app: &App, shop: &OpenShop, now: Timestamp) -> Result<OrderNumber, CheckoutError> {
    let reader = app.store.reader().await?;
    let mut number = draw_number(now);
    for _ in 1..DRAWS {
        if !checkouts::number_is_taken(&reader, &shop.id, &number).await? {
            break;
        }
        number = draw_number(now);
    }
    Ok(number)
}

/// Stores the checkout; a number that another checkout has drawn is drawn again.
async fn store(
    app: &App,
    shop: &OpenShop,
    row: &mut CheckoutRow,
    expires_at: i64,
) -> Result<(), CheckoutError> {
    for _ in 1..DRAWS {
        match app.store.write(checkouts::insert(row, expires_at)).await {
            Err(StoreError::Unmet(Unmet::AlreadyExists(_))) => {
                row.order_number = free_number(app, shop, app.clock.now()).await?;
            }
            done => return Ok(done.map(drop)?),
        }
    }
    Ok(app.store.write(checkouts::insert(row, expires_at)).await.map(drop)?)
}

/// Signs `payload_json` for Amazon's button, with the algorithm named on both sides.
pub fn signed(key: &SigningKey, public_key_id: &PublicKeyId, payload_json: String) -> SignedButton {
    SignedButton {
        signature: sign_button(key, Algorithm::PssV2, &payload_json),
        algorithm: Algorithm::PssV2.name().to_owned(),
        public_key_id: public_key_id.to_string(),
        payload_json,
    }
}

//! The button was pressed: the checkout is stored before the shopper leaves for Amazon (R54).

use super::checkout_error::CheckoutError;
use super::quote::cart_of;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::shop::ReturnPage;
use crate::store::checkouts::{self, CheckoutRow};
use amazon_pay::signing::{Algorithm, SigningKey, sign_button};
use amazon_pay::wire::request::CreateCheckoutSession;
use shared::api::{SignedButton, StartCheckoutRequest, StartedCheckout};
use shared::checkout::{Checkout, SESSION_LIFE};
use shared::id::{CheckoutId, OrderId, OrderNumber, PublicKeyId};

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
    cart.chargeable(total).map_err(CheckoutError::NotOffered)?;
    let reader = app.store.reader().await?;
    if checkouts::cart_is_held(&reader, &shop.id, &cart.id).await? {
        return Err(CheckoutError::CartTaken);
    }
    drop(reader);

    let now = app.clock.now();
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
    let payload = serde_json::to_string(&payload).expect("a payload is plain JSON");
    let button = signed(&shop.key, &shop.settings.amazon_pay.public_key_id, payload);

    let (token, token_hash) = secret::new_token();
    let expires_at = (now + SESSION_LIFE).as_millisecond();
    let row = CheckoutRow {
        shop_id: shop.id.clone(),
        id: id.clone(),
        checkout: Checkout::Started,
        cart,
        total,
        order_number: OrderNumber::from_parts(super::date_in_japan(now), secret::random()),
        order_id: OrderId::new(secret::timed_id(now)).expect("a timed id is an id"),
        pages: request.pages,
        language: request.language,
        token_hash: token_hash.to_vec(),
        claim_hash: None,
        created_at: now.as_millisecond(),
        expires_at,
        version: 1,
    };
    app.store.write(checkouts::insert(&row, expires_at)).await?;
    Ok(StartedCheckout { checkout_id: id, token, button })
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

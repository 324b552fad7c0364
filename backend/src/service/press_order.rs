//! 注文する: the amount is set at Amazon, the press is recorded, and the shopper is sent there.
//!
//! Nothing is charged here. The amount comes from the checkout, never from a browser (R10).

use super::ask_name;
use super::begin_subscription::agreement;
use super::checkout_error::CheckoutError;
use super::complete_checkout::complete_and_wait;
use super::kept_cart;
use super::open_checkout::{Pass, open_checkout, own_session};
use super::review_checkout::{buyer_of, completed_elsewhere, raw_address, refusal};
use super::send_payment_link;
use super::settle_checkout;
use super::shops::OpenShop;
use crate::app::App;
use crate::shop::ReturnPage;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::{StoreError, Unmet};
use amazon_pay::wire::request::{
    MerchantMetadata, PaymentDetails, UpdateCheckoutSession, WebCheckoutDetails,
};
use amazon_pay::wire::{ChargePermissionType, CheckoutSession, PaymentIntent, Price};
use shared::address::DeliveryAddress;
use shared::api::{PlaceOrderRequest, PlaceOrderView};
use shared::charge::CheckoutSessionState;
use shared::checkout::{Checkout, CheckoutEvent};
use shared::id::CheckoutId;
use std::sync::Arc;

/// How long after the press the sweeper looks whether the shopper came back, ms.
pub const SWEEP_AFTER_PRESS: i64 = 15 * 60 * 1000;

/// How often a moment at which somebody else wrote the order of a payment link is tried again.
const TRIES: usize = 5;

/// Records the press and answers where the shopper goes next.
///
/// # Errors
/// [`CheckoutError`]; nothing is charged and the page may try again.
pub async fn press_order(
    app: &App,
    shop: &Arc<OpenShop>,
    id: &CheckoutId,
    pass: &Pass,
    request: &PlaceOrderRequest,
) -> Result<PlaceOrderView, CheckoutError> {
    let row = open_checkout(app, shop, id, pass).await?;
    let session = match &row.checkout {
        Checkout::Reviewing { session } | Checkout::Ordered { session, .. } => session.clone(),
        Checkout::Completing { .. } => return Err(CheckoutError::InProgress),
        // A second tab, or the back button: "the cart is kept" would invite a second order.
        Checkout::Placed { .. } => return Err(CheckoutError::CartTaken),
        _ => return Err(CheckoutError::Ended),
    };
    if !shop.settings.consents.iter().all(|consent| request.consents.contains(&consent.key)) {
        return Err(CheckoutError::ConsentMissing);
    }
    let found = own_session(app, shop, &row, &session).await?;
    if completed_elsewhere(app, shop, &row, &found).await? {
        return Err(CheckoutError::InProgress);
    }
    if found.status_details.state != CheckoutSessionState::Open {
        settle_checkout::learn(app, shop, &row, &found).await?;
        return Err(CheckoutError::Ended);
    }
    let address =
        found.shipping_address.as_ref().map(|given| DeliveryAddress::from_amazon(&raw_address(given)));
    refusal(app, shop, &row, address.as_ref(), buyer_of(&found)).await?;
    let told_name = ask_name::answer(app, shop, &found, request.name.as_ref()).await?;
    let row = CheckoutRow { told_name, ..row };

    // The cart that was kept after 与信NG: its order takes the place of the declined one.
    let row = kept_cart::named(app, row, buyer_of(&found)).await?;
    // Taken before Amazon is told: of two checkouts of one cart only one gets this far.
    let row = pressed(app, shop, row).await?;
    let changes = changes(app, shop, &row)?;
    // Pressed before, and back again: Amazon knows it all, and takes no change once the shopper has paid.
    if let Some(redirect_url) = found.redirect_url().filter(|_| says(&found, &changes)) {
        return Ok(PlaceOrderView { redirect_url: redirect_url.to_owned() });
    }
    let update = amazon_pay::prepare::update_checkout_session(&session, &changes);
    let answer = shop.amazon.send(&update, app.clock.now()).await.map_err(CheckoutError::of_amazon)?;
    let updated: CheckoutSession = answer.decode().map_err(CheckoutError::AmazonUnavailable)?;
    let redirect_url =
        updated.redirect_url().ok_or(CheckoutError::AmazonUnavailable(amazon_pay::Error::Malformed {
            status: answer.status(),
            what: "no amazonPayRedirectUrl".to_owned(),
            request_id: answer.request_id().map(str::to_owned),
        }))?;
    Ok(PlaceOrderView { redirect_url: redirect_url.to_owned() })
}

/// Whether the session says already what `changes` would make it say of the money and the way back.
fn says(session: &CheckoutSession, changes: &UpdateCheckoutSession) -> bool {
    let (Some(money), Some(wanted)) = (&session.payment_details, &changes.payment_details) else {
        return false;
    };
    let (Some(way), Some(wanted_way)) = (&session.web_checkout_details, &changes.web_checkout_details) else {
        return false;
    };
    let agreed = changes.recurring_metadata.is_none()
        || (session.charge_permission_type == changes.charge_permission_type
            && session.recurring_metadata == changes.recurring_metadata);
    agreed
        && money.charge_amount == wanted.charge_amount
        && money.payment_intent == wanted.payment_intent
        && way.checkout_result_return_url == wanted_way.checkout_result_return_url
}

/// Records the press and takes the cart. Where another checkout has the cart, it is found out first how that one
/// stands: paid becomes an order and this press is refused, unpaid lets the cart go.
async fn pressed(app: &App, shop: &Arc<OpenShop>, row: CheckoutRow) -> Result<CheckoutRow, CheckoutError> {
    match record_press(app, &row).await {
        Err(CheckoutError::CartTaken) => {}
        done => return done,
    }
    for cart in kept_cart::carts(&row) {
        let reader = app.store.reader().await?;
        let holder = match checkouts::cart_holder(&reader, &shop.id, &cart).await? {
            Some(holder) if holder != row.id => checkouts::find(&reader, &shop.id, &holder).await?,
            _ => None,
        };
        drop(reader);
        if let Some(holder) = holder {
            if !matches!(holder.checkout, Checkout::Ordered { .. }) {
                return Err(CheckoutError::CartTaken);
            }
            complete_and_wait(app, shop, holder).await?;
        }
    }
    record_press(app, &row).await
}

/// Records the press and takes the cart, in one batch.
async fn record_press(app: &App, row: &CheckoutRow) -> Result<CheckoutRow, CheckoutError> {
    let mut tries = 1;
    loop {
        match record_once(app, row).await {
            // Somebody wrote the order of a payment link at this moment: judged anew.
            Err(CheckoutError::Store(StoreError::Unmet(Unmet::Stale("orders")))) if tries < TRIES => {
                tries += 1
            }
            done => return done,
        }
    }
}

async fn record_once(app: &App, row: &CheckoutRow) -> Result<CheckoutRow, CheckoutError> {
    let now = app.clock.now();
    let next = row
        .checkout
        .clone()
        .apply(CheckoutEvent::OrderPressed { at: now })
        .map_err(|_| CheckoutError::Ended)?;
    let at = now.as_millisecond();
    let sweep_at = (at + SWEEP_AFTER_PRESS).min(row.expires_at);
    // The order of a payment link may have been paid or authorized since the link was opened.
    let Some(mut batch) = send_payment_link::still_to_pay(app, row).await? else {
        return Err(kept_cart::taken(app, row).await?);
    };
    batch.append(kept_cart::take(row, now));
    batch.push(checkouts::tell_name(row, row.told_name.as_ref()));
    batch.push(checkouts::save(row, &next, Some(sweep_at), at));
    match app.store.write(batch).await {
        Ok(_) => Ok(CheckoutRow { checkout: next, version: row.version + 1, ..row.clone() }),
        Err(StoreError::Unmet(Unmet::AlreadyPlaced(_))) => Err(CheckoutError::CartTaken),
        // A double click: the other press goes on, this one says so.
        Err(StoreError::Unmet(Unmet::Stale("checkout"))) => Err(CheckoutError::InProgress),
        Err(error) => Err(error.into()),
    }
}

fn changes(app: &App, shop: &OpenShop, row: &CheckoutRow) -> Result<UpdateCheckoutSession, CheckoutError> {
    let result = shop.return_url(
        app.settings.public_url.as_str(),
        row.pages,
        ReturnPage::Result,
        &format!("noren={}", row.id),
    )?;
    let agreement = agreement(&row.cart, row.total);
    // Nothing is charged: Amazon checks the payment method, and gives the permission (R27).
    let free = row.cart.begins_free(row.total);
    Ok(UpdateCheckoutSession {
        charge_permission_type: agreement.is_some().then_some(ChargePermissionType::Recurring),
        recurring_metadata: agreement,
        web_checkout_details: Some(WebCheckoutDetails {
            checkout_result_return_url: Some(result),
            ..WebCheckoutDetails::default()
        }),
        payment_details: Some(PaymentDetails {
            payment_intent: Some(if free { PaymentIntent::Confirm } else { PaymentIntent::Authorize }),
            can_handle_pending_authorization: (!free)
                .then_some(shop.settings.can_handle_pending_authorization),
            charge_amount: Some(Price::new(row.cart.asked(row.total))),
            ..PaymentDetails::default()
        }),
        merchant_metadata: Some(MerchantMetadata {
            merchant_reference_id: Some(row.order_number.to_string()),
            merchant_store_name: Some(shop.name.chars().take(50).collect()),
            ..MerchantMetadata::default()
        }),
        ..UpdateCheckoutSession::default()
    })
}

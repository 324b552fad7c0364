//! お届け先をAmazonから選ぶ (R21): a fresh Checkout Session is begun only to read the address chosen in it.
//!
//! Nothing is charged and nobody is bound by it: no amount is ever set, 注文する is never pressed, and the session is
//! left to lapse within its 24 hours; Amazon has no call that closes one (reference, section 6). That Amazon's page
//! then still speaks of going on to checkout is not ours to change. Whose address it is, Amazon says: a session of
//! another account is refused, whoever sent the link. Start at [`begin`], which stores nothing.

use super::super::review_checkout::raw_address;
use super::super::shops::OpenShop;
use super::super::sign_in_buyer::{back_query, is_state};
use super::super::{quote, start_checkout};
use super::MyPageError;
use crate::app::App;
use crate::shop::ReturnPage;
use crate::store::subscriptions;
use amazon_pay::wire::CheckoutSession;
use amazon_pay::wire::request::CreateCheckoutSession;
use shared::address::DeliveryAddress;
use shared::api::{AmazonAddressRequest, Language, StartedSignIn};
use shared::charge::CheckoutSessionState;
use shared::id::{BuyerId, CheckoutSessionId, SubscriptionId};
use shared::subscription::{Actor, SubscriptionAction, judge};

/// What Amazon's button needs to let the member choose an address.
///
/// # Errors
/// [`MyPageError`].
pub async fn begin(
    app: &App,
    shop: &OpenShop,
    buyer: &BuyerId,
    id: &SubscriptionId,
    request: &AmazonAddressRequest,
    language: Language,
) -> Result<StartedSignIn, MyPageError> {
    if !is_state(&request.state) {
        return Err(MyPageError::State);
    }
    let reader = app.store.reader().await?;
    let found = subscriptions::find(&reader, &shop.id, id).await?;
    let found = found.filter(|found| found.buyer_id == *buyer).ok_or(MyPageError::Unknown)?;
    drop(reader);
    judge(SubscriptionAction::ChangeAddress, Actor::Shopper, &found.state)?;
    let query = back_query(request.pages, &request.state, language);
    let back = shop.return_url(&app.settings.public_url, request.pages, ReturnPage::MyPage, &query)?;
    let mut payload = CreateCheckoutSession::new(shop.settings.amazon_pay.store_id.clone(), &back);
    payload.web_checkout_details.checkout_cancel_url = Some(back);
    let payload = serde_json::to_string(&payload).expect("a payload is plain JSON");
    Ok(StartedSignIn {
        button: start_checkout::signed(&shop.key, &shop.settings.amazon_pay.public_key_id, payload),
        view: quote::button_view(app, shop),
    })
}

/// The address that `buyer` chose in that session.
///
/// # Errors
/// [`MyPageError::NoAmazonAddress`] where it is another's, over, or has none.
pub(super) async fn read(
    app: &App,
    shop: &OpenShop,
    buyer: &BuyerId,
    session: &CheckoutSessionId,
) -> Result<DeliveryAddress, MyPageError> {
    let request = amazon_pay::prepare::get_checkout_session(session);
    let answer = shop.amazon.send(&request, app.clock.now()).await.map_err(of_amazon)?;
    let found: CheckoutSession = answer.decode().map_err(MyPageError::AmazonUnavailable)?;
    let theirs = found.buyer.as_ref().and_then(|buyer| buyer.buyer_id.as_ref()) == Some(buyer);
    let open = found.status_details.state == CheckoutSessionState::Open;
    let given = found.shipping_address.as_ref().filter(|_| theirs && open);
    given
        .map(|given| DeliveryAddress::from_amazon(&raw_address(given)))
        .filter(|address| !address.lines.is_empty())
        .ok_or(MyPageError::NoAmazonAddress)
}

fn of_amazon(error: amazon_pay::Error) -> MyPageError {
    match &error {
        amazon_pay::Error::Refused { status: 400 | 403 | 404, .. } => MyPageError::NoAmazonAddress,
        _ => MyPageError::AmazonUnavailable(error),
    }
}

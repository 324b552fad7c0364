//! The shopper came back from Amazon: what the review page shows (R8), and who may see it.

use super::checkout_error::CheckoutError;
use super::complete_checkout::complete_and_wait;
use super::open_checkout::{Pass, open_checkout, own_session};
use super::shops::OpenShop;
use super::{ask_name, kept_cart, monthly_cap, quote, settle_checkout};
use crate::app::App;
use crate::secret;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::{StoreError, Unmet};
use amazon_pay::wire::{Address, CheckoutSession, Personal};
use shared::address::{DeliveryAddress, RawAddress};
use shared::api::{AddressView, Code, Pages, Problem, ReviewView, Token};
use shared::cart::NotOffered;
use shared::charge::CheckoutSessionState;
use shared::checkout::{Checkout, CheckoutEvent};
use shared::id::{BuyerId, CheckoutId, CheckoutSessionId};
use shared::monthly_cap::{CapRefused, Month};
use std::sync::Arc;

/// A hosted page arrives with checkout and session: the first browser gets a cookie, every later one nothing. A
/// checkout on the shop's own pages is opened by their token alone: nobody ever claims it first.
///
/// # Errors
/// [`CheckoutError::NotYours`] for a later browser, and where there is nothing to claim.
pub async fn claim_checkout(
    app: &App,
    shop: &OpenShop,
    id: &CheckoutId,
    session: &CheckoutSessionId,
    shown: Option<&Token>,
) -> Result<Option<Token>, CheckoutError> {
    let reader = app.store.reader().await?;
    let row = checkouts::find(&reader, &shop.id, id).await?.ok_or(CheckoutError::NotYours)?;
    drop(reader);
    if row.pages != Pages::Hosted {
        return Err(CheckoutError::NotYours);
    }
    if let Some(hash) = &row.claim_hash {
        let same = shown.is_some_and(|token| secret::same(&secret::token_hash(token), hash));
        return if same { Ok(None) } else { Err(CheckoutError::NotYours) };
    }
    own_session(app, shop, &row, session).await?;
    let (token, hash) = secret::new_token();
    match app.store.write(checkouts::claim(&shop.id, id, &hash)).await {
        Ok(_) => Ok(Some(token)),
        Err(StoreError::Unmet(Unmet::AlreadyExists(_))) => Err(CheckoutError::NotYours),
        Err(error) => Err(error.into()),
    }
}

/// What the review page shows.
///
/// # Errors
/// [`CheckoutError`].
pub async fn review_checkout(
    app: &App,
    shop: &Arc<OpenShop>,
    id: &CheckoutId,
    pass: &Pass,
    session: &CheckoutSessionId,
) -> Result<ReviewView, CheckoutError> {
    let row = open_checkout(app, shop, id, pass).await?;
    let found = own_session(app, shop, &row, session).await?;
    if matches!(row.checkout, Checkout::Completing { .. }) {
        return Err(CheckoutError::InProgress);
    }
    if matches!(row.checkout, Checkout::Placed { .. }) {
        return Err(CheckoutError::CartTaken);
    }
    if completed_elsewhere(app, shop, &row, &found).await? {
        return Err(CheckoutError::InProgress);
    }
    if row.checkout.is_final() || found.status_details.state != CheckoutSessionState::Open {
        settle_checkout::learn(app, shop, &row, &found).await?;
        return Err(CheckoutError::Ended);
    }
    let row = returned(app, row, session).await?;

    let address =
        found.shipping_address.as_ref().map(|given| DeliveryAddress::from_amazon(&raw_address(given)));
    let totals = row.cart.total().map_err(quote::QuoteError::from)?;
    let problem = match refusal(app, shop, &row, address.as_ref(), buyer_of(&found)).await {
        // Said before 注文する, too: the shopper may have paid by the link that was mailed.
        Ok(()) => match kept_cart::named(app, row.clone(), buyer_of(&found)).await {
            Err(CheckoutError::PlacedAlready(number)) => Some(Problem::placed_already(&number, row.language)),
            known => known.map(|_| None)?,
        },
        Err(CheckoutError::AreaNotServed) => Some(Problem::new(Code::AreaNotServed, row.language)),
        Err(CheckoutError::NotOffered(NotOffered::ZeroTotal)) => {
            Some(Problem::new(Code::ZeroTotal, row.language))
        }
        Err(CheckoutError::NotOffered(_)) => Some(Problem::new(Code::DearerThanCap, row.language)),
        Err(CheckoutError::OverCap { used, remaining }) => {
            Some(Problem::over_cap(used, remaining, row.language))
        }
        Err(CheckoutError::Quote(quote::QuoteError::Cart(_))) => {
            Some(Problem::new(Code::ProductNotOnSale, row.language))
        }
        Err(error) => return Err(error),
    };
    let question = ask_name::question(app, shop, &row, &found).await?;
    let buyer_name = found.buyer.as_ref().and_then(|buyer| buyer.name.as_ref()).map_or("", Personal::expose);
    Ok(ReviewView {
        amazon_checkout_session_id: session.clone(),
        buyer_name: shared::address::tidy(buyer_name),
        address: address.as_ref().map(address_view),
        payment_text: found.payment_descriptor().map(|text| shared::address::tidy(text.expose())),
        lines: quote::lines(&row.cart.lines),
        totals,
        terms: quote::terms(&row.cart, row.language),
        consents: shop.consents(row.language),
        question,
        problem,
        back_url: shop.settings.back_url.clone(),
        button: quote::button_view(app, shop),
    })
}

/// Whether Amazon has completed a checkout of which we only know that 注文する was pressed; then its order comes about
/// now. "Start again" would invite a second payment.
///
/// # Errors
/// [`CheckoutError`].
pub async fn completed_elsewhere(
    app: &App,
    shop: &Arc<OpenShop>,
    row: &CheckoutRow,
    found: &CheckoutSession,
) -> Result<bool, CheckoutError> {
    let completed = found.status_details.state == CheckoutSessionState::Completed;
    let ours = completed && matches!(row.checkout, Checkout::Ordered { .. });
    if ours {
        complete_and_wait(app, shop, row.clone()).await?;
    }
    Ok(ours)
}

/// Why the order cannot be placed as it stands: asked at review to show it and at 注文する to refuse it.
///
/// # Errors
/// [`CheckoutError::AreaNotServed`], something no longer sold, [`CheckoutError::NotOffered`] for a subscription
/// dearer than the cap of now, [`CheckoutError::OverCap`] for one that the buyer's month has no room for, or the database
/// failed.
pub async fn refusal(
    app: &App,
    shop: &OpenShop,
    row: &CheckoutRow,
    address: Option<&DeliveryAddress>,
    buyer: Option<&BuyerId>,
) -> Result<(), CheckoutError> {
    if !shop.serves(address.and_then(|address| address.prefecture)) {
        return Err(CheckoutError::AreaNotServed);
    }
    let reader = app.store.reader().await?;
    quote::still_on_sale(&reader, shop, &row.cart).await?;
    // The shop may have lowered its cap meanwhile.
    if row.cart.subscription.is_some() {
        let amount = quote::offered(shop, &row.cart, row.total).map_err(CheckoutError::NotOffered)?;
        // A free first delivery takes nothing of the month.
        if let Some(buyer) = buyer.filter(|_| !row.total.is_zero()) {
            let month = Month::in_japan(app.clock.now());
            let meter = monthly_cap::buyer_meter(&reader, shop, buyer, month).await?;
            match meter.map_or(Ok(()), |meter| meter.check(amount)) {
                Err(CapRefused::NotThisMonth { used, remaining, .. }) => {
                    return Err(CheckoutError::OverCap { used, remaining });
                }
                Err(CapRefused::DearerThanCap { .. }) => {
                    return Err(CheckoutError::NotOffered(NotOffered::DearerThanCap));
                }
                Ok(()) => {}
            }
        }
    }
    Ok(())
}

/// Whose session it is, as far as Amazon tells.
pub fn buyer_of(session: &CheckoutSession) -> Option<&BuyerId> {
    session.buyer.as_ref().and_then(|buyer| buyer.buyer_id.as_ref())
}

/// Keeps the session with the checkout; the same again changes nothing.
async fn returned(
    app: &App,
    row: CheckoutRow,
    session: &CheckoutSessionId,
) -> Result<CheckoutRow, CheckoutError> {
    let next = row
        .checkout
        .clone()
        .apply(CheckoutEvent::Returned { session: session.clone() })
        .map_err(|_| CheckoutError::SessionMismatch)?;
    if next == row.checkout {
        return Ok(row);
    }
    let statement = checkouts::save(&row, &next, Some(row.expires_at), app.clock.now_ms());
    match app.store.write(statement).await {
        Ok(_) => Ok(CheckoutRow { checkout: next, version: row.version + 1, ..row }),
        // Two tabs at once: whoever came first stored the same session.
        Err(StoreError::Unmet(Unmet::Stale(_))) => {
            let reader = app.store.reader().await?;
            let row =
                checkouts::find(&reader, &row.shop_id, &row.id).await?.ok_or(CheckoutError::NotYours)?;
            if row.checkout.session() == Some(session) {
                Ok(row)
            } else {
                Err(CheckoutError::SessionMismatch)
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Amazon's address, field by field.
pub fn raw_address(given: &Address) -> RawAddress {
    let text =
        |value: &Option<Personal>| value.as_ref().map_or_else(String::new, |text| text.expose().to_owned());
    RawAddress {
        name: text(&given.name),
        address_line1: text(&given.address_line1),
        address_line2: text(&given.address_line2),
        address_line3: text(&given.address_line3),
        city: [text(&given.county), text(&given.city), text(&given.district)].concat(),
        state_or_region: text(&given.state_or_region),
        postal_code: text(&given.postal_code),
        country_code: given.country_code.clone().unwrap_or_default(),
        phone_number: text(&given.phone_number),
    }
}

/// The address as pages show it.
pub fn address_view(address: &DeliveryAddress) -> AddressView {
    AddressView {
        name: address.name.clone(),
        postal_code: address.postal_code_shown(),
        prefecture: address.prefecture.map(|prefecture| prefecture.name().to_owned()),
        lines: address.lines.clone(),
        phone: address.phone.clone(),
    }
}

/// What Amazon knows of buyer and address while the session is open; kept in the intent, because the answer to
/// Complete is nearly empty.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct BuyerSnapshot {
    /// Amazon's id.
    pub buyer_id: Option<shared::id::BuyerId>,
    /// Name, tidied.
    pub name: String,
    /// The same, untouched (R45).
    #[serde(default)]
    pub amazon_name: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// Phone as typed.
    pub phone: Option<String>,
    /// Address as Amazon gave it.
    pub address: Option<RawAddress>,
    /// Amazon's text of the payment method; never parsed.
    #[serde(default)]
    pub payment_text: Option<String>,
}

impl BuyerSnapshot {
    /// Reads it off an open session.
    pub fn of(session: &CheckoutSession) -> Self {
        let payment_text = session.payment_descriptor().map(|text| shared::address::tidy(text.expose()));
        Self { payment_text, ..Self::new(session.buyer.as_ref(), session.shipping_address.as_ref()) }
    }

    /// Reads it off a session's or a permission's members.
    pub fn new(buyer: Option<&amazon_pay::wire::Buyer>, address: Option<&Address>) -> Self {
        let text = |value: Option<&Personal>| value.map(|text| shared::address::tidy(text.expose()));
        Self {
            buyer_id: buyer.and_then(|buyer| buyer.buyer_id.clone()),
            name: text(buyer.and_then(|buyer| buyer.name.as_ref())).unwrap_or_default(),
            amazon_name: buyer.and_then(|buyer| buyer.name.as_ref()).map(|name| name.expose().to_owned()),
            mail: text(buyer.and_then(|buyer| buyer.email.as_ref())),
            phone: text(buyer.and_then(|buyer| buyer.phone_number.as_ref())),
            address: address.map(raw_address),
            payment_text: None,
        }
    }
}

//! What a cart holds and comes to, before anything is started.
//!
//! The server makes the cart: from its catalogue, or from a token the shop's server signed (R10).

use super::send_payment_link;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::shop::Shop;
use crate::store::{self, Reader, StoreError};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use shared::api::{
    ButtonView, CartRequest, Language, LineView, QuoteRequest, QuoteView, SubscriptionItem, TermView,
};
use shared::cart::{
    Cart, CartError, CartLine, CartSubscription, MAX_LINES, MAX_QUANTITY, NotOffered,
    SIGNED_CART_LIFE_SECONDS, SignedCartClaims,
};
use shared::catalogue::Product;
use shared::id::{CartId, OrderNumber};
use shared::money::{Chargeable, TaxRate, Yen};
use shared::renewal_price::Price;
use shared::text;

/// Why there is no cart.
#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    /// The cart itself.
    #[error(transparent)]
    Cart(#[from] CartError),
    /// Wrong signature, algorithm, key or shape.
    #[error("the signed cart is not of this shop's making")]
    Forged,
    /// Past its end, or made to live too long.
    #[error("the signed cart has expired")]
    Expired,
    /// A payment link that was used, has ended or is none of ours.
    #[error("the payment link does not open anything")]
    LinkInvalid,
    /// A payment link whose order has been placed anew, under this number.
    #[error("the order of the payment link was placed anew already")]
    PlacedAlready(OrderNumber),
    /// Signed for another shop or audience.
    #[error("the signed cart is another shop's")]
    Foreign,
    /// The database failed.
    #[error("the catalogue could not be read")]
    Store(#[from] StoreError),
}

/// `POST /api/shops/{shop}/quotes`.
///
/// # Errors
/// [`QuoteError`].
pub async fn quote(app: &App, shop: &OpenShop, request: &QuoteRequest) -> Result<QuoteView, QuoteError> {
    let cart = cart_of(app, shop, &request.cart).await?;
    let totals = cart.total()?;
    Ok(QuoteView {
        lines: lines(&cart.lines),
        totals,
        not_offered: offered(shop, &cart, totals.total).err(),
        other_methods: shop.settings.other_methods.clone(),
        subscription: cart
            .subscription
            .as_ref()
            .map(|terms| text::subscription_begins(terms, totals.total, request.language)),
        button: button_view(app, shop),
    })
}

/// The amount Amazon Pay would be asked for: a subscription's deliveries have to fit under the month's cap, too. A first
/// delivery of ¥0 is offered only where the shop has switched that on (R27).
///
/// # Errors
/// [`NotOffered`].
pub fn offered(shop: &Shop, cart: &Cart, total: Yen) -> Result<Chargeable, NotOffered> {
    let free = shop.settings.subscriptions.free_first && cart.begins_free(total);
    let total = if free { cart.asked(total) } else { total };
    cart.chargeable_within(total, shop.settings.subscriptions.dearest())
}

/// Makes the cart that the request names, with the prices of now.
///
/// # Errors
/// [`QuoteError`].
pub async fn cart_of(app: &App, shop: &OpenShop, request: &CartRequest) -> Result<Cart, QuoteError> {
    match request {
        CartRequest::Items(items) => {
            if items.is_empty() {
                return Err(CartError::Empty.into());
            }
            if items.len() > MAX_LINES {
                return Err(CartError::TooManyLines.into());
            }
            let reader = app.store.reader().await?;
            let mut lines = Vec::with_capacity(items.len());
            let mut amazon_pay = true;
            for item in items {
                if !(1..=MAX_QUANTITY).contains(&item.quantity) {
                    return Err(CartError::Quantity(item.product.clone()).into());
                }
                let product = store::catalogue::find(&reader, &shop.id, &item.product)
                    .await?
                    .ok_or_else(|| CartError::UnknownProduct(item.product.clone()))?;
                if !product.on_sale {
                    return Err(CartError::NotOnSale(product.id).into());
                }
                amazon_pay &= product.amazon_pay;
                lines.push(CartLine {
                    product_id: product.id,
                    name: product.name,
                    unit_price: product.price,
                    quantity: item.quantity,
                    tax_rate: product.tax_rate,
                });
            }
            let cart = Cart {
                id: CartId::new(secret::random_id()).expect("a random id is an id"),
                lines,
                shipping_fee: shop.settings.shipping_fee,
                handling_fees: Yen::ZERO,
                points_used: Yen::ZERO,
                coupon_discount: Yen::ZERO,
                amazon_pay,
                subscription: None,
            };
            Ok(cart.checked()?)
        }
        CartRequest::Subscription(item) => subscription_cart(app, shop, item, None).await,
        // A signed cart begins with its header in Base64, which no `link.` can be.
        CartRequest::Signed(token) => match token.strip_prefix("link.") {
            Some(link) => send_payment_link::cart_of_link(app, shop, link).await,
            None => signed_cart(app, shop, token).await,
        },
    }
}

/// What a subscription keeps that is agreed to again (R24).
pub struct Kept {
    /// Of every delivery.
    pub price: Price,
    /// How many are left, where it ends by itself.
    pub deliveries: Option<u32>,
}

/// The cart of a subscription's first delivery, with what every later one costs (R5): as it is offered today, or with
/// what was agreed before.
///
/// # Errors
/// [`QuoteError`].
pub async fn subscription_cart(
    app: &App,
    shop: &OpenShop,
    item: &SubscriptionItem,
    kept: Option<Kept>,
) -> Result<Cart, QuoteError> {
    if !(1..=shared::subscription::MAX_QUANTITY).contains(&item.quantity) {
        return Err(CartError::Quantity(item.product.clone()).into());
    }
    let reader = app.store.reader().await?;
    let product = store::catalogue::find(&reader, &shop.id, &item.product)
        .await?
        .ok_or_else(|| CartError::UnknownProduct(item.product.clone()))?;
    drop(reader);
    if !product.on_sale {
        return Err(CartError::NotOnSale(product.id).into());
    }
    let Some(offer) = product.subscription else {
        return Err(CartError::NoSubscription(product.id).into());
    };
    if kept.is_none() && !offer.cycles.contains(&item.cycle) {
        return Err(CartError::CycleNotOffered(product.id).into());
    }
    let settings = &shop.settings;
    let offered = Price { unit: offer.renewal_price(product.price), shipping_fee: settings.shipping_fee };
    let renewal = kept.as_ref().map_or(offered, |kept| kept.price);
    let begin = if kept.is_some() { renewal.unit } else { offer.begin_price(product.price) };
    let days = jiff::Span::new().days(i64::from(settings.subscriptions.first_delivery_days));
    let first_delivery =
        super::date_in_japan(app.clock.now()).checked_add(days).map_err(|_| CartError::TooLarge)?;
    let cart = Cart {
        id: CartId::new(secret::random_id()).expect("a random id is an id"),
        lines: vec![CartLine {
            product_id: product.id,
            name: product.name,
            unit_price: begin,
            quantity: item.quantity,
            tax_rate: product.tax_rate,
        }],
        shipping_fee: renewal.shipping_fee,
        handling_fees: Yen::ZERO,
        points_used: Yen::ZERO,
        coupon_discount: Yen::ZERO,
        amazon_pay: product.amazon_pay,
        subscription: Some(CartSubscription {
            cycle: item.cycle,
            renewal_price: renewal.unit,
            renewal_shipping_fee: renewal.shipping_fee,
            renewal_total: renewal.total(item.quantity).ok_or(CartError::TooLarge)?,
            deliveries: kept.map_or(offer.deliveries, |kept| kept.deliveries),
            first_delivery,
        }),
    };
    Ok(cart.checked()?)
}

/// What the shopper agrees to, in words; nothing where no subscription begins.
pub fn terms(cart: &Cart, language: Language) -> Vec<TermView> {
    let rows = cart.subscription.iter().flat_map(|terms| text::subscription_terms(terms, language));
    rows.map(|(label, text)| TermView { label: label.to_owned(), text }).collect()
}

/// Whether everything in the cart is still sold; asked again at 注文する. Products a signed cart names that are
/// not in our catalogue are the shop's own business.
///
/// # Errors
/// [`CartError::NotOnSale`], or the database failed.
pub async fn still_on_sale(reader: &Reader, shop: &OpenShop, cart: &Cart) -> Result<(), QuoteError> {
    for line in &cart.lines {
        let product = store::catalogue::find(reader, &shop.id, &line.product_id).await?;
        let gone = |product: &Product| {
            !product.on_sale || cart.subscription.is_some() && product.subscription.is_none()
        };
        if product.as_ref().is_some_and(gone) {
            return Err(CartError::NotOnSale(line.product_id.clone()).into());
        }
    }
    Ok(())
}

/// Reads a signed cart: HS256 whatever the token says of its algorithm, a secret of this shop, at most an hour
/// of life.
async fn signed_cart(app: &App, shop: &OpenShop, token: &str) -> Result<Cart, QuoteError> {
    #[derive(Deserialize)]
    struct Header {
        kid: String,
    }
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(tag), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(QuoteError::Forged);
    };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| QuoteError::Forged);
    let Header { kid } = serde_json::from_slice(&decode(header)?).map_err(|_| QuoteError::Forged)?;

    let reader = app.store.reader().await?;
    let sealed = store::shops::secret(&reader, &shop.id, store::shops::SecretKind::Cart, &kid)
        .await?
        .ok_or(QuoteError::Forged)?;
    let secret =
        app.master_key.open(&store::shops::owner(&shop.id, &kid), &sealed).map_err(|_| QuoteError::Forged)?;
    let signed = token.get(..header.len() + 1 + claims.len()).ok_or(QuoteError::Forged)?;
    if !secret::hmac_matches(&secret, signed.as_bytes(), &decode(tag)?) {
        return Err(QuoteError::Forged);
    }
    let claims: SignedCartClaims =
        serde_json::from_slice(&decode(claims)?).map_err(|_| QuoteError::Forged)?;
    if claims.iss != shop.id || claims.aud != "noren" {
        return Err(QuoteError::Foreign);
    }
    let ours = [send_payment_link::CART_PREFIX, send_payment_link::AGREE_PREFIX];
    if ours.iter().any(|prefix| claims.cart_id.as_str().starts_with(prefix)) {
        return Err(QuoteError::Forged);
    }
    let now = app.clock.now().as_second();
    if claims.exp <= now || claims.exp > now + SIGNED_CART_LIFE_SECONDS {
        return Err(QuoteError::Expired);
    }
    Ok(Cart::from(claims).checked()?)
}

/// A cart secret as the seed and the settings write it: Base64, 32 bytes or more.
pub fn cart_secret(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok().filter(|bytes| bytes.len() >= 32)
}

/// Lines as pages show them.
pub fn lines(lines: &[CartLine]) -> Vec<LineView> {
    lines
        .iter()
        .map(|line| LineView {
            name: line.name.clone(),
            unit_price: line.unit_price,
            quantity: line.quantity,
            amount: line.unit_price.checked_mul(line.quantity).unwrap_or(Yen::MAX),
            tax_percent: percent(line.tax_rate),
        })
        .collect()
}

/// The rate as pages show it: 8 or 10.
pub const fn percent(rate: TaxRate) -> u8 {
    match rate {
        TaxRate::Reduced => 8,
        TaxRate::Standard => 10,
    }
}

/// What Amazon's script needs to draw the button.
pub fn button_view(app: &App, shop: &OpenShop) -> ButtonView {
    let amazon = &shop.settings.amazon_pay;
    ButtonView {
        script_url: app.settings.amazon_pay.script_url(),
        merchant_id: amazon.merchant_id.to_string(),
        public_key_id: amazon.public_key_id.to_string(),
        sandbox: amazon.is_sandbox(),
        simulator: app.settings.amazon_pay.simulator.is_some(),
        card_brands: shop.settings.card_brands.clone(),
        shop_name: shop.name.clone(),
    }
}

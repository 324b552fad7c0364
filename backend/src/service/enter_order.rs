//! 管理画面より新規受注 (R38, R43): an order an operator enters, paid any way but by Amazon Pay.

use super::desk::{self, DeskError};
use super::edit_buyer::{address_of, mail_of, name_of};
use super::shops::OpenShop;
use super::{desk_view, index_order, quote};
use crate::app::App;
use crate::secret;
use crate::store::orders::{self, Order, OrderBuyer, OrderDesk, OrderIdentity};
use crate::store::timeline::{Happened, Note};
use crate::store::{Batch, StoreError, Unmet};
use jiff::Timestamp;
use shared::address::{phone, postal_code, tidy};
use shared::api::{CartRequest, EnterOrderRequest, EnteredLine, EnteredQuoteRequest, ItemRequest};
use shared::cart::{Cart, Totals};
use shared::id::{OperatorId, OrderNumber};
use shared::identity::{PersonName, blockers, is_same_name};
use shared::order::{OrderOrigin, OrderStatus};
use shared::order_action::{ActionRefused, may_choose, needs_identity};
use shared::payment::Payment;
use shared::payment_method::PaymentMethod;

/// How often a number is drawn.
const TRIES: usize = 5;

/// The cart of the lines, with the prices and the shipping fee of now.
async fn cart_of(app: &App, shop: &OpenShop, lines: &[EnteredLine]) -> Result<Cart, DeskError> {
    let items = lines.iter();
    let items = items.map(|line| ItemRequest { product: line.product.clone(), quantity: line.quantity });
    Ok(quote::cart_of(app, shop, &CartRequest::Items(items.collect())).await?)
}

/// What an order of these lines comes to, exactly as [`enter_order`] would store it.
///
/// # Errors
/// [`DeskError::Quote`].
pub async fn quote(app: &App, shop: &OpenShop, request: &EnteredQuoteRequest) -> Result<Totals, DeskError> {
    Ok(cart_of(app, shop, &request.lines).await?.total()?)
}

/// Enters the order; the same id again finds the first one.
///
/// # Errors
/// [`DeskError`].
pub async fn enter_order(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    request: &EnterOrderRequest,
) -> Result<(), DeskError> {
    // Whatever it would come from: Amazon Pay is never entered, nor is "no charge".
    if matches!(request.method, PaymentMethod::AmazonPay | PaymentMethod::NoCharge) {
        may_choose(PaymentMethod::BankTransfer, request.method)?;
    }
    let reader = app.store.reader().await?;
    if let Some(known) = orders::find(&reader, &shop.id, &request.order_id).await? {
        return if is_same(request, &known)? { Ok(()) } else { Err(DeskError::Changed) };
    }
    let replaced = match &request.replaces {
        Some(old) => Some(orders::find(&reader, &shop.id, old).await?.ok_or(DeskError::Unknown)?),
        None => None,
    };
    drop(reader);
    if let Some(old) = &replaced {
        if old.order_status != OrderStatus::Canceled {
            return Err(ActionRefused::PaymentState.into());
        }
        if old.desk.replaced_by.is_some() {
            return Err(ActionRefused::Nothing.into());
        }
    }
    let cart = cart_of(app, shop, &request.lines).await?;
    let totals = cart.total()?;
    if request.total.is_some_and(|shown| shown != totals.total) {
        return Err(DeskError::TotalChanged);
    }
    let buyer = &request.buyer;
    let name = tidy(&buyer.name);
    if name.is_empty() {
        return Err(DeskError::Invalid);
    }
    let address = address_of(&request.address)?;
    let parts = buyer.parts.as_ref().map(name_of).transpose()?.unwrap_or_default();
    // Of another recipient nothing is taken from the buyer.
    let is_one = is_same_name(&name, &address.name);
    let recipient = match &request.recipient {
        Some(given) => name_of(given)?,
        None if is_one => parts.clone(),
        None => PersonName::default(),
    };
    let buyer_postal_code = match &buyer.postal_code {
        Some(text) => Some(postal_code(text).ok_or(DeskError::Invalid)?),
        None => address.postal_code.clone().filter(|_| is_one),
    };
    let now = app.clock.now();
    let at = now.as_millisecond();
    let order = Order {
        shop_id: shop.id.clone(),
        id: request.order_id.clone(),
        number: OrderNumber::from_parts(super::date_in_japan(now), secret::random()),
        checkout_id: None,
        order_status: OrderStatus::New,
        origin: OrderOrigin::Operator,
        method: request.method,
        // Nothing stands at Amazon.
        payment: Payment::Canceled { amount: totals.total, at: now },
        totals,
        lines: cart.lines,
        buyer: OrderBuyer {
            id: None,
            name,
            mail: buyer.mail.as_deref().map(mail_of).transpose()?,
            phone: buyer.phone.as_deref().map(|text| phone(text).ok_or(DeskError::Invalid)).transpose()?,
        },
        area_not_served: !shop.serves(address.prefecture),
        original_address: None,
        subscription: None,
        desk: OrderDesk {
            identity: OrderIdentity {
                delivery: recipient,
                buyer: parts,
                postal_code: buyer_postal_code,
                edited: true,
                amazon_name: None,
            },
            replaces: request.replaces.clone(),
            ..OrderDesk::default()
        },
        address: Some(address),
        charge_permission_id: None,
        charge_id: None,
        placed_at: at,
        updated_at: at,
        version: 1,
        terms_version: 1,
    };
    if needs_identity(order.method) {
        let (delivery, profile, _) = desk_view::persons(app, &order).await?;
        if !blockers(&delivery, &profile).is_empty() {
            return Err(DeskError::IdentityMissing);
        }
    }
    let mut order = order;
    for _ in 0..TRIES {
        let batch = entered(&order, replaced.as_ref(), operator, now);
        match app.store.write(batch).await {
            Ok(_) => {
                app.work.notify_one();
                return Ok(());
            }
            Err(StoreError::Unmet(Unmet::AlreadyPlaced(_))) => {
                let reader = app.store.reader().await?;
                match orders::find(&reader, &shop.id, &order.id).await? {
                    // Pressed twice: the first order is the one.
                    Some(known) if is_same(request, &known)? => return Ok(()),
                    Some(_) => return Err(DeskError::Changed),
                    // Only the number was drawn before.
                    None => {
                        order.number = OrderNumber::from_parts(super::date_in_japan(now), secret::random())
                    }
                }
            }
            Err(StoreError::Unmet(Unmet::Stale(_))) => return Err(DeskError::Changed),
            Err(error) => return Err(error.into()),
        }
    }
    Err(DeskError::Changed)
}

/// What is stored with a new order.
fn entered(order: &Order, replaced: Option<&Order>, operator: &OperatorId, now: Timestamp) -> Batch {
    let mut batch = Batch::from(orders::insert(order));
    // It is found by name, mail and phone like every other (R51).
    batch.push(index_order::enqueue(order, now));
    let actor = desk::actor(operator);
    batch.push(desk::told(order, actor, Happened::Placed { total: order.total() }, now));
    if let Some(old) = replaced {
        batch.push(desk::told(order, actor, Happened::Noted { note: Note::Replaces }, now));
        batch.push(desk::told(old, actor, Happened::Noted { note: Note::Replaced }, now));
        let mut old = old.clone();
        old.desk.replaced_by = Some(order.id.clone());
        batch.push(orders::save(&old, now.as_millisecond()));
    }
    batch
}

/// Whether the request says what the order it finds says: an operator who has corrected something after a lost answer
/// learns that the first order stands.
fn is_same(request: &EnterOrderRequest, known: &Order) -> Result<bool, DeskError> {
    let buyer = &request.buyer;
    let lines = request.lines.iter().map(|line| (&line.product, line.quantity));
    Ok(known.origin == OrderOrigin::Operator
        && known.method == request.method
        && known.desk.replaces == request.replaces
        && lines.eq(known.lines.iter().map(|line| (&line.product_id, line.quantity)))
        && request.total.is_none_or(|shown| shown == known.total())
        && tidy(&buyer.name) == known.buyer.name
        && buyer.mail.as_deref().map(mail_of).transpose()? == known.buyer.mail
        && buyer.phone.as_deref().and_then(phone) == known.buyer.phone
        && known.address.as_ref() == Some(&address_of(&request.address)?))
}

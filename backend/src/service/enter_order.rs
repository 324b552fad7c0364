//! 管理画面より新規受注 (R38, R43): an order an operator enters, paid any way but by Amazon Pay.

use super::desk::{self, DeskError};
use super::edit_buyer::{address_of, mail_of, name_of};
use super::quote;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::orders::{self, Order, OrderBuyer, OrderDesk, OrderIdentity};
use crate::store::timeline::{Happened, Note};
use crate::store::{Batch, StoreError, Unmet};
use shared::address::{phone, tidy};
use shared::api::{CartRequest, EnterOrderRequest, ItemRequest};
use shared::id::{OperatorId, OrderNumber};
use shared::order::{OrderOrigin, OrderStatus};
use shared::order_action::{ActionRefused, may_choose};
use shared::payment::Payment;
use shared::payment_method::PaymentMethod;

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
    // Whatever it would come from: Amazon Pay is never entered.
    if request.method == PaymentMethod::AmazonPay {
        may_choose(PaymentMethod::BankTransfer, request.method)?;
    }
    let reader = app.store.reader().await?;
    if let Some(known) = orders::find(&reader, &shop.id, &request.order_id).await? {
        let same = known.origin == OrderOrigin::Operator && known.method == request.method;
        return if same { Ok(()) } else { Err(DeskError::Changed) };
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
    let items = request.lines.iter();
    let items = items.map(|line| ItemRequest { product: line.product.clone(), quantity: line.quantity });
    let cart = quote::cart_of(app, shop, &CartRequest::Items(items.collect())).await?;
    let totals = cart.total()?;
    let buyer = &request.buyer;
    let name = tidy(&buyer.name);
    if name.is_empty() {
        return Err(DeskError::Invalid);
    }
    let address = address_of(&request.address)?;
    let parts = buyer.parts.as_ref().map(name_of).transpose()?.unwrap_or_default();
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
                delivery: parts.clone(),
                buyer: parts,
                postal_code: address.postal_code.clone(),
                edited: true,
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
    let mut batch = Batch::from(orders::insert(&order));
    let actor = desk::actor(operator);
    batch.push(desk::told(&order, actor, Happened::Placed { total: order.total() }, now));
    if let Some(old) = &replaced {
        batch.push(desk::told(&order, actor, Happened::Noted { note: Note::Replaces }, now));
        batch.push(desk::told(old, actor, Happened::Noted { note: Note::Replaced }, now));
        let mut old = old.clone();
        old.desk.replaced_by = Some(order.id.clone());
        batch.push(orders::save(&old, at));
    }
    match app.store.write(batch).await {
        // Pressed twice: the first order is the one.
        Ok(_) | Err(StoreError::Unmet(Unmet::AlreadyPlaced(_))) => Ok(()),
        Err(StoreError::Unmet(Unmet::Stale(_))) => Err(DeskError::Changed),
        Err(error) => Err(error.into()),
    }
}

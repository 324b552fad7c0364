//! お届け先変更 (R21): from the next delivery, or from that of a date on. The preview and the change decide alike.
//!
//! A renewal's order that is neither captured nor shipped gets the new address in the same batch; what is captured,
//! shipped or canceled keeps its own, and so does the order of the checkout.

use super::super::shops::OpenShop;
use super::super::{date_in_japan, desk, index_order};
use super::{Did, MyPageError, list, load, told, write};
use crate::app::App;
use crate::secret;
use crate::store::Batch;
use crate::store::orders::{self, Order};
use crate::store::subscriptions::{self, Subscription};
use crate::store::timeline::Happened;
use jiff::civil::Date;
use shared::address_form::ReadAddress;
use shared::api::{
    AddressChangeView, AddressFieldView, AddressKept, AddressedDelivery, ChangeAddressRequest, Language,
};
use shared::id::{BuyerId, SubscriptionId};
use shared::order::OrderOrigin;
use shared::order_action::OrderAction;
use shared::subscription::{Actor, AddressSource, SubscriptionAction, SubscriptionAddress, judge, may_move};
use shared::text;

/// Orders looked at, the latest first.
const LOOKED_AT: i64 = 50;

/// What the change would reach; changes nothing.
///
/// # Errors
/// [`MyPageError`]; fields that cannot be read are part of the answer.
pub async fn preview(
    app: &App,
    shop: &OpenShop,
    buyer: &BuyerId,
    id: &SubscriptionId,
    request: &ChangeAddressRequest,
    language: Language,
) -> Result<AddressChangeView, MyPageError> {
    let row = load(app, shop, buyer, id, request.version).await?;
    Ok(Plan::of(app, shop, row, request).await?.view(request, language))
}

/// Changes it, and tells what it reached.
///
/// # Errors
/// [`MyPageError`].
pub async fn change_address(
    app: &App,
    shop: &OpenShop,
    buyer: &BuyerId,
    id: &SubscriptionId,
    request: &ChangeAddressRequest,
    language: Language,
) -> Result<AddressChangeView, MyPageError> {
    let row = load(app, shop, buyer, id, request.version).await?;
    let mut plan = Plan::of(app, shop, row, request).await?;
    let Some(read) = &plan.read else { return Err(MyPageError::Address) };
    let now = app.clock.now();
    let at = now.as_millisecond();
    let mut batch = Batch::new();
    for order in &plan.orders {
        if kept(order, plan.from).is_some() {
            continue;
        }
        let mut changed = order.clone();
        changed.address = Some(read.address.clone());
        changed.area_not_served = false;
        changed.desk.identity.delivery = read.name.clone();
        changed.desk.identity.edited = true;
        let change = Some("address".to_owned());
        let happened = Happened::Desk { action: OrderAction::EditBuyer, amount: None, change };
        batch.push(desk::told(&changed, "shopper", happened, now));
        batch.push(index_order::enqueue(&changed, now));
        batch.push(orders::save(&changed, at));
    }
    let address =
        SubscriptionAddress { from: plan.from, address: read.address.clone(), source: AddressSource::Form };
    let row = &plan.row;
    batch.push(subscriptions::add_address(&shop.id, id, &secret::timed_id(now), &address, at));
    batch.push(told(row, "shopper", Did::AddressChanged { from: plan.from }, now));
    batch.push(subscriptions::save(row, at));
    write(app, batch).await?;
    plan.row.version += 1;
    Ok(plan.view(request, language))
}

/// What is decided before anything is shown or written.
struct Plan {
    row: Subscription,
    orders: Vec<Order>,
    from: Date,
    read: Option<ReadAddress>,
}

impl Plan {
    async fn of(
        app: &App,
        shop: &OpenShop,
        row: Subscription,
        request: &ChangeAddressRequest,
    ) -> Result<Self, MyPageError> {
        judge(SubscriptionAction::ChangeAddress, Actor::Shopper, &row.state)?;
        let today = date_in_japan(app.clock.now());
        let reader = app.store.reader().await?;
        let orders = orders::of_subscription(&reader, &shop.id, &row.id, LOOKED_AT).await?;
        drop(reader);
        let from = match request.from {
            Some(from) => {
                may_move(from, today, today)?;
                from
            }
            // The next delivery may be ordered already.
            None => orders
                .iter()
                .filter(|order| kept(order, Date::MIN).is_none())
                .filter_map(delivery)
                .chain(row.schedule.next())
                .min()
                .unwrap_or(today),
        };
        let read = request.address.read().ok();
        if read.as_ref().is_some_and(|read| !shop.serves(read.address.prefecture)) {
            return Err(MyPageError::AreaNotServed);
        }
        Ok(Self { row, orders, from, read })
    }

    fn view(self, request: &ChangeAddressRequest, language: Language) -> AddressChangeView {
        let ordered = self.orders.iter().filter_map(|order| {
            let date = delivery(order)?;
            let order_number = Some(order.number.clone());
            Some(AddressedDelivery { date, order_number, kept: kept(order, self.from) })
        });
        let to_come = self.row.schedule.upcoming(2 * list::AHEAD).into_iter().map(|(_, date)| {
            let kept = (date < self.from).then_some(AddressKept::Earlier);
            AddressedDelivery { date, order_number: None, kept }
        });
        let mut all: Vec<_> = ordered.chain(to_come).collect();
        all.sort_by_key(|delivery| delivery.date);
        let (kept, reached) = all.into_iter().partition(|delivery| delivery.kept.is_some());
        let errors = request.address.read().err().unwrap_or_default();
        let told = |error: shared::address_form::FieldError| AddressFieldView {
            field: error.field,
            problem: error.problem,
            text: text::address_problem(error.field, error.problem, language),
        };
        AddressChangeView {
            errors: errors.into_iter().map(told).collect(),
            address: self.read.map(|read| read.address),
            from: self.from,
            reached,
            kept,
            notes: list::notes(language),
            version: self.row.version,
        }
    }
}

fn delivery(order: &Order) -> Option<Date> {
    order.subscription.as_ref().map(|of| of.delivery)
}

/// Why the order keeps its address under a change from `from` on.
fn kept(order: &Order, from: Date) -> Option<AddressKept> {
    AddressKept::of(order.order_status, order.payment.state())
        .or_else(|| (order.origin != OrderOrigin::Renewal).then_some(AddressKept::Checkout))
        .or_else(|| delivery(order).is_none_or(|date| date < from).then_some(AddressKept::Earlier))
}

//! お届け先変更 (R21): from the next delivery, or from that of a date on. The preview and the change decide alike.
//!
//! A renewal's order that is neither captured nor shipped gets the new address in the same batch; what is captured,
//! shipped or canceled keeps its own, and so does the order of the checkout.

use super::super::shops::OpenShop;
use super::super::{bundle_orders, date_in_japan, desk, index_order, tell_subscription};
use super::{Did, MyPageError, amazon_address, list, load, told, write};
use crate::app::App;
use crate::secret;
use crate::store::Batch;
use crate::store::orders::{self, Order};
use crate::store::subscriptions::{self, Subscription};
use crate::store::timeline::Happened;
use jiff::civil::Date;
use shared::address::DeliveryAddress;
use shared::address_form::FieldError;
use shared::api::{
    AddressChangeView, AddressFieldView, AddressKept, AddressedDelivery, ChangeAddressRequest, Language,
    OrderedDelivery,
};
use shared::former_mail::FormerMail;
use shared::id::{BuyerId, SubscriptionId};
use shared::mail::{MailKind, NewsFacts};
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
    Ok(Plan::of(app, shop, row, request).await?.view(shop, language))
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
    let Some(new) = &plan.address else { return Err(MyPageError::Address) };
    let now = app.clock.now();
    let at = now.as_millisecond();
    let mut batch = Batch::new();
    // 次回から: whichever the next delivery is by then, should its date come nearer.
    let from = if request.from.is_some() { plan.from } else { plan.from.min(date_in_japan(now)) };
    let reached = plan.orders.iter().chain(&plan.given_up).filter(|order| kept(order, from).is_none());
    let mut reached: Vec<Order> = reached.cloned().collect();
    for changed in &mut reached {
        changed.address = Some(new.clone());
        changed.area_not_served = false;
        changed.desk.identity.delivery = new.person.clone().unwrap_or_default();
        changed.desk.identity.edited = true;
        let change = Some("address".to_owned());
        let happened = Happened::Desk { action: OrderAction::EditBuyer, amount: None, change };
        batch.push(desk::told(changed, "shopper", happened, now));
        batch.push(index_order::enqueue(changed, now));
    }
    // A delivery without a charge may be in a bundle: it rides along no more where it goes elsewhere (R46).
    batch.append(bundle_orders::part(app, &mut reached, "shopper", now).await?);
    for changed in &reached {
        batch.push(orders::save(changed, at));
    }
    let address = SubscriptionAddress { from, address: new.clone(), source: plan.source };
    let row = &plan.row;
    batch.push(subscriptions::add_address(&shop.id, id, &secret::timed_id(now), &address, at));
    batch.push(told(row, "shopper", Did::AddressChanged { from: plan.from }, now));
    // To the mail addresses that were known before, too: whoever else has signed in is found out.
    let facts = NewsFacts { date: Some(plan.from), ..NewsFacts::default() };
    batch.append(tell_subscription::to_known(shop, row, &plan.former, MailKind::AddressChanged, &facts, now));
    batch.push(subscriptions::save(row, at));
    write(app, batch).await?;
    plan.row.version += 1;
    Ok(plan.view(shop, language))
}

/// What is decided before anything is shown or written.
struct Plan {
    row: Subscription,
    orders: Vec<Order>,
    /// Not delivered as things are, so not named; authorized anew by an operator it goes where the others go.
    given_up: Vec<Order>,
    /// Earlier mail addresses.
    former: Vec<FormerMail>,
    from: Date,
    /// None while there are errors.
    address: Option<DeliveryAddress>,
    errors: Vec<FieldError>,
    source: AddressSource,
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
        let former = subscriptions::former_mails(&reader, &shop.id, &row.id).await?;
        drop(reader);
        let stands = |order: &Order| {
            let current = row.current_order_id.as_ref() == Some(&order.id);
            let coming = OrderedDelivery::is_coming(order.order_status, order.holding());
            current || coming || AddressKept::of(order.order_status, order.holding()).is_some()
        };
        let (orders, given_up): (Vec<_>, Vec<_>) = orders.into_iter().partition(stands);
        let from = match request.from {
            Some(from) => {
                let from = Date::from(from);
                may_move(from, today, today)?;
                from
            }
            // The next delivery may be ordered already.
            None => orders
                .iter()
                .filter(|order| kept(order, Date::MIN).is_none())
                .filter_map(delivery)
                .chain(list::upcoming(shop, &row, 1).first().map(|next| next.date))
                .min()
                .unwrap_or(today),
        };
        let (read, source) = match (&request.address, &request.amazon_checkout_session_id) {
            (Some(form), None) => (form.read().map(|read| read.address), AddressSource::Form),
            (None, Some(session)) => {
                let chosen = amazon_address::read(app, shop, &row.buyer_id, session).await?;
                (Ok(chosen), AddressSource::Amazon)
            }
            _ => return Err(MyPageError::Address),
        };
        let (address, errors) = match read {
            Ok(address) => (Some(address), Vec::new()),
            Err(errors) => (None, errors),
        };
        if address.as_ref().is_some_and(|address| !shop.serves(address.prefecture)) {
            return Err(MyPageError::AreaNotServed);
        }
        Ok(Self { row, orders, given_up, former, from, address, errors, source })
    }

    fn view(self, shop: &OpenShop, language: Language) -> AddressChangeView {
        let ordered = self.orders.iter().filter_map(|order| {
            let date = delivery(order)?;
            let order_number = Some(order.number.clone());
            Some(AddressedDelivery { date: date.into(), order_number, kept: kept(order, self.from) })
        });
        let to_come = list::upcoming(shop, &self.row, 2 * list::AHEAD).into_iter().map(|next| {
            let date = next.date;
            let kept = (date < self.from).then_some(AddressKept::Earlier);
            AddressedDelivery { date: date.into(), order_number: None, kept }
        });
        let mut all: Vec<_> = ordered.chain(to_come).collect();
        all.sort_by_key(|delivery| delivery.date);
        let (kept, reached) = all.into_iter().partition(|delivery| delivery.kept.is_some());
        let told = |error: FieldError| AddressFieldView {
            field: error.field,
            problem: error.problem,
            text: text::address_problem(error.field, error.problem, language),
        };
        AddressChangeView {
            errors: self.errors.into_iter().map(told).collect(),
            address: self.address,
            from: self.from.into(),
            reached,
            kept,
            notes: list::notes(language),
            mailed: shop.settings.smtp.is_some() && self.row.buyer_mail.is_some(),
            version: self.row.version,
        }
    }
}

fn delivery(order: &Order) -> Option<Date> {
    order.subscription.as_ref().map(|of| of.delivery)
}

/// Why the order keeps its address under a change from `from` on.
fn kept(order: &Order, from: Date) -> Option<AddressKept> {
    AddressKept::of(order.order_status, order.holding())
        .or_else(|| (order.origin != OrderOrigin::Renewal).then_some(AddressKept::Checkout))
        .or_else(|| delivery(order).is_none_or(|date| date < from).then_some(AddressKept::Earlier))
}

//! 同梱 (R46): orders that are shipped together; never one that is or was paid by Amazon Pay.
//!
//! One request says with which orders an order is shipped: it joins, changes and undoes a bundle, and twice the same
//! request changes nothing. No amount, payment or status is touched.

use super::desk::{self, DeskError};
use super::order_views;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::orders::{self, Order};
use crate::store::timeline::{Happened, Note};
use crate::store::{Batch, Reader, StoreError};
use jiff::Timestamp;
use shared::api::{BundleRequest, OrderPage};
use shared::id::{OperatorId, OrderId};
use shared::order::OrderStatus;
use shared::order_action::{OrderAction, judge};

/// Most orders of one bundle besides the first.
const MOST: usize = 20;
/// Most orders offered to choose from.
const MOST_SHOWN: usize = 50;
/// Most orders read for that: of one recipient and address, and of those from before these could be looked up.
const MOST_READ: i64 = 1_000;

/// Ships the order with exactly these others, or alone.
///
/// # Errors
/// [`DeskError`]; [`DeskError::ParcelsDiffer`] for orders to another address.
pub async fn bundle_orders(
    app: &App,
    shop: &OpenShop,
    id: &OrderId,
    operator: &OperatorId,
    request: &BundleRequest,
) -> Result<(), DeskError> {
    let first = desk::load(app, shop, id, request.version, OrderAction::Bundle).await?;
    let others = &request.with;
    let twice = others.iter().enumerate().any(|(n, one)| one == id || others[..n].contains(one));
    if others.len() > MOST || twice {
        return Err(DeskError::Shape);
    }
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let mut bundle = Vec::with_capacity(others.len() + 1);
    for other in others {
        let order = orders::find(&reader, &shop.id, other).await?.ok_or(DeskError::Unknown)?;
        judge(OrderAction::Bundle, &desk::facts(&order, false), now)?;
        if !is_same_parcel(&first, &order) {
            return Err(DeskError::ParcelsDiffer);
        }
        bundle.push(order);
    }
    bundle.push(first);
    let left = left_behind(&reader, &bundle).await?;
    drop(reader);
    if left.iter().all(Vec::is_empty) && is_so(&bundle) {
        return Ok(());
    }
    let numbers: Vec<_> = bundle.iter().map(|order| order.number.to_string()).collect();
    let name = (!others.is_empty()).then(|| secret::timed_id(now));
    let happened = |name: Option<&String>, own: &Order| match name {
        Some(_) => {
            let others = numbers.iter().filter(|number| **number != own.number.as_str());
            let change = Some(others.map(String::as_str).collect::<Vec<_>>().join(", "));
            Happened::Desk { action: OrderAction::Bundle, amount: None, change }
        }
        None => Happened::Noted { note: Note::Unbundled },
    };
    // Whoever would be left alone in a bundle is in none.
    let alone = left.into_iter().filter(|rest| rest.len() == 1).flatten().map(|order| (order, None));
    let mut changes: Vec<_> = bundle.into_iter().map(|order| (order, name.clone())).chain(alone).collect();
    // In key order, as every batch that touches several orders.
    changes.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    let mut batch = Batch::new();
    for (mut order, name) in changes {
        batch.push(desk::told(&order, desk::actor(operator), happened(name.as_ref(), &order), now));
        order.desk.bundle_id = name;
        batch.push(orders::save(&order, now.as_millisecond()));
    }
    desk::write(app, batch).await
}

/// Whether the orders are shipped together as they stand, or the one alone.
fn is_so(bundle: &[Order]) -> bool {
    let name = bundle.first().and_then(|order| order.desk.bundle_id.as_ref());
    name.is_some() == (bundle.len() > 1) && bundle.iter().all(|order| order.desk.bundle_id.as_ref() == name)
}

/// For each bundle that these orders are in now: who else is.
async fn left_behind(reader: &Reader, bundle: &[Order]) -> Result<Vec<Vec<Order>>, StoreError> {
    let mut names: Vec<_> = bundle.iter().filter_map(|order| order.desk.bundle_id.as_ref()).collect();
    names.sort();
    names.dedup();
    let mut left = Vec::with_capacity(names.len());
    for name in names {
        let mut members = orders::bundled(reader, &bundle[0].shop_id, name).await?;
        members.retain(|member| bundle.iter().all(|order| order.id != member.id));
        left.push(members);
    }
    Ok(left)
}

/// What is stored when orders were `changed` so that they may not ride along any more, canceled or to another address:
/// they leave their bundle, and so does whoever would be left alone in it. Nothing where all still go to one place.
///
/// # Errors
/// The database failed.
pub async fn part(
    app: &App,
    changed: &mut [Order],
    actor: &str,
    now: Timestamp,
) -> Result<Batch, StoreError> {
    let mut batch = Batch::new();
    let mut names: Vec<_> = changed.iter().filter_map(|order| order.desk.bundle_id.clone()).collect();
    names.sort();
    names.dedup();
    let happened = || Happened::Noted { note: Note::Parted };
    for name in names {
        let reader = app.store.reader().await?;
        let mut stay = orders::bundled(&reader, &changed[0].shop_id, &name).await?;
        drop(reader);
        stay.retain(|other| changed.iter().all(|order| order.id != other.id));
        let is_of = |order: &&mut Order| order.desk.bundle_id.as_ref() == Some(&name);
        let mut own: Vec<&mut Order> = changed.iter_mut().filter(is_of).collect();
        let together = own.iter().all(|order| {
            order.order_status != OrderStatus::Canceled
                && own.iter().all(|other| is_same_parcel(order, other))
                && stay.iter().all(|other| is_same_parcel(order, other))
        });
        if together {
            continue;
        }
        for order in &mut own {
            order.desk.bundle_id = None;
            batch.push(desk::told(order, actor, happened(), now));
        }
        let alone = stay.len() == 1;
        for mut other in stay {
            if alone {
                other.desk.bundle_id = None;
                batch.push(desk::told(&other, actor, happened(), now));
                batch.push(orders::save(&other, now.as_millisecond()));
            } else {
                // Whether somebody is left alone rests on who is in the bundle.
                batch.push(orders::unchanged(&other));
            }
        }
    }
    Ok(batch)
}

/// Whether both go to one recipient at one address.
fn is_same_parcel(one: &Order, other: &Order) -> bool {
    one.address.as_ref().zip(other.address.as_ref()).is_some_and(|(one, other)| one.is_same_parcel(other))
}

/// `GET …/orders/{id}/bundle`: the orders it may be shipped with, newest first; those it is shipped with are among them.
///
/// # Errors
/// [`DeskError`]: an order that cannot be bundled has none.
pub async fn candidates(app: &App, shop: &OpenShop, id: &OrderId) -> Result<OrderPage, DeskError> {
    let reader = app.store.reader().await?;
    let first = orders::find(&reader, &shop.id, id).await?.ok_or(DeskError::Unknown)?;
    let now = app.clock.now();
    judge(OrderAction::Bundle, &desk::facts(&first, false), now)?;
    let mut found = match first.parcel_key() {
        Some(key) => orders::of_parcel(&reader, &shop.id, &key, MOST_READ).await?,
        None => Vec::new(),
    };
    if let Some(name) = &first.desk.bundle_id {
        let members = orders::bundled(&reader, &shop.id, name).await?;
        let unseen = |member: &Order| found.iter().all(|order| order.id != member.id);
        let unseen: Vec<_> = members.into_iter().filter(unseen).collect();
        found.extend(unseen);
    }
    drop(reader);
    let may = |order: &&Order| {
        order.id != first.id
            && is_same_parcel(&first, order)
            && judge(OrderAction::Bundle, &desk::facts(order, false), now).is_ok()
    };
    let rows = found.iter().filter(may).take(MOST_SHOWN).map(|order| order_views::row(order, now));
    Ok(OrderPage { orders: rows.collect(), next: None })
}

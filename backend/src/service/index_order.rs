//! Keeps the words an order is found by (R51): written by a job right after the order, and again whenever buyer,
//! addressee or Amazon's ids change.
//!
//! Whoever changes those puts [`enqueue`] into the same batch.

use crate::app::App;
use crate::secret;
use crate::store::orders::{self, Order};
use crate::store::{Batch, Statement, StoreError, jobs, order_list};
use jiff::Timestamp;
use shared::id::{JobId, OrderId, ShopId};
use shared::order_term::{self, Findable};
use std::collections::BTreeSet;

/// Kind of the job; its subject is the order's id.
pub const KIND: &str = "index_order";

/// The job that writes the order's words anew; at most one is open per order.
pub fn enqueue(order: &Order, now: Timestamp) -> Statement {
    jobs::enqueue_once(&jobs::NewJob {
        shop_id: &order.shop_id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: KIND,
        subject: order.id.as_str(),
        payload: "{}",
        due_at: now.as_millisecond(),
        now: now.as_millisecond(),
    })
}

/// Writes the words of an order as it is now. An order that is not there is no error: there is nothing to find.
///
/// # Errors
/// The database's.
pub async fn run(app: &App, shop: &ShopId, id: &OrderId) -> Result<(), StoreError> {
    let reader = app.store.reader().await?;
    let Some(order) = orders::find(&reader, shop, id).await? else { return Ok(()) };
    let kept = order_list::terms(&reader, shop, id).await?;
    drop(reader);
    let wanted = terms(&order);
    let mut batch: Batch = kept
        .difference(&wanted)
        .map(|term| order_list::remove_term(shop, term, order.placed_at, id))
        .collect();
    batch.append(
        wanted
            .difference(&kept)
            .map(|term| order_list::add_term(shop, term, order.placed_at, id))
            .collect::<Batch>(),
    );
    app.store.write(batch).await.map(drop)
}

/// The order's words.
pub fn terms(order: &Order) -> BTreeSet<String> {
    with_findable(order, order_term::terms)
}

/// Whether the order is really what was searched for.
pub fn finds(search: &order_term::Search, order: &Order) -> bool {
    with_findable(order, |findable| search.finds(findable))
}

fn with_findable<T>(order: &Order, then: impl FnOnce(Findable<'_>) -> T) -> T {
    let mut names = vec![order.buyer.name.as_str()];
    let mut phones: Vec<&str> = order.buyer.phone.as_deref().into_iter().collect();
    if let Some(address) = &order.address {
        names.push(&address.name);
        phones.extend(address.phone.as_deref());
    }
    let parts = [&order.desk.identity.buyer, &order.desk.identity.delivery].map(|name| {
        [format!("{}{}", name.family, name.given), format!("{}{}", name.family_kana, name.given_kana)]
    });
    names.extend(parts.iter().flatten().map(String::as_str));
    let amazon_ids = [
        order.charge_permission_id.as_ref().map(|id| id.as_str()),
        order.charge_id.as_ref().map(|id| id.as_str()),
        order.buyer.id.as_ref().map(|id| id.as_str()),
    ];
    let former = order.desk.former_charges.iter().map(|id| id.as_str());
    let amazon_ids: Vec<&str> = amazon_ids.into_iter().flatten().chain(former).collect();
    let mails: Vec<&str> = order.buyer.mail.as_deref().into_iter().collect();
    then(Findable {
        names: &names,
        phones: &phones,
        mails: &mails,
        number: order.number.as_str(),
        amazon_ids: &amazon_ids,
    })
}

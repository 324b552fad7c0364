//! Keeps the words an order is found by (R51): written by a job right after the order, and again whenever buyer,
//! addressee or Amazon's ids, those of its refunds included, change.
//!
//! Whoever changes those puts [`enqueue`] into the same batch.

use crate::app::App;
use crate::secret;
use crate::store::orders::{self, Order};
use crate::store::{Batch, Reader, Statement, StoreError, jobs, order_list, refunds};
use jiff::Timestamp;
use shared::id::{JobId, OrderId, RefundId, ShopId};
use shared::order_term::{self, Findable};

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
    let refunds = refund_ids(&reader, &order).await?;
    let kept = order_list::terms(&reader, shop, id).await?;
    drop(reader);
    let wanted = with_findable(&order, &refunds, order_term::terms);
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

/// Whether the order is really what was searched for. Its refunds are read only where nothing of the order itself fits.
///
/// # Errors
/// The database's.
pub async fn finds(reader: &Reader, search: &order_term::Search, order: &Order) -> Result<bool, StoreError> {
    if with_findable(order, &[], |findable| search.finds(findable)) {
        return Ok(true);
    }
    if !search.may_be_amazon_id() {
        return Ok(false);
    }
    let refunds = refund_ids(reader, order).await?;
    Ok(with_findable(order, &refunds, |findable| search.finds(findable)))
}

/// Amazon's ids of the order's refunds.
async fn refund_ids(reader: &Reader, order: &Order) -> Result<Vec<RefundId>, StoreError> {
    let rows = refunds::of(reader, &order.shop_id, &order.id).await?;
    Ok(rows.into_iter().filter_map(|row| row.amazon_id).collect())
}

fn with_findable<T>(order: &Order, refunds: &[RefundId], then: impl FnOnce(Findable<'_>) -> T) -> T {
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
    let refunds = refunds.iter().map(RefundId::as_str);
    let amazon_ids: Vec<&str> = amazon_ids.into_iter().flatten().chain(former).chain(refunds).collect();
    let mails: Vec<&str> = order.buyer.mail.as_deref().into_iter().collect();
    then(Findable {
        names: &names,
        phones: &phones,
        mails: &mails,
        number: order.number.as_str(),
        amazon_ids: &amazon_ids,
    })
}

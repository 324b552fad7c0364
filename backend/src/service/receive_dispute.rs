//! 異議申立て (R61): Amazon tells of a dispute; the order is flagged and the inbox has the date to answer by.
//!
//! Amazon Pay offers shops no way to read a dispute: it is answered in Seller Central, and marked here.

use super::desk::{self, DeskError};
use super::shops::OpenShop;
use crate::app::App;
use crate::store::orders::{self, Order};
use crate::store::timeline::{Happened, Note};
use crate::store::{Batch, StoreError, Unmet, disputes};
use jiff::SignedDuration;
use shared::id::{OperatorId, OrderId};

/// The shortest of Amazon's terms to answer (A-to-z claims; chargebacks have 11 days).
pub const TERM: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Stores the dispute `id` of that order and flags the order, and answers whether it was new; told again, nothing changes.
///
/// # Errors
/// [`DeskError`]; it is tried again.
pub async fn receive_dispute(
    app: &App,
    shop: &OpenShop,
    id: &str,
    order: Option<&OrderId>,
) -> Result<bool, DeskError> {
    for _ in 0..5 {
        let now = app.clock.now();
        let answer_by = (now + TERM).as_millisecond();
        let mut batch = Batch::from(disputes::receive(&shop.id, id, order, now.as_millisecond(), answer_by));
        if let Some(order) = order {
            let reader = app.store.reader().await?;
            let found = orders::find(&reader, &shop.id, order).await?;
            drop(reader);
            if let Some(mut order) = found {
                order.desk.disputed = true;
                batch.push(desk::told(&order, "amazon", Happened::Noted { note: Note::Disputed }, now));
                batch.push(orders::save(&order, now.as_millisecond()));
            }
        }
        match app.store.write(batch).await {
            Ok(_) => return Ok(true),
            Err(StoreError::Unmet(Unmet::AlreadyExists("dispute"))) => return Ok(false),
            Err(StoreError::Unmet(Unmet::Stale(_))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(DeskError::Changed)
}

/// It was answered in Seller Central; the order's flag goes with its last open dispute. Answered already, nothing changes:
/// the first answer stays, and whoever pressed twice has what they wanted.
///
/// # Errors
/// [`DeskError::Unknown`] where there is none.
pub async fn answer_dispute(
    app: &App,
    shop: &OpenShop,
    id: &str,
    operator: &OperatorId,
    note: Option<&str>,
) -> Result<(), DeskError> {
    let note = desk::note(note)?;
    let reader = app.store.reader().await?;
    let found = disputes::find(&reader, &shop.id, id).await?.ok_or(DeskError::Unknown)?;
    if found.answered.is_some() {
        return Ok(());
    }
    let order_id = found.order_id;
    let (order, others) = match &order_id {
        Some(order) => (
            orders::find(&reader, &shop.id, order).await?,
            disputes::has_other_open(&reader, &shop.id, order, id).await?,
        ),
        None => (None, false),
    };
    drop(reader);
    let now = app.clock.now();
    let mut batch =
        Batch::from(disputes::answer(&shop.id, id, operator, note.as_deref(), now.as_millisecond()));
    if let Some(order) = order {
        let mut order: Order = order;
        order.desk.disputed = others;
        let happened = Happened::Noted { note: Note::DisputeAnswered };
        batch.push(desk::told(&order, desk::actor(operator), happened, now));
        batch.push(orders::save(&order, now.as_millisecond()));
    }
    match app.store.write(batch).await {
        // It was found a moment ago: somebody else has answered it since.
        Ok(_) | Err(StoreError::Unmet(Unmet::Missing("dispute"))) => Ok(()),
        Err(StoreError::Unmet(Unmet::Stale(_))) => Err(DeskError::Changed),
        Err(error) => Err(error.into()),
    }
}

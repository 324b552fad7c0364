//! Counts what Amazon decided, day by day, for the dashboard (R53): in the batch that stores the decision, so that
//! whatever is told twice counts once.

use super::date_in_japan;
use crate::store::Batch;
use crate::store::daily_totals::{AUTHORIZED, DECLINED, DECLINED_BECAUSE, raise};
use jiff::Timestamp;
use shared::decision::Decision;
use shared::id::ShopId;
use shared::payment::{Payment, Reason};

/// What Amazon decided between two payments of an order (`None` before a new one); nothing where it decided nothing.
pub fn decided(shop: &ShopId, before: Option<&Payment>, after: &Payment, now: Timestamp) -> Batch {
    match Decision::between(before, after) {
        None => Batch::new(),
        Some(Decision::Authorized) => {
            // By the moment that is kept, so that it can be taken back on the same day.
            let at = match after {
                Payment::Authorized { authorized_at, .. } => *authorized_at,
                _ => now,
            };
            raise(shop, date_in_japan(at), AUTHORIZED, 1).into()
        }
        Some(Decision::Declined { reason, instead_of }) => {
            let back = instead_of.map(|at| raise(shop, date_in_japan(at), AUTHORIZED, -1));
            let mut batch: Batch = back.into_iter().collect();
            batch.append(declined(shop, &reason, now));
            batch
        }
    }
}

/// A refusal and its reason.
pub fn declined(shop: &ShopId, reason: &Reason, now: Timestamp) -> Batch {
    let (day, because) = (date_in_japan(now), [DECLINED_BECAUSE, reason.code()].concat());
    [raise(shop, day, DECLINED, 1), raise(shop, day, &because, 1)].into_iter().collect()
}

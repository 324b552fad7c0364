//! Amazon's notifications in the timeline of an order (R52): what each was about, and what came of it.
//!
//! Nothing is stored for it: the notification's own row tells. Amazon sends a notification several times; it is told once.

use crate::store::notifications::{self, Named, Received};
use crate::store::orders::Order;
use crate::store::{Reader, StoreError, refunds};
use shared::api::{Language, TimelineEntry};
use shared::id::{ChargeId, RefundId};
use shared::notification_outcome::NotificationOutcome;
use shared::text;
use std::collections::HashSet;

/// Newest notifications that are told of one object.
const MOST: i64 = 100;

/// The lines, the earliest first; none for an order that Amazon Pay knows nothing of.
///
/// # Errors
/// The database failed.
pub async fn of(reader: &Reader, order: &Order) -> Result<Vec<TimelineEntry>, StoreError> {
    let refunds = refunds::of(reader, &order.shop_id, &order.id).await?;
    let charges = order.charge_id.iter().chain(&order.desk.former_charges).map(ChargeId::as_str);
    let refunded = refunds.iter().filter_map(|refund| refund.amazon_id.as_ref()).map(RefundId::as_str);
    let mut named: Vec<Named<'_>> = charges.chain(refunded).map(Named::Object).collect();
    // A refund of Seller Central is none of ours.
    named.push(Named::Order(order.id.as_str()));
    // What is told of a subscription's agreement is of no single order.
    if let Some(permission) = order.charge_permission_id.as_ref().filter(|_| order.subscription.is_none()) {
        named.extend([Named::Object(permission.as_str()), Named::Permission(permission.as_str())]);
    }
    let mut received = Vec::new();
    for one in named {
        received.extend(notifications::about(reader, &order.shop_id, one, MOST).await?);
    }
    Ok(distinct(received).iter().map(line).collect())
}

/// Each notification once, the earliest first; of several that one look at their object has followed, the first.
fn distinct(mut received: Vec<Received>) -> Vec<Received> {
    received.sort_by(|a, b| (a.received_at, &a.notification_id).cmp(&(b.received_at, &b.notification_id)));
    let (mut known, mut looks) = (HashSet::new(), HashSet::new());
    received.retain(|one| {
        let look = one.handled_at.map(|at| (one.object_type.clone(), one.object_id.clone(), at));
        known.insert(one.notification_id.clone()) && look.is_none_or(|look| looks.insert(look))
    });
    received
}

fn line(one: &Received) -> TimelineEntry {
    // A look that has ended in words this program does not know has ended all the same.
    let outcome = one
        .outcome
        .as_deref()
        .map(|stored| NotificationOutcome::read(stored).unwrap_or(NotificationOutcome::Followed));
    let words = |language| text::timeline_notification(&one.object_type, outcome, language);
    TimelineEntry {
        at: one.received_at,
        actor: "amazon".to_owned(),
        text_ja: words(Language::Ja),
        text_en: words(Language::En),
        request_id: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(id: &str, object: &str, at: i64, handled: Option<i64>) -> Received {
        Received {
            notification_id: id.to_owned(),
            object_type: "CHARGE".to_owned(),
            object_id: object.to_owned(),
            received_at: at,
            handled_at: handled,
            outcome: handled.map(|_| "unchanged".to_owned()),
        }
    }

    #[test]
    fn r52_copies_of_a_notification_and_those_of_one_look_are_told_once() {
        let all = vec![
            received("n3", "c1", 30, Some(31)),
            received("n1", "c1", 12, Some(40)),
            received("n1", "c1", 10, Some(20)),
            received("n2", "c1", 11, Some(20)),
            received("n4", "c2", 13, Some(20)),
            received("n5", "c1", 50, None),
            received("n6", "c1", 51, None),
        ];
        let told: Vec<_> =
            distinct(all).into_iter().map(|one| (one.notification_id, one.received_at)).collect();
        let expected = [("n1", 10), ("n4", 13), ("n3", 30), ("n5", 50), ("n6", 51)];
        assert_eq!(told, expected.map(|(id, at)| (id.to_owned(), at)));
    }
}

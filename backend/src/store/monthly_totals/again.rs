//! A charge whose answer was lost and that is sent again in another month: Amazon makes it in the month of the call that
//! reaches it, so until it tells which one that was the amount counts in each of them (R17, R18).

use super::{Caps, Reservation, Taken, buyer_subject, take};
use crate::store::{Batch, Reader, Statement, StoreError, Unmet, values};
use shared::id::{OrderId, ShopId};
use shared::money::Yen;
use shared::monthly_cap::Month;

/// Of a reservation that is being given back.
pub(super) const GIVING_BACK: &str = "'giving_back'";
/// Of one that counts.
pub(super) const STANDING: &str = "'reserved', 'charged'";

/// Takes the reserved amount out of the caps of `month`, too, before the charge is sent again in it; [`Unmet::OverCap`]
/// where it does not fit, and [`Unmet::Busy`] where it counts there already, or its answer is recorded by now.
pub fn reserve(reservation: &Reservation, month: Month, caps: Caps, now: i64) -> Batch {
    let Reservation { shop_id, order_id, attempt, amount, .. } = reservation;
    // The reservation's row is held: whoever gives it back waits, and finds this month.
    let held = Statement::new(
        "update cap_reservation set at = at
         where shop_id = $1 and order_id = $2 and attempt = $3 and reservation_state = 'reserved' and month <> $4",
        values![shop_id, order_id, *attempt, month.number()],
    )
    .touching(1)
    .or(Unmet::Busy("cap_reservation"));
    let row = Statement::new(
        // Whoever has recorded the answer has closed the intent: nothing is sent again, so nothing more is taken.
        "insert into cap_reservation_again (shop_id, order_id, attempt, month, at)
         select cast($1 as text), cast($2 as text), cast($3 as bigint), cast($4 as bigint), cast($5 as bigint)
          where exists (select 1 from open_intent where open_intent.shop_id = $1 and open_intent.subject = $2
                           and open_intent.operation = 'create_charge' and open_intent.attempt = $3)
         on conflict do nothing",
        values![shop_id, order_id, *attempt, month.number(), now],
    )
    .touching(1)
    .or(Unmet::Busy("cap_reservation_again"));
    let taken = Taken { shop_id, month, amount: *amount };
    let buyer = take(taken, &buyer_subject(&reservation.buyer), caps.buyer.unwrap_or(Yen::MAX), now);
    let permission = take(taken, reservation.permission.as_str(), caps.permission, now);
    [held, row, buyer, permission].into_iter().collect()
}

/// The months in which the attempt counts, its reservation's own among them.
///
/// # Errors
/// The database failed.
pub async fn months(
    reader: &Reader,
    shop: &ShopId,
    order: &OrderId,
    attempt: i64,
) -> Result<Vec<Month>, StoreError> {
    let sql = "select month from cap_reservation where shop_id = $1 and order_id = $2 and attempt = $3
               union select month from cap_reservation_again where shop_id = $1 and order_id = $2 and attempt = $3";
    let rows = reader.rows(sql, values![shop, order, attempt]).await?;
    Ok(rows.iter().map(|row| row.number("month")).collect::<Result<_, _>>()?)
}

/// Gives back what the attempts count in besides their own months, where their reservation's state is one of `states`.
pub(super) fn release(
    shop: &ShopId,
    order: &OrderId,
    (from, to): (i64, i64),
    states: &str,
    now: i64,
) -> Batch {
    let of = format!(
        "given.shop_id = $2 and given.order_id = $3 and given.attempt between $4 and $5
         and given.reservation_state in ({states})"
    );
    let counted = "from cap_reservation as given
         join cap_reservation_again as again on again.shop_id = given.shop_id and again.order_id = given.order_id
          and again.attempt = given.attempt";
    let totals = Statement::new(
        format!(
            "update monthly_total set updated_at = $1, used = used - (
               select sum(given.amount) {counted} where {of} and again.month = monthly_total.month)
             where shop_id = $2
               and exists (select 1 {counted} where {of} and again.month = monthly_total.month
                              and monthly_total.subject in (given.charge_permission_id, 'buyer:' || given.buyer_id))"
        ),
        values![now, shop, order, from, to],
    );
    let rows = Statement::new(
        format!(
            "delete from cap_reservation_again
             where shop_id = $1 and order_id = $2 and attempt between $3 and $4
               and exists (select 1 from cap_reservation as given
                            where given.shop_id = $1 and given.order_id = $2
                              and given.attempt = cap_reservation_again.attempt
                              and given.reservation_state in ({states}))"
        ),
        values![shop, order, from, to],
    );
    [totals, rows].into_iter().collect()
}

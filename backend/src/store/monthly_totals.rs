//! How much of a month's cap is taken: by permission, and by buyer where the shop has set that.
//!
//! A reservation is one conditional statement per subject, so that charges made at the same moment can never pass the
//! cap together (R18). It is given back only with the state change that says that Amazon charged nothing.

use super::{Batch, Reader, RowError, Statement, StoreError, Unmet, values};
use shared::id::{BuyerId, ChargePermissionId, OrderId, ShopId};
use shared::money::Yen;
use shared::monthly_cap::Month;

/// A charge that counts toward a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The shop.
    pub shop_id: ShopId,
    /// The order that is charged.
    pub order_id: OrderId,
    /// Of the order's charge; 0 is the checkout's own.
    pub attempt: i64,
    /// Under which permission.
    pub permission: ChargePermissionId,
    /// Whose.
    pub buyer: BuyerId,
    /// In which month of Japan.
    pub month: Month,
    /// How much.
    pub amount: Yen,
}

/// The caps that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Of the permission: the lower of Amazon's limit and the shop's own.
    pub permission: Yen,
    /// Of the buyer over all permissions, where the shop has set one.
    pub buyer: Option<Yen>,
}

/// What a month has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthlyTotal {
    /// Of the subject, as last set.
    pub cap: Yen,
    /// Taken of it.
    pub used: Yen,
}

/// The subject of a buyer's row.
pub fn buyer_subject(buyer: &BuyerId) -> String {
    ["buyer:", buyer.as_str()].concat()
}

/// Takes the amount out of the month's caps before Amazon is called; [`Unmet::OverCap`] where it does not fit, and
/// [`Unmet::Busy`] where this attempt has its reservation already.
pub fn reserve(reservation: &Reservation, caps: Caps, now: i64) -> Batch {
    let mut batch = Batch::from(row(reservation, "reserved", now));
    // Counted without a cap, too: one that is set in the middle of a month finds what the month has come to.
    let buyer = caps.buyer.unwrap_or(Yen::MAX);
    batch.push(take(reservation, &buyer_subject(&reservation.buyer), buyer, now));
    // The contended row last.
    batch.push(take(reservation, reservation.permission.as_str(), caps.permission, now));
    batch
}

/// Counts a charge that was made already, whatever the cap says: the checkout's own.
pub fn count(reservation: &Reservation, caps: Caps, now: i64) -> Batch {
    let mut batch = Batch::from(row(reservation, "charged", now));
    let buyer = caps.buyer.unwrap_or(Yen::MAX);
    batch.push(add(reservation, &buyer_subject(&reservation.buyer), buyer, now));
    batch.push(add(reservation, reservation.permission.as_str(), caps.permission, now));
    batch
}

fn row(reservation: &Reservation, state: &'static str, now: i64) -> Statement {
    Statement::new(
        "insert into cap_reservation (shop_id, order_id, attempt, charge_permission_id, buyer_id, month, amount,
           reservation_state, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        values![
            &reservation.shop_id,
            &reservation.order_id,
            reservation.attempt,
            &reservation.permission,
            &reservation.buyer,
            reservation.month.number(),
            reservation.amount,
            state,
            now
        ],
    )
    .touching(1)
    .or(Unmet::Busy("cap_reservation"))
}

/// One conditional statement: the row touched is the answer.
fn take(reservation: &Reservation, subject: &str, cap: Yen, now: i64) -> Statement {
    Statement::new(
        "insert into monthly_total (shop_id, subject, month, cap, used, updated_at)
         select cast($1 as text), cast($2 as text), cast($3 as bigint), cast($4 as bigint), cast($5 as bigint),
                cast($6 as bigint)
          where cast($5 as bigint) <= cast($4 as bigint)
         on conflict (shop_id, subject, month) do update
            set used = monthly_total.used + excluded.used, cap = excluded.cap, updated_at = excluded.updated_at
          where monthly_total.used + excluded.used <= excluded.cap",
        values![
            &reservation.shop_id,
            subject,
            reservation.month.number(),
            cap,
            reservation.amount,
            now
        ],
    )
    .touching(1)
    .or(Unmet::OverCap("monthly_total"))
}

fn add(reservation: &Reservation, subject: &str, cap: Yen, now: i64) -> Statement {
    Statement::new(
        "insert into monthly_total (shop_id, subject, month, cap, used, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (shop_id, subject, month) do update
            set used = monthly_total.used + excluded.used, updated_at = excluded.updated_at",
        values![&reservation.shop_id, subject, reservation.month.number(), cap, reservation.amount, now],
    )
    .touching(1)
    .or(Unmet::Missing("monthly_total"))
}

/// The charge stands: the reservation counts for good.
pub fn charged(shop: &ShopId, order: &OrderId, attempt: i64) -> Statement {
    Statement::new(
        "update cap_reservation set reservation_state = 'charged'
         where shop_id = $1 and order_id = $2 and attempt = $3 and reservation_state = 'reserved'",
        values![shop, order, attempt],
    )
}

/// Amazon refused the charge: gives its reservation back, once. In one batch with the state change that says so.
/// A reservation that is none, or was given back, changes nothing.
pub fn give_back(shop: &ShopId, order: &OrderId, attempt: i64, now: i64) -> Batch {
    // Takes the reservation's row first and holds it: of several who give it back at once, the others wait here, find
    // it given back, and leave the totals alone. (Looking only would be looking at an old moment.)
    let begin = Statement::new(
        "update cap_reservation set reservation_state = 'giving_back'
         where shop_id = $1 and order_id = $2 and attempt = $3 and reservation_state = 'reserved'",
        values![shop, order, attempt],
    );
    let totals = Statement::new(
        "update monthly_total set updated_at = $1, used = used - (
           select amount from cap_reservation as given
            where given.shop_id = $2 and given.order_id = $3 and given.attempt = $4)
         where shop_id = $2
           and exists (select 1 from cap_reservation as given
                        where given.shop_id = $2 and given.order_id = $3 and given.attempt = $4
                          and given.reservation_state = 'giving_back' and given.month = monthly_total.month
                          and monthly_total.subject in (given.charge_permission_id, 'buyer:' || given.buyer_id))",
        values![now, shop, order, attempt],
    );
    let end = Statement::new(
        "update cap_reservation set reservation_state = 'given_back'
         where shop_id = $1 and order_id = $2 and attempt = $3 and reservation_state = 'giving_back'",
        values![shop, order, attempt],
    );
    [begin, totals, end].into_iter().collect()
}

/// Amazon refused the order's charge that was under way: gives back what is still reserved for the order, once. An
/// order has one open charge at most, so that is its reservation.
pub fn give_back_latest(shop: &ShopId, order: &OrderId, now: i64) -> Batch {
    let begin = Statement::new(
        "update cap_reservation set reservation_state = 'giving_back'
         where shop_id = $1 and order_id = $2 and reservation_state = 'reserved'",
        values![shop, order],
    );
    let totals = Statement::new(
        "update monthly_total set updated_at = $1, used = used - (
           select sum(given.amount) from cap_reservation as given
            where given.shop_id = $2 and given.order_id = $3 and given.reservation_state = 'giving_back')
         where shop_id = $2
           and exists (select 1 from cap_reservation as given
                        where given.shop_id = $2 and given.order_id = $3
                          and given.reservation_state = 'giving_back' and given.month = monthly_total.month
                          and monthly_total.subject in (given.charge_permission_id, 'buyer:' || given.buyer_id))",
        values![now, shop, order],
    );
    let end = Statement::new(
        "update cap_reservation set reservation_state = 'given_back'
         where shop_id = $1 and order_id = $2 and reservation_state = 'giving_back'",
        values![shop, order],
    );
    [begin, totals, end].into_iter().collect()
}

/// A charge of the order that was under way stands: its reservation counts for good.
pub fn charged_latest(shop: &ShopId, order: &OrderId) -> Statement {
    Statement::new(
        "update cap_reservation set reservation_state = 'charged'
         where shop_id = $1 and order_id = $2 and reservation_state = 'reserved'",
        values![shop, order],
    )
}

/// Amazon made the charge in another month than it was reserved for: moves it, in one batch.
pub fn move_to(reservation: &Reservation, month: Month, cap: Yen, now: i64) -> Batch {
    let mut batch = Batch::new();
    for subject in [reservation.permission.as_str(), &buyer_subject(&reservation.buyer)] {
        batch.push(Statement::new(
            "insert into monthly_total (shop_id, subject, month, cap, used, updated_at)
             select $1, $2, $3, case when found.subject = $4 then $5 else found.cap end, $6, $7
               from monthly_total as found
              where found.shop_id = $1 and found.subject = $2 and found.month = $8
             on conflict (shop_id, subject, month) do update
                set used = monthly_total.used + excluded.used, updated_at = excluded.updated_at",
            values![
                &reservation.shop_id,
                subject,
                month.number(),
                &reservation.permission,
                cap,
                reservation.amount,
                now,
                reservation.month.number()
            ],
        ));
        batch.push(Statement::new(
            "update monthly_total set used = used - $1, updated_at = $2
             where shop_id = $3 and subject = $4 and month = $5",
            values![reservation.amount, now, &reservation.shop_id, subject, reservation.month.number()],
        ));
    }
    batch.push(
        Statement::new(
            "update cap_reservation set month = $1
             where shop_id = $2 and order_id = $3 and attempt = $4 and month = $5",
            values![
                month.number(),
                &reservation.shop_id,
                &reservation.order_id,
                reservation.attempt,
                reservation.month.number()
            ],
        )
        .touching(1)
        .or(Unmet::Stale("cap_reservation")),
    );
    batch
}

/// What Amazon said of a month: a changed limit counts at once, and what it has counted beyond us counts too (R17).
pub fn heard(
    shop: &ShopId,
    permission: &ChargePermissionId,
    month: Month,
    cap: Yen,
    used: Yen,
    now: i64,
) -> Statement {
    Statement::new(
        "insert into monthly_total (shop_id, subject, month, cap, used, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (shop_id, subject, month) do update
            set cap = excluded.cap, updated_at = excluded.updated_at,
                used = case when monthly_total.used < excluded.used then excluded.used else monthly_total.used end",
        values![shop, permission, month.number(), cap, used, now],
    )
}

/// What the month has come to, if anything.
pub async fn find(
    reader: &Reader,
    shop: &ShopId,
    subject: &str,
    month: Month,
) -> Result<Option<MonthlyTotal>, StoreError> {
    let sql = "select cap, used from monthly_total where shop_id = $1 and subject = $2 and month = $3";
    let row = reader.row(sql, values![shop, subject, month.number()]).await?;
    Ok(row
        .map(|row| Ok::<_, RowError>(MonthlyTotal { cap: row.number("cap")?, used: row.number("used")? }))
        .transpose()?)
}

/// The reservation of that attempt, and the name of its state.
pub async fn reservation(
    reader: &Reader,
    shop: &ShopId,
    order: &OrderId,
    attempt: i64,
) -> Result<Option<(Reservation, String)>, StoreError> {
    let sql = "select charge_permission_id, buyer_id, month, amount, reservation_state from cap_reservation
               where shop_id = $1 and order_id = $2 and attempt = $3";
    let row = reader.row(sql, values![shop, order, attempt]).await?;
    Ok(row
        .map(|row| {
            let found = Reservation {
                shop_id: shop.clone(),
                order_id: order.clone(),
                attempt,
                permission: row.parse("charge_permission_id")?,
                buyer: row.parse("buyer_id")?,
                month: row.number("month")?,
                amount: row.number("amount")?,
            };
            Ok::<_, RowError>((found, row.text("reservation_state")?.to_owned()))
        })
        .transpose()?)
}

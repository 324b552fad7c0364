//! How much of a month's cap is taken: by permission, and by buyer where the shop has set that.
//!
//! A reservation is one conditional statement per subject, so that charges made at the same moment can never pass the
//! cap together (R18). It is given back only with the state change that says that Amazon charged nothing.

use super::{Batch, Reader, RowError, Statement, StoreError, Unmet, values};
use shared::id::{BuyerId, ChargePermissionId, OrderId, ShopId};
use shared::money::Yen;
use shared::monthly_cap::Month;

pub mod again;

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
    let mut batch = Batch::from(row(reservation, now));
    // Counted without a cap, too: one that is set in the middle of a month finds what the month has come to.
    let buyer = caps.buyer.unwrap_or(Yen::MAX);
    let Reservation { shop_id, month, amount, .. } = reservation;
    let taken = Taken { shop_id, month: *month, amount: *amount };
    batch.push(take(taken, &buyer_subject(&reservation.buyer), buyer, now));
    // The contended row last.
    batch.push(take(taken, reservation.permission.as_str(), caps.permission, now));
    batch
}

/// A checkout's charge that counts toward its buyer's month before there is a permission.
pub struct BuyerCharge<'a> {
    /// The shop.
    pub shop_id: &'a ShopId,
    /// The order that it will be.
    pub order_id: &'a OrderId,
    /// Whose.
    pub buyer: &'a BuyerId,
    /// In which month of Japan.
    pub month: Month,
    /// How much.
    pub amount: Yen,
}

/// Takes a checkout's amount out of its buyer's cap before Amazon is asked to complete it; [`Unmet::OverCap`] where it does
/// not fit. Attempt 0 of the order, under no permission yet; one that was given back is taken anew.
pub fn reserve_of_buyer(charge: &BuyerCharge<'_>, cap: Yen, now: i64) -> Batch {
    let row = Statement::new(
        "insert into cap_reservation (shop_id, order_id, attempt, charge_permission_id, buyer_id, month, amount,
           reservation_state, at)
         values ($1, $2, 0, '', $3, $4, $5, 'reserved', $6)
         on conflict (shop_id, order_id, attempt) do update
            set reservation_state = 'reserved', month = excluded.month, amount = excluded.amount, at = excluded.at
          where cap_reservation.reservation_state = 'given_back'",
        values![charge.shop_id, charge.order_id, charge.buyer, charge.month.number(), charge.amount, now],
    )
    .touching(1)
    .or(Unmet::Busy("cap_reservation"));
    let taken = Taken { shop_id: charge.shop_id, month: charge.month, amount: charge.amount };
    [row, take(taken, &buyer_subject(charge.buyer), cap, now)].into_iter().collect()
}

/// Counts a charge that was made already, whatever the cap says: the checkout's own. What was reserved for it of the
/// buyer's month is not counted twice.
pub fn count(reservation: &Reservation, caps: Caps, now: i64) -> Batch {
    let buyer = caps.buyer.unwrap_or(Yen::MAX);
    let of_buyer = Statement::new(
        "insert into monthly_total (shop_id, subject, month, cap, used, updated_at)
         select cast($1 as text), cast($2 as text), cast($3 as bigint), cast($4 as bigint), cast($5 as bigint),
                cast($6 as bigint)
          where not exists (select 1 from cap_reservation as kept
                             where kept.shop_id = $1 and kept.order_id = $7 and kept.attempt = $8
                               and kept.reservation_state = 'reserved')
         on conflict (shop_id, subject, month) do update
            set used = monthly_total.used + excluded.used, updated_at = excluded.updated_at",
        values![
            &reservation.shop_id,
            buyer_subject(&reservation.buyer),
            reservation.month.number(),
            buyer,
            reservation.amount,
            now,
            &reservation.order_id,
            reservation.attempt
        ],
    );
    let row = Statement::new(
        "insert into cap_reservation (shop_id, order_id, attempt, charge_permission_id, buyer_id, month, amount,
           reservation_state, at)
         values ($1, $2, $3, $4, $5, $6, $7, 'charged', $8)
         on conflict (shop_id, order_id, attempt) do update
            set reservation_state = 'charged', charge_permission_id = excluded.charge_permission_id,
                month = case when cap_reservation.reservation_state = 'reserved' then cap_reservation.month
                             else excluded.month end,
                amount = excluded.amount
          where cap_reservation.reservation_state in ('reserved', 'given_back')",
        values![
            &reservation.shop_id,
            &reservation.order_id,
            reservation.attempt,
            &reservation.permission,
            &reservation.buyer,
            reservation.month.number(),
            reservation.amount,
            now
        ],
    )
    .touching(1)
    .or(Unmet::Busy("cap_reservation"));
    let of_permission = add(reservation, reservation.permission.as_str(), caps.permission, now);
    [of_buyer, row, of_permission].into_iter().collect()
}

fn row(reservation: &Reservation, now: i64) -> Statement {
    Statement::new(
        "insert into cap_reservation (shop_id, order_id, attempt, charge_permission_id, buyer_id, month, amount,
           reservation_state, at)
         values ($1, $2, $3, $4, $5, $6, $7, 'reserved', $8) on conflict do nothing",
        values![
            &reservation.shop_id,
            &reservation.order_id,
            reservation.attempt,
            &reservation.permission,
            &reservation.buyer,
            reservation.month.number(),
            reservation.amount,
            now
        ],
    )
    .touching(1)
    .or(Unmet::Busy("cap_reservation"))
}

/// So much of that month.
#[derive(Clone, Copy)]
struct Taken<'a> {
    shop_id: &'a ShopId,
    month: Month,
    amount: Yen,
}

/// One conditional statement: the row touched is the answer.
fn take(taken: Taken<'_>, subject: &str, cap: Yen, now: i64) -> Statement {
    Statement::new(
        "insert into monthly_total (shop_id, subject, month, cap, used, updated_at)
         select cast($1 as text), cast($2 as text), cast($3 as bigint), cast($4 as bigint), cast($5 as bigint),
                cast($6 as bigint)
          where cast($5 as bigint) <= cast($4 as bigint)
         on conflict (shop_id, subject, month) do update
            set used = monthly_total.used + excluded.used, cap = excluded.cap, updated_at = excluded.updated_at
          where monthly_total.used + excluded.used <= excluded.cap",
        values![
            taken.shop_id,
            subject,
            taken.month.number(),
            cap,
            taken.amount,
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
    back(shop, order, (attempt, attempt), now)
}

/// Amazon refused the order's charge that was under way: gives back what is still reserved for the order, once. An
/// order has one open charge at most, so that is its reservation.
pub fn give_back_latest(shop: &ShopId, order: &OrderId, now: i64) -> Batch {
    back(shop, order, (0, i64::MAX), now)
}

/// Amazon declined the checkout's own charge after all, which was counted while it was being decided: gives it back,
/// once. One that was canceled or has expired stays counted (R17).
pub fn give_back_first(shop: &ShopId, order: &OrderId, now: i64) -> Batch {
    let open = Statement::new(
        "update cap_reservation set reservation_state = 'reserved'
         where shop_id = $1 and order_id = $2 and attempt = 0 and reservation_state = 'charged'",
        values![shop, order],
    );
    let mut batch = Batch::from(open);
    batch.append(back(shop, order, (0, 0), now));
    batch
}

fn back(shop: &ShopId, order: &OrderId, (from, to): (i64, i64), now: i64) -> Batch {
    // Takes the reservation's row first and holds it: of several who give it back at once, the others wait here, find
    // it given back, and leave the totals alone. (Looking only would be looking at an old moment.)
    let begin = Statement::new(
        "update cap_reservation set reservation_state = 'giving_back'
         where shop_id = $1 and order_id = $2 and attempt between $3 and $4 and reservation_state = 'reserved'",
        values![shop, order, from, to],
    );
    let totals = Statement::new(
        "update monthly_total set updated_at = $1, used = used - (
           select sum(given.amount) from cap_reservation as given
            where given.shop_id = $2 and given.order_id = $3 and given.attempt between $4 and $5
              and given.reservation_state = 'giving_back')
         where shop_id = $2
           and exists (select 1 from cap_reservation as given
                        where given.shop_id = $2 and given.order_id = $3 and given.attempt between $4 and $5
                          and given.reservation_state = 'giving_back' and given.month = monthly_total.month
                          and monthly_total.subject in (given.charge_permission_id, 'buyer:' || given.buyer_id))",
        values![now, shop, order, from, to],
    );
    let end = Statement::new(
        "update cap_reservation set reservation_state = 'given_back'
         where shop_id = $1 and order_id = $2 and attempt between $3 and $4 and reservation_state = 'giving_back'",
        values![shop, order, from, to],
    );
    let mut batch = Batch::from(begin);
    batch.push(totals);
    batch.append(again::release(shop, order, (from, to), again::GIVING_BACK, now));
    batch.push(end);
    batch
}

/// A charge of the order that was under way stands: its reservation counts for good.
pub fn charged_latest(shop: &ShopId, order: &OrderId) -> Statement {
    Statement::new(
        "update cap_reservation set reservation_state = 'charged'
         where shop_id = $1 and order_id = $2 and reservation_state = 'reserved'",
        values![shop, order],
    )
}

/// Amazon made the charge number `attempt` in `month`: what was reserved for another one is moved there, in one batch; the
/// same month changes nothing. What it was counted in besides, because it was sent again, is given back.
pub fn made_in(shop: &ShopId, order: &OrderId, attempt: i64, month: Month, now: i64) -> Batch {
    // Held first: of two who find it out at the same moment the second finds it moved.
    let held = Statement::new(
        "update cap_reservation set at = at
         where shop_id = $1 and order_id = $2 and attempt = $3 and reservation_state in ('reserved', 'charged')",
        values![shop, order, attempt],
    );
    let to = Statement::new(
        "insert into monthly_total (shop_id, subject, month, cap, used, updated_at)
         select found.shop_id, found.subject, cast($1 as bigint), found.cap, moved.amount, cast($2 as bigint)
           from cap_reservation as moved
           join monthly_total as found on found.shop_id = moved.shop_id and found.month = moved.month
            and found.subject in (moved.charge_permission_id, 'buyer:' || moved.buyer_id)
          where moved.shop_id = $3 and moved.order_id = $4 and moved.attempt = $5 and moved.month <> $1
            and moved.reservation_state in ('reserved', 'charged')
         on conflict (shop_id, subject, month) do update
            set used = monthly_total.used + excluded.used, updated_at = excluded.updated_at",
        values![month.number(), now, shop, order, attempt],
    );
    let from = Statement::new(
        "update monthly_total set updated_at = $1, used = used - (
           select amount from cap_reservation as moved
            where moved.shop_id = $2 and moved.order_id = $3 and moved.attempt = $4)
         where shop_id = $2
           and exists (select 1 from cap_reservation as moved
                        where moved.shop_id = $2 and moved.order_id = $3 and moved.attempt = $4 and moved.month <> $5
                          and moved.reservation_state in ('reserved', 'charged') and moved.month = monthly_total.month
                          and monthly_total.subject in (moved.charge_permission_id, 'buyer:' || moved.buyer_id))",
        values![now, shop, order, attempt, month.number()],
    );
    let row = Statement::new(
        "update cap_reservation set month = $1
         where shop_id = $2 and order_id = $3 and attempt = $4 and reservation_state in ('reserved', 'charged')",
        values![month.number(), shop, order, attempt],
    );
    let mut batch = Batch::from(held);
    batch.append(again::release(shop, order, (attempt, attempt), again::STANDING, now));
    for statement in [to, from, row] {
        batch.push(statement);
    }
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

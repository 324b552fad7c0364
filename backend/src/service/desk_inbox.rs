//! Lists that wait for somebody: corrections, disputes, キャンセルエラー.

use super::desk::{self, DeskError};
use super::shops::OpenShop;
use super::{desk_view, order_views};
use crate::app::App;
use crate::store::{Batch, corrections, disputes, operators, orders, remedies};
use shared::api::{CancelErrorList, CancelErrorView, CorrectionList, DisputeList};
use shared::id::{OperatorId, OrderId};
use shared::payment::Payment;
use shared::text::moment_machine;
use std::fmt::Write;

/// Most rows of the list of corrections.
const MAX_ROWS: i64 = 500;
/// Orders of one page of キャンセルエラー.
const CANCEL_ERRORS: usize = 200;
/// Most rows of its export.
const MAX_EXPORT: i64 = 100_000;

/// Corrections of points and coupons: those that are due, the oldest first; those that are done, the newest first; or both,
/// in that order.
///
/// # Errors
/// The database failed.
pub async fn list_corrections(
    app: &App,
    shop: &OpenShop,
    done: Option<bool>,
) -> Result<CorrectionList, DeskError> {
    let reader = app.store.reader().await?;
    let mut rows = Vec::new();
    for of in [false, true].into_iter().filter(|of| done.is_none_or(|done| done == *of)) {
        rows.extend(corrections::all(&reader, &shop.id, of, MAX_ROWS + 1).await?);
    }
    let most = usize::try_from(MAX_ROWS).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let names = operators::names(&reader).await?;
    drop(reader);
    Ok(CorrectionList {
        corrections: rows.into_iter().map(|row| desk_view::correction(row, &names)).collect(),
        more,
    })
}

/// 反映済, or 未反映 again.
///
/// # Errors
/// [`DeskError::Unknown`], or the database failed.
pub async fn mark_correction(
    app: &App,
    shop: &OpenShop,
    id: &str,
    operator: &OperatorId,
    done: bool,
) -> Result<(), DeskError> {
    let done = done.then_some((app.clock.now_ms(), operator));
    desk::write(app, Batch::from(corrections::mark(&shop.id, id, done))).await
}

/// Every correction as CSV, UTF-8 with a byte order mark. No cell begins with anything a spreadsheet would compute.
///
/// # Errors
/// The database failed.
pub async fn corrections_csv(app: &App, shop: &OpenShop) -> Result<String, DeskError> {
    let reader = app.store.reader().await?;
    let mut rows = corrections::all(&reader, &shop.id, false, MAX_EXPORT).await?;
    rows.extend(corrections::all(&reader, &shop.id, true, MAX_EXPORT).await?);
    drop(reader);
    let mut csv = "\u{FEFF}受注番号,種別,金額,理由,発生日時,状態,反映日時\r\n".to_owned();
    for row in rows {
        let kind = if row.kind.name() == "points" { "ポイント" } else { "クーポン" };
        let cause = match row.cause.as_str() {
            "amount_change" => "金額変更",
            "cancel" => "キャンセル",
            "replaced" => "再決済",
            _ => "ポイント還元",
        };
        let (state, done) = match &row.done {
            Some((at, _)) => ("反映済", moment_machine(*at)),
            None => ("未反映", String::new()),
        };
        // Writing into a String does not fail.
        let _ = write!(
            csv,
            "{},{kind},{},{cause},{},{state},{done}\r\n",
            row.order_number,
            row.amount,
            moment_machine(row.since)
        );
    }
    Ok(csv)
}

/// Disputes: open ones by their date to answer, then the others, newest first.
///
/// # Errors
/// The database failed.
pub async fn list_disputes(app: &App, shop: &OpenShop) -> Result<DisputeList, DeskError> {
    let reader = app.store.reader().await?;
    let mut rows = disputes::all(&reader, &shop.id).await?;
    rows.sort_by_key(|row| {
        (row.answered.is_some(), if row.answered.is_some() { -row.received_at } else { row.answer_by })
    });
    let names = operators::names(&reader).await?;
    let mut disputes = Vec::with_capacity(rows.len());
    for row in rows {
        let order = desk_view::linked(&reader, &shop.id, row.order_id.as_ref()).await?;
        disputes.push(desk_view::dispute(row, order, &names));
    }
    Ok(DisputeList { disputes })
}

/// A page of キャンセルエラー: those that wait, oldest first, then those with a recorded remedy, newest first. `after` is the
/// `next` of the page before.
///
/// # Errors
/// [`DeskError::Shape`] for an `after` that is none; or the database failed.
pub async fn list_cancel_errors(
    app: &App,
    shop: &OpenShop,
    after: Option<&str>,
) -> Result<CancelErrorList, DeskError> {
    let after = after.map(|text| key_of(text).ok_or(DeskError::Shape)).transpose()?;
    let reader = app.store.reader().await?;
    let mut found = orders::cancel_error_page(&reader, &shop.id, after.as_ref(), CANCEL_ERRORS + 1).await?;
    let more = found.len() > CANCEL_ERRORS;
    found.truncate(CANCEL_ERRORS);
    let names = operators::names(&reader).await?;
    let now = app.clock.now();
    let mut orders = Vec::with_capacity(found.len());
    let mut next = None;
    for order in found {
        let (still_charged, since) = match &order.payment {
            Payment::RefundFailed { at, .. } => (true, *at),
            Payment::CancelFailed { at, .. } => (false, *at),
            _ => continue,
        };
        let rows = remedies::of(&reader, &shop.id, &order.id).await?;
        next = Some(format!("{}.{}.{}", i64::from(!rows.is_empty()), order.placed_at, order.id));
        orders.push(CancelErrorView {
            row: order_views::row(&order, now),
            still_charged,
            since: since.as_millisecond(),
            remedies: rows.into_iter().map(|row| desk_view::remedy(row, &names)).collect(),
        });
    }
    Ok(CancelErrorList { orders, next: next.filter(|_| more) })
}

/// What `next` of a page says.
fn key_of(text: &str) -> Option<orders::CancelErrorKey> {
    let (handled, rest) = text.split_once('.')?;
    let (placed_at, id) = rest.split_once('.')?;
    Some((handled == "1", placed_at.parse().ok()?, OrderId::new(id).ok()?))
}

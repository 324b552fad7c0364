//! Lists that wait for somebody: corrections, disputes, キャンセルエラー.

use super::desk::{self, DeskError};
use super::shops::OpenShop;
use super::{desk_view, order_views};
use crate::app::App;
use crate::store::{Batch, corrections, disputes, operators, orders, remedies};
use shared::api::{CancelErrorList, CancelErrorView, CorrectionList, DisputeList};
use shared::id::OperatorId;
use shared::payment::Payment;
use std::fmt::Write;

/// Most rows of the list of corrections.
const MAX_ROWS: i64 = 500;
/// Most rows of its export.
const MAX_EXPORT: i64 = 100_000;

/// Corrections of points and coupons, newest first; those that are due, or all.
///
/// # Errors
/// The database failed.
pub async fn list_corrections(app: &App, shop: &OpenShop, due: bool) -> Result<CorrectionList, DeskError> {
    let reader = app.store.reader().await?;
    let rows = corrections::all(&reader, &shop.id, due, MAX_ROWS).await?;
    let names = operators::names(&reader).await?;
    drop(reader);
    Ok(CorrectionList {
        corrections: rows.into_iter().map(|row| desk_view::correction(row, &names)).collect(),
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
    let rows = corrections::all(&reader, &shop.id, false, MAX_EXPORT).await?;
    drop(reader);
    let moment = |ms: i64| jiff::Timestamp::from_millisecond(ms).map(|at| at.to_string()).unwrap_or_default();
    let mut csv = "\u{FEFF}受注番号,種別,金額,理由,発生日時,状態,反映日時\r\n".to_owned();
    for row in rows {
        let kind = if row.kind.name() == "points" { "ポイント" } else { "クーポン" };
        let cause = match row.cause.as_str() {
            "amount_change" => "金額変更",
            "cancel" => "キャンセル",
            _ => "ポイント還元",
        };
        let (state, done) = match &row.done {
            Some((at, _)) => ("反映済", moment(*at)),
            None => ("未反映", String::new()),
        };
        // Writing into a String does not fail.
        let _ = write!(
            csv,
            "{},{kind},{},{cause},{},{state},{done}\r\n",
            row.order_number,
            row.amount,
            moment(row.since)
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

/// キャンセルエラー that wait, oldest first; those with a recorded remedy last.
///
/// # Errors
/// The database failed.
pub async fn list_cancel_errors(app: &App, shop: &OpenShop) -> Result<CancelErrorList, DeskError> {
    let reader = app.store.reader().await?;
    let found = orders::cancel_errors(&reader, &shop.id).await?;
    let names = operators::names(&reader).await?;
    let now = app.clock.now();
    let mut orders = Vec::with_capacity(found.len());
    for order in found {
        let (still_charged, since) = match &order.payment {
            Payment::RefundFailed { at, .. } => (true, *at),
            Payment::CancelFailed { at, .. } => (false, *at),
            _ => continue,
        };
        let rows = remedies::of(&reader, &shop.id, &order.id).await?;
        orders.push(CancelErrorView {
            row: order_views::row(&order, now),
            still_charged,
            since: since.as_millisecond(),
            remedies: rows.into_iter().map(|row| desk_view::remedy(row, &names)).collect(),
        });
    }
    orders.sort_by_key(|view| (!view.remedies.is_empty(), view.since));
    Ok(CancelErrorList { orders })
}

//! Lists that wait for somebody: corrections, disputes, キャンセルエラー.

use super::desk::{self, DeskError};
use super::shops::OpenShop;
use super::{desk_view, order_views};
use crate::app::App;
use crate::secret;
use crate::store::disputes::DisputeKey;
use crate::store::timeline::{self, Entry, Happened};
use crate::store::{Batch, corrections, disputes, operators, orders, remedies};
use shared::api::{CancelErrorList, CancelErrorView, CorrectionList, DisputeList};
use shared::id::{OperatorId, OrderId};
use shared::payment::Payment;
use shared::text::moment_machine;
use std::fmt::Write;

/// Rows of one page of each list.
const PAGE: usize = 200;
/// Most rows of the export of corrections.
const MAX_EXPORT: i64 = 100_000;

/// A page of corrections of points and coupons: those that are due, the oldest first; those that are done, the newest
/// first; or both, in that order. `after` is the `next` of the page before.
///
/// # Errors
/// [`DeskError::Shape`] for an `after` that is none; or the database failed.
pub async fn list_corrections(
    app: &App,
    shop: &OpenShop,
    done: Option<bool>,
    after: Option<&str>,
) -> Result<CorrectionList, DeskError> {
    let after = after.map(|text| half_of(text).ok_or(DeskError::Shape)).transpose()?;
    let reader = app.store.reader().await?;
    let mut rows = Vec::new();
    for of in [false, true].into_iter().filter(|of| done.is_none_or(|done| done == *of)) {
        let from = match after {
            Some((true, _)) if !of => continue,
            Some((half, id)) if half == of => Some(id),
            _ => None,
        };
        let left = i64::try_from((PAGE + 1).saturating_sub(rows.len())).unwrap_or(0);
        if left > 0 {
            rows.extend(corrections::page(&reader, &shop.id, of, from, left).await?);
        }
    }
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next =
        rows.last().filter(|_| more).map(|row| format!("{}.{}", i64::from(row.done.is_some()), row.id));
    let names = operators::names(&reader).await?;
    drop(reader);
    Ok(CorrectionList {
        corrections: rows.into_iter().map(|row| desk_view::correction(row, &names)).collect(),
        next,
    })
}

/// 反映済, or 未反映 again, with a line in the order's timeline; where it is so already nothing happens.
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
    let reader = app.store.reader().await?;
    let row = corrections::find(&reader, &shop.id, id).await?.ok_or(DeskError::Unknown)?;
    drop(reader);
    if row.done.is_some() == done {
        return Ok(());
    }
    let now = app.clock.now();
    let at = now.as_millisecond();
    let entry = Entry {
        at,
        actor: desk::actor(operator).to_owned(),
        happened: Happened::Correction { kind: row.kind, amount: row.amount, done },
        request_id: None,
    };
    let mut batch = Batch::from(corrections::mark(&shop.id, id, done.then_some((at, operator))));
    batch.push(timeline::add(&shop.id, &row.order_id, &secret::timed_id(now), &entry));
    match desk::write(app, batch).await {
        // Somebody else has marked it so at this very moment.
        Err(DeskError::Changed) => Ok(()),
        written => written,
    }
}

/// Every correction as CSV, UTF-8 with a byte order mark. No cell begins with anything a spreadsheet would compute.
///
/// # Errors
/// The database failed.
pub async fn corrections_csv(app: &App, shop: &OpenShop) -> Result<String, DeskError> {
    let reader = app.store.reader().await?;
    let mut rows = corrections::page(&reader, &shop.id, false, None, MAX_EXPORT).await?;
    rows.extend(corrections::page(&reader, &shop.id, true, None, MAX_EXPORT).await?);
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

/// A page of disputes: open ones by the date to answer by, then the answered ones, the latest to arrive first. `after` is
/// the `next` of the page before.
///
/// # Errors
/// [`DeskError::Shape`] for an `after` that is none; or the database failed.
pub async fn list_disputes(
    app: &App,
    shop: &OpenShop,
    after: Option<&str>,
) -> Result<DisputeList, DeskError> {
    let after: Option<DisputeKey> = after
        .map(|text| place_of(text).map(|(half, at, id)| (half, at, id.to_owned())).ok_or(DeskError::Shape))
        .transpose()?;
    let reader = app.store.reader().await?;
    let mut rows = disputes::page(&reader, &shop.id, after.as_ref(), PAGE + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|row| match row.answered {
        None => format!("0.{}.{}", row.answer_by, row.id),
        Some(_) => format!("1.{}.{}", row.received_at, row.id),
    });
    let names = operators::names(&reader).await?;
    let mut disputes = Vec::with_capacity(rows.len());
    for row in rows {
        let order = desk_view::linked(&reader, &shop.id, row.order_id.as_ref()).await?;
        disputes.push(desk_view::dispute(row, order, &names));
    }
    Ok(DisputeList { disputes, next })
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
    let mut found = orders::cancel_error_page(&reader, &shop.id, after.as_ref(), PAGE + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
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

/// What `next` of a page of キャンセルエラー says.
fn key_of(text: &str) -> Option<orders::CancelErrorKey> {
    let (handled, placed_at, id) = place_of(text)?;
    Some((handled, placed_at, OrderId::new(id).ok()?))
}

/// What `next` of a page says: whether it ended among what is seen to, the moment of its last row, and that row's id.
fn place_of(text: &str) -> Option<(bool, i64, &str)> {
    let (seen_to, rest) = half_of(text)?;
    let (at, id) = rest.split_once('.')?;
    Some((seen_to, at.parse().ok()?, id))
}

/// Whether a page ended among what is seen to, and what names the place there.
fn half_of(text: &str) -> Option<(bool, &str)> {
    match text.split_once('.')? {
        ("0", rest) => Some((false, rest)),
        ("1", rest) => Some((true, rest)),
        _ => None,
    }
}

//! Orders as the console shows them.

use super::review_checkout::address_view;
use super::shops::OpenShop;
use super::{checkout_story, desk_view, notification_story, quote};
use crate::app::App;
use crate::store::orders::{self, Before, Order};
use crate::store::timeline::{self, Entry, Happened, Note};
use crate::store::{StoreError, operators};
use jiff::Timestamp;
use shared::api::{Language, OrderMail, OrderPage, OrderRow, OrderView, TimelineEntry};
use shared::id::OrderId;
use shared::order::OrderStatus;
use shared::payment::Payment;
use shared::payment_method::PaymentMethod;
use shared::status_icon::{Beside, StatusIcon};
use shared::text;

/// Most rows of one page.
pub const MAX_ROWS: i64 = 200;

/// Why orders could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// No such order in this shop.
    #[error("the order does not exist")]
    Unknown,
    /// The cursor is none of ours.
    #[error("the cursor is not readable")]
    Cursor,
    /// The database failed.
    #[error("the orders could not be read")]
    Store(#[from] StoreError),
}

/// A page of the list, newest first.
///
/// # Errors
/// [`ViewError`].
pub async fn page(
    app: &App,
    shop: &OpenShop,
    before: Option<&str>,
    limit: i64,
) -> Result<OrderPage, ViewError> {
    let limit = limit.clamp(1, MAX_ROWS);
    let before = before.map(cursor).transpose()?;
    let reader = app.store.reader().await?;
    let mut found = orders::page(&reader, &shop.id, before.as_ref(), limit + 1).await?;
    drop(reader);
    let more = i64::try_from(found.len()).unwrap_or(i64::MAX) > limit;
    if more {
        found.pop();
    }
    let next = found.last().filter(|_| more).map(|order| format!("{}_{}", order.placed_at, order.id));
    let now = app.clock.now();
    Ok(OrderPage { orders: found.iter().map(|order| row(order, now)).collect(), next })
}

fn cursor(text: &str) -> Result<Before, ViewError> {
    let (placed_at, order_id) = text.split_once('_').ok_or(ViewError::Cursor)?;
    Ok(Before {
        placed_at: placed_at.parse().map_err(|_| ViewError::Cursor)?,
        order_id: OrderId::new(order_id).map_err(|_| ViewError::Cursor)?,
    })
}

/// One order with everything.
///
/// # Errors
/// [`ViewError`].
pub async fn detail(app: &App, shop: &OpenShop, id: &OrderId) -> Result<OrderView, ViewError> {
    let reader = app.store.reader().await?;
    let order = orders::find(&reader, &shop.id, id).await?.ok_or(ViewError::Unknown)?;
    let entries = timeline::of(&reader, &shop.id, id).await?;
    let names = operators::names(&reader).await?;
    let before = checkout_story::of(&reader, &order).await?;
    let notified = notification_story::of(&reader, &order).await?;
    drop(reader);
    let told = before.into_iter().chain(entries.into_iter().map(|entry| {
        let actor = names
            .iter()
            .find(|(id, _)| id.as_str() == entry.actor)
            .map_or_else(|| entry.actor.clone(), |(_, name)| name.clone());
        shown(entry, actor)
    }));
    let story = merged(told, notified);
    let mut desk = desk_view::of(app, &order, &names).await?;
    // A mail stands behind what happened at the same moment: that is what it tells of.
    let timeline = merged(mailed(&desk.mails).into_iter(), story);
    desk.mail_server = shop.settings.smtp.is_some();
    Ok(OrderView {
        desk,
        row: row(&order, app.clock.now()),
        lines: quote::lines(&order.lines),
        products: order.lines.iter().map(|line| line.product_id.clone()).collect(),
        totals: order.totals,
        gaps: order.address.as_ref().map(shared::address::DeliveryAddress::gaps).unwrap_or_default(),
        address: order.address.as_ref().map(address_view),
        area_not_served: order.area_not_served,
        buyer_mail: order.buyer.mail,
        charge_permission_id: order.charge_permission_id.map(String::from),
        charge_id: order.charge_id.map(String::from),
        timeline,
    })
}

/// The order's mails as lines of its timeline, the earliest first: what for and how far, never where to. One that was sent
/// stands where it was sent, another one where it was put in.
fn mailed(mails: &[OrderMail]) -> Vec<TimelineEntry> {
    let line = |mail: &OrderMail| {
        let words = |language| text::timeline_mail(mail.kind, mail.state, language);
        TimelineEntry {
            at: mail.sent_at.unwrap_or(mail.created_at),
            actor: "noren".to_owned(),
            text_ja: words(Language::Ja),
            text_en: words(Language::En),
            request_id: None,
        }
    };
    let mut lines: Vec<TimelineEntry> = mails.iter().rev().map(line).collect();
    lines.sort_by_key(|line| line.at);
    lines
}

/// The story with the notifications where their time is. What is told keeps its own order; a notification stands before
/// what happened at the same moment, as it may have led to it.
fn merged(told: impl Iterator<Item = TimelineEntry>, notified: Vec<TimelineEntry>) -> Vec<TimelineEntry> {
    let mut notified = notified.into_iter().peekable();
    let mut all = Vec::new();
    for entry in told {
        while let Some(before) = notified.next_if(|one| one.at <= entry.at) {
            all.push(before);
        }
        all.push(entry);
    }
    all.extend(notified);
    all
}

/// An order as a row of the list.
pub fn row(order: &Order, now: Timestamp) -> OrderRow {
    let amazon = order.method == PaymentMethod::AmazonPay;
    let reason = match &order.payment {
        Payment::AuthorizationDeclined { reason, .. }
        | Payment::CaptureFailed { reason, .. }
        | Payment::CancelFailed { reason, .. }
        | Payment::RefundFailed { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    OrderRow {
        id: order.id.clone(),
        number: order.number.clone(),
        placed_at: order.placed_at,
        buyer_name: order.buyer.name.clone(),
        total: order.total(),
        order_status: order.order_status,
        payment_status: order.payment.status(),
        method: order.method,
        icon: StatusIcon::of(&order.payment).filter(|_| amazon),
        beside: if amazon { Beside::of(&order.payment, now) } else { Beside::Nothing },
        payment_since: order.payment.since().as_millisecond(),
        request_id: order.desk.payment_request_id.clone().filter(|_| reason.is_some()),
        reason,
        may_capture: amazon
            && order.order_status != OrderStatus::Canceled
            && order.payment.may_capture(order.total(), now).is_ok(),
        expiry_warning: order
            .payment
            .expires_at()
            .filter(|_| amazon)
            .and_then(|end| shared::order_action::expiry_warning(end, now)),
        disputed: order.desk.disputed,
        version: order.version,
    }
}

fn shown(entry: Entry, actor: String) -> TimelineEntry {
    use Language::{En, Ja};
    let words = |language| match &entry.happened {
        Happened::Placed { total } => format!("{} {total}", text::timeline_placed(language)),
        Happened::Payment { from, to, reason, .. } => {
            let change =
                format!("{} → {}", text::payment_state(from, language), text::payment_state(to, language));
            match reason {
                Some(reason) => format!("{change} ({reason})"),
                None => change,
            }
        }
        Happened::Contradiction { fact, from } => {
            format!(
                "{} ({fact}, {})",
                text::timeline_contradiction(language),
                text::payment_state(from, language)
            )
        }
        Happened::CaptureAsked { amount } => format!("{} {amount}", text::timeline_capture_asked(language)),
        Happened::RefundedAtAmazon { amount } => {
            format!("{} {amount}", text::timeline_refunded_at_amazon(language))
        }
        Happened::AreaNotServed => text::timeline_area_not_served(language).to_owned(),
        Happened::Desk { action, amount, change } => {
            let mut words = text::action_label(*action, language).to_owned();
            if let Some(amount) = amount {
                words.push_str(&format!(" {amount}"));
            }
            if let Some(change) = change {
                words.push_str(&format!(" ({})", text::timeline_change(change, language)));
            }
            words
        }
        Happened::Status { change } => text::timeline_status(change, language),
        Happened::Correction { kind, amount, done } => {
            text::timeline_correction(*kind, *amount, *done, language)
        }
        Happened::Noted { note } => match note {
            Note::PermissionClosed => text::timeline_permission_closed(language),
            Note::Disputed => text::timeline_disputed(language),
            Note::DisputeAnswered => text::timeline_dispute_answered(language),
            Note::Replaced => text::timeline_replaced(language),
            Note::NameTold => text::timeline_name_told(language),
            Note::Replaces => text::timeline_replaces(language),
            Note::Unbundled => text::timeline_unbundled(language),
            Note::Parted => text::timeline_parted(language),
            Note::Automatic => text::timeline_automatic(language),
            Note::NoPageToPay => text::timeline_no_page_to_pay(language),
        }
        .to_owned(),
    };
    TimelineEntry {
        at: entry.at,
        actor,
        text_ja: words(Ja),
        text_en: words(En),
        request_id: entry.request_id,
    }
}

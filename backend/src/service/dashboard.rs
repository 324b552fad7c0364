//! The dashboard (R53): what waits for somebody, counted no further than 1,000, and how authorizations went.
//!
//! Each count is the count of the order list's own filter, so that a tile and the list it leads to agree.
//! Start at [`dashboard`].

use super::date_in_japan;
use super::shops::OpenShop;
use super::subscription_desk::list::run_of;
use crate::app::App;
use crate::store::daily_totals::{self, AUTHORIZED, DECLINED, DECLINED_BECAUSE, DailyTotal};
use crate::store::dashboard::{self, Counted};
use crate::store::notifications;
use crate::store::order_list::Plan;
use crate::store::{Reader, StoreError};
use futures_util::future::try_join_all;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use shared::api::{
    DashboardView, DayDecisions, DeclineCount, MailState, OnboardingStep, SubscriptionFilter, Tile, TileKind,
};
use shared::id::ShopId;
use shared::order_query::{COUNT_LIMIT, OrderFilter};
use shared::payment::PaymentState;
use shared::status_icon::StatusIcon;
use std::collections::BTreeMap;

/// Days looked back, today included.
pub const DAYS: i32 = 30;

/// How a tile is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// What the order list shows.
    Orders(OrderFilter),
    /// Something else; the filter leads to its orders where there is one.
    Rows(Counted, Option<OrderFilter>),
    /// What 定期管理 shows.
    Subscriptions(SubscriptionFilter),
}

/// Where the count of a tile comes from.
pub fn source(kind: TileKind) -> Source {
    let icons = |icons: &[StatusIcon]| OrderFilter {
        icons: icons.iter().copied().map(Some).collect(),
        ..OrderFilter::default()
    };
    // Of an order that was paid anew nothing is left to do.
    let unreplaced = |of: &[StatusIcon]| OrderFilter { unreplaced: true, ..icons(of) };
    let ending = |days| OrderFilter { days_left: Some(days), ..OrderFilter::default() };
    Source::Orders(match kind {
        TileKind::Uncaptured => OrderFilter { capturable: true, ..OrderFilter::default() },
        TileKind::EndingIn7 => ending(7),
        TileKind::EndingIn3 => ending(3),
        TileKind::EndingIn1 => ending(1),
        TileKind::CaptureError => icons(&[StatusIcon::CaptureError]),
        TileKind::CancelError => {
            let shown = icons(&[StatusIcon::CancelErrorNotCharged, StatusIcon::CancelErrorStillCharged]);
            return Source::Rows(Counted::CancelErrors, Some(shown));
        }
        TileKind::RefundPending => icons(&[StatusIcon::RefundPending]),
        TileKind::Unconfirmed => icons(&[StatusIcon::Unconfirmed]),
        TileKind::Declined => unreplaced(&[StatusIcon::AuthorizationDeclined]),
        TileKind::AuthorizationPending => icons(&[StatusIcon::AuthorizationPending]),
        TileKind::Expired => unreplaced(&[StatusIcon::Expired]),
        TileKind::Disputes => {
            let disputed = OrderFilter { disputed: true, ..OrderFilter::default() };
            return Source::Rows(Counted::OpenDisputes, Some(disputed));
        }
        TileKind::Corrections => return Source::Rows(Counted::DueCorrections, None),
        TileKind::FailedMails => return Source::Rows(Counted::Mails(MailState::Failed), None),
        TileKind::UnconfirmedMails => return Source::Rows(Counted::Mails(MailState::Unconfirmed), None),
        TileKind::PaymentNeeded => return Source::Subscriptions(SubscriptionFilter::PaymentNeeded),
        TileKind::FailedRenewals => return Source::Subscriptions(SubscriptionFilter::Failed),
        TileKind::EndedAtAmazon => return Source::Subscriptions(SubscriptionFilter::EndedAtAmazon),
    })
}

/// The shop's dashboard now.
///
/// # Errors
/// [`StoreError`].
pub async fn dashboard(app: &App, open: &OpenShop) -> Result<DashboardView, StoreError> {
    let shop = &open.id;
    let now = app.clock.now();
    let today = date_in_japan(now);
    let first = today.saturating_sub((DAYS - 1).days());
    let reader = app.store.reader().await?;
    let tiles = TileKind::ALL.into_iter().map(|kind| tile(&reader, shop, kind, now));
    let tiles = try_join_all(tiles).await?;
    let last_notification_at = notifications::last_received(&reader, shop).await?;
    let totals = daily_totals::since(&reader, shop, first).await?;
    let to_do = to_do(&reader, open, last_notification_at.is_some()).await?;
    drop(reader);
    let (days, declines) = (days(&totals, first), declines(&totals));
    Ok(DashboardView { tiles, last_notification_at, days, declines, to_do })
}

/// What shows that a step of 導入の状況 was done: one such row is enough. Nothing for what is a setting.
pub fn proofs(step: OnboardingStep) -> &'static [Counted] {
    use PaymentState as P;
    match step {
        OnboardingStep::Order => &[Counted::AmazonPayOrders],
        OnboardingStep::Capture => &[
            Counted::OrdersIn(P::Captured),
            Counted::OrdersIn(P::Refunded),
            Counted::OrdersIn(P::RefundPending),
            Counted::OrdersIn(P::RefundFailed),
        ],
        OnboardingStep::Refund => &[Counted::OrdersIn(P::Refunded), Counted::PartlyRefunded],
        OnboardingStep::Notification | OnboardingStep::MailServer | OnboardingStep::LiveKeys => &[],
    }
}

async fn to_do(reader: &Reader, shop: &OpenShop, notified: bool) -> Result<Vec<OnboardingStep>, StoreError> {
    let mut to_do = Vec::new();
    for step in OnboardingStep::ALL {
        let mut done = match step {
            OnboardingStep::Notification => notified,
            OnboardingStep::MailServer => shop.settings.smtp.is_some(),
            OnboardingStep::LiveKeys => !shop.settings.amazon_pay.is_sandbox(),
            OnboardingStep::Order | OnboardingStep::Capture | OnboardingStep::Refund => false,
        };
        for proof in proofs(step) {
            done = done || dashboard::count(reader, &shop.id, *proof, 1).await?.0 > 0;
        }
        if !done {
            to_do.push(step);
        }
    }
    Ok(to_do)
}

async fn tile(reader: &Reader, shop: &ShopId, kind: TileKind, now: Timestamp) -> Result<Tile, StoreError> {
    let (counted, query) = match source(kind) {
        Source::Orders(filter) => {
            let plan = Plan::new(shop, &filter, None, None, now.as_millisecond());
            (plan.count(reader, shop, COUNT_LIMIT).await?, Some(filter.query()))
        }
        Source::Rows(counted, filter) => {
            let count = dashboard::count(reader, shop, counted, COUNT_LIMIT).await?;
            (count, filter.map(|filter| filter.query()))
        }
        Source::Subscriptions(filter) => {
            let count = run_of(filter, now).count(reader, shop, COUNT_LIMIT + 1).await?;
            ((count.min(COUNT_LIMIT), count > COUNT_LIMIT), Some(filter.query()))
        }
    };
    let (count, more) = counted;
    Ok(Tile { kind, count: number(count), more, query })
}

fn days(totals: &[DailyTotal], first: Date) -> Vec<DayDecisions> {
    let of = |day: &str, name: &str| {
        let total = totals.iter().find(|total| total.day == day && total.name == name);
        number(total.map_or(0, |total| total.amount))
    };
    (0..DAYS)
        .map(|after| {
            let day = first.saturating_add(after.days()).to_string();
            DayDecisions { authorized: of(&day, AUTHORIZED), declined: of(&day, DECLINED), day }
        })
        .collect()
}

fn declines(totals: &[DailyTotal]) -> Vec<DeclineCount> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for total in totals {
        if let Some(reason) = total.name.strip_prefix(DECLINED_BECAUSE) {
            *sums.entry(reason).or_default() += total.amount;
        }
    }
    let mut counts: Vec<DeclineCount> = sums
        .into_iter()
        .map(|(reason, count)| DeclineCount { reason: reason.to_owned(), count: number(count) })
        .collect();
    // Stable: of equal counts the first in the alphabet comes first.
    counts.sort_by_key(|decline| std::cmp::Reverse(decline.count));
    counts
}

fn number(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}

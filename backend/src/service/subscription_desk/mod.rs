//! 定期管理: what operators see of the shop's subscriptions and do with them (R16–R20, R22, R24, R90).
//!
//! What a list shows is found by an index ([`list`]); one of them with everything is [`view`]; what is done with it is
//! the same use case as on my page ([`act`]). Whether coming deliveries fit the caps is `shared::forecast`'s.

pub mod act;
pub mod list;
pub mod view;

use super::shops::OpenShop;
use super::{date_in_japan, monthly_cap};
use crate::shop::AtCap;
use crate::store::subscriptions::Subscription;
use crate::store::subscriptions::desk::{self, Listed};
use crate::store::{Reader, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use shared::forecast::{CapToday, Foreseen, Known, Party, together};
use shared::id::BuyerId;
use shared::money::Yen;
use shared::monthly_cap::{Meter, Month};
use shared::renewal::charge_day;
use shared::subscription::SubscriptionState;
use std::collections::HashMap;

/// This month's meter under the permission, by our own count.
fn meter(shop: &OpenShop, listed: &Listed) -> Meter {
    Meter {
        cap: monthly_cap::caps(shop, listed.month.map(|month| month.cap)).permission,
        counted: listed.month.map_or(Yen::ZERO, |month| month.used),
        amazon_balance: None,
    }
}

/// What else is charged of a buyer's months, read once for each buyer; nothing where the shop has set no cap
/// for that.
#[derive(Default)]
struct Others(HashMap<BuyerId, Vec<Listed>>);

impl Others {
    /// Reads those of the buyers of `rows` who have more than one subscription.
    async fn read(
        &mut self,
        reader: &Reader,
        shop: &OpenShop,
        rows: &[Listed],
        month: Month,
    ) -> Result<(), StoreError> {
        if shop.settings.subscriptions.buyer_monthly_cap.is_none() {
            return Ok(());
        }
        let mut buyers: Vec<&BuyerId> = rows.iter().map(|listed| &listed.row.buyer_id).collect();
        buyers.retain(|buyer| !self.0.contains_key(*buyer));
        buyers.sort_unstable();
        buyers.dedup();
        for buyer in desk::with_several(reader, &shop.id, &buyers).await? {
            let mut all = desk::of_buyer(reader, &shop.id, &buyer, month).await?;
            all.retain(|one| matches!(one.row.state, SubscriptionState::Active));
            self.0.insert(buyer, all);
        }
        Ok(())
    }

    fn of(&self, listed: &Listed) -> impl Iterator<Item = &Listed> {
        let all = self.0.get(&listed.row.buyer_id).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(move |other| other.row.id != listed.row.id)
    }
}

/// The coming deliveries and whether they fit: all that are charged until `until`, and as many as `bounds`
/// says. The buyer's other subscriptions take their room of the cap over all of them.
fn ahead(
    shop: &OpenShop,
    listed: &Listed,
    others: &Others,
    now: Timestamp,
    until: Date,
    bounds: (usize, usize),
) -> Vec<Foreseen> {
    let settings = &shop.settings.subscriptions;
    let mut all: Vec<&Listed> = others.of(listed).chain([listed]).collect();
    // In one order, whichever of them is asked for.
    all.sort_by_cached_key(|one| one.row.id.clone());
    let asked = all.iter().position(|one| one.row.id == listed.row.id).unwrap_or(0);
    let of_one = |one: &Listed| {
        let meter = meter(shop, one);
        [CapToday { cap: meter.cap, used: meter.counted }]
    };
    let caps: Vec<[CapToday; 1]> = all.iter().map(|one| of_one(one)).collect();
    let amounts: Vec<_> = all.iter().map(|one| amount(&one.row)).collect();
    let parties = all.iter().zip(&caps).zip(&amounts).map(|((one, caps), amount)| {
        let known = Known {
            schedule: one.row.schedule,
            today: date_in_japan(now),
            not_before: one.row.told.deferred_until.map(date_in_japan),
            lead_days: settings.lead_days,
            defers: settings.at_cap == AtCap::Defer,
            caps,
        };
        Party { known, amount }
    });
    let parties: Vec<Party<'_>> = parties.collect();
    let shared = settings.buyer_monthly_cap.map(|cap| CapToday { cap, used: listed.buyer_used });
    together(&parties, asked, shared, until, bounds)
}

/// What its delivery of a date costs: a price that was told of is held from the delivery it names; that its
/// mail goes out is taken for granted here.
fn amount(row: &Subscription) -> impl Fn(Date) -> Option<Yen> {
    move |date: Date| {
        let told = row.told.price.filter(|told| date >= told.from);
        told.map_or_else(|| row.agreed(), |told| told.price).total(row.quantity)
    }
}

/// The day on which the next delivery is charged, were nothing overdue; `None` while nothing is to be charged.
fn charge_due(shop: &OpenShop, row: &Subscription) -> Option<Date> {
    let next = row.schedule.next().filter(|_| matches!(row.state, SubscriptionState::Active))?;
    let own = charge_day(next, shop.settings.subscriptions.lead_days);
    Some(row.told.deferred_until.map_or(own, date_in_japan))
}

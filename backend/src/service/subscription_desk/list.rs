//! The list of 定期管理: a page of what a filter shows, and how many there are. Start at [`page`].
//!
//! Each filter is a run of one index, or two that are merged by the day of the charge. Only 「上限に入らない見込み」
//! looks at more than it shows: a bounded number of rows at a time, and says where it stopped.

use super::super::my_page::list::{next_price, upcoming};
use super::super::shops::OpenShop;
use super::super::{date_in_japan, order_views};
use super::{Others, ahead, amount, charge_due, meter};
use crate::app::App;
use crate::service::my_page::MyPageError;
use crate::store::orders::{self, Order};
use crate::store::subscriptions::Subscription;
use crate::store::subscriptions::desk::{self, FAILED_LOOK_BACK, Listed, Place, Run};
use crate::store::{Reader, StoreError};
use futures_util::future::try_join_all;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use shared::api::{
    DeliveryDay, DeliveryOverview, FORECAST_DAYS, FilterCount, LastResult, MonthView, OrderedDelivery,
    SubscriptionCounts, SubscriptionFilter, SubscriptionPage, SubscriptionRow,
};
use shared::day::Day;
use shared::delivery_days::{DAYS, DeliveryDays};
use shared::forecast::{CapFit, delivered};
use shared::id::ShopId;
use shared::money::Yen;
use shared::monthly_cap::Month;
use shared::order_query::COUNT_LIMIT;
use shared::payment_method::PaymentMethod;
use shared::subscription::SubscriptionState;

/// Most rows of one page.
pub const MAX_ROWS: i64 = 200;
/// Longest text searched for, in bytes: a mail address has no more.
const LONGEST_SEARCH: usize = 254;
/// Rows whose deliveries are foreseen in one search.
const SCAN: usize = 2_000;
/// Of them, read at once.
const CHUNK: i64 = 500;
/// Orders of the next days that are counted.
const MOST_ORDERED: i64 = 20_000;
/// Deliveries of one subscription that are foreseen in the next days: one a week, and one that waited, are six at most.
const MOST_OF_ONE: usize = 8;

/// A page of what `filter` shows, or of what is found by `search`; `before` is the cursor of the page before it.
///
/// # Errors
/// [`MyPageError::Cursor`] where the cursor is none of ours, or the search stands beside a filter.
pub async fn page(
    app: &App,
    shop: &OpenShop,
    filter: SubscriptionFilter,
    search: Option<&str>,
    before: Option<&str>,
    limit: i64,
) -> Result<SubscriptionPage, MyPageError> {
    let now = app.clock.now();
    let limit = usize::try_from(limit.clamp(1, MAX_ROWS)).unwrap_or(1);
    let reader = app.store.reader().await?;
    let search = search.map(str::trim).filter(|text| !text.is_empty());
    let found = match (search, filter) {
        (Some(text), SubscriptionFilter::All) if text.len() <= LONGEST_SEARCH => {
            searched(&reader, shop, text, before, limit, now).await?
        }
        (Some(_), _) => return Err(MyPageError::Cursor),
        (None, SubscriptionFilter::ChargedWithin(days)) => {
            Ahead::new(shop, i32::from(days), now).page(&reader, before, limit, false).await?
        }
        (None, SubscriptionFilter::WillNotFit) => {
            Ahead::new(shop, i32::from(FORECAST_DAYS), now).page(&reader, before, limit, true).await?
        }
        (None, filter) => run(&reader, shop, &run_of(filter, now), before, limit, now).await?,
    };
    let rows = found.rows.iter().map(|listed| row(shop, &reader, listed, now));
    Ok(SubscriptionPage {
        subscriptions: try_join_all(rows).await?,
        next: found.next,
        bounded: found.bounded,
    })
}

/// How many each filter finds that is offered with one press.
///
/// # Errors
/// The database failed.
pub async fn counts(app: &App, shop: &OpenShop) -> Result<SubscriptionCounts, MyPageError> {
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let mut chips = Vec::new();
    for filter in SubscriptionFilter::CHIPS {
        let (count, more) = match filter {
            SubscriptionFilter::ChargedWithin(days) => {
                Ahead::new(shop, i32::from(days), now).count(&reader).await?
            }
            SubscriptionFilter::WillNotFit => {
                let ahead = Ahead::new(shop, i32::from(FORECAST_DAYS), now);
                let found = ahead.page(&reader, None, COUNT, true).await?;
                (found.rows.len(), found.next.is_some())
            }
            filter => limited(run_of(filter, now).count(&reader, &shop.id, COUNT_LIMIT + 1).await?),
        };
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        chips.push(FilterCount { query: filter.query(), count, more });
    }
    Ok(SubscriptionCounts { chips })
}

/// [`COUNT_LIMIT`] as a length.
const COUNT: usize = 1_000;

fn limited(count: i64) -> (usize, bool) {
    (usize::try_from(count.min(COUNT_LIMIT)).unwrap_or(0), count > COUNT_LIMIT)
}

/// The run of an index that a filter is; those of coming days are [`Ahead`].
pub fn run_of(filter: SubscriptionFilter, now: Timestamp) -> Run {
    use SubscriptionFilter as F;
    match filter {
        F::All | F::ChargedWithin(_) | F::WillNotFit => Run::All,
        F::Active => Run::State("active"),
        F::Paused => Run::State("paused"),
        F::PaymentNeeded => Run::State("payment_needed"),
        F::Ended => Run::State("ended"),
        F::AtCap => Run::Waits(i64::MAX),
        F::EndedAtAmazon => Run::AmazonEnd,
        F::Failed => Run::Failed(now.as_millisecond() - FAILED_LOOK_BACK),
    }
}

struct Found {
    rows: Vec<Listed>,
    next: Option<String>,
    bounded: bool,
}

async fn searched(
    reader: &Reader,
    shop: &OpenShop,
    text: &str,
    before: Option<&str>,
    limit: usize,
    now: Timestamp,
) -> Result<Found, MyPageError> {
    if text.contains('@') {
        return run(reader, shop, &Run::Mail(text.to_owned()), before, limit, now).await;
    }
    let found = run(reader, shop, &Run::Number(text.to_owned()), None, limit, now).await?;
    if !found.rows.is_empty() {
        return Ok(found);
    }
    run(reader, shop, &Run::Permission(text.to_owned()), None, limit, now).await
}

async fn run(
    reader: &Reader,
    shop: &OpenShop,
    run: &Run,
    before: Option<&str>,
    limit: usize,
    now: Timestamp,
) -> Result<Found, MyPageError> {
    let after = before.map(|text| {
        let (at, id) = text.split_once('_').ok_or(MyPageError::Cursor)?;
        let at: i64 = at.parse().map_err(|_| MyPageError::Cursor)?;
        Ok::<_, MyPageError>(Place { at: at.into(), id: id.to_owned() })
    });
    let want = i64::try_from(limit).unwrap_or(MAX_ROWS) + 1;
    let month = Month::in_japan(now);
    let mut rows = run.read(reader, &shop.id, after.transpose()?.as_ref(), want, month).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let place = |listed: &Listed| match run {
        Run::Waits(_) => listed.row.told.deferred_until.map_or(0, Timestamp::as_millisecond),
        Run::AmazonEnd => listed.amazon_end_at.unwrap_or(0),
        Run::Failed(_) => listed.failed_at.unwrap_or(0),
        _ => listed.row.created_at,
    };
    let next = rows.last().filter(|_| more).map(|last| format!("{}_{}", place(last), last.row.id));
    Ok(Found { rows, next, bounded: false })
}

/// What is charged within so many days, the soonest first: what waits for nothing, and what waits at the cap, merged.
pub struct Ahead<'a> {
    shop: &'a OpenShop,
    now: Timestamp,
    until: Date,
}

impl<'a> Ahead<'a> {
    fn new(shop: &'a OpenShop, days: i32, now: Timestamp) -> Self {
        Self { shop, now, until: date_in_japan(now).saturating_add(days.days()) }
    }

    fn runs(&self) -> [Run; 2] {
        runs_ahead(self.until, self.shop.settings.subscriptions.lead_days)
    }

    async fn count(&self, reader: &Reader) -> Result<(usize, bool), StoreError> {
        let [charge, waits] = self.runs();
        let count = charge.count(reader, &self.shop.id, COUNT_LIMIT + 1).await?
            + waits.count(reader, &self.shop.id, COUNT_LIMIT + 1).await?;
        Ok(limited(count))
    }

    async fn page(
        &self,
        reader: &Reader,
        before: Option<&str>,
        limit: usize,
        unfit_only: bool,
    ) -> Result<Found, MyPageError> {
        let mut after = before.map(read_day).transpose()?;
        let chunk = if unfit_only { CHUNK } else { i64::try_from(limit).unwrap_or(MAX_ROWS) + 1 };
        let (mut rows, mut looked_at) = (Vec::<Listed>::new(), 0);
        let mut others = Others::default();
        loop {
            let found = self.chunk(reader, after.as_ref(), chunk).await?;
            let complete = i64::try_from(found.len()).is_ok_and(|len| len < chunk);
            after = found.last().map(|last| self.place(last));
            looked_at += found.len();
            if unfit_only {
                others.read(reader, self.shop, &found, Month::in_japan(self.now)).await?;
            }
            for listed in found {
                if unfit_only && !self.has_unfit(&listed, &others) {
                    continue;
                }
                if rows.len() == limit {
                    let next = rows.last().map(|last| cursor(&self.place(last)));
                    return Ok(Found { rows, next, bounded: false });
                }
                rows.push(listed);
            }
            if complete {
                return Ok(Found { rows, next: None, bounded: false });
            }
            if looked_at >= SCAN {
                return Ok(Found { rows, next: after.as_ref().map(cursor), bounded: true });
            }
        }
    }

    fn has_unfit(&self, listed: &Listed, others: &Others) -> bool {
        let seen = ahead(self.shop, listed, others, self.now, self.until, (1, 24));
        seen.iter().any(|one| one.fit != CapFit::Fits)
    }

    /// By the day of the charge and the id.
    fn place(&self, listed: &Listed) -> (Date, String) {
        let day = charge_due(self.shop, &listed.row).unwrap_or(Date::MAX);
        (day, listed.row.id.as_str().to_owned())
    }

    async fn chunk(
        &self,
        reader: &Reader,
        after: Option<&(Date, String)>,
        want: i64,
    ) -> Result<Vec<Listed>, StoreError> {
        let lead = i64::from(self.shop.settings.subscriptions.lead_days);
        let month = Month::in_japan(self.now);
        let [charge, waits] = self.runs();
        let of_charge = after.map(|(day, id)| {
            let delivery = day.saturating_add(lead.days());
            Place { at: delivery.to_string().into(), id: id.clone() }
        });
        let of_waits = after.map(|(day, id)| Place { at: Day::from(*day).begin_ms().into(), id: id.clone() });
        let mut rows = charge.read(reader, &self.shop.id, of_charge.as_ref(), want, month).await?;
        rows.extend(waits.read(reader, &self.shop.id, of_waits.as_ref(), want, month).await?);
        rows.sort_by_cached_key(|listed| self.place(listed));
        rows.truncate(usize::try_from(want).unwrap_or(usize::MAX));
        Ok(rows)
    }
}

/// The runs that tell what is charged until a day.
pub fn runs_ahead(until: Date, lead_days: u8) -> [Run; 2] {
    let last = until.saturating_add(i64::from(lead_days).days());
    [Run::Charge(last), Run::Waits(Day::from(until).end_ms())]
}

/// What comes on each of the next days: the orders that are placed, and what is foreseen of the subscriptions. Of each it looks at a
/// bounded number, the earliest first, and says from which day on there is more.
///
/// # Errors
/// The database failed.
pub async fn days(app: &App, shop: &OpenShop) -> Result<DeliveryOverview, StoreError> {
    let now = app.clock.now();
    let (today, month) = (date_in_japan(now), Month::in_japan(now));
    let lead = shop.settings.subscriptions.lead_days;
    let ahead_of = Ahead::new(shop, i32::from(DAYS) - 1, now);
    let reader = app.store.reader().await?;
    let mut days = DeliveryDays::new(today, lead);
    let ordered = desk::ordered_days(&reader, &shop.id, (today, ahead_of.until), MOST_ORDERED).await?;
    let read: i64 = ordered.iter().map(|one| i64::from(one.count)).sum();
    let mut incomplete = (read >= MOST_ORDERED).then(|| ordered.last().map(|one| one.date)).flatten();
    for one in ordered.iter().filter(|one| OrderedDelivery::is_coming(one.status, one.holding)) {
        days.ordered(one.date, one.count, one.total);
    }
    let (mut after, mut looked_at, mut others) = (None, 0, Others::default());
    loop {
        let found = ahead_of.chunk(&reader, after.as_ref(), CHUNK).await?;
        let complete = i64::try_from(found.len()).is_ok_and(|len| len < CHUNK);
        others.read(&reader, shop, &found, month).await?;
        for listed in &found {
            let cost = amount(&listed.row);
            for one in ahead(shop, listed, &others, now, ahead_of.until, (0, MOST_OF_ONE)) {
                days.foreseen(&one, cost(one.date));
            }
        }
        if complete {
            break;
        }
        looked_at += found.len();
        after = found.last().map(|last| ahead_of.place(last));
        if looked_at >= SCAN {
            // Whatever comes after it is charged on the same day or later, and delivered the lead days after that.
            let next = after.as_ref().map(|(day, _)| delivered(*day, lead).max(today));
            incomplete = [incomplete, next].into_iter().flatten().min();
            break;
        }
    }
    let shown = days.days().iter().map(|day| DeliveryDay {
        date: day.date.into(),
        count: day.count,
        ordered: day.ordered,
        total: day.total,
        unfit: day.unfit,
    });
    let incomplete = incomplete.filter(|day| *day <= ahead_of.until);
    Ok(DeliveryOverview { days: shown.collect(), incomplete_from: incomplete.map(Into::into) })
}

fn cursor((day, id): &(Date, String)) -> String {
    format!("{day}_{id}")
}

fn read_day(text: &str) -> Result<(Date, String), MyPageError> {
    let (day, id) = text.split_once('_').ok_or(MyPageError::Cursor)?;
    Ok((day.parse().map_err(|_| MyPageError::Cursor)?, id.to_owned()))
}

/// A subscription as a row of the list.
pub(super) async fn row(
    shop: &OpenShop,
    reader: &Reader,
    listed: &Listed,
    now: Timestamp,
) -> Result<SubscriptionRow, MyPageError> {
    let row = &listed.row;
    let last = orders::of_subscription(reader, &shop.id, &row.id, 1).await?.pop();
    let total = next_price(shop, reader, row).await?.total(row.quantity);
    Ok(shown(shop, listed, last.as_ref(), total, now))
}

fn shown(
    shop: &OpenShop,
    listed: &Listed,
    last: Option<&Order>,
    total: Option<Yen>,
    now: Timestamp,
) -> SubscriptionRow {
    let row = &listed.row;
    let meter = meter(shop, listed);
    let month = MonthView {
        month: Month::in_japan(now),
        cap: meter.cap,
        used: meter.used(),
        remaining: meter.remaining(),
    };
    let (active, since) = match &row.state {
        SubscriptionState::Active => (true, None),
        SubscriptionState::Paused { since } | SubscriptionState::PaymentNeeded { since } => {
            (false, Some(since))
        }
        SubscriptionState::Ended { at, .. } => (false, Some(at)),
    };
    let ended = matches!(row.state, SubscriptionState::Ended { .. });
    SubscriptionRow {
        id: row.id.clone(),
        number: row.number.clone(),
        buyer_name: row.buyer_name.clone(),
        product_name: row.product_name.clone(),
        quantity: row.quantity,
        total,
        cycle: row.schedule.cycle,
        state: row.state.into(),
        since: since.map(|since| since.as_millisecond()),
        next_delivery: upcoming(shop, row, 1).first().filter(|_| !ended).map(|next| next.date.into()),
        next_charge: charge_due(shop, row).map(|day| day.max(date_in_japan(now)).into()),
        waits_for_cap: active && row.told.deferred_until.is_some(),
        last: last.map(|order| result(row, order, now)),
        permission: row.permission_state,
        month,
        created_at: row.created_at,
        version: row.version,
    }
}

/// How one of its orders stands.
pub(super) fn result(row: &Subscription, order: &Order, now: Timestamp) -> LastResult {
    let shown = order_views::row(order, now);
    let tries = if row.current_order_id.as_ref() == Some(&order.id) {
        u32::try_from(row.tries).unwrap_or(u32::MAX)
    } else if order.method == PaymentMethod::AmazonPay {
        u32::try_from(order.desk.former_charges.len() + 1).unwrap_or(u32::MAX)
    } else {
        0
    };
    LastResult {
        order_id: order.id.clone(),
        order_number: order.number.clone(),
        placed_at: order.placed_at,
        icon: shown.icon,
        reason: shown.reason.map(|reason| reason.code().to_owned()),
        tries,
    }
}

/// Every query that the lists send, for those who look at how a database answers it.
pub fn queries(shop: &ShopId, now: Timestamp, lead_days: u8) -> Vec<crate::store::order_list::Sql> {
    let days = date_in_japan(now);
    let runs = SubscriptionFilter::CHIPS.into_iter().chain([SubscriptionFilter::All]);
    let runs = runs.map(|filter| run_of(filter, now));
    let found = ["x@example.jp".to_owned()]
        .map(Run::Mail)
        .into_iter()
        .chain([Run::Number("N-1".to_owned()), Run::Permission("P-1".to_owned())]);
    let runs: Vec<Run> = runs.chain(found).chain(runs_ahead(days, lead_days)).collect();
    let month = Month::in_japan(now);
    let after = |run: &Run| Place {
        at: match run {
            Run::Charge(_) => days.to_string().into(),
            _ => now.as_millisecond().into(),
        },
        id: "S-5".to_owned(),
    };
    let sent = |run: &Run| {
        let after = after(run);
        [
            run.query(shop, None, 51, month),
            run.query(shop, Some(&after), 51, month),
            run.count_query(shop, COUNT_LIMIT + 1),
        ]
    };
    let ordered = desk::ordered_days_query(shop, (days, days), MOST_ORDERED);
    runs.iter().flat_map(sent).chain([ordered]).collect()
}

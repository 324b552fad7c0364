//! Tends the subscriptions whose moment has come: reads, asks `shared::renewal` for the one step, writes it.
//!
//! Any process may do it at any moment: each step is one batch that asserts what was read, and the next look finds the
//! next step. What each step writes and whom it tells is [`take_step`]'s.

use super::shops::{self, OpenShop};
use super::{desk, monthly_cap, pace, renewal_price, take_step};
use crate::app::App;
use crate::shop::{AtAmazonEnd, AtCap};
use crate::store::mails::PriceNotice;
use crate::store::orders::{self, Order};
use crate::store::subscriptions::{self, Subscription};
use crate::store::{StoreError, catalogue, intents};
use amazon_pay::wire::ChargePermission;
use jiff::Timestamp;
use shared::catalogue::Product;
use shared::id::{ShopId, SubscriptionId};
use shared::intent::Operation;
use shared::money::Yen;
use shared::monthly_cap::{AMAZON_DEFAULT, Meter, Month};
use shared::order::OrderStatus;
use shared::payment::PaymentState;
use shared::payment_method::PaymentMethod;
use shared::renewal::{self, CurrentOrder, Facts, Step};
use shared::renewal_price::{Price, Prices};
use shared::subscription::{SubscriptionAddress, SubscriptionState};
use tokio::task::JoinSet;

/// How many are tended side by side.
const AT_ONCE: i64 = 8;

/// How soon one is looked at again that could not be tended, ms.
const AGAIN: i64 = 3_000;

/// Amazon's reason for closing an agreement whose time ran out (reference, section 6.2).
const LAPSED: &str = "Expired";

/// Why a subscription could not be tended; it comes up again.
#[derive(Debug, thiserror::Error)]
pub enum TendError {
    /// The month of its permission.
    #[error(transparent)]
    Cap(#[from] monthly_cap::CapError),
    /// Its order's charge.
    #[error(transparent)]
    Desk(#[from] desk::DeskError),
    /// The database failed, or somebody else wrote it at the same moment.
    #[error("the subscription could not be stored")]
    Store(#[from] StoreError),
}

/// Tends every subscription whose moment has come.
///
/// # Errors
/// The database failed.
pub async fn tend_due(app: &App) -> Result<(), StoreError> {
    loop {
        let now = app.clock.now_ms();
        // Nobody else tends it meanwhile; if this process dies, it comes up again.
        let until = now + 3 * pace::look_after(app);
        let due = subscriptions::take_due(&app.store, now, until, AT_ONCE).await?;
        let full = i64::try_from(due.len()).unwrap_or(i64::MAX) >= AT_ONCE;
        let mut looks = JoinSet::new();
        for (shop, id) in due {
            let app = app.clone();
            looks.spawn(async move {
                if let Err(error) = tend(&app, &shop, &id, until).await {
                    tracing::warn!(subscription.id = %id, %error, "a subscription could not be tended; it is tried again");
                    // Soon, not only when a process that died would have been missed.
                    let again = Some(app.clock.now_ms() + AGAIN);
                    if let Err(error) = app.store.write(subscriptions::rest(&shop, &id, until, again)).await {
                        tracing::warn!(subscription.id = %id, %error, "its next look could not be stored");
                    }
                }
            });
        }
        while let Some(look) = looks.join_next().await {
            if let Err(error) = look {
                tracing::error!(%error, "a look at a subscription broke off; it is tried again");
            }
        }
        if !full || *app.stopping.borrow() {
            return Ok(());
        }
    }
}

/// What was read of a subscription.
pub(super) struct Read {
    /// It.
    pub(super) row: Subscription,
    /// The latest renewal's order, while its payment is not settled.
    pub(super) order: Option<Order>,
    /// Amazon closed the agreement because its time ran out.
    lapsed: bool,
    /// Amazon refused the charge of the checkout after all.
    first_declined: bool,
    /// Whether a call about the order is under way.
    asking: bool,
    /// In the order in which they were set.
    pub(super) addresses: Vec<SubscriptionAddress>,
    /// As the catalogue has it now.
    product: Option<Product>,
    /// Asked to agree again, the buyer has begun another subscription of the product.
    replaced: bool,
    /// What became of the notice of another price.
    price_notice: PriceNotice,
}

impl Read {
    /// Whether the product is sold by Amazon Pay now.
    pub(super) fn is_on_sale(&self) -> bool {
        self.product.as_ref().is_some_and(|product| product.on_sale && product.amazon_pay)
    }

    /// What the next delivery would cost if it were charged at `now`.
    pub(super) fn held(&self, shop: &OpenShop, now: Timestamp) -> Price {
        let delivery = self.row.schedule.next();
        delivery.map_or_else(|| self.row.agreed(), |delivery| self.prices(shop).held(delivery, now))
    }

    fn prices(&self, shop: &OpenShop) -> Prices {
        renewal_price::prices(shop, &self.row, self.price_notice, self.product.as_ref())
    }

    /// Whether Amazon's word about the order is waited for: before it nothing the permission tells changes the step, so
    /// Amazon is not asked for the permission. Its calls are few, and at the start of a month all of them are needed.
    fn is_being_decided(&self) -> bool {
        let pending = |state| matches!(state, PaymentState::AuthorizationPending | PaymentState::Unconfirmed);
        self.asking || self.order.as_ref().is_some_and(|order| pending(order.payment.state()))
    }

    fn step(&self, shop: &OpenShop, meters: &[Meter], now: Timestamp) -> Step {
        let settings = &shop.settings.subscriptions;
        let facts = Facts {
            state: &self.row.state,
            schedule: self.row.schedule,
            permission: self.row.permission_state,
            lapsed: self.lapsed,
            first_declined: self.first_declined,
            current: self.order.as_ref().map(|order| CurrentOrder {
                payment: &order.payment,
                asking: self.asking,
                given_up: order.order_status == OrderStatus::Canceled
                    || order.method != PaymentMethod::AmazonPay
                    || order.desk.replaced_by.is_some(),
                tries: usize::try_from(self.row.tries).unwrap_or(usize::MAX),
            }),
            prices: self.prices(shop),
            quantity: self.row.quantity,
            meters,
            defers: settings.at_cap == AtCap::Defer,
            lead_days: settings.lead_days,
            retry_days: &settings.retry_days,
            asks_again: settings.at_amazon_end == AtAmazonEnd::AskAgain,
            replaced: self.replaced,
            failed_periods: self.row.failed_periods,
            told: &self.row.told,
        };
        renewal::next_step(&facts, now)
    }
}

async fn read(app: &App, shop: &ShopId, id: &SubscriptionId) -> Result<Option<Read>, StoreError> {
    let reader = app.store.reader().await?;
    let Some(row) = subscriptions::find(&reader, shop, id).await? else { return Ok(None) };
    let (mut order, mut asking) = (None, false);
    if let Some(current) = &row.current_order_id {
        order = orders::find(&reader, shop, current).await?;
        asking = intents::find_open(&reader, shop, current.as_str()).await?.is_some();
    }
    // Later periods prove that it was paid for.
    let first = match row.schedule.delivered {
        0 | 1 => orders::find(&reader, shop, &row.first_order_id).await?,
        _ => None,
    };
    let declined = first.filter(|first| first.payment.state() == PaymentState::AuthorizationDeclined);
    // Authorized anew, it was authorized before, or the desk went on with it: only its delivery is in doubt then.
    let first_declined = match declined {
        Some(first) => {
            let asked = Operation::CreateCharge;
            first.desk.former_charges.is_empty()
                && intents::next_attempt(&reader, shop, first.id.as_str(), asked).await? == 1
        }
        None => false,
    };
    let addresses = subscriptions::addresses(&reader, shop, id).await?;
    let product = catalogue::find(&reader, shop, &row.product_id).await?;
    let addresses = addresses.into_iter().map(|(address, _)| address).collect();
    let price_notice = renewal_price::notice(&reader, &row).await?;
    // Asked to agree again, the buyer may have done so.
    let replaced = match row.state {
        SubscriptionState::PaymentNeeded { since } | SubscriptionState::Paused { since }
            if row.told.agreement =>
        {
            let all = subscriptions::of_buyer(&reader, shop, &row.buyer_id).await?;
            all.iter().any(|other| replaces(other, &row, since))
        }
        _ => false,
    };
    // Asked of Amazon below, wherever anything hangs on it.
    let lapsed = false;
    Ok(Some(Read { row, replaced, order, lapsed, first_declined, asking, addresses, product, price_notice }))
}

/// Whether `other` was begun in the place of `row`, which has waited since then.
fn replaces(other: &Subscription, row: &Subscription, since: Timestamp) -> bool {
    other.id != row.id
        && other.product_id == row.product_id
        && other.created_at >= since.as_millisecond()
        && !matches!(other.state, SubscriptionState::Ended { .. })
}

/// Keeps what the permission tells at once: a step that only waits writes nothing, and my page shows it.
async fn keep(app: &App, row: &mut Subscription, told: &ChargePermission) -> Result<(), StoreError> {
    let state = told.status_details.state;
    let text = told.payment_descriptor().map(|text| shared::address::tidy(text.expose()));
    let text = text.or_else(|| row.payment_text.clone());
    if state != row.permission_state || text != row.payment_text {
        row.permission_state = state;
        row.payment_text = text;
        app.store.write(subscriptions::heard(row)).await?;
    }
    Ok(())
}

async fn tend(app: &App, shop: &ShopId, id: &SubscriptionId, until: i64) -> Result<(), TendError> {
    let Some(mut read) = read(app, shop, id).await? else { return Ok(()) };
    let shop = match shops::open(app, shop).await {
        Ok(shop) => shop,
        Err(error) => {
            tracing::error!(subscription.id = %id, %error, "a shop cannot be used, so its subscription waits");
            return Ok(());
        }
    };
    // A month with all its room tells whether anything is to be charged at all.
    let mut meters = vec![Meter { cap: AMAZON_DEFAULT, counted: Yen::ZERO, amazon_balance: None }];
    let mut step = read.step(&shop, &meters, app.clock.now());
    let mut caps = monthly_cap::caps(&shop, None);
    let ended = matches!(read.row.state, SubscriptionState::Ended { .. });
    // A delivery of ¥0 is nothing to ask Amazon about (R9).
    let free = matches!(step, Step::Plan { price } if price.total(read.row.quantity) == Some(Yen::ZERO));
    if !ended && !read.is_being_decided() && !free && !matches!(step, Step::Settled { .. }) {
        let permission = &read.row.charge_permission_id;
        let (told, heard) = monthly_cap::hear(app, &shop, permission).await?;
        caps = heard;
        let reader = app.store.reader().await?;
        let month = Month::in_japan(app.clock.now());
        meters = monthly_cap::meters(&reader, &shop, permission, &read.row.buyer_id, caps, month).await?;
        drop(reader);
        // Another charge is being processed, as of the desk's: nothing the buyer has to do anything about.
        if told.status_details.has_reason("ChargeInProgress") {
            let again = Some(app.clock.now_ms() + pace::look_after(app).max(AGAIN));
            app.store.write(subscriptions::rest(&shop.id, id, until, again)).await?;
            return Ok(());
        }
        read.lapsed = told.status_details.has_reason(LAPSED);
        keep(app, &mut read.row, &told).await?;
        step = read.step(&shop, &meters, app.clock.now());
    }
    take_step::take(app, &shop, read, step, &meters, caps, until).await
}

//! The store of 定期管理: rows as loaded, what they are filtered by, and the subscription whose detail is open.
//!
//! The filter is one pair of the address's query, exactly as the server takes it. An answer to an older question
//! changes nothing.

use super::Console;
use super::orders::{Load, More};
use super::queue_store::now_ms;
use super::route::{Route, parameter};
use super::timer::{sleep, spawn};
use crate::api::operator::Failure;
use crate::api::subscription::{self as api, Text};
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::prelude::*;
use shared::api::{FilterCount, Language, SubscriptionFilter, SubscriptionHint, SubscriptionView};
use shared::id::ShopId;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// Rows asked for at once.
const PAGE: usize = 50;
/// So many are read again when something has changed; what lies below stays as it was read.
const MOST: usize = 100;

/// Counts are read once in so many milliseconds at most: a large run of renewals changes four a second.
const COUNTS_PAUSE: i32 = 5_000;

/// Between the hint at a subscription on the screen and the reading, in milliseconds: several make one.
const NEAR: i32 = 250;
/// The same for one that is not shown: it may come in, and the counts may change.
const FAR: i32 = 600;

/// The store; copied freely.
#[derive(Clone, Copy)]
pub struct Subscriptions {
    shop: StoredValue<Option<ShopId>>,
    round: StoredValue<u32>,
    /// When the next reading is due, in Unix ms.
    due: StoredValue<Option<i64>>,
    /// When the counts are to be read next, in Unix ms.
    count_due: StoredValue<Option<i64>>,
    /// When counts were last asked for, in Unix ms.
    count_asked: StoredValue<i64>,
    /// Rises with every question for counts or days; a clock may be set back.
    question: StoredValue<u32>,
    /// The question whose counts are shown.
    counted: StoredValue<u32>,
    /// The question that the days shown, or their failure, answer.
    days_known: StoredValue<u32>,
    /// What is shown, as the pair of a query; empty for all.
    pub filter: RwSignal<String>,
    /// Id and body of each row, in the server's order.
    pub rows: RwSignal<Vec<(String, Text)>>,
    /// Cursor of the next page.
    pub next: RwSignal<Option<String>>,
    /// The search stopped before the last page was full.
    pub bounded: RwSignal<bool>,
    /// The first page.
    pub load: RwSignal<Load>,
    /// The next page.
    pub more: RwSignal<More>,
    /// Of the filters offered with one press.
    pub counts: RwSignal<Vec<FilterCount>>,
    /// Whether お届け予定表 is open.
    pub days_open: RwSignal<bool>,
    /// Its days, once they are there.
    pub days: RwSignal<Option<Text>>,
    /// Why they are not.
    pub days_lost: RwSignal<Option<Failure>>,
    /// Whose detail is open.
    pub open: RwSignal<Option<String>>,
    /// The detail, once it is there.
    pub view: RwSignal<Option<Text>>,
    /// Why it is not.
    pub lost: RwSignal<Option<Failure>>,
}

impl Subscriptions {
    /// An empty store.
    pub fn new() -> Self {
        Self {
            shop: StoredValue::new(None),
            round: StoredValue::new(0),
            due: StoredValue::new(None),
            count_due: StoredValue::new(None),
            count_asked: StoredValue::new(0),
            question: StoredValue::new(0),
            counted: StoredValue::new(0),
            days_known: StoredValue::new(0),
            filter: RwSignal::new(String::new()),
            rows: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            bounded: RwSignal::new(false),
            load: RwSignal::new(Load::Loading),
            more: RwSignal::new(More::Idle),
            counts: RwSignal::new(Vec::new()),
            days_open: RwSignal::new(false),
            days: RwSignal::new(None),
            days_lost: RwSignal::new(None),
            open: RwSignal::new(None),
            view: RwSignal::new(None),
            lost: RwSignal::new(None),
        }
    }

    /// Turns to `shop`; another shop's subscriptions go.
    pub fn enter(self, shop: &ShopId) {
        if self.shop.with_value(|present| present.as_ref() != Some(shop)) {
            self.forget();
            self.shop.set_value(Some(shop.clone()));
        }
    }

    /// The shop whose subscriptions these are.
    pub fn shop(self) -> Option<ShopId> {
        self.shop.get_value()
    }

    /// Empties the store.
    pub fn forget(self) {
        self.shop.set_value(None);
        self.clear();
        self.counts.set(Vec::new());
        self.count_due.set_value(None);
        self.count_asked.set_value(0);
        self.days_open.set(false);
        self.days.set(None);
        self.days_lost.set(None);
        self.open.set(None);
        self.view.set(None);
    }

    fn clear(self) {
        self.begin_round();
        self.rows.set(Vec::new());
        self.next.set(None);
        self.load.set(Load::Loading);
    }

    fn begin_round(self) -> u32 {
        self.round.update_value(|round| *round = round.wrapping_add(1));
        self.more.set(More::Idle);
        self.round.get_value()
    }

    /// The number of a question that begins now.
    fn ask(self) -> u32 {
        self.question.update_value(|question| *question = question.wrapping_add(1));
        self.question.get_value()
    }

    /// The open subscription, tracked.
    pub fn opened(self) -> Option<SubscriptionView> {
        self.view.with(|view| api::body(view.as_deref()?))
    }

    /// Takes the open subscription as just read.
    fn take(self, answer: &JsValue) {
        let text = Some(api::text(answer));
        self.lost.set(None);
        if self.view.with_untracked(|before| *before != text) {
            self.view.set(text);
        }
    }

    /// Takes the rows of a page: `below` the others, or in the place of as many as were asked for. Where rows have come
    /// in or gone above, its last one is not where as many stood before; without it a page is taken over again.
    fn put(self, page: api::Page, below: bool, limit: usize) {
        let before = self.rows.get_untracked();
        let is_more = !below && before.len() > limit;
        let last = page.rows.last().map(|(id, _)| id);
        let place = last.and_then(|last| before.iter().position(|(id, _)| id == last));
        let from = if is_more { place.map_or(limit.saturating_sub(PAGE), |place| place + 1) } else { limit };
        let (mut rows, rest): (Vec<_>, Vec<_>) =
            if below { (before, page.rows) } else { (page.rows, before.into_iter().skip(from).collect()) };
        for row in rest {
            if rows.iter().all(|(id, _)| *id != row.0) {
                rows.push(row);
            }
        }
        if !is_more {
            self.next.set(page.next);
            self.bounded.set(page.bounded);
        }
        let here = document().active_element();
        self.rows.set(rows);
        self.load.set(Load::Ready);
        // A row that has changed is drawn anew; the focus stays with its subscription.
        request_animation_frame(move || {
            if let Some(here) = here.filter(|here| !here.is_connected()) {
                focus(&here.id());
            }
        });
    }
}

/// Focus to what has that id.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// A pair of a query.
pub fn pair(name: &str, value: &str) -> String {
    [name, "=", &api::encoded(value)].concat()
}

impl Console {
    /// Shows what `filter` says, with its own address.
    pub fn filter_subscriptions(self, filter: &str) {
        let path = window().location().pathname().unwrap_or_default();
        self.router.go_to(&if filter.is_empty() { path } else { [&path, "?", filter].concat() });
    }

    /// Shows what the address says.
    pub fn follow_subscription_filter(self) {
        let store = self.subscriptions;
        let filter = SubscriptionFilter::NAMES.iter().chain(&["search"]).find_map(|name| {
            let value = parameter(name).filter(|value| !value.is_empty())?;
            Some(pair(name, &value))
        });
        let filter = filter.unwrap_or_default();
        if store.filter.get_untracked() != filter {
            store.filter.set(filter);
            store.clear();
            self.load_subscriptions();
        }
    }

    /// Reads counts, the rows shown, or the first, and the open detail.
    pub fn load_subscriptions(self) {
        let store = self.subscriptions;
        // A page somebody waits for is not given up for what has changed above it.
        if store.more.with_untracked(|more| *more == More::Loading) {
            return;
        }
        if store.load.with_untracked(|load| *load != Load::Ready) {
            store.load.set(Load::Loading);
        }
        store.begin_round();
        self.read_subscriptions(false);
        self.count_subscriptions();
    }

    /// Reads the counts: now, or where that was done a moment ago, once for everything that changes until then. What
    /// changes while they are read is in the next ones.
    fn count_subscriptions(self) {
        let store = self.subscriptions;
        if store.count_due.with_value(Option::is_some) {
            return;
        }
        let now = now_ms();
        let pause = i64::from(COUNTS_PAUSE);
        // Never longer, however this computer's clock was set meanwhile.
        let wait = (store.count_asked.get_value() + pause - now).clamp(0, pause);
        let due = Some(now + wait);
        store.count_due.set_value(due);
        spawn(async move {
            if wait > 0 {
                sleep(i32::try_from(wait).unwrap_or(COUNTS_PAUSE)).await;
            }
            if store.count_due.get_value() != due {
                return;
            }
            store.count_due.set_value(None);
            let Some(shop) = store.shop() else { return };
            if store.days_open.get_untracked() {
                self.load_delivery_days();
            }
            let question = store.ask();
            store.count_asked.set_value(now_ms());
            // Old counts do: the list itself tells of a failure.
            let counts = api::get(&shop, "/counts", self.language()).await;
            let counts = counts.ok().and_then(|counts| crate::api::json::field(&counts, "chips"));
            let is_newest = store.shop() == Some(shop) && store.counted.get_value() < question;
            if let Some(counts) = counts.filter(|_| is_newest) {
                store.counted.set_value(question);
                store.counts.set(counts);
            }
        });
    }

    /// Reads what comes on each of the next days; what is shown stays until then.
    pub fn load_delivery_days(self) {
        let store = self.subscriptions;
        let Some(shop) = store.shop() else { return };
        let question = store.ask();
        spawn(async move {
            let answer = api::get(&shop, "/days", self.language()).await;
            if store.shop() != Some(shop) || store.days_known.get_value() > question {
                return;
            }
            store.days_known.set_value(question);
            match answer {
                Ok(answer) => {
                    let text = Some(api::text(&answer));
                    store.days_lost.set(None);
                    if store.days.with_untracked(|before| *before != text) {
                        store.days.set(text);
                    }
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => store.days_lost.set(Some(failure)),
            }
        });
    }

    /// Takes a hint of the live feed.
    pub fn take_subscription_hint(self, hint: &SubscriptionHint) {
        let store = self.subscriptions;
        let id = hint.subscription_id.as_str();
        let shown = store.open.with_untracked(|open| open.as_deref() == Some(id))
            || store.rows.with_untracked(|rows| rows.iter().any(|(row, _)| row == id));
        self.read_subscriptions_soon(if shown { NEAR } else { FAR });
    }

    /// Reads again in `pause` milliseconds, if subscriptions are on the screen; an earlier reading does for a later one.
    pub fn read_subscriptions_soon(self, pause: i32) {
        let store = self.subscriptions;
        if !matches!(self.router.get_untracked(), Route::Subscriptions { .. }) {
            return;
        }
        let at = now_ms() + i64::from(pause);
        if store.due.get_value().is_some_and(|due| due <= at) {
            return;
        }
        store.due.set_value(Some(at));
        spawn(async move {
            sleep(pause).await;
            // Another one has become due earlier.
            if store.due.get_value() == Some(at) {
                store.due.set_value(None);
                self.load_subscriptions();
                self.read_subscription();
            }
        });
    }

    /// Reads the next page.
    pub fn more_subscriptions(self) {
        if self.subscriptions.more.with_untracked(|more| *more != More::Loading) {
            self.subscriptions.more.set(More::Loading);
            self.read_subscriptions(true);
        }
    }

    fn read_subscriptions(self, below: bool) {
        let store = self.subscriptions;
        let Some(shop) = store.shop() else { return };
        let round = store.round.get_value();
        let limit = if below { PAGE } else { store.rows.with_untracked(Vec::len).clamp(PAGE, MOST) };
        let next = store.next.get_untracked().filter(|_| below).map(|next| pair("before", &next));
        let filter = Some(store.filter.get_untracked()).filter(|filter| !filter.is_empty());
        let pairs = [Some(pair("limit", &limit.to_string())), filter, next].into_iter().flatten();
        let rest = ["?", &pairs.collect::<Vec<_>>().join("&")].concat();
        spawn(async move {
            let answer = api::get(&shop, &rest, self.language()).await;
            if store.round.get_value() != round {
                return;
            }
            let page = answer.and_then(|answer| api::page(&answer).ok_or(Failure::Unreadable));
            store.more.set(More::Idle);
            match page {
                Ok(page) => store.put(page, below, limit),
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) if below => store.more.set(More::Failed(failure)),
                Err(failure) if store.load.with_untracked(|load| *load != Load::Ready) => {
                    store.load.set(Load::Failed(failure));
                }
                Err(_) => {}
            }
        });
    }

    /// Opens the detail of a subscription, or closes it.
    pub fn open_subscription(self, id: Option<String>) {
        let store = self.subscriptions;
        if store.open.get_untracked() != id {
            self.desk.turn();
            store.view.set(None);
            store.open.set(id);
        }
        self.read_subscription();
    }

    /// Reads the open detail anew.
    pub fn read_subscription(self) {
        let store = self.subscriptions;
        let (Some(shop), Some(id)) = (store.shop(), store.open.get_untracked()) else { return };
        spawn(async move {
            let answer = api::get(&shop, &["/", &id].concat(), self.language()).await;
            if store.open.get_untracked() != Some(id) {
                return;
            }
            match answer {
                Ok(answer) => store.take(&answer),
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => store.lost.set(Some(failure)),
            }
        });
    }

    /// Does what is called `name` with the subscription `id`; `done` is said when it is done. `what` names it where its
    /// sheet is closed by then.
    pub fn act_on_subscription(
        self,
        id: String,
        what: String,
        name: &'static str,
        body: JsValue,
        done: fn(Language) -> &'static str,
    ) {
        let store = self.subscriptions;
        let Some(shop) = store.shop() else { return };
        let Some(sheet) = self.begin_request() else { return };
        let rest = ["/", &id, "/", name].concat();
        spawn(async move {
            let answer = self
                .with_csrf(async |csrf| api::post(&shop, &rest, &body, &csrf, self.language()).await)
                .await;
            match answer {
                Ok(answer) => {
                    self.announce(done(self.language()).to_owned());
                    // Another one may have been opened meanwhile.
                    if store.open.get_untracked().as_ref() == Some(&id) {
                        store.take(&answer);
                    }
                    self.request_done(sheet);
                    self.load_subscriptions();
                }
                Err(failure) => {
                    self.request_failed(sheet, &what, failure);
                    // Changed elsewhere, or perhaps done: what is there now stands behind the sheet.
                    self.read_subscription();
                }
            }
        });
    }
}

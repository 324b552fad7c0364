//! The store of the order list: rows as loaded, what is chosen, and the order whose detail is open.
//!
//! Rows are kept newest first by time and id, exactly as the server pages them. A row is replaced only by a
//! newer version of itself, so answers may come in any order. It is filled by
//! `order_reading.rs`.

use super::order_list_store::Filtering;
use super::timer::{sleep, spawn};
use crate::api::operator::Failure;
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::prelude::*;
use shared::api::{LiveHint, OrderRow, OrderView};
use shared::id::{OrderId, ShopId};

/// Orders asked for at once.
pub const PAGE: usize = 50;
/// How long a new row stays marked, in milliseconds.
const FRESH: i32 = 6_000;

/// One row and what the page keeps beside it.
#[derive(Clone)]
pub struct Entry {
    /// The order.
    pub id: OrderId,
    /// Its newest version.
    pub row: ArcRwSignal<OrderRow>,
    /// Whether its box is ticked.
    pub chosen: ArcRwSignal<bool>,
    /// Whether it has just come in.
    pub fresh: ArcRwSignal<bool>,
}

impl Entry {
    fn new(row: OrderRow) -> Self {
        Self {
            id: row.id.clone(),
            row: ArcRwSignal::new(row),
            chosen: ArcRwSignal::new(false),
            fresh: ArcRwSignal::new(false),
        }
    }

    fn key(&self) -> Key {
        self.row.with_untracked(key)
    }

    fn take(&self, row: OrderRow) {
        if self.row.with_untracked(|before| before.version < row.version) {
            self.row.set(row);
        }
    }
}

/// What the list is sorted by, newest first.
type Key = (i64, OrderId);

fn key(row: &OrderRow) -> Key {
    (row.placed_at, row.id.clone())
}

/// How far the list's first page is.
#[derive(Clone, PartialEq, Eq)]
pub enum Load {
    /// Under way, and nothing to show yet.
    Loading,
    /// Shown.
    Ready,
    /// Nothing to show.
    Failed(Failure),
}

/// How far the next page is.
#[derive(Clone, PartialEq, Eq)]
pub enum More {
    /// Not asked for.
    Idle,
    /// Under way.
    Loading,
    /// Not there; what is shown stays.
    Failed(Failure),
}

/// The live feed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Live {
    /// Not yet connected.
    Starting,
    /// Connected.
    On,
    /// Lost; being connected again.
    Off,
}

/// The order whose detail is open.
#[derive(Clone, PartialEq, Eq)]
pub enum Opened {
    /// None.
    Nothing,
    /// Under way.
    Loading(OrderId),
    /// Shown.
    Ready(Box<OrderView>),
    /// Not there.
    Failed(OrderId, Failure),
}

impl Opened {
    /// Whose detail it is.
    pub fn id(&self) -> Option<&OrderId> {
        match self {
            Self::Nothing => None,
            Self::Loading(id) | Self::Failed(id, _) => Some(id),
            Self::Ready(view) => Some(&view.row.id),
        }
    }
}

/// The store.
#[derive(Clone, Copy)]
pub struct Orders {
    shop: StoredValue<Option<ShopId>>,
    /// Rises with every fresh start; answers to older questions are dropped.
    pub round: StoredValue<u32>,
    /// Live hints not read yet.
    pub hints: StoredValue<Vec<LiveHint>>,
    /// Readers at work.
    pub readers: StoredValue<usize>,
    /// What is shown of all orders.
    pub filtering: Filtering,
    /// Newest first.
    pub entries: RwSignal<Vec<Entry>>,
    /// Cursor of the next page.
    pub next: RwSignal<Option<String>>,
    /// The first page.
    pub load: RwSignal<Load>,
    /// The next page.
    pub more: RwSignal<More>,
    /// The feed.
    pub live: RwSignal<Live>,
    /// The detail.
    pub opened: RwSignal<Opened>,
    /// Row the keyboard is at.
    pub at: RwSignal<Option<OrderId>>,
    /// Row ticked or unticked last, where a range begins.
    pub anchor: StoredValue<Option<OrderId>>,
}

impl Orders {
    /// An empty store.
    pub fn new() -> Self {
        Self {
            shop: StoredValue::new(None),
            round: StoredValue::new(0),
            hints: StoredValue::new(Vec::new()),
            readers: StoredValue::new(0),
            filtering: Filtering::new(),
            entries: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            load: RwSignal::new(Load::Loading),
            more: RwSignal::new(More::Idle),
            live: RwSignal::new(Live::Starting),
            opened: RwSignal::new(Opened::Nothing),
            at: RwSignal::new(None),
            anchor: StoredValue::new(None),
        }
    }

    /// Turns to `shop`; another shop's orders go.
    pub fn enter(self, shop: &ShopId) {
        if self.shop.with_value(|present| present.as_ref() != Some(shop)) {
            self.forget();
            self.shop.set_value(Some(shop.clone()));
        }
    }

    /// Empties the store.
    pub fn forget(self) {
        self.begin_round();
        self.shop.set_value(None);
        self.hints.set_value(Vec::new());
        self.entries.set(Vec::new());
        self.next.set(None);
        self.filtering.counts.set(Vec::new());
        self.filtering.views.set(Vec::new());
        self.filtering.bounded.set(false);
        self.load.set(Load::Loading);
        self.more.set(More::Idle);
        self.opened.set(Opened::Nothing);
        self.at.set(None);
        self.anchor.set_value(None);
    }

    /// The shop whose orders these are.
    pub fn shop(self) -> Option<ShopId> {
        self.shop.get_value()
    }

    /// Rows with a ticked box, as they stand in the list; tracked.
    pub fn chosen(self) -> Vec<OrderRow> {
        self.entries.with(|entries| {
            entries.iter().filter(|entry| entry.chosen.get()).map(|entry| entry.row.get()).collect()
        })
    }

    /// Ticks or unticks every row.
    pub fn choose_all(self, chosen: bool) {
        self.entries.with_untracked(|entries| entries.iter().for_each(|entry| entry.chosen.set(chosen)));
    }

    /// Ticks or unticks one row, or with `range` all from the one before it.
    pub fn choose(self, id: &OrderId, chosen: bool, range: bool) {
        self.entries.with_untracked(|entries| {
            let place = |wanted: &OrderId| entries.iter().position(|entry| entry.id == *wanted);
            let Some(end) = place(id) else { return };
            let start = self.anchor.get_value().filter(|_| range).and_then(|anchor| place(&anchor));
            let start = start.unwrap_or(end);
            entries[start.min(end)..=start.max(end)].iter().for_each(|entry| entry.chosen.set(chosen));
        });
        self.anchor.set_value(Some(id.clone()));
    }

    /// Begins a fresh start; answers to what was asked before are dropped from now on.
    pub fn begin_round(self) -> u32 {
        self.round.update_value(|round| *round = round.wrapping_add(1));
        self.round.get_value()
    }

    /// Whether no fresh start came after that one.
    pub fn is_round(self, round: u32) -> bool {
        self.round.get_value() == round
    }

    /// Takes pages read from the top. What came in since they were read stays; what lies beyond them goes.
    pub fn take_from_top(self, rows: Vec<OrderRow>, next: Option<String>) {
        let last = if next.is_some() { rows.last().map(key) } else { None };
        self.entries.update(|entries| {
            if let Some(last) = last {
                entries.retain(|entry| entry.key() >= last);
            }
            rows.into_iter().for_each(|row| put(entries, row, None));
        });
        self.next.set(next);
    }

    /// Takes a further page.
    pub fn take_below(self, rows: Vec<OrderRow>) {
        self.entries.update(|entries| rows.into_iter().for_each(|row| put(entries, row, None)));
    }

    /// Takes one order. Returns whether it is new and above all others.
    pub fn take_one(self, row: OrderRow) -> bool {
        let known = self.entries.with_untracked(|entries| {
            let entry = entries.iter().find(|entry| entry.id == row.id);
            entry.inspect(|entry| entry.take(row.clone())).is_some()
        });
        let below =
            self.entries.with_untracked(|entries| entries.last().is_some_and(|last| key(&row) < last.key()));
        // Of what a search finds, and how an order came about, a row does not tell: the next reading does.
        let fits = self.filtering.filter.with_untracked(|filter| {
            filter.search.is_none() && filter.origins.is_empty() && filter.fits(&row)
        });
        // Below the loaded pages it will come with its own page.
        if known || !fits || (below && self.next.with_untracked(Option::is_some)) {
            return false;
        }
        let top =
            self.entries.with_untracked(|entries| entries.first().is_none_or(|top| key(&row) > top.key()));
        let fresh = ArcRwSignal::new(top);
        self.entries.update(|entries| put(entries, row, Some(fresh.clone())));
        if top {
            spawn(async move {
                sleep(FRESH).await;
                fresh.set(false);
            });
        }
        top
    }

    /// Shows a newer version of the open order, or the first.
    pub fn show_detail(self, view: OrderView) {
        self.opened.update(|opened| {
            let newer = match opened {
                Opened::Ready(before) => before.row.version <= view.row.version,
                _ => true,
            };
            if newer && opened.id() == Some(&view.row.id) {
                *opened = Opened::Ready(Box::new(view));
            }
        });
    }
}

/// Puts a row at its place, or renews the one that is there.
fn put(entries: &mut Vec<Entry>, row: OrderRow, fresh: Option<ArcRwSignal<bool>>) {
    if let Some(entry) = entries.iter().find(|entry| entry.id == row.id) {
        return entry.take(row);
    }
    let wanted = key(&row);
    let place = entries.partition_point(|entry| entry.key() > wanted);
    let mut entry = Entry::new(row);
    if let Some(fresh) = fresh {
        entry.fresh = fresh;
    }
    entries.insert(place, entry);
}

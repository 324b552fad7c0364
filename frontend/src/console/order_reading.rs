//! Reading orders into the store: pages, single orders named by the live feed, the open detail.
//!
//! Every answer may come late or out of turn: an older round's is dropped, an older version's changes nothing.

use super::Console;
use super::orders::{Load, More, Opened, PAGE};
use super::timer::spawn;
use crate::api::operator as api;
use crate::api::order_list;
use leptos::prelude::*;
use shared::api::{LiveHint, OrderRow, OrderView};
use shared::id::OrderId;
use shared::text::words;

/// With more hints waiting than that, reading the pages again costs less than reading each order.
const FLOOD: usize = 20;
/// Orders read at the same time.
const READERS: usize = 4;

impl Console {
    /// Reads as many pages from the top as are shown, or the first.
    pub fn load_orders(self) {
        let orders = self.orders;
        let Some(shop) = orders.shop() else { return };
        let round = orders.begin_round();
        let filter = orders.filtering.filter.get_untracked();
        self.count_soon();
        let wanted = orders.entries.with_untracked(Vec::len).max(1);
        orders.more.set(More::Idle);
        if orders.load.with_untracked(|load| *load != Load::Ready) {
            orders.load.set(Load::Loading);
        }
        spawn(async move {
            let (mut rows, mut next): (Vec<OrderRow>, Option<String>) = (Vec::new(), None);
            let mut bounded = false;
            while rows.is_empty() || (rows.len() < wanted && next.is_some()) {
                match order_list::orders(&shop, &filter, next.as_deref(), PAGE, self.language()).await {
                    Ok(page) => {
                        next = page.next;
                        rows.extend(page.orders);
                        bounded = page.bounded;
                        if rows.is_empty() || bounded {
                            break;
                        }
                    }
                    Err(failure) if orders.is_round(round) && !self.is_signed_out(&failure) => {
                        orders.load.update(|load| {
                            if *load != Load::Ready {
                                *load = Load::Failed(failure);
                            }
                        });
                        return;
                    }
                    Err(_) => return,
                }
            }
            if orders.is_round(round) {
                orders.take_from_top(rows, next);
                orders.filtering.bounded.set(bounded);
                orders.load.set(Load::Ready);
            }
        });
    }

    /// Reads the next page.
    pub fn more_orders(self) {
        let orders = self.orders;
        let (Some(shop), Some(next)) = (orders.shop(), orders.next.get_untracked()) else { return };
        if orders.more.with_untracked(|more| *more == More::Loading) {
            return;
        }
        let round = orders.round.get_value();
        let filter = orders.filtering.filter.get_untracked();
        orders.more.set(More::Loading);
        spawn(async move {
            let answer = order_list::orders(&shop, &filter, Some(&next), PAGE, self.language()).await;
            if !orders.is_round(round) {
                return;
            }
            match answer {
                Ok(page) => {
                    orders.take_below(page.orders);
                    orders.filtering.bounded.set(page.bounded);
                    orders.next.set(page.next);
                    orders.more.set(More::Idle);
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => orders.more.set(More::Failed(failure)),
            }
        });
    }

    /// An order has changed or come in: reads that one again.
    pub fn take_hint(self, hint: LiveHint) {
        let orders = self.orders;
        let shown = orders.opened.with_untracked(|opened| match opened {
            Opened::Ready(view) => view.row.id != hint.order_id || view.row.version >= hint.version,
            _ => true,
        });
        let known = orders.entries.with_untracked(|entries| {
            let entry = entries.iter().find(|entry| entry.id == hint.order_id);
            entry.is_some_and(|entry| entry.row.with_untracked(|row| row.version >= hint.version))
        });
        if shown && known {
            return;
        }
        orders.hints.update_value(|hints| {
            hints.retain(|waiting| waiting.order_id != hint.order_id);
            hints.push(hint);
        });
        if orders.readers.get_value() < READERS {
            orders.readers.update_value(|readers| *readers += 1);
            spawn(async move {
                self.read_hints().await;
                orders.readers.update_value(|readers| *readers -= 1);
            });
        }
    }

    async fn read_hints(self) {
        let orders = self.orders;
        loop {
            let Some(shop) = orders.shop() else { return };
            if orders.hints.with_value(|hints| hints.len() > FLOOD) {
                let opened = orders.opened.with_untracked(|opened| opened.id().cloned());
                orders
                    .hints
                    .update_value(|hints| hints.retain(|hint| Some(&hint.order_id) == opened.as_ref()));
                self.load_orders();
            }
            let mut next = None;
            orders.hints.update_value(|hints| {
                if !hints.is_empty() {
                    next = Some(hints.remove(0));
                }
            });
            let Some(hint) = next else { return };
            match api::order(&shop, &hint.order_id, self.language()).await {
                Ok(view) if orders.shop().as_ref() == Some(&shop) => self.take_order(view),
                Ok(_) => {}
                Err(failure) if self.is_signed_out(&failure) => return,
                // The gap after a lost connection reads everything again.
                Err(_) => {}
            }
        }
    }

    /// Takes an order as just read.
    pub fn take_order(self, view: OrderView) {
        let row = view.row.clone();
        self.orders.show_detail(view);
        self.count_soon();
        self.desk.has_heard();
        let said = words::came_in(row.number.as_str(), row.total, self.language());
        if self.orders.take_one(row) && self.orders.load.with_untracked(|load| *load == Load::Ready) {
            self.announce(said);
        }
    }

    /// Opens the detail of an order, or closes it.
    pub fn open_order(self, id: Option<OrderId>) {
        let orders = self.orders;
        let Some(id) = id else { return orders.opened.set(Opened::Nothing) };
        let ready =
            orders.opened.with_untracked(|opened| matches!(opened, Opened::Ready(view) if view.row.id == id));
        if !ready {
            self.read_detail(id);
        }
    }

    /// Reads the detail anew, after a failure or a gap.
    pub fn read_detail(self, id: OrderId) {
        let orders = self.orders;
        let Some(shop) = orders.shop() else { return };
        let shown =
            orders.opened.with_untracked(|opened| matches!(opened, Opened::Ready(view) if view.row.id == id));
        if !shown {
            orders.opened.set(Opened::Loading(id.clone()));
        }
        spawn(async move {
            match api::order(&shop, &id, self.language()).await {
                Ok(view) if orders.shop().as_ref() == Some(&shop) => self.take_order(view),
                Ok(_) => {}
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => orders.opened.update(|opened| {
                    if *opened == Opened::Loading(id.clone()) {
                        *opened = Opened::Failed(id, failure);
                    }
                }),
            }
        });
    }
}

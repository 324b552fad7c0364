//! The live feed: a hint per changed order or subscription, everything again after a gap (R28).

use super::Console;
use super::orders::{Live, Opened};
use super::timer::{sleep, spawn};
use crate::api::operator as api;
use leptos::ev;
use leptos::prelude::*;
use shared::id::ShopId;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventSource, MessageEvent};

/// So long the list waits for the feed before it is read anyway: reading after the feed has begun leaves no gap.
const HEAD_START: i32 = 600;
/// Waits between tries once the browser has given up, in milliseconds.
const PAUSES: [i32; 5] = [1_000, 2_000, 5_000, 10_000, 30_000];

struct Feed {
    source: EventSource,
    /// Kept as long as the source calls them.
    _heard: [Closure<dyn FnMut(Event)>; 4],
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Follows the feed of `shop` for as long as the calling component is shown.
pub fn follow(console: Console, shop: ShopId) {
    let feed = StoredValue::new_local(None::<Feed>);
    let tries = StoredValue::new(0_usize);
    console.orders.live.set(Live::Starting);
    // A browser without a network says so long before its connections notice.
    let lost = window_event_listener(ev::offline, move |_| {
        feed.set_value(None);
        console.orders.live.set(Live::Off);
    });
    let found = {
        let shop = shop.clone();
        window_event_listener(ev::online, move |_| connect(console, shop.clone(), feed, tries))
    };
    connect(console, shop, feed, tries);
    spawn(async move {
        sleep(HEAD_START).await;
        if feed.try_with_value(|_| console.orders.live.get_untracked()) == Some(Live::Starting) {
            console.load_orders();
        }
    });
    on_cleanup(move || {
        feed.set_value(None);
        lost.remove();
        found.remove();
    });
}

type Kept = StoredValue<Option<Feed>, LocalStorage>;

fn connect(console: Console, shop: ShopId, feed: Kept, tries: StoredValue<usize>) {
    let Ok(source) = api::live(&shop) else { return console.orders.live.set(Live::Off) };
    let opened: Closure<dyn FnMut(Event)> = Closure::new(move |_| {
        tries.set_value(0);
        console.orders.live.set(Live::On);
        // What happened before the feed began, or while it was lost, is in nobody's hint.
        console.load_orders();
        let id = console.orders.opened.with_untracked(|opened| match opened {
            Opened::Ready(view) => Some(view.row.id.clone()),
            _ => None,
        });
        if let Some(id) = id {
            console.read_detail(id);
        }
        console.read_subscriptions_soon(0);
        // Queues, disputes and the dashboard.
        console.desk.has_heard();
    });
    let data =
        |event: Event| event.dyn_into::<MessageEvent>().ok().and_then(|event| event.data().as_string());
    let hinted: Closure<dyn FnMut(Event)> = Closure::new(move |event: Event| {
        if let Some(hint) = data(event).and_then(|text| api::live_hint(&text)) {
            console.take_hint(hint);
        }
    });
    let subscribed: Closure<dyn FnMut(Event)> = Closure::new(move |event: Event| {
        if let Some(hint) = data(event).and_then(|text| api::live_hint(&text)) {
            console.take_subscription_hint(&hint);
        }
    });
    let failed: Closure<dyn FnMut(Event)> = {
        let source = source.clone();
        Closure::new(move |_| {
            console.orders.live.set(Live::Off);
            // Otherwise the browser tries again by itself.
            if source.ready_state() == EventSource::CLOSED {
                reconnect(console, shop.clone(), feed, tries);
            }
        })
    };
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    let _ = source.add_event_listener_with_callback("order", hinted.as_ref().unchecked_ref());
    let _ = source.add_event_listener_with_callback("subscription", subscribed.as_ref().unchecked_ref());
    feed.set_value(Some(Feed { source, _heard: [opened, hinted, subscribed, failed] }));
}

/// The server refused the feed: perhaps the session has ended, perhaps it is only away.
fn reconnect(console: Console, shop: ShopId, feed: Kept, tries: StoredValue<usize>) {
    spawn(async move {
        let pause = PAUSES[tries.get_value().min(PAUSES.len() - 1)];
        tries.update_value(|tries| *tries += 1);
        sleep(pause).await;
        if feed.try_with_value(|_| ()).is_none() {
            return;
        }
        match api::operator(console.language()).await {
            Err(failure) if console.is_signed_out(&failure) => {}
            _ => {
                if feed.try_with_value(|_| ()).is_some() {
                    connect(console, shop, feed, tries);
                }
            }
        }
    });
}

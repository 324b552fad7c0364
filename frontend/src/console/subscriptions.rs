//! 定期管理: the screen of a shop's subscriptions, the list with the open one beside it (R16-R24, R90).

use super::frame::frame;
use super::keys::{key_help, listen};
use super::pieces::{button, said};
use super::queue_store::follow_at_pace;
use super::route::Route;
use super::subscriptions_days::{days, switch};
use super::subscriptions_detail::detail;
use super::subscriptions_list::{filters, list, shown};
use super::{live, use_console};
use crate::ui::el::{El, classed, el, group};
use crate::ui::signal::{RwSignal, effect};
use shared::id::ShopId;
use shared::text::{subscription_words, words};

/// After a change of an order, subscriptions are read once in so many milliseconds at most.
const PAUSE: i32 = 1_500;

/// The screen.
pub fn subscriptions(shop: ShopId) -> El {
    let console = use_console();
    console.orders.enter(&shop);
    console.subscriptions.enter(&shop);
    live::follow(console, shop.clone());
    effect(move || {
        if let Route::Subscriptions { subscription, .. } = console.router.get() {
            console.follow_subscription_filter();
            console.open_subscription(subscription.map(|id| id.to_string()));
        }
    });
    let read = move || {
        console.load_subscriptions();
        console.read_subscription();
    };
    // Every subscription's own changes come with the feed; those of an order stand in its last result.
    follow_at_pace(console, PAUSE, Box::new(read));
    let help = RwSignal::new(false);
    listen(console, help);

    let store = console.subscriptions;
    let is_open = move || store.open.with(Option::is_some);
    let head = classed("div", "orders-head")
        .child(said("h1", subscription_words::heading).set("id", "orders-heading").set("tabindex", "-1"))
        .child(shown())
        .child(switch())
        .child(
            button("quiet compact keys-button", words::keys, move |_| help.set(true))
                .child(" ")
                .child(el("kbd").set("aria-hidden", "true").child("?")),
        );
    let section = classed("section", "orders")
        .set("aria-labelledby", "orders-heading")
        .child(head)
        .child(days())
        .child(filters())
        .child(list());
    let desk = el("div")
        .follow("class", move || if is_open() { "subs is-open" } else { "subs" }.to_owned())
        .child(section)
        .live_while(is_open, detail);
    let view = console.session.with_untracked(|session| session.shop(&shop));
    let screen =
        group().child(desk).live_while(move || help.get(), move || key_help(false, move || help.set(false)));
    frame(view, screen)
}

/// Id of the row's link, where the keyboard goes.
pub fn link_id(id: &str) -> String {
    ["subs-", id].concat()
}

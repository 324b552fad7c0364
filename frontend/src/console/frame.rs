//! What stands around every screen of the console, and the screens without a shop.

use super::failure::{act, failure_notice};
use super::orders::Live;
use super::pieces::{Say, bare_button, button, said, said_in, yes_or_no};
use super::route::{Program, Route, SettingsPart, current, link, take_arrival};
use super::subscriptions_store::focus;
use super::{Sentence, use_console};
use crate::api::operator::Failure;
use crate::ui::el::{El, classed, el, group};
use crate::ui::signal::{RwSignal, StoredValue, effect};
use leptos::prelude::*;
use shared::api::{Language, ShopView};
use shared::id::ShopId;
use shared::text::{self, dashboard_words, desk_words, subscription_words, visible, words};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// Navigation, shop, language, sign-out and banner around a screen; `shop` is the one worked in, if one.
pub fn frame(shop: Option<ShopView>, screen: El) -> El {
    let console = use_console();
    let open = RwSignal::new(false);
    // Going somewhere closes the menu of the narrow screen.
    effect(move || {
        console.router.get();
        open.set(false);
    });
    let banner: Option<Sentence> = shop.as_ref().and_then(|shop| match shop {
        ShopView { simulator: true, .. } => Some(text::simulator_banner as Sentence),
        ShopView { sandbox: true, .. } => Some(text::sandbox_banner),
        _ => None,
    });
    let trouble = move || {
        let dismiss = || act(move || console.trouble.set(None));
        console.trouble.get().map(|failure| failure_notice(failure, None, dismiss()))
    };
    let shop = shop.map(|shop| shop.id);
    let home = shop.clone().map_or(Route::Home, Route::Dashboard);
    let menu_button = bare_button("quiet compact menu-button", move |_| open.update(|open| *open = !*open))
        .follow("aria-expanded", move || yes_or_no(open.get()))
        .set("aria-controls", "menu")
        .say(words::menu);
    let menu = el("div")
        .set("id", "menu")
        .follow("class", move || if open.get() { "menu is-open" } else { "menu" }.to_owned())
        .child(shop.clone().map(navigation))
        .child(classed("div", "menu-foot").child(operator_name()).child(language_switch()).child(button(
            "quiet compact",
            words::sign_out,
            move |_| console.sign_out(),
        )));
    let top = classed("header", "top")
        .on("keydown", move |event| {
            if event.unchecked_into::<KeyboardEvent>().key() == "Escape" {
                open.set(false);
            }
        })
        .child(link(home, "wordmark").child(el("span").set("translate", "no").child("Noren")))
        .child(shop.clone().map(shop_switch))
        .child(
            shop.map(|_| if console.router.program() == Program::Desk { live_dot() } else { no_live_dot() }),
        )
        .child(menu_button)
        .child(menu);
    let main = classed("main", "content")
        .set("id", "content")
        .set("tabindex", "-1")
        .child(banner.map(|banner| said_in("p", "banner", banner).set("role", "note")))
        .live(trouble)
        .child(screen);
    group()
        .child(said_in("a", "skip", words::skip).set("href", "#content"))
        .child(classed("div", "frame").child(top).child(main))
}

/// Its words, where it leads, and which routes belong to it.
type Place = (Sentence, Route, fn(&Route) -> bool);

fn navigation(shop: ShopId) -> El {
    let router = use_console().router;
    let places: [Place; 6] = [
        (dashboard_words::heading, Route::Dashboard(shop.clone()), |route| {
            matches!(route, Route::Dashboard(_))
        }),
        (words::orders, Route::Orders { shop: shop.clone(), order: None }, |route| {
            matches!(route, Route::Orders { .. } | Route::EnterOrder(_))
        }),
        (subscription_words::nav, Route::Subscriptions { shop: shop.clone(), subscription: None }, |route| {
            matches!(route, Route::Subscriptions { .. })
        }),
        (desk_words::refunds_heading, Route::Refunds(shop.clone()), |route| {
            matches!(route, Route::Refunds(_))
        }),
        (desk_words::disputes_heading, Route::Disputes(shop.clone()), |route| {
            matches!(route, Route::Disputes(_))
        }),
        (text::mail_nav, Route::Settings { shop, part: SettingsPart::Templates }, |route| {
            matches!(route, Route::Settings { .. })
        }),
    ];
    let place = |(sentence, route, is): (Sentence, Route, fn(&Route) -> bool)| {
        let here = current(move || is(&router.get()));
        el("li").child(link(route, "nav-link").follow_maybe("aria-current", here).say(sentence))
    };
    let list = el("ul").child(places.map(place).into_iter().collect::<Vec<_>>());
    classed("nav", "navigation").say_as("aria-label", words::navigation).child(list)
}

/// The shop's name, or a choice where there are several.
fn shop_switch(present: ShopId) -> El {
    let console = use_console();
    let shops = console.session.with_untracked(|session| {
        session.operator().map(|operator| operator.shops.clone()).unwrap_or_default()
    });
    if let [only] = shops.as_slice() {
        return classed("p", "shop-name").child(visible(&only.name).into_owned());
    }
    let go = move |event| {
        if let Ok(shop) = ShopId::new(event_target_value(&event)) {
            console.router.go(Route::Orders { shop, order: None });
        }
    };
    let option = |shop: ShopView| {
        let option = el("option").set("value", shop.id.as_str()).child(visible(&shop.name).into_owned());
        if shop.id == present { option.set("selected", "") } else { option }
    };
    classed("select", "shop-switch")
        .say_as("aria-label", words::shop)
        .on("change", go)
        .child(shops.into_iter().map(option).collect::<Vec<_>>())
}

/// Whether the list changes by itself; shape and words besides the color.
fn live_dot() -> El {
    const DOT: &str = "<svg class=\"live-dot\" viewBox=\"0 0 12 12\" width=\"12\" height=\"12\" \
        aria-hidden=\"true\" focusable=\"false\"><circle cx=\"6\" cy=\"6\" r=\"4.5\"/></svg>";
    let console = use_console();
    let words = move || {
        let sentence = match console.orders.live.get() {
            Live::Starting => words::live_starting,
            Live::On => words::live_on,
            Live::Off => words::live_off,
        };
        sentence(console.spoken.get())
    };
    let class = move || {
        match console.orders.live.get() {
            Live::Starting => "live",
            Live::On => "live is-on",
            Live::Off => "live is-off",
        }
        .to_owned()
    };
    el("p")
        .follow("class", class)
        .set("role", "status")
        .draw(DOT.to_owned())
        .child(classed("span", "live-words").live(words))
}

/// Its place, where nothing is followed: what stands below it stays where it is.
fn no_live_dot() -> El {
    classed("p", "live").set("aria-hidden", "true").child("\u{a0}")
}

fn operator_name() -> El {
    let console = use_console();
    let name = move || {
        console
            .session
            .with(|session| session.operator().map(|operator| visible(&operator.name).into_owned()))
    };
    classed("p", "operator")
        .child(said_in("span", "visually-hidden", words::operator).child(": "))
        .child(el("bdi").live(name))
}

/// To the other language; named in that language.
pub fn language_switch() -> El {
    let console = use_console();
    let other = move || match console.spoken.get() {
        Language::Ja => Language::En,
        Language::En => Language::Ja,
    };
    bare_button("quiet compact", move |_| console.speak(untrack(other)))
        .follow("lang", move || other().tag().to_owned())
        .say(words::other_language)
}

/// While nobody knows yet who is here: the frame, as far as the address tells it.
pub fn opening(shop: Option<ShopId>) -> El {
    let name = classed("p", "wordmark").set("translate", "no").child("Noren");
    let shown = shop.map(|shop| {
        group()
            .child(classed("p", "shop-name").child("\u{a0}"))
            .child(no_live_dot())
            .child(classed("div", "menu").child(navigation(shop)))
    });
    classed("div", "frame")
        .set("aria-busy", "true")
        .child(classed("header", "top").child(name).child(shown))
        .child(
            classed("main", "content")
                .child(said_in("h1", "visually-hidden", words::starting))
                .child(skeleton()),
        )
}

/// Another screen takes the place of what had the focus: it goes to the new screen's content, so that the keyboard
/// goes on from there. So it does on coming from the other program, where the page is new.
pub fn keep_focus(is_work: impl Fn() -> bool + Send + Sync + 'static) {
    let moved = StoredValue::new(take_arrival());
    effect(move || {
        if !is_work() {
            return;
        }
        if moved.get_value() {
            request_animation_frame(|| {
                let at = document().active_element().map(|at| at.tag_name());
                if at.as_deref() == Some("BODY") {
                    focus("content");
                }
            });
        }
        moved.set_value(true);
    });
}

/// Rows to come, in the shape they will have.
pub fn skeleton() -> El {
    let cells = || (0..4).map(|_| el("i")).collect::<Vec<_>>();
    let rows: Vec<_> = (0..8).map(|_| classed("div", "skeleton-row").child(cells())).collect();
    classed("div", "skeleton").set("aria-hidden", "true").child(rows)
}

/// The server did not say who is here.
pub fn unreachable(failure: Failure) -> El {
    let console = use_console();
    classed("main", "lone")
        .child(classed("h1", "wordmark").set("translate", "no").child("Noren"))
        .child(failure_notice(failure, act(move || console.ask_who()), None))
        .child(language_switch())
}

/// Signed in, with no shop to work in.
pub fn no_shop() -> El {
    frame(None, empty(words::no_shop_title).child(said("p", words::no_shop_detail)))
}

/// An address that is no page, or a shop the operator may not see: the two look alike.
pub fn no_page() -> El {
    let back = link(Route::Home, "button").say(dashboard_words::heading);
    frame(None, empty(words::no_page_title).child(said("p", words::no_page_detail)).child(back))
}

/// A screen with nothing on it but what to do.
fn empty(title: Sentence) -> El {
    classed("section", "empty").child(said("h1", title))
}

//! What stands around every screen of the console, and the screens without a shop.

use super::failure::FailureNotice;
use super::orders::Live;
use super::route::{Link, MailPart, Route};
use super::{Sentence, say, use_console};
use crate::api::operator::Failure;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use shared::api::{Language, ShopView};
use shared::id::ShopId;
use shared::text::{self, desk_words, visible, words};

/// Navigation, shop, language, sign-out, banner; `children` is the screen.
#[component]
pub fn Frame(
    /// The shop worked in, if one.
    #[prop(optional)]
    shop: Option<ShopView>,
    /// The screen.
    children: Children,
) -> impl IntoView {
    let console = use_console();
    let open = RwSignal::new(false);
    // Going somewhere closes the menu of the narrow screen.
    Effect::new(move || {
        console.router.get();
        open.set(false);
    });
    let banner = shop.as_ref().and_then(|shop| match shop {
        ShopView { simulator: true, .. } => Some(say(text::simulator_banner)),
        ShopView { sandbox: true, .. } => Some(say(text::sandbox_banner)),
        _ => None,
    });
    let trouble = move || {
        console.trouble.get().map(|failure| {
            view! { <FailureNotice failure dismiss=move |()| console.trouble.set(None)/> }
        })
    };
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            open.set(false);
        }
    };
    let shop_id = shop.as_ref().map(|shop| shop.id.clone());
    let nav_shop = shop_id.clone();
    let home = shop_id.clone().map_or(Route::Home, |shop| Route::Orders { shop, order: None });
    let live = shop.is_some().then(|| view! { <LiveDot/> });
    view! {
        <a class="skip" href="#content">{say(words::skip)}</a>
        <div class="frame">
            <header class="top" on:keydown=escape>
                <Link route=home class="wordmark"><span translate="no">"Noren"</span></Link>
                <ShopSwitch shop=shop_id/>
                {live}
                <button
                    type="button"
                    class="button quiet compact menu-button"
                    aria-expanded=move || if open.get() { "true" } else { "false" }
                    aria-controls="menu"
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {say(words::menu)}
                </button>
                <div id="menu" class="menu" class:is-open=move || open.get()>
                    {nav_shop.map(|shop| view! { <Navigation shop/> })}
                    <div class="menu-foot">
                        <OperatorName/>
                        <LanguageSwitch/>
                        <button type="button" class="button quiet compact" on:click=move |_| console.sign_out()>
                            {say(words::sign_out)}
                        </button>
                    </div>
                </div>
            </header>
            <main id="content" class="content" tabindex="-1">
                {banner.map(|banner| view! { <p class="banner" role="note">{banner}</p> })}
                {trouble}
                {children()}
            </main>
        </div>
    }
}

#[component]
fn Navigation(shop: ShopId) -> impl IntoView {
    let console = use_console();
    let orders = Signal::derive(move || matches!(console.router.get(), Route::Orders { .. }));
    let refunds = Signal::derive(move || matches!(console.router.get(), Route::Refunds(_)));
    let settings = Signal::derive(move || matches!(console.router.get(), Route::Mail { .. }));
    let mail = Route::Mail { shop: shop.clone(), part: MailPart::Templates };
    let disputes = Signal::derive(move || matches!(console.router.get(), Route::Disputes(_)));
    view! {
        <nav class="navigation" aria-label=say(words::navigation)>
            <ul>
                <li>
                    <Link route=Route::Orders { shop: shop.clone(), order: None } class="nav-link" current=orders>
                        {say(words::orders)}
                    </Link>
                </li>
                <li>
                    <Link route=Route::Refunds(shop.clone()) class="nav-link" current=refunds>
                        {say(desk_words::refunds_heading)}
                    </Link>
                </li>
                <li>
                    <Link route=Route::Disputes(shop) class="nav-link" current=disputes>
                        {say(desk_words::disputes_heading)}
                    </Link>
                </li>
                <li>
                    <Link route=mail class="nav-link" current=settings>
                        {say(text::mail_nav)}
                    </Link>
                </li>
            </ul>
        </nav>
    }
}

/// The shop's name, or a choice where there are several.
#[component]
fn ShopSwitch(shop: Option<ShopId>) -> impl IntoView {
    let console = use_console();
    let shops = console.session.with_untracked(|session| {
        session.operator().map(|operator| operator.shops.clone()).unwrap_or_default()
    });
    let present = shop?;
    if let [only] = shops.as_slice() {
        return Some(view! { <p class="shop-name">{visible(&only.name).into_owned()}</p> }.into_any());
    }
    let go = move |event| {
        if let Ok(shop) = ShopId::new(event_target_value(&event)) {
            console.router.go(Route::Orders { shop, order: None });
        }
    };
    let options = shops
        .into_iter()
        .map(|shop| {
            let selected = shop.id == present;
            view! { <option value=shop.id.to_string() selected=selected>{visible(&shop.name).into_owned()}</option> }
        })
        .collect_view();
    Some(
        view! { <select class="shop-switch" aria-label=say(words::shop) on:change=go>{options}</select> }
            .into_any(),
    )
}

/// Whether the list changes by itself; shape and words besides the color.
#[component]
fn LiveDot() -> impl IntoView {
    let console = use_console();
    let words = move || {
        let sentence = match console.orders.live.get() {
            Live::Starting => words::live_starting,
            Live::On => words::live_on,
            Live::Off => words::live_off,
        };
        sentence(console.spoken.get())
    };
    view! {
        <p
            class="live"
            class:is-on=move || console.orders.live.get() == Live::On
            class:is-off=move || console.orders.live.get() == Live::Off
            role="status"
        >
            <svg class="live-dot" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
                <circle cx="6" cy="6" r="4.5"/>
            </svg>
            <span class="live-words">{words}</span>
        </p>
    }
}

#[component]
fn OperatorName() -> impl IntoView {
    let console = use_console();
    let name = move || {
        console
            .session
            .with(|session| session.operator().map(|operator| visible(&operator.name).into_owned()))
    };
    view! { <p class="operator"><span class="visually-hidden">{say(words::operator)} ": "</span><bdi>{name}</bdi></p> }
}

/// To the other language; named in that language.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let console = use_console();
    let other = move || match console.spoken.get() {
        Language::Ja => Language::En,
        Language::En => Language::Ja,
    };
    view! {
        <button
            type="button"
            class="button quiet compact"
            lang=move || other().tag()
            on:click=move |_| console.speak(untrack(other))
        >
            {say(words::other_language)}
        </button>
    }
}

/// While nobody knows yet who is here: the frame's outline.
#[component]
pub fn Opening() -> impl IntoView {
    view! {
        <div class="frame" aria-busy="true">
            <header class="top"><p class="wordmark" translate="no">"Noren"</p></header>
            <main class="content">
                <h1 class="visually-hidden">{say(words::starting)}</h1>
                <Skeleton/>
            </main>
        </div>
    }
}

/// Rows to come, in the shape they will have.
#[component]
pub fn Skeleton() -> impl IntoView {
    let rows =
        (0..8).map(|_| view! { <div class="skeleton-row"><i></i><i></i><i></i><i></i></div> }).collect_view();
    view! { <div class="skeleton" aria-hidden="true">{rows}</div> }
}

/// The server did not say who is here.
#[component]
pub fn Unreachable(failure: Failure) -> impl IntoView {
    let console = use_console();
    view! {
        <main class="lone">
            <h1 class="wordmark" translate="no">"Noren"</h1>
            <FailureNotice failure retry=move |()| console.ask_who()/>
            <LanguageSwitch/>
        </main>
    }
}

/// Signed in, with no shop to work in.
#[component]
pub fn NoShop() -> impl IntoView {
    view! {
        <Frame>
            <Empty title=words::no_shop_title>
                <p>{say(words::no_shop_detail)}</p>
            </Empty>
        </Frame>
    }
}

/// An address that is no page, or a shop the operator may not see: the two look alike.
#[component]
pub fn NoPage() -> impl IntoView {
    view! {
        <Frame>
            <Empty title=words::no_page_title>
                <p>{say(words::no_page_detail)}</p>
                <Link route=Route::Home class="button">{say(words::orders_heading)}</Link>
            </Empty>
        </Frame>
    }
}

/// A screen with nothing on it but what to do.
#[component]
pub fn Empty(title: Sentence, children: Children) -> impl IntoView {
    view! {
        <section class="empty">
            <h1>{say(title)}</h1>
            {children()}
        </section>
    }
}

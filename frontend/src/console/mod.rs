//! The operator console: one page, one [`Console`] with its stores, and the screens that show them.
//!
//! The stores live as long as the page and every change goes through them; components show and call.
//! Start at [`App`].

mod bulk;
mod bulk_sheet;
mod desk_amazon;
mod desk_amount;
mod desk_buyer;
mod desk_cancel;
mod desk_fields;
mod desk_link;
mod desk_sheet;
mod desk_state;
mod desk_store;
mod disputes;
mod failure;
mod frame;
mod keys;
mod live;
mod mail;
mod mail_outbox;
mod mail_server;
mod mail_templates;
mod notice;
mod order_detail;
mod order_detail_actions;
mod order_list;
mod order_list_filter;
mod order_list_sheets;
mod order_list_store;
mod order_parts;
mod order_parts_records;
mod order_reading;
mod order_row;
mod orders;
mod pieces;
mod queue_screen;
mod queue_store;
mod route;
mod selection;
mod session;
mod sign_in;
mod styles;
mod timer;

use crate::api::operator::Failure;
use crate::ui::el::{Row, classed, group};
use bulk::Bulk;
use desk_store::Desk;
use leptos::prelude::*;
use orders::Orders;
use route::{Route, Router};
use session::Session;
use shared::api::Language;
use shared::id::ShopId;
use shared::money::Yen;
use shared::text::{desk_words, words};

const LANGUAGE_KEY: &str = "noren-language";

/// Everything the console knows; copied freely, it lives as long as the page.
#[derive(Clone, Copy)]
pub struct Console {
    router: Router,
    session: RwSignal<Session>,
    spoken: RwSignal<Language>,
    /// Secret of the one-time link, if the page was opened by it.
    first_token: StoredValue<Option<String>>,
    /// Said by screen readers.
    announcement: RwSignal<String>,
    /// A failure that belongs to no screen.
    trouble: RwSignal<Option<Failure>>,
    orders: Orders,
    bulk: Bulk,
    desk: Desk,
}

impl Console {
    fn start() -> Self {
        let first_token = route::take_first_token();
        let console = Self {
            router: Router::start(),
            session: RwSignal::new(Session::Unknown),
            spoken: RwSignal::new(kept_language()),
            first_token: StoredValue::new(first_token),
            announcement: RwSignal::new(String::new()),
            trouble: RwSignal::new(None),
            orders: Orders::new(),
            bulk: Bulk::new(),
            desk: Desk::new(),
        };
        if console.first_token.with_value(Option::is_none) {
            console.ask_who();
        }
        console
    }

    /// The language, not tracked.
    fn language(self) -> Language {
        self.spoken.get_untracked()
    }

    /// Speaks `language` from now on, in this browser.
    fn speak(self, language: Language) {
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(LANGUAGE_KEY, language.tag());
        }
        self.spoken.set(language);
    }

    /// Lets screen readers say `text`.
    fn announce(self, text: String) {
        self.announcement.set(text);
    }
}

/// The console of this page.
fn use_console() -> Console {
    expect_context::<Console>()
}

/// A sentence in every language.
type Sentence = fn(Language) -> &'static str;

/// A sentence in the language spoken, following its change.
fn say(sentence: Sentence) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let spoken = use_console().spoken;
    move || sentence(spoken.get())
}

/// `¥12,345`; a sum of many orders may pass what one amount can hold, and then says so.
fn money_sum(yen: i64) -> String {
    Yen::new(yen).map_or_else(|_| format!("{} +", Yen::MAX), |yen| yen.to_string())
}

fn kept_language() -> Language {
    let kept =
        window().local_storage().ok().flatten().and_then(|it| it.get_item(LANGUAGE_KEY).ok().flatten());
    kept.map_or(Language::Ja, |tag| Language::from_tag(&tag))
}

/// What fills the page; changes only when another kind of screen is due.
#[derive(Clone, PartialEq, Eq)]
enum Screen {
    Opening,
    Unreachable(Failure),
    First,
    SignIn,
    NoShop,
    Orders(ShopId),
    Refunds(ShopId),
    Disputes(ShopId),
    Mail(ShopId),
    Unknown,
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    styles::adopt();
    let console = Console::start();
    provide_context(console);

    let screen = Memo::new(move |_| {
        let route = console.router.get();
        console.session.with(|session| match (session, &route) {
            (_, Route::First) => Screen::First,
            (Session::Unknown, _) => Screen::Opening,
            (Session::Unreachable(failure), _) => Screen::Unreachable(failure.clone()),
            (Session::SignedOut { .. }, _) => Screen::SignIn,
            (Session::SignedIn(operator), _) if operator.shops.is_empty() => Screen::NoShop,
            (Session::SignedIn(_), Route::Home) => Screen::Opening,
            (Session::SignedIn(_), Route::Orders { shop, .. }) if session.shop(shop).is_some() => {
                Screen::Orders(shop.clone())
            }
            (Session::SignedIn(_), Route::Mail { shop, .. }) if session.shop(shop).is_some() => {
                Screen::Mail(shop.clone())
            }
            (Session::SignedIn(_), Route::Refunds(shop)) if session.shop(shop).is_some() => {
                Screen::Refunds(shop.clone())
            }
            (Session::SignedIn(_), Route::Disputes(shop)) if session.shop(shop).is_some() => {
                Screen::Disputes(shop.clone())
            }
            _ => Screen::Unknown,
        })
    });

    // From the bare address on to the first shop.
    Effect::new(move || {
        let first = console.session.with(|session| session.operator()?.shops.first().map(|it| it.id.clone()));
        if let (Route::Home, Some(shop)) = (console.router.get(), first) {
            console.router.replace(Route::Orders { shop, order: None });
        }
    });
    // What assistive technology and the browser's own translation go by.
    Effect::new(move || {
        let language = console.spoken.get();
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", language.tag());
        }
        document().set_title(&title(&screen.get(), language));
    });

    let drawn = move || match screen.get() {
        Screen::Opening => frame::opening(),
        Screen::Unreachable(failure) => frame::unreachable(failure),
        Screen::First => sign_in::first_operator(),
        Screen::SignIn => sign_in::sign_in(),
        Screen::NoShop => frame::no_shop(),
        Screen::Orders(shop) => order_list::order_list(shop),
        Screen::Refunds(shop) => queue_screen::queue_screen(shop),
        Screen::Disputes(shop) => disputes::dispute_screen(shop),
        Screen::Mail(shop) => mail::mail(shop),
        Screen::Unknown => frame::no_page(),
    };
    // By a key of its own, so that no screen is taken for the one before it, with its place and focus.
    let count = StoredValue::new(0_u32);
    let shown = move || -> Vec<Row> {
        screen.track();
        count.update_value(|count| *count = count.wrapping_add(1));
        vec![(count.get_value().to_string(), Box::new(move || untrack(drawn)))]
    };
    let said =
        classed("div", "visually-hidden").set("role", "status").live(move || console.announcement.get());
    group().each(shown).child(said).view()
}

fn title(screen: &Screen, language: Language) -> String {
    let page = match screen {
        Screen::First => words::first_heading(language),
        Screen::SignIn => words::sign_in_heading(language),
        Screen::Orders(_) => words::orders_heading(language),
        Screen::Mail(_) => shared::text::mail_heading(language),
        Screen::Refunds(_) => desk_words::refunds_heading(language),
        Screen::Disputes(_) => desk_words::disputes_heading(language),
        Screen::NoShop => words::no_shop_title(language),
        Screen::Unknown => words::no_page_title(language),
        Screen::Opening | Screen::Unreachable(_) => return words::console(language).to_owned(),
    };
    format!("{page} | {}", words::console(language))
}

//! The operator console: two programs, each one page with one [`Console`], its stores, and the screens that show them.
//!
//! The stores live as long as the page and every change goes through them; components show and call. The desk is drawn
//! here, what stands under 設定 in `settings`; both stand in the same frame, with the same session. Start at [`App`].

mod below;
mod bulk;
mod bulk_preview;
mod bulk_recent;
mod bulk_result;
mod bulk_sheet;
mod bulk_ticks;
mod dashboard;
mod desk_amazon;
mod desk_amount;
mod desk_bundle;
mod desk_buyer;
mod desk_cancel;
mod desk_fields;
mod desk_link;
mod desk_sheet;
mod desk_state;
mod desk_store;
mod disputes;
mod enter_order;
mod failure;
mod frame;
mod keys;
mod live;
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
mod paged;
mod pieces;
mod postal_code;
mod queue_screen;
mod queue_store;
mod route;
mod row_focus;
mod selection;
mod session;
#[cfg(feature = "settings")]
pub mod settings;
mod sign_in;
mod styles;
mod subscriptions;
mod subscriptions_days;
mod subscriptions_detail;
mod subscriptions_list;
mod subscriptions_parts;
mod subscriptions_sheets;
mod subscriptions_store;
mod timer;

use crate::api::operator::Failure;
use crate::ui::el::{El, Row, classed, group};
use crate::ui::signal::{Memo, RwSignal, StoredValue, effect};
use bulk::Bulk;
use desk_store::Desk;
use leptos::prelude::*;
use orders::Orders;
use route::{Program, Route, Router};
use session::Session;
use shared::api::Language;
use shared::id::{OperatorId, ShopId};
use shared::money::Yen;
use shared::text::{dashboard_words, desk_words, enter_words, subscription_words, words};
use subscriptions_store::Subscriptions;

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
    /// Rises once a minute.
    minutes: RwSignal<u32>,
    orders: Orders,
    bulk: Bulk,
    desk: Desk,
    subscriptions: Subscriptions,
}

impl Console {
    fn start(program: Program) -> Self {
        let first_token = route::take_first_token();
        let console = Self {
            router: Router::start(program),
            session: RwSignal::new(Session::Unknown),
            spoken: RwSignal::new(kept_language()),
            first_token: StoredValue::new(first_token),
            announcement: RwSignal::new(String::new()),
            trouble: RwSignal::new(None),
            minutes: timer::minutes(),
            orders: Orders::new(),
            bulk: Bulk::new(),
            desk: Desk::new(),
            subscriptions: Subscriptions::new(),
        };
        if console.first_token.with_value(Option::is_none) {
            console.ask_who();
        }
        console.notice_others();
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
    /// While nobody knows yet who is here.
    Opening(Option<ShopId>),
    Unreachable(Failure),
    First,
    SignIn,
    NoShop,
    /// A screen of a shop, as its operator sees it.
    Of(OperatorId, Route),
    Unknown,
}

/// The desk, as a whole page.
#[component]
pub fn App() -> impl IntoView {
    page(Program::Desk, &styles::DESK, |route| match route {
        Route::Dashboard(shop) => dashboard::dashboard(shop),
        Route::Orders { shop, .. } => order_list::order_list(shop),
        Route::EnterOrder(shop) => enter_order::enter_order(shop),
        Route::Refunds(shop) => queue_screen::queue_screen(shop),
        Route::Disputes(shop) => disputes::dispute_screen(shop),
        Route::Subscriptions { shop, .. } => subscriptions::subscriptions(shop),
        _ => frame::no_page(),
    })
}

/// The page of a program; `draw` is asked for screens of shops the operator may see.
fn page(program: Program, sheets: &[&str], draw: fn(Route) -> El) -> AnyView {
    styles::adopt(sheets);
    let console = Console::start(program);
    provide_context(console);

    let screen = Memo::new(move |_| {
        let route = console.router.get();
        console.session.with(|session| match (session, route) {
            (_, Route::First) => Screen::First,
            (Session::Unknown, route) => Screen::Opening(route.shop().cloned()),
            (Session::Unreachable(failure), _) => Screen::Unreachable(failure.clone()),
            (Session::SignedOut { .. }, _) => Screen::SignIn,
            (Session::SignedIn(operator), _) if operator.shops.is_empty() => Screen::NoShop,
            (Session::SignedIn(_), Route::Home) => Screen::Opening(None),
            (Session::SignedIn(operator), route)
                if route.shop().and_then(|shop| session.shop(shop)).is_some() =>
            {
                Screen::Of(operator.id.clone(), route.screen())
            }
            _ => Screen::Unknown,
        })
    });

    // From the bare address on to the first shop.
    effect(move || {
        let first = console.session.with(|session| session.operator()?.shops.first().map(|it| it.id.clone()));
        if let (Route::Home, Some(shop)) = (console.router.get(), first) {
            console.router.replace(Route::Dashboard(shop));
        }
    });
    // What assistive technology and the browser's own translation go by.
    effect(move || {
        let language = console.spoken.get();
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", language.tag());
        }
        document().set_title(&title(&screen.get(), language));
    });
    frame::keep_focus(move || matches!(screen.get(), Screen::Of(..)));

    let drawn = move || match screen.get() {
        Screen::Opening(shop) => frame::opening(shop),
        Screen::Unreachable(failure) => frame::unreachable(failure),
        Screen::First => sign_in::first_operator(),
        Screen::SignIn => sign_in::sign_in(),
        Screen::NoShop => frame::no_shop(),
        Screen::Of(_, route) => draw(route),
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
        Screen::Of(_, route) => heading(route)(language),
        Screen::NoShop => words::no_shop_title(language),
        Screen::Unknown => words::no_page_title(language),
        Screen::Opening(_) | Screen::Unreachable(_) => return words::console(language).to_owned(),
    };
    format!("{page} | {}", words::console(language))
}

fn heading(route: &Route) -> Sentence {
    match route {
        Route::Dashboard(_) => dashboard_words::heading,
        Route::Orders { .. } => words::orders_heading,
        Route::EnterOrder(_) => enter_words::heading,
        Route::Refunds(_) => desk_words::refunds_heading,
        Route::Disputes(_) => desk_words::disputes_heading,
        Route::Subscriptions { .. } => subscription_words::heading,
        Route::Settings { .. } => shared::text::mail_nav,
        Route::Home | Route::First | Route::Unknown => words::console,
    }
}

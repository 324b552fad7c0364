//! Addresses of the console, read from and written to the browser's history.
//!
//! Two programs share them, each a page of its own: from one to the other the browser loads the other's page.

use super::timer::spawn;
use crate::ui::el::{El, classed};
use crate::ui::signal::RwSignal;
use leptos::ev;
use leptos::prelude::*;
use shared::id::{OrderId, ShopId, SubscriptionId};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MouseEvent, UrlSearchParams};

/// A program of the console.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The daily work.
    Desk,
    /// What stands under 設定.
    Settings,
}

/// Where the operator is.
#[derive(Clone, PartialEq, Eq)]
pub enum Route {
    /// `/console`: on to the first shop.
    Home,
    /// `/console/first`: the one-time link.
    First,
    /// `/console/{shop}`: ダッシュボード.
    Dashboard(ShopId),
    /// `/console/{shop}/orders` and `/console/{shop}/orders/{id}`.
    Orders {
        /// The shop.
        shop: ShopId,
        /// The order whose detail is open.
        order: Option<OrderId>,
    },
    /// `/console/{shop}/new-order`: 新規受注の作成.
    EnterOrder(ShopId),
    /// `/console/{shop}/refunds`: 返金・キャンセル.
    Refunds(ShopId),
    /// `/console/{shop}/disputes`: 異議申立て.
    Disputes(ShopId),
    /// `/console/{shop}/subscriptions` and `/console/{shop}/subscriptions/{id}`: 定期管理.
    Subscriptions {
        /// The shop.
        shop: ShopId,
        /// The subscription whose detail is open.
        subscription: Option<SubscriptionId>,
    },
    /// `/console/{shop}/settings/mail`, `…/mail/server`, `…/mail/outbox`, `…/payments` and
    /// `…/subscriptions`.
    Settings {
        /// The shop.
        shop: ShopId,
        /// Which part is open.
        part: SettingsPart,
    },
    /// No page of ours.
    Unknown,
}

/// Parts of the settings: those of mail, 決済 and 定期購入.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SettingsPart {
    /// テンプレート.
    Templates,
    /// 送信サーバー.
    Server,
    /// 送信履歴.
    Outbox,
    /// 決済.
    Payments,
    /// 定期購入.
    Subscriptions,
}

impl SettingsPart {
    /// Every part.
    pub const ALL: [Self; 5] =
        [Self::Templates, Self::Server, Self::Outbox, Self::Payments, Self::Subscriptions];

    const fn path(self) -> &'static str {
        match self {
            Self::Templates => "mail",
            Self::Server => "mail/server",
            Self::Outbox => "mail/outbox",
            Self::Payments => "payments",
            Self::Subscriptions => "subscriptions",
        }
    }
}

impl Route {
    /// The program that shows it.
    pub const fn program(&self) -> Program {
        match self {
            Self::Settings { .. } => Program::Settings,
            _ => Program::Desk,
        }
    }

    /// The shop it is about.
    pub const fn shop(&self) -> Option<&ShopId> {
        match self {
            Self::Home | Self::First | Self::Unknown => None,
            Self::Dashboard(shop) | Self::EnterOrder(shop) | Self::Refunds(shop) | Self::Disputes(shop) => {
                Some(shop)
            }
            Self::Orders { shop, .. } | Self::Subscriptions { shop, .. } | Self::Settings { shop, .. } => {
                Some(shop)
            }
        }
    }

    /// The screen it is on: itself, without what is open there.
    pub fn screen(self) -> Self {
        match self {
            Self::Orders { shop, .. } => Self::Orders { shop, order: None },
            Self::Subscriptions { shop, .. } => Self::Subscriptions { shop, subscription: None },
            Self::Settings { shop, .. } => Self::Settings { shop, part: SettingsPart::Templates },
            other => other,
        }
    }

    /// Reads a path.
    pub fn read(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let parts = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
        match parts {
            (Some("console"), None, ..) => Self::Home,
            (Some("console"), Some("first"), None, ..) => Self::First,
            (Some("console"), Some(shop), None, ..) => {
                ShopId::new(shop).map_or(Self::Unknown, Self::Dashboard)
            }
            (Some("console"), Some(shop), Some("orders"), order, None) => {
                let order = match order.map(OrderId::new) {
                    None => None,
                    Some(Ok(order)) => Some(order),
                    Some(Err(_)) => return Self::Unknown,
                };
                ShopId::new(shop).map_or(Self::Unknown, |shop| Self::Orders { shop, order })
            }
            (Some("console"), Some(shop), Some("subscriptions"), subscription, None) => {
                match (ShopId::new(shop), subscription.map(SubscriptionId::new).transpose()) {
                    (Ok(shop), Ok(subscription)) => Self::Subscriptions { shop, subscription },
                    _ => Self::Unknown,
                }
            }
            (Some("console"), Some(shop), Some("new-order"), None, _) => {
                ShopId::new(shop).map_or(Self::Unknown, Self::EnterOrder)
            }
            (Some("console"), Some(shop), Some("refunds"), None, _) => {
                ShopId::new(shop).map_or(Self::Unknown, Self::Refunds)
            }
            (Some("console"), Some(shop), Some("disputes"), None, _) => {
                ShopId::new(shop).map_or(Self::Unknown, Self::Disputes)
            }
            (Some("console"), Some(shop), Some("settings"), Some(settings), part) => {
                let path = [Some(settings), part].into_iter().flatten().collect::<Vec<_>>().join("/");
                let part = SettingsPart::ALL.into_iter().find(|one| one.path() == path);
                match (ShopId::new(shop), part) {
                    (Ok(shop), Some(part)) => Self::Settings { shop, part },
                    _ => Self::Unknown,
                }
            }
            _ => Self::Unknown,
        }
    }

    /// Writes its path.
    pub fn path(&self) -> String {
        match self {
            Self::Home | Self::Unknown => "/console".to_owned(),
            Self::First => "/console/first".to_owned(),
            Self::Dashboard(shop) => format!("/console/{shop}"),
            Self::Settings { shop, part } => format!("/console/{shop}/settings/{}", part.path()),
            Self::Orders { shop, order: None } => format!("/console/{shop}/orders"),
            Self::Orders { shop, order: Some(order) } => format!("/console/{shop}/orders/{order}"),
            Self::Subscriptions { shop, subscription: None } => format!("/console/{shop}/subscriptions"),
            Self::Subscriptions { shop, subscription: Some(id) } => {
                format!("/console/{shop}/subscriptions/{id}")
            }
            Self::EnterOrder(shop) => format!("/console/{shop}/new-order"),
            Self::Refunds(shop) => format!("/console/{shop}/refunds"),
            Self::Disputes(shop) => format!("/console/{shop}/disputes"),
        }
    }
}

/// In the tab's storage while the other program's page is on its way.
const ARRIVING: &str = "noren-arriving";

/// The present route and the way to another.
#[derive(Clone, Copy)]
pub struct Router {
    route: RwSignal<Route>,
    program: Program,
}

impl Router {
    /// Reads the address and follows the browser's back and forward.
    pub fn start(program: Program) -> Self {
        let router = Self { route: RwSignal::new(here()), program };
        let _ = window_event_listener(ev::popstate, move |_| router.route.set(here()));
        router
    }

    /// Which program this is.
    pub const fn program(self) -> Program {
        self.program
    }

    /// The present route, tracked.
    pub fn get(self) -> Route {
        self.route.get()
    }

    /// The present route, not tracked.
    pub fn get_untracked(self) -> Route {
        self.route.get_untracked()
    }

    /// Goes on; back returns here.
    pub fn go(self, route: Route) {
        if route == self.route.get_untracked() {
            return;
        }
        if route.program() != self.program {
            return self.leave(&route.path(), false);
        }
        write(&route, false);
        self.route.set(route);
    }

    /// Goes on to a page together with its query.
    pub fn go_to(self, address: &str) {
        let path = address.split('?').next().unwrap_or_default();
        if Route::read(path).program() != self.program {
            return self.leave(address, false);
        }
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(address));
        }
        self.route.set(here());
    }

    /// Goes on without a way back.
    pub fn replace(self, route: Route) {
        if route.program() != self.program {
            return self.leave(&route.path(), true);
        }
        write(&route, true);
        // Callers are effects that read the route they replace; the change comes after them.
        spawn(async move { self.route.set(route) });
    }

    /// To a page of the other program.
    fn leave(self, address: &str, replace: bool) {
        if let Ok(Some(storage)) = window().session_storage() {
            let _ = storage.set_item(ARRIVING, "");
        }
        let location = window().location();
        let _ = if replace { location.replace(address) } else { location.assign(address) };
    }
}

/// Whether the operator comes from the other program; tells it once.
pub fn take_arrival() -> bool {
    let Ok(Some(storage)) = window().session_storage() else { return false };
    let arrives = storage.get_item(ARRIVING).ok().flatten().is_some();
    let _ = storage.remove_item(ARRIVING);
    arrives
}

/// The secret of the one-time link, taken out of the address before anything else runs, so that neither the
/// history nor a screen shared with somebody keeps it.
pub fn take_first_token() -> Option<String> {
    let location = window().location();
    let hash = location.hash().ok()?;
    let token = hash.strip_prefix('#').filter(|token| !token.is_empty())?.to_owned();
    if here() == Route::First {
        write(&Route::First, true);
        Some(token)
    } else {
        None
    }
}

/// What the address's query says under `name`.
pub fn parameter(name: &str) -> Option<String> {
    UrlSearchParams::new_with_str(&window().location().search().ok()?).ok()?.get(name)
}

fn here() -> Route {
    Route::read(&window().location().pathname().unwrap_or_default())
}

/// A browser that refuses (too many changes in a short time) keeps the old address; the page goes on.
fn write(route: &Route, replace: bool) {
    let mut path = route.path();
    // A filter of the list belongs to its address, also while one of its rows is open.
    let same_list = match (route, here()) {
        (Route::Orders { shop, .. }, Route::Orders { shop: present, .. })
        | (Route::Subscriptions { shop, .. }, Route::Subscriptions { shop: present, .. }) => *shop == present,
        _ => false,
    };
    if same_list {
        path.push_str(&window().location().search().unwrap_or_default());
    }
    if let Ok(history) = window().history() {
        let _ = if replace {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&path))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(&path))
        };
    }
}

/// A link within the console, without words yet; new tabs and copied addresses work as everywhere.
pub fn link(route: Route, class: &str) -> El {
    let router = super::use_console().router;
    followed(&route.path(), class, Box::new(move || router.go(route.clone())))
}

/// The same to a page with a query, which the page reads from its address.
pub fn link_to(address: String, class: &str) -> El {
    let router = super::use_console().router;
    followed(&address.clone(), class, Box::new(move || router.go_to(&address)))
}

fn followed(path: &str, class: &str, go: Box<dyn Fn()>) -> El {
    let follow = move |event: Event| {
        let event: MouseEvent = event.unchecked_into();
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.button() == 0 && !elsewhere && !event.default_prevented() {
            event.prevent_default();
            go();
        }
    };
    classed("a", class).set("href", path).on("click", follow)
}

/// Marks a link as the one to the present page.
pub fn current(is: impl Fn() -> bool + Send + 'static) -> impl FnMut() -> Option<&'static str> + Send {
    move || is().then_some("page")
}

//! Addresses of the console, read from and written to the browser's history.

use super::timer::spawn;
use crate::ui::el::{El, classed};
use leptos::ev;
use leptos::prelude::*;
use shared::id::{OrderId, ShopId};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MouseEvent};

/// Where the operator is.
#[derive(Clone, PartialEq, Eq)]
pub enum Route {
    /// `/console`: on to the first shop.
    Home,
    /// `/console/first`: the one-time link.
    First,
    /// `/console/{shop}/orders` and `/console/{shop}/orders/{id}`.
    Orders {
        /// The shop.
        shop: ShopId,
        /// The order whose detail is open.
        order: Option<OrderId>,
    },
    /// `/console/{shop}/refunds`: 返金・キャンセル.
    Refunds(ShopId),
    /// `/console/{shop}/disputes`: 異議申立て.
    Disputes(ShopId),
    /// `/console/{shop}/settings/mail`, `…/mail/server` and `…/mail/outbox`.
    Mail {
        /// The shop.
        shop: ShopId,
        /// Which part is open.
        part: MailPart,
    },
    /// No page of ours.
    Unknown,
}

/// Parts of the mail settings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum MailPart {
    /// テンプレート.
    Templates,
    /// 送信サーバー.
    Server,
    /// 送信履歴.
    Outbox,
}

impl MailPart {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Templates, Self::Server, Self::Outbox];

    const fn path(self) -> &'static str {
        match self {
            Self::Templates => "",
            Self::Server => "/server",
            Self::Outbox => "/outbox",
        }
    }
}

impl Route {
    /// Reads a path.
    pub fn read(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let parts = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
        match parts {
            (Some("console"), None, ..) => Self::Home,
            (Some("console"), Some("first"), None, ..) => Self::First,
            (Some("console"), Some(shop), Some("orders"), order, None) => {
                let order = match order.map(OrderId::new) {
                    None => None,
                    Some(Ok(order)) => Some(order),
                    Some(Err(_)) => return Self::Unknown,
                };
                ShopId::new(shop).map_or(Self::Unknown, |shop| Self::Orders { shop, order })
            }
            (Some("console"), Some(shop), Some("refunds"), None, _) => {
                ShopId::new(shop).map_or(Self::Unknown, Self::Refunds)
            }
            (Some("console"), Some(shop), Some("disputes"), None, _) => {
                ShopId::new(shop).map_or(Self::Unknown, Self::Disputes)
            }
            (Some("console"), Some(shop), Some("settings"), Some("mail"), part) => {
                let part = MailPart::ALL
                    .into_iter()
                    .find(|one| one.path().trim_start_matches('/') == part.unwrap_or(""));
                match (ShopId::new(shop), part) {
                    (Ok(shop), Some(part)) => Self::Mail { shop, part },
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
            Self::Mail { shop, part } => format!("/console/{shop}/settings/mail{}", part.path()),
            Self::Orders { shop, order: None } => format!("/console/{shop}/orders"),
            Self::Orders { shop, order: Some(order) } => format!("/console/{shop}/orders/{order}"),
            Self::Refunds(shop) => format!("/console/{shop}/refunds"),
            Self::Disputes(shop) => format!("/console/{shop}/disputes"),
        }
    }
}

/// The present route and the way to another.
#[derive(Clone, Copy)]
pub struct Router(RwSignal<Route>);

impl Router {
    /// Reads the address and follows the browser's back and forward.
    pub fn start() -> Self {
        let router = Self(RwSignal::new(here()));
        let _ = window_event_listener(ev::popstate, move |_| router.0.set(here()));
        router
    }

    /// The present route, tracked.
    pub fn get(self) -> Route {
        self.0.get()
    }

    /// The present route, not tracked.
    pub fn get_untracked(self) -> Route {
        self.0.get_untracked()
    }

    /// Goes on; back returns here.
    pub fn go(self, route: Route) {
        if route != self.0.get_untracked() {
            write(&route, false);
            self.0.set(route);
        }
    }

    /// Goes on without a way back.
    pub fn replace(self, route: Route) {
        write(&route, true);
        // Callers are effects that read the route they replace; the change comes after them.
        spawn(async move { self.0.set(route) });
    }
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

fn here() -> Route {
    Route::read(&window().location().pathname().unwrap_or_default())
}

/// A browser that refuses (too many changes in a short time) keeps the old address; the page goes on.
fn write(route: &Route, replace: bool) {
    let mut path = route.path();
    // A filter of the list belongs to its address, also while one of its orders is open.
    if let (Route::Orders { shop, .. }, Route::Orders { shop: present, .. }) = (route, here())
        && *shop == present
    {
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
    let path = route.path();
    let follow = move |event: Event| {
        let event: MouseEvent = event.unchecked_into();
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.button() == 0 && !elsewhere && !event.default_prevented() {
            event.prevent_default();
            router.go(route.clone());
        }
    };
    classed("a", class).set("href", &path).on("click", follow)
}

/// Marks a link as the one to the present page.
pub fn current(is: impl Fn() -> bool + Send + 'static) -> impl FnMut() -> Option<&'static str> + Send {
    move || is().then_some("page")
}

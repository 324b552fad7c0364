//! Hands elements over from the loader to their views, and takes them back.

use super::host::{Host, HostElement, language};
use crate::ui::button;
use crate::ui::el::El;
use crate::ui::notice::{self, Tone};
use js_sys::{Array, Reflect};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use shared::text;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, HtmlElement, ShadowRoot};

/// What every view is given. `Copy`, so that closures take it along.
#[derive(Clone, Copy)]
pub struct Page {
    /// The element; gone once it was taken out of the page.
    pub host: StoredValue<Host, LocalStorage>,
    /// Rises when an attribute changed.
    pub changes: RwSignal<u32>,
    /// Whether the shopper pressed the loader's button already.
    pub clicked: bool,
}

impl Page {
    /// The element, unless it was taken out of the page meanwhile.
    pub fn host(self) -> Option<Host> {
        self.host.try_get_value()
    }
}

struct Mounted {
    changes: ArcRwSignal<u32>,
    // Dropping it takes the view down.
    _view: UnmountHandle<<AnyView as Render>::State>,
}

thread_local! {
    static MOUNTED: RefCell<Vec<Option<Mounted>>> = const { RefCell::new(Vec::new()) };
    static SHEET: RefCell<Option<CssStyleSheet>> = const { RefCell::new(None) };
}

/// What a program draws: the view of an element by its kind, and styles of its own beside the common ones.
pub type Drawing = (fn(&str, Page) -> El, &'static str);

/// Draws the element of `kind`; returns a number for [`unmount`] and [`changed`], never 0.
pub fn mount(
    (draw, styles): Drawing,
    kind: &str,
    element: HtmlElement,
    origin: String,
    back: JsValue,
    clicked: bool,
) -> Option<usize> {
    let root = element.shadow_root()?;
    let place = place(&root, styles)?;
    let spoken = language(&element);
    // In front of everything the loader drew, which goes once this stands.
    let host = HostElement::read(element, origin, back);
    let missing = host.is_none();
    let changes = ArcRwSignal::new(0);
    let noticed = changes.clone();
    let kind = kind.to_owned();
    let view = mount_to(place, move || match host {
        None => notice::notice(Tone::Critical, "", text::shop_missing(spoken), vec![]).view(),
        Some(host) => {
            let page = Page { host: StoredValue::new_local(host), changes: noticed.into(), clicked };
            draw(&kind, page).view()
        }
    });
    if missing {
        leptos::logging::error!("noren: the attribute shop is missing");
    }
    Some(MOUNTED.with(|mounted| {
        let mut mounted = mounted.borrow_mut();
        mounted.push(Some(Mounted { changes, _view: view }));
        mounted.len()
    }))
}

/// Takes the view down; the element left the page.
pub fn unmount(number: usize) {
    let gone =
        MOUNTED.with(|mounted| mounted.borrow_mut().get_mut(number.wrapping_sub(1)).and_then(Option::take));
    drop(gone);
}

/// An attribute of the element changed.
pub fn changed(number: usize) {
    let changes = MOUNTED.with(|mounted| {
        mounted
            .borrow()
            .get(number.wrapping_sub(1))
            .and_then(|one| one.as_ref().map(|one| one.changes.clone()))
    });
    if let Some(changes) = changes {
        changes.update(|count| *count += 1);
    }
}

/// An empty box in the shadow root with our styles; what the loader drew goes.
fn place(root: &ShadowRoot, styles: &str) -> Option<HtmlElement> {
    let sheet = SHEET.with(|sheet| {
        let mut sheet = sheet.borrow_mut();
        if sheet.is_none() {
            let fresh = CssStyleSheet::new().ok()?;
            fresh
                .replace_sync(
                    &[
                        crate::sheet!("ui/tokens.css"),
                        crate::sheet!("widget/widget.css"),
                        button::CSS,
                        notice::CSS,
                        styles,
                    ]
                    .concat(),
                )
                .ok()?;
            *sheet = Some(fresh);
        }
        sheet.clone()
    })?;
    // Constructed style sheets are allowed under every policy; a style element would not be.
    Reflect::set(root, &"adoptedStyleSheets".into(), &Array::of1(&sheet)).ok()?;
    let place: HtmlElement = web_sys::window()?.document()?.create_element("div").ok()?.unchecked_into();
    root.replace_children_with_node_1(&place);
    Some(place)
}

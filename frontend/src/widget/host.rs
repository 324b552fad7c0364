//! The element a view draws into: its attributes, its events, its children in the page's own tree.

use super::browser;
use crate::api::json::{field, object};
use crate::api::shopper::{CheckoutKey, Shopper};
use shared::api::{Language, Pages, SessionRequest};
use shared::id::CheckoutSessionId;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Element, HtmlElement};

/// One element on the page, shared by everything that draws or waits for it.
pub type Host = Rc<HostElement>;

/// See [`Host`].
pub struct HostElement {
    /// The element itself.
    pub element: HtmlElement,
    /// Where Noren is: the loader's own origin.
    pub origin: String,
    /// What the loader took out of the page's address.
    pub back: JsValue,
    /// Shown language.
    pub language: Language,
    /// The shop's short name.
    pub shop: String,
    /// Its API.
    pub api: Shopper,
}

impl HostElement {
    /// Reads the attributes that stay; `None` without `shop`.
    pub fn read(element: HtmlElement, origin: String, back: JsValue) -> Option<Host> {
        let shop = element.get_attribute("shop").filter(|shop| !shop.is_empty())?;
        let language = language(&element);
        let root = [origin.as_str(), "/api/shops/", &encode(&shop), "/"].concat();
        Some(Rc::new(Self { element, origin, back, language, shop, api: Shopper { root, language } }))
    }

    /// An attribute, unless it is empty.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.element.get_attribute(name).filter(|value| !value.is_empty())
    }

    /// Where review and result are.
    pub fn pages(&self) -> Pages {
        if self.attribute("pages").as_deref() == Some("shop") { Pages::Shop } else { Pages::Hosted }
    }

    /// Whether the page is one of Noren's own.
    pub fn is_hosted(&self) -> bool {
        web_sys::window()
            .and_then(|window| window.location().origin().ok())
            .is_some_and(|own| own == self.origin)
    }

    /// Address of one of Noren's pages for this shop.
    pub fn hosted_page(&self, page: &str) -> String {
        [self.origin.as_str(), "/pay/", &encode(&self.shop), "/", page].concat()
    }

    /// The checkout this page continues, with what opens it, and Amazon's session.
    pub fn checkout(&self) -> Option<(CheckoutKey, SessionRequest)> {
        let checkout: String = field(&self.back, "noren")?;
        let session: String = field(&self.back, "session")?;
        let token = browser::token(&checkout);
        let request = SessionRequest { amazon_checkout_session_id: CheckoutSessionId::new(session).ok()? };
        Some((CheckoutKey { checkout, token }, request))
    }

    /// Where the page's author says the shop is, for when the server cannot say.
    pub fn back_link(&self) -> Option<String> {
        self.attribute("back")
    }

    /// Tells the page; false if it forbade what would follow.
    pub fn emit(&self, name: &str, detail: &[(&str, JsValue)]) -> bool {
        let init = CustomEventInit::new();
        init.set_bubbles(true);
        init.set_composed(true);
        init.set_cancelable(true);
        init.set_detail(&object(detail));
        CustomEvent::new_with_event_init_dict(name, &init)
            .and_then(|event| self.element.dispatch_event(&event))
            .unwrap_or(true)
    }

    /// Tells the page what failed, by its stable code.
    pub fn emit_error(&self, code: &str) {
        self.emit("noren-error", &[("code", JsValue::from_str(code))]);
    }

    /// The child in the page's own tree that fills the slot `slot`: Amazon's script looks its places up in the
    /// document and never finds them in a shadow root. Made anew, with an id of its own.
    pub fn light_child(&self, tag: &str, slot: &str) -> Option<HtmlElement> {
        thread_local! {
            static COUNT: Cell<u32> = const { Cell::new(0) };
        }
        self.remove_light_child(slot);
        let number = COUNT.with(|count| {
            count.set(count.get() + 1);
            count.get()
        });
        let child: HtmlElement = web_sys::window()?.document()?.create_element(tag).ok()?.unchecked_into();
        // My page is a program of its own, with a count of its own.
        child.set_id(&[&self.element.local_name(), "-", slot, "-", &number.to_string()].concat());
        child.set_attribute("slot", slot).ok()?;
        self.element.append_child(&child).ok()?;
        Some(child)
    }

    /// Removes that child.
    pub fn remove_light_child(&self, slot: &str) {
        if let Ok(Some(old)) = self.element.query_selector(&[":scope>[slot=", slot, "]"].concat()) {
            old.remove();
        }
    }
}

/// `#id` of an element, for Amazon's script.
pub fn selector(element: &Element) -> String {
    ["#", &element.id()].concat()
}

/// Percent-encoded for a path or a query.
pub fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// The nearest `lang`, the element's own included; Japanese unless it is English.
pub fn language(element: &Element) -> Language {
    let tag = element.closest("[lang]").ok().flatten().and_then(|with| with.get_attribute("lang"));
    Language::from_tag(&tag.unwrap_or_default())
}

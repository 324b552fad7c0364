//! `<noren-button>`: the total, Amazon's button, the accepted cards; where Amazon Pay cannot be had, why and what else.
//!
//! A press is accepted from the loader's first paint on and starts one checkout, however often it is repeated.

use super::amazon_script::{self, AmazonButton, Product};
use super::browser;
use super::face::Face;
use super::host::{Host, encode};
use super::in_app::{InApp, in_app};
use super::mount::Page;
use super::summary::{sandbox_chip, yen};
use crate::api::shopper::Failure;
use crate::ui::button::{bare_button, button, link_button};
use crate::ui::el::{El, classed, el, group};
use crate::ui::notice::{Tone, notice};
use leptos::prelude::*;
use shared::api::{
    CartRequest, ItemRequest, Language, Pages, QuoteRequest, StartCheckoutRequest, SubscriptionItem,
};
use shared::cart::NotOffered;
use shared::cycle::Cycle;
use shared::id::ProductId;
use shared::text;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// How long a press may take to leave the page before the button is free again, in milliseconds.
const LEAVING: i32 = 20_000;

#[derive(Clone, Copy)]
struct PayButton {
    page: Page,
    language: Language,
    quote: RwSignal<Face>,
    face: RwSignal<Face>,
    /// Pressed, and on the way to Amazon.
    busy: RwSignal<bool>,
    failure: RwSignal<Face>,
    amazon: StoredValue<Option<AmazonButton>, LocalStorage>,
}

/// The element's view.
pub fn pay_button(page: Page) -> El {
    let language = page.host.with_value(|host| host.language);
    let this = PayButton {
        page,
        language,
        quote: RwSignal::new(Face::Nothing),
        face: RwSignal::new(Face::Button),
        busy: RwSignal::new(false),
        failure: RwSignal::new(Face::Nothing),
        amazon: StoredValue::new_local(None),
    };
    if page.clicked {
        this.press();
    }
    match in_app(&user_agent()) {
        Some(app) => this.face.set(Face::InApp(app)),
        None => browser::spawn(this.draw()),
    }
    // A cart that changed on the page: ask again, and keep what stands until the answer is there.
    Effect::new(move |before: Option<()>| {
        page.changes.track();
        if before.is_some() {
            browser::spawn(this.draw());
        }
    });
    // Back from Amazon by the browser's own button: the page wakes as it slept, and must not stay locked.
    let awake = window_event_listener_untyped("pageshow", move |_| this.busy.set(false));
    on_cleanup(move || {
        awake.remove();
        if let Some(host) = page.host() {
            host.remove_light_child("amazon");
        }
    });
    this.view()
}

fn user_agent() -> String {
    web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

impl PayButton {
    /// Asks what it costs and brings Amazon's button in.
    async fn draw(self) {
        let Some(host) = self.page.host() else { return };
        let answer = host.api.quote(&QuoteRequest { cart: cart(&host), language: self.language }).await;
        if self.page.host().is_none() {
            return;
        }
        let quote = match answer {
            Ok(quote) => Arc::new(quote),
            Err(failure) => return self.fail(&host, failure.clone(), Face::Failed(failure)),
        };
        self.failure.set(Face::Nothing);
        self.quote.set(Face::Quote(quote.clone()));
        if let Some(why) = quote.not_offered {
            self.amazon.set_value(None);
            host.remove_light_child("amazon");
            return self.face.set(Face::NotOffered(why));
        }
        if self.amazon.with_value(Option::is_some) {
            return;
        }
        self.face.set(Face::Button);
        let here = amazon_script::bring(&quote.button.script_url).await;
        if self.page.host().is_none() || self.amazon.with_value(Option::is_some) {
            return;
        }
        let drawn = here.and_then(|()| {
            let place = host.light_child("div", "amazon").ok_or(amazon_script::Blocked)?;
            let pressed = Closure::<dyn Fn()>::new(move || self.press()).into_js_value().unchecked_into();
            amazon_script::draw(
                &place,
                &quote.button,
                Product::PayAndShip,
                Some(quote.totals.total),
                self.language,
                pressed,
            )
        });
        match drawn {
            Ok(button) => {
                self.amazon.set_value(Some(button.clone()));
                host.emit("noren-ready", &[]);
                if self.busy.get_untracked() {
                    self.leave(host, button).await;
                }
            }
            Err(_) => {
                host.remove_light_child("amazon");
                self.busy.set(false);
                self.face.set(Face::Blocked);
                host.emit_error("script_blocked");
            }
        }
    }

    fn fail(self, host: &Host, failure: Failure, face: Face) {
        host.emit_error(failure.name());
        self.busy.set(false);
        self.failure.set(Face::Failed(failure));
        self.face.set(face);
    }

    /// The button was pressed: ours, or Amazon's.
    fn press(self) {
        let Some(host) = self.page.host() else { return };
        if self.busy.get_untracked() || !host.emit("noren-click", &[]) {
            return;
        }
        self.busy.set(true);
        self.failure.set(Face::Nothing);
        // Without Amazon's button yet, `draw` goes on as soon as it has come.
        if let Some(button) = self.amazon.get_value() {
            browser::spawn(self.leave(host, button));
        }
    }

    async fn leave(self, host: Host, button: AmazonButton) {
        let pages = host.pages();
        let request = StartCheckoutRequest { cart: cart(&host), pages, language: self.language };
        let answer = host.api.start_checkout(&request).await;
        if self.page.host().is_none() {
            return;
        }
        let started = match answer {
            Ok(started) => started,
            Err(failure) => return self.fail(&host, failure, Face::Button),
        };
        if pages == Pages::Shop {
            browser::keep_token(started.checkout_id.as_str(), &started.token.0);
        }
        if amazon_script::leave(&button, Product::PayAndShip, &started.button).is_err() {
            self.busy.set(false);
            host.emit_error("script_blocked");
            return self.face.set(Face::Blocked);
        }
        browser::pause(LEAVING).await;
        if self.page.host().is_some() {
            self.busy.set(false);
        }
    }

    fn view(self) -> El {
        let Self { language, quote, busy, .. } = self;
        let total = move || {
            quote.get().quoted().map(|quote| {
                let words = match quote.totals.shipping_fee.is_zero() {
                    true => text::total(language),
                    false => text::total_with_shipping(language),
                };
                let label = classed("span", "label").child(words);
                let amount = classed("strong", "amount").child(yen(quote.totals.total));
                [label, amount].into_iter().chain(sandbox_chip(&quote.button, language)).collect::<Vec<_>>()
            })
        };
        let total_class =
            move || if quote.get().quoted().is_some() { "total" } else { "total skeleton" }.to_owned();
        let line = move || if busy.get() { text::connecting(language) } else { text::pay_easily(language) };
        // What invites to pay, and the shape of a total to come, have no place over a reason why not.
        let class =
            move || if matches!(self.face.get(), Face::Button) { "block" } else { "block off" }.to_owned();
        el("div")
            .follow("class", class)
            .set("part", "card")
            .child(classed("p", "pay").set("role", "status").live(line))
            .child(el("p").follow("class", total_class).set("aria-live", "polite").live(total))
            .child(classed("div", "alert").set("role", "alert").live(move || self.notice()))
            .live(move || matches!(self.face.get(), Face::Button).then(|| self.button()))
    }

    fn button(self) -> Vec<El> {
        let Self { language, quote, busy, .. } = self;
        let brands = move || {
            let quote = quote.get().quoted();
            let brands = quote.iter().flat_map(|quote| &quote.button.card_brands);
            brands.map(|brand| classed("li", "brand").child(brand.label())).collect::<Vec<_>>()
        };
        // R26: what a press begins stands beside the button, before any consent.
        let begins = move || {
            quote
                .get()
                .quoted()
                .and_then(|quote| Some(classed("p", "weak small").child(quote.subscription.as_deref()?)))
        };
        // Amazon's own button takes this place as soon as it is there.
        let ours = button("wide", text::pay_placeholder(language), move |_| self.press());
        vec![
            classed("div", "slot")
                .follow("aria-busy", move || yes_or_no(busy.get()))
                .child(el("slot").set("name", "amazon").child(ours)),
            group().live(begins),
            classed("ul", "brands").set("aria-label", text::brands(language)).live(brands),
        ]
    }

    /// What stands instead of the button, or why the last press failed.
    fn notice(self) -> Option<El> {
        let language = self.language;
        let again = move || {
            self.failure.set(Face::Nothing);
            self.face.set(Face::Button);
            browser::spawn(self.draw());
        };
        match self.face.get() {
            Face::Button => self.failure.get().failed().map(|failure| problem(&failure, language, vec![])),
            Face::Failed(failure) => {
                let again = failure
                    .may_pass()
                    .then(|| button("quiet small", text::reload(language), move |_| again()));
                Some(problem(&failure, language, again.into_iter().collect()))
            }
            Face::InApp(app) => {
                let stay = button("quiet", text::in_app_continue(language), move |_| again());
                let acts = self.way_out(app).into_iter().chain([stay]).collect();
                Some(notice(Tone::Caution, "", text::in_app_browser(language), acts))
            }
            Face::NotOffered(why) => {
                let words = match why {
                    NotOffered::ZeroTotal => text::not_offered_zero(language),
                    NotOffered::DearerThanCap => text::not_offered_cap(language),
                    NotOffered::TooMuch | NotOffered::MarkedNot => text::not_offered(language),
                };
                Some(notice(Tone::Info, "", words, self.other_methods()))
            }
            Face::Blocked => {
                let mut acts = self.other_methods();
                if let Some(host) = self.page.host().filter(|host| !host.is_hosted()) {
                    acts.extend(link_button(&start_page(&host), text::continue_elsewhere(language), ""));
                }
                Some(notice(Tone::Caution, "", text::script_blocked(language), acts))
            }
            _ => None,
        }
    }

    fn other_methods(self) -> Vec<El> {
        let Some(quote) = self.quote.get().quoted() else { return vec![] };
        let names = quote.other_methods.iter().map(|method| text::payment_method(*method, self.language));
        let items: Vec<_> = names.map(|name| classed("li", "method").child(name)).collect();
        if items.is_empty() { items } else { vec![classed("ul", "methods").child(items)] }
    }

    /// Out of an app and into the real browser.
    fn way_out(self, app: InApp) -> Option<El> {
        let language = self.language;
        let address = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
        match app {
            InApp::Line => {
                let join = if address.contains('?') { "&" } else { "?" };
                let address = address.split('#').next().unwrap_or_default();
                let outside = [address, join, "openExternalBrowser=1"].concat();
                link_button(&outside, text::open_in_browser(language), "")
            }
            InApp::Other => Some(copy_button(address, text::copy_address(language), language)),
        }
    }
}

/// `true` or `false`, for attributes.
pub fn yes_or_no(yes: bool) -> String {
    if yes { "true" } else { "false" }.to_owned()
}

/// A button that copies `what`, and says so.
pub fn copy_button(what: String, label: &'static str, language: Language) -> El {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        if let Some(window) = web_sys::window() {
            // Refused by some browsers; then the button keeps its word.
            let written = window.navigator().clipboard().write_text(&what);
            browser::spawn(async move {
                if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                    copied.try_set(true);
                }
            });
        }
    };
    let word = move || if copied.get() { text::copied(language) } else { label };
    bare_button("quiet small", copy).child(el("span").set("aria-live", "polite").live(word))
}

/// A failure in words; the server's where it answered.
pub fn problem(failure: &Failure, language: Language, acts: Vec<El>) -> El {
    let (tone, title, detail) = match failure {
        // What cannot be bought as it stands (sold out, too many) is no fault of anybody's.
        Failure::Problem(problem) if matches!(problem.status, 409 | 410 | 422) => {
            (Tone::Caution, problem.title.as_str(), problem.detail.as_str())
        }
        Failure::Problem(problem) => (Tone::Critical, problem.title.as_str(), problem.detail.as_str()),
        Failure::NoAnswer => (Tone::Critical, text::offline_title(language), text::offline_detail(language)),
    };
    notice(tone, title, detail, acts)
}

/// What the attributes say is to be bought: `cart`, or `items`, or `product` and `quantity`.
fn cart(host: &Host) -> CartRequest {
    if let Some(signed) = host.attribute("cart") {
        return CartRequest::Signed(signed);
    }
    let mut items = Vec::new();
    if let Some(list) = host.attribute("items") {
        for item in list.split([' ', ',']).filter(|item| !item.is_empty()) {
            let (product, quantity) = item.split_once(':').unwrap_or((item, "1"));
            add(&mut items, product, quantity);
        }
    } else if let Some(product) = host.attribute("product") {
        if let Some(cycle) = host.attribute("cycle") {
            return subscription(host, product.trim(), &cycle).unwrap_or(CartRequest::Items(items));
        }
        add(&mut items, &product, host.attribute("quantity").as_deref().unwrap_or("1"));
    }
    CartRequest::Items(items)
}

/// A subscription of the product. A cycle that is none becomes one the server refuses: never a single purchase.
fn subscription(host: &Host, product: &str, cycle: &str) -> Option<CartRequest> {
    let cycle = Cycle::from_name(cycle).unwrap_or(Cycle::Weeks { every: 0 });
    let quantity = host.attribute("quantity").map_or(1, |text| text.trim().parse().unwrap_or(0));
    Some(CartRequest::Subscription(SubscriptionItem {
        product: ProductId::new(product).ok()?,
        quantity,
        cycle,
    }))
}

/// A quantity that is no number becomes 0, which the server refuses in words.
fn add(items: &mut Vec<ItemRequest>, product: &str, quantity: &str) {
    if let Ok(product) = ProductId::new(product.trim()) {
        items.push(ItemRequest { product, quantity: quantity.trim().parse().unwrap_or(0) });
    }
}

/// The same purchase on a page of Noren's.
fn start_page(host: &Host) -> String {
    let mut address = host.hosted_page("start");
    let mut join = "?";
    for name in ["product", "quantity", "cycle", "items", "cart"] {
        if let Some(value) = host.attribute(name) {
            address.push_str(&[join, name, "=", &encode(&value)].concat());
            join = "&";
        }
    }
    address
}

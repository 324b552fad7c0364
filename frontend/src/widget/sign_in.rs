//! `<noren-sign-in>`: login with the Amazon account, and the greeting after it (R1).
//!
//! The state is made here, kept in this tab and carried in the signed return address; both must match before
//! Amazon's token is exchanged, or somebody else's login could be slipped in.

use super::amazon_script::{self, AmazonButton, Product};
use super::browser;
use super::face::Face;
use super::mount::Page;
use super::pay_button::{problem, yes_or_no};
use crate::api::json::{clear, field, object};
use crate::ui::button::{button, link_button};
use crate::ui::el::{El, classed, el};
use crate::ui::notice::{Tone, notice};
use leptos::prelude::*;
use shared::api::{FinishSignInRequest, Language, Pages, SignedButton, StartSignInRequest, Token};
use shared::text;
use wasm_bindgen::prelude::*;

/// Where the state of the login under way is kept, and the member who is signed in.
const STATE: &str = "noren.state";
const MEMBER: &str = "noren.member";
/// Which subscription's address is being chosen at Amazon, and by which state it comes back: not a login's.
pub const CHOOSING: &str = "noren.address";

#[derive(Clone, Copy)]
struct SignIn {
    page: Page,
    language: Language,
    face: RwSignal<Face>,
    busy: RwSignal<bool>,
    failure: RwSignal<Face>,
    /// Came back without a login that this tab began.
    not_ours: RwSignal<bool>,
    amazon: StoredValue<Option<(AmazonButton, SignedButton)>, LocalStorage>,
}

/// The element's view.
pub fn sign_in(page: Page) -> El {
    let language = page.host.with_value(|host| host.language);
    let this = SignIn {
        page,
        language,
        face: RwSignal::new(Face::Button),
        busy: RwSignal::new(false),
        failure: RwSignal::new(Face::Nothing),
        not_ours: RwSignal::new(false),
        amazon: StoredValue::new_local(None),
    };
    browser::spawn(this.begin());
    let awake = window_event_listener_untyped("pageshow", move |_| this.busy.set(false));
    // By another element of the page: nobody is asked to log in twice, or greeted after the logout.
    let others = ["noren-signed-in", "noren-signed-out"]
        .map(|name| window_event_listener_untyped(name, move |_| this.look()));
    on_cleanup(move || {
        awake.remove();
        others.into_iter().for_each(WindowListenerHandle::remove);
        if let Some(host) = page.host() {
            host.remove_light_child("amazon");
        }
    });
    this.view()
}

impl SignIn {
    async fn begin(self) {
        let Some(host) = self.page.host() else { return };
        let returned: Option<String> = field(&host.back, "state");
        let token: Option<String> = field(&host.back, "buyer");
        // An address that was chosen at Amazon is my page's.
        let returned = returned.filter(|state| kept_state(CHOOSING).as_ref() != Some(state));
        if let Some(state) = returned {
            let began = kept_state(STATE);
            browser::forget(STATE);
            // Taken: a second element on this page, or this one put back later, must not use them again.
            clear(&host.back, "state");
            clear(&host.back, "buyer");
            match token {
                Some(token) if began.as_ref() == Some(&state) => return self.finish(token, state).await,
                _ => self.not_ours.set(true),
            }
        } else if let Some(name) = signed_in(&host.shop, "name") {
            host.emit("noren-ready", &[]);
            return self.face.set(Face::SignedIn(name.into()));
        }
        self.offer().await;
    }

    /// Somebody has logged in or out elsewhere on the page.
    fn look(self) {
        let Some(host) = self.page.host() else { return };
        let Some(face) = self.face.try_get_untracked() else { return };
        let greets = matches!(face, Face::SignedIn(_));
        match signed_in(&host.shop, "name") {
            Some(name) if !greets => {
                host.remove_light_child("amazon");
                self.amazon.set_value(None);
                self.failure.set(Face::Nothing);
                self.face.set(Face::SignedIn(name.into()));
            }
            None if greets => {
                self.face.set(Face::Button);
                browser::spawn(self.offer());
            }
            _ => {}
        }
    }

    async fn finish(self, token: String, state: String) {
        let Some(host) = self.page.host() else { return };
        self.face.set(Face::SigningIn);
        let answer = host.api.finish_sign_in(&FinishSignInRequest { buyer_token: Token(token), state }).await;
        if self.page.host().is_none() {
            return;
        }
        match answer {
            Ok(member) => {
                let text = JsValue::from_str;
                let kept = object(&[
                    ("shop", text(&host.shop)),
                    ("name", text(&member.name)),
                    ("token", text(&member.token.0)),
                ]);
                browser::remember(MEMBER, &kept);
                self.face.set(Face::SignedIn(member.name.into()));
                host.emit("noren-signed-in", &[]);
            }
            Err(failure) => {
                host.emit_error(failure.name());
                self.failure.set(Face::Failed(failure));
                self.face.set(Face::Button);
                self.offer().await;
            }
        }
    }

    /// Gone from the page, or logged in elsewhere on it: nobody is to be offered a login.
    fn is_over(self) -> bool {
        self.page.host().is_none()
            || self.face.try_get_untracked().is_none_or(|face| matches!(face, Face::SignedIn(_)))
    }

    /// Brings Amazon's button in.
    async fn offer(self) {
        let Some(host) = self.page.host() else { return };
        let pages = host.pages();
        if pages == Pages::Hosted && !host.is_hosted() {
            // The state lives in this origin, the return page in another: begun there, both are in one.
            let page = host.hosted_page("mypage");
            if self.page.clicked {
                browser::go_to(&page);
            }
            self.face.set(Face::Link(page.into()));
            host.emit("noren-ready", &[]);
            return;
        }
        // One for all elements of the page: whichever is pressed, the way back is the tab's own.
        let state = kept_state(STATE).unwrap_or_else(random);
        browser::remember(STATE, &object(&[("state", JsValue::from_str(&state))]));
        let answer = host.api.start_sign_in(&StartSignInRequest { state: state.clone(), pages }).await;
        if self.is_over() {
            return;
        }
        let started = match answer {
            Ok(started) => started,
            Err(failure) => {
                host.emit_error(failure.name());
                self.busy.set(false);
                return self.failure.set(Face::Failed(failure));
            }
        };
        let here = amazon_script::bring(&started.view.script_url).await;
        if self.is_over() {
            return;
        }
        let drawn = here.and_then(|()| {
            let place = host.light_child("div", "amazon").ok_or(amazon_script::Blocked)?;
            let pressed = Closure::<dyn Fn()>::new(move || self.press()).into_js_value().unchecked_into();
            amazon_script::draw(&place, &started.view, Product::SignIn, None, self.language, pressed)
        });
        match drawn {
            Ok(button) => {
                self.amazon.set_value(Some((button, started.button)));
                host.emit("noren-ready", &[]);
                if self.page.clicked || self.busy.get_untracked() {
                    self.busy.set(false);
                    self.press();
                }
            }
            Err(_) => {
                host.remove_light_child("amazon");
                self.face.set(Face::Blocked);
                host.emit_error("script_blocked");
            }
        }
    }

    fn press(self) {
        let Some(host) = self.page.host() else { return };
        if self.busy.get_untracked() {
            return;
        }
        match self.amazon.get_value() {
            // Amazon's button is on its way; `offer` goes on when it has come.
            None => self.busy.set(true),
            Some((button, signed)) => {
                if host.emit("noren-click", &[])
                    && amazon_script::leave(&button, Product::SignIn, &signed).is_ok()
                {
                    self.busy.set(true);
                }
            }
        }
    }

    fn view(self) -> El {
        let language = self.language;
        let alert = move || match self.failure.get().failed() {
            Some(failure) => Some(problem(&failure, language, vec![])),
            None => self
                .not_ours
                .get()
                .then(|| notice(Tone::Caution, "", text::sign_in_not_ours(language), vec![])),
        };
        classed("div", "sign-in")
            .child(classed("div", "alert").set("role", "alert").live(alert))
            .live(move || self.content())
    }

    fn content(self) -> Option<El> {
        let Self { language, busy, .. } = self;
        Some(match self.face.get() {
            Face::SigningIn => {
                classed("p", "greeting").set("role", "status").child(text::signing_in(language))
            }
            Face::Blocked => notice(Tone::Caution, "", text::sign_in_blocked(language), vec![]),
            Face::Link(page) => return link_button(&page, text::sign_in(language), "wide"),
            Face::SignedIn(name) => {
                let name = [&*name, text::honorific(language)].concat();
                classed("p", "greeting")
                    .set("role", "status")
                    .child(classed("span", "label").child(text::signed_in_as(language)))
                    .child(classed("strong", "who").child(name))
            }
            _ => {
                let ours = button("wide", text::sign_in(language), move |_| self.press());
                classed("div", "slot")
                    .follow("aria-busy", move || yes_or_no(busy.get()))
                    .child(el("slot").set("name", "amazon").child(ours))
            }
        })
    }
}

/// The member of this shop who is signed in, in this tab: `name` or `token`.
fn signed_in(shop: &str, what: &str) -> Option<String> {
    let member = browser::recall(MEMBER);
    let of: String = field(&member, "shop")?;
    if of == shop { field(&member, what) } else { None }
}

/// What opens the member's own addresses, in this tab.
#[cfg(feature = "my_page")]
pub fn member_token(shop: &str) -> Option<String> {
    signed_in(shop, "token")
}

/// Whether the login under way in this tab was begun with that state.
#[cfg(feature = "my_page")]
pub fn is_ours(state: &str) -> bool {
    kept_state(STATE).as_deref() == Some(state)
}

fn kept_state(what: &str) -> Option<String> {
    field(&browser::recall(what), "state")
}

/// Forgets who is signed in, in this tab.
#[cfg(feature = "my_page")]
pub fn forget_member() {
    browser::forget(MEMBER);
}

/// 256 random bits as 43 characters of `A-Z a-z 0-9 _ -`.
pub fn random() -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    let mut bytes = [0; 43];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % 64])).collect()
}

//! `<noren-subscriptions>`: マイページ > 定期購入リスト and ご注文履歴 of whoever is signed in (R20–R23, R91).
//!
//! Shows and asks; what may be done, what it reaches and what it costs are the server's answers. Whoever is not signed in
//! signs in here, by the same rules as `<noren-sign-in>`. Start at [`draw`].

mod address;

mod address_field;

mod card;

mod failed;

mod held;

mod orders;

mod panel;

mod postal_code;

mod preview;

use crate::api::json::{clear, field, object};
use crate::api::member::Member;
use crate::api::shopper::code;
use crate::ui::button::button;
use crate::ui::el::{El, classed, el};
use crate::ui::notice::{Tone, notice};
use crate::widget::browser;
use crate::widget::mount::Page;
use crate::widget::sign_in;
use address::Form;
use failed::Asked;
use held::Held;
use leptos::prelude::*;
use orders::History;
use panel::Panel;
use shared::api::{Language, MyProfile, MySubscription};
use shared::text;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// Styles beside those of the other elements.
pub const CSS: &str = crate::sheet!("my_page/my_page.css");

/// The element's state. `Copy`, so that closures take it along.
#[derive(Clone, Copy)]
struct My {
    page: Page,
    language: Language,
    /// Nothing while the list is being fetched.
    stage: RwSignal<Held>,
    list: RwSignal<Held>,
    /// What was done, for everybody to read.
    said: RwSignal<String>,
    /// Why something was not done.
    failure: RwSignal<Held>,
    /// Why to sign in again, or why a return from Amazon counts for nothing.
    why: RwSignal<String>,
    /// The one panel that is open, of the subscription with this id.
    open: RwSignal<Held>,
    /// A change is on its way. Until its outcome is known no panel opens or closes: it is told where it was asked.
    busy: RwSignal<bool>,
    form: Form,
    history: History,
}

/// The element's view.
pub fn draw(_: &str, page: Page) -> El {
    let my = My {
        page,
        language: page.host.with_value(|host| host.language),
        stage: RwSignal::new(Held::Nothing),
        list: RwSignal::new(Held::Nothing),
        said: RwSignal::new(String::new()),
        failure: RwSignal::new(Held::Nothing),
        why: RwSignal::new(String::new()),
        open: RwSignal::new(Held::Nothing),
        busy: RwSignal::new(false),
        form: Form::new(),
        history: History::new(),
    };
    my.begin();
    // By the login in here, or by a `<noren-sign-in>` beside it.
    let signed_in = window_event_listener_untyped("noren-signed-in", move |_| {
        if matches!(my.stage.get_untracked(), Held::SignIn) {
            my.reload();
        }
    });
    let awake = window_event_listener_untyped("pageshow", move |_| my.busy.set(false));
    on_cleanup(move || {
        awake.remove();
        signed_in.remove();
        if let Some(host) = page.host() {
            host.remove_light_child("amazon-address");
        }
    });
    el("div").live(move || my.view())
}

impl My {
    /// Looks at what the page's address brought along, and at who is signed in.
    fn begin(self) {
        let Some(host) = self.page.host() else { return };
        let signed_in = sign_in::member_token(&host.shop).is_some();
        let returned: Option<String> = field(&host.back, "state");
        if let (Some(state), true) = (returned, signed_in) {
            let choosing = browser::recall(sign_in::CHOOSING);
            if field::<String>(&choosing, "state").as_ref() == Some(&state) {
                browser::forget(sign_in::CHOOSING);
                clear(&host.back, "state");
                let session: Option<String> = field(&host.back, "session");
                // Taken: another element of this page must not use it again.
                clear(&host.back, "session");
                self.form.session.set(session.unwrap_or_default());
                let id: Option<String> = field(&choosing, "subscription");
                self.open.set(id.map_or(Held::Nothing, |id| Held::Open(id.into(), Panel::Address)));
            } else if sign_in::is_ours(&state) {
                return self.stage.set(Held::SignIn);
            } else {
                // A link that somebody made: whoever is signed in stays so.
                clear(&host.back, "state");
                clear(&host.back, "buyer");
                self.why.set(text::sign_in_not_ours(self.language).to_owned());
            }
        }
        if signed_in {
            self.reload();
        } else {
            self.stage.set(Held::SignIn);
        }
    }

    fn member(self) -> Option<Member> {
        let host = self.page.host()?;
        let token = sign_in::member_token(&host.shop)?;
        Some(Member { api: host.api.clone(), token })
    }

    /// Fetches the list; what stands there stays until it has come.
    fn reload(self) {
        if self.list.with_untracked(Held::is_nothing) {
            self.stage.set(Held::Nothing);
        }
        browser::spawn(async move {
            self.load().await;
        });
    }

    async fn load(self) {
        let Some(member) = self.member() else { return self.sign_out("") };
        let answer = member.subscriptions().await;
        let Some(host) = self.page.host() else { return };
        match answer {
            Ok(list) => {
                let first = self.list.with_untracked(Held::is_nothing);
                self.list.set(Held::List(Arc::new(list)));
                if first {
                    self.stage.set(Held::Shown);
                    host.emit("noren-ready", &[]);
                    self.history.load(self);
                    self.go_on();
                } else {
                    self.close_if_over();
                }
            }
            Err(failure) if failure.is(code::NOT_SIGNED_IN) => self.expired(),
            Err(failure) => {
                host.emit_error(failure.name());
                // What is shown stays, with what was just done to it.
                if self.list.with_untracked(Held::is_nothing) {
                    self.stage.set(Held::Failed(Asked::Content, failure));
                } else if self.failure.with_untracked(Held::is_nothing) {
                    self.failure.set(Held::Failed(Asked::Latest, failure));
                }
            }
        }
    }

    /// Closes a panel of what can no longer be done, as where it was ended elsewhere. Why stands above the list then.
    fn close_if_over(self) {
        let Some((id, panel)) = self.open.get_untracked().open() else { return };
        let may = |one: Arc<MySubscription>| one.actions.iter().any(|action| Panel::of(*action) == panel);
        if !self.subscription(&id).is_some_and(may) && !self.form.done.get_untracked() {
            self.open.set(Held::Nothing);
            self.form.empty();
            self.focus_soon(".alert:not(:empty)");
        }
    }

    /// Back from Amazon's address book: what the chosen address reaches is asked at once.
    fn go_on(self) {
        let Some((id, Panel::Address)) = self.open.get_untracked().open() else { return };
        match self.subscription(&id) {
            None => self.open.set(Held::Nothing),
            Some(subscription) => {
                address::fill(self.form, &subscription);
                if !self.form.session.with_untracked(String::is_empty) {
                    preview::ask(self, subscription);
                }
                self.focus_soon(".panel h4");
            }
        }
    }

    fn subscription(self, id: &str) -> Option<Arc<MySubscription>> {
        let list = self.list.get_untracked().list()?;
        list.subscriptions.iter().find(|one| one.id.as_str() == id).cloned().map(Arc::new)
    }

    /// Puts what the server answered in the place of what was shown.
    fn replace(self, changed: MySubscription) {
        if let Some(list) = self.list.get_untracked().list() {
            let mut list = (*list).clone();
            for one in &mut list.subscriptions {
                if one.id == changed.id {
                    *one = changed.clone();
                }
            }
            self.list.set(Held::List(Arc::new(list)));
        }
    }

    /// The server does not know the token any more.
    fn expired(self) {
        self.sign_out(text::my_signed_out_idle(self.language));
    }

    fn sign_out(self, why: &'static str) {
        sign_in::forget_member();
        self.list.set(Held::Nothing);
        self.open.set(Held::Nothing);
        self.failure.set(Held::Nothing);
        self.busy.set(false);
        self.said.set(String::new());
        self.form.empty();
        self.history.empty();
        self.why.set(why.to_owned());
        self.stage.set(Held::SignIn);
        if let Some(host) = self.page.host() {
            host.emit("noren-signed-out", &[]);
        }
    }

    /// Whether what was asked at that turn is still waited for; not once the page is gone, signed out or elsewhere.
    fn is_turn(self, turn: u32) -> bool {
        self.page.host().is_some() && self.form.is_turn(turn)
    }

    /// Tells the page what was changed, and nothing of whose it is.
    fn tell(self, what: &str) {
        if let Some(host) = self.page.host() {
            host.emit("noren-changed", &[("what", JsValue::from_str(what))]);
        }
    }

    /// Focuses the first match once what was just asked for has been drawn.
    fn focus_soon(self, what: &'static str) {
        browser::spawn(async move {
            browser::pause(0).await;
            self.focus(what);
        });
    }

    /// Focuses the first match.
    fn focus(self, what: &str) {
        let Some(root) = self.page.host().and_then(|host| host.element.shadow_root()) else { return };
        let found = root.query_selector(what).ok().flatten();
        if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            let _ = found.focus();
        }
    }

    /// Opens a panel; nothing of the one before is taken along.
    fn open(self, id: &str, panel: Panel) {
        if self.busy.get_untracked() {
            return;
        }
        let was = self.open.get_untracked().open();
        if was.is_none_or(|was| *was.0 != *id || was.1 != panel) || self.form.done.get_untracked() {
            self.form.empty();
        }
        self.failure.set(Held::Nothing);
        self.said.set(String::new());
        self.why.set(String::new());
        self.open.set(Held::Open(id.into(), panel));
        self.focus_soon(".panel h4");
    }

    /// Closes the panel; the focus goes back to the button that opened it.
    fn close(self) {
        if self.busy.get_untracked() {
            return;
        }
        let was = self.open.get_untracked().open();
        self.failure.set(Held::Nothing);
        self.open.set(Held::Nothing);
        self.form.empty();
        if let Some((_, panel)) = was {
            self.focus_soon(panel.opener());
        }
    }

    fn view(self) -> El {
        let language = self.language;
        match self.stage.get() {
            Held::SignIn => {
                let why = self.why.get_untracked();
                let why = (!why.is_empty()).then(|| notice(Tone::Info, "", &why, vec![]));
                classed("section", "my my-enter")
                    .child(classed("div", "alert").set("role", "alert").child(why))
                    .child(el("p").child(text::my_sign_in_first(language)))
                    .child(sign_in::sign_in(self.page))
            }
            Held::Shown => self.content(),
            Held::Failed(asked, failure) => {
                let again = button("small", text::reload(language), move |_| self.reload());
                let told = failed::told(asked, &failure, language, vec![again]);
                classed("aside", "my").child(classed("div", "alert").set("role", "alert").child(told))
            }
            _ => skeleton(language),
        }
    }

    fn content(self) -> El {
        let language = self.language;
        let list = self.list;
        let rows = move || -> Vec<El> {
            let Some(list) = list.get().list() else { return Vec::new() };
            list.subscriptions.iter().map(|one| card::card(self, Arc::new(one.clone()))).collect()
        };
        let empty = move || {
            list.get().list().is_some_and(|list| list.subscriptions.is_empty()).then(|| {
                classed("div", "my-empty")
                    .child(classed("p", "strong").child(text::my_no_subscriptions(language)))
                    .child(classed("p", "weak small").child(text::my_no_subscriptions_detail(language)))
            })
        };
        let notes = move || {
            let list = list.get().list().filter(|list| !list.subscriptions.is_empty())?;
            Some(note_list(&list.notes, language))
        };
        let who = move || list.get().list().map(|list| self.who(&list.member));
        classed("div", "my")
            .child(classed("div", "my-who").live(who))
            .child(self.alert(move || self.open.get().is_nothing()))
            .child(
                classed("p", "my-said")
                    .set("role", "status")
                    .set("tabindex", "-1")
                    .live(move || Some(self.said.get()).filter(|said| !said.is_empty())),
            )
            .child(
                classed("section", "my-list")
                    .set("aria-labelledby", "my-subscriptions")
                    .child(
                        classed("h2", "title")
                            .set("id", "my-subscriptions")
                            .child(text::my_subscriptions(language)),
                    )
                    .live(rows)
                    .live(empty)
                    .live(notes),
            )
            .child(self.history.view(self))
    }

    fn who(self, member: &MyProfile) -> El {
        let language = self.language;
        let name = [member.name.as_str(), text::honorific(language)].concat();
        let leave = move |_| {
            if let Some(member) = self.member() {
                browser::spawn(async move {
                    // Gone from this tab in any case; the server forgets it by itself soon.
                    let _ = member.sign_out().await;
                });
            }
            self.sign_out("");
        };
        classed("div", "my-member")
            .child(
                classed("p", "my-name")
                    .child(classed("span", "who").child(name))
                    .child(member.mail.as_deref().map(|mail| classed("span", "weak small").child(mail))),
            )
            .child(button("quiet small", text::my_sign_out(language), leave))
    }
}

/// R22, wherever an address is shown or typed.
fn note_list(notes: &[String], language: Language) -> El {
    let notes: Vec<_> = notes.iter().map(|note| el("li").child(note.as_str())).collect();
    classed("div", "my-notes")
        .child(classed("p", "strong small").child(text::my_notes(language)))
        .child(el("ul").child(notes))
}

/// The real layout before its content, under a tag of its own.
fn skeleton(language: Language) -> El {
    classed("article", "my")
        .set("aria-busy", "true")
        .child(classed("p", "hidden").set("role", "status").child(text::loading(language)))
        .child(classed("div", "skeleton bar"))
        .child(classed("div", "skeleton my-box"))
        .child(classed("div", "skeleton my-box"))
}

/// Keeps which subscription's address is being chosen, for the return from Amazon.
fn keep_choosing(state: &str, id: &str) {
    let text = JsValue::from_str;
    browser::remember(sign_in::CHOOSING, &object(&[("state", text(state)), ("subscription", text(id))]));
}

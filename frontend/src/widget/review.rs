//! `<noren-review>`: お届け先・お支払い方法・内容の確認, and one 注文する that locks itself (R8).

use super::amazon_script;
use super::browser;
use super::face::Face;
use super::host::Host;
use super::mount::Page;
use super::pay_button::{problem, yes_or_no};
use super::result::{after_review, elsewhere, message, nothing_here};
use super::summary::{lines, sandbox_banner, sum, totals};
use crate::api::json::field;
use crate::api::shopper::{Failure, Review as View, code};
use crate::ui::button::{bare_button, button, is_web, link_button};
use crate::ui::el::{El, classed, el};
use crate::ui::notice::{Tone, notice};
use leptos::prelude::*;
use shared::api::{
    AddressView, ConsentView, Language, PlaceOrderRequest, QuestionField, QuestionView, TermView,
};
use shared::identity::PersonName;
use shared::text;
use std::sync::Arc;
use web_sys::HtmlElement;

#[derive(Clone, Copy)]
struct Review {
    page: Page,
    language: Language,
    face: RwSignal<Face>,
    /// Amazon's script did not come, so nothing can be changed here.
    no_change: RwSignal<bool>,
}

/// One review that is shown.
#[derive(Clone, Copy)]
struct Form {
    page: Page,
    language: Language,
    /// 注文する was pressed and has not been answered.
    placing: RwSignal<bool>,
    failure: RwSignal<Face>,
    /// It cannot be ordered as it stands.
    refused: bool,
    /// One bit for each consent, in the order of the page, which shows the first 32.
    ticked: RwSignal<u32>,
    /// The same bits, all set.
    wanted: u32,
    face: RwSignal<Face>,
    /// Whether 注文する was pressed with a box open.
    missed: RwSignal<bool>,
}

/// The element's view.
pub fn review(page: Page) -> El {
    let language = page.host.with_value(|host| host.language);
    let this = Review { page, language, face: RwSignal::new(Face::Loading), no_change: RwSignal::new(false) };
    browser::spawn(this.load());
    on_cleanup(move || {
        if let Some(host) = page.host() {
            host.remove_light_child("change-address");
            host.remove_light_child("change-payment");
        }
    });
    el("div").live(move || this.view())
}

impl Review {
    async fn load(self) {
        let Some(host) = self.page.host() else { return };
        let Some((key, request)) = host.checkout() else { return self.face.set(Face::Nothing) };
        let answer = if host.is_hosted() {
            match host.api.claim(&key.checkout, &request).await {
                Ok(()) => host.api.review(&key, &request).await,
                Err(failure) => Err(failure),
            }
        } else if key.token.is_none() {
            return self.face.set(Face::Elsewhere);
        } else {
            host.api.review(&key, &request).await
        };
        if self.page.host().is_none() {
            return;
        }
        match answer {
            Ok(review) => {
                let review = Arc::new(review);
                self.face.set(Face::Review(review.clone()));
                host.emit("noren-ready", &[]);
                self.bind_changes(&host, &review).await;
            }
            Err(failure) if failure.is(code::CHECKOUT_TOKEN_INVALID) => self.face.set(Face::Elsewhere),
            Err(failure) if is_over(&failure) => self.face.set(Face::Over(failure)),
            Err(failure) => {
                host.emit_error(failure.name());
                self.face.set(Face::Failed(failure));
            }
        }
    }

    /// The two 変更: without Amazon's script they would be dead, so then they are not there.
    async fn bind_changes(self, host: &Host, review: &View) {
        let here = amazon_script::bring(&review.button.script_url).await;
        if self.page.host().is_none() {
            return;
        }
        let bound = here.and_then(|()| {
            let places = [
                ("change-address", "changeAddress", text::change_address(self.language)),
                ("change-payment", "changePayment", text::change_payment(self.language)),
            ];
            places.into_iter().try_for_each(|(slot, action, label)| {
                let place = host.light_child("button", slot).ok_or(amazon_script::Blocked)?;
                let _ = place.set_attribute("type", "button");
                let _ = place.set_attribute("aria-label", label);
                place.set_text_content(Some(text::change(self.language)));
                amazon_script::bind_change(&place, &review.amazon_checkout_session_id, action)
            })
        });
        if bound.is_err() {
            host.remove_light_child("change-address");
            host.remove_light_child("change-payment");
            host.emit_error("script_blocked");
            // Said where the links would be; ordering still works.
            self.no_change.set(true);
        }
    }

    fn view(self) -> El {
        let language = self.language;
        let back = self.page.host().and_then(|host| host.back_link());
        match self.face.get() {
            Face::Review(review) => form(self, &review),
            Face::Over(failure) => after_review(self.page, failure),
            Face::Elsewhere => elsewhere(back, language),
            Face::Nothing => nothing_here(back, language),
            Face::Failed(failure) => {
                let again = failure.may_pass().then(|| {
                    button("small", text::reload(language), move |_| {
                        self.face.set(Face::Loading);
                        browser::spawn(self.load());
                    })
                });
                let back =
                    back.and_then(|back| link_button(&back, text::back_to_shop(language), "quiet small"));
                message(problem(&failure, language, again.into_iter().chain(back).collect()))
            }
            _ => skeleton(language),
        }
    }
}

/// Whether the review is over: ordered, being ordered, or ended. The result says which, and never offers a second
/// payment while nobody knows.
fn is_over(failure: &Failure) -> bool {
    [code::CART_ALREADY_ORDERED, code::PAYMENT_IN_PROGRESS, code::CHECKOUT_ENDED]
        .into_iter()
        .any(|one| failure.is(one))
}

/// The real layout before its content. Of another tag, so that none of its elements is kept and moved by the content.
fn skeleton(language: Language) -> El {
    classed("section", "review")
        .set("aria-busy", "true")
        .child(classed("p", "hidden").set("role", "status").child(text::loading(language)))
        .child(classed("div", "skeleton bar"))
        .child(classed("div", "skeleton box"))
        .child(classed("div", "skeleton box"))
}

fn form(this: Review, review: &View) -> El {
    let Review { page, language, no_change, .. } = this;
    let form = Form {
        page,
        language,
        placing: RwSignal::new(false),
        failure: RwSignal::new(match review.problem.clone() {
            Some(problem) => Face::Failed(Failure::Problem(Arc::new(problem))),
            None => Face::Nothing,
        }),
        refused: review.problem.is_some(),
        ticked: RwSignal::new(0),
        wanted: u32::MAX.checked_shr(32 - review.consents.len().min(32) as u32).unwrap_or(0),
        face: this.face,
        missed: RwSignal::new(false),
    };
    let awake = window_event_listener_untyped("pageshow", move |_| form.placing.set(false));
    on_cleanup(move || awake.remove());

    let address = match &review.address {
        Some(address) => address_view(address, language),
        None => vec![classed("p", "weak").child(text::no_address(language))],
    };
    let payment = classed("p", "text").child(match &review.payment_text {
        Some(payment) => payment,
        None => text::no_payment(language),
    });
    let back = review.back_url.clone().or_else(|| page.host().and_then(|host| host.back_link()));
    let back = back
        .filter(|back| is_web(back))
        .map(|back| classed("a", "link").set("href", &back).child(text::back_to_shop(language)));
    let blocked =
        move || no_change.get().then(|| notice(Tone::Info, "", text::change_blocked(language), vec![]));
    let main = classed("div", "main")
        .child(card("1", text::delivery_address(language), Some("change-address")).child(address))
        .child(card("2", text::payment(language), Some("change-payment")).child(payment))
        .live(blocked)
        .child(card("3", text::order_lines(language), None).child(lines(&review.lines, language)))
        .child(review.question.as_ref().map(|question| form.question(question)));
    let terms = (!review.terms.is_empty()).then(|| {
        let rows = review.terms.iter().flat_map(|TermView { label, text }| {
            [el("dt").child(label.as_str()), el("dd").child(text.as_str())]
        });
        classed("div", "terms")
            .child(classed("h3", "heading").child(text::subscription_heading(language)))
            .child(el("dl").child(rows.collect::<Vec<_>>()))
    });
    let summary = classed("section", "summary")
        .child(classed("h3", "heading").child(text::contents(language)))
        .child(totals(&review.totals, language))
        .child(terms)
        .child(form.consents(&review.consents))
        .child(classed("p", "weak small").child(text::then_amazon(language)))
        .child(back);
    let act = classed("div", "act").child(sum(review.totals.total, language)).child(form.button());
    classed("div", "review")
        .child(sandbox_banner(&review.button, language))
        .child(classed("h2", "title").child(text::review_heading(language)))
        .child(classed("div", "alert").set("role", "alert").set("tabindex", "-1").live(move || form.notice()))
        .child(
            classed("div", "columns")
                .child(main)
                .child(classed("div", "side").set("part", "summary").child(summary).child(act)),
        )
}

fn card(number: &str, heading: &str, slot: Option<&str>) -> El {
    let step = classed("span", "step").set("aria-hidden", "true").child(number);
    let head = classed("header", "head")
        .child(classed("h3", "heading").child(step).child(heading))
        .child(slot.map(|name| el("slot").set("name", name)));
    classed("section", "card").set("part", "card").child(head)
}

fn address_view(address: &AddressView, language: Language) -> Vec<El> {
    let AddressView { name, postal_code, prefecture, lines, phone } = address;
    let name = [name.as_str(), text::honorific(language)].concat();
    let place = [prefecture.as_deref().unwrap_or_default(), &lines.join(" ")].concat();
    let phone = phone.as_deref().map(text::phone);
    let rows = [postal_code.as_deref(), Some(&place), phone.as_deref()].into_iter().flatten();
    let rows = rows.map(|row| classed("p", "text").child(row));
    core::iter::once(classed("p", "text strong").child(name)).chain(rows).collect()
}

impl Form {
    fn notice(self) -> Option<El> {
        self.failure.get().failed().map(|failure| match &failure {
            // What can be set right by 変更 is no fault.
            Failure::Problem(problem) if self.refused => {
                notice(Tone::Caution, &problem.title, &problem.detail, vec![])
            }
            failure => problem(failure, self.language, vec![]),
        })
    }

    fn consents(self, consents: &[ConsentView]) -> Option<El> {
        let boxes = consents.iter().take(32).enumerate();
        let boxes: Vec<_> = boxes.map(|(index, consent)| self.consent(1 << index, consent)).collect();
        (!boxes.is_empty()).then(|| classed("div", "consents").child(boxes))
    }

    fn consent(self, bit: u32, consent: &ConsentView) -> El {
        let language = self.language;
        let open = move || self.missed.get() && self.ticked.get() & bit == 0;
        let tick = move |event| {
            let others = self.ticked.get_untracked() & !bit;
            self.ticked.set(if event_target_checked(&event) { others | bit } else { others });
        };
        let link = consent.link.as_deref().filter(|link| is_web(link)).map(|link| {
            classed("a", "link")
                .set("href", link)
                .set("target", "_blank")
                .set("rel", "noopener noreferrer")
                .child(text::read(language))
                .child(classed("span", "hidden").child(text::new_tab(language)))
        });
        let input = el("input")
            .set("type", "checkbox")
            .set("part", "input")
            .set("aria-required", "true")
            .follow("aria-invalid", move || yes_or_no(open()))
            .on("change", tick);
        el("div")
            .follow("class", move || if open() { "consent open" } else { "consent" }.to_owned())
            .child(classed("label", "check").child(input).child(el("span").child(consent.label.as_str())))
            .child(link)
            .live(move || open().then(|| classed("p", "error").child(text::consent_needed(language))))
    }

    /// What the shop asks beside; it may be left alone, and what was typed is judged by the server alone.
    fn question(self, question: &QuestionView) -> El {
        let fields: Vec<_> = question.fields.iter().map(|field| self.field(field)).collect();
        card("4", &question.heading, None)
            .child(classed("p", "weak small").child(question.hint.as_str()))
            .child(classed("div", "asked").child(fields))
    }

    fn field(self, field: &QuestionField) -> El {
        let QuestionField { name, label, value, autocomplete } = field;
        let fault = {
            let name = name.clone();
            move || self.failure.get().failed().and_then(|failure| failure.of_field(&name).map(str::to_owned))
        };
        let wrong = fault.clone();
        let input = el("input")
            .set("name", name)
            .set("value", value)
            .set("autocomplete", autocomplete)
            .set("part", "input")
            .set("aria-describedby", name)
            .follow("aria-invalid", move || yes_or_no(wrong().is_some()));
        el("div")
            .child(el("label").child(el("span").child(label.as_str())).child(input))
            .child(classed("p", "error").set("id", name).live(fault))
    }

    fn button(self) -> El {
        let Self { language, placing, refused, .. } = self;
        let word = move || if placing.get() { text::placing(language) } else { text::place_order(language) };
        bare_button("order", move |_| self.press())
            .follow("aria-disabled", move || yes_or_no(refused || placing.get()))
            .follow("aria-busy", move || yes_or_no(placing.get()))
            .live(word)
    }

    fn press(self) {
        let Some(host) = self.page.host() else { return };
        if self.placing.get_untracked() {
            return;
        }
        if self.refused {
            return focus(&host, ".alert");
        }
        if self.ticked.get_untracked() != self.wanted {
            self.missed.set(true);
            return focus(&host, "[type=checkbox]:not(:checked)");
        }
        self.placing.set(true);
        self.failure.set(Face::Nothing);
        browser::spawn(self.place(host));
    }

    async fn place(self, host: Host) {
        let Some((key, _)) = host.checkout() else { return };
        let Face::Review(review) = self.face.get_untracked() else { return };
        // All of them are ticked, or 注文する would not have come here.
        let consents = review.consents.iter().map(|consent| consent.key.clone()).collect();
        let name = review.question.is_some().then(|| told_name(&host));
        let answer = host.api.place_order(&key, &PlaceOrderRequest { consents, name }).await;
        if self.page.host().is_none() {
            return;
        }
        match answer {
            // Stays locked until the page is left, or comes back from the browser's memory.
            Ok(placed) if is_web(&placed.redirect_url) => browser::go_to(&placed.redirect_url),
            Ok(_) => self.fail(&host, Failure::NoAnswer),
            Err(failure) if is_over(&failure) => self.face.set(Face::Over(failure)),
            Err(failure) => self.fail(&host, failure),
        }
    }

    fn fail(self, host: &Host, failure: Failure) {
        host.emit_error(failure.name());
        self.placing.set(false);
        let first = failure.faults().first().map(|fault| named(&fault.field));
        self.failure.set(Face::Failed(failure));
        focus(host, first.as_deref().unwrap_or(".alert"));
    }
}

/// What stands in the question's fields.
fn told_name(host: &Host) -> PersonName {
    let typed = |name| find(host, &named(name)).and_then(|input| field(&input, "value")).unwrap_or_default();
    PersonName {
        family: typed("family"),
        given: typed("given"),
        family_kana: typed("family_kana"),
        given_kana: typed("given_kana"),
    }
}

/// The field of that name, for [`find`].
fn named(name: &str) -> String {
    ["[name=", name, "]"].concat()
}

/// The first match in the shadow root.
fn find(host: &Host, what: &str) -> Option<HtmlElement> {
    use wasm_bindgen::JsCast;
    let found = host.element.shadow_root()?.query_selector(what).ok()??;
    found.dyn_into().ok()
}

/// Focuses the first match in the shadow root.
fn focus(host: &Host, what: &str) {
    if let Some(found) = find(host, what) {
        let _ = found.focus();
    }
}

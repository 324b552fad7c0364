//! `<noren-result>`: what became of the purchase (R11). While nobody knows, it says so, asks on, and never offers a
//! second payment.

use super::browser;
use super::face::Face;
use super::host::Host;
use super::mount::Page;
use super::pay_button::{copy_button, problem};
use super::summary::sum;
use crate::api::json::{field, object};
use crate::api::shopper::{Answer, CheckoutKey, Failure, code};
use crate::ui::button::link_button;
use crate::ui::el::{El, classed, el};
use leptos::prelude::*;
use shared::api::{Language, Outcome, ResultView};
use shared::text;
use std::sync::Arc;
use wasm_bindgen::JsValue;

/// Where this tab keeps a finished result, so that a reload needs no token any more.
const KEPT: &str = "noren.result";

/// Seconds after which waiting is called long.
const LONG: u32 = 60;

#[derive(Clone, Copy)]
struct Purchase {
    page: Page,
    language: Language,
    face: RwSignal<Face>,
    /// Seconds since asking began.
    waited: RwSignal<u32>,
    /// Whether the shop mails its shoppers, as far as the server has told.
    shop_mails: RwSignal<bool>,
}

/// The element's view: completes the purchase, then says what became of it.
pub fn result(page: Page) -> El {
    draw(page, None)
}

/// The same on a review page that is over, because of another tab or of going back: only asks. Where this checkout
/// itself is still open (its cart was ordered elsewhere), it says why the review is over.
pub fn after_review(page: Page, why: Failure) -> El {
    draw(page, Some(why))
}

fn draw(page: Page, over: Option<Failure>) -> El {
    let language = page.host.with_value(|host| host.language);
    let this = Purchase {
        page,
        language,
        face: RwSignal::new(Face::Loading),
        waited: RwSignal::new(0),
        shop_mails: RwSignal::new(false),
    };
    browser::spawn(this.load(over));
    browser::spawn(this.count());
    classed("div", "result").set("part", "card").live(move || this.view())
}

impl Purchase {
    async fn load(self, over: Option<Failure>) {
        let Some(host) = self.page.host() else { return };
        let Some((key, request)) = host.checkout() else { return self.face.set(Face::Nothing) };
        if let Some(kept) = kept(&key.checkout) {
            tell(&host, &kept);
            return self.face.set(Face::Result(Arc::new(kept)));
        }
        if host.is_hosted() && over.is_none() {
            // A reload after the cookie's end, or a second browser, is refused here.
            if let Err(failure) = host.api.claim(&key.checkout, &request).await
                && failure.is(code::CHECKOUT_TOKEN_INVALID)
            {
                return self.face.set(Face::Elsewhere);
            }
        } else if key.token.is_none() && !host.is_hosted() {
            return self.face.set(Face::Elsewhere);
        }
        let answer = match over {
            None => host.api.complete(&key, &request).await,
            Some(why) => match host.api.result(&key).await {
                Ok(result) if result.outcome == Outcome::Open => return self.face.set(Face::Failed(why)),
                answer => answer,
            },
        };
        if self.page.host().is_some() && self.take(&host, &key, answer) {
            self.watch(host, key).await;
        }
    }

    /// Asks until it is known; ever more seldom, never giving up while the page is open.
    async fn watch(self, host: Host, key: CheckoutKey) {
        let mut seconds = 1;
        loop {
            browser::pause(seconds * 1000).await;
            let answer = host.api.result(&key).await;
            if self.page.host().is_none() || !self.take(&host, &key, answer) {
                return;
            }
            let slowly = self.is_shown() || self.waited.get_untracked() > 600;
            seconds = (seconds * 2).min(if slowly { 30 } else { 10 });
        }
    }

    /// Counts the seconds that the shopper has waited.
    async fn count(self) {
        while self.page.host().is_some() && matches!(self.face.get_untracked(), Face::Loading) {
            browser::pause(1000).await;
            self.waited.try_update(|waited| *waited += 1);
        }
    }

    /// Whether a result is shown: from then on only Amazon's decision about it is waited for.
    fn is_shown(self) -> bool {
        self.face.with_untracked(|face| matches!(face, Face::Result(_)))
    }

    /// Shows an answer; true if it has to be asked for again.
    fn take(self, host: &Host, key: &CheckoutKey, answer: Answer<ResultView>) -> bool {
        if let Ok(result) = &answer {
            self.shop_mails.set(result.shop_mails);
        }
        match answer {
            Ok(result) if result.outcome == Outcome::Confirming => true,
            Ok(result) => {
                let pending = result.authorization_pending;
                if pending && self.is_shown() {
                    return true;
                }
                tell(host, &result);
                if result.outcome != Outcome::Open && !pending {
                    keep(&key.checkout, &result);
                    browser::drop_token(&key.checkout);
                }
                self.face.set(Face::Result(Arc::new(result)));
                pending
            }
            // What is shown stays true; only the decision is not learned here.
            Err(failure) if self.is_shown() => !failure.is(code::CHECKOUT_TOKEN_INVALID),
            Err(failure) if failure.is(code::CHECKOUT_TOKEN_INVALID) => {
                self.face.set(Face::Elsewhere);
                false
            }
            // Only these say for certain that nothing was taken.
            Err(failure) if failure.is(code::SESSION_MISMATCH) || failure.is(code::NOT_FOUND) => {
                host.emit_error(failure.name());
                self.face.set(Face::Failed(failure));
                false
            }
            // No answer yet is the same as an unconfirmed payment.
            Err(_) => true,
        }
    }

    fn view(self) -> El {
        let language = self.language;
        let back = self.page.host().and_then(|host| host.back_link());
        match self.face.get() {
            Face::Result(result) => self.outcome(&result, back),
            Face::Elsewhere => elsewhere(back, language),
            Face::Nothing => nothing_here(back, language),
            Face::Failed(failure) => {
                let back = back.and_then(|back| link_button(&back, text::back_to_shop(language), "quiet"));
                message(problem(&failure, language, back.into_iter().collect()))
            }
            _ => self.confirming(),
        }
    }

    fn outcome(self, result: &ResultView, back: Option<String>) -> El {
        let language = self.language;
        let back = result.back_url.clone().or(back);
        let link = |label, class| back.as_deref().and_then(|back| link_button(back, label, class));
        let (heading, detail, act) = match result.outcome {
            Outcome::Confirming => return self.confirming(),
            Outcome::Completed => {
                let act = link(text::back_to_shop(language), "quiet");
                let (sign, heading) = if result.authorization_pending {
                    ("wait", text::pending_heading(language))
                } else {
                    ("done", text::completed_heading(language))
                };
                return say(sign, heading, completed(result, language), act);
            }
            Outcome::Declined => {
                let act = link(text::try_again(language), "");
                (text::declined_heading(language), text::declined_detail(language), act)
            }
            Outcome::Cancelled => {
                let act = link(text::back_to_shop(language), "");
                (text::cancelled_heading(language), text::cancelled_detail(language), act)
            }
            Outcome::Lapsed => {
                let act = link(text::back_to_shop(language), "");
                (text::lapsed_heading(language), text::lapsed_detail(language), act)
            }
            Outcome::Open => {
                let act = match self.page.host().filter(|host| host.is_hosted()) {
                    Some(host) => link_button(&host.hosted_page("review"), text::to_review(language), ""),
                    None => link(text::back_to_shop(language), ""),
                };
                (text::open_heading(language), text::open_detail(language), act)
            }
        };
        say("stop", heading, plain(detail), act)
    }

    fn confirming(self) -> El {
        let Self { language, waited, shop_mails, .. } = self;
        let since = move || {
            let waited = waited.get();
            let seconds = waited % 60;
            let zero = if seconds < 10 { ":0" } else { ":" };
            [text::confirming_since(language), " ", &(waited / 60).to_string(), zero, &seconds.to_string()]
                .concat()
        };
        // Read out when it begins, not every second.
        let long = RwSignal::new(false);
        Effect::new(move |_| {
            if waited.get() >= LONG && !long.get_untracked() {
                long.set(true);
            }
        });
        let body = vec![
            plain_line(text::confirming_promise(language)),
            classed("div", "progress").set("aria-hidden", "true").child(el("div")),
            classed("p", "weak small").set("aria-hidden", "true").live(since),
            classed("p", "text")
                .set("role", "status")
                .live(move || long.get().then(|| long_words(shop_mails.get(), language))),
        ];
        // Around it, so that none of its elements is kept and moved by what came of it.
        el("section").child(say("wait", text::confirming_heading(language), body, None))
    }
}

/// What is said to those who wait long; a mail is promised only where the shop can send one.
fn long_words(shop_mails: bool, language: Language) -> &'static str {
    if shop_mails { text::confirming_long(language) } else { text::confirming_long_unmailed(language) }
}

fn completed(result: &ResultView, language: Language) -> Vec<El> {
    let number = result.order_number.as_ref().map(|number| {
        classed("div", "number")
            .child(classed("span", "label").child(text::order_number(language)))
            .child(classed("strong", "code").child(number.as_str()))
            .child(copy_button(number.as_str().to_owned(), text::copy(language), language))
    });
    let next = match (result.authorization_pending, result.shop_mails) {
        (true, true) => [text::pending_promise(language), text::completed_mail(language), ""],
        (true, false) => [text::pending_promise_unmailed(language), "", ""],
        (false, mails) => [
            if mails { text::completed_mail(language) } else { text::completed_unmailed(language) },
            text::completed_amazon_mail(language),
            text::completed_ship(language),
        ],
    };
    let next = next.into_iter().filter(|line| !line.is_empty()).map(|line| el("li").child(line));
    let total = result.total.map(|total| sum(total, language));
    let next = classed("ul", "next").child(next.collect::<Vec<_>>());
    number.into_iter().chain(total).chain([next]).collect()
}

/// One big plain sentence, what belongs to it, what to do next.
fn say(sign: &str, heading: &str, body: Vec<El>, act: Option<El>) -> El {
    let shape = match sign {
        "done" => "✓",
        "wait" => "…",
        _ => "!",
    };
    classed("div", "message")
        .child(classed("span", &["sign ", sign].concat()).set("aria-hidden", "true").child(shape))
        .child(classed("h2", "title").set("aria-live", "polite").child(heading))
        .child(body)
        .child(classed("div", "acts").child(act))
}

fn plain_line(words: &str) -> El {
    classed("p", "text").child(words)
}

fn plain(words: &str) -> Vec<El> {
    vec![plain_line(words)]
}

/// A page whose only content is `content`.
pub fn message(content: El) -> El {
    classed("div", "message").set("role", "alert").child(content)
}

/// Opened in a browser that did not begin it: nothing personal, and a way to start again.
pub fn elsewhere(back: Option<String>, language: Language) -> El {
    let act = back.and_then(|back| link_button(&back, text::back_to_shop(language), ""));
    say("stop", text::elsewhere_heading(language), plain(text::elsewhere_detail(language)), act)
}

/// Nothing is known about any purchase.
pub fn nothing_here(back: Option<String>, language: Language) -> El {
    let act = back.and_then(|back| link_button(&back, text::back_to_shop(language), ""));
    say("stop", text::nothing_here_heading(language), plain(text::nothing_here_detail(language)), act)
}

/// Tells the page; no personal data.
fn tell(host: &Host, result: &ResultView) {
    host.emit("noren-ready", &[]);
    match result.outcome {
        Outcome::Completed => {
            let number = result
                .order_number
                .as_ref()
                .map_or(JsValue::NULL, |number| JsValue::from_str(number.as_str()));
            let total = result.total.map_or(JsValue::NULL, |total| JsValue::from_f64(total.get() as f64));
            let pending = JsValue::from_bool(result.authorization_pending);
            host.emit(
                "noren-completed",
                &[("orderNumber", number), ("total", total), ("authorizationPending", pending)],
            );
        }
        Outcome::Declined => {
            host.emit("noren-declined", &[]);
        }
        Outcome::Cancelled | Outcome::Lapsed => {
            host.emit("noren-cancelled", &[]);
        }
        Outcome::Confirming | Outcome::Open => {}
    }
}

/// Keeps what is known for good; it names no person.
fn keep(checkout: &str, result: &ResultView) {
    let text = JsValue::from_str;
    let or_null = |value: Option<JsValue>| value.unwrap_or(JsValue::NULL);
    let outcome = match result.outcome {
        Outcome::Completed => "completed",
        Outcome::Declined => "declined",
        Outcome::Cancelled => "cancelled",
        Outcome::Lapsed => "lapsed",
        Outcome::Confirming | Outcome::Open => return,
    };
    let view = object(&[
        ("outcome", text(outcome)),
        ("order_number", or_null(result.order_number.as_ref().map(|number| text(number.as_str())))),
        ("total", or_null(result.total.map(|total| JsValue::from_f64(total.get() as f64)))),
        ("authorization_pending", result.authorization_pending.into()),
        ("back_url", or_null(result.back_url.as_deref().map(text))),
        ("shop_name", text(&result.shop_name)),
        ("shop_mails", result.shop_mails.into()),
    ]);
    browser::remember(KEPT, &object(&[("checkout", text(checkout)), ("result", view)]));
}

fn kept(checkout: &str) -> Option<ResultView> {
    let kept = browser::recall(KEPT);
    let of: String = field(&kept, "checkout")?;
    if of == checkout { field(&kept, "result") } else { None }
}

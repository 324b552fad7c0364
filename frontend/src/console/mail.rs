//! 設定 > メール: templates, mail server, outbox. Each part loads what it shows by itself.

use super::frame::Frame;
use super::mail_outbox::Outbox;
use super::mail_server::Server;
use super::mail_templates::Templates;
use super::route::{Link, MailPart, Route};
use super::{say, use_console};
use leptos::prelude::*;
use shared::id::ShopId;
use shared::text;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlIFrameElement};

/// The screen.
#[component]
pub fn Mail(
    /// Whose mails.
    shop: ShopId,
) -> impl IntoView {
    let console = use_console();
    let view = console.session.with_untracked(|session| session.shop(&shop));
    let part = Memo::new(move |_| match console.router.get() {
        Route::Mail { part, .. } => part,
        _ => MailPart::Templates,
    });
    let of = shop.clone();
    let body = move || {
        let shop = of.clone();
        match part.get() {
            MailPart::Templates => view! { <Templates shop/> }.into_any(),
            MailPart::Server => view! { <Server shop/> }.into_any(),
            MailPart::Outbox => view! { <Outbox shop/> }.into_any(),
        }
    };
    let screen = move || {
        let tabs = MailPart::ALL.map(|one| {
            let words = match one {
                MailPart::Templates => say(text::mail_tab_templates),
                MailPart::Server => say(text::mail_tab_server),
                MailPart::Outbox => say(text::mail_tab_outbox),
            };
            let current = Signal::derive(move || part.get() == one);
            let route = Route::Mail { shop: shop.clone(), part: one };
            view! { <Link route class="mail-tab" current>{words}</Link> }
        });
        view! {
            <div class="mail">
                <h1>{say(text::mail_heading)}</h1>
                <nav class="mail-tabs" aria-label=say(text::mail_heading)>{tabs.collect_view()}</nav>
                {body}
            </div>
        }
    };
    match view {
        Some(shop) => view! { <Frame shop>{screen()}</Frame> }.into_any(),
        None => view! { <Frame>{screen()}</Frame> }.into_any(),
    }
}

/// A mail as its reader gets it: subject, and the HTML or the text part.
#[component]
pub fn Letter(
    /// Subject.
    #[prop(into)]
    subject: Signal<String>,
    /// `text/plain`.
    #[prop(into)]
    text: Signal<String>,
    /// `text/html`, made by us with every value escaped.
    #[prop(into)]
    html: Signal<String>,
) -> impl IntoView {
    let plain = RwSignal::new(false);
    let choice = |label: fn(shared::api::Language) -> &'static str, value: bool| {
        view! {
            <button
                type="button"
                class="button quiet compact"
                aria-pressed=move || if plain.get() == value { "true" } else { "false" }
                on:click=move |_| plain.set(value)
            >
                {say(label)}
            </button>
        }
    };
    view! {
        <div class="letter">
            <p class="letter-subject"><span class="weak">{say(text::mail_subject)} ": "</span><bdi>{move || subject.get()}</bdi></p>
            <div class="letter-choice">
                {choice(text::mail_part_html, false)}
                {choice(text::mail_part_text, true)}
            </div>
            {move || if plain.get() {
                view! { <pre class="letter-text" tabindex="0">{move || text.get()}</pre> }.into_any()
            } else {
                view! {
                    // Scripts never run in it; our access is for the styles, which the page's policy holds back.
                    <iframe
                        class="letter-html"
                        title=say(text::mail_part_html)
                        sandbox="allow-same-origin"
                        srcdoc=move || html.get()
                        on:load=give_styles
                    ></iframe>
                }
                .into_any()
            }}
        </div>
    }
}

/// The page's policy ignores style attributes, in the frame too; set one by one through the object model they count.
fn give_styles(event: Event) {
    let frame = event.target().and_then(|target| target.dyn_into::<HtmlIFrameElement>().ok());
    let Some(document) = frame.as_ref().and_then(HtmlIFrameElement::content_document) else { return };
    let Ok(styled) = document.query_selector_all("[style]") else { return };
    for index in 0..styled.length() {
        if let Some(element) = styled.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok())
            && let Some(style) = element.get_attribute("style")
        {
            element.style().set_css_text(&style);
        }
    }
}

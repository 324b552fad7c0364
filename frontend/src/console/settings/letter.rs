//! A mail as its reader gets it.

use super::super::Sentence;
use super::super::pieces::{Say, button, said_in, yes_or_no};
use crate::ui::el::{El, classed, el};
use crate::ui::signal::{RwSignal, Signal};
use shared::text;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlIFrameElement};

/// A mail as its reader gets it: subject, and the HTML or the text part; the HTML is made by us with every value
/// escaped.
pub fn letter(subject: Signal<String>, plain_text: Signal<String>, html: Signal<String>) -> El {
    let plain = RwSignal::new(false);
    let choice = |label: Sentence, value: bool| {
        button("quiet compact", label, move |_| plain.set(value))
            .follow("aria-pressed", move || yes_or_no(plain.get() == value))
    };
    let shown = move || {
        if plain.get() {
            classed("pre", "letter-text").set("tabindex", "0").live(move || plain_text.get())
        } else {
            // Scripts never run in it; our access is for the styles, which the page's policy holds back.
            classed("iframe", "letter-html")
                .say_as("title", text::mail_part_html)
                .set("sandbox", "allow-same-origin")
                .follow("srcdoc", move || html.get().replace(" style=\"", " data-style=\""))
                .on("load", give_styles)
        }
    };
    let head = classed("p", "letter-subject")
        .child(said_in("span", "weak", text::mail_subject).child(": "))
        .child(el("bdi").live(move || subject.get()));
    let choices = classed("div", "letter-choice")
        .child(choice(text::mail_part_html, false))
        .child(choice(text::mail_part_text, true));
    classed("div", "letter").child(head).child(choices).live(shown)
}

/// The page's policy refuses style attributes, in the frame too, so `srcdoc` names them otherwise (a quote in a mail's
/// text is escaped, so none of its words is meant); set one by one through the object model styles count.
fn give_styles(event: Event) {
    let frame = event.target().and_then(|target| target.dyn_into::<HtmlIFrameElement>().ok());
    let Some(document) = frame.as_ref().and_then(HtmlIFrameElement::content_document) else { return };
    let Ok(styled) = document.query_selector_all("[data-style]") else { return };
    for index in 0..styled.length() {
        let Some(node) = styled.item(index) else { continue };
        // Of the frame's own realm: `instanceof` of this one would deny what it is.
        let element = node.unchecked_into::<HtmlElement>();
        if let Some(style) = element.get_attribute("data-style") {
            element.style().set_css_text(&style);
        }
    }
}

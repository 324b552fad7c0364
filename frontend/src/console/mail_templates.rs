//! Templates: choose a kind and language, write, see what it makes while writing, keep.

use super::desk_fields::bound;
use super::failure::{act, failure_notice};
use super::frame::skeleton;
use super::mail::letter;
use super::mail_server::working_button;
use super::pieces::{Tone, bare_button, button, notice, said, while_true};
use super::timer::spawn;
use super::{Sentence, use_console};
use crate::api::mail as api;
use crate::api::operator::{self, Failure};
use crate::ui::el::{El, Node, classed, el, group};
use leptos::prelude::*;
use shared::api::{Language, MailPreview, MailPreviewRequest, MailTemplatesView, PutMailTemplate};
use shared::id::ShopId;
use shared::mail::{MailContent, MailKind, Placeholder, Rendered, Template};
use shared::text::{self, words};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlTextAreaElement};

/// The part of the screen.
pub fn templates(shop: ShopId) -> El {
    let console = use_console();
    let loaded = RwSignal::new(None::<Result<MailTemplatesView, Failure>>);
    let shop = StoredValue::new(shop);
    let load = move || {
        loaded.set(None);
        spawn(async move {
            let answer = api::templates(&shop.get_value(), console.language()).await;
            if !answer.as_ref().is_err_and(|failure| console.is_signed_out(failure)) {
                loaded.try_set(Some(answer));
            }
        });
    };
    load();
    group().live(move || match loaded.get() {
        None => skeleton(),
        Some(Err(failure)) => failure_notice(failure, act(load), None),
        Some(Ok(view)) => editor(shop, view),
    })
}

/// What the preview shows.
#[derive(Clone)]
enum Shown {
    /// Our sample, rendered while typing.
    Sample,
    /// A real order, as the server rendered it.
    Real { subject: String, text: String, html: String },
}

fn editor(shop: StoredValue<ShopId>, view: MailTemplatesView) -> El {
    let console = use_console();
    let all = RwSignal::new(view);
    let kind = RwSignal::new(MailKind::OrderConfirmation);
    let of = RwSignal::new(Language::Ja);
    let (subject, body) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let kept = RwSignal::new(None::<Sentence>);
    let shown = RwSignal::new(Shown::Sample);
    let area = Node::new();

    let standard = move || {
        all.with(|all| {
            all.templates.iter().any(|one| one.kind == kind.get() && one.language == of.get() && one.standard)
        })
    };
    // Another kind or language, or another answer: its words come into the fields.
    Effect::new(move || {
        let found = all.with(|all| {
            all.templates.iter().find(|one| one.kind == kind.get() && one.language == of.get()).cloned()
        });
        if let Some(found) = found {
            subject.set(found.subject);
            body.set(found.body);
        }
        failure.set(None);
        shown.set(Shown::Sample);
    });
    let faults = Memo::new(move |_| {
        Template::parse(kind.get(), &subject.get(), &body.get()).err().unwrap_or_default()
    });
    let shop_name = console
        .session
        .with_untracked(|session| session.shop(&shop.get_value()).map(|shop| shop.name))
        .unwrap_or_default();
    // The last mail that could be made stays while something is half typed.
    let sample = Memo::new(move |before: Option<&Option<(String, String, String)>>| {
        let made = Template::parse(kind.get(), &subject.get(), &body.get()).ok().map(|template| {
            let content = MailContent::sample(&shop_name, None, of.get());
            let Rendered { subject, text, html } = template.render(&content, of.get());
            (subject, text, html)
        });
        made.or_else(|| before.cloned().flatten())
    });
    let part = move |sample_part: fn(&(String, String, String)) -> &String| {
        sample.with(|sample| sample.as_ref().map(sample_part).cloned()).unwrap_or_default()
    };
    let letter_subject = Signal::derive(move || match shown.get() {
        Shown::Sample => part(|made| &made.0),
        Shown::Real { subject, .. } => subject,
    });
    let letter_text = Signal::derive(move || match shown.get() {
        Shown::Sample => part(|made| &made.1),
        Shown::Real { text, .. } => text,
    });
    let letter_html = Signal::derive(move || match shown.get() {
        Shown::Sample => part(|made| &made.2),
        Shown::Real { html, .. } => html,
    });

    let put = move |template: Option<PutMailTemplate>| {
        let Some(csrf) = console.csrf() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        kept.set(None);
        spawn(async move {
            let (kind, of) = (kind.get_untracked(), of.get_untracked());
            let shop = shop.get_value();
            let answer =
                api::put_template(&shop, kind, of, template.as_ref(), &csrf, console.language()).await;
            busy.try_set(false);
            match answer {
                Ok(view) => {
                    all.try_set(view);
                    kept.try_set(Some(if template.is_some() {
                        text::mail_kept
                    } else {
                        text::mail_reset_done
                    }));
                    console.announce(text::mail_kept(console.language()).to_owned());
                }
                Err(problem) if console.is_signed_out(&problem) => {}
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
        });
    };
    let save = move |event: Event| {
        event.prevent_default();
        if faults.with_untracked(Vec::is_empty) {
            put(Some(PutMailTemplate { subject: subject.get_untracked(), body: body.get_untracked() }));
        }
    };
    let real = move |_| {
        let Some(csrf) = console.csrf() else { return };
        let mut request = MailPreviewRequest {
            kind: kind.get_untracked(),
            language: of.get_untracked(),
            subject: subject.get_untracked(),
            body: body.get_untracked(),
            order: None,
        };
        spawn(async move {
            let shop = shop.get_value();
            let newest = operator::orders(&shop, None, 1, console.language()).await;
            let answer = match newest.map(|page| page.orders.into_iter().next()) {
                Ok(Some(order)) => {
                    request.order = Some(order.id);
                    api::preview(&shop, &request, &csrf, console.language()).await
                }
                Ok(None) => {
                    kept.try_set(Some(text::mail_no_order));
                    return;
                }
                Err(problem) => Err(problem),
            };
            match answer {
                Ok(MailPreview::Mail { subject, text, html }) => {
                    shown.try_set(Shown::Real { subject, text, html });
                }
                // The faults stand beside the fields already.
                Ok(MailPreview::Faults { .. }) => {}
                Err(problem) if console.is_signed_out(&problem) => {}
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
        });
    };
    let insert = move |name: &'static str| {
        let Some(area) = area.get_untracked() else { return };
        let area: HtmlTextAreaElement = area.unchecked_into();
        let word = ["{{", name, "}}"].concat();
        let typed = body.get_untracked();
        // The browser counts UTF-16 units.
        let at = area.selection_start().ok().flatten().unwrap_or(u32::MAX) as usize;
        let units: Vec<u16> = typed.encode_utf16().collect();
        let at = at.min(units.len());
        let (before, after) =
            (String::from_utf16_lossy(&units[..at]), String::from_utf16_lossy(&units[at..]));
        body.set([before, word, after].concat());
        shown.set(Shown::Sample);
        let _ = area.focus();
    };
    let kinds = MailKind::ALL.map(|one| {
        let option = el("option").set("value", one.name());
        let option = if one == kind.get_untracked() { option.set("selected", "") } else { option };
        option.live(move || text::mail_kind(one, console.spoken.get()))
    });
    let languages = [(Language::Ja, "日本語"), (Language::En, "English")]
        .map(|(one, name)| el("option").set("value", one.tag()).set("lang", one.tag()).child(name));
    let placeholders = move || {
        let button = |one: Placeholder| {
            let name = one.name();
            bare_button("quiet compact", move |_| insert(name))
                .set("title", &["{{", name, "}}"].concat())
                .live(move || text::mail_placeholder(one, console.spoken.get()))
        };
        kind.get().placeholders().map(button).collect::<Vec<_>>()
    };
    let fault_list = move || {
        faults.with(|faults| {
            (!faults.is_empty()).then(|| {
                let line = |fault| el("li").child(text::mail_fault(fault, console.spoken.get()));
                classed("ul", "mail-faults").child(faults.iter().map(line).collect::<Vec<_>>())
            })
        })
    };
    let field = |id: &str, label: Sentence, input: El| {
        classed("div", "field").child(said("label", label).set("for", id)).child(input.set("id", id))
    };
    let choose_kind = move |event| {
        if let Some(one) = MailKind::from_name(&event_target_value(&event)) {
            kind.set(one);
            kept.set(None);
        }
    };
    let choose_language = move |event| {
        of.set(Language::from_tag(&event_target_value(&event)));
        kept.set(None);
    };
    let which = classed("div", "mail-which")
        .child(field(
            "mail-kind",
            text::mail_which,
            el("select").on("change", choose_kind).child(kinds.into_iter().collect::<Vec<_>>()),
        ))
        .child(field(
            "mail-language",
            text::mail_language,
            el("select").on("change", choose_language).child(languages.into_iter().collect::<Vec<_>>()),
        ));
    // What is typed is previewed with the sample.
    let written = |input: El, value: RwSignal<String>| {
        bound(input, value)
            .on("input", move |_| shown.set(Shown::Sample))
            .follow("lang", move || of.get().tag().to_owned())
            .set("aria-describedby", "mail-faults")
    };
    let spoken = move |sentence: Sentence| sentence(console.spoken.get());
    let state = move || spoken(if standard() { text::mail_is_standard } else { text::mail_is_own });
    let subject_line = written(el("input").set("type", "text").set("autocomplete", "off"), subject);
    let save_button = working_button("", busy, text::mail_save, words::more_loading)
        .follow_maybe("aria-disabled", move || while_true(busy.get() || !faults.with(Vec::is_empty)));
    let reset = move || button("quiet", text::mail_reset, move |_| put(None));
    let chips = classed("fieldset", "mail-words")
        .child(said("legend", text::mail_insert))
        .child(classed("div", "mail-chips").live(placeholders));
    let form = classed("form", "mail-form")
        .set("novalidate", "")
        .on("submit", save)
        .child(which)
        .child(classed("p", "weak").live(state))
        .child(field("mail-subject", text::mail_subject, subject_line))
        .child(field(
            "mail-body",
            text::mail_body,
            written(el("textarea").set("rows", "18").node(area), body),
        ))
        .child(el("div").set("id", "mail-faults").set("role", "status").live(fault_list))
        .child(chips)
        .live(move || failure.get().map(|failure| failure_notice(failure, None, None)))
        .child(
            el("div")
                .set("role", "status")
                .live(move || kept.get().map(|words| notice(Tone::Info, "", spoken(words), None))),
        )
        .child(classed("div", "mail-acts").child(save_button).live_while(move || !standard(), reset));
    let of_what = move || {
        spoken(match shown.get() {
            Shown::Sample => text::mail_preview_sample,
            Shown::Real { .. } => text::mail_preview_newest,
        })
    };
    let head = classed("div", "mail-preview-head")
        .child(said("h2", text::mail_preview).set("id", "mail-preview-heading"))
        .child(button("quiet compact", text::mail_preview_real, real));
    let preview = classed("section", "mail-preview")
        .set("aria-labelledby", "mail-preview-heading")
        .child(head)
        .child(classed("p", "weak").live(of_what))
        .child(letter(letter_subject, letter_text, letter_html));
    classed("div", "mail-editor").child(form).child(preview)
}

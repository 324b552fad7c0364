//! Templates: choose a kind and language, write, see what it makes while writing, keep.

use super::super::desk_fields::bound;
use super::super::pieces::{bare_button, button, said};
use super::super::timer::spawn;
use super::super::{Sentence, use_console};
use super::form::{Answer, Saving, ask_before_leaving, choice, form, part};
use super::letter::letter;
use crate::api::mail as api;
use crate::api::operator;
use crate::ui::el::{El, Node, classed, el, group};
use crate::ui::signal::{Memo, RwSignal, Signal, StoredValue, effect};
use leptos::prelude::*;
use shared::api::{Language, MailPreview, MailPreviewRequest, MailTemplatesView, PutMailTemplate};
use shared::id::ShopId;
use shared::mail::{MailContent, MailKind, Placeholder, Rendered, Template};
use shared::text;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlTextAreaElement};

/// The part of the screen.
pub fn templates(shop: ShopId) -> El {
    let shop = StoredValue::new(shop);
    part(
        move |language| Box::pin(async move { api::templates(&shop.get_value(), language).await }),
        move |view| editor(shop, view),
    )
}

/// Subject and body, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
struct Draft(String, String);

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
    let saving = Saving::new();
    let shown = RwSignal::new(Shown::Sample);
    let area = Node::new();

    let standard = move || {
        all.with(|all| {
            all.templates.iter().any(|one| one.kind == kind.get() && one.language == of.get() && one.standard)
        })
    };
    let stored = move |all: &MailTemplatesView, (kind, of): (MailKind, Language)| {
        let found = all.templates.iter().find(|one| one.kind == kind && one.language == of);
        found.map(|one| Draft(one.subject.clone(), one.body.clone())).unwrap_or_default()
    };
    let typed = move || Draft(subject.get_untracked(), body.get_untracked());
    // What was typed and not kept, by what it is of: it is there again when its turn comes.
    let drafts = StoredValue::new(Vec::<((MailKind, Language), Draft)>::new());
    let which = StoredValue::new((kind.get_untracked(), of.get_untracked()));
    let fill = move |Draft(new_subject, new_body): Draft| {
        subject.set(new_subject);
        body.set(new_body);
        shown.set(Shown::Sample);
    };
    effect(move || {
        let (before, now) = (which.get_value(), (kind.get(), of.get()));
        which.set_value(now);
        let mut kept = drafts.get_value();
        if before != now {
            kept.retain(|(of, _)| *of != before);
            if all.with_untracked(|all| stored(all, before)) != typed() {
                kept.push((before, typed()));
            }
        }
        let draft = kept.iter().find(|(of, _)| *of == now).map(|(_, draft)| draft.clone());
        drafts.set_value(kept);
        fill(draft.unwrap_or_else(|| all.with_untracked(|all| stored(all, now))));
        saving.failure.set(None);
    });
    let unkept = Memo::new(move |_| {
        let typed = Draft(subject.get(), body.get());
        all.with(|all| stored(all, (kind.get(), of.get()))) != typed
    });
    ask_before_leaving(move || unkept.get_untracked() || drafts.with_value(|drafts| !drafts.is_empty()));
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
            let content = MailContent::sample(kind.get(), &shop_name, None, of.get());
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
        let done: Sentence = if template.is_some() { text::mail_kept } else { text::mail_reset_done };
        let (at, sent) = ((kind.get_untracked(), of.get_untracked()), typed());
        let ask = move |csrf, language| -> Answer<MailTemplatesView> {
            let template = template.clone();
            Box::pin(async move {
                api::put_template(&shop.get_value(), at.0, at.1, template.as_ref(), &csrf, language).await
            })
        };
        saving.send(ask, move |view| {
            let now = stored(&view, at);
            all.try_set(view);
            // Blanks at the ends may have gone; what was typed since it was sent stays.
            if which.try_get_value() == Some(at) && typed() == sent {
                fill(now);
            }
            Some(done)
        });
    };
    let save = move |event: Event| {
        event.prevent_default();
        if faults.with_untracked(Vec::is_empty) {
            put(Some(PutMailTemplate { subject: subject.get_untracked(), body: body.get_untracked() }));
        }
    };
    let real = move |_| {
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
                    console
                        .with_csrf(async |csrf| {
                            api::preview(&shop, &request, &csrf, console.language()).await
                        })
                        .await
                }
                Ok(None) => {
                    saving.done.try_set(Some(text::mail_no_order));
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
                    saving.failure.try_set(Some(problem));
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
    let choose_kind = move |event| {
        if let Some(one) = MailKind::from_name(&event_target_value(&event)) {
            kind.set(one);
            saving.done.set(None);
        }
    };
    let choose_language = move |event| {
        of.set(Language::from_tag(&event_target_value(&event)));
        saving.done.set(None);
    };
    let which = classed("div", "mail-which")
        .child(choice(
            "mail-kind",
            text::mail_which,
            el("select").on("change", choose_kind).child(kinds.into_iter().collect::<Vec<_>>()),
        ))
        .child(choice(
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
    let state = move || {
        let own = if standard() { text::mail_is_standard } else { text::mail_is_own };
        let unkept = unkept.get().then(|| spoken(text::mail_unkept));
        group().child(spoken(own)).child(unkept.map(|words| el("strong").child([" ", words].concat())))
    };
    let subject_line = written(el("input").set("type", "text").set("autocomplete", "off"), subject);
    let reset = move || button("quiet", text::mail_reset, move |_| put(None));
    let chips = classed("fieldset", "mail-words")
        .child(said("legend", text::mail_insert))
        .child(classed("div", "mail-chips").live(placeholders));
    let form = form("mail-form", save)
        .child(which)
        .child(classed("p", "weak").live(state))
        .child(choice("mail-subject", text::mail_subject, subject_line))
        .child(choice(
            "mail-body",
            text::mail_body,
            written(el("textarea").set("rows", "18").node(area), body),
        ))
        .child(el("div").set("id", "mail-faults").set("role", "status").live(fault_list))
        .child(chips)
        .child(saving.told())
        .child(
            classed("div", "mail-acts")
                .child(saving.button(move || faults.with(Vec::is_empty)))
                .live_while(move || !standard(), reset),
        );
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

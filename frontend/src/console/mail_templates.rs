//! Templates: choose a kind and language, write, see what it makes while writing, keep.

use super::failure::FailureNotice;
use super::frame::Skeleton;
use super::mail::Letter;
use super::notice::{Tone, notice};
use super::timer::spawn;
use super::{say, use_console};
use crate::api::mail as api;
use crate::api::operator::{self, Failure};
use leptos::html;
use leptos::prelude::*;
use shared::api::{Language, MailPreview, MailPreviewRequest, MailTemplatesView, PutMailTemplate};
use shared::id::ShopId;
use shared::mail::{MailContent, MailKind, Rendered, Template};
use shared::text::{self, words};

/// The part of the screen.
#[component]
pub fn Templates(
    /// Whose.
    shop: ShopId,
) -> impl IntoView {
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
    move || match loaded.get() {
        None => view! { <Skeleton/> }.into_any(),
        Some(Err(failure)) => view! { <FailureNotice failure retry=move |()| load()/> }.into_any(),
        Some(Ok(view)) => view! { <Editor shop view/> }.into_any(),
    }
}

/// What the preview shows.
#[derive(Clone)]
enum Shown {
    /// Our sample, rendered while typing.
    Sample,
    /// A real order, as the server rendered it.
    Real { subject: String, text: String, html: String },
}

#[component]
fn Editor(shop: StoredValue<ShopId>, view: MailTemplatesView) -> impl IntoView {
    let console = use_console();
    let all = RwSignal::new(view);
    let kind = RwSignal::new(MailKind::OrderConfirmation);
    let of = RwSignal::new(Language::Ja);
    let (subject, body) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let kept = RwSignal::new(None::<fn(Language) -> &'static str>);
    let shown = RwSignal::new(Shown::Sample);
    let area = NodeRef::<html::Textarea>::new();

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
    let save = move |event: leptos::ev::SubmitEvent| {
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
        let word = format!("{{{{{name}}}}}");
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
        view! {
            <option value=one.name() selected=one == kind.get_untracked()>
                {move || text::mail_kind(one, console.spoken.get())}
            </option>
        }
    });
    let languages = [(Language::Ja, "日本語"), (Language::En, "English")]
        .map(|(one, name)| view! { <option value=one.tag() lang=one.tag()>{name}</option> });
    let placeholders = move || {
        kind.get()
            .placeholders()
            .map(|one| {
                let name = one.name();
                view! {
                    <button
                        type="button"
                        class="button quiet compact"
                        title=format!("{{{{{name}}}}}")
                        on:click=move |_| insert(name)
                    >
                        {move || text::mail_placeholder(one, console.spoken.get())}
                    </button>
                }
            })
            .collect_view()
    };
    let fault_list = move || {
        faults.with(|faults| {
            (!faults.is_empty()).then(|| {
                let lines = faults
                    .iter()
                    .map(|fault| view! { <li>{text::mail_fault(fault, console.spoken.get())}</li> })
                    .collect_view();
                view! { <ul class="mail-faults">{lines}</ul> }
            })
        })
    };
    view! {
        <div class="mail-editor">
            <form class="mail-form" novalidate=true on:submit=save>
                <div class="mail-which">
                    <div class="field">
                        <label for="mail-kind">{say(text::mail_which)}</label>
                        <select
                            id="mail-kind"
                            on:change=move |event| {
                                if let Some(one) = MailKind::from_name(&event_target_value(&event)) { kind.set(one); kept.set(None); }
                            }
                        >
                            {kinds.collect_view()}
                        </select>
                    </div>
                    <div class="field">
                        <label for="mail-language">{say(text::mail_language)}</label>
                        <select
                            id="mail-language"
                            on:change=move |event| { of.set(Language::from_tag(&event_target_value(&event))); kept.set(None); }
                        >
                            {languages.collect_view()}
                        </select>
                    </div>
                </div>
                <p class="weak">{move || {
                    let sentence = if standard() { text::mail_is_standard } else { text::mail_is_own };
                    sentence(console.spoken.get())
                }}</p>
                <div class="field">
                    <label for="mail-subject">{say(text::mail_subject)}</label>
                    <input
                        id="mail-subject"
                        type="text"
                        autocomplete="off"
                        lang=move || of.get().tag()
                        aria-describedby="mail-faults"
                        prop:value=move || subject.get()
                        on:input=move |event| { subject.set(event_target_value(&event)); shown.set(Shown::Sample); }
                    />
                </div>
                <div class="field">
                    <label for="mail-body">{say(text::mail_body)}</label>
                    <textarea
                        id="mail-body"
                        rows="18"
                        lang=move || of.get().tag()
                        aria-describedby="mail-faults"
                        node_ref=area
                        prop:value=move || body.get()
                        on:input=move |event| { body.set(event_target_value(&event)); shown.set(Shown::Sample); }
                    ></textarea>
                </div>
                <div id="mail-faults" role="status">{fault_list}</div>
                <fieldset class="mail-words">
                    <legend>{say(text::mail_insert)}</legend>
                    <div class="mail-chips">{placeholders}</div>
                </fieldset>
                {move || failure.get().map(|failure| view! { <FailureNotice failure/> })}
                <div role="status">
                    {move || kept.get().map(|words| notice(Tone::Info, "", words(console.spoken.get()), None))}
                </div>
                <div class="mail-acts">
                    <button
                        type="submit"
                        class="button"
                        aria-disabled=move || (busy.get() || !faults.with(Vec::is_empty)).then_some("true")
                    >
                        {move || if busy.get() { words::more_loading(console.spoken.get()) } else { text::mail_save(console.spoken.get()) }}
                    </button>
                    {move || (!standard()).then(|| view! {
                        <button type="button" class="button quiet" on:click=move |_| put(None)>{say(text::mail_reset)}</button>
                    })}
                </div>
            </form>
            <section class="mail-preview" aria-labelledby="mail-preview-heading">
                <div class="mail-preview-head">
                    <h2 id="mail-preview-heading">{say(text::mail_preview)}</h2>
                    <button type="button" class="button quiet compact" on:click=real>{say(text::mail_preview_real)}</button>
                </div>
                <p class="weak">{move || {
                    let sentence = match shown.get() {
                        Shown::Sample => text::mail_preview_sample,
                        Shown::Real { .. } => text::mail_preview_newest,
                    };
                    sentence(console.spoken.get())
                }}</p>
                <Letter subject=letter_subject text=letter_text html=letter_html/>
            </section>
        </div>
    }
}

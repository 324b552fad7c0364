//! The outbox: what was sent, what waits, and what a person has to look at.

use super::failure::FailureNotice;
use super::frame::Skeleton;
use super::mail::Letter;
use super::route::{Link, Route};
use super::timer::spawn;
use super::{say, use_console};
use crate::api::mail as api;
use crate::api::operator::Failure;
use leptos::prelude::*;
use shared::api::{MailState, OutboxMail, OutboxRow};
use shared::id::ShopId;
use shared::text::{self, visible, words};

/// The part of the screen.
#[component]
pub fn Outbox(
    /// Whose.
    shop: ShopId,
) -> impl IntoView {
    let console = use_console();
    let shop = StoredValue::new(shop);
    let filter = RwSignal::new(None::<MailState>);
    let rows = RwSignal::new(None::<Vec<OutboxRow>>);
    let next = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<Failure>);
    let opened = RwSignal::new(None::<OutboxMail>);
    let loading = RwSignal::new(false);
    let round = StoredValue::new(0_u32);

    let load = move |before: Option<String>| {
        round.update_value(|round| *round += 1);
        let asked = round.get_value();
        if before.is_none() {
            rows.set(None);
        }
        loading.set(true);
        failure.set(None);
        spawn(async move {
            let state = filter.get_untracked();
            let answer = api::outbox(&shop.get_value(), state, before.as_deref(), console.language()).await;
            if round.try_get_value() != Some(asked) {
                return;
            }
            loading.try_set(false);
            match answer {
                Ok(page) => {
                    rows.update(|rows| {
                        let rows = rows.get_or_insert_default();
                        rows.extend(page.mails);
                    });
                    next.set(page.next);
                }
                Err(problem) if console.is_signed_out(&problem) => {}
                Err(problem) => failure.set(Some(problem)),
            }
        });
    };
    load(None);

    let open = move |id: String| {
        spawn(async move {
            match api::mail(&shop.get_value(), &id, console.language()).await {
                Ok(mail) => {
                    opened.try_set(Some(mail));
                }
                Err(problem) if console.is_signed_out(&problem) => {}
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
        });
    };
    let resend = move |id: String| {
        let Some(csrf) = console.csrf() else { return };
        spawn(async move {
            match api::resend(&shop.get_value(), &id, &csrf, console.language()).await {
                Ok(mail) => {
                    rows.try_update(|rows| {
                        let row =
                            rows.as_mut().and_then(|rows| rows.iter_mut().find(|row| row.id == mail.row.id));
                        if let Some(row) = row {
                            *row = mail.row;
                        }
                    });
                    console.announce(text::mail_resent(console.language()).to_owned());
                }
                Err(problem) if console.is_signed_out(&problem) => {}
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
        });
    };
    let states = MailState::ALL.map(|one| {
        view! { <option value=one.name()>{move || text::mail_state(one, console.spoken.get())}</option> }
    });
    let table = move || {
        let language = console.spoken.get();
        rows.get().map(|rows| {
            if rows.is_empty() {
                return view! {
                    <div class="empty"><h2>{text::mail_outbox_empty_title(language)}</h2><p>{text::mail_outbox_empty(language)}</p></div>
                }
                .into_any();
            }
            let lines = rows
                .into_iter()
                .map(|row| {
                    let order = Route::Orders { shop: shop.get_value(), order: Some(row.order_id.clone()) };
                    let (mail, again) = (row.id.clone(), row.id.clone());
                    let subject = row.subject.as_deref().map_or_else(
                        || text::mail_kind(row.kind, language).to_owned(),
                        |subject| visible(subject).into_owned(),
                    );
                    let code = row.answer_code.filter(|code| *code > 0).map(|code| format!(" (SMTP {code})"));
                    view! {
                        <tr>
                            <td class="cell-placed">
                                <time datetime=text::moment_machine(row.created_at)>{text::moment_short(row.created_at)}</time>
                            </td>
                            <td>
                                <span class=format!("mail-state is-{}", row.state.name())>{text::mail_state(row.state, language)}</span>
                                {(!matches!(row.state, MailState::Sent)).then(|| view! {
                                    <span class="mail-meaning">{text::mail_state_meaning(row.state, language)} {code}</span>
                                })}
                            </td>
                            <td><Link route=order class="order-link">{row.order_number.to_string()}</Link></td>
                            <td class="mail-to"><bdi>{visible(&row.recipient).into_owned()}</bdi></td>
                            <td class="mail-subject">
                                <button type="button" class="mail-open" on:click=move |_| open(mail.clone())><bdi>{subject}</bdi></button>
                            </td>
                            <td>
                                {row.state.may_resend().then(|| view! {
                                    <button type="button" class="button quiet compact" on:click=move |_| resend(again.clone())>
                                        {text::mail_resend(language)}
                                    </button>
                                })}
                            </td>
                        </tr>
                    }
                })
                .collect_view();
            view! {
                <div class="mail-scroll" tabindex="0" role="region" aria-label=text::mail_tab_outbox(language)>
                <table class="table mail-table">
                    <thead><tr>
                        <th scope="col">{text::mail_at(language)}</th>
                        <th scope="col">{text::mail_state_label(language)}</th>
                        <th scope="col">{text::mail_order_number(language)}</th>
                        <th scope="col">{text::mail_to(language)}</th>
                        <th scope="col">{text::mail_subject(language)}</th>
                        <th scope="col"><span class="visually-hidden">{text::mail_resend(language)}</span></th>
                    </tr></thead>
                    <tbody>{lines}</tbody>
                </table>
                </div>
            }
            .into_any()
        })
    };
    let letter = move || {
        opened.get().map(|mail| {
            let OutboxMail { row, message_id, text, html } = mail;
            let subject = row.subject.unwrap_or_default();
            let waits = text.is_none();
            let (text, html) = (text.unwrap_or_default(), html.unwrap_or_default());
            let close = move |_| opened.set(None);
            view! {
                <section class="mail-opened" aria-labelledby="mail-opened-heading">
                    <div class="mail-preview-head">
                        <h2 id="mail-opened-heading">{say(text::mail_opened)}</h2>
                        <button type="button" class="button quiet compact" on:click=close>{say(words::close)}</button>
                    </div>
                    {if waits {
                        view! { <p>{say(text::mail_not_composed)}</p> }.into_any()
                    } else {
                        view! { <Letter subject=Signal::stored(subject) text=Signal::stored(text) html=Signal::stored(html)/> }.into_any()
                    }}
                    <p class="weak">"Message-ID: " <code>{message_id}</code></p>
                </section>
            }
        })
    };
    view! {
        <div class="mail-outbox">
            <div class="mail-bar">
                <div class="field">
                    <label for="mail-filter">{say(text::mail_state_label)}</label>
                    <select
                        id="mail-filter"
                        on:change=move |event| { filter.set(MailState::from_name(&event_target_value(&event))); load(None); }
                    >
                        <option value="">{say(text::mail_every_state)}</option>
                        {states.collect_view()}
                    </select>
                </div>
                <button type="button" class="button quiet" on:click=move |_| load(None)>{say(text::mail_reload)}</button>
            </div>
            {move || failure.get().map(|failure| view! { <FailureNotice failure retry=move |()| load(None)/> })}
            {letter}
            {move || (rows.with(Option::is_none) && failure.with(Option::is_none)).then(|| view! { <Skeleton/> })}
            {table}
            {move || next.get().map(|cursor| view! {
                <div class="orders-more">
                    <button
                        type="button"
                        class="button quiet"
                        aria-disabled=move || loading.get().then_some("true")
                        on:click=move |_| if !loading.get_untracked() { load(Some(cursor.clone())) }
                    >
                        {say(words::more)}
                    </button>
                </div>
            })}
        </div>
    }
}

//! The outbox: what was sent, what waits, and what a person has to look at.

use super::super::failure::{act, failure_notice};
use super::super::frame::skeleton;
use super::super::pieces::{Say, bare_button, button, head, said, typed, while_true};
use super::super::route::{Route, link, parameter};
use super::super::timer::spawn;
use super::super::use_console;
use super::letter::letter;
use crate::api::mail as api;
use crate::api::operator::Failure;
use crate::ui::el::{El, classed, el};
use crate::ui::signal::{RwSignal, Signal, StoredValue};
use leptos::prelude::*;
use shared::api::{Language, MailState, OutboxMail, OutboxRow};
use shared::id::ShopId;
use shared::text::{self, words};

/// The part of the screen.
pub fn outbox(shop: ShopId) -> El {
    let console = use_console();
    let shop = StoredValue::new(shop);
    let filter = RwSignal::new(parameter("state").and_then(|name| MailState::from_name(&name)));
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
        spawn(async move {
            let answer = console
                .with_csrf(async |csrf| api::resend(&shop.get_value(), &id, &csrf, console.language()).await)
                .await;
            match answer {
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
        let option =
            el("option").set("value", one.name()).live(move || text::mail_state(one, console.spoken.get()));
        if filter.get_untracked() == Some(one) { option.set("selected", "") } else { option }
    });
    let line = move |row: OutboxRow, language: Language| {
        let order = Route::Orders { shop: shop.get_value(), order: Some(row.order_id) };
        let (mail, again) = (row.id.clone(), row.id);
        let subject = match row.subject.as_deref() {
            Some(subject) => typed(subject),
            None => el("bdi").child(text::mail_kind(row.kind, language)),
        };
        let time = el("time")
            .set("datetime", &text::moment_machine(row.created_at))
            .child(text::moment_short(row.created_at));
        let meaning = (row.state != MailState::Sent).then(|| {
            let code = row.answer_code.filter(|code| *code > 0);
            let code = code.map(|code| [" (SMTP ", &code.to_string(), ")"].concat());
            classed("span", "mail-meaning").child(text::mail_state_meaning(row.state, language)).child(code)
        });
        let state = classed("span", &["mail-state is-", row.state.name()].concat())
            .child(text::mail_state(row.state, language));
        let open = classed("button", "mail-open")
            .set("type", "button")
            .on("click", move |_| open(mail.clone()))
            .child(subject);
        let resend = row.state.may_resend().then(|| {
            bare_button("quiet compact", move |_| resend(again.clone())).child(text::mail_resend(language))
        });
        el("tr")
            .child(classed("td", "cell-placed").child(time))
            .child(el("td").child(state).child(meaning))
            .child(el("td").child(link(order, "order-link").child(row.order_number.as_str())))
            .child(classed("td", "mail-to").child(typed(&row.recipient)))
            .child(classed("td", "mail-subject").child(open))
            .child(el("td").child(resend))
    };
    let table = move || {
        let language = console.spoken.get();
        let rows = rows.get()?;
        if rows.is_empty() {
            return Some(
                classed("div", "empty")
                    .child(el("h2").child(text::mail_outbox_empty_title(language)))
                    .child(el("p").child(text::mail_outbox_empty(language))),
            );
        }
        let lines: Vec<El> = rows.into_iter().map(|row| line(row, language)).collect();
        let column = |words: &str| el("th").set("scope", "col").child(words);
        let columns = [
            column(text::mail_at(language)),
            column(text::mail_state_label(language)),
            column(text::mail_order_number(language)),
            column(text::mail_to(language)),
            column(text::mail_subject(language)),
            el("th")
                .set("scope", "col")
                .child(classed("span", "visually-hidden").child(text::mail_resend(language))),
        ];
        let table = classed("table", "table mail-table").child(head(columns)).child(el("tbody").child(lines));
        Some(
            classed("div", "mail-scroll")
                .set("tabindex", "0")
                .set("role", "region")
                .set("aria-label", text::mail_tab_outbox(language))
                .child(table),
        )
    };
    let opened_letter = move || {
        let OutboxMail { row, message_id, text: plain, html } = opened.get()?;
        let content = match plain {
            None => said("p", text::mail_not_composed),
            Some(plain) => letter(
                Signal::stored(row.subject.unwrap_or_default()),
                Signal::stored(plain),
                Signal::stored(html.unwrap_or_default()),
            ),
        };
        let top = classed("div", "mail-preview-head")
            .child(said("h2", text::mail_opened).set("id", "mail-opened-heading"))
            .child(button("quiet compact", words::close, move |_| opened.set(None)));
        let id = classed("p", "weak").child("Message-ID: ").child(el("code").child(message_id));
        Some(
            classed("section", "mail-opened")
                .set("aria-labelledby", "mail-opened-heading")
                .child(top)
                .child(content)
                .child(id),
        )
    };
    let choose = move |event| {
        filter.set(MailState::from_name(&event_target_value(&event)));
        load(None);
    };
    let choice = el("select")
        .set("id", "mail-filter")
        .on("change", choose)
        .child(said("option", text::mail_every_state).set("value", ""))
        .child(states.into_iter().collect::<Vec<_>>());
    let bar = classed("div", "mail-bar")
        .child(
            classed("div", "field")
                .child(said("label", text::mail_state_label).set("for", "mail-filter"))
                .child(choice),
        )
        .child(button("quiet", text::mail_reload, move |_| load(None)));
    let waits = move || rows.with(Option::is_none) && failure.with(Option::is_none);
    let more = move || {
        next.get().map(|cursor| {
            let more = move |_| {
                if !loading.get_untracked() {
                    load(Some(cursor.clone()));
                }
            };
            classed("div", "orders-more").child(
                bare_button("quiet", more)
                    .follow_maybe("aria-disabled", move || while_true(loading.get()))
                    .say(words::more),
            )
        })
    };
    classed("div", "mail-outbox")
        .child(bar)
        .live(move || failure.get().map(|failure| failure_notice(failure, act(move || load(None)), None)))
        .live(opened_letter)
        .live(move || waits().then(skeleton))
        .live(table)
        .live(more)
}

//! What an address change reaches, before it is made; and what happens next, once it is.

use super::card::address_lines;
use super::failed::Asked;
use super::panel::keep;
use super::{Held, My, note_list};
use crate::api::shopper::Failure;
use crate::ui::button::button;
use crate::ui::el::{El, classed, el};
use crate::widget::browser;
use crate::widget::pay_button::yes_or_no;
use leptos::prelude::*;
use shared::api::{AddressedDelivery, ChangeAddressRequest, Language, MySubscription};
use shared::day::Day;
use shared::id::CheckoutSessionId;
use shared::text;
use std::sync::Arc;

fn request(my: My, one: &MySubscription) -> ChangeAddressRequest {
    let form = my.form;
    let session = CheckoutSessionId::new(form.session.get_untracked()).ok();
    ChangeAddressRequest {
        version: one.version,
        from: form.from.get_untracked().parse().ok(),
        address: session.is_none().then(|| form.typed()),
        amazon_checkout_session_id: session,
    }
}

/// Asks what the change would reach: the preview stands then, or what has to be typed again.
///
/// The newest question counts: what was asked before it is answered in vain.
pub fn ask(my: My, one: Arc<MySubscription>) {
    let Some(member) = my.member() else { return my.expired() };
    if my.busy.get_untracked() {
        return;
    }
    let form = my.form;
    let first = form.preview.with_untracked(Held::is_nothing);
    let turn = form.next_turn();
    form.asking.set(true);
    my.failure.set(Held::Nothing);
    let request = request(my, &one);
    browser::spawn(async move {
        let answer = member.preview(&one.id, &request).await;
        if !my.is_turn(turn) {
            return;
        }
        form.asking.set(false);
        match answer {
            Ok(view) if view.errors.is_empty() => {
                form.refuse(&[]);
                form.preview.set(Held::Preview(Arc::new(view)));
                if first {
                    my.focus_soon(".my-step h5");
                }
            }
            Ok(view) => {
                form.preview.set(Held::Nothing);
                form.refuse(&view.errors);
                my.focus_soon(".my-errors");
            }
            Err(failure) => back(my, Asked::Preview, failure),
        }
    });
}

/// Changes it.
pub fn change(my: My, one: Arc<MySubscription>) {
    let Some(member) = my.member() else { return my.expired() };
    if my.busy.get_untracked() {
        return;
    }
    let form = my.form;
    let turn = form.next_turn();
    my.busy.set(true);
    my.failure.set(Held::Nothing);
    let request = request(my, &one);
    browser::spawn(async move {
        let answer = member.change_address(&one.id, &request).await;
        if !my.is_turn(turn) {
            return;
        }
        my.busy.set(false);
        match answer {
            Ok(view) => {
                my.tell("address");
                form.done.set(true);
                form.preview.set(Held::Preview(Arc::new(view)));
                // The card with the new address, and the panel in it, as it stands now.
                my.load().await;
                if my.is_turn(turn) {
                    my.focus_soon(".my-step h5");
                }
            }
            Err(failure) => back(my, Asked::Change, failure),
        }
    });
}

/// To the form, with everything typed still in it, and why.
fn back(my: My, asked: Asked, failure: Failure) {
    my.form.preview.set(Held::Nothing);
    // Whoever asks once more what was not answered need not choose at Amazon again.
    if !matches!((asked, &failure), (Asked::Preview, Failure::NoAnswer)) {
        my.form.session.set(String::new());
    }
    my.fail(asked, failure);
}

/// At Amazon chosen, and being asked about; without an answer it can be asked again.
pub fn waiting(my: My) -> Vec<El> {
    let language = my.language;
    let said = move || my.form.asking.get().then(|| text::my_checking(language));
    let acts = move || {
        (!my.form.asking.get()).then(|| {
            let again = classed("button", "button")
                .set("part", "button")
                .set("type", "submit")
                .child(text::my_to_preview(language));
            classed("div", "my-panel-acts").child(again).child(keep(my))
        })
    };
    vec![el("p").set("role", "status").live(said), my.alert(|| true), el("div").live(acts)]
}

/// Preview, or what became of it.
pub fn view(my: My, one: Arc<MySubscription>) -> Vec<El> {
    let language = my.language;
    let form = my.form;
    let done = form.done.get_untracked();
    let Some(view) = form.preview.get_untracked().preview() else { return Vec::new() };
    let heading = if done { text::my_address_done(language) } else { text::my_preview_heading(language) };
    let address = view.address.as_ref().map(|address| {
        classed("div", "my-new")
            .child(classed("p", "label").child(text::my_address_heading(language)))
            .child(address_lines(address, language))
    });
    let mut reached: Vec<_> = view.reached.iter().map(|one| delivery(one, true, language)).collect();
    let next = if reached.is_empty() {
        Some(classed("p", "weak").child(text::my_reaches_nothing(language)))
    } else {
        reached.push(tick("my-reach", text::my_and_later(language)));
        None
    };
    let kept: Vec<_> = view.kept.iter().map(|one| delivery(one, false, language)).collect();
    let kept = (!kept.is_empty()).then(|| {
        classed("div", "my-part")
            .child(classed("h6", "my-label").child(text::my_kept(language)))
            .child(classed("ul", "my-deliveries").child(kept))
    });
    let reached = classed("div", "my-part")
        .child(classed("h6", "my-label").child(text::my_reached(language)))
        .child(next)
        .child(classed("ul", "my-deliveries").child(reached));
    let heading = classed("h5", "heading").set("tabindex", "-1").child(heading);
    if done {
        let close = button("", text::my_close(language), move |_| my.close());
        return vec![
            classed("div", "my-done")
                .child(classed("span", "sign done").set("aria-hidden", "true").child("✓"))
                .child(heading),
            el("p")
                .child(text::my_address_done_next(language))
                .child(view.mailed.then(|| text::my_address_done_mail(language))),
            el("div").child(address),
            reached,
            el("div").child(kept),
            note_list(&view.notes, language),
            my.alert(|| true),
            classed("div", "my-panel-acts").child(close),
        ];
    }
    let word = move || match (my.busy.get(), form.asking.get()) {
        (true, _) => text::my_working(language),
        (_, true) => text::my_checking(language),
        _ => text::my_change_address_now(language),
    };
    let now = classed("button", "button")
        .set("part", "button")
        .set("type", "submit")
        .follow("aria-busy", move || yes_or_no(my.busy.get() || form.asking.get()))
        .live(word);
    let again = button("quiet", text::my_back(language), move |_| {
        if my.busy.get_untracked() {
            return;
        }
        form.next_turn();
        form.preview.set(Held::Nothing);
        form.session.set(String::new());
        my.focus_soon(".panel h4");
    });
    vec![
        heading,
        el("div").child(address),
        when(my, one),
        reached,
        el("div").child(kept),
        note_list(&view.notes, language),
        my.alert(|| true),
        classed("div", "my-panel-acts").child(now).child(again),
    ]
}

/// 次回から, or from one of the deliveries to come.
fn when(my: My, one: Arc<MySubscription>) -> El {
    let language = my.language;
    let later = one.upcoming.iter().skip(1).map(|upcoming| Some(upcoming.date));
    let choices: Vec<_> = core::iter::once(None).chain(later).map(|from| choice(my, &one, from)).collect();
    classed("fieldset", "my-when")
        .child(classed("legend", "my-label").child(text::my_from(language)))
        .child(choices)
}

fn choice(my: My, one: &Arc<MySubscription>, from: Option<Day>) -> El {
    let language = my.language;
    let form = my.form;
    let label = match from {
        None => text::my_from_next(language).to_owned(),
        Some(day) => text::my_from_day(&text::my_day(day, false, language), language),
    };
    let at = from.map(|day| day.to_string()).unwrap_or_default();
    let one = one.clone();
    let input = el("input")
        .set("type", "radio")
        .set("name", "my-from")
        .prop("checked", {
            let at = at.clone();
            move || form.from.get() == at
        })
        .on("change", move |_| {
            form.from.set(at.clone());
            ask(my, one.clone());
        });
    classed("label", "check").child(input).child(el("span").child(label))
}

/// A delivery with its tick, or with why it keeps its address.
fn delivery(one: &AddressedDelivery, reached: bool, language: Language) -> El {
    let day = text::my_day(one.date, false, language);
    let number = one.order_number.as_ref().map(|number| {
        classed("span", "weak small").child([text::my_ordered(language), " ", number.as_str()].concat())
    });
    if reached {
        return tick("my-reach", &day).child(number);
    }
    let reason =
        one.kept.map(|reason| classed("span", "small").child(text::my_kept_reason(reason, language)));
    classed("li", "my-keep").child(classed("span", "my-day").child(day)).child(number).child(reason)
}

fn tick(class: &str, words: &str) -> El {
    classed("li", class)
        .child(classed("span", "my-tick").set("aria-hidden", "true").child("✓"))
        .child(classed("span", "my-day").child(words))
}

//! One subscription: when the next delivery comes, what it is and costs, where it goes, and what may be done.

use super::My;
use super::panel::{self, Panel};
use crate::ui::button::{button, link_button};
use crate::ui::el::{El, classed, el};
use crate::ui::notice::{Tone, notice};
use crate::widget::pay_button::yes_or_no;
use leptos::prelude::*;
use shared::address::DeliveryAddress;
use shared::api::{Language, MyState, MySubscription};
use shared::monthly_cap::NoRoom;
use shared::subscription::SubscriptionAction;
use shared::text;
use std::sync::Arc;

/// The card, with the panel that is open in it.
pub fn card(my: My, one: Arc<MySubscription>) -> El {
    let language = my.language;
    let id = ["my-", one.id.as_str()].concat();
    let tone = match one.state {
        MyState::Active => "my-state on",
        MyState::PaymentNeeded => "my-state wait",
        MyState::Paused | MyState::Ended { .. } => "my-state",
    };
    let head = classed("header", "my-head")
        .child(
            classed("h3", "my-product")
                .set("id", &id)
                .child(one.product_name.as_str())
                .child(classed("span", "my-pieces").child(text::my_pieces(one.quantity, language))),
        )
        .child(classed("span", tone).child(text::my_state(one.state, language)));
    let told = text::my_state_text(one.state, one.payment_url.is_some(), language).map(|words| {
        let pay = matches!(one.state, MyState::PaymentNeeded).then(|| pay_link(&one, language)).flatten();
        let tone = if pay.is_some() { Tone::Caution } else { Tone::Info };
        notice(tone, "", words, pay.into_iter().collect())
    });
    let panels = {
        let one = one.clone();
        move || {
            let (_, panel) = my.open.get().open().filter(|(id, _)| **id == *one.id.as_str())?;
            // A tag for each, so that nothing of one panel is taken for another's.
            Some(el(panel.tag()).child(panel::view(my, one.clone(), panel)))
        }
    };
    classed("article", "card my-card")
        .set("part", "card")
        .set("aria-labelledby", &id)
        .child(head)
        .child(told)
        .child(deferred(&one, language))
        .child(preparing(&one, language))
        .child(next(&one, language))
        .child(facts(&one, language))
        .child(actions(my, &one))
        .live(panels)
}

/// What is ordered already: it comes before the next delivery, and changes do not reach it.
fn preparing(one: &MySubscription, language: Language) -> Vec<El> {
    let rows = one.ordered.iter().map(|delivery| {
        let number = [text::order_number(language), " ", delivery.order_number.as_str()].concat();
        classed("p", "my-preparing")
            .child(classed("span", "label").child(text::my_preparing(language)))
            .child(
                el("time")
                    .set("datetime", &delivery.date.to_string())
                    .set("class", "my-day")
                    .child(text::my_day(delivery.date, false, language)),
            )
            .child(classed("span", "weak small").child(number))
    });
    rows.collect()
}

/// R19: what the month has no room for, when it comes instead, and what follows it soon.
fn deferred(one: &MySubscription, language: Language) -> Option<El> {
    let deferred = one.deferred.as_ref()?;
    let mut told = text::my_deferred(deferred, language);
    if let Some(following) = deferred.following {
        told.push_str(language.pick("", " "));
        told.push_str(&text::my_following(following, language));
    }
    Some(notice(Tone::Caution, "", &told, vec![]))
}

/// The next delivery, the largest thing of the card, and the two after it.
fn next(one: &MySubscription, language: Language) -> Option<El> {
    let (first, later) = one.upcoming.split_first()?;
    let later: Vec<_> = later.iter().map(|one| text::my_day(one.date, false, language)).collect();
    let later = (!later.is_empty()).then(|| {
        classed("p", "weak small").child([text::my_then(language), " ", &later.join("・")].concat())
    });
    Some(
        classed("div", "my-next")
            .child(classed("p", "label").child(text::my_next(language)))
            .child(
                classed("p", "my-date").child(
                    el("time")
                        .set("datetime", &first.date.to_string())
                        .child(text::my_day(first.date, false, language)),
                ),
            )
            .child(later),
    )
}

fn facts(one: &MySubscription, language: Language) -> El {
    let total = one.total.map(|total| {
        classed("span", "")
            .child(classed("strong", "amount").child(total.to_string()))
            .child(classed("span", "weak small").child(text::my_with_shipping(one.shipping_fee, language)))
    });
    let payment = one.payment_text.as_deref().map(|payment| classed("span", "text").child(payment));
    let ended = matches!(one.state, MyState::Ended { .. });
    let change =
        one.payment_url.as_deref().filter(|_| !matches!(one.state, MyState::PaymentNeeded)).map(|url| {
            classed("a", "link small")
                .set("href", url)
                .set("target", "_blank")
                .set("rel", "noopener noreferrer")
                .child(text::my_change_payment(language))
                .child(classed("span", "hidden").child(text::new_tab(language)))
        });
    let address = one.address.as_ref().map(|address| {
        let source = one.address_source.and_then(|source| text::my_address_source(source, language));
        classed("div", "")
            .child(address_lines(address, language))
            .child(source.map(|source| classed("p", "weak small").child(source)))
    });
    let rows = [
        (!ended)
            .then(|| fact(text::my_cycle(language), el("span").child(text::my_every(one.cycle, language)))),
        total.filter(|_| !ended).map(|total| fact(text::my_each(language), total)),
        address.map(|address| fact(text::my_address(language), address)),
        (payment.is_some() || change.is_some())
            .then(|| fact(text::my_payment(language), classed("div", "my-pay").child(payment).child(change))),
        (!ended).then(|| fact(text::my_month(language), month(one, language))),
    ];
    classed("dl", "my-facts").child(rows.into_iter().flatten().collect::<Vec<_>>())
}

fn fact(label: &str, value: El) -> El {
    el("div").child(el("dt").child(label)).child(el("dd").child(value))
}

/// The month's cap as a meter and in words (R16, R17).
fn month(one: &MySubscription, language: Language) -> El {
    let month = &one.month;
    let words = text::my_used(month.month, month.used, month.remaining, month.cap, language);
    classed("div", "my-month")
        .child(
            el("meter")
                .set("min", "0")
                .set("max", &month.cap.get().to_string())
                .set("value", &month.used.get().to_string())
                .set("aria-label", text::my_month(language))
                .set("aria-valuetext", &words),
        )
        .child(classed("p", "amount-words").child(words))
        .child(one.no_room.map(|no_room| {
            let tone = if no_room == NoRoom::Deferred { Tone::Info } else { Tone::Caution };
            notice(tone, "", text::my_no_room(no_room, language), vec![])
        }))
        .child(classed("p", "weak small").child(text::my_month_note(language)))
}

/// Name, postal code, place and phone, as they stand on the parcel.
pub fn address_lines(address: &DeliveryAddress, language: Language) -> El {
    let name = [address.name.as_str(), text::honorific(language)].concat();
    let prefecture = address.prefecture.map_or("", |prefecture| prefecture.name());
    let place = [prefecture, &address.lines.join(" ")].concat();
    let code = address.postal_code_shown();
    let phone = address.phone.as_deref().map(text::phone);
    let rows = [code, Some(place), phone].into_iter().flatten();
    classed("div", "my-address")
        .child(classed("p", "text strong").child(name))
        .child(rows.map(|row| classed("p", "text").child(row)).collect::<Vec<_>>())
}

fn pay_link(one: &MySubscription, language: Language) -> Option<El> {
    link_button(one.payment_url.as_deref()?, text::my_change_payment(language), "small")
}

fn actions(my: My, one: &MySubscription) -> Option<El> {
    if one.actions.is_empty() {
        return None;
    }
    // The address first: it is what most people come for.
    const ORDER: [SubscriptionAction; 7] = [
        SubscriptionAction::ChangeAddress,
        SubscriptionAction::Resume,
        SubscriptionAction::ChangeDate,
        SubscriptionAction::ChangeQuantity,
        SubscriptionAction::Skip,
        SubscriptionAction::Pause,
        SubscriptionAction::Cancel,
    ];
    let product = one.product_name.as_str();
    let buttons = ORDER.into_iter().filter(|action| one.actions.contains(action)).map(|action| {
        let panel = Panel::of(action);
        let label = panel.label(my.language);
        let class =
            ["small my-open-", panel.name(), if panel == Panel::Address { "" } else { " quiet" }].concat();
        let id = one.id.clone();
        let mine = one.id.as_str().to_owned();
        let expanded = move || {
            let open = my.open.get().open().is_some_and(|(id, open)| *id == *mine && open == panel);
            if open { "true" } else { "false" }.to_owned()
        };
        button(&class, label, move |_| my.open(id.as_str(), panel))
            .follow("aria-disabled", move || yes_or_no(my.busy.get()))
            .set(
                "aria-label",
                &[label, my.language.pick("(", " ("), product, my.language.pick(")", ")")].concat(),
            )
            .follow("aria-expanded", expanded)
    });
    Some(classed("div", "my-acts").child(buttons.collect::<Vec<_>>()))
}

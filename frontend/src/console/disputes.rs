//! 異議申立て: the inbox of disputes, with the date to answer by (R61).

use super::desk_fields::{Kind, filled, said_line};
use super::frame::frame;
use super::paged::{Page, Paged};
use super::pieces::{said, submit, typed, while_true};
use super::queue_screen::{Queue, order_link, queue};
use super::queue_store::{follow_changes, passing_ms};
use super::{live, say, use_console};
use crate::api::desk as api;
use crate::ui::copy::copyable;
use crate::ui::el::{El, classed, el, group};
use crate::ui::moment::moment;
use crate::ui::signal::{RwSignal, Signal};
use shared::api::{AnswerDisputeRequest, DisputeView};
use shared::id::ShopId;
use shared::text::desk_words;
use web_sys::Event;

/// Less than that many milliseconds left is shown as urgent: three days.
const URGENT: i64 = 3 * 24 * 60 * 60 * 1000;

/// The screen.
pub fn dispute_screen(shop: ShopId) -> El {
    let console = use_console();
    console.orders.enter(&shop);
    live::follow(console, shop.clone());
    let asked = shop.clone();
    let list = Paged::<DisputeView>::new(
        |one| one.id.as_str(),
        move |after| {
            let shop = asked.clone();
            Box::pin(async move {
                let page = api::disputes(&shop, after.as_deref(), console.language()).await?;
                Ok(Page { rows: page.disputes, next: page.next })
            })
        },
    );
    follow_changes(console, move || list.read(console));
    let view = console.session.with_untracked(|session| session.shop(&shop));
    let part = Queue {
        id: "disputes-heading",
        heading: desk_words::disputes_heading,
        lead: desk_words::disputes_lead,
        empty: Signal::derive(say(desk_words::disputes_empty_detail)),
        tools: None,
    };
    let drawn = queue(part, list, move |one| dispute(&shop, one, list));
    let screen = classed("div", "screen disputes")
        .child(said("h1", desk_words::disputes_heading).set("tabindex", "-1"))
        .child(drawn);
    frame(view, screen)
}

fn dispute(shop: &ShopId, one: DisputeView, list: Paged<DisputeView>) -> El {
    let console = use_console();
    let language = console.spoken.get();
    let head = match &one.order {
        Some(order) => order_link(shop, &order.id, &order.number),
        None => classed("span", "queue-number").child(desk_words::order_unknown(language)),
    };
    let is_open = one.answered.is_none();
    let state = match one.answered {
        Some((at, by)) => el("p")
            .child(el("strong").child(desk_words::answered(language)))
            .child(" ")
            .child(moment(at, language))
            .child(" · ")
            .child(typed(&by))
            .child(one.note.map(|note| group().child(" · ").child(typed(&note)))),
        None => {
            let (note, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
            let (shop, id) = (shop.clone(), one.id.clone());
            let answer = move |event: Event| {
                event.prevent_default();
                if busy.get_untracked() {
                    return;
                }
                busy.set(true);
                let (shop, id) = (shop.clone(), id.clone());
                let request = AnswerDisputeRequest { note: note.with_untracked(|note| filled(note)) };
                let answered = async move {
                    let done = console.with_csrf(async |csrf| {
                        api::answer_dispute(&shop, &id, &request, &csrf, console.language()).await
                    });
                    let done = done.await;
                    // Once done it is not asked again: what is shown is read, all pages of it, and the form goes.
                    if done.is_err() {
                        busy.try_set(false);
                    }
                    done.map(drop)
                };
                list.change(console, Box::pin(answered));
            };
            let id = ["dispute-note-", &one.id].concat();
            classed("form", "queue-form")
                .set("novalidate", "")
                .on("submit", answer)
                .child(said_line(&id, desk_words::note, Kind::Text, note))
                .child(
                    submit("quiet compact")
                        .follow_maybe("aria-disabled", move || while_true(busy.get()))
                        .follow_maybe("aria-busy", move || while_true(busy.get()))
                        .child(desk_words::mark_answered(language)),
                )
        }
    };
    let answer_by = one.answer_by;
    // The row stays as drawn; what is left becomes less.
    let due = move || {
        is_open.then(|| {
            let left = answer_by - passing_ms(console);
            let class = if left < URGENT { "missing" } else { "weak" };
            classed("span", class).child(desk_words::days_to_answer(left, language))
        })
    };
    let label = classed("span", "weak").child([desk_words::dispute_id(language), ": "].concat());
    classed("li", "queue-item")
        .child(head)
        .child(
            classed("span", "queue-name")
                .child([desk_words::answer_by(language), ": "].concat())
                .child(moment(one.answer_by, language))
                .child(" ")
                .live(due),
        )
        .child(
            classed("span", "queue-since")
                .child([desk_words::received_at(language), " "].concat())
                .child(moment(one.received_at, language)),
        )
        .child(classed("span", "queue-cause").child(label).child(copyable(
            one.id,
            desk_words::dispute_id,
            console.spoken,
        )))
        .child(classed("div", "queue-done").child(state))
}

//! 異議申立て: the inbox of disputes, with the date to answer by (R61).

use super::desk_fields::{Kind, filled, line};
use super::frame::Frame;
use super::queue_screen::{Part, order_link};
use super::queue_store::{Inbox, follow_changes, now_ms};
use super::{live, say, use_console};
use crate::api::desk as api;
use crate::ui::copy::Copyable;
use crate::ui::moment::moment;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::api::{AnswerDisputeRequest, DisputeList, DisputeView};
use shared::id::ShopId;
use shared::text::{desk_words, visible};

/// Less than that many milliseconds left is shown as urgent: three days.
const URGENT: i64 = 3 * 24 * 60 * 60 * 1000;

/// The screen.
#[component]
pub fn DisputeScreen(
    /// The shop.
    shop: ShopId,
) -> impl IntoView {
    let console = use_console();
    console.orders.enter(&shop);
    live::follow(console, shop.clone());
    let inbox = Inbox::<DisputeList>::new();
    let asked = StoredValue::new(shop.clone());
    let read = move || {
        let shop = asked.get_value();
        inbox.read(console, async move { api::disputes(&shop, console.language()).await });
    };
    follow_changes(console, read);
    let view = console.session.with_untracked(|session| session.shop(&shop));
    let empty = Signal::derive(say(desk_words::disputes_empty_detail));
    let body = view! {
        <div class="screen">
            <h1 class="visually-hidden">{say(desk_words::disputes_heading)}</h1>
            <Part
                id="disputes-heading"
                heading=desk_words::disputes_heading
                lead=desk_words::disputes_lead
                empty
                inbox
                retry=move |()| read()
                items=disputes
                shop
            />
        </div>
    };
    view.map(|view| view! { <Frame shop=view>{body}</Frame> })
}

fn disputes(shop: &ShopId, list: DisputeList, inbox: Inbox<DisputeList>) -> Vec<AnyView> {
    list.disputes.into_iter().enumerate().map(|(place, one)| dispute(shop, one, place, inbox)).collect()
}

fn dispute(shop: &ShopId, one: DisputeView, place: usize, inbox: Inbox<DisputeList>) -> AnyView {
    let console = use_console();
    let spoken = console.spoken;
    let language = spoken.get();
    let left = one.answer_by - now_ms();
    let head = match &one.order {
        Some(order) => order_link(shop, &order.id, &order.number).into_any(),
        None => view! { <span class="queue-number">{desk_words::order_unknown(language)}</span> }.into_any(),
    };
    let state = match one.answered.clone() {
        Some((at, by)) => view! {
            <p>
                <strong>{desk_words::answered(language)}</strong> " " {moment(at, language)} " · "
                <bdi>{visible(&by).into_owned()}</bdi>
                {one.note.map(|note| view! { " · " <bdi>{visible(&note).into_owned()}</bdi> })}
            </p>
        }
        .into_any(),
        None => {
            let note = RwSignal::new(String::new());
            let (shop, id) = (shop.clone(), one.id.clone());
            let answer = move |event: SubmitEvent| {
                event.prevent_default();
                let (shop, id) = (shop.clone(), id.clone());
                let request = AnswerDisputeRequest { note: note.with_untracked(|note| filled(note)) };
                inbox.change(console, async move {
                    console
                        .with_csrf(async |csrf| {
                            api::answer_dispute(&shop, &id, &request, &csrf, console.language()).await
                        })
                        .await
                });
            };
            view! {
                <form class="queue-form" novalidate=true on:submit=answer>
                    {line(format!("dispute-note-{place}"), move || desk_words::note(spoken.get()).to_owned(), Kind::Text, note)}
                    <button type="submit" class="button quiet compact">{desk_words::mark_answered(language)}</button>
                </form>
            }
            .into_any()
        }
    };
    let due = one.answered.is_none().then(|| {
        let class = if left < URGENT { "missing" } else { "weak" };
        view! { <span class=class>{desk_words::days_to_answer(left, language)}</span> }
    });
    view! {
        <li class="queue-item">
            {head}
            <span class="queue-name">
                {desk_words::answer_by(language)} ": " {moment(one.answer_by, language)} " " {due}
            </span>
            <span class="queue-since">{desk_words::received_at(language)} " " {moment(one.received_at, language)}</span>
            <span class="queue-cause">
                <span class="weak">{desk_words::dispute_id(language)} ": "</span>
                <Copyable code=one.id label=Signal::derive(say(desk_words::dispute_id)) language=spoken/>
            </span>
            <div class="queue-done">{state}</div>
        </li>
    }
    .into_any()
}

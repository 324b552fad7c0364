//! Amazon's objects beside ours, read when asked (R52).

use super::desk_store::{AmazonSide, payment_word};
use super::failure::FailureNotice;
use super::{say, use_console};
use crate::ui::moment::moment;
use leptos::prelude::*;
use shared::api::{AmazonObject, Language, OrderView};
use shared::order_action::OrderAction;
use shared::text::desk_words;

/// The button and, once read, the comparison.
#[component]
pub fn AmazonSideView(view: Memo<OrderView>) -> impl IntoView {
    let console = use_console();
    let spoken = console.spoken;
    let side = console.desk.amazon;
    let id = view.with_untracked(|view| view.row.id.clone());
    let of_this = move || {
        side.with(|side| match side {
            AmazonSide::Asking(order) | AmazonSide::Shown(order, _) | AmazonSide::Failed(order, _) => {
                *order == id
            }
            AmazonSide::Unasked => false,
        })
    };
    let allowed = Memo::new(move |_| {
        view.with(|view| {
            view.desk.actions.iter().any(|one| one.action == OrderAction::Refetch && one.refused.is_none())
        })
    });
    let asking = move || side.with(|side| matches!(side, AmazonSide::Asking(_)));
    let shown = move || {
        if !of_this() {
            return ().into_any();
        }
        let language = spoken.get();
        match side.get() {
            AmazonSide::Unasked => ().into_any(),
            AmazonSide::Asking(_) => {
                view! { <p class="weak">{desk_words::refetching(language)}</p> }.into_any()
            }
            AmazonSide::Failed(_, failure) => {
                view! { <FailureNotice failure retry=move |()| console.refetch()/> }.into_any()
            }
            AmazonSide::Shown(_, objects) => {
                view.with(|order| comparison(&objects, order, language)).into_any()
            }
        }
    };
    view! {
        <Show when=move || allowed.get()>
            <button
                type="button"
                class="button quiet compact refetch"
                aria-disabled=move || asking().then_some("true")
                on:click=move |_| console.refetch()
            >
                {say(desk_words::refetch)}
            </button>
        </Show>
        <div role="status">{shown}</div>
    }
}

fn comparison(objects: &[AmazonObject], order: &OrderView, language: Language) -> impl IntoView + use<> {
    let rows: Vec<_> = objects.iter().map(|object| row(object, order, language)).collect();
    view! {
        <table class="lines beside">
            <thead>
                <tr>
                    <th scope="col">{desk_words::object(language)}</th>
                    <th scope="col">{desk_words::amazon_side(language)}</th>
                    <th scope="col">{desk_words::our_side(language)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn row(object: &AmazonObject, order: &OrderView, language: Language) -> impl IntoView + use<> {
    let (what, second, ours) = match object.kind.as_str() {
        "charge_permission" => {
            let known = order.charge_permission_id.as_deref() == Some(object.id.as_str());
            (
                desk_words::permission(language),
                desk_words::left_part(language),
                known.then(|| order.totals.total.to_string()),
            )
        }
        "charge" => {
            let known = order.charge_id.as_deref() == Some(object.id.as_str());
            let ours =
                known.then(|| format!("{} {}", payment_word(&order.row, language), order.totals.total));
            (desk_words::charge(language), desk_words::captured_part(language), ours)
        }
        _ => {
            let known = order
                .desk
                .refunds
                .iter()
                .find(|refund| refund.refund_id.as_deref() == Some(object.id.as_str()));
            let ours = known.map(|refund| {
                format!("{} {}", desk_words::refund_progress(refund.progress, language), refund.amount)
            });
            (desk_words::refund(language), "", ours)
        }
    };
    let reasons = object.reasons.join(", ");
    let amounts = object.amount.map(|amount| {
        let second = object
            .second_amount
            .filter(|_| !second.is_empty())
            .map(|more| format!(" ({second} {more})"))
            .unwrap_or_default();
        format!("{amount}{second}")
    });
    let id = object.id.clone();
    let state = object.state.clone();
    let updated = object.updated_at.or(object.created_at);
    view! {
        <tr>
            <th scope="row">
                {what}
                <code class="beside-id" translate="no">{id}</code>
            </th>
            <td>
                <code translate="no">{state}</code>
                {(!reasons.is_empty()).then(|| view! { " " <code translate="no">{reasons}</code> })}
                {amounts.map(|amounts| view! { <span class="beside-line">{amounts}</span> })}
                {updated.map(|at| view! {
                    <span class="beside-line weak">{desk_words::updated_at(language)} " " {moment(at, language)}</span>
                })}
            </td>
            <td>{ours.unwrap_or_else(|| desk_words::not_known_here(language).to_owned())}</td>
        </tr>
    }
}

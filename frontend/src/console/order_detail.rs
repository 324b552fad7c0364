//! 受注詳細: state and actions above, then what was bought, by whom, what Amazon calls it, and what happened.

use super::desk_sheet::ActionSheet;
use super::failure::FailureNotice;
use super::frame::Skeleton;
use super::keys::leave_detail;
use super::order_detail_actions::Actions;
use super::order_parts::{AmazonIds, Buyer, Lines, Timeline};
use super::order_parts_records::{Alerts, Records};
use super::orders::Opened;
use super::{say, use_console};
use crate::api::operator::Failure;
use crate::ui::moment::moment;
use crate::ui::payment_icon::PaymentIcon;
use leptos::html;
use leptos::prelude::*;
use shared::api::{Code, OrderView};
use shared::text::{self, words};

/// The pane, or on a narrow screen the page, of the open order.
#[component]
pub fn OrderDetail() -> impl IntoView {
    let console = use_console();
    let heading = NodeRef::<html::H1>::new();
    let opened = console.orders.opened;
    let id = Memo::new(move |_| {
        opened.with(|opened| match opened {
            Opened::Nothing => None,
            Opened::Loading(id) | Opened::Failed(id, _) => Some(id.clone()),
            Opened::Ready(view) => Some(view.row.id.clone()),
        })
    });
    // A new order under the same pane: the focus goes to its head, once.
    Effect::new(move || {
        if id.get().is_some()
            && let Some(heading) = heading.get()
        {
            let _ = heading.focus();
        }
    });
    // Built anew for another order only; a newer version of the same order changes what it has to.
    let which = Memo::new(move |_| {
        opened.with(|opened| match opened {
            Opened::Nothing => Which::Nothing,
            Opened::Loading(_) => Which::Loading,
            Opened::Failed(_, failure) => Which::Failed(failure.clone()),
            Opened::Ready(view) => Which::Ready(view.row.id.clone()),
        })
    });
    let body = move || match which.get() {
        Which::Nothing => ().into_any(),
        Which::Loading => view! {
            <p class="visually-hidden" role="status">{say(words::loading_order)}</p>
            <Skeleton/>
        }
        .into_any(),
        Which::Failed(failure) if failure.code() == Some(Code::NotFound) => view! {
            <div class="empty"><h2>{say(words::no_order_title)}</h2><p>{say(words::no_page_detail)}</p></div>
        }
        .into_any(),
        Which::Failed(failure) => {
            let again = move |()| {
                if let Some(id) = id.get_untracked() {
                    console.read_detail(id);
                }
            };
            view! { <FailureNotice failure retry=again/> }.into_any()
        }
        Which::Ready(_) => {
            // The pane is taken away before another order comes in, so a view is always there.
            let first = opened.with_untracked(|opened| match opened {
                Opened::Ready(view) => Some((**view).clone()),
                _ => None,
            });
            first
                .map(|first| {
                    let view = Memo::new(move |before: Option<&OrderView>| match opened.get() {
                        Opened::Ready(view) => *view,
                        _ => before.cloned().unwrap_or_else(|| first.clone()),
                    });
                    view! { <Ready view/> }
                })
                .into_any()
        }
    };
    view! {
        <section class="detail" aria-labelledby="detail-heading">
            <div class="detail-head">
                <h1 id="detail-heading" tabindex="-1" node_ref=heading>{say(words::detail_heading)}</h1>
                <button type="button" class="button quiet compact" on:click=move |_| leave_detail(console)>
                    <span class="only-narrow">{say(words::back_to_list)}</span>
                    <span class="only-wide">{say(words::close)}</span>
                </button>
            </div>
            {body}
        </section>
    }
}

#[derive(Clone, PartialEq, Eq)]
enum Which {
    Nothing,
    Loading,
    Failed(Failure),
    Ready(shared::id::OrderId),
}

#[component]
fn Ready(view: Memo<OrderView>) -> impl IntoView {
    let console = use_console();
    let spoken = console.spoken;
    let (number, placed_at) = view.with_untracked(|view| (view.row.number.to_string(), view.row.placed_at));
    let row = Signal::derive(move || view.with(|view| view.row.clone()));
    view! {
        <div class="detail-state">
            <p class="detail-number" translate="no">{number}</p>
            <p class="detail-total">{move || view.with(|view| view.totals.total.to_string())}</p>
            <p class="detail-placed">{move || moment(placed_at, spoken.get())}</p>
            <dl class="states">
                <div>
                    <dt>{say(words::order_status)}</dt>
                    <dd>{move || text::order_status(view.with(|view| view.row.order_status), spoken.get())}</dd>
                </div>
                <div>
                    <dt>{say(words::payment_status)}</dt>
                    <dd>{move || text::payment_status(view.with(|view| view.row.payment_status), spoken.get())}</dd>
                </div>
                <div>
                    <dt>{say(words::payment)}</dt>
                    <dd class="detail-payment"><PaymentIcon row place="detail" language=spoken/></dd>
                </div>
            </dl>
            <Actions view/>
        </div>
        <Alerts view/>
        <Lines view/>
        <Buyer view/>
        <AmazonIds view/>
        <Records view/>
        <Timeline view/>
        <ActionSheet view/>
    }
}

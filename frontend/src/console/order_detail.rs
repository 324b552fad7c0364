//! 受注詳細: state and actions above, then what was bought, by whom, what Amazon calls it, and what happened.

use super::desk_sheet::action_sheet;
use super::failure::{act, failure_notice};
use super::frame::skeleton;
use super::keys::leave_detail;
use super::order_detail_actions::actions;
use super::order_parts::{amazon_ids, buyer, lines, timeline};
use super::order_parts_records::{alerts, records};
use super::orders::Opened;
use super::pieces::{bare_button, fact, said, said_in};
use super::use_console;
use crate::api::operator::Failure;
use crate::ui::el::{El, Node, classed, el, group};
use crate::ui::moment::moment;
use crate::ui::payment_icon::payment_icon;
use crate::ui::signal::{Memo, Signal, effect};
use leptos::prelude::*;
use shared::api::{Code, OrderView};
use shared::text::{self, words};

/// The pane, or on a narrow screen the page, of the open order.
pub fn order_detail() -> El {
    let console = use_console();
    let heading = Node::new();
    let opened = console.orders.opened;
    let id = Memo::new(move |_| {
        opened.with(|opened| match opened {
            Opened::Nothing => None,
            Opened::Loading(id) | Opened::Failed(id, _) => Some(id.clone()),
            Opened::Ready(view) => Some(view.row.id.clone()),
        })
    });
    // A new order under the same pane: the focus goes to its head, once.
    effect(move || {
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
        Which::Nothing => group(),
        Which::Loading => group()
            .child(said_in("p", "visually-hidden", words::loading_order).set("role", "status"))
            .child(skeleton()),
        Which::Failed(failure) if failure.code() == Some(Code::NotFound) => classed("div", "empty")
            .child(said("h2", words::no_order_title))
            .child(said("p", words::no_page_detail)),
        Which::Failed(failure) => {
            let again = move || {
                if let Some(id) = id.get_untracked() {
                    console.read_detail(id);
                }
            };
            failure_notice(failure, act(again), None)
        }
        Which::Ready(_) => {
            // The pane is taken away before another order comes in, so a view is always there.
            let first = opened.with_untracked(|opened| match opened {
                Opened::Ready(view) => Some((**view).clone()),
                _ => None,
            });
            group().child(first.map(|first| {
                ready(Memo::new(move |before: Option<&OrderView>| match opened.get() {
                    Opened::Ready(view) => *view,
                    _ => before.cloned().unwrap_or_else(|| first.clone()),
                }))
            }))
        }
    };
    let back = bare_button("quiet compact", move |_| leave_detail(console))
        .child(said_in("span", "only-narrow", words::back_to_list))
        .child(said_in("span", "only-wide", words::close));
    let heading =
        said("h1", words::detail_heading).set("id", "detail-heading").set("tabindex", "-1").node(heading);
    classed("section", "detail")
        .set("aria-labelledby", "detail-heading")
        .child(classed("div", "detail-head").child(heading).child(back))
        .live(body)
}

#[derive(Clone, PartialEq, Eq)]
enum Which {
    Nothing,
    Loading,
    Failed(Failure),
    Ready(shared::id::OrderId),
}

fn ready(view: Memo<OrderView>) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let (number, placed_at) = view.with_untracked(|view| (view.row.number.to_string(), view.row.placed_at));
    let row = Signal::derive(move || view.with(|view| view.row.clone()));
    let order_status =
        group().live(move || text::order_status(view.with(|view| view.row.order_status), spoken.get()));
    let payment_status =
        group().live(move || text::payment_status(view.with(|view| view.row.payment_status), spoken.get()));
    let payment = el("div")
        .child(said("dt", words::payment))
        .child(classed("dd", "detail-payment").child(payment_icon(row, "detail", spoken)));
    let states = classed("dl", "states")
        .child(fact(words::order_status, order_status))
        .child(fact(words::payment_status, payment_status))
        .child(payment);
    let state = classed("div", "detail-state")
        .child(classed("p", "detail-number").set("translate", "no").child(number))
        .child(classed("p", "detail-total").live(move || view.with(|view| view.totals.total.to_string())))
        .child(classed("p", "detail-placed").live(move || moment(placed_at, spoken.get())))
        .child(states)
        .child(actions(view));
    group()
        .child(state)
        .child(alerts(view))
        .child(lines(view))
        .child(buyer(view))
        .child(amazon_ids(view))
        .child(records(view))
        .child(timeline(view))
        .child(action_sheet(view))
}

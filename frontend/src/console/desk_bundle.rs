//! 同梱: which orders go out in one parcel with this one (R46). Orders of Amazon Pay are none of them.

use super::desk_cancel::consequences;
use super::desk_sheet::{Shell, always, shell};
use super::failure::{act, failure_notice};
use super::pieces::{check, said, said_in, typed};
use super::timer::spawn;
use super::use_console;
use crate::api::desk::{self as api, Act};
use crate::api::operator::Failure;
use crate::ui::el::{El, classed, el, group};
use crate::ui::moment::moment;
use crate::ui::signal::{RwSignal, Signal};
use leptos::prelude::*;
use shared::api::{BundleRequest, OrderRow, OrderView};
use shared::id::OrderId;
use shared::order_action::OrderAction;
use shared::text::{self, desk_words};

/// Most others of one bundle.
const MOST: usize = 20;

/// The sheet.
pub fn bundle_sheet(order: &OrderView, newest: Signal<i64>) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let (version, id) = (order.row.version, order.row.id.clone());
    let present: Vec<OrderId> = order.desk.bundle.iter().map(|other| other.id.clone()).collect();
    let (rows, ticked) = (RwSignal::new(Vec::<OrderRow>::new()), RwSignal::new(Vec::<OrderRow>::new()));
    let (reading, failure) = (RwSignal::new(true), RwSignal::new(None::<Failure>));
    let before = present.clone();
    let read = move || {
        reading.set(true);
        failure.set(None);
        let Some(shop) = console.orders.shop() else { return };
        let (id, before) = (id.clone(), before.clone());
        spawn(async move {
            let answer = api::bundle_candidates(&shop, &id, console.language()).await;
            if reading.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(page) => {
                    // What may no longer go along (shipped meanwhile) is not in the list and is not sent.
                    let is_in = |row: &&OrderRow| before.contains(&row.id);
                    ticked.set(page.orders.iter().filter(is_in).cloned().collect());
                    rows.set(page.orders);
                }
                Err(problem) => failure.set(Some(problem)),
            }
        });
    };
    read();
    let was_bundled = !present.is_empty();
    let blocked = Signal::derive(move || {
        let (count, same) = ticked.with(|ticked| {
            let same = ticked.len() == present.len() && ticked.iter().all(|row| present.contains(&row.id));
            (ticked.len(), same)
        });
        let why = if count > MOST { desk_words::bundle_too_many } else { desk_words::bundle_unchosen };
        // Before the list is there nothing is ticked, and nothing is meant by that.
        let unread = reading.get() || failure.with(Option::is_some);
        (same || unread || count > MOST).then(|| why(spoken.get()).to_owned())
    });
    let send = move || {
        let with = ticked.with_untracked(|ticked| ticked.iter().map(|row| row.id.clone()).collect());
        console.act(OrderAction::Bundle, Act::Bundle(BundleRequest { version, with }));
    };
    let choice = move |row: &OrderRow| {
        let (on, own) = (row.id.clone(), row.clone());
        let input = el("input")
            .set("type", "checkbox")
            .prop("checked", move || ticked.with(|ticked| ticked.iter().any(|one| one.id == on)))
            .on("change", move |event| {
                ticked.update(|ticked| {
                    ticked.retain(|one| one.id != own.id);
                    if event_target_checked(&event) {
                        ticked.push(own.clone());
                    }
                });
            });
        let language = spoken.get();
        let facts = [
            &row.total.to_string(),
            " · ",
            text::payment_method(row.method, language),
            " · ",
            text::order_status(row.order_status, language),
        ]
        .concat();
        let words = classed("span", "bulk-tick")
            .child(el("span").child(typed(row.number.as_str())).child(" ").child(typed(&row.buyer_name)))
            .child(
                classed("span", "field-hint")
                    .child(moment(row.placed_at, language))
                    .child(" · ")
                    .child(facts),
            );
        check(input).child(words)
    };
    let list = move || {
        if let Some(problem) = failure.get() {
            return failure_notice(problem, act(read.clone()), None);
        }
        let rows = rows.get();
        if rows.is_empty() {
            let told = if reading.get() { desk_words::loading } else { desk_words::bundle_empty };
            return el("p").set("role", "status").child(told(spoken.get()));
        }
        classed("fieldset", "group")
            .child(said("legend", desk_words::bundle_with))
            .child(rows.iter().map(choice).collect::<Vec<_>>())
    };
    let told = move || {
        let language = spoken.get();
        let count = ticked.with(Vec::len);
        let first = match count {
            0 if was_bundled => Some(desk_words::bundle_ends(language).to_owned()),
            0 => None,
            count => Some(desk_words::bundle_marks(count + 1, language)),
        };
        group().child(first.map(|first| el("li").child(first))).child(said("li", desk_words::bundle_keeps))
    };
    let fields = group()
        .child(said_in("p", "lead", desk_words::bundle_lead))
        .live(list)
        .child(consequences(el("ul").set("aria-live", "polite").live(told)));
    let (action, submit) = (OrderAction::Bundle, always(desk_words::bundle_run));
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}

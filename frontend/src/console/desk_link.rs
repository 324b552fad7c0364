//! 再決済のご案内: a link, shown once, that makes a new Amazon Pay order of the same lines (R38, R89).

use super::desk_cancel::Consequence;
use super::desk_sheet::Shell;
use super::{Sentence, say, use_console};
use crate::ui::copy::Copyable;
use crate::ui::moment::moment;
use leptos::prelude::*;
use shared::api::OrderView;
use shared::order_action::OrderAction;
use shared::text::desk_words;

/// The sheet.
#[component]
pub fn LinkSheet(order: OrderView, newest: Signal<i64>) -> impl IntoView {
    let console = use_console();
    let desk = console.desk;
    let spoken = console.spoken;
    let version = order.row.version;
    let is_out = order.desk.link_open_until.is_some();
    // Once shown there is nothing left to send.
    let submit =
        Signal::derive(move || desk.link.with(Option::is_none).then_some(desk_words::link_run as Sentence));
    let send = move |()| console.make_link(version);
    let body = move || {
        match desk.link.get() {
        Some(link) => view! {
            <p class="lead" role="alert">{say(desk_words::link_give)}</p>
            <div class="made-link"><Copyable code=link.url label=Signal::derive(say(desk_words::link)) language=spoken/></div>
            <p>{say(desk_words::link_until)} ": " {moment(link.expires_at, spoken.get())}</p>
        }
        .into_any(),
        None => view! {
            <Consequence>
                <li>{say(desk_words::link_lead)}</li>
                {is_out.then(|| view! { <li>{say(desk_words::link_replaces)}</li> })}
            </Consequence>
        }
        .into_any(),
    }
    };
    view! {
        <Shell
            action=OrderAction::SendPaymentLink
            version
            newest
            submit
            blocked=Signal::stored(None::<String>)
            send
        >
            {body}
        </Shell>
    }
}

//! 再決済のご案内: a link, shown once, that makes a new Amazon Pay order of the same lines (R38, R89).

use super::desk_cancel::consequences;
use super::desk_sheet::{Shell, never_blocked, shell};
use super::pieces::{said, said_in};
use super::{Sentence, use_console};
use crate::ui::copy::copyable;
use crate::ui::el::{El, classed, el, group};
use crate::ui::moment::moment;
use crate::ui::signal::Signal;
use shared::api::{OrderView, PaymentLinkView};
use shared::order_action::OrderAction;
use shared::text::desk_words;

/// What is left to do with a link just made.
fn given(link: &PaymentLinkView) -> Sentence {
    if link.mailed_to.is_some() { desk_words::link_mailed } else { desk_words::link_give }
}

/// The sheet.
pub fn link_sheet(order: &OrderView, newest: Signal<i64>) -> El {
    let console = use_console();
    let desk = console.desk;
    let spoken = console.spoken;
    let version = order.row.version;
    let mail = match (order.buyer_mail.is_some(), order.desk.mail_server) {
        (true, true) => desk_words::link_mails as Sentence,
        (true, false) => desk_words::link_no_server,
        (false, _) => desk_words::link_no_address,
    };
    let is_out = order.desk.link_open_until.is_some();
    // Once shown there is nothing left to send.
    let submit =
        Signal::derive(move || desk.link.with(Option::is_none).then_some(desk_words::link_run as Sentence));
    let body = move || match desk.link.get() {
        Some(link) => group()
            .child(said_in("p", "lead", given(&link)).set("role", "alert"))
            .child(classed("div", "made-link").child(copyable(link.url, desk_words::link, spoken)))
            .child(
                said("p", desk_words::link_until).child(": ").child(moment(link.expires_at, spoken.get())),
            ),
        None => consequences(
            el("ul")
                .child(said("li", desk_words::link_lead))
                .child(said("li", mail))
                .child(is_out.then(|| said("li", desk_words::link_replaces))),
        ),
    };
    let send = Box::new(move || console.make_link(version));
    let (action, blocked) = (OrderAction::SendPaymentLink, never_blocked());
    shell(Shell { action, version, newest, submit, blocked, send }, group().live(body))
}

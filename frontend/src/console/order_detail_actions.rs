//! What can be done with the open order, and why not what people would look for.

use super::pieces::{Say, bare_button, button, said_in};
use super::route::{Route, link_to};
use super::use_console;
use crate::ui::el::{El, classed, el, group};
use crate::ui::signal::{Memo, Signal};
use shared::api::{ActionView, OrderView};
use shared::order::OrderStatus;
use shared::order_action::{ActionRefused, OrderAction};
use shared::status_icon::StatusIcon;
use shared::text::{desk_words, enter_words, words};

/// Actions with a sheet, as they stand beside each other; a cancel comes last.
const OFFERED: [OrderAction; 12] = [
    OrderAction::Ship,
    OrderAction::Prepare,
    OrderAction::Bundle,
    OrderAction::ChangeAmount,
    OrderAction::SwapItem,
    OrderAction::EditBuyer,
    OrderAction::ChangeMethod,
    OrderAction::Reauthorize,
    OrderAction::SendPaymentLink,
    OrderAction::PartialRefund,
    OrderAction::RecordRemedy,
    OrderAction::Cancel,
];
/// Refusals people would look for; the others are absent.
const EXPLAINED: [OrderAction; 7] = [
    OrderAction::ChangeAmount,
    OrderAction::SwapItem,
    OrderAction::ChangeMethod,
    OrderAction::PartialRefund,
    OrderAction::Cancel,
    OrderAction::Reauthorize,
    OrderAction::Bundle,
];

/// What people of a shop that bundles would look for where it cannot be: it stands there, and why not beside it (R46).
fn is_shut(one: &ActionView) -> bool {
    one.action == OrderAction::Bundle && one.refused == Some(ActionRefused::AmazonPayExcluded)
}

fn is_offered(one: &ActionView) -> bool {
    match one.refused {
        None => true,
        // What is not captured may be shipped with a reason.
        Some(ActionRefused::NotCaptured) => one.action == OrderAction::Ship,
        Some(_) => false,
    }
}

/// Buttons and reasons.
pub fn actions(view: Memo<OrderView>) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let row = Signal::derive(move || view.with(|view| view.row.clone()));
    // As the server judges it now: a money action that is open shuts it, too.
    let capturing = Memo::new(move |_| {
        view.with(|view| {
            view.desk
                .actions
                .iter()
                .find(|one| one.action == OrderAction::Capture)
                .and_then(|one| one.refused)
        })
    });
    // What has run out is authorized anew before anything else can be done for it.
    let expired = Memo::new(move |_| view.with(|view| view.row.icon == Some(StatusIcon::Expired)));
    let capture = move || {
        let refused = capturing.get();
        if refused.is_none() {
            let capture = move |_| console.preview_capture(vec![row.get_untracked()]);
            button("compact", words::capture_one, capture)
        } else {
            // Forbidden actions are absent and say why.
            let why = move || match refused {
                Some(refused) if row.with(|row| row.may_capture) => {
                    desk_words::refused(refused, spoken.get())
                }
                _ => words::why_excluded(&row.get(), spoken.get()),
            };
            said_in("p", "detail-why", words::capture_one).child(": ").live(why)
        }
    };
    let actions =
        move || view.with(|view| (view.desk.actions.clone(), view.row.order_status == OrderStatus::Canceled));
    let buttons = move || {
        let (actions, is_canceled) = actions();
        let one = |wanted: OrderAction| {
            actions.iter().find(|one| one.action == wanted && is_offered(one))?;
            let label = move || {
                let language = spoken.get();
                match wanted {
                    OrderAction::Cancel if is_canceled => desk_words::cancel_again(language),
                    other => desk_words::action(other, language),
                }
            };
            let show = move |_| console.desk.show(wanted);
            let first = wanted == OrderAction::Reauthorize && expired.get();
            let looks = if first { "compact is-first" } else { "quiet compact" };
            Some(bare_button(looks, show).set("aria-haspopup", "dialog").live(label))
        };
        OFFERED.into_iter().filter_map(one).collect::<Vec<_>>()
    };
    let refusals = move || {
        let (actions, _) = actions();
        let language = spoken.get();
        let why = |wanted: OrderAction| {
            let refused = actions
                .iter()
                .find(|one| one.action == wanted && !is_offered(one) && !is_shut(one))?
                .refused?;
            let what = desk_words::action(wanted, language);
            Some(el("li").child([what, ": ", desk_words::refused(refused, language)].concat()))
        };
        let lines: Vec<_> = EXPLAINED.into_iter().filter_map(why).collect();
        (!lines.is_empty()).then(|| {
            classed("details", "refusals")
                .child(el("summary").child(desk_words::refusals(language)))
                .child(el("ul").child(lines))
        })
    };
    let shut = move || {
        actions().0.iter().any(is_shut).then(|| {
            group()
                .child(
                    button("quiet compact", desk_words::bundle_run, |_| ())
                        .set("aria-disabled", "true")
                        .set("aria-describedby", "bundle-why"),
                )
                .child(said_in("p", "detail-why", desk_words::bundle_never).set("id", "bundle-why"))
        })
    };
    let replaceable = move || {
        view.with(|view| {
            let is = view.row.order_status == OrderStatus::Canceled && view.desk.replaced_by.is_none();
            is.then(|| view.row.id.clone())
        })
    };
    let replace = move || {
        let order = replaceable()?;
        let page = Route::EnterOrder(console.orders.shop()?).path();
        let address = [&page, "?replaces=", order.as_str()].concat();
        Some(link_to(address, "button quiet").say(enter_words::replace))
    };
    let act = classed("div", "detail-act")
        .set("role", "group")
        .say_as("aria-label", desk_words::actions)
        .live(capture)
        .live(buttons)
        .live(replace)
        .live(shut);
    group().child(act).child(classed("div", "detail-refusals").live(refusals))
}

//! Amazon's objects beside ours, read when asked (R52).

use super::desk_store::{AmazonSide, payment_word};
use super::failure::{act, failure_notice};
use super::pieces::{button, head, while_true};
use super::use_console;
use crate::ui::el::{El, classed, el, group};
use crate::ui::moment::moment;
use crate::ui::signal::Memo;
use shared::api::{AmazonObject, Language, OrderView};
use shared::money::Yen;
use shared::order_action::OrderAction;
use shared::text::desk_words;

/// The button and, once read, the comparison.
pub fn amazon_side(view: Memo<OrderView>) -> El {
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
            return None;
        }
        let language = spoken.get();
        match side.get() {
            AmazonSide::Unasked => None,
            AmazonSide::Asking(_) => Some(classed("p", "weak").child(desk_words::refetching(language))),
            AmazonSide::Failed(_, failure) => {
                Some(failure_notice(failure, act(move || console.refetch()), None))
            }
            AmazonSide::Shown(_, objects) => Some(view.with(|order| comparison(&objects, order, language))),
        }
    };
    let ask = move || {
        button("quiet compact refetch", desk_words::refetch, move |_| console.refetch())
            .follow_maybe("aria-disabled", move || while_true(asking()))
    };
    group().live_while(move || allowed.get(), ask).child(el("div").set("role", "status").live(shown))
}

fn comparison(objects: &[AmazonObject], order: &OrderView, language: Language) -> El {
    let rows: Vec<El> = objects.iter().map(|object| row(object, order, language)).collect();
    let columns =
        [desk_words::object(language), desk_words::amazon_side(language), desk_words::our_side(language)];
    let columns = columns.map(|words| el("th").set("scope", "col").child(words));
    classed("table", "lines beside").child(head(columns)).child(el("tbody").child(rows))
}

fn row(object: &AmazonObject, order: &OrderView, language: Language) -> El {
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
            let ours = known.then(|| two(payment_word(&order.row, language), order.totals.total));
            (desk_words::charge(language), desk_words::captured_part(language), ours)
        }
        _ => {
            let known = order
                .desk
                .refunds
                .iter()
                .find(|refund| refund.refund_id.as_deref() == Some(object.id.as_str()));
            let ours = known
                .map(|refund| two(desk_words::refund_progress(refund.progress, language), refund.amount));
            (desk_words::refund(language), "", ours)
        }
    };
    let reasons = object.reasons.join(", ");
    let amounts = object.amount.map(|amount| {
        let second = object
            .second_amount
            .filter(|_| !second.is_empty())
            .map(|more| [" (", second, " ", &more.to_string(), ")"].concat())
            .unwrap_or_default();
        [amount.to_string(), second].concat()
    });
    let updated = object.updated_at.or(object.created_at).map(|at| {
        classed("span", "beside-line weak")
            .child([desk_words::updated_at(language), " "].concat())
            .child(moment(at, language))
    });
    let code = |code: &str| el("code").set("translate", "no").child(code);
    let what = el("th").set("scope", "row").child(what).child(code(&object.id).set("class", "beside-id"));
    let theirs = el("td")
        .child(code(&object.state))
        .child((!reasons.is_empty()).then(|| group().child(" ").child(code(&reasons))))
        .child(amounts.map(|amounts| classed("span", "beside-line").child(amounts)))
        .child(updated);
    let ours = ours.unwrap_or_else(|| desk_words::not_known_here(language).to_owned());
    el("tr").child(what).child(theirs).child(el("td").child(ours))
}

fn two(words: &str, amount: Yen) -> String {
    [words, " ", &amount.to_string()].concat()
}

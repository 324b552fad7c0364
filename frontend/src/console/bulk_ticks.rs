//! What is ticked in 一括処理, in the order in which the steps run.

use super::desk_fields::radios;
use super::pieces::{check, said, said_in};
use super::{Sentence, use_console};
use crate::ui::el::{El, classed, el, group};
use crate::ui::signal::{Memo, RwSignal, effect};
use leptos::prelude::*;
use shared::api::CancelReason;
use shared::bulk_plan::BulkSteps;
use shared::order::OrderStatus;
use shared::text::{self, bulk_words, desk_words};

/// Why the ticks cannot be previewed yet.
pub fn stands_against(steps: &BulkSteps) -> Option<Sentence> {
    if steps.cancels() && steps.cancel_reason.is_none() {
        return Some(desk_words::reason_unchosen);
    }
    (!steps.is_sound()).then_some(bulk_words::nothing_ticked)
}

/// The ticks; `tried` is whether they were sent already.
pub fn ticks(tried: RwSignal<bool>) -> El {
    let console = use_console();
    let (spoken, steps) = (console.spoken, console.bulk.steps);
    let count = console.bulk.rows.with_untracked(Vec::len);
    let sum = console.bulk.rows.with_untracked(|rows| rows.iter().map(|row| row.total.get()).sum());
    let cancels = Memo::new(move |_| steps.with(BulkSteps::cancels));
    let reason = RwSignal::new(steps.with_untracked(|steps| steps.cancel_reason));
    effect(move || {
        let reason = reason.get();
        steps.update(|steps| steps.cancel_reason = reason.filter(|_| steps.cancels()));
    });
    let choose = move |event| {
        let status = OrderStatus::from_name(&event_target_value(&event));
        steps.update(|steps| {
            steps.status = status;
            // No money is asked for with a cancel, and a reason is asked with nothing else.
            let cancels = steps.cancels();
            steps.reauthorize &= !cancels;
            steps.capture &= !cancels;
            steps.cancel_reason = reason.get_untracked().filter(|_| cancels);
        });
    };
    let option = move |value: &str, chosen: bool, words: &str| {
        let option = el("option").set("value", value).child(words);
        if chosen { option.set("selected", "") } else { option }
    };
    let present = steps.with_untracked(|steps| steps.status);
    let language = console.language();
    let status = classed("div", "field bulk-status")
        .child(said("label", bulk_words::status).set("for", "bulk-status"))
        .child(
            el("select")
                .set("id", "bulk-status")
                .on("change", choose)
                .child(option("", present.is_none(), bulk_words::status_stays(language)))
                .child(
                    OrderStatus::ALL
                        .map(|one| {
                            option(one.name(), present == Some(one), text::order_status(one, language))
                        })
                        .into_iter()
                        .collect::<Vec<_>>(),
                ),
        );
    let cancel = move || {
        let words = move |one| text::cancel_reason(one, spoken.get());
        classed("div", "bulk-cancel")
            .child(said_in("p", "field-hint", bulk_words::cancel_hint))
            .child(radios("bulk-reason", desk_words::reason, CancelReason::ALL.to_vec(), words, reason))
    };
    let mail_hint = move || bulk_words::mail_hint(steps.with(|steps| steps.status), spoken.get());
    let fields = classed("fieldset", "bulk-steps")
        .child(said_in("legend", "visually-hidden", bulk_words::steps))
        .child(tick(
            bulk_words::reauthorize,
            said_in("span", "field-hint", bulk_words::reauthorize_hint),
            Some(cancels),
            move || steps.with(|steps| steps.reauthorize),
            move |on| steps.update(|steps| steps.reauthorize = on),
        ))
        .child(tick(
            bulk_words::capture,
            said_in("span", "field-hint", bulk_words::capture_hint),
            Some(cancels),
            move || steps.with(|steps| steps.capture),
            move |on| steps.update(|steps| steps.capture = on),
        ))
        .child(classed("div", "bulk-step").child(status).live_while(move || cancels.get(), cancel))
        .child(tick(
            bulk_words::send_mail,
            classed("span", "field-hint").live(mail_hint),
            None,
            move || steps.with(|steps| steps.send_mail),
            move |on| steps.update(|steps| steps.send_mail = on),
        ));
    let against = move || {
        let sentence = steps.with(stands_against).filter(|_| tried.get());
        sentence
            .map(|sentence| classed("p", "sheet-blocked").set("role", "alert").child(sentence(spoken.get())))
    };
    group()
        .child(
            classed("p", "bulk-count")
                .child(el("b").live(move || text::words::chosen(count, spoken.get())))
                .child(said("span", text::words::sum).child(" ").child(super::money_sum(sum))),
        )
        .child(said_in("p", "lead", bulk_words::ticks_lead))
        .child(fields)
        .live(against)
}

fn tick(
    label: Sentence,
    hint: El,
    forbidden: Option<Memo<bool>>,
    is: impl Fn() -> bool + Send + 'static,
    set: impl Fn(bool) + 'static,
) -> El {
    let input = el("input")
        .set("type", "checkbox")
        .prop("checked", is)
        .prop("disabled", move || forbidden.is_some_and(|forbidden| forbidden.get()))
        .on("change", move |event| set(event_target_checked(&event)));
    let words = classed("span", "bulk-tick").child(said("span", label)).child(hint);
    classed("div", "bulk-step").child(check(input).child(words))
}

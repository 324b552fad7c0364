//! How far a 一括処理 is, and what came of it: one line per order.

use super::pieces::{button, said, said_in};
use super::{money_sum, use_console};
use crate::ui::el::{El, classed, el, group};
use shared::api::{BulkItem, ItemState, Language};
use shared::text::{bulk_words, words};

/// Whether no order needs anybody.
pub fn is_all_done(items: &[BulkItem]) -> bool {
    items
        .iter()
        .all(|item| matches!(item.state, ItemState::Done | ItemState::UnderWay | ItemState::Unconfirmed))
}

/// While it runs.
pub fn progress() -> El {
    let console = use_console();
    let bulk = console.bulk;
    let words = move || {
        let (done, all) = bulk.progress();
        bulk_words::progress(done, all, console.spoken.get())
    };
    let bar = classed("progress", "progress")
        .set("aria-labelledby", "progress-words")
        .follow("max", move || bulk.progress().1.max(1).to_string())
        .prop("value", move || bulk.progress().0 as f64);
    group()
        .child(el("p").set("id", "progress-words").set("role", "status").live(words))
        .child(bar)
        .child(said_in("p", "lead", bulk_words::running_hint))
        .child(items())
}

/// Once every order has its result.
pub fn summary() -> El {
    let console = use_console();
    let (run, spoken) = (console.bulk.run, console.spoken);
    let has = move |state: ItemState| {
        run.with(|run| run.as_ref().is_some_and(|run| run.items.iter().any(|item| item.state == state)))
    };
    let captures = run.with_untracked(|run| run.as_ref().is_some_and(|run| run.steps.capture));
    let figure = move |state: ItemState| {
        let (count, sum) = run.with(|run| {
            let items = run.as_ref().map_or(&[][..], |run| &run.items);
            let of_state = items.iter().filter(|item| item.state == state);
            of_state.fold((0, 0), |(count, sum), item| (count + 1, sum + item.amount.get()))
        });
        let language = spoken.get();
        (count > 0).then(|| {
            el("div").child(el("dt").child(bulk_words::item_state(state, language))).child(
                el("dd")
                    .child(words::count(count, language))
                    .child(" ")
                    .child(classed("span", "figure-sum").child(money_sum(sum))),
            )
        })
    };
    let states = [
        ItemState::Done,
        ItemState::UnderWay,
        ItemState::Unconfirmed,
        ItemState::Failed,
        ItemState::LeftOut,
        ItemState::Waiting,
    ];
    group()
        .child(classed("dl", "figures").live(move || states.map(figure).into_iter().collect::<Vec<_>>()))
        .child(captures.then(|| said_in("p", "lead", bulk_words::amazon_mails)))
        .live_while(move || has(ItemState::UnderWay), || said_in("p", "lead", bulk_words::under_way_hint))
        .live_while(
            move || has(ItemState::Unconfirmed),
            || said_in("p", "lead", bulk_words::unconfirmed_hint),
        )
        .child(items())
}

/// One line per order; what needs care stands first once it is over.
fn items() -> El {
    let console = use_console();
    let lines = move || {
        let language = console.spoken.get();
        let (mut items, finished) =
            console.bulk.run.get().map(|run| (run.items, run.finished)).unwrap_or_default();
        if finished {
            items.sort_by_key(|item| match item.state {
                ItemState::Failed => 0,
                ItemState::LeftOut => 1,
                ItemState::Unconfirmed | ItemState::UnderWay => 2,
                ItemState::Waiting | ItemState::Done => 3,
            });
        }
        items.into_iter().map(|item| line(item, language)).collect::<Vec<_>>()
    };
    classed("ul", "items").live(lines)
}

fn line(item: BulkItem, language: Language) -> El {
    let (class, shape) = match item.state {
        ItemState::Waiting => ("item-state weak", "M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z"),
        ItemState::Done => ("item-state positive", "M3 8.5l3.4 3.4L13 5"),
        ItemState::UnderWay => ("item-state info", "M3 8h9M8.6 4.6L12 8l-3.4 3.4"),
        ItemState::Unconfirmed => ("item-state caution", "M8 4.5v4.2l2.6 1.6"),
        ItemState::Failed => ("item-state critical", "M4 4l8 8M12 4l-8 8"),
        ItemState::LeftOut => ("item-state caution", "M3.5 8h9"),
    };
    let drawing = [
        r#"<svg class="icon-shape" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false"><path d=""#,
        shape,
        r#""/></svg>"#,
    ]
    .concat();
    let why = item
        .problem
        .map(|problem| classed("span", "item-why").child([problem.title, problem.detail].join(" ")));
    let mail = item.mail.map(|state| {
        said("span", bulk_words::mail)
            .set("class", "item-mail")
            .child(": ")
            .child(bulk_words::mail_state(state, language))
    });
    let since = item
        .since
        .map(|at| classed("span", "weak").child([" (", &bulk_words::since(at, language), ")"].concat()));
    let state =
        classed("span", class).draw(drawing).child(bulk_words::item_state(item.state, language)).child(since);
    let console = use_console();
    let order = item.order_id.clone();
    let let_go = item
        .goes_on
        .then(|| button("quiet compact", bulk_words::let_go, move |_| console.let_go(order.clone())));
    classed("li", "item")
        .child(classed("span", "item-number").set("translate", "no").child(item.number.to_string()))
        .child(state)
        .child(mail)
        .child(classed("span", "item-amount").child(item.amount.to_string()))
        .child(why)
        .child(let_go)
}

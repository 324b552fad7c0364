//! The sheet of a bulk capture: what will happen, how far it is, what came of it.

use super::bulk::{AT_ONCE, Phase};
use super::failure::FailureNotice;
use super::notice::{Tone, notice};
use super::{money_sum, say, use_console};
use crate::ui::dialog::{Dialog, dismiss};
use leptos::html;
use leptos::prelude::*;
use shared::api::{BulkItem, ItemState, Language, OrderRow};
use shared::text::{visible, words};

/// Above the list while a run goes on behind a closed sheet.
#[component]
pub fn RunUnderWay() -> impl IntoView {
    let console = use_console();
    let bulk = console.bulk;
    let hidden = move || !bulk.shown.get() && matches!(bulk.phase.get(), Phase::Running | Phase::Finished);
    let words = move || {
        let (done, all) = bulk.progress();
        words::run_under_way(done, all, bulk.phase.get() == Phase::Finished, console.spoken.get())
    };
    view! {
        <Show when=hidden>
            <p class="run-under-way" role="status">
                <span>{words}</span>
                <button type="button" class="button quiet compact" on:click=move |_| bulk.shown.set(true)>
                    {say(words::show_run)}
                </button>
            </p>
        </Show>
    }
}

/// The sheet, while it is shown.
#[component]
pub fn BulkSheet() -> impl IntoView {
    let bulk = use_console().bulk;
    view! {
        <Show when=move || bulk.shown.get()>
            <Sheet/>
        </Show>
    }
}

/// Which of the three faces is due; Starting looks like the preview it came from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Face {
    Preparing,
    Preview,
    Running,
    Summary,
}

#[component]
fn Sheet() -> impl IntoView {
    let console = use_console();
    let bulk = console.bulk;
    let spoken = console.spoken;
    let node = crate::ui::el::Node::new();
    let heading = NodeRef::<html::H2>::new();
    let face = Memo::new(move |_| match bulk.phase.get() {
        Phase::Preparing => Face::Preparing,
        Phase::Idle | Phase::Preview | Phase::Starting => Face::Preview,
        Phase::Running => Face::Running,
        Phase::Finished => Face::Summary,
    });
    // The button that was pressed is gone with its face; the focus goes to the new heading.
    Effect::new(move |before: Option<Face>| {
        let now = face.get();
        if before.is_some_and(|before| before != now)
            && let Some(heading) = heading.get_untracked()
        {
            let _ = heading.focus();
        }
        now
    });
    let title = move || {
        let sentence = match face.get() {
            Face::Preparing | Face::Preview => words::preview_heading,
            Face::Running => words::running_heading,
            Face::Summary if all_captured(&bulk.run.get().map(|run| run.items).unwrap_or_default()) => {
                words::summary_heading
            }
            Face::Summary => words::summary_heading_some,
        };
        sentence(spoken.get())
    };
    let failure = move || {
        bulk.failure.get().map(|failure| {
            // What is safe here is more than "nothing was changed".
            let language = spoken.get();
            match (failure.code(), face.get()) {
                (None, Face::Running) => notice(Tone::Caution, "", words::run_lost(language), None),
                (None, Face::Preview) => notice(Tone::Caution, "", words::run_unknown(language), None),
                _ => view! { <FailureNotice failure/> }.into_any(),
            }
        })
    };
    let body = move || match face.get() {
        Face::Preparing => view! { <p role="status">{say(words::preparing)}</p> }.into_any(),
        Face::Preview => view! { <Preview/> }.into_any(),
        Face::Running => view! { <Progress/> }.into_any(),
        Face::Summary => view! { <Summary/> }.into_any(),
    };
    view! {
        <Dialog heading="bulk-heading" close=move |()| bulk.close() node>
            <div class="sheet-head">
                <h2 id="bulk-heading" tabindex="-1" autofocus=true node_ref=heading>{title}</h2>
            </div>
            <div class="sheet-body" tabindex="0" role="group" aria-labelledby="bulk-heading">
                <div role="status">{failure}</div>
                {body}
            </div>
            <div class="sheet-foot">
                <button type="button" class="button quiet compact" on:click=move |_| dismiss(node)>
                    {move || if face.get() == Face::Preview {
                        words::stop(spoken.get())
                    } else {
                        words::close(spoken.get())
                    }}
                </button>
                {move || match face.get() {
                    Face::Preview => view! { <RunButton/> }.into_any(),
                    Face::Summary => view! { <RetryButton/> }.into_any(),
                    _ => ().into_any(),
                }}
            </div>
        </Dialog>
    }
}

fn all_captured(items: &[BulkItem]) -> bool {
    items.iter().all(|item| matches!(item.state, ItemState::Done | ItemState::UnderWay))
}

/// Absent where nothing can be captured; the preview says why.
#[component]
fn RunButton() -> impl IntoView {
    let console = use_console();
    let bulk = console.bulk;
    let count = move || bulk.included.with(Vec::len);
    let starting = move || bulk.phase.get() == Phase::Starting;
    let (run, start) = (say(words::run), say(words::starting_run));
    view! {
        <Show when=move || (1..=AT_ONCE).contains(&count())>
            <button
                type="button"
                class="button compact"
                aria-disabled=move || starting().then_some("true")
                aria-busy=move || starting().then_some("true")
                on:click=move |_| console.run_capture()
            >
                {move || if starting() { start() } else { run() }}
            </button>
        </Show>
    }
}

#[component]
fn RetryButton() -> impl IntoView {
    let console = use_console();
    let failed = move || console.bulk.failed().len();
    view! {
        <Show when=move || failed() != 0>
            <button type="button" class="button compact" on:click=move |_| console.retry_failed()>
                {move || words::retry_failed(failed(), console.spoken.get())}
            </button>
        </Show>
    }
}

#[component]
fn Preview() -> impl IntoView {
    let console = use_console();
    let bulk = console.bulk;
    let spoken = console.spoken;
    let (included, excluded) = (bulk.included, bulk.excluded);
    let sum = move || included.with(|rows| money_sum(rows.iter().map(|row| row.total.get()).sum()));
    let warning = move || {
        let language = spoken.get();
        match included.with(Vec::len) {
            0 => Some(notice(Tone::Caution, "", words::nothing_to_capture(language), None)),
            count if count > AT_ONCE => Some(notice(Tone::Caution, "", words::too_many(language), None)),
            _ => None,
        }
    };
    let row = move |row: OrderRow, why: bool| {
        let why = why.then(|| words::why_excluded(&row, spoken.get()));
        view! {
            <li class="item">
                <span class="item-number" translate="no">{row.number.to_string()}</span>
                <bdi class="item-name">{visible(&row.buyer_name).into_owned()}</bdi>
                <span class="item-amount">{row.total.to_string()}</span>
                {why.map(|why| view! { <span class="item-why">{why}</span> })}
            </li>
        }
    };
    let excluded_part = move || {
        let rows = excluded.get();
        (!rows.is_empty()).then(|| {
            view! {
                <h3>{say(words::excluded)} " " {words::count(rows.len(), spoken.get())}</h3>
                <ul class="items">{rows.into_iter().map(|it| row(it, true)).collect_view()}</ul>
            }
        })
    };
    let included_part = move || {
        let rows = included.get();
        (!rows.is_empty()).then(|| {
            view! {
                <h3>{say(words::included)} " " {words::count(rows.len(), spoken.get())}</h3>
                <ul class="items">{rows.into_iter().map(|it| row(it, false)).collect_view()}</ul>
            }
        })
    };
    view! {
        {warning}
        <dl class="figures">
            <div><dt>{say(words::included)}</dt><dd>{move || words::count(included.with(Vec::len), spoken.get())}</dd></div>
            <div><dt>{say(words::sum)}</dt><dd>{sum}</dd></div>
            <div><dt>{say(words::excluded)}</dt><dd>{move || words::count(excluded.with(Vec::len), spoken.get())}</dd></div>
        </dl>
        <Show when=move || included.with(|rows| !rows.is_empty())>
            <p class="lead">{say(words::preview_lead)}</p>
            <p class="lead">{say(words::amazon_mails)}</p>
        </Show>
        {excluded_part}
        {included_part}
    }
}

#[component]
fn Progress() -> impl IntoView {
    let console = use_console();
    let bulk = console.bulk;
    let words = move || {
        let (done, all) = bulk.progress();
        words::progress(done, all, console.spoken.get())
    };
    view! {
        <p id="progress-words" role="status">{words}</p>
        <progress
            class="progress"
            aria-labelledby="progress-words"
            max=move || bulk.progress().1
            prop:value=move || bulk.progress().0 as f64
        ></progress>
        <p class="lead">{say(words::running_hint)}</p>
        <Items/>
    }
}

#[component]
fn Summary() -> impl IntoView {
    let console = use_console();
    let bulk = console.bulk;
    let spoken = console.spoken;
    let items = move || bulk.run.get().map(|run| run.items).unwrap_or_default();
    let figure = move |state: ItemState| {
        let items = items();
        let of_state = items.iter().filter(|item| item.state == state);
        let (count, sum) = of_state.fold((0, 0), |(count, sum), item| (count + 1, sum + item.amount.get()));
        let language = spoken.get();
        (count > 0).then(|| {
            view! {
                <div>
                    <dt>{words::item_state(state, language)}</dt>
                    <dd>{words::count(count, language)} " " <span class="figure-sum">{money_sum(sum)}</span></dd>
                </div>
            }
        })
    };
    let states =
        [ItemState::Done, ItemState::UnderWay, ItemState::Failed, ItemState::LeftOut, ItemState::Waiting];
    let under_way = move || items().iter().any(|item| item.state == ItemState::UnderWay);
    view! {
        <dl class="figures">{move || states.map(figure).into_iter().collect_view()}</dl>
        <p class="lead">{say(words::amazon_mails)}</p>
        <Show when=under_way>
            <p class="lead">{say(words::under_way_hint)}</p>
        </Show>
        <Items/>
    }
}

/// One line per order; what needs care stands first once it is over.
#[component]
fn Items() -> impl IntoView {
    let console = use_console();
    let bulk = console.bulk;
    let spoken = console.spoken;
    let lines = move || {
        let language = spoken.get();
        let (mut items, finished) = bulk.run.get().map(|run| (run.items, run.finished)).unwrap_or_default();
        if finished {
            items.sort_by_key(|item| match item.state {
                ItemState::Failed => 0,
                ItemState::LeftOut => 1,
                ItemState::UnderWay => 2,
                ItemState::Waiting | ItemState::Done => 3,
            });
        }
        items.into_iter().map(|item| line(item, language)).collect_view()
    };
    view! { <ul class="items">{lines}</ul> }
}

fn line(item: BulkItem, language: Language) -> impl IntoView {
    let (class, shape) = match item.state {
        ItemState::Waiting => ("item-state weak", "M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z"),
        ItemState::Done => ("item-state positive", "M3 8.5l3.4 3.4L13 5"),
        ItemState::UnderWay => ("item-state info", "M3 8h9M8.6 4.6L12 8l-3.4 3.4"),
        ItemState::Failed => ("item-state critical", "M4 4l8 8M12 4l-8 8"),
        ItemState::LeftOut => ("item-state caution", "M3.5 8h9"),
    };
    let problem = item
        .problem
        .map(|problem| view! { <span class="item-why">{problem.title} " " {problem.detail}</span> });
    view! {
        <li class="item">
            <span class="item-number" translate="no">{item.number.to_string()}</span>
            <span class="item-amount">{item.amount.to_string()}</span>
            <span class=class>
                <svg class="icon-shape" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
                    <path d=shape/>
                </svg>
                {words::item_state(item.state, language)}
            </span>
            {problem}
        </li>
    }
}

//! The sheet of 一括処理: its frame, and which face is due: ticks, preview, progress, summary.

use super::bulk::{AT_ONCE, Phase};
use super::bulk_preview::preview;
use super::bulk_result::{is_all_done, progress, summary};
use super::bulk_ticks::{stands_against, ticks};
use super::failure::{act, failure_notice};
use super::frame::skeleton;
use super::pieces::{
    Say, Tone, bare_button, button, notice, said, said_in, sheet_head, sheet_heading, submit, while_true,
};
use super::{Console, Sentence, use_console};
use crate::ui::dialog::{dialog, dismiss};
use crate::ui::el::{El, Node, classed, el, group};
use crate::ui::signal::{Memo, RwSignal};
use leptos::prelude::*;
use shared::bulk_plan::BulkSteps;
use shared::text::{bulk_words, desk_words, words};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

/// Above the list while a run goes on behind a closed sheet.
pub fn run_under_way() -> El {
    let console = use_console();
    let bulk = console.bulk;
    let hidden = move || !bulk.shown.get() && matches!(bulk.phase.get(), Phase::Running | Phase::Finished);
    let words = move || {
        let (done, all) = bulk.progress();
        bulk_words::run_under_way(done, all, bulk.phase.get() == Phase::Finished, console.spoken.get())
    };
    group().live_while(hidden, move || {
        classed("p", "run-under-way").set("role", "status").child(el("span").live(words)).child(button(
            "quiet compact",
            bulk_words::show_run,
            move |_| bulk.shown.set(true),
        ))
    })
}

/// The sheet, while it is shown.
pub fn bulk_sheet() -> El {
    let bulk = use_console().bulk;
    group().live_while(move || bulk.shown.get(), sheet)
}

/// What the sheet shows; Starting looks like the preview it came from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Face {
    Opening,
    Ticks,
    Preparing,
    Preview,
    Running,
    Summary,
}

fn sheet() -> El {
    let console = use_console();
    let bulk = console.bulk;
    let node = Node::new();
    let heading = Node::new();
    let tried = RwSignal::new(false);
    let face = Memo::new(move |_| match bulk.phase.get() {
        Phase::Opening => Face::Opening,
        Phase::Ticks => Face::Ticks,
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
            let _ = heading.unchecked_ref::<HtmlElement>().focus();
        }
        now
    });
    let sent = move |event: Event| {
        event.prevent_default();
        match bulk.phase.get_untracked() {
            Phase::Ticks => {
                tried.set(true);
                let against = bulk.steps.with_untracked(stands_against);
                if against.is_none() {
                    tried.set(false);
                    console.preview_bulk();
                }
            }
            Phase::Preview => console.run_bulk(),
            _ => {}
        }
    };
    let body = move || match face.get() {
        Face::Opening => untrack(opening),
        Face::Ticks => untrack(|| ticks(tried)),
        Face::Preparing => said("p", bulk_words::preparing).set("role", "status"),
        Face::Preview => untrack(preview),
        Face::Running => untrack(progress),
        Face::Summary => untrack(summary),
    };
    let title = move || title(console, face.get())(console.spoken.get());
    let close = bare_button("quiet compact", move |_| dismiss(node)).live(move || {
        let sentence: Sentence = match face.get() {
            Face::Opening | Face::Running | Face::Summary => words::close,
            _ => words::stop,
        };
        sentence(console.spoken.get())
    });
    let body = classed("div", "sheet-body")
        .set("tabindex", "0")
        .set("role", "group")
        .set("aria-labelledby", "bulk-heading")
        .child(el("div").set("role", "status").live(move || failure(console, face.get())))
        .live(body);
    let form = classed("form", "sheet-form")
        .set("novalidate", "")
        .on("submit", sent)
        .child(sheet_head(sheet_heading("bulk-heading").node(heading).live(title)))
        .child(body)
        .child(classed("div", "sheet-foot").child(close).live(move || go_on(console, face.get())));
    let closed = move || {
        bulk.close();
        console.load_recent_runs();
    };
    dialog("bulk-heading", closed, node, form)
}

/// While the answer is awaited; a failure says all there is to say.
fn opening() -> El {
    let failure = use_console().bulk.failure;
    group().live_while(
        move || failure.with(Option::is_none),
        || {
            group()
                .child(said_in("p", "visually-hidden", desk_words::loading).set("role", "status"))
                .child(skeleton())
        },
    )
}

fn title(console: Console, face: Face) -> Sentence {
    let bulk = console.bulk;
    let done = || bulk.run.with(|run| run.as_ref().is_none_or(|run| is_all_done(&run.items)));
    match face {
        Face::Opening | Face::Ticks => words::bulk,
        Face::Preparing | Face::Preview => bulk_words::preview_heading,
        Face::Running => bulk_words::running_heading,
        Face::Summary => match (bulk.steps.get() == BulkSteps::CAPTURE, done()) {
            (true, true) => bulk_words::captured_heading,
            (true, false) => bulk_words::captured_heading_some,
            (false, true) => bulk_words::summary_heading,
            (false, false) => bulk_words::summary_heading_some,
        },
    }
}

/// What is safe here is more than "nothing was changed".
fn failure(console: Console, face: Face) -> Option<El> {
    let language = console.spoken.get();
    console.bulk.failure.get().map(|failure| match (failure.code(), face) {
        (None, Face::Running) => notice(Tone::Caution, "", bulk_words::run_lost(language), None),
        (None, Face::Preview) => notice(Tone::Caution, "", bulk_words::run_unknown(language), None),
        (_, Face::Opening) => failure_notice(failure, act(move || console.read_opened_run()), None),
        _ => failure_notice(failure, None, None),
    })
}

/// The buttons beside the one that closes; 実行する is absent where nothing can be done, and the preview says why.
fn go_on(console: Console, face: Face) -> Option<El> {
    let bulk = console.bulk;
    let starting = move || bulk.phase.get() == Phase::Starting;
    match face {
        Face::Ticks => Some(submit("compact").say(bulk_words::check)),
        Face::Preview => {
            let included =
                bulk.preview.with(|preview| preview.as_ref().map_or(0, |preview| preview.included));
            let run = move || {
                submit("compact")
                    .follow_maybe("aria-disabled", move || while_true(starting()))
                    .follow_maybe("aria-busy", move || while_true(starting()))
                    .live(move || {
                        let sentence: Sentence =
                            if starting() { bulk_words::starting_run } else { bulk_words::run };
                        sentence(console.spoken.get())
                    })
            };
            let back = button("quiet compact", bulk_words::back, move |_| {
                if !starting() {
                    bulk.back_to_ticks();
                }
            });
            Some(group().child(back).child((1..=AT_ONCE).contains(&included).then(run)))
        }
        Face::Summary => {
            let failed = bulk.failed().len();
            (failed > 0).then(|| {
                bare_button("compact", move |_| console.retry_failed())
                    .live(move || bulk_words::retry_failed(failed, console.spoken.get()))
            })
        }
        Face::Opening | Face::Preparing | Face::Running => None,
    }
}

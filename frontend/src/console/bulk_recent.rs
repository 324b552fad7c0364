//! The runs of the last day, above the list: one whose page was closed, or a colleague's, is found again (R32).

use super::bulk::Phase;
use super::failure::{act, failure_notice};
use super::pieces::{said, typed};
use super::timer::spawn;
use super::{Console, use_console};
use crate::api::operator as api;
use crate::ui::el::{El, classed, el, group};
use shared::api::{BulkRunSummary, ItemCount, ItemState, Language};
use shared::id::BulkRunId;
use shared::text::bulk_words;

impl Console {
    /// Reads which runs were started lately.
    pub fn load_recent_runs(self) {
        let Some(shop) = self.orders.shop() else { return };
        spawn(async move {
            let answer = api::bulk_runs(&shop, self.language()).await;
            if self.orders.shop().as_ref() != Some(&shop) {
                return;
            }
            let recent = self.bulk.recent;
            match answer {
                Ok(listed) => {
                    let runs = listed.runs.into_iter().filter(|run| run.recent).collect();
                    recent.set(Some(Ok(runs)));
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                // Runs that are shown stay; they are read again with the next look at the list.
                Err(_) if recent.with_untracked(|recent| matches!(recent, Some(Ok(_)))) => {}
                Err(failure) => recent.set(Some(Err(failure))),
            }
        });
    }

    /// Opens a run that was started lately: how far it is, or what came of it.
    pub fn open_run(self, run_id: BulkRunId) {
        let bulk = self.bulk;
        if bulk.phase.get_untracked() != Phase::Idle {
            return;
        }
        bulk.run_id.set_value(Some(run_id));
        bulk.phase.set(Phase::Opening);
        bulk.shown.set(true);
        self.read_opened_run();
    }

    /// Reads the run whose sheet is open; again after a failure.
    pub fn read_opened_run(self) {
        let bulk = self.bulk;
        let (Some(shop), Some(run_id)) = (self.orders.shop(), bulk.run_id.get_value()) else { return };
        let round = bulk.begin_round();
        bulk.failure.set(None);
        spawn(async move {
            let answer = api::bulk_run(&shop, &run_id, self.language()).await;
            if !bulk.is_round(round) {
                return;
            }
            match answer {
                Ok(run) => {
                    bulk.steps.set(run.steps);
                    bulk.run.set(Some(run.clone()));
                    bulk.phase.set(if run.finished { Phase::Finished } else { Phase::Running });
                    self.follow_run(shop, round, run).await;
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => bulk.failure.set(Some(failure)),
            }
        });
    }
}

/// Opens them; absent where none was started lately, and while this page has a run of its own to tell of. That they
/// could not be read is told: a colleague's run would be missed without a word.
pub fn recent_runs() -> El {
    let console = use_console();
    let bulk = console.bulk;
    let is_due = move || matches!(bulk.phase.get(), Phase::Idle | Phase::Opening);
    let any =
        move || is_due() && bulk.recent.with(|recent| matches!(recent, Some(Ok(runs)) if !runs.is_empty()));
    let unread = move || {
        let failure =
            bulk.recent.with(|recent| recent.as_ref().and_then(|recent| recent.as_ref().err().cloned()));
        failure.filter(|_| is_due()).map(|failure| {
            let language = console.spoken.get();
            let failure = failure.about(bulk_words::recent_runs(language), language);
            failure_notice(failure, act(move || console.load_recent_runs()), None)
        })
    };
    let list = move || {
        let lines = move || {
            let language = console.spoken.get();
            let one = |run: BulkRunSummary| line(console, run, language);
            let runs = bulk.recent.get().and_then(Result::ok).unwrap_or_default();
            runs.into_iter().map(one).collect::<Vec<_>>()
        };
        classed("details", "refusals recent-runs")
            .child(said("summary", bulk_words::recent_runs))
            .child(el("ul").live(lines))
    };
    group().live(unread).live_while(any, list)
}

fn line(console: Console, run: BulkRunSummary, language: Language) -> El {
    let count = |count: &ItemCount| {
        let class = if count.state == ItemState::Failed { "recent-failed" } else { "" };
        classed("span", class).child(bulk_words::state_count(count.state, count.orders, language))
    };
    let counts: Vec<El> = run.counts.iter().map(count).collect();
    let (id, began) = (run.run_id, bulk_words::run_of(run.started_at, language));
    let open = classed("button", "recent-run")
        .set("type", "button")
        .on("click", move |_| console.open_run(id.clone()))
        .child(began);
    el("li").child(open).child(typed(&run.by)).child(counts)
}

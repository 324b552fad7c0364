//! The runs of the last day, above the list: one whose page was closed, or a colleague's, is found again (R32).

use super::bulk::Phase;
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
            // What cannot be read now is read with the next look at the list.
            let Ok(listed) = api::bulk_runs(&shop, self.language()).await else { return };
            if self.orders.shop().as_ref() == Some(&shop) {
                self.bulk.recent.set(listed.runs.into_iter().filter(|run| run.recent).collect());
            }
        });
    }

    /// Opens a run that was started lately: how far it is, or what came of it.
    pub fn open_run(self, run_id: BulkRunId) {
        let bulk = self.bulk;
        let Some(shop) = self.orders.shop() else { return };
        if bulk.phase.get_untracked() != Phase::Idle {
            return;
        }
        let round = bulk.begin_round();
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
                    bulk.shown.set(true);
                    self.follow_run(shop, round, run).await;
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => self.trouble.set(Some(failure)),
            }
        });
    }
}

/// Opens them; absent where none was started lately, and while this page has a run of its own to tell of.
pub fn recent_runs() -> El {
    let console = use_console();
    let bulk = console.bulk;
    let any = move || bulk.phase.get() == Phase::Idle && bulk.recent.with(|runs| !runs.is_empty());
    group().live_while(any, move || {
        let lines = move || {
            let language = console.spoken.get();
            let one = |run: BulkRunSummary| line(console, run, language);
            bulk.recent.get().into_iter().map(one).collect::<Vec<_>>()
        };
        classed("details", "refusals recent-runs")
            .child(said("summary", bulk_words::recent_runs))
            .child(el("ul").live(lines))
    })
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

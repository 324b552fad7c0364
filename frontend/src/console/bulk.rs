//! The store of 一括処理: ticks, preview, run, result (R32, R33).
//!
//! The run's id is made when the preview opens, so that pressing twice, or again after a lost answer, finds the
//! first run. Versions are those the page showed: an order changed since is reported, and nothing is done with it. The
//! run's id is kept in the tab, so that a run is found again after a reload.

use super::Console;
use super::timer::{sleep, spawn};
use crate::api::operator::{self as api, Failure};
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::prelude::*;
use shared::api::{
    BulkPreview, BulkRunRequest, BulkRunSummary, BulkRunView, ChosenOrder, ItemState, LetGoRequest, OrderRow,
};
use shared::bulk_plan::BulkSteps;
use shared::id::{BulkRunId, OrderId, ShopId};
use web_sys::Storage;

/// Orders the server takes at once.
pub const AT_ONCE: usize = 500;
/// Between two looks at a run, in milliseconds; later looks come more slowly.
const PAUSES: [i32; 6] = [300, 500, 700, 1_000, 1_000, 2_000];
/// The same once only orders of which nobody knows yet are left.
const LATER: i32 = 10_000;
/// Where the tab keeps which run of which shop is under way: `shop run`.
const KEPT: &str = "noren-bulk-run";

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing.
    Idle,
    /// A run that was started lately is being read, or could not be.
    Opening,
    /// Steps are being ticked.
    Ticks,
    /// The preview is being made.
    Preparing,
    /// To be looked at.
    Preview,
    /// 実行する was pressed.
    Starting,
    /// Under way.
    Running,
    /// Every order has its result.
    Finished,
}

/// The store.
#[derive(Clone, Copy)]
pub struct Bulk {
    /// Whether the sheet is shown.
    pub shown: RwSignal<bool>,
    /// How far it is.
    pub phase: RwSignal<Phase>,
    /// The chosen orders, as the page showed them when the sheet opened.
    pub rows: RwSignal<Vec<OrderRow>>,
    /// What is ticked.
    pub steps: RwSignal<BulkSteps>,
    /// What the run would do.
    pub preview: RwSignal<Option<BulkPreview>>,
    /// The run.
    pub run: RwSignal<Option<BulkRunView>>,
    /// Runs of the last day, newest first, whoever started them, or why they could not be read; absent before that.
    pub recent: RwSignal<Option<Result<Vec<BulkRunSummary>, Failure>>>,
    /// Why it was not previewed, did not start, or cannot be seen.
    pub failure: RwSignal<Option<Failure>>,
    /// The run that is being opened, or that the preview would start.
    pub run_id: StoredValue<Option<BulkRunId>>,
    /// Rises with every new sheet, so that older answers are dropped.
    round: StoredValue<u32>,
}

impl Bulk {
    /// Nothing chosen.
    pub fn new() -> Self {
        Self {
            shown: RwSignal::new(false),
            phase: RwSignal::new(Phase::Idle),
            rows: RwSignal::new(Vec::new()),
            steps: RwSignal::new(BulkSteps::default()),
            preview: RwSignal::new(None),
            run: RwSignal::new(None),
            recent: RwSignal::new(None),
            failure: RwSignal::new(None),
            run_id: StoredValue::new(None),
            round: StoredValue::new(0),
        }
    }

    /// Forgets everything; a run on the server goes on.
    pub fn forget(self) {
        self.begin_round();
        self.shown.set(false);
        self.phase.set(Phase::Idle);
        self.rows.set(Vec::new());
        self.steps.set(BulkSteps::default());
        self.preview.set(None);
        self.run.set(None);
        self.failure.set(None);
        self.run_id.set_value(None);
        keep(None);
    }

    /// The sheet was closed: a run goes on and can be shown again, anything else is over.
    pub fn close(self) {
        self.shown.set(false);
        if !self.is_under_way() {
            self.forget();
        }
    }

    /// Back from the preview to the ticks, which stay.
    pub fn back_to_ticks(self) {
        self.begin_round();
        self.failure.set(None);
        self.phase.set(Phase::Ticks);
    }

    /// Orders with a result, and all orders, of the run; tracked.
    pub fn progress(self) -> (usize, usize) {
        self.run.with(|run| {
            run.as_ref().map_or((0, 0), |run| {
                let done = run.items.iter().filter(|item| item.state != ItemState::Waiting).count();
                (done, run.items.len())
            })
        })
    }

    /// Orders of the run that failed; tracked.
    pub fn failed(self) -> Vec<OrderId> {
        self.run.with(|run| {
            let items = run.as_ref().map_or(&[][..], |run| &run.items);
            let failed = items.iter().filter(|item| item.state == ItemState::Failed);
            failed.map(|item| item.order_id.clone()).collect()
        })
    }

    fn waits_for_amazon(self) -> bool {
        self.run.with_untracked(|run| {
            let items = run.as_ref().map_or(&[][..], |run| &run.items);
            items.iter().any(|item| item.state == ItemState::Unconfirmed)
        })
    }

    fn is_under_way(self) -> bool {
        matches!(self.phase.get_untracked(), Phase::Running | Phase::Starting)
    }

    /// Drops older answers.
    pub(super) fn begin_round(self) -> u32 {
        self.round.update_value(|round| *round = round.wrapping_add(1));
        self.round.get_value()
    }

    /// Whether nothing newer was begun since.
    pub(super) fn is_round(self, round: u32) -> bool {
        self.round.get_value() == round
    }

    fn choose(self, rows: Vec<OrderRow>, steps: BulkSteps) {
        self.begin_round();
        self.rows.set(rows);
        self.steps.set(steps);
        self.preview.set(None);
        self.run.set(None);
        self.failure.set(None);
        self.phase.set(Phase::Ticks);
    }
}

impl Console {
    /// Opens the sheet of 一括処理 for `rows`; while a run is under way, shows that instead.
    pub fn begin_bulk(self, rows: Vec<OrderRow>) {
        let bulk = self.bulk;
        if !bulk.is_under_way() && !rows.is_empty() {
            bulk.choose(rows, BulkSteps::default());
        }
        bulk.shown.set(bulk.phase.get_untracked() != Phase::Idle);
    }

    /// The same with 決済済に変更する ticked and nothing else, at its preview.
    pub fn preview_capture(self, rows: Vec<OrderRow>) {
        let bulk = self.bulk;
        if !bulk.is_under_way() && !rows.is_empty() {
            bulk.choose(rows, BulkSteps::CAPTURE);
            self.preview_bulk();
        }
        bulk.shown.set(bulk.phase.get_untracked() != Phase::Idle);
    }

    /// Asks what the ticked steps would do with the chosen orders.
    pub fn preview_bulk(self) {
        let bulk = self.bulk;
        let Some(shop) = self.orders.shop() else { return };
        let run_id = new_run_id();
        let orders = bulk.rows.with_untracked(|rows| rows.iter().map(chosen).collect());
        let request = BulkRunRequest { run_id: run_id.clone(), steps: bulk.steps.get_untracked(), orders };
        let round = bulk.begin_round();
        bulk.failure.set(None);
        bulk.phase.set(Phase::Preparing);
        spawn(async move {
            let asked =
                self.with_csrf(async |csrf| api::preview_bulk(&shop, &request, &csrf, self.language()).await);
            let answer = asked.await;
            if !bulk.is_round(round) {
                return;
            }
            match answer {
                Ok(preview) => {
                    bulk.run.set(None);
                    bulk.preview.set(Some(preview));
                    bulk.run_id.set_value(Some(run_id));
                    bulk.phase.set(Phase::Preview);
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => {
                    bulk.failure.set(Some(failure));
                    bulk.phase.set(Phase::Ticks);
                }
            }
        });
    }

    /// Starts the run that was looked at, or finds it: of the orders that are not left out.
    pub fn run_bulk(self) {
        let bulk = self.bulk;
        let (Some(shop), Some(run_id)) = (self.orders.shop(), bulk.run_id.get_value()) else { return };
        if bulk.phase.get_untracked() != Phase::Preview {
            return;
        }
        let taken = |row: &&OrderRow| {
            bulk.preview.with_untracked(|preview| {
                let items = preview.as_ref().map_or(&[][..], |preview| &preview.items);
                items.iter().any(|item| item.order_id == row.id && item.state == ItemState::Waiting)
            })
        };
        let orders = bulk.rows.with_untracked(|rows| rows.iter().filter(taken).map(chosen).collect());
        let request = BulkRunRequest { run_id, steps: bulk.steps.get_untracked(), orders };
        let round = bulk.round.get_value();
        bulk.failure.set(None);
        bulk.phase.set(Phase::Starting);
        spawn(async move {
            let asked =
                self.with_csrf(async |csrf| api::start_bulk(&shop, &request, &csrf, self.language()).await);
            let answer = asked.await;
            if !bulk.is_round(round) {
                return;
            }
            // Told above the list where the sheet has been closed meanwhile.
            let told = |failure: Failure| {
                if !bulk.shown.get_untracked() {
                    let what = shared::text::bulk_words::preview_heading(self.language());
                    self.trouble.set(Some(failure.about(what, self.language())));
                    bulk.forget();
                    return None;
                }
                Some(failure)
            };
            match answer {
                Ok(run) => {
                    self.unchoose(&run);
                    bulk.phase.set(Phase::Running);
                    keep(Some((&shop, &run.run_id)));
                    self.follow_run(shop, round, run).await;
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => {
                    if let Some(failure) = told(failure) {
                        bulk.failure.set(Some(failure));
                        bulk.phase.set(Phase::Preview);
                    }
                }
            }
        });
    }

    /// Finds the run again that was under way when the page was reloaded, and follows it behind a closed sheet.
    pub fn resume_run(self) {
        let bulk = self.bulk;
        let Some(shop) = self.orders.shop() else { return };
        if bulk.phase.get_untracked() != Phase::Idle {
            return;
        }
        let Some(run_id) = kept(&shop) else { return };
        let round = bulk.begin_round();
        spawn(async move {
            // What cannot be read now is found in the orders themselves.
            let Ok(run) = api::bulk_run(&shop, &run_id, self.language()).await else { return };
            if !bulk.is_round(round) {
                return;
            }
            bulk.steps.set(run.steps);
            bulk.phase.set(Phase::Running);
            self.follow_run(shop, round, run).await;
        });
    }

    /// Looks at the run until every order has its result.
    pub(super) async fn follow_run(self, shop: ShopId, round: u32, mut run: BulkRunView) {
        let bulk = self.bulk;
        let mut looks = 0;
        loop {
            let (finished, run_id) = (run.finished, run.run_id.clone());
            bulk.run.set(Some(run));
            if finished {
                bulk.phase.set(Phase::Finished);
                // Orders of which nobody knows yet go on by themselves; the sheet shows it while it is open.
                if !bulk.waits_for_amazon() {
                    return;
                }
            }
            run = loop {
                let pause = if finished { LATER } else { PAUSES[looks.min(PAUSES.len() - 1)] };
                sleep(pause).await;
                looks += 1;
                let answer = api::bulk_run(&shop, &run_id, self.language()).await;
                if !bulk.is_round(round) {
                    return;
                }
                match answer {
                    Ok(run) => break run,
                    Err(failure) if self.is_signed_out(&failure) => return,
                    Err(failure) => bulk.failure.set(Some(failure)),
                }
            };
            bulk.failure.set(None);
        }
    }

    /// Takes what is left of an unconfirmed order's steps out of the run.
    pub fn let_go(self, order_id: OrderId) {
        let bulk = self.bulk;
        let run_id = bulk.run.with_untracked(|run| run.as_ref().map(|run| run.run_id.clone()));
        let (Some(shop), Some(run_id)) = (self.orders.shop(), run_id) else { return };
        let (request, round) = (LetGoRequest { order_id }, bulk.round.get_value());
        spawn(async move {
            let asked = self
                .with_csrf(async |csrf| api::let_go(&shop, &run_id, &request, &csrf, self.language()).await);
            let answer = asked.await;
            if !bulk.is_round(round) {
                return;
            }
            match answer {
                Ok(run) => {
                    bulk.failure.set(None);
                    bulk.run.set(Some(run));
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => bulk.failure.set(Some(failure)),
            }
        });
    }

    /// Reads the failed orders again, for their present versions, and opens a preview of these alone.
    pub fn retry_failed(self) {
        let bulk = self.bulk;
        let Some(shop) = self.orders.shop() else { return };
        let failed = bulk.failed();
        let round = bulk.begin_round();
        bulk.failure.set(None);
        bulk.phase.set(Phase::Preparing);
        spawn(async move {
            let mut rows = Vec::with_capacity(failed.len());
            for id in &failed {
                let answer = api::order(&shop, id, self.language()).await;
                if !bulk.is_round(round) {
                    return;
                }
                match answer {
                    Ok(view) => {
                        rows.push(view.row.clone());
                        self.take_order(view);
                    }
                    Err(failure) if self.is_signed_out(&failure) => return,
                    Err(failure) => {
                        bulk.failure.set(Some(failure));
                        bulk.phase.set(Phase::Finished);
                        return;
                    }
                }
            }
            bulk.rows.set(rows);
            self.preview_bulk();
        });
    }

    /// Boxes of orders that are in the server's hands now are unticked.
    fn unchoose(self, run: &BulkRunView) {
        self.orders.entries.with_untracked(|entries| {
            for entry in entries {
                if run.items.iter().any(|item| item.order_id == entry.id) {
                    entry.chosen.set(false);
                }
            }
        });
    }
}

fn chosen(row: &OrderRow) -> ChosenOrder {
    ChosenOrder { id: row.id.clone(), version: row.version }
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// A browser that keeps nothing only forgets the line above the list.
fn keep(run: Option<(&ShopId, &BulkRunId)>) {
    let Some(storage) = storage() else { return };
    let _ = match run {
        Some((shop, run)) => storage.set_item(KEPT, &[shop.as_str(), " ", run.as_str()].concat()),
        None => storage.remove_item(KEPT),
    };
}

fn kept(shop: &ShopId) -> Option<BulkRunId> {
    let kept = storage()?.get_item(KEPT).ok()??;
    let (of, run) = kept.split_once(' ')?;
    (of == shop.as_str()).then(|| BulkRunId::new(run).ok()).flatten()
}

/// 128 random bits; where the browser has no source of randomness (none is known), there is no console.
fn new_run_id() -> BulkRunId {
    let mut bytes = [0_u8; 16];
    window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes))
        .expect("every browser that runs WebAssembly draws random numbers");
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    BulkRunId::new(text).expect("hexadecimal digits are an id")
}

//! The store of a bulk capture (一括処理): preview, run, result.
//!
//! The run's id is made when the preview opens, so that pressing twice, or again after a lost answer, finds the
//! first run. Versions are those of the preview: an order changed since is reported, not captured.

use super::Console;
use super::timer::{sleep, spawn};
use crate::api::operator::{self as api, Failure};
use leptos::prelude::*;
use shared::api::{BulkCaptureRequest, BulkRunView, ChosenOrder, Code, ItemState, OrderRow};
use shared::id::{BulkRunId, OrderId, ShopId};

/// Orders the server takes at once.
pub const AT_ONCE: usize = 500;
/// Between two looks at a run, in milliseconds; later looks come more slowly.
const PAUSES: [i32; 6] = [300, 500, 700, 1_000, 1_000, 2_000];

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing.
    Idle,
    /// The orders of a second try are being read.
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
    /// Orders that will be captured, as they were when the preview opened.
    pub included: RwSignal<Vec<OrderRow>>,
    /// Orders that will not.
    pub excluded: RwSignal<Vec<OrderRow>>,
    /// The run.
    pub run: RwSignal<Option<BulkRunView>>,
    /// Why it did not start, or cannot be seen.
    pub failure: RwSignal<Option<Failure>>,
    run_id: StoredValue<Option<BulkRunId>>,
    /// Rises with every new sheet, so that older answers are dropped.
    round: StoredValue<u32>,
}

impl Bulk {
    /// Nothing chosen.
    pub fn new() -> Self {
        Self {
            shown: RwSignal::new(false),
            phase: RwSignal::new(Phase::Idle),
            included: RwSignal::new(Vec::new()),
            excluded: RwSignal::new(Vec::new()),
            run: RwSignal::new(None),
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
        self.included.set(Vec::new());
        self.excluded.set(Vec::new());
        self.run.set(None);
        self.failure.set(None);
        self.run_id.set_value(None);
    }

    /// The sheet was closed: a run goes on and can be shown again, anything else is over.
    pub fn close(self) {
        self.shown.set(false);
        if !matches!(self.phase.get_untracked(), Phase::Running | Phase::Starting) {
            self.forget();
        }
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

    fn begin_round(self) -> u32 {
        self.round.update_value(|round| *round = round.wrapping_add(1));
        self.round.get_value()
    }

    fn is_round(self, round: u32) -> bool {
        self.round.get_value() == round
    }

    fn preview(self, rows: Vec<OrderRow>) {
        let (included, excluded) = rows.into_iter().partition(|row| row.may_capture);
        self.included.set(included);
        self.excluded.set(excluded);
        self.run.set(None);
        self.failure.set(None);
        self.run_id.set_value(Some(new_run_id()));
        self.phase.set(Phase::Preview);
    }
}

impl Console {
    /// Opens the preview of `rows`; while a run is under way, shows that instead.
    pub fn preview_capture(self, rows: Vec<OrderRow>) {
        let bulk = self.bulk;
        if !matches!(bulk.phase.get_untracked(), Phase::Running | Phase::Starting) && !rows.is_empty() {
            bulk.begin_round();
            bulk.preview(rows);
        }
        bulk.shown.set(bulk.phase.get_untracked() != Phase::Idle);
    }

    /// Starts the run that was looked at, or finds it.
    pub fn run_capture(self) {
        let bulk = self.bulk;
        let (Some(shop), Some(run_id)) = (self.orders.shop(), bulk.run_id.get_value()) else { return };
        if bulk.phase.get_untracked() != Phase::Preview {
            return;
        }
        let chosen = |row: &OrderRow| ChosenOrder { id: row.id.clone(), version: row.version };
        let orders = bulk.included.with_untracked(|rows| rows.iter().map(chosen).collect());
        let request = BulkCaptureRequest { run_id, orders };
        let round = bulk.round.get_value();
        bulk.failure.set(None);
        bulk.phase.set(Phase::Starting);
        spawn(async move {
            let answer = self.start_run(&shop, &request).await;
            if !bulk.is_round(round) {
                return;
            }
            match answer {
                Ok(run) => {
                    self.unchoose(&run);
                    bulk.phase.set(Phase::Running);
                    self.follow_run(shop, round, run).await;
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => {
                    bulk.failure.set(Some(failure));
                    bulk.phase.set(Phase::Preview);
                }
            }
        });
    }

    /// A token made old by a sign-in in another tab is renewed once.
    async fn start_run(self, shop: &ShopId, request: &BulkCaptureRequest) -> Result<BulkRunView, Failure> {
        let csrf = self.csrf().unwrap_or_else(|| shared::api::Token(String::new()));
        let answer = api::start_bulk_capture(shop, request, &csrf, self.language()).await;
        match answer {
            Err(failure) if failure.code() == Some(Code::CsrfFailed) => match self.renew_csrf().await {
                Some(csrf) => api::start_bulk_capture(shop, request, &csrf, self.language()).await,
                None => Err(failure),
            },
            other => other,
        }
    }

    async fn follow_run(self, shop: ShopId, round: u32, mut run: BulkRunView) {
        let bulk = self.bulk;
        let mut looks = 0;
        loop {
            let (finished, run_id) = (run.finished, run.run_id.clone());
            bulk.run.set(Some(run));
            if finished {
                bulk.phase.set(Phase::Finished);
                return;
            }
            run = loop {
                sleep(PAUSES[looks.min(PAUSES.len() - 1)]).await;
                looks += 1;
                let answer = api::bulk_capture(&shop, &run_id, self.language()).await;
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
            bulk.preview(rows);
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

//! Runs of a bulk action and their orders.

use super::{Batch, Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::api::{Code, ItemState};
use shared::bulk_plan::BulkSteps;
use shared::id::{BulkRunId, OperatorId, OrderId, OrderNumber, ShopId};
use shared::money::Yen;

/// One order of a run.
#[derive(Debug, Clone)]
pub struct BulkItemRow {
    /// The operator's order, from 0.
    pub item_number: i64,
    /// The order.
    pub order_id: OrderId,
    /// As people say it.
    pub order_number: OrderNumber,
    /// As the operator saw it.
    pub order_version: i64,
    /// Yen to capture.
    pub amount: Yen,
    /// How far it is.
    pub state: ItemState,
    /// Why it failed or was left out.
    pub problem: Option<Code>,
    /// The step the run has asked Amazon for.
    pub asked: Option<AskedStep>,
}

/// A step that asks Amazon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedStep {
    /// 再与信.
    Reauthorize,
    /// 決済済に変更する.
    Capture,
    /// キャンセル.
    Cancel,
}

impl AskedStep {
    const ALL: [Self; 3] = [Self::Reauthorize, Self::Capture, Self::Cancel];

    const fn name(self) -> &'static str {
        match self {
            Self::Reauthorize => "reauthorize",
            Self::Capture => "capture",
            Self::Cancel => "cancel",
        }
    }
}

/// A run.
#[derive(Debug, Clone)]
pub struct BulkRunRow {
    /// Who started it.
    pub operator: OperatorId,
    /// What was ticked.
    pub steps: BulkSteps,
}

/// Starts a run with its orders; a run of that id makes this [`Unmet::AlreadyExists`].
pub fn start(
    shop: &ShopId,
    run: &BulkRunId,
    operator: &OperatorId,
    steps: &BulkSteps,
    items: &[BulkItemRow],
    now: i64,
) -> Batch {
    let mut batch = Batch::from(
        Statement::new(
            "insert into bulk_run (shop_id, run_id, operator_id, started_at, steps)
             values ($1, $2, $3, $4, $5) on conflict do nothing",
            values![shop, run, operator, now, super::json_text(steps)],
        )
        .touching(1)
        .or(Unmet::AlreadyExists("bulk_run")),
    );
    for item in items {
        batch.push(
            Statement::new(
                "insert into bulk_item (shop_id, run_id, item_number, order_id, order_number, order_version,
                   amount, item_state, problem_code)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
                values![
                    shop,
                    run,
                    item.item_number,
                    &item.order_id,
                    &item.order_number,
                    item.order_version,
                    item.amount,
                    state_name(item.state),
                    item.problem.map(Code::name)
                ],
            )
            .touching(1)
            .or(Unmet::AlreadyExists("bulk_item")),
        );
    }
    batch
}

/// Records how far one order of a run is; once it is recorded it stays ([`Unmet::Stale`]). `asked` is the step that is
/// under way, where one is.
pub fn record(
    shop: &ShopId,
    run: &BulkRunId,
    item_number: i64,
    state: ItemState,
    problem: Option<Code>,
    asked: Option<AskedStep>,
) -> Statement {
    Statement::new(
        "update bulk_item set item_state = $1, problem_code = $2, asked_step = coalesce($3, asked_step)
         where shop_id = $4 and run_id = $5 and item_number = $6 and item_state = 'waiting'",
        values![
            state_name(state),
            problem.map(Code::name),
            asked.map(AskedStep::name),
            shop,
            run,
            item_number
        ],
    )
    .touching(1)
    .or(Unmet::Stale("bulk_item"))
}

/// Notes, together with the question itself, that the run asks Amazon for this step; a second time is [`Unmet::Stale`].
pub fn ask(shop: &ShopId, run: &BulkRunId, item_number: i64, step: AskedStep) -> Statement {
    Statement::new(
        "update bulk_item set asked_step = $1
         where shop_id = $2 and run_id = $3 and item_number = $4 and item_state = 'waiting'
           and asked_step is null",
        values![step.name(), shop, run, item_number],
    )
    .touching(1)
    .or(Unmet::Stale("bulk_item"))
}

/// The question certainly never reached Amazon: it may be asked again.
pub fn not_asked(shop: &ShopId, run: &BulkRunId, item_number: i64) -> Statement {
    Statement::new(
        "update bulk_item set asked_step = null
         where shop_id = $1 and run_id = $2 and item_number = $3 and item_state = 'waiting'",
        values![shop, run, item_number],
    )
}

/// The run of that id, if there is one.
pub async fn find(reader: &Reader, shop: &ShopId, run: &BulkRunId) -> Result<Option<BulkRunRow>, StoreError> {
    let row = reader
        .row("select operator_id, steps from bulk_run where shop_id = $1 and run_id = $2", values![shop, run])
        .await?;
    Ok(row.map(|row| run_of(&row)).transpose()?)
}

fn run_of(row: &Row) -> Result<BulkRunRow, RowError> {
    let steps = match row.opt_text("steps")? {
        Some(steps) => serde_json::from_str(steps).map_err(|_| RowError::new("steps cannot be read"))?,
        None => BulkSteps::CAPTURE,
    };
    Ok(BulkRunRow { operator: row.parse("operator_id")?, steps })
}

/// The orders of a run, in the operator's order.
pub async fn items(reader: &Reader, shop: &ShopId, run: &BulkRunId) -> Result<Vec<BulkItemRow>, StoreError> {
    let rows = reader
        .rows(
            "select item_number, order_id, order_number, order_version, amount, item_state, problem_code,
               asked_step
             from bulk_item where shop_id = $1 and run_id = $2 order by item_number",
            values![shop, run],
        )
        .await?;
    Ok(rows.iter().map(item_of).collect::<Result<_, _>>()?)
}

const STATES: [(ItemState, &str); 5] = [
    (ItemState::Waiting, "waiting"),
    (ItemState::Done, "done"),
    (ItemState::UnderWay, "under_way"),
    (ItemState::Failed, "failed"),
    (ItemState::LeftOut, "left_out"),
];

fn state_name(state: ItemState) -> &'static str {
    STATES.iter().find(|(known, _)| *known == state).map_or("waiting", |(_, name)| name)
}

fn item_of(row: &Row) -> Result<BulkItemRow, RowError> {
    let name = row.text("item_state")?;
    let problem = row.opt_text("problem_code")?;
    let asked = row.opt_text("asked_step")?;
    Ok(BulkItemRow {
        item_number: row.int("item_number")?,
        order_id: row.parse("order_id")?,
        order_number: row.parse("order_number")?,
        order_version: row.int("order_version")?,
        amount: Yen::new(row.int("amount")?).map_err(|_| RowError::new("amount is not an amount of yen"))?,
        state: STATES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(state, _)| *state)
            .ok_or_else(|| RowError::new("item_state is unknown"))?,
        problem: problem.and_then(|name| Code::ALL.iter().copied().find(|code| code.name() == name)),
        asked: asked.and_then(|name| AskedStep::ALL.into_iter().find(|step| step.name() == name)),
    })
}

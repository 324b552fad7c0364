//! Runs of a bulk action and their orders.

use super::{Batch, Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::api::{Code, ItemCount, ItemState, MailState};
use shared::bulk_plan::BulkSteps;
use shared::bulk_standing::AskedStep;
use shared::id::{BulkRunId, OperatorId, OrderId, OrderNumber, ShopId};
use shared::money::Yen;
use shared::order::OrderStatus;

/// The orders of runs.
pub const TABLE: &str = "bulk_item";

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
    /// The order's total when the run began.
    pub amount: Yen,
    /// How far it is.
    pub state: ItemState,
    /// Why it failed or was left out.
    pub problem: Option<Code>,
    /// The step the run has asked Amazon for.
    pub asked: Option<AskedStep>,
    /// How far its mail is, where one was put in.
    pub mail: Option<MailState>,
    /// Its later steps wait for an answer of Amazon that nobody knows.
    pub doubt: Option<Doubt>,
}

/// Since when the later steps of an order wait for an answer that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// When Amazon was asked, Unix ms.
    pub since: i64,
    /// The 受注ステータス then.
    pub status: OrderStatus,
}

/// The result of an order.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// How far it is.
    pub state: ItemState,
    /// Why.
    pub problem: Option<Code>,
    /// The step that is under way.
    pub asked: Option<AskedStep>,
    /// The mail that was put in.
    pub mail_id: Option<String>,
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

/// Records how far one order of a run is; once it is recorded it stays ([`Unmet::Stale`]).
pub fn record(shop: &ShopId, run: &BulkRunId, item_number: i64, result: &Recorded) -> Statement {
    Statement::new(
        "update bulk_item set item_state = $1, problem_code = $2, asked_step = coalesce($3, asked_step),
           mail_id = $4
         where shop_id = $5 and run_id = $6 and item_number = $7 and item_state in ('waiting', 'unconfirmed')",
        values![
            state_name(result.state),
            result.problem.map(Code::name),
            result.asked.map(AskedStep::name),
            result.mail_id.as_ref(),
            shop,
            run,
            item_number
        ],
    )
    .touching(1)
    .or(Unmet::Stale(TABLE))
}

/// Notes that the later steps of an order wait for what became of `asked`.
pub fn wait(shop: &ShopId, run: &BulkRunId, item_number: i64, asked: AskedStep, doubt: Doubt) -> Statement {
    Statement::new(
        "update bulk_item set item_state = 'unconfirmed', problem_code = $1, asked_step = $2, unconfirmed_since = $3,
           status_then = $4
         where shop_id = $5 and run_id = $6 and item_number = $7 and item_state in ('waiting', 'unconfirmed')",
        values![
            Code::Unconfirmed.name(),
            asked.name(),
            doubt.since,
            doubt.status.name(),
            shop,
            run,
            item_number
        ],
    )
    .touching(1)
    .or(Unmet::Stale(TABLE))
}

/// The operator takes the later steps of an order upon themselves; only while they wait for an answer.
pub fn let_go(shop: &ShopId, run: &BulkRunId, order: &OrderId) -> Statement {
    Statement::new(
        "update bulk_item set item_state = 'left_out', problem_code = $1
         where shop_id = $2 and run_id = $3 and order_id = $4 and item_state = 'unconfirmed'",
        values![Code::LaterStepsLetGo.name(), shop, run, order],
    )
    .touching(1)
    .or(Unmet::Stale(TABLE))
}

/// Asserts that the order's steps are still the run's to take, and nobody has taken them upon themselves.
pub fn still_to_take(shop: &ShopId, run: &BulkRunId, item_number: i64) -> Statement {
    Statement::new(
        "update bulk_item set item_state = item_state
         where shop_id = $1 and run_id = $2 and item_number = $3 and item_state in ('waiting', 'unconfirmed')",
        values![shop, run, item_number],
    )
    .touching(1)
    .or(Unmet::Stale(TABLE))
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
    .or(Unmet::Stale(TABLE))
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

/// A run without its orders.
#[derive(Debug, Clone)]
pub struct NewestRow {
    /// The run.
    pub run: BulkRunId,
    /// Who started it.
    pub operator: OperatorId,
    /// Unix ms.
    pub started_at: i64,
    /// How many orders were recorded as that far.
    pub counts: Vec<ItemCount>,
}

/// The newest runs of a shop, newest first, at most `limit`.
pub async fn newest(reader: &Reader, shop: &ShopId, limit: i64) -> Result<Vec<NewestRow>, StoreError> {
    let rows = reader
        .rows(
            "select r.run_id, r.operator_id, r.started_at, i.item_state, count(*) as orders
             from (select run_id, operator_id, started_at from bulk_run where shop_id = $1
                   order by started_at desc, run_id desc limit $2) as r
             join bulk_item i on i.shop_id = $1 and i.run_id = r.run_id
             group by r.run_id, r.operator_id, r.started_at, i.item_state
             order by r.started_at desc, r.run_id desc, i.item_state",
            values![shop, limit],
        )
        .await?;
    let mut runs: Vec<NewestRow> = Vec::new();
    for row in &rows {
        let run: BulkRunId = row.parse("run_id")?;
        let count = count_of(row)?;
        match runs.last_mut().filter(|last| last.run == run) {
            Some(last) => last.counts.push(count),
            None => runs.push(NewestRow {
                run,
                operator: row.parse("operator_id")?,
                started_at: row.int("started_at")?,
                counts: vec![count],
            }),
        }
    }
    Ok(runs)
}

fn count_of(row: &Row) -> Result<ItemCount, RowError> {
    Ok(ItemCount { state: state_of(row)?, orders: row.number("orders")? })
}

/// The orders of a run, in the operator's order.
pub async fn items(reader: &Reader, shop: &ShopId, run: &BulkRunId) -> Result<Vec<BulkItemRow>, StoreError> {
    let rows = reader
        .rows(
            "select i.item_number, i.order_id, i.order_number, i.order_version, i.amount, i.item_state,
               i.problem_code, i.asked_step, i.unconfirmed_since, i.status_then, m.mail_state
             from bulk_item i left join mail m on m.shop_id = i.shop_id and m.mail_id = i.mail_id
             where i.shop_id = $1 and i.run_id = $2 order by i.item_number",
            values![shop, run],
        )
        .await?;
    Ok(rows.iter().map(item_of).collect::<Result<_, _>>()?)
}

/// The step that the run has asked for this order.
pub async fn asked(
    reader: &Reader,
    shop: &ShopId,
    run: &BulkRunId,
    item_number: i64,
) -> Result<Option<AskedStep>, StoreError> {
    let row = reader
        .row(
            "select asked_step from bulk_item where shop_id = $1 and run_id = $2 and item_number = $3",
            values![shop, run, item_number],
        )
        .await?;
    let name = row.as_ref().map(|row| row.opt_text("asked_step")).transpose()?.flatten();
    Ok(name.and_then(AskedStep::from_name))
}

const STATES: [(ItemState, &str); 6] = [
    (ItemState::Waiting, "waiting"),
    (ItemState::Done, "done"),
    (ItemState::UnderWay, "under_way"),
    (ItemState::Unconfirmed, "unconfirmed"),
    (ItemState::Failed, "failed"),
    (ItemState::LeftOut, "left_out"),
];

fn state_name(state: ItemState) -> &'static str {
    STATES.iter().find(|(known, _)| *known == state).map_or("waiting", |(_, name)| name)
}

fn state_of(row: &Row) -> Result<ItemState, RowError> {
    let name = row.text("item_state")?;
    STATES
        .iter()
        .find(|(_, known)| *known == name)
        .map(|(state, _)| *state)
        .ok_or_else(|| RowError::new("item_state is unknown"))
}

fn item_of(row: &Row) -> Result<BulkItemRow, RowError> {
    let problem = row.opt_text("problem_code")?;
    let asked = row.opt_text("asked_step")?;
    Ok(BulkItemRow {
        item_number: row.int("item_number")?,
        order_id: row.parse("order_id")?,
        order_number: row.parse("order_number")?,
        order_version: row.int("order_version")?,
        amount: Yen::new(row.int("amount")?).map_err(|_| RowError::new("amount is not an amount of yen"))?,
        state: state_of(row)?,
        problem: problem.and_then(|name| Code::ALL.iter().copied().find(|code| code.name() == name)),
        asked: asked.and_then(AskedStep::from_name),
        mail: row.opt_text("mail_state")?.and_then(MailState::from_name),
        doubt: row
            .opt_int("unconfirmed_since")?
            .map(|since| {
                let status = row.opt_text("status_then")?.and_then(OrderStatus::from_name);
                Ok(Doubt { since, status: status.ok_or_else(|| RowError::new("status_then is unknown"))? })
            })
            .transpose()?,
    })
}

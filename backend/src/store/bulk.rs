//! Runs of a bulk action and their orders.

use super::{Batch, Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::api::{Code, ItemState};
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
}

/// Starts a run with its orders; a run of that id makes this [`Unmet::AlreadyExists`].
pub fn start(
    shop: &ShopId,
    run: &BulkRunId,
    operator: &OperatorId,
    items: &[BulkItemRow],
    now: i64,
) -> Batch {
    let mut batch = Batch::from(
        Statement::new(
            "insert into bulk_run (shop_id, run_id, operator_id, started_at) values ($1, $2, $3, $4)
             on conflict do nothing",
            values![shop, run, operator, now],
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
pub fn record(
    shop: &ShopId,
    run: &BulkRunId,
    item_number: i64,
    state: ItemState,
    problem: Option<Code>,
) -> Statement {
    Statement::new(
        "update bulk_item set item_state = $1, problem_code = $2
         where shop_id = $3 and run_id = $4 and item_number = $5 and item_state = 'waiting'",
        values![state_name(state), problem.map(Code::name), shop, run, item_number],
    )
    .touching(1)
    .or(Unmet::Stale("bulk_item"))
}

/// Who started the run, if there is one of that id.
pub async fn operator(
    reader: &Reader,
    shop: &ShopId,
    run: &BulkRunId,
) -> Result<Option<OperatorId>, StoreError> {
    let row = reader
        .row("select operator_id from bulk_run where shop_id = $1 and run_id = $2", values![shop, run])
        .await?;
    Ok(row.map(|row| row.parse("operator_id")).transpose()?)
}

/// The orders of a run, in the operator's order.
pub async fn items(reader: &Reader, shop: &ShopId, run: &BulkRunId) -> Result<Vec<BulkItemRow>, StoreError> {
    let rows = reader
        .rows(
            "select item_number, order_id, order_number, order_version, amount, item_state, problem_code
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
    })
}

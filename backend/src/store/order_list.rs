//! Which orders a filter shows, newest first: their keys, by an index for whatever is asked.
//!
//! A question becomes streams, each a run of one index that is already sorted by time and id: one per value of the
//! field that tells most, merged here. What the index does not tell is checked on a bounded number of rows; where the
//! bound comes first, the answer says how far it got. Start at [`Plan::new`].

use super::{Reader, Statement, StoreError, Value, values};
use shared::id::{OrderId, ShopId};
use shared::order_query::OrderFilter;
use shared::order_term::Search;
use shared::payment::PaymentState;
use shared::status_icon::StatusIcon;
use std::collections::BTreeSet;

/// Rows that one question may look at beyond those it shows.
const SCAN: i64 = 3_000;
/// Least rows that one of many streams may look at.
const LEAST_SCAN: i64 = 300;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The expression of the index `orders_amount_band`, exactly as the migration has it.
const BAND: &str = "(case when total < 1000 then 0 when total < 2000 then 1 when total < 3000 then 2 when total < 5000 then 3 when total < 10000 then 4 when total < 20000 then 5 when total < 50000 then 6 when total < 100000 then 7 else 8 end)";

/// A place in the list: time and id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Unix ms.
    pub placed_at: i64,
    /// The order.
    pub order_id: OrderId,
}

/// What was found.
#[derive(Debug)]
pub struct Keys {
    /// Newest first.
    pub keys: Vec<Key>,
    /// Where the search stopped before it had enough; `None` when it had enough or found everything.
    pub stopped_at: Option<Key>,
}

/// A condition in SQL over columns of the stream, `?` for each value.
#[derive(Debug, Clone)]
struct Condition(String, Vec<Value>);

/// One run of an index.
#[derive(Debug, Clone)]
struct Stream {
    table: &'static str,
    conditions: Vec<Condition>,
    /// A column that the index holds behind time and id, which the rest asks about.
    beside: Option<&'static str>,
    rest: Vec<Condition>,
}

/// How a filter is answered.
#[derive(Debug, Clone)]
pub struct Plan {
    streams: Vec<Stream>,
    from: i64,
    until: i64,
}

/// A query as it is sent.
#[derive(Debug, Clone)]
pub struct Sql {
    /// The text.
    pub text: String,
    /// Its values.
    pub values: Vec<Value>,
}

/// Text and values in the order in which they come up.
struct Writer(Sql);

impl Writer {
    fn new(text: &str) -> Self {
        Self(Sql { text: text.to_owned(), values: Vec::new() })
    }

    fn text(&mut self, text: &str) {
        self.0.text.push_str(text);
    }

    fn value(&mut self, value: impl Into<Value>) {
        self.0.values.push(value.into());
        let number = self.0.values.len();
        self.0.text.push_str(&format!("${number}"));
    }

    fn condition(&mut self, condition: &Condition) {
        let mut values = condition.1.iter();
        for (index, part) in condition.0.split('?').enumerate() {
            if index > 0 {
                self.value(values.next().cloned().unwrap_or(Value::Null));
            }
            self.text(part);
        }
    }
}

impl Plan {
    /// The way to answer `filter` in `shop` at `now` (Unix ms); `smallest` is the piece of the search that the
    /// fewest orders have.
    pub fn new(
        shop: &ShopId,
        filter: &OrderFilter,
        search: Option<&Search>,
        smallest: Option<&str>,
        now: i64,
    ) -> Self {
        let fields = fields(filter, now);
        let mut plan = Self { streams: Vec::new(), from: filter.from_ms(), until: filter.until_ms() };
        let Some(search) = search else {
            plan.streams = order_streams(shop, fields);
            return plan;
        };
        let rest: Vec<Condition> = fields.into_iter().flat_map(|field| field.all).collect();
        let of_orders = of_the_order(shop, &rest);
        let term = |term: &str| Condition("s.term = ?".to_owned(), values![term]);
        for whole in &search.whole {
            plan.streams.push(Stream {
                table: "order_term",
                conditions: vec![term(whole)],
                beside: None,
                rest: of_orders.iter().cloned().collect(),
            });
        }
        if let Some(smallest) = smallest.or(search.pieces.first().map(String::as_str)) {
            let others = search.pieces.iter().filter(|piece| *piece != smallest).map(|piece| {
                Condition(
                    "exists (select 1 from order_term g where g.shop_id = ? and g.term = ? and \
                     g.placed_at = f.placed_at and g.order_id = f.order_id)"
                        .to_owned(),
                    values![shop, piece],
                )
            });
            plan.streams.push(Stream {
                table: "order_term",
                conditions: vec![term(smallest)],
                beside: None,
                rest: others.chain(of_orders.clone()).collect(),
            });
        }
        plan
    }

    /// Up to `want` keys strictly before `before`.
    ///
    /// # Errors
    /// As [`Reader::rows`].
    pub async fn keys(
        &self,
        reader: &Reader,
        shop: &ShopId,
        before: Option<&Key>,
        want: i64,
    ) -> Result<Keys, StoreError> {
        let mut found = BTreeSet::new();
        let mut stopped_at: Option<Key> = None;
        let scan = self.scan();
        for stream in &self.streams {
            let keys = read(reader, stream.query(shop, self, before, want, scan)).await?;
            let enough = i64::try_from(keys.len()).is_ok_and(|count| count >= want);
            found.extend(keys);
            if !stream.rest.is_empty() && !enough {
                let end = read(reader, stream.end(shop, self, before, scan)).await?;
                stopped_at = stopped_at.max(end.into_iter().next());
            }
        }
        let want = usize::try_from(want).unwrap_or(usize::MAX);
        let mut keys: Vec<Key> =
            found.into_iter().rev().filter(|key| stopped_at.as_ref().is_none_or(|end| key >= end)).collect();
        if keys.len() >= want {
            keys.truncate(want);
            stopped_at = None;
        }
        Ok(Keys { keys, stopped_at })
    }

    /// How many orders there are, at most `limit`, and whether there are more. What only
    /// [`OrderFilter::fits`] could tell is counted, too.
    ///
    /// # Errors
    /// As [`Reader::rows`].
    pub async fn count(&self, reader: &Reader, shop: &ShopId, limit: i64) -> Result<(i64, bool), StoreError> {
        let mut sum = 0;
        for stream in &self.streams {
            let inner = stream.query(shop, self, None, limit + 1, SCAN);
            let text = format!("select count(*) as n from ({}) c", inner.text);
            let row = reader.row(text, inner.values).await?;
            sum += row.map(|row| row.int("n")).transpose()?.unwrap_or(0);
            if sum > limit {
                return Ok((limit, true));
            }
        }
        Ok((sum, false))
    }

    /// Every query that this plan sends, for those who look at how a database answers it.
    pub fn queries(&self, shop: &ShopId, before: Option<&Key>, want: i64) -> Vec<Sql> {
        let scan = self.scan();
        let bounded = self.streams.iter().filter(|stream| !stream.rest.is_empty());
        let ends = bounded.map(|stream| stream.end(shop, self, before, scan));
        let pages = self.streams.iter().map(|stream| stream.query(shop, self, before, want, scan));
        pages.chain(ends).collect()
    }

    fn scan(&self) -> i64 {
        let streams = i64::try_from(self.streams.len().max(1)).unwrap_or(1);
        (SCAN / streams).max(LEAST_SCAN)
    }
}

impl Stream {
    /// The keys: of the index alone, or of the first `scan` rows of it that fit the rest.
    fn query(&self, shop: &ShopId, plan: &Plan, before: Option<&Key>, want: i64, scan: i64) -> Sql {
        // The index alone gives the run: a database that had to read each order for it might as well take another index,
        // and SQLite does.
        let keys = "s.placed_at, s.order_id".to_owned();
        let columns = self.beside.map_or_else(|| keys.clone(), |beside| format!("{keys}, s.{beside}"));
        if self.rest.is_empty() {
            let mut sql = self.run(&columns, shop, plan, before);
            sql.text(" limit ");
            sql.value(want);
            return sql.0;
        }
        let mut sql = self.run(&columns, shop, plan, before);
        sql.text(" limit ");
        sql.value(scan);
        sql.0.text = format!("select f.placed_at, f.order_id from ({}) f where ", sql.0.text);
        for (index, condition) in self.rest.iter().enumerate() {
            if index > 0 {
                sql.text(" and ");
            }
            sql.condition(condition);
        }
        sql.text(" order by f.placed_at desc, f.order_id desc limit ");
        sql.value(want);
        sql.0
    }

    /// The last of the first `scan` rows, if there are so many.
    fn end(&self, shop: &ShopId, plan: &Plan, before: Option<&Key>, scan: i64) -> Sql {
        let mut sql = self.run("s.placed_at, s.order_id", shop, plan, before);
        sql.text(" limit 1 offset ");
        sql.value(scan - 1);
        sql.0
    }

    fn run(&self, columns: &str, shop: &ShopId, plan: &Plan, before: Option<&Key>) -> Writer {
        let mut sql = Writer::new(&format!("select {columns} from {} s where s.shop_id = ", self.table));
        sql.value(shop);
        for condition in &self.conditions {
            sql.text(" and ");
            sql.condition(condition);
        }
        sql.text(" and s.placed_at >= ");
        sql.value(plan.from);
        // One upper end: the nearer of cursor and period.
        let before = before.filter(|before| before.placed_at < plan.until);
        sql.text(" and (s.placed_at, s.order_id) < (");
        sql.value(before.map_or(plan.until, |before| before.placed_at));
        sql.text(", ");
        sql.value(before.map_or("", |before| before.order_id.as_str()));
        sql.text(") order by s.placed_at desc, s.order_id desc");
        sql
    }
}

/// One field of a filter: what has to be true, and the runs of an index that have it, if that index tells it all.
struct Field {
    /// Lower tells more.
    rank: u8,
    /// One alternative per run.
    runs: Vec<Vec<Condition>>,
    /// What each run leaves to be checked, and the column of its index that tells it.
    edge: Option<(&'static str, Condition)>,
    /// What each run leaves to be checked of the order itself.
    left: Option<Condition>,
    /// All of it as conditions over `orders`.
    all: Vec<Condition>,
    /// Which fields these runs answer.
    answers: &'static [&'static str],
    name: &'static str,
}

fn order_streams(shop: &ShopId, mut fields: Vec<Field>) -> Vec<Stream> {
    fields.sort_by_key(|field| field.rank);
    let Some(best) = fields.first() else {
        return vec![Stream { table: "orders", conditions: Vec::new(), beside: None, rest: Vec::new() }];
    };
    let others = fields.iter().filter(|field| !best.answers.contains(&field.name));
    let left: Vec<Condition> = others.flat_map(|field| field.all.clone()).chain(best.left.clone()).collect();
    let edge = best.edge.iter().map(|(_, edge)| Condition(edge.0.replace("o.", "f."), edge.1.clone()));
    let rest: Vec<Condition> = edge.chain(of_the_order(shop, &left)).collect();
    let run = |conditions: &Vec<Condition>| Stream {
        table: "orders",
        conditions: conditions
            .iter()
            .map(|Condition(text, values)| Condition(text.replace("o.", "s."), values.clone()))
            .collect(),
        beside: best.edge.as_ref().map(|(column, _)| *column),
        rest: rest.clone(),
    };
    best.runs.iter().map(run).collect()
}

/// All of `conditions`, asked of the order of a key.
fn of_the_order(shop: &ShopId, conditions: &[Condition]) -> Option<Condition> {
    let text = conditions.iter().map(|condition| condition.0.as_str()).collect::<Vec<_>>().join(" and ");
    let mut values = values![shop];
    values.extend(conditions.iter().flat_map(|condition| condition.1.clone()));
    let text =
        format!("exists (select 1 from orders o where o.shop_id = ? and o.order_id = f.order_id and {text})");
    (!conditions.is_empty()).then_some(Condition(text, values))
}

fn fields(filter: &OrderFilter, now: i64) -> Vec<Field> {
    let mut fields = Vec::new();
    let statuses = filter.order_statuses();
    let states = filter.payment_states();
    if filter.disputed {
        fields.push(sole("disputed", Condition("o.disputed = 1".to_owned(), Vec::new()), 0, &["disputed"]));
    }
    // Captured, as almost all are: its own index, unless other icons are asked for as well.
    if filter.icons.as_slice() == [Some(StatusIcon::PartlyRefunded)] {
        fields.push(sole(
            "partly_refunded",
            Condition("o.partly_refunded = 1".to_owned(), Vec::new()),
            0,
            &["partly_refunded", "states"],
        ));
    }
    // Checked beside whatever index tells more; alone it is what almost every order is.
    if filter.error || filter.unreplaced {
        fields.push(sole(
            "unreplaced",
            Condition("o.replaced_by is null".to_owned(), Vec::new()),
            10,
            &["unreplaced"],
        ));
    }
    if filter.capturable {
        // Its states are a field of their own, and come first.
        fields.push(sole(
            "capturable",
            Condition("o.expires_at > ?".to_owned(), values![now]),
            10,
            &["capturable"],
        ));
    }
    if let Some(days) = filter.days_left {
        // Late by a day at most: what has ended and has not been marked so yet.
        let (from, until) = (now - DAY, now + (days + 1) * DAY);
        let range = Condition("o.expires_at >= ? and o.expires_at < ?".to_owned(), values![from, until]);
        let standing = Condition("o.payment_state = ?".to_owned(), values![PaymentState::Authorized.name()]);
        let day = |day: i64| vec![Condition("(s.expires_at / 86400000) = ?".to_owned(), values![day])];
        fields.push(Field {
            rank: 1,
            runs: (from / DAY..=until / DAY).map(day).collect(),
            edge: Some(("expires_at", range.clone())),
            left: Some(standing.clone()),
            all: vec![range, standing],
            answers: &["days_left"],
            name: "days_left",
        });
    }
    if let (Some(statuses), Some(states)) = (&statuses, &states) {
        let runs = statuses.iter().flat_map(|status| {
            states.iter().map(move |state| {
                vec![one("order_status", status.name()), one("payment_state", state.name())]
            })
        });
        fields.push(Field {
            rank: 2,
            runs: runs.collect(),
            edge: None,
            left: None,
            all: Vec::new(),
            answers: &["both", "states", "statuses"],
            name: "both",
        });
    }
    if let Some(states) = states {
        let names: Vec<&str> = states.iter().map(|state| state.name()).collect();
        let common = states.contains(&PaymentState::Captured) || states.len() > 6;
        fields.push(set("states", "payment_state", &names, if common { 5 } else { 3 }, &["states"]));
    }
    if let Some(statuses) = statuses {
        let names: Vec<&str> = statuses.iter().map(|status| status.name()).collect();
        let common = statuses.contains(&shared::order::OrderStatus::Shipped);
        fields.push(set("statuses", "order_status", &names, if common { 7 } else { 4 }, &["statuses"]));
    }
    if let Some(bands) = filter.amount_bands() {
        let mut range = Condition(String::new(), Vec::new());
        for (amount, sign) in [(filter.amount_from, ">="), (filter.amount_until, "<=")] {
            if let Some(amount) = amount {
                let and = if range.0.is_empty() { "" } else { " and " };
                range.0.push_str(&format!("{and}o.total {sign} ?"));
                range.1.push(amount.into());
            }
        }
        let band = |band: i64| vec![Condition(format!("{BAND} = ?"), values![band])];
        fields.push(Field {
            rank: 6,
            runs: bands.map(band).collect(),
            edge: Some(("total", range.clone())),
            left: None,
            all: vec![range],
            answers: &["amount"],
            name: "amount",
        });
    }
    if !filter.methods.is_empty() {
        let names: Vec<&str> = filter.methods.iter().map(|method| method.name()).collect();
        let common = filter.methods.contains(&shared::payment_method::PaymentMethod::AmazonPay);
        fields.push(set("methods", "payment_method", &names, if common { 9 } else { 4 }, &["methods"]));
    }
    if !filter.origins.is_empty() {
        let names: Vec<&str> = filter.origins.iter().map(|origin| origin.name()).collect();
        let common = filter.origins.contains(&shared::order::OrderOrigin::Checkout);
        fields.push(set("origins", "order_origin", &names, if common { 8 } else { 4 }, &["origins"]));
    }
    fields
}

fn one(column: &str, value: &str) -> Condition {
    Condition(format!("o.{column} = ?"), values![value])
}

/// A field of one condition, which is its run as well.
fn sole(name: &'static str, condition: Condition, rank: u8, answers: &'static [&'static str]) -> Field {
    Field {
        rank,
        runs: vec![vec![condition.clone()]],
        edge: None,
        left: None,
        all: vec![condition],
        answers,
        name,
    }
}

fn set(
    name: &'static str,
    column: &str,
    values: &[&str],
    rank: u8,
    answers: &'static [&'static str],
) -> Field {
    let marks = vec!["?"; values.len()].join(", ");
    let all = if values.is_empty() {
        Condition("1 = 0".to_owned(), Vec::new())
    } else {
        Condition(
            format!("o.{column} in ({marks})"),
            values.iter().map(|value| Value::from(*value)).collect(),
        )
    };
    Field {
        rank,
        runs: values.iter().map(|value| vec![one(column, value)]).collect(),
        edge: None,
        left: None,
        all: vec![all],
        answers,
        name,
    }
}

async fn read(reader: &Reader, sql: Sql) -> Result<Vec<Key>, StoreError> {
    let rows = reader.rows(sql.text, sql.values).await?;
    let key = |row: &super::Row| {
        Ok::<_, super::RowError>(Key { placed_at: row.int("placed_at")?, order_id: row.parse("order_id")? })
    };
    Ok(rows.iter().map(key).collect::<Result<_, _>>()?)
}

/// The piece of the search that the fewest orders have, as far as counting a little tells.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn smallest_piece(
    reader: &Reader,
    shop: &ShopId,
    search: &Search,
) -> Result<Option<String>, StoreError> {
    let mut smallest: Option<(i64, &String)> = None;
    if search.pieces.len() < 2 {
        return Ok(search.pieces.first().cloned());
    }
    for piece in &search.pieces {
        let sql = piece_count(shop, piece, SCAN);
        let row = reader.row(sql.text, sql.values).await?;
        let count = row.map(|row| row.int("n")).transpose()?.unwrap_or(0);
        if smallest.is_none_or(|(least, _)| count < least) {
            smallest = Some((count, piece));
        }
    }
    Ok(smallest.map(|(_, piece)| piece.clone()))
}

/// How many orders have a piece, at most `limit`.
pub fn piece_count(shop: &ShopId, piece: &str, limit: i64) -> Sql {
    Sql {
        text: "select count(*) as n from (select t.order_id from order_term t
                where t.shop_id = $1 and t.term = $2 limit $3) c"
            .to_owned(),
        values: values![shop, piece, limit],
    }
}

/// The terms an order is kept under.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn terms(reader: &Reader, shop: &ShopId, order: &OrderId) -> Result<BTreeSet<String>, StoreError> {
    let sql = "select term from order_term where shop_id = $1 and order_id = $2";
    let rows = reader.rows(sql, values![shop, order]).await?;
    Ok(rows.iter().map(|row| row.text("term").map(str::to_owned)).collect::<Result<_, _>>()?)
}

/// Keeps the order under a term; a second time changes nothing.
pub fn add_term(shop: &ShopId, term: &str, placed_at: i64, order: &OrderId) -> Statement {
    Statement::new(
        "insert into order_term (shop_id, term, placed_at, order_id) values ($1, $2, $3, $4) on conflict do nothing",
        values![shop, term, placed_at, order],
    )
}

/// The order is no longer found by that term.
pub fn remove_term(shop: &ShopId, term: &str, placed_at: i64, order: &OrderId) -> Statement {
    Statement::new(
        "delete from order_term where shop_id = $1 and term = $2 and placed_at = $3 and order_id = $4",
        values![shop, term, placed_at, order],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::order_query::AMOUNT_BANDS;

    #[test]
    fn the_bands_of_the_index_are_those_of_the_filter() {
        let arms: String = AMOUNT_BANDS
            .iter()
            .enumerate()
            .map(|(band, end)| format!(" when total < {end} then {band}"))
            .collect();
        assert_eq!(BAND, format!("(case{arms} else {} end)", AMOUNT_BANDS.len()));
        let migration = include_str!("../../migrations/0008_order_search.sql");
        assert!(migration.contains(BAND));
    }

    #[test]
    fn a_filter_that_excludes_itself_asks_nothing() {
        let filter =
            OrderFilter::read([("payment", "uncaptured"), ("unshipped", "1")].into_iter()).expect("a filter");
        let shop = ShopId::new("demo").expect("an id");
        assert!(Plan::new(&shop, &filter, None, None, 0).queries(&shop, None, 50).is_empty());
    }
}

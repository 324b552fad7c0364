//! Counts of what is no order, each by an index and no further than asked.

use super::order_list::Sql;
use super::{Reader, StoreError, values};
use shared::api::MailState;
use shared::id::ShopId;
use shared::payment::PaymentState;
use shared::payment_method::PaymentMethod;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Disputes that wait for an answer.
    OpenDisputes,
    /// Corrections that are due.
    DueCorrections,
    /// キャンセルエラー of which no remedy is recorded.
    CancelErrors,
    /// Mails in a state.
    Mails(MailState),
    /// Amazon Pay orders.
    AmazonPayOrders,
    /// Orders whose payment is in a state.
    OrdersIn(PaymentState),
    /// Orders of which a part was given back.
    PartlyRefunded,
}

/// The query that counts up to one more than `limit`.
pub fn count_query(shop: &ShopId, counted: Counted, limit: i64) -> Sql {
    let (inner, value) = match counted {
        Counted::OpenDisputes => ("dispute t where t.shop_id = $1 and t.answered_at is null", None),
        Counted::DueCorrections => ("correction t where t.shop_id = $1 and t.done_at is null", None),
        Counted::CancelErrors => (
            "orders t where t.shop_id = $1 and t.payment_state in ('refund_failed', 'cancel_failed')
               and not exists (select 1 from remedy r where r.shop_id = t.shop_id and r.order_id = t.order_id)",
            None,
        ),
        Counted::Mails(state) => ("mail t where t.shop_id = $1 and t.mail_state = $2", Some(state.name())),
        Counted::AmazonPayOrders => (
            "orders t where t.shop_id = $1 and t.payment_method = $2",
            Some(PaymentMethod::AmazonPay.name()),
        ),
        Counted::OrdersIn(state) => {
            ("orders t where t.shop_id = $1 and t.payment_state = $2", Some(state.name()))
        }
        Counted::PartlyRefunded => ("orders t where t.shop_id = $1 and t.partly_refunded = 1", None),
    };
    let mut values = values![shop];
    values.extend(value.map(Into::into));
    values.push((limit + 1).into());
    let text = format!("select count(*) as n from (select t.shop_id from {inner} limit ${}) c", values.len());
    Sql { text, values }
}

/// How many there are, at most `limit`, and whether there are more.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn count(
    reader: &Reader,
    shop: &ShopId,
    counted: Counted,
    limit: i64,
) -> Result<(i64, bool), StoreError> {
    let sql = count_query(shop, counted, limit);
    let row = reader.row(sql.text, sql.values).await?;
    let count = row.map(|row| row.int("n")).transpose()?.unwrap_or(0);
    Ok((count.min(limit), count > limit))
}

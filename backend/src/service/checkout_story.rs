//! What happened before there was an order (R52): the lines of its checkout at the head of its timeline.
//!
//! Nothing is stored for it: the checkout's row and its stored question to Amazon tell.

use crate::store::orders::Order;
use crate::store::{Reader, StoreError, checkouts, intents};
use shared::api::{Language, TimelineEntry};
use shared::checkout::Checkout;
use shared::intent::Operation;
use shared::text;

/// The lines, the earliest first; none for an order that came of no checkout.
///
/// # Errors
/// The database failed.
pub async fn of(reader: &Reader, order: &Order) -> Result<Vec<TimelineEntry>, StoreError> {
    let Some(id) = &order.checkout_id else { return Ok(Vec::new()) };
    let Some(row) = checkouts::find(reader, &order.shop_id, id).await? else { return Ok(Vec::new()) };
    let asked = intents::first(reader, &order.shop_id, id.as_str(), Operation::Complete).await?;
    let line = |at: i64, actor: &str, words: &dyn Fn(Language) -> String, request_id: Option<String>| {
        let (text_ja, text_en) = (words(Language::Ja), words(Language::En));
        TimelineEntry { at, actor: actor.to_owned(), text_ja, text_en, request_id }
    };
    let mut lines = vec![line(row.created_at, "shopper", &|it| text::timeline_started(it).to_owned(), None)];
    if let Checkout::Placed { ordered_at: Some(at), .. } = &row.checkout {
        let pressed = |it| text::timeline_pressed(it).to_owned();
        lines.push(line(at.as_millisecond(), "shopper", &pressed, None));
    }
    if let (Some(asked), Some(session)) = (asked, row.checkout.session()) {
        let words = |it| text::timeline_completion_asked(session.as_str(), it);
        lines.push(line(asked.sent_at, "noren", &words, asked.request_id));
    }
    Ok(lines)
}

//! `GET /api/shops/{shop}/live`: hints which order or subscription changed, as server-sent events. The page fetches it.

use super::error::ApiError;
use super::operator::{MayView, ShopOperator};
use crate::app::App;
use crate::service::live::{self, Hint};
use axum::Router;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::Stream;
use std::convert::Infallible;
use std::time::Duration;

/// Routes behind the operator's session.
pub fn routes() -> Router<App> {
    Router::new().route("/api/shops/{shop}/live", get(get_live))
}

async fn get_live(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let feed = live::listen(&app, &operator.shop);
    let events = futures_util::stream::unfold(feed, |mut feed| async {
        // `None` at the stop of the server, or when this listener fell behind: the page reconnects and reloads.
        let hint = feed.next().await?;
        let event = match &hint {
            Hint::Order(hint) => Event::default().event("order").json_data(hint),
            Hint::Subscription(hint) => Event::default().event("subscription").json_data(hint),
        };
        let event = event.unwrap_or_default();
        Some((Ok(event), feed))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

//! 受注一覧: filters, counts, saved views and the CSV file, for the console.

use super::error::ApiError;
use super::extract::{Json, Path, Query};
use super::operator::{MayView, ShopOperator};
use crate::app::App;
use crate::service::export_orders::{self, Encoding, Export};
use crate::service::list_orders::{self, ListError};
use crate::service::saved_views::{self, SaveViewError};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use bytes::Bytes;
use hyper::body::Frame;
use shared::api::{
    Code, CsvColumn, Language, OrderCounts, OrderListPage, SaveViewRequest, SavedViews, UnwritableView,
};
use shared::id::ShopId;
use shared::order_query::{LONGEST_QUERY, OrderFilter};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// Rows of a page where none are named.
const DEFAULT_ROWS: i64 = 50;
/// Pieces of a file that wait for a slow reader.
const WAITING: usize = 4;
/// After the file: how many characters Shift_JIS did not have.
const UNMAPPABLE: HeaderName = HeaderName::from_static("x-noren-unmappable");

/// Routes behind the operator's session.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/shops/{shop}/orders", get(get_orders))
        .route("/api/shops/{shop}/orders/counts", get(get_counts))
        .route("/api/shops/{shop}/orders.csv", get(get_csv))
        .route("/api/shops/{shop}/orders.csv/unwritable", get(get_unwritable))
        .route("/api/shops/{shop}/order-views", get(get_views).post(post_view))
        .route("/api/shops/{shop}/order-views/{id}", delete(delete_view))
}

type Pairs = Vec<(String, String)>;

/// The filter of a query that has no other names than its own and `others`.
fn filter(pairs: &Pairs, others: &[&str]) -> Result<OrderFilter, ApiError> {
    let known = |name: &str| OrderFilter::NAMES.contains(&name) || others.contains(&name);
    if pairs.iter().any(|(name, _)| !known(name)) {
        return Err(Code::BadRequest.into());
    }
    OrderFilter::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .map_err(|error| ApiError::because(Code::BadRequest, error))
}

fn value<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// `GET …/orders?before=CURSOR&limit=50&icon=authorized&…`: newest first.
async fn get_orders(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Query(pairs): Query<Pairs>,
) -> Result<Json<OrderListPage>, ApiError> {
    let filter = filter(&pairs, &["before", "limit"])?;
    let limit = match value(&pairs, "limit") {
        Some(limit) => limit.parse().map_err(|_| Code::BadRequest)?,
        None => DEFAULT_ROWS,
    };
    let page = list_orders::page(&app, &operator.shop, &filter, value(&pairs, "before"), limit).await?;
    Ok(Json(page))
}

/// `GET …/orders/counts`: how many orders each filter finds that is offered with one press.
async fn get_counts(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
) -> Result<Json<OrderCounts>, ApiError> {
    Ok(Json(list_orders::counts(&app, &operator.shop).await?))
}

/// The columns of a file; all of them where none are named.
fn columns(pairs: &Pairs) -> Result<Vec<CsvColumn>, ApiError> {
    Ok(match value(pairs, "columns") {
        None | Some("") => CsvColumn::ALL.to_vec(),
        Some(names) => {
            let columns: Option<Vec<CsvColumn>> = names.split(',').map(CsvColumn::from_name).collect();
            columns.filter(|columns| columns.len() <= CsvColumn::ALL.len()).ok_or(Code::BadRequest)?
        }
    })
}

/// The language of a file: a link in a page cannot say what the console speaks in a header.
fn language(pairs: &Pairs, headers: &HeaderMap) -> Language {
    value(pairs, "lang").map_or_else(|| super::error::language_of(headers), Language::from_tag)
}

/// `GET …/orders.csv/unwritable?columns=number,total&before=CURSOR&…`: what a file in Shift_JIS cannot hold, for up to
/// 2,000 orders at a time.
async fn get_unwritable(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    headers: HeaderMap,
    Query(pairs): Query<Pairs>,
) -> Result<Json<UnwritableView>, ApiError> {
    let filter = filter(&pairs, &["columns", "lang", "before"])?;
    let (columns, language) = (columns(&pairs)?, language(&pairs, &headers));
    let before = value(&pairs, "before");
    let view = export_orders::unwritable(&app, &operator.shop, &filter, &columns, language, before).await?;
    Ok(Json(view))
}

/// `GET …/orders.csv?columns=number,total&encoding=utf-8|shift_jis&…`: what the filter shows, as a file.
async fn get_csv(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    headers: HeaderMap,
    Query(pairs): Query<Pairs>,
) -> Result<Response, ApiError> {
    let filter = filter(&pairs, &["columns", "encoding", "lang"])?;
    let columns = columns(&pairs)?;
    let (encoding, charset) = match value(&pairs, "encoding") {
        None | Some("utf-8") => (Encoding::Utf8, "text/csv; charset=utf-8"),
        Some("shift_jis") => (Encoding::ShiftJis, "text/csv; charset=shift_jis"),
        Some(_) => return Err(Code::BadRequest.into()),
    };
    let language = language(&pairs, &headers);
    let day = shared::text::moment_machine(app.clock.now_ms());
    let name = format!("attachment; filename=\"orders-{}.csv\"", day.get(..10).unwrap_or("now"));
    let mut export = Export::new(app.clone(), operator.shop, filter, columns, encoding, language);
    // The first piece and the first rows before the answer begins, so that a failure still has a code.
    let heading = export.next().await?.unwrap_or_default();
    let first = export.next().await?;
    let (send, frames) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let produce = async {
            for piece in [Some(heading), first].into_iter().flatten() {
                if send.send(Ok(Frame::data(Bytes::from(piece)))).await.is_err() {
                    return;
                }
            }
            loop {
                let frame = match export.next().await {
                    Ok(Some(piece)) => Ok(Frame::data(Bytes::from(piece))),
                    Ok(None) => break,
                    // The line breaks off, and the browser says that the file is not whole.
                    Err(error) => Err(io::Error::other(error)),
                };
                let failed = frame.is_err();
                if send.send(frame).await.is_err() || failed {
                    return;
                }
            }
            let trailer = HeaderMap::from_iter([(UNMAPPABLE, HeaderValue::from(export.unmappable))]);
            // Whoever has gone does not want it.
            let _ = send.send(Ok(Frame::trailers(trailer))).await;
        };
        tokio::select! {
            () = produce => {}
            // Without the trailer the file breaks off.
            () = app.stopped() => {}
        }
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(charset)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|_| Code::Internal)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::TRAILER, HeaderValue::from_static("x-noren-unmappable")),
    ];
    Ok((headers, Body::new(Frames::new(frames))).into_response())
}

/// `GET …/order-views`: what the operator keeps and what the shop shares.
async fn get_views(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
) -> Result<Json<SavedViews>, ApiError> {
    Ok(Json(saved_views::list(&app, &operator.shop, &operator.id).await?))
}

/// `POST …/order-views`: keeps a filter under a name.
async fn post_view(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Json(request): Json<SaveViewRequest>,
) -> Result<Json<SavedViews>, ApiError> {
    if request.query.len() > LONGEST_QUERY {
        return Err(Code::BadRequest.into());
    }
    let address =
        format!("/?{}", request.query.trim_start_matches('?')).parse().map_err(|_| Code::BadRequest)?;
    let axum::extract::Query(pairs) =
        axum::extract::Query::<Pairs>::try_from_uri(&address).map_err(|_| Code::BadRequest)?;
    let filter = filter(&pairs, &[])?;
    Ok(Json(saved_views::save(&app, &operator.shop, &operator.id, &request, &filter).await?))
}

/// `DELETE …/order-views/{id}`: removes one of the operator's own.
async fn delete_view(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Path((_, id)): Path<(ShopId, String)>,
) -> Result<Json<SavedViews>, ApiError> {
    Ok(Json(saved_views::remove(&app, &operator.shop, &operator.id, &id).await?))
}

/// A body of the pieces that a task sends. Only the trailer ends it whole: where the task goes away before it, as when
/// the server stops, the line breaks off, so that a cut file never looks whole.
struct Frames {
    pieces: mpsc::Receiver<Result<Frame<Bytes>, io::Error>>,
    ended: bool,
}

impl Frames {
    const fn new(pieces: mpsc::Receiver<Result<Frame<Bytes>, io::Error>>) -> Self {
        Self { pieces, ended: false }
    }
}

impl hyper::body::Body for Frames {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let piece = match std::task::ready!(self.pieces.poll_recv(context)) {
            None if !self.ended => Some(Err(io::Error::other("the file was not finished"))),
            piece => piece,
        };
        self.ended |= piece.as_ref().is_none_or(|piece| piece.as_ref().map_or(true, Frame::is_trailers));
        Poll::Ready(piece)
    }
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Cursor => Self::because(Code::BadRequest, error),
            ListError::Store(error) => error.into(),
        }
    }
}

impl From<SaveViewError> for ApiError {
    fn from(error: SaveViewError) -> Self {
        match error {
            SaveViewError::Shape | SaveViewError::TooMany => Self::because(Code::BadRequest, error),
            SaveViewError::Unknown => Self::new(Code::NotFound),
            SaveViewError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn body(pieces: Vec<Result<Frame<Bytes>, io::Error>>) -> Result<Bytes, axum::Error> {
        let (send, frames) = mpsc::channel(WAITING);
        for piece in pieces {
            send.send(piece).await.unwrap();
        }
        drop(send);
        axum::body::to_bytes(Body::new(Frames::new(frames)), 1_000).await
    }

    fn data(text: &'static str) -> Result<Frame<Bytes>, io::Error> {
        Ok(Frame::data(Bytes::from_static(text.as_bytes())))
    }

    /// R51: a file whose task went away before the end is no whole file; one with its trailer is.
    #[tokio::test]
    async fn r51_a_file_that_was_cut_breaks_off() {
        let whole = body(vec![data("a"), data("b"), Ok(Frame::trailers(HeaderMap::new()))]).await;
        assert_eq!(whole.unwrap(), "ab");
        assert!(body(vec![data("a"), data("b")]).await.is_err());
        assert!(body(Vec::new()).await.is_err());
        assert!(body(vec![data("a"), Err(io::Error::other("the database failed"))]).await.is_err());
    }
}

//! Operators sign in and out.

use super::error::ApiError;
use super::extract::Json;
use super::limits::Client;
use super::operator::{self, Operator, OwnPage};
use crate::app::App;
use crate::service::operators::{self, SignedIn};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Extension, Router};
use shared::api::{FirstOperatorRequest, OperatorView, SignInRequest, Token};

/// The addresses of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/operator", get(get_operator))
        .route("/api/operator/first", post(post_first))
        .route("/api/operator/sign-in", post(post_sign_in))
        .route("/api/operator/sign-out", post(post_sign_out))
}

/// `GET /api/operator`: who is signed in.
async fn get_operator(State(app): State<App>, operator: Operator) -> Result<Json<OperatorView>, ApiError> {
    let signed_in = SignedIn { id: operator.id, name: operator.name };
    Ok(Json(operators::view(&app, signed_in, &operator.session).await?))
}

/// `POST /api/operator/first`: the first operator, by the one-time link.
async fn post_first(
    State(app): State<App>,
    _: OwnPage,
    Extension(Client(client)): Extension<Client>,
    Json(request): Json<FirstOperatorRequest>,
) -> Result<impl IntoResponse, ApiError> {
    Ok(begun(&app, operators::create_first(&app, request, &client).await?))
}

/// `POST /api/operator/sign-in`: by mail address and password.
async fn post_sign_in(
    State(app): State<App>,
    _: OwnPage,
    Extension(Client(client)): Extension<Client>,
    Json(request): Json<SignInRequest>,
) -> Result<impl IntoResponse, ApiError> {
    Ok(begun(&app, operators::sign_in(&app, request, &client).await?))
}

/// `POST /api/operator/sign-out`: the session ends.
async fn post_sign_out(State(app): State<App>, operator: Operator) -> Result<impl IntoResponse, ApiError> {
    operators::sign_out(&app, &operator.session).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, operator::end(&app))]))
}

fn begun(
    app: &App,
    (view, session): (OperatorView, Token),
) -> ([(header::HeaderName, HeaderValue); 1], Json<OperatorView>) {
    ([(header::SET_COOKIE, operator::begin(app, &session))], Json(view))
}

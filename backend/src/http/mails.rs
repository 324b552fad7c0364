//! Mail server, templates and outbox, for the console.

use super::error::ApiError;
use super::extract::{Json, Path, Query};
use super::operator::{MayCapture, MaySettings, MayView, ShopOperator};
use crate::app::App;
use crate::service::{mail_outbox, mail_settings, mail_templates, shops};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post, put};
use serde::Deserialize;
use shared::api::{
    Language, MailPreview, MailPreviewRequest, MailSettingsView, MailState, MailTemplatesView, OutboxMail,
    OutboxPage, PutMailSettings, PutMailTemplate, TestMailRequest, TestMailView,
};
use shared::id::ShopId;
use shared::mail::MailKind;

/// Routes behind the operator's session.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/shops/{shop}/mail/settings", get(get_settings).put(put_settings))
        .route("/api/shops/{shop}/mail/test", post(post_test))
        .route("/api/shops/{shop}/mail/templates", get(get_templates))
        .route(
            "/api/shops/{shop}/mail/templates/{kind}/{language}",
            put(put_template).delete(delete_template),
        )
        .route("/api/shops/{shop}/mail/preview", post(post_preview))
        .route("/api/shops/{shop}/mail/outbox", get(get_outbox))
        .route("/api/shops/{shop}/mail/outbox/{id}", get(get_mail))
        .route("/api/shops/{shop}/mail/outbox/{id}/resend", post(post_resend))
}

/// `GET …/mail/settings`: never with the password.
async fn get_settings(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
) -> Result<Json<MailSettingsView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(mail_settings::view(&shop)))
}

/// `PUT …/mail/settings`.
async fn put_settings(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
    Json(request): Json<PutMailSettings>,
) -> Result<Json<MailSettingsView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(mail_settings::put(&app, &shop, &operator.id, request).await?))
}

/// `POST …/mail/test`: what became of it is the answer.
async fn post_test(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
    headers: HeaderMap,
    Json(request): Json<TestMailRequest>,
) -> Result<Json<TestMailView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    let language = super::error::language_of(&headers);
    Ok(Json(mail_settings::test(&app, &shop, &operator.id, &request, language).await?))
}

/// `GET …/mail/templates`.
async fn get_templates(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
) -> Result<Json<MailTemplatesView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(mail_templates::view(&app, &shop).await?))
}

/// `PUT …/mail/templates/{kind}/{language}`.
async fn put_template(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
    Path((_, kind, language)): Path<(ShopId, MailKind, Language)>,
    Json(request): Json<PutMailTemplate>,
) -> Result<Json<MailTemplatesView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(mail_templates::put(&app, &shop, &operator.id, kind, language, request).await?))
}

/// `DELETE …/mail/templates/{kind}/{language}`: back to the standard words.
async fn delete_template(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
    Path((_, kind, language)): Path<(ShopId, MailKind, Language)>,
) -> Result<Json<MailTemplatesView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(mail_templates::reset(&app, &shop, &operator.id, kind, language).await?))
}

/// `POST …/mail/preview`.
async fn post_preview(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
    Json(request): Json<MailPreviewRequest>,
) -> Result<Json<MailPreview>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(mail_templates::preview(&app, &shop, request).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutboxQuery {
    state: Option<MailState>,
    before: Option<String>,
}

/// `GET …/mail/outbox?state=failed&before=ID`: newest first. Whoever sees an order sees what its buyer was sent.
async fn get_outbox(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Query(query): Query<OutboxQuery>,
) -> Result<Json<OutboxPage>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(mail_outbox::page(&app, &shop, query.state, query.before.as_deref()).await?))
}

/// `GET …/mail/outbox/{id}`: with its words. They may hold a link to pay, which only who may capture makes.
async fn get_mail(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Path((_, id)): Path<(ShopId, String)>,
) -> Result<Json<OutboxMail>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(mail_outbox::mail(&app, &shop, &id).await?))
}

/// `POST …/mail/outbox/{id}/resend`: failed and unconfirmed ones only.
async fn post_resend(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Path((_, id)): Path<(ShopId, String)>,
) -> Result<Json<OutboxMail>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(mail_outbox::resend(&app, &shop, &id).await?))
}

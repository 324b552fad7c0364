//! Edge of the server: one file per resource; each handler extracts, calls one service and converts.
//!
//! No SQL, no Amazon Pay and no rule here. Start at [`router`].

mod assets;
mod built;
mod checkouts;
mod cookie;
mod dashboard;
pub mod error;
mod extract;
mod headers;
mod health;
mod limits;
mod live;
mod mails;
mod my_page;
mod notifications;
mod operator;
mod operators;
mod order_actions;
mod order_list;
mod orders;
mod origin;
mod pages;
mod payment_settings;
mod postal_codes;
mod request;
mod settings_changes;
mod sign_ins;
mod subscriptions;

use crate::app::App;
use crate::config::Limits;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use shared::api::Code;

/// Every address of the server, with the layers around them, the outermost last.
pub fn router(app: App) -> Router {
    let shopper = shopper().layer(from_fn_with_state(app.clone(), origin::guard));
    Router::new()
        .merge(shopper)
        .merge(console())
        .merge(notifications::routes())
        .merge(health::routes())
        .merge(pages::routes())
        .merge(assets::routes())
        .fallback(async || error::ApiError::new(Code::NotFound))
        .layer(DefaultBodyLimit::max(Limits::BODY))
        .layer(from_fn_with_state(app.clone(), limits::limit))
        .layer(from_fn(error::render))
        .layer(from_fn_with_state(app.clone(), headers::secure))
        .layer(from_fn(request::trace))
        .with_state(app)
}

/// What pages of a shop call, behind the guard of origins.
fn shopper() -> Router<App> {
    checkouts::routes().merge(sign_ins::routes()).merge(my_page::routes()).merge(postal_codes::routes())
}

/// What the console calls, behind the operator's session.
fn console() -> Router<App> {
    Router::new()
        .merge(operators::routes())
        .merge(orders::routes())
        .merge(order_list::routes())
        .merge(dashboard::routes())
        .merge(order_actions::routes())
        .merge(live::routes())
        .merge(mails::routes())
        .merge(payment_settings::routes())
        .merge(subscriptions::routes())
        .merge(settings_changes::routes())
}

//! Placeholder until the hosted pages are served.

use crate::app::App;
use axum::Router;

/// The addresses of this file.
pub fn routes() -> Router<App> {
    Router::new()
}

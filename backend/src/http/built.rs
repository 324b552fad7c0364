//! Where the built pages come from: the program itself in a release (feature `embed`), the folder `dist/` else.

use crate::app::App;
use std::borrow::Cow;

/// The file at `path` below the built pages. The caller has checked that the path leads nowhere else.
#[cfg(not(feature = "embed"))]
pub async fn read(app: &App, path: &str) -> Option<Cow<'static, [u8]>> {
    tokio::fs::read(app.settings.pages_dir.join(path)).await.ok().map(Cow::Owned)
}

/// The file at `path` below the built pages, which are part of the program.
#[cfg(feature = "embed")]
pub async fn read(_: &App, path: &str) -> Option<Cow<'static, [u8]>> {
    use rust_embed::RustEmbed;

    #[derive(RustEmbed)]
    #[folder = "../dist"]
    struct Built;

    Built::get(path).map(|file| file.data)
}

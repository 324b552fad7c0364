//! The frame of every page, and writing text so that it stays text.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// `text` for HTML, in content and in quoted attributes.
pub(crate) fn esc(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Text that somebody typed: escaped, and kept from turning the direction of what follows.
pub(crate) fn typed(text: &str) -> String {
    format!("<bdi>{}</bdi>", esc(text))
}

/// The frame of a page.
pub(crate) struct Layout<'a> {
    title: &'a str,
    wide: bool,
}

impl<'a> Layout<'a> {
    pub const fn new(title: &'a str) -> Self {
        Self { title, wide: false }
    }

    /// A page with tables.
    pub const fn wide(self) -> Self {
        Self { title: self.title, wide: true }
    }

    /// The whole page around `body`, which is HTML already.
    pub fn page(&self, body: &str) -> Html<String> {
        let title = esc(self.title);
        let class = if self.wide { " class=\"wide\"" } else { "" };
        Html(format!(
            r#"<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'">
<title>{title} · SIMULATOR</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/simulator.css">
</head>
<body>
<header class="banner">
<strong>SIMULATOR</strong>
<span>本物の Amazon Pay ではありません。<span lang="en">This is not Amazon Pay.</span></span>
<nav aria-label="シミュレーター"><a href="/buyer">お客様</a><a href="/merchant">出店者</a></nav>
</header>
<main{class}>
{body}
</main>
</body>
</html>
"#
        ))
    }
}

/// A page that says what went wrong; `detail` is plain text.
pub(crate) fn error_page(status: StatusCode, japanese: &str, english: &str, detail: &str) -> Response {
    let detail =
        if detail.is_empty() { String::new() } else { format!("<p><small>{}</small></p>", typed(detail)) };
    let body = format!(
        r#"<h1 data-test="error">{japanese} <small lang="en">{english}</small></h1>
<div class="card notice critical"><p>お店のページに戻って、もう一度お試しください。
<small lang="en">Please go back to the shop and try again.</small></p>{detail}</div>"#
    );
    let mut response = (status, Layout::new(japanese).page(&body)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_stays_text() {
        let shown = typed("<img src=x onerror=alert(1)>\u{202e}\"'&");
        assert_eq!(shown, "<bdi>&lt;img src=x onerror=alert(1)&gt;\u{202e}&quot;&#39;&amp;</bdi>");
    }

    #[test]
    fn every_page_says_that_it_is_a_simulator() {
        let Html(page) = Layout::new("試験").page("");
        assert!(page.contains("<strong>SIMULATOR</strong>") && page.contains("<html lang=\"ja\">"));
    }
}

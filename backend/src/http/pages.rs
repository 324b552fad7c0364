//! Pages of a purchase for shops that place only the button: start, review, result, my page.
//!
//! Each is a frame around one element; what it shows comes from the element's own calls. No inline script or style, so
//! that the policy can forbid both. Everything put into the text is escaped.

use super::error::{ApiError, OwnBody, language_of};
use super::extract::Query;
use super::headers;
use crate::app::App;
use crate::service::quote;
use crate::service::shops::{self, OpenShop};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use shared::api::{CartRequest, Code, Language, Problem, QuoteRequest};
use shared::id::ShopId;
use shared::text;
use std::fmt::Write;

/// The addresses of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/pay/{shop}/{page}", get(get_page))
        .route("/pay/page.css", get(get_style))
        .route("/favicon.svg", get(get_icon))
}

/// What an address of a page may carry besides what Amazon adds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    product: Option<String>,
    quantity: Option<String>,
    items: Option<String>,
    cart: Option<String>,
    lang: Option<String>,
    cycle: Option<String>,
}

/// `GET /pay/{shop}/{start,review,result,mypage}`.
async fn get_page(
    State(app): State<App>,
    Path((shop, page)): Path<(String, String)>,
    query: Result<Query<Asked>, ApiError>,
    headers: HeaderMap,
) -> Response {
    let asked = query.map(|Query(asked)| asked).unwrap_or_default();
    let language = asked.lang.as_deref().map_or_else(|| language_of(&headers), Language::from_tag);
    let kind = match page.as_str() {
        "start" => Kind::Start,
        "review" => Kind::Review,
        "result" => Kind::Result,
        "mypage" => Kind::MyPage,
        _ => return refusal(&app, &Code::NotFound.into(), language),
    };
    let shop = match ShopId::new(shop) {
        Ok(shop) => shops::open(&app, &shop).await.map_err(ApiError::from),
        Err(_) => Err(Code::NotFound.into()),
    };
    match shop {
        Ok(shop) => {
            let loader = loader(&app).await;
            let goods = if kind == Kind::Start { goods(&app, &shop, &asked).await } else { String::new() };
            html(&app, StatusCode::OK, language, &kind.page(&shop, &asked, language, &loader, &goods))
        }
        Err(error) => refusal(&app, &error, language),
    }
}

/// `GET /pay/page.css`.
async fn get_style() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, include_str!("page.css"))
}

/// `GET /favicon.svg`: the mark of the hosted pages and the console.
async fn get_icon() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, include_str!("icon.svg"))
}

/// The lines of a signed cart: whoever comes by a link in a mail reads what it is for before paying. Nothing where the
/// link does not hold; the element says why.
async fn goods(app: &App, shop: &OpenShop, asked: &Asked) -> String {
    let Some(cart) = &asked.cart else { return String::new() };
    let request = QuoteRequest { cart: CartRequest::Signed(cart.clone()), language: Language::default() };
    let Ok(quote) = quote::quote(app, shop, &request).await else {
        return String::new();
    };
    let lines = quote.lines.iter().fold(String::new(), |mut list, line| {
        // Writing into a String does not fail.
        let _ = write!(
            list,
            "<li><span>{} × {}</span> <span>{}</span></li>",
            escaped(&line.name),
            line.quantity,
            line.amount
        );
        list
    });
    format!("<ul class=\"goods\">{lines}</ul>\n")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Start,
    Review,
    Result,
    MyPage,
}

/// A page's parts; all but `body` and `head` are plain text.
struct Page {
    title: String,
    shop: String,
    head: String,
    body: String,
    narrow: bool,
    /// The other language, where the page can be read in it at any time.
    switch: Option<Language>,
}

impl Kind {
    fn page(self, shop: &OpenShop, asked: &Asked, language: Language, loader: &str, goods: &str) -> Page {
        let (element, title) = match self {
            Self::Start => ("noren-button", text::pay_placeholder(language)),
            Self::Review => ("noren-review", text::review_heading(language)),
            Self::Result => ("noren-result", text::result_title(language)),
            Self::MyPage => ("noren-subscriptions", text::my_page_title(language)),
        };
        let mut attributes = format!(" shop=\"{}\" lang=\"{}\"", shop.id, language.tag());
        let mut add = |name: &str, value: Option<&String>| {
            if let Some(value) = value {
                // Writing into a String does not fail.
                let _ = write!(attributes, " {name}=\"{}\"", escaped(value));
            }
        };
        if self == Self::Start {
            add("product", asked.product.as_ref());
            add("quantity", asked.quantity.as_ref());
            add("cycle", asked.cycle.as_ref());
            add("items", asked.items.as_ref());
            add("cart", asked.cart.as_ref());
        } else {
            add("back", shop.settings.back_url.as_ref());
        }
        let heading = match self {
            // These elements have their own headings, below the shop's name.
            Self::Review | Self::Result => String::new(),
            Self::Start | Self::MyPage => format!("<h1>{}</h1>\n", escaped(title)),
        };
        let fallback = format!("<p>{}</p>", escaped(text::needs_script(language)));
        let back = match &shop.settings.back_url {
            Some(url) => {
                format!("\n<p><a href=\"{}\">{}</a></p>", escaped(url), escaped(text::back_to_shop(language)))
            }
            None => String::new(),
        };
        // Review and result offer the way back themselves; one inside them shows only while they do not work.
        let (inside, after) = if matches!(self, Self::Review | Self::Result) {
            (back, String::new())
        } else {
            (String::new(), back)
        };
        Page {
            title: title.to_owned(),
            shop: shop.name.clone(),
            head: loader.to_owned(),
            body: format!("{heading}{goods}<{element}{attributes}>{fallback}{inside}</{element}>{after}"),
            narrow: self == Self::Start,
            switch: (self == Self::MyPage).then(|| language.other()),
        }
    }
}

/// The tag of the loader, with its hash where the built pages name one.
async fn loader(app: &App) -> String {
    #[derive(Deserialize)]
    struct Embed {
        versioned: String,
        integrity: String,
    }
    let embed = super::built::read(app, "embed.json").await;
    match embed.and_then(|text| serde_json::from_slice::<Embed>(&text).ok()) {
        Some(embed) => format!(
            "<script async src=\"{}\" integrity=\"{}\"></script>",
            escaped(&embed.versioned),
            escaped(&embed.integrity)
        ),
        None => "<script async src=\"/noren.js\"></script>".to_owned(),
    }
}

fn refusal(app: &App, error: &ApiError, language: Language) -> Response {
    let problem = Problem::new(error.code(), language);
    let page = Page {
        title: problem.title.clone(),
        shop: "Noren".to_owned(),
        head: String::new(),
        body: format!("<h1>{}</h1>\n<p>{}</p>", escaped(&problem.title), escaped(&problem.detail)),
        narrow: true,
        switch: None,
    };
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = html(app, status, language, &page);
    response.extensions_mut().insert(error.clone());
    response.extensions_mut().insert(OwnBody);
    response
}

fn html(app: &App, status: StatusCode, language: Language, page: &Page) -> Response {
    let Page { title, shop, head, body, narrow, switch } = page;
    let (tag, title, shop) = (language.tag(), escaped(title), escaped(shop));
    let class = if *narrow { " class=\"narrow\"" } else { "" };
    // A page without a heading of its own is the shop's.
    let name = if body.starts_with("<h1>") { shop.clone() } else { format!("<h1>{shop}</h1>") };
    let switch = switch.map_or_else(String::new, |other| {
        format!(
            "<a href=\"?lang={0}\" hreflang=\"{0}\" lang=\"{0}\">{1}</a>",
            other.tag(),
            escaped(text::other_language(language))
        )
    });
    let document = format!(
        "<!doctype html>
<html lang=\"{tag}\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"robots\" content=\"noindex\">
<title>{title} | {shop}</title>
<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">
<link rel=\"stylesheet\" href=\"/pay/page.css\">
{head}
</head>
<body>
<header>{name}{switch}</header>
<main{class}>
{body}
</main>
<footer>Noren</footer>
</body>
</html>
"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, headers::hosted(app)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::VARY, HeaderValue::from_static("Accept-Language")),
    ];
    (status, headers, document).into_response()
}

/// `text` where markup is read: in an element, or in a quoted attribute.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes_from_an_attribute() {
        assert_eq!(escaped("\"><img onerror='x'>&"), "&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;&amp;");
    }
}

//! A shopper: does by HTTP what the widget does, and at Amazon what a person does.

use crate::{SHOP_ORIGIN, TestShop};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, ResultView, ReviewView, StartedCheckout};

/// A shopper on the shop's page.
#[derive(Clone)]
pub struct Buyer<'a> {
    shop: &'a TestShop,
    origin: String,
    name: &'static str,
    address: usize,
    card: &'static str,
}

/// What the backend answered.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON, or null where there was none.
    pub body: Value,
    /// The body as it came.
    pub text: String,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
}

impl Answer {
    /// Reads an answer to its end.
    pub async fn of(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null), text }
    }

    /// The problem's stable code, if this is one.
    pub fn code(&self) -> Option<Code> {
        serde_json::from_value(self.body.get("code")?.clone()).ok()
    }

    /// The body as its type.
    ///
    /// # Panics
    /// When it is something else.
    pub fn read<T: serde::de::DeserializeOwned>(self) -> T {
        let shown = self.body.to_string();
        serde_json::from_value(self.body).unwrap_or_else(|error| panic!("{} {shown}: {error}", self.status))
    }
}

/// A purchase on its way.
#[derive(Debug)]
pub struct Purchase {
    /// Ours.
    pub checkout: String,
    /// The page's token.
    pub token: String,
    /// Amazon's.
    pub session: String,
}

impl<'a> Buyer<'a> {
    pub(crate) fn new(shop: &'a TestShop) -> Self {
        Self { shop, origin: SHOP_ORIGIN.to_owned(), name: "hanako", address: 0, card: "1111" }
    }

    /// Another card.
    #[must_use]
    pub fn with_card(self, card: &'static str) -> Self {
        Self { card, ..self }
    }

    /// Another of the buyer's addresses, by its place in the address book.
    #[must_use]
    pub fn with_address(self, address: usize) -> Self {
        Self { address, ..self }
    }

    /// Another person.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// A page of another origin.
    #[must_use]
    pub fn from_origin(self, origin: &str) -> Self {
        Self { origin: origin.to_owned(), ..self }
    }

    /// Sends a request as the shop's page would.
    pub async fn sends(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        let url = format!("{}{path}", self.shop.public_url());
        let mut request = self.shop.http.request(method, url).header("origin", &self.origin);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::of(request.send().await.expect("an answer")).await
    }

    /// Presses the button for one product.
    pub async fn presses_button(&self, product: &str, quantity: u32) -> Answer {
        let body =
            json!({ "cart": { "items": [{ "product": product, "quantity": quantity }] }, "pages": "shop" });
        self.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&body)).await
    }

    /// Presses the button, signs in at Amazon, chooses address and card, and comes back to the review page.
    pub async fn goes_to_review(&self, product: &str, quantity: u32) -> Purchase {
        let started: StartedCheckout = self.presses_button(product, quantity).await.read();
        self.chooses(started).await
    }

    /// Does Amazon's part of a started checkout.
    pub async fn chooses(&self, started: StartedCheckout) -> Purchase {
        let button = &started.button;
        let posted = json!({
            "payloadJSON": button.payload_json, "signature": button.signature, "algorithm": button.algorithm,
            "publicKeyId": button.public_key_id, "merchantId": "A1TESTMERCHANT1", "productType": "PayAndShip",
        });
        let initiated = self.shop.control.initiate(posted).await.expect("Amazon takes the payload");
        let session = initiated["checkoutSessionId"].as_str().expect("a session").to_owned();
        let back = self
            .shop
            .control
            .choose(&session, self.name, self.address, self.card)
            .await
            .expect("Amazon lets the buyer choose");
        assert!(back.contains(&format!("noren={}", started.checkout_id)), "{back}");
        Purchase { checkout: started.checkout_id.to_string(), token: started.token.0, session }
    }

    /// Does something with a purchase: `review`, `order`, `complete`, `claim`.
    pub async fn does(&self, purchase: &Purchase, what: &str) -> Answer {
        let body = match what {
            "order" => json!({ "consents": ["terms"] }),
            _ => json!({ "amazon_checkout_session_id": purchase.session }),
        };
        let path = format!("/api/shops/demo/checkouts/{}/{what}", purchase.checkout);
        self.sends(Method::POST, &path, Some(&purchase.token), Some(&body)).await
    }

    /// The review page's data.
    pub async fn reviews(&self, purchase: &Purchase) -> ReviewView {
        self.does(purchase, "review").await.read()
    }

    /// Reviews, presses 注文する and passes Amazon's processing page.
    pub async fn pays(&self, purchase: &Purchase) -> String {
        self.reviews(purchase).await;
        let ordered = self.does(purchase, "order").await;
        assert_eq!(ordered.status, 200, "{}", ordered.body);
        self.shop.control.pay(&purchase.session).await.expect("Amazon processes")
    }

    /// Comes back to the result page.
    pub async fn completes(&self, purchase: &Purchase) -> ResultView {
        self.does(purchase, "complete").await.read()
    }

    /// What the result page shows on reload.
    pub async fn result(&self, purchase: &Purchase) -> ResultView {
        let path = format!("/api/shops/demo/checkouts/{}/result", purchase.checkout);
        self.sends(Method::GET, &path, Some(&purchase.token), None).await.read()
    }

    /// The whole purchase of one product.
    pub async fn buys(&self, product: &str, quantity: u32) -> ResultView {
        let purchase = self.goes_to_review(product, quantity).await;
        self.pays(&purchase).await;
        self.completes(&purchase).await
    }
}

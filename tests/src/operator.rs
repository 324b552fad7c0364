//! An operator at the console, by its API.

use crate::{Answer, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{BulkRunView, OperatorView, OrderPage, OrderRow, OrderView};

/// A signed-in operator.
#[derive(Debug, Clone)]
pub struct Operator {
    http: reqwest::Client,
    base: String,
    cookie: String,
    csrf: String,
}

impl Operator {
    /// Becomes the first operator by the one-time link.
    pub async fn first(http: reqwest::Client, base: &str, link: &str) -> Self {
        let token = link.split('#').nth(1).expect("a token");
        let body = json!({
            "token": token, "name": "運営 一郎", "mail": "operator@example.jp", "password": "correct horse battery",
        });
        let request = http.post(format!("{base}/api/operator/first")).header("origin", base).json(&body);
        Self::begins(http, base, Answer::of(request.send().await.expect("an answer")).await)
    }

    /// Signs in anew: a session ends, and the clock of a test runs fast.
    pub async fn signs_in_again(self) -> Self {
        let body = json!({ "mail": "operator@example.jp", "password": "correct horse battery" });
        let request = self.http.post(format!("{}/api/operator/sign-in", self.base));
        let request = request.header("origin", &self.base).json(&body);
        let answer = Answer::of(request.send().await.expect("an answer")).await;
        Self::begins(self.http, &self.base, answer)
    }

    fn begins(http: reqwest::Client, base: &str, answer: Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let cookie = answer.headers["set-cookie"].to_str().expect("a cookie");
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let view: OperatorView = answer.read();
        Self { http, base: base.to_owned(), cookie, csrf: view.csrf.0 }
    }

    /// Sends a request as the console would.
    pub async fn sends(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.sends_to(&self.base, method, path, body).await
    }

    /// The same to the process at `address` (`http://…`), of several behind our one origin.
    pub async fn sends_to(&self, address: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self
            .http
            .request(method, format!("{address}{path}"))
            .header("origin", &self.base)
            .header("cookie", &self.cookie)
            .header("x-noren-csrf", &self.csrf);
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::of(request.send().await.expect("an answer")).await
    }

    /// The first page of the list.
    pub async fn orders(&self) -> Vec<OrderRow> {
        let page: OrderPage = self.sends(Method::GET, "/api/shops/demo/orders", None).await.read();
        page.orders
    }

    /// The order of that number, once the list has it and `fits` says so.
    pub async fn sees(&self, number: &str, what: &str, fits: impl Fn(&OrderRow) -> bool) -> OrderRow {
        eventually(what, async || {
            self.orders().await.into_iter().find(|row| row.number.as_str() == number && fits(row))
        })
        .await
    }

    /// The order's detail.
    pub async fn detail(&self, id: &str) -> OrderView {
        self.sends(Method::GET, &format!("/api/shops/demo/orders/{id}"), None).await.read()
    }

    /// Starts a bulk capture of the orders as seen.
    pub async fn starts_capture(&self, run: &str, rows: &[&OrderRow]) -> Answer {
        let orders: Vec<Value> =
            rows.iter().map(|row| json!({ "id": row.id, "version": row.version })).collect();
        let body = json!({ "run_id": run, "steps": { "capture": true }, "orders": orders });
        self.sends(Method::POST, "/api/shops/demo/bulk-runs", Some(&body)).await
    }

    /// The run, once every order of it has its result.
    pub async fn sees_run(&self, run: &str) -> BulkRunView {
        eventually("the bulk run is finished", async || {
            let path = format!("/api/shops/demo/bulk-runs/{run}");
            let view: BulkRunView = self.sends(Method::GET, &path, None).await.read();
            view.finished.then_some(view)
        })
        .await
    }

    /// Captures and waits for the results.
    pub async fn captures(&self, run: &str, rows: &[&OrderRow]) -> BulkRunView {
        let started = self.starts_capture(run, rows).await;
        assert_eq!(started.status, 200, "{}", started.body);
        self.sees_run(run).await
    }
}

//! The control API from Rust.

use crate::api::{Fault, FaultKind, Outcome};
use crate::option::MerchantKey;
use http::Method;
use serde_json::{Value, json};

/// A simulator's control API, wherever the simulator runs.
#[derive(Debug, Clone)]
pub struct Control {
    base_url: String,
    http: reqwest::Client,
}

/// Why a simulator did not do as it was told.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// It did not answer.
    #[error("the simulator did not answer")]
    Unreachable(#[source] reqwest::Error),
    /// It refused, and says why.
    #[error("the simulator refused ({status}): {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Reason code as in the API.
        reason_code: String,
        /// Sentence for people.
        message: String,
    },
}

type Result<T> = std::result::Result<T, ControlError>;

impl Control {
    /// The control API at `base_url`, such as `http://127.0.0.1:8081`.
    pub fn new(base_url: impl Into<String>) -> Self {
        let base_url = base_url.into().trim_end_matches('/').to_owned();
        // Names below .localhost are this computer, whatever its resolver thinks.
        let http =
            amazon_pay::http_client::builder().build().expect("a client without certificates can be built");
        Self { base_url, http }
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}/control/{path}", self.base_url));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(ControlError::Unreachable)?;
        let status = answer.status();
        let body: Value = answer.json().await.map_err(ControlError::Unreachable)?;
        if status.is_success() {
            return Ok(body);
        }
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (reason_code, message) = (text("reasonCode"), text("message"));
        Err(ControlError::Refused { status: status.as_u16(), reason_code, message })
    }

    /// `GET /control/{path}`.
    ///
    /// # Errors
    /// [`ControlError`], here and in everything below.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.send(Method::GET, path, None).await
    }

    /// `POST /control/{path}` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn list(&self, path: &str) -> Result<Vec<Value>> {
        Ok(match self.get(path).await? {
            Value::Array(items) => items,
            other => vec![other],
        })
    }

    async fn redirect(&self, path: &str, body: Value) -> Result<String> {
        let answer = self.post(path, body).await?;
        Ok(answer.get("redirectUrl").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// All sessions in the API's form plus `merchantId`, oldest first.
    pub async fn sessions(&self) -> Result<Vec<Value>> {
        self.list("sessions").await
    }

    /// All charge permissions, as above.
    pub async fn permissions(&self) -> Result<Vec<Value>> {
        self.list("permissions").await
    }

    /// All charges, as above.
    pub async fn charges(&self) -> Result<Vec<Value>> {
        self.list("charges").await
    }

    /// All refunds, as above.
    pub async fn refunds(&self) -> Result<Vec<Value>> {
        self.list("refunds").await
    }

    /// All mails Amazon would have sent.
    pub async fn mails(&self) -> Result<Vec<Value>> {
        self.list("mails").await
    }

    /// Registers a merchant's public key.
    pub async fn add_key(&self, key: &MerchantKey) -> Result<()> {
        let body = json!({
            "publicKeyId": key.public_key_id, "publicKeyPem": key.public_key_pem,
            "merchantId": key.merchant_id, "storeId": key.store_id, "notificationUrl": key.notification_url,
        });
        self.post("keys", body).await.map(drop)
    }

    /// Changes the given members of the settings (`{"pendingMs": null}`).
    pub async fn set(&self, settings: Value) -> Result<Value> {
        self.post("settings", settings).await
    }

    /// Moves the clock, unless it is the system's; everything due has happened when this returns.
    pub async fn advance(&self, by: jiff::SignedDuration) -> Result<()> {
        let milliseconds = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.post("clock/advance", json!({ "milliseconds": milliseconds })).await.map(drop)
    }

    /// The next `times` calls of `operation` (or of any) meet a failure.
    pub async fn fail(&self, operation: Option<&str>, kind: FaultKind, times: u32) -> Result<()> {
        let fault = Fault { operation: operation.map(str::to_owned), kind, times };
        self.post("faults", serde_json::to_value(fault).unwrap_or_default()).await.map(drop)
    }

    /// Nothing that was ordered happens any more; held calls go on.
    pub async fn clear_faults(&self) -> Result<()> {
        self.send(Method::DELETE, "faults", None).await.map(drop)
    }

    /// Held calls go on.
    pub async fn release(&self) -> Result<()> {
        self.post("faults/release", json!({})).await.map(drop)
    }

    /// Calls that are being held just now.
    pub async fn held(&self) -> Result<u64> {
        Ok(self.get("faults").await?.get("held").and_then(Value::as_u64).unwrap_or(0))
    }

    /// The next `times` calls of `operation` end as with this simulation code.
    pub async fn order_outcome(&self, operation: &str, code: &str, times: u32) -> Result<()> {
        let outcome = Outcome { operation: operation.to_owned(), code: code.to_owned(), times };
        self.post("outcomes", serde_json::to_value(outcome).unwrap_or_default()).await.map(drop)
    }

    /// Begins a checkout or sign-in as checkout.js would: `payloadJSON`, `signature`, `algorithm`, `publicKeyId`,
    /// `productType`… Gives `checkoutSessionId` or `signInId`, and `redirectUrl`.
    pub async fn initiate(&self, posted: Value) -> Result<Value> {
        self.post("checkout/initiate", posted).await
    }

    /// The buyer signs in at the shop; gives the return address with its `buyerToken`.
    pub async fn sign_in(&self, sign_in_id: &str, buyer: &str) -> Result<String> {
        self.redirect(&format!("sign-in/{sign_in_id}"), json!({ "buyer": buyer })).await
    }

    /// The buyer signs in and chooses; gives the review page with the session's id.
    pub async fn choose(&self, session_id: &str, buyer: &str, address: usize, card: &str) -> Result<String> {
        let body = json!({ "buyer": buyer, "address": address, "card": card });
        self.redirect(&format!("sessions/{session_id}/buyer"), body).await
    }

    /// The buyer passes the processing page; gives the address they are sent to.
    pub async fn pay(&self, session_id: &str) -> Result<String> {
        self.redirect(&format!("sessions/{session_id}/pay"), json!({})).await
    }

    /// The buyer leaves; gives the address they are sent to.
    pub async fn cancel(&self, session_id: &str) -> Result<String> {
        self.redirect(&format!("sessions/{session_id}/cancel"), json!({})).await
    }

    /// Amazon decides a pending charge: success, or this decline.
    pub async fn decide_charge(&self, charge_id: &str, decline: Option<&str>) -> Result<Value> {
        self.post(&format!("charges/{charge_id}/decide"), json!({ "decline": decline })).await
    }

    /// Amazon decides a refund: success, or this decline.
    pub async fn decide_refund(&self, refund_id: &str, decline: Option<&str>) -> Result<Value> {
        self.post(&format!("refunds/{refund_id}/decide"), json!({ "decline": decline })).await
    }

    /// Amazon or the buyer cancels a charge (`AmazonCanceled`, `BuyerCanceled`).
    pub async fn cancel_charge(&self, charge_id: &str, reason: &str) -> Result<Value> {
        self.post(&format!("charges/{charge_id}/cancel"), json!({ "reason": reason })).await
    }

    /// The buyer's bank disputes a captured charge.
    pub async fn dispute(&self, charge_id: &str) -> Result<Value> {
        self.post(&format!("charges/{charge_id}/dispute"), json!({})).await
    }

    /// Somebody gives a part of a captured charge back in Seller Central, in yen; gives the refund.
    pub async fn refund(&self, charge_id: &str, amount: i64) -> Result<Value> {
        self.post(&format!("charges/{charge_id}/refund"), json!({ "amount": amount })).await
    }

    /// All notifications: sent, waiting, held.
    pub async fn notifications(&self) -> Result<Vec<Value>> {
        self.list("notifications").await
    }

    /// Sends the notifications that are due; returns when they have been answered. Gives how many still wait.
    pub async fn flush_notifications(&self) -> Result<u64> {
        let answer = self.post("notifications/flush", json!({})).await?;
        Ok(answer.get("waiting").and_then(Value::as_u64).unwrap_or(0))
    }

    /// Sends the notifications that were held (setting `holdNotifications`), perhaps the newest first.
    pub async fn release_notifications(&self, newest_first: bool) -> Result<()> {
        self.post("notifications/release", json!({ "newestFirst": newest_first })).await.map(drop)
    }

    /// Sends one notification once more.
    pub async fn repeat_notification(&self, id: &str) -> Result<()> {
        self.post(&format!("notifications/{id}/repeat"), json!({})).await.map(drop)
    }

    /// Where a merchant's notifications go; `None`: nowhere.
    pub async fn set_notification_url(&self, merchant_id: &str, url: Option<&str>) -> Result<()> {
        self.post(&format!("merchants/{merchant_id}"), json!({ "notificationUrl": url })).await.map(drop)
    }

    /// The buyer changes the card of a permission.
    pub async fn change_card(&self, permission_id: &str, card: &str) -> Result<Value> {
        self.post(&format!("permissions/{permission_id}/card"), json!({ "card": card })).await
    }

    /// Amazon changes what may be charged in a month under a permission, in yen.
    pub async fn set_limit(&self, permission_id: &str, limit: i64) -> Result<Value> {
        self.post(&format!("permissions/{permission_id}/limit"), json!({ "limit": limit })).await
    }

    /// A permission changes its state (`Closed`, `NonChargeable`, `Chargeable`) for a reason (`BuyerClosed`).
    pub async fn set_permission_state(
        &self,
        permission_id: &str,
        state: &str,
        reason: Option<&str>,
    ) -> Result<Value> {
        let body = json!({ "state": state, "reason": reason });
        self.post(&format!("permissions/{permission_id}/state"), body).await
    }
}

//! What my page asks Noren for, behind the member's token.

use super::json::ToJs;
use super::shopper::{Answer, Shopper, read};
use shared::api::*;
use shared::id::SubscriptionId;
use wasm_bindgen::JsValue;

/// A member of one shop.
#[derive(Clone)]
pub struct Member {
    /// The shop's addresses.
    pub api: Shopper,
    /// From the sign-in.
    pub token: String,
}

impl Member {
    /// 定期購入リスト.
    pub async fn subscriptions(&self) -> Answer<MySubscriptions> {
        read(self.ask("subscriptions", None).await?)
    }

    /// ご注文履歴, from `before` on.
    pub async fn orders(&self, before: Option<&str>) -> Answer<MyOrders> {
        let path = before.map_or_else(|| "orders".to_owned(), |before| ["orders?before=", before].concat());
        read(self.ask(&path, None).await?)
    }

    /// The token opens nothing any more.
    pub async fn sign_out(&self) -> Answer<()> {
        // A body makes it a POST; what stands in it is not read.
        self.ask("sign-out", Some(JsValue::NULL)).await.map(drop)
    }

    /// `skip`, `pause`, `resume`, `cancel`.
    pub async fn act(&self, id: &SubscriptionId, what: &str, version: i64) -> Answer<MySubscription> {
        read(self.of(id, what, SeenRequest { version }.to_js()).await?)
    }

    /// The next delivery on another day.
    pub async fn move_to(
        &self,
        id: &SubscriptionId,
        request: &MoveDeliveryRequest,
    ) -> Answer<MySubscription> {
        read(self.of(id, "date", request.to_js()).await?)
    }

    /// So many pieces from the next delivery on.
    pub async fn set_quantity(
        &self,
        id: &SubscriptionId,
        request: &SubscriptionQuantityRequest,
    ) -> Answer<MySubscription> {
        read(self.of(id, "quantity", request.to_js()).await?)
    }

    /// What a change of the address would reach.
    pub async fn preview(
        &self,
        id: &SubscriptionId,
        request: &ChangeAddressRequest,
    ) -> Answer<AddressChangeView> {
        read(self.of(id, "address/preview", request.to_js()).await?)
    }

    /// お届け先変更.
    pub async fn change_address(
        &self,
        id: &SubscriptionId,
        request: &ChangeAddressRequest,
    ) -> Answer<AddressChangeView> {
        read(self.of(id, "address", request.to_js()).await?)
    }

    /// What Amazon's button needs to let an address be chosen.
    pub async fn amazon_address(
        &self,
        id: &SubscriptionId,
        request: &AmazonAddressRequest,
    ) -> Answer<StartedSignIn> {
        read(self.of(id, "address/amazon", request.to_js()).await?)
    }

    /// The places of a postal code of seven digits.
    pub async fn postal_code(&self, code: &str) -> Answer<PostalCodeView> {
        read(self.api.send(&["postal-codes/", code].concat(), None, None).await?)
    }

    async fn of(&self, id: &SubscriptionId, what: &str, body: JsValue) -> Answer<JsValue> {
        self.ask(&["subscriptions/", id.as_str(), "/", what].concat(), Some(body)).await
    }

    async fn ask(&self, path: &str, body: Option<JsValue>) -> Answer<JsValue> {
        self.api.send(&["member/", path].concat(), body, Some(&self.token)).await
    }
}

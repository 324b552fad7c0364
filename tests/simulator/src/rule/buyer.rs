//! Get Buyer: who signed in, as far as the shop asked.

use super::{Answer, Call};
use crate::error::{ApiError, ApiResult};
use crate::id;
use crate::world::{Buyer, Owner, SignIn, World};
use serde_json::json;

/// What a sign-in may ask for.
pub(crate) const SCOPES: &[&str] =
    &["name", "email", "postalCode", "shippingAddress", "phoneNumber", "billingAddress", "primeStatus"];

impl World {
    /// Signs `buyer` in at the merchant; gives the token for the return address.
    pub fn sign_in(&mut self, owner: &Owner, buyer: &'static Buyer, scopes: Vec<String>) -> String {
        let token = id::token();
        self.sign_ins.insert(token.clone(), SignIn { owner: owner.clone(), buyer, scopes });
        token
    }

    /// `GET /v2/buyers/{buyerToken}`.
    pub fn get_buyer(&mut self, call: &Call, token: &str) -> ApiResult<Answer> {
        let sign_in = self
            .sign_ins
            .get(token)
            .filter(|sign_in| sign_in.owner == call.owner)
            .ok_or_else(|| ApiError::not_found("Buyer"))?;
        let asked = |scope: &str| sign_in.scopes.iter().any(|given| given == scope);
        let buyer = sign_in.buyer;
        let home = buyer.addresses.first();
        let postal_code = home.map(|address| address.postal_code.clone()).filter(|_| asked("postalCode"));
        let body = json!({
            "buyerId": buyer.id_for(&call.owner.merchant_id),
            "name": asked("name").then_some(&buyer.name),
            "email": asked("email").then_some(buyer.email),
            "countryCode": postal_code.as_ref().map(|_| "JP"),
            "postalCode": postal_code,
            "phoneNumber": asked("phoneNumber").then_some(buyer.phone),
            "shippingAddress": home.filter(|_| asked("shippingAddress")).map(|address| address.view()),
            "billingAddress": home.filter(|_| asked("billingAddress")).map(|address| address.view()),
            "primeMembershipTypes": null,
        });
        Ok(Answer::new(200, body))
    }
}

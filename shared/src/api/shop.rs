//! Bodies about the shop itself.

use crate::catalogue::SubscriptionOffer;
use crate::id::{ProductId, ShopId};
use crate::money::Yen;
use serde::{Deserialize, Serialize};

/// A shop an operator may work in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopView {
    /// Its short name, part of every address.
    pub id: ShopId,
    /// Its name.
    pub name: String,
    /// Whether its keys are sandbox keys: a banner says so.
    pub sandbox: bool,
    /// Whether the simulator stands in for Amazon: a banner says so.
    pub simulator: bool,
}

/// `GET /api/shops/{shop}/products`: a product as a page may show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductView {
    /// The shop's code.
    pub id: ProductId,
    /// Its name.
    pub name: String,
    /// Price of one, tax included.
    pub price: Yen,
    /// 8 or 10: the rate of the tax inside.
    pub tax_percent: u8,
    /// Whether it can be bought now.
    pub on_sale: bool,
    /// Whether Amazon Pay is offered for it.
    pub amazon_pay: bool,
    /// How it is sold as a subscription, where it is.
    pub subscription: Option<SubscriptionOffer>,
}

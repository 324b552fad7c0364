//! What a shop sells, and whether Amazon Pay is offered for it.

use crate::id::ProductId;
use crate::money::{TaxRate, Yen};
use serde::{Deserialize, Serialize};

/// A product as the shop's catalogue has it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The shop's own code.
    pub id: ProductId,
    /// Name shown to buyers, 1 to 200 characters.
    pub name: String,
    /// Price of one, tax included.
    pub price: Yen,
    /// Rate of the tax inside the price.
    pub tax_rate: TaxRate,
    /// Whether it can be bought now; asked again when the buyer presses 注文する.
    pub on_sale: bool,
    /// Whether Amazon Pay is offered for it (R9: a product can be marked "not Amazon Pay").
    pub amazon_pay: bool,
}

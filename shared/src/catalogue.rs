//! What a shop sells, and whether Amazon Pay is offered for it.

use crate::cycle::Cycle;
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
    /// How it is sold as a subscription (定期購入), where it is.
    pub subscription: Option<SubscriptionOffer>,
}

/// Most cycles to choose from.
pub const MAX_CYCLES: usize = 12;

/// How a product is sold as a subscription. Prices are of one piece, in yen, tax included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionOffer {
    /// The cycles to choose from, 1 to [`MAX_CYCLES`], the usual one first.
    pub cycles: Vec<Cycle>,
    /// Price in every delivery after the first; the product's own where absent.
    #[serde(default)]
    pub price: Option<Yen>,
    /// Price in the first delivery (初回価格); as the later ones where absent. ¥0 only where the shop has switched
    /// that on (R27).
    #[serde(default)]
    pub first_price: Option<Yen>,
    /// After how many deliveries it ends by itself, 2 or more; absent where it goes on until it is ended.
    #[serde(default)]
    pub deliveries: Option<u32>,
}

/// A subscription cannot be sold so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// No cycle, too many, or one of them twice.
    #[error("1 to {MAX_CYCLES} different cycles are asked")]
    Cycles,
    /// Fewer than 2 deliveries.
    #[error("a subscription has 2 deliveries or more")]
    Deliveries,
}

impl SubscriptionOffer {
    /// Checks the shape.
    ///
    /// # Errors
    /// [`OfferError`].
    pub fn checked(self) -> Result<Self, OfferError> {
        let twice = |(at, cycle): (usize, &Cycle)| self.cycles[..at].contains(cycle);
        if self.cycles.is_empty()
            || self.cycles.len() > MAX_CYCLES
            || self.cycles.iter().enumerate().any(twice)
        {
            return Err(OfferError::Cycles);
        }
        if self.deliveries.is_some_and(|deliveries| deliveries < 2) {
            return Err(OfferError::Deliveries);
        }
        Ok(self)
    }

    /// Price of one piece in the later deliveries of a product that costs `price`.
    pub fn renewal_price(&self, price: Yen) -> Yen {
        self.price.unwrap_or(price)
    }

    /// Price of one piece in the first delivery of a product that costs `price`.
    pub fn begin_price(&self, price: Yen) -> Yen {
        self.first_price.unwrap_or_else(|| self.renewal_price(price))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(cycles: &[Cycle], deliveries: Option<u32>) -> SubscriptionOffer {
        SubscriptionOffer { cycles: cycles.to_vec(), price: None, first_price: None, deliveries }
    }

    #[test]
    fn an_offer_has_different_cycles_and_two_deliveries_or_more() {
        let (weekly, monthly) = (Cycle::Weeks { every: 1 }, Cycle::Months { every: 1 });
        assert!(offer(&[monthly, weekly], Some(2)).checked().is_ok());
        assert_eq!(offer(&[], None).checked(), Err(OfferError::Cycles));
        assert_eq!(offer(&[monthly, monthly], None).checked(), Err(OfferError::Cycles));
        assert_eq!(offer(&[monthly], Some(1)).checked(), Err(OfferError::Deliveries));
    }

    #[test]
    fn prices_fall_back_to_the_products_own() {
        let (own, later, first) = (Yen::new(1480).unwrap(), Yen::new(1332).unwrap(), Yen::new(980).unwrap());
        let mut offer = offer(&[Cycle::Months { every: 1 }], None);
        assert_eq!((offer.begin_price(own), offer.renewal_price(own)), (own, own));
        offer.price = Some(later);
        assert_eq!((offer.begin_price(own), offer.renewal_price(own)), (later, later));
        offer.first_price = Some(first);
        assert_eq!((offer.begin_price(own), offer.renewal_price(own)), (first, later));
    }
}

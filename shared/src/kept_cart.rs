//! The cart that is kept after 与信NG, and the link that is mailed for it: two ways to one purchase (R89).
//!
//! Whoever goes the one way must not find the other one still open. Pure; start at [`KeptCart::of`].

use crate::cart::CartLine;
use crate::id::ProductId;
use std::collections::BTreeMap;

/// What a checkout is to an order at 与信NG that its buyer, or its cart, has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptCart {
    /// Another purchase.
    New,
    /// The same purchase again: the new order takes the place of the declined one.
    Repeats,
    /// The same purchase, which was placed anew meanwhile.
    PlacedAlready,
}

/// What is known of a checkout and a declined order.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The same goods: a cart that was changed is a new purchase.
    pub same_goods: bool,
    /// The very same cart of the shop's server, by its name.
    pub same_cart: bool,
    /// When the checkout began, Unix ms.
    pub begun_at: i64,
    /// Whether the order still waits to be paid anew.
    pub waits: bool,
    /// When the order that took its place was placed, Unix ms, if that one stands.
    pub placed_anew_at: Option<i64>,
}

impl KeptCart {
    /// What the checkout is. One that began after the purchase was placed anew is a new one, unless it has the name of the
    /// kept cart: a buyer may want the same goods once more.
    pub const fn of(facts: Facts) -> Self {
        if !facts.same_goods {
            return Self::New;
        }
        match facts.placed_anew_at {
            Some(at) if facts.same_cart || facts.begun_at <= at => Self::PlacedAlready,
            None if facts.waits => Self::Repeats,
            _ => Self::New,
        }
    }
}

/// Whether both are the same goods, as many of each; prices and the order of lines do not count.
pub fn same_goods(one: &[CartLine], other: &[CartLine]) -> bool {
    goods(one) == goods(other)
}

fn goods(lines: &[CartLine]) -> BTreeMap<&ProductId, u64> {
    let mut goods = BTreeMap::new();
    for line in lines {
        *goods.entry(&line.product_id).or_insert(0) += u64::from(line.quantity);
    }
    goods
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{TaxRate, Yen};

    /// R89: every case of what is known.
    #[test]
    fn r89_a_checkout_is_the_same_purchase_a_new_one_or_one_too_many() {
        use KeptCart as K;
        for (same_goods, same_cart, begun_at, waits, placed_anew_at, expected) in [
            (true, true, 5, true, None, K::Repeats),
            (true, false, 5, true, None, K::Repeats),
            // Neither to be paid anew nor paid anew: authorized by the shop, or canceled.
            (true, true, 5, false, None, K::New),
            (true, false, 5, false, None, K::New),
            // Open when the link was paid, or begun in the same moment.
            (true, false, 5, false, Some(6), K::PlacedAlready),
            (true, false, 6, false, Some(6), K::PlacedAlready),
            // Begun later: the very same cart, or the same goods once more.
            (true, true, 7, false, Some(6), K::PlacedAlready),
            (true, false, 7, false, Some(6), K::New),
            (true, false, 7, true, Some(6), K::New),
            // Changed meanwhile.
            (false, true, 5, true, None, K::New),
            (false, true, 5, false, Some(6), K::New),
            (false, false, 5, false, Some(6), K::New),
        ] {
            let facts = Facts { same_goods, same_cart, begun_at, waits, placed_anew_at };
            assert_eq!(KeptCart::of(facts), expected, "{facts:?}");
        }
    }

    /// R89: as many of each, whatever they cost and in whatever order.
    #[test]
    fn r89_goods_are_the_same_by_product_and_number() {
        let lines = |lines: &[(&str, u32, i64)]| -> Vec<CartLine> {
            let line = |(product, quantity, price): &(&str, u32, i64)| CartLine {
                product_id: ProductId::new(*product).unwrap(),
                name: "品".to_owned(),
                unit_price: Yen::new(*price).unwrap(),
                quantity: *quantity,
                tax_rate: TaxRate::Reduced,
            };
            lines.iter().map(line).collect()
        };
        let cart = lines(&[("coffee", 2, 1480), ("cup", 1, 2200)]);
        for (other, same) in [
            (lines(&[("cup", 1, 2200), ("coffee", 2, 1600)]), true),
            (lines(&[("coffee", 1, 1480), ("cup", 1, 2200), ("coffee", 1, 1480)]), true),
            (lines(&[("coffee", 1, 1480), ("cup", 1, 2200)]), false),
            (lines(&[("coffee", 2, 1480)]), false),
            (lines(&[("coffee", 2, 1480), ("cup", 1, 2200), ("tea", 1, 100)]), false),
        ] {
            assert_eq!(same_goods(&cart, &other), same);
        }
    }
}

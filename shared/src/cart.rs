//! What is bought, at which price, and what it comes to.
//!
//! A cart is made by the server: from its catalogue, or from a token the shop's server signed. A browser
//! names products and counts, never an amount (R10). Start at [`Cart::total`].

use crate::cycle::Cycle;
use crate::id::{CartId, ProductId, ShopId};
use crate::money::{Chargeable, NotChargeable, TaxRate, Yen};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Most pieces of one product in one cart.
pub const MAX_QUANTITY: u32 = 999;
/// Most lines in one cart.
pub const MAX_LINES: usize = 100;

/// One product and how many of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    /// The shop's code.
    pub product_id: ProductId,
    /// Name at the time of buying.
    pub name: String,
    /// Price of one, tax included, in yen.
    pub unit_price: Yen,
    /// 1 to [`MAX_QUANTITY`].
    pub quantity: u32,
    /// Rate of the tax inside the price.
    pub tax_rate: TaxRate,
}

/// A cart with amounts fixed by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    /// Names this cart; at most one order comes of it.
    pub id: CartId,
    /// 1 to [`MAX_LINES`] lines.
    pub lines: Vec<CartLine>,
    /// 送料, tax included.
    #[serde(default)]
    pub shipping_fee: Yen,
    /// 各種手数料, tax included.
    #[serde(default)]
    pub handling_fees: Yen,
    /// ポイント利用, in yen.
    #[serde(default)]
    pub points_used: Yen,
    /// クーポン利用, in yen.
    #[serde(default)]
    pub coupon_discount: Yen,
    /// Whether the shop allows Amazon Pay for this cart.
    #[serde(default = "yes")]
    pub amazon_pay: bool,
    /// Present where it begins a subscription; the lines are those of the first delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<CartSubscription>,
}

/// The subscription that a cart begins. Fixed with the cart: what the buyer consents to (R26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartSubscription {
    /// How often.
    pub cycle: Cycle,
    /// Price of one piece in the later deliveries, in yen, tax included.
    pub renewal_price: Yen,
    /// 送料 of each later delivery, in yen, tax included.
    pub renewal_shipping_fee: Yen,
    /// What each later delivery costs in all, in yen.
    pub renewal_total: Yen,
    /// After how many deliveries it ends by itself.
    pub deliveries: Option<u32>,
    /// Date of the first delivery.
    pub first_delivery: Date,
}

const fn yes() -> bool {
    true
}

/// Why a cart cannot be bought, or not with Amazon Pay.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// No lines.
    #[error("the cart is empty")]
    Empty,
    /// More than [`MAX_LINES`].
    #[error("the cart has more than {MAX_LINES} lines")]
    TooManyLines,
    /// 0 or above [`MAX_QUANTITY`].
    #[error("the quantity of {0} is not 1 to {MAX_QUANTITY}")]
    Quantity(ProductId),
    /// Not in the catalogue.
    #[error("product {0} is unknown")]
    UnknownProduct(ProductId),
    /// In the catalogue, and not sold now.
    #[error("product {0} is not on sale")]
    NotOnSale(ProductId),
    /// Not sold as a subscription.
    #[error("product {0} is not sold as a subscription")]
    NoSubscription(ProductId),
    /// Sold as a subscription, but not in that cycle.
    #[error("product {0} is not offered in that cycle")]
    CycleNotOffered(ProductId),
    /// Named twice.
    #[error("product {0} stands in the cart twice")]
    Twice(ProductId),
    /// The sum passes what can be calculated.
    #[error("the cart's total is too large")]
    TooLarge,
    /// Points and coupons exceed the goods and fees.
    #[error("points and coupons exceed the total")]
    DiscountExceedsTotal,
}

/// Why Amazon Pay is not offered for a cart that can be bought (R9, R19). Each names another way to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotOffered {
    /// The total is ¥0.
    ZeroTotal,
    /// Above what Amazon Pay charges at once.
    TooMuch,
    /// A product or the cart is marked "not Amazon Pay".
    MarkedNot,
    /// A delivery of the subscription is dearer than what may be charged in a month: it fits in no month.
    DearerThanCap,
}

/// Totals of a cart or an order, in yen, tax included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// The lines alone.
    pub goods: Yen,
    /// 送料.
    pub shipping_fee: Yen,
    /// 各種手数料.
    pub handling_fees: Yen,
    /// ポイント利用.
    pub points_used: Yen,
    /// クーポン利用.
    pub coupon_discount: Yen,
    /// What is to be paid.
    pub total: Yen,
    /// Of the total, tax at 8 %.
    pub tax_reduced: Yen,
    /// Of the total, tax at 10 %.
    pub tax_standard: Yen,
}

impl Cart {
    /// Checks the shape of a cart that came from outside (a signed token).
    ///
    /// # Errors
    /// [`CartError`] for the first thing found wrong.
    pub fn checked(self) -> Result<Self, CartError> {
        if self.lines.is_empty() {
            return Err(CartError::Empty);
        }
        if self.lines.len() > MAX_LINES {
            return Err(CartError::TooManyLines);
        }
        for (index, line) in self.lines.iter().enumerate() {
            if !(1..=MAX_QUANTITY).contains(&line.quantity) {
                return Err(CartError::Quantity(line.product_id.clone()));
            }
            if self.lines[..index].iter().any(|other| other.product_id == line.product_id) {
                return Err(CartError::Twice(line.product_id.clone()));
            }
        }
        self.total()?;
        Ok(self)
    }

    /// What the cart comes to.
    ///
    /// # Errors
    /// [`CartError::TooLarge`] and [`CartError::DiscountExceedsTotal`].
    pub fn total(&self) -> Result<Totals, CartError> {
        Totals::of(
            self.lines.iter().map(|line| (line.unit_price, line.quantity, line.tax_rate)),
            self.shipping_fee,
            self.handling_fees,
            self.points_used,
            self.coupon_discount,
        )
    }

    /// The amount Amazon Pay would be asked for.
    ///
    /// # Errors
    /// [`NotOffered`] before Amazon is ever called (R9).
    pub fn chargeable(&self, total: Yen) -> Result<Chargeable, NotOffered> {
        if !self.amazon_pay {
            return Err(NotOffered::MarkedNot);
        }
        Chargeable::new(total).map_err(|why| match why {
            NotChargeable::Zero => NotOffered::ZeroTotal,
            NotChargeable::TooMuch(_) | NotChargeable::NotYen(_) => NotOffered::TooMuch,
        })
    }

    /// Whether its order costs nothing and begins a subscription (R27).
    pub const fn begins_free(&self, total: Yen) -> bool {
        total.is_zero() && self.subscription.is_some()
    }

    /// The amount that Amazon is asked with: the total, and for a free first delivery that of the later ones, for which
    /// Amazon only checks the payment method (R27).
    pub fn asked(&self, total: Yen) -> Yen {
        match &self.subscription {
            Some(subscription) if total.is_zero() => subscription.renewal_total,
            _ => total,
        }
    }

    /// The same where `cap` is what may be charged in a month for one subscription (R18): no delivery of one, the
    /// first or a later one, may be dearer than that.
    ///
    /// # Errors
    /// [`NotOffered`] before Amazon is ever called.
    pub fn chargeable_within(&self, total: Yen, cap: Yen) -> Result<Chargeable, NotOffered> {
        let amount = self.chargeable(total)?;
        match &self.subscription {
            Some(subscription) if total.max(subscription.renewal_total) > cap => {
                Err(NotOffered::DearerThanCap)
            }
            _ => Ok(amount),
        }
    }
}

impl Totals {
    /// Of nothing.
    pub const NOTHING: Self = Self {
        goods: Yen::ZERO,
        shipping_fee: Yen::ZERO,
        handling_fees: Yen::ZERO,
        points_used: Yen::ZERO,
        coupon_discount: Yen::ZERO,
        total: Yen::ZERO,
        tax_reduced: Yen::ZERO,
        tax_standard: Yen::ZERO,
    };

    /// Adds lines of (unit price, quantity, tax rate) and fees, and takes points and coupons off.
    ///
    /// Fees carry the standard rate. Discounts reduce the two rates in proportion, the remainder falling on
    /// the standard rate, so that the tax shown never exceeds the tax of what is paid.
    ///
    /// # Errors
    /// [`CartError::TooLarge`] and [`CartError::DiscountExceedsTotal`].
    pub fn of(
        lines: impl Iterator<Item = (Yen, u32, TaxRate)>,
        shipping_fee: Yen,
        handling_fees: Yen,
        points_used: Yen,
        coupon_discount: Yen,
    ) -> Result<Self, CartError> {
        let (mut reduced, mut standard) = (Yen::ZERO, Yen::ZERO);
        for (price, quantity, rate) in lines {
            let line = price.checked_mul(quantity).ok_or(CartError::TooLarge)?;
            let sum = match rate {
                TaxRate::Reduced => &mut reduced,
                TaxRate::Standard => &mut standard,
            };
            *sum = sum.checked_add(line).ok_or(CartError::TooLarge)?;
        }
        let goods = reduced.checked_add(standard).ok_or(CartError::TooLarge)?;
        let fees = shipping_fee.checked_add(handling_fees).ok_or(CartError::TooLarge)?;
        let gross = goods.checked_add(fees).ok_or(CartError::TooLarge)?;
        let discount = points_used.checked_add(coupon_discount).ok_or(CartError::TooLarge)?;
        let total = gross.checked_sub(discount).ok_or(CartError::DiscountExceedsTotal)?;

        // Share of the reduced rate in the discount; i128 because two ten-digit factors pass i64.
        let share = match gross.get() {
            0 => 0,
            all => i64::try_from(i128::from(discount.get()) * i128::from(reduced.get()) / i128::from(all))
                .unwrap_or_default(),
        };
        let paid_reduced = reduced.saturating_sub(Yen::new(share).unwrap_or(Yen::ZERO));
        let paid_standard = total.saturating_sub(paid_reduced);
        Ok(Self {
            goods,
            shipping_fee,
            handling_fees,
            points_used,
            coupon_discount,
            total,
            tax_reduced: TaxRate::Reduced.included_in(paid_reduced),
            tax_standard: TaxRate::Standard.included_in(paid_standard),
        })
    }
}

/// Claims of a cart signed by the shop's own server: a JWS, HS256, at most 60 minutes old.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedCartClaims {
    /// The shop that signs.
    pub iss: ShopId,
    /// Always `noren`.
    pub aud: String,
    /// When the token ends, seconds since 1970.
    pub exp: i64,
    /// The cart's name; at most one order comes of it.
    pub cart_id: CartId,
    /// The lines.
    pub lines: Vec<CartLine>,
    /// 送料, tax included, in yen.
    #[serde(default)]
    pub shipping_fee: Yen,
    /// 各種手数料, tax included, in yen.
    #[serde(default)]
    pub handling_fees: Yen,
    /// ポイント利用, in yen.
    #[serde(default)]
    pub points_used: Yen,
    /// クーポン利用, in yen.
    #[serde(default)]
    pub coupon_discount: Yen,
    /// Whether Amazon Pay is offered for this cart.
    #[serde(default = "yes")]
    pub amazon_pay: bool,
}

/// Longest life of a signed cart, in seconds.
pub const SIGNED_CART_LIFE_SECONDS: i64 = 60 * 60;

impl From<SignedCartClaims> for Cart {
    fn from(claims: SignedCartClaims) -> Self {
        Self {
            id: claims.cart_id,
            lines: claims.lines,
            shipping_fee: claims.shipping_fee,
            handling_fees: claims.handling_fees,
            points_used: claims.points_used,
            coupon_discount: claims.coupon_discount,
            amazon_pay: claims.amazon_pay,
            subscription: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn yen(amount: i64) -> Yen {
        Yen::new(amount).unwrap()
    }

    fn cart(lines: &[(i64, u32, TaxRate)]) -> Cart {
        Cart {
            id: CartId::new("c1").unwrap(),
            lines: lines
                .iter()
                .enumerate()
                .map(|(n, (price, quantity, tax_rate))| CartLine {
                    product_id: ProductId::new(format!("p{n}")).unwrap(),
                    name: "珈琲".into(),
                    unit_price: yen(*price),
                    quantity: *quantity,
                    tax_rate: *tax_rate,
                })
                .collect(),
            shipping_fee: Yen::ZERO,
            handling_fees: Yen::ZERO,
            points_used: Yen::ZERO,
            coupon_discount: Yen::ZERO,
            amazon_pay: true,
            subscription: None,
        }
    }

    #[test]
    fn a_cart_adds_lines_and_fees_and_takes_discounts_off() {
        let mut cart = cart(&[(1080, 2, TaxRate::Reduced), (1100, 1, TaxRate::Standard)]);
        cart.shipping_fee = yen(550);
        cart.coupon_discount = yen(381);
        let totals = cart.total().unwrap();
        assert_eq!((totals.goods.get(), totals.total.get()), (3260, 3429));
        // 381 falls on 2160 of 3810: 216 off the reduced rate.
        assert_eq!(totals.tax_reduced.get(), (2160 - 216) * 8 / 108);
        assert_eq!(totals.tax_standard.get(), (3429 - 1944) * 10 / 110);
    }

    #[test]
    fn r9_a_zero_total_refuses_amazon_pay_and_not_the_cart() {
        let mut cart = cart(&[(1000, 1, TaxRate::Standard)]);
        cart.points_used = yen(1000);
        let total = cart.total().unwrap().total;
        assert_eq!(cart.chargeable(total), Err(NotOffered::ZeroTotal));
        cart.points_used = yen(1001);
        assert_eq!(cart.total(), Err(CartError::DiscountExceedsTotal));
        cart.points_used = Yen::ZERO;
        cart.amazon_pay = false;
        assert_eq!(cart.chargeable(yen(1000)), Err(NotOffered::MarkedNot));
    }

    /// R18, R19: both the first and the later deliveries have to fit under the cap, and only a subscription has one.
    #[test]
    fn r19_a_subscription_dearer_than_the_cap_is_refused_before_amazon() {
        for (first, later, cap, fits) in [
            (1000, 1000, 1000, true),
            (1001, 1000, 1000, false),
            (1000, 1001, 1000, false),
            (1, 100_000, 100_000, true),
        ] {
            let mut cart = cart(&[(first, 1, TaxRate::Standard)]);
            assert!(cart.chargeable_within(yen(first), yen(0)).is_ok(), "no subscription, no cap");
            cart.subscription = Some(CartSubscription {
                cycle: Cycle::Months { every: 1 },
                renewal_price: yen(later),
                renewal_shipping_fee: Yen::ZERO,
                renewal_total: yen(later),
                deliveries: None,
                first_delivery: jiff::civil::date(2026, 11, 30),
            });
            let found = cart.chargeable_within(yen(first), yen(cap));
            assert_eq!(found.map(drop), if fits { Ok(()) } else { Err(NotOffered::DearerThanCap) });
        }
    }

    #[test]
    fn a_cart_from_outside_is_checked_whole() {
        assert_eq!(cart(&[]).checked(), Err(CartError::Empty));
        assert!(matches!(cart(&[(1, 0, TaxRate::Standard)]).checked(), Err(CartError::Quantity(_))));
        assert!(matches!(cart(&[(1, 1000, TaxRate::Standard)]).checked(), Err(CartError::Quantity(_))));
        assert_eq!(cart(&[(9_999_999_999, 2, TaxRate::Standard)]).checked(), Err(CartError::TooLarge));
        let mut twice = cart(&[(1, 1, TaxRate::Standard), (1, 1, TaxRate::Standard)]);
        twice.lines[1].product_id = twice.lines[0].product_id.clone();
        assert!(matches!(twice.checked(), Err(CartError::Twice(_))));
    }

    proptest! {
        #[test]
        fn the_tax_never_exceeds_what_the_whole_total_would_carry(
            reduced in 0..1_000_000_i64, standard in 0..1_000_000_i64, fee in 0..10_000_i64, off in 0..2_010_000_i64,
        ) {
            let mut cart = cart(&[(reduced, 1, TaxRate::Reduced), (standard, 1, TaxRate::Standard)]);
            cart.shipping_fee = yen(fee);
            cart.coupon_discount = yen(off);
            match cart.total() {
                Ok(t) => {
                    prop_assert_eq!(t.total.get(), reduced + standard + fee - off);
                    prop_assert!(t.tax_reduced.get() + t.tax_standard.get() <= t.total.get() * 10 / 110 + 1);
                }
                Err(error) => {
                    prop_assert_eq!(error, CartError::DiscountExceedsTotal);
                    prop_assert!(off > reduced + standard + fee);
                }
            }
        }
    }
}

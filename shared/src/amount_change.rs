//! 金額変更 and 商品の切り替え: what may be changed of an order, by how much, until when (R39, R40, R41).
//!
//! Only downwards, never to ¥0 or below, and only before a capture was asked: from then on every amount is
//! locked. The new total reaches Amazon as the capture amount, not before. Start at [`change`].

use crate::cart::{CartError, CartLine, MAX_QUANTITY, Totals};
use crate::money::Yen;
use serde::{Deserialize, Serialize};

/// What an operator wants to change; absent means "as it is".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AmountChange {
    /// New quantities, by line number from 0; 0 takes the line out.
    pub quantities: Vec<QuantityChange>,
    /// 送料.
    pub shipping_fee: Option<Yen>,
    /// 各種手数料.
    pub handling_fees: Option<Yen>,
    /// ポイント利用.
    pub points_used: Option<Yen>,
    /// クーポン利用.
    pub coupon_discount: Option<Yen>,
}

/// A new quantity of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantityChange {
    /// From 0.
    pub line: usize,
    /// 0 to [`MAX_QUANTITY`].
    pub quantity: u32,
}

/// What an order is charged for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What is bought.
    pub lines: Vec<CartLine>,
    /// What it comes to.
    pub totals: Totals,
}

/// Why a change is refused; nothing is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeRefused {
    /// The total would rise; Amazon Pay takes no more than was authorized.
    #[error("the total would rise")]
    Increase,
    /// The total would be ¥0 or below: cancel the order instead.
    #[error("the total would be zero")]
    ToZero,
    /// There is no such line, or a quantity above [`MAX_QUANTITY`], or a line named twice.
    #[error("a line or quantity does not exist")]
    Line,
    /// The change changes nothing.
    #[error("nothing would change")]
    Nothing,
    /// Beyond calculation.
    #[error("the amounts cannot be added up")]
    TooLarge,
}

/// The order's terms after `change`.
///
/// # Errors
/// [`ChangeRefused`].
pub fn change(terms: &Terms, change: &AmountChange) -> Result<Terms, ChangeRefused> {
    let mut lines = terms.lines.clone();
    for (index, wanted) in change.quantities.iter().enumerate() {
        let twice = change.quantities[..index].iter().any(|other| other.line == wanted.line);
        let line = lines.get_mut(wanted.line).filter(|_| !twice).ok_or(ChangeRefused::Line)?;
        if wanted.quantity > MAX_QUANTITY {
            return Err(ChangeRefused::Line);
        }
        line.quantity = wanted.quantity;
    }
    let old = &terms.totals;
    let changed = with_totals(
        lines,
        change.shipping_fee.unwrap_or(old.shipping_fee),
        change.handling_fees.unwrap_or(old.handling_fees),
        change.points_used.unwrap_or(old.points_used),
        change.coupon_discount.unwrap_or(old.coupon_discount),
    )?;
    accepted(terms, changed, false)
}

/// The order's terms after line `line` is replaced by `by` (商品の切り替え). The total has to fall.
///
/// # Errors
/// [`ChangeRefused`].
pub fn swap(terms: &Terms, line: usize, by: CartLine) -> Result<Terms, ChangeRefused> {
    if !(1..=MAX_QUANTITY).contains(&by.quantity) {
        return Err(ChangeRefused::Line);
    }
    let mut lines = terms.lines.clone();
    let twice = lines.iter().enumerate().any(|(n, other)| n != line && other.product_id == by.product_id);
    *lines.get_mut(line).filter(|_| !twice).ok_or(ChangeRefused::Line)? = by;
    let old = &terms.totals;
    let changed =
        with_totals(lines, old.shipping_fee, old.handling_fees, old.points_used, old.coupon_discount)?;
    accepted(terms, changed, true)
}

fn with_totals(
    mut lines: Vec<CartLine>,
    shipping_fee: Yen,
    handling_fees: Yen,
    points_used: Yen,
    coupon_discount: Yen,
) -> Result<Terms, ChangeRefused> {
    lines.retain(|line| line.quantity > 0);
    let totals = Totals::of(
        lines.iter().map(|line| (line.unit_price, line.quantity, line.tax_rate)),
        shipping_fee,
        handling_fees,
        points_used,
        coupon_discount,
    )
    .map_err(|error| match error {
        CartError::DiscountExceedsTotal => ChangeRefused::ToZero,
        _ => ChangeRefused::TooLarge,
    })?;
    Ok(Terms { lines, totals })
}

fn accepted(old: &Terms, new: Terms, must_fall: bool) -> Result<Terms, ChangeRefused> {
    if new.totals.total.is_zero() || new.lines.is_empty() {
        return Err(ChangeRefused::ToZero);
    }
    if new.totals.total > old.totals.total || (must_fall && new.totals.total == old.totals.total) {
        return Err(ChangeRefused::Increase);
    }
    if new == *old { Err(ChangeRefused::Nothing) } else { Ok(new) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ProductId;
    use crate::money::TaxRate;
    use proptest::prelude::*;

    fn yen(amount: i64) -> Yen {
        Yen::new(amount).unwrap()
    }

    fn line(id: &str, price: i64, quantity: u32) -> CartLine {
        CartLine {
            product_id: ProductId::new(id).unwrap(),
            name: id.to_owned(),
            unit_price: yen(price),
            quantity,
            tax_rate: TaxRate::Reduced,
        }
    }

    fn terms() -> Terms {
        with_totals(vec![line("a", 1000, 3), line("b", 500, 1)], yen(550), yen(330), yen(100), Yen::ZERO)
            .unwrap()
    }

    fn quantity(line: usize, quantity: u32) -> AmountChange {
        AmountChange { quantities: vec![QuantityChange { line, quantity }], ..AmountChange::default() }
    }

    #[test]
    fn r39_amounts_only_fall_and_never_to_zero() {
        assert_eq!(terms().totals.total, yen(4280));
        assert_eq!(change(&terms(), &quantity(0, 1)).unwrap().totals.total, yen(2280));
        assert_eq!(change(&terms(), &quantity(0, 0)).unwrap().lines.len(), 1);
        assert_eq!(change(&terms(), &quantity(0, 4)), Err(ChangeRefused::Increase));
        assert_eq!(change(&terms(), &quantity(2, 1)), Err(ChangeRefused::Line));
        assert_eq!(change(&terms(), &quantity(0, 1000)), Err(ChangeRefused::Line));
        assert_eq!(change(&terms(), &AmountChange::default()), Err(ChangeRefused::Nothing));
        let free = |coupon| AmountChange { coupon_discount: Some(yen(coupon)), ..AmountChange::default() };
        assert_eq!(change(&terms(), &free(4280)), Err(ChangeRefused::ToZero));
        assert_eq!(change(&terms(), &free(4281)), Err(ChangeRefused::ToZero));
        assert_eq!(change(&terms(), &free(4279)).unwrap().totals.total, yen(1));
        let dearer = AmountChange { shipping_fee: Some(yen(551)), ..AmountChange::default() };
        assert_eq!(change(&terms(), &dearer), Err(ChangeRefused::Increase));
        let nothing_left = AmountChange {
            quantities: vec![
                QuantityChange { line: 0, quantity: 0 },
                QuantityChange { line: 1, quantity: 0 },
            ],
            ..AmountChange::default()
        };
        assert_eq!(change(&terms(), &nothing_left), Err(ChangeRefused::ToZero));
    }

    #[test]
    fn r39_one_part_may_rise_while_the_total_falls() {
        let mixed = AmountChange { shipping_fee: Some(yen(900)), ..quantity(0, 1) };
        assert_eq!(change(&terms(), &mixed).unwrap().totals.total, yen(2630));
    }

    #[test]
    fn r40_an_item_is_swapped_only_if_the_total_falls() {
        assert_eq!(swap(&terms(), 0, line("c", 900, 3)).unwrap().totals.total, yen(3980));
        assert_eq!(swap(&terms(), 0, line("c", 1000, 3)), Err(ChangeRefused::Increase));
        assert_eq!(swap(&terms(), 0, line("c", 1001, 3)), Err(ChangeRefused::Increase));
        assert_eq!(swap(&terms(), 0, line("b", 1, 1)), Err(ChangeRefused::Line));
        assert_eq!(swap(&terms(), 9, line("c", 1, 1)), Err(ChangeRefused::Line));
        assert_eq!(swap(&terms(), 0, line("c", 1, 0)), Err(ChangeRefused::Line));
    }

    proptest! {
        #[test]
        fn r39_an_accepted_change_is_positive_and_no_increase(
            q in 0..6_u32, ship in 0..2000_i64, fee in 0..1000_i64, points in 0..6000_i64,
        ) {
            let wanted = AmountChange {
                shipping_fee: Some(yen(ship)),
                handling_fees: Some(yen(fee)),
                points_used: Some(yen(points)),
                ..quantity(0, q)
            };
            if let Ok(changed) = change(&terms(), &wanted) {
                prop_assert!(changed.totals.total > Yen::ZERO && changed.totals.total <= terms().totals.total);
            }
        }
    }
}

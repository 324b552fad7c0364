//! What a mail tells, as values; made from an order, or a sample for a preview.

use super::{MailKind, News, StandingTerms, Terms};
use crate::address::DeliveryAddress;
use crate::api::Language;
use crate::cart::{CartLine, CartSubscription, Totals};
use crate::cycle::Cycle;
use crate::id::ProductId;
use crate::money::{TaxRate, Yen};
use crate::payment::Payment;
use serde::{Deserialize, Serialize};

/// 登録番号 of a seller of qualified invoices: `T` and 13 digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegistrationNumber(String);

/// The text is no registration number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a registration number is T and 13 digits")]
pub struct NotARegistrationNumber;

impl RegistrationNumber {
    /// Checks and wraps `text`.
    ///
    /// # Errors
    /// [`NotARegistrationNumber`].
    pub fn new(text: impl Into<String>) -> Result<Self, NotARegistrationNumber> {
        let text = text.into();
        let digits = text.strip_prefix('T').ok_or(NotARegistrationNumber)?;
        let fits = digits.len() == 13 && digits.bytes().all(|b| b.is_ascii_digit());
        if fits { Ok(Self(text)) } else { Err(NotARegistrationNumber) }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RegistrationNumber {
    type Error = NotARegistrationNumber;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<RegistrationNumber> for String {
    fn from(number: RegistrationNumber) -> Self {
        number.0
    }
}

/// How the payment stands, as far as a shopper is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentWords {
    /// Paid by Amazon Pay, nothing to say about it.
    Accepted,
    /// A renewal that is being charged: its buyer hears of it again only where it fails.
    Renewing,
    /// 与信保留: the result comes in another mail.
    Pending,
    /// Amazon declined it.
    Declined,
    /// Nothing is charged, or everything goes back.
    Released,
    /// A part goes back.
    PartlyRefunded {
        /// Yen.
        amount: Yen,
        /// Whether all of it has reached the buyer; else Amazon is still deciding.
        decided: bool,
    },
    /// Amazon refused the refund, and the shop looks after it.
    RefundChecked,
    /// Amazon refused the refund, and the shop has made it good in another way.
    Settled,
    /// Not by Amazon Pay.
    Other,
    /// ¥0: nothing is to be paid.
    NoCharge,
}

impl PaymentWords {
    /// Of an order's payment; `settled`: a refund that Amazon refused was made good in another way.
    pub fn of(payment: &Payment, settled: bool) -> Self {
        match payment {
            Payment::AuthorizationPending { .. } => Self::Pending,
            Payment::AuthorizationDeclined { .. } => Self::Declined,
            Payment::Captured { refunded, .. } if !refunded.is_zero() => {
                Self::PartlyRefunded { amount: *refunded, decided: true }
            }
            Payment::RefundPending { captured, refunded, pending, .. }
                if *pending < captured.saturating_sub(*refunded) =>
            {
                let amount = refunded.checked_add(*pending).unwrap_or(*captured);
                Self::PartlyRefunded { amount, decided: false }
            }
            Payment::RefundFailed { .. } if settled => Self::Settled,
            Payment::RefundFailed { .. } => Self::RefundChecked,
            Payment::Canceled { .. }
            | Payment::Refunded { .. }
            | Payment::RefundPending { .. }
            | Payment::CancelFailed { .. }
            | Payment::Expired { .. } => Self::Released,
            Payment::Authorized { .. }
            | Payment::CapturePending { .. }
            | Payment::CaptureFailed { .. }
            | Payment::Captured { .. }
            | Payment::Unconfirmed { .. } => Self::Accepted,
        }
    }
}

/// Everything a template can name. Personal data: it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct MailContent {
    /// The shop; the issuer of the invoice.
    pub shop_name: String,
    /// As Amazon gave it.
    pub buyer_name: String,
    /// As people say it.
    pub order_number: String,
    /// Unix ms.
    pub ordered_at: i64,
    /// What was bought.
    pub lines: Vec<CartLine>,
    /// Present totals.
    pub totals: Totals,
    /// Where it goes.
    pub address: Option<DeliveryAddress>,
    /// The subscription that the order began, or that it is about.
    pub subscription: Option<Terms>,
    /// What happened to a subscription.
    pub news: Option<News>,
    /// How the payment stands.
    pub payment: PaymentWords,
    /// http(s).
    pub link: Option<String>,
    /// Without one no invoice is claimed, only the tax is shown.
    pub registration_number: Option<RegistrationNumber>,
}

/// What is paid at one rate, and the tax in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateSum {
    /// The rate.
    pub rate: TaxRate,
    /// Paid at that rate, tax included.
    pub paid: Yen,
    /// Of it, tax.
    pub tax: Yen,
}

impl MailContent {
    /// What is paid per rate, rates without an amount left out. The discount falls on the rates as in
    /// [`Totals::of`], so that amounts and taxes belong together.
    pub fn rates(&self) -> Vec<RateSum> {
        let reduced: i64 = self
            .lines
            .iter()
            .filter(|line| line.tax_rate == TaxRate::Reduced)
            .map(|line| line.unit_price.get() * i64::from(line.quantity))
            .sum();
        let totals = &self.totals;
        let gross = totals.goods.get() + totals.shipping_fee.get() + totals.handling_fees.get();
        let discount = i128::from(totals.points_used.get() + totals.coupon_discount.get());
        let share = match gross {
            0 => 0,
            gross => i64::try_from(discount * i128::from(reduced) / i128::from(gross)).unwrap_or(0),
        };
        let reduced = Yen::new(reduced - share).unwrap_or(Yen::ZERO);
        let standard = totals.total.saturating_sub(reduced);
        [(TaxRate::Reduced, reduced, totals.tax_reduced), (TaxRate::Standard, standard, totals.tax_standard)]
            .into_iter()
            .filter(|(_, paid, _)| !paid.is_zero())
            .map(|(rate, paid, tax)| RateSum { rate, paid, tax })
            .collect()
    }

    /// An order or a subscription that never was, for the preview of a mail of `kind`.
    pub fn sample(
        kind: MailKind,
        shop_name: &str,
        registration_number: Option<RegistrationNumber>,
        language: Language,
    ) -> Self {
        let line = |id: &str, ja: &str, en: &str, price: i64, quantity: u32, tax_rate: TaxRate| CartLine {
            product_id: ProductId::new(id).expect("a sample id is an id"),
            name: language.pick(ja, en).to_owned(),
            unit_price: Yen::new(price).unwrap_or(Yen::ZERO),
            quantity,
            tax_rate,
        };
        let lines = vec![
            line("coffee", "深煎り珈琲豆 200g", "Dark roast coffee, 200 g", 1_480, 2, TaxRate::Reduced),
            line("cup", "白磁のカップ", "White porcelain cup", 2_200, 1, TaxRate::Standard),
        ];
        let totals = Totals::of(
            lines.iter().map(|line| (line.unit_price, line.quantity, line.tax_rate)),
            Yen::new(550).unwrap_or(Yen::ZERO),
            Yen::ZERO,
            Yen::ZERO,
            Yen::ZERO,
        )
        .expect("the sample adds up");
        let address = DeliveryAddress {
            name: language.pick("見本 花子", "Hanako Mihon").to_owned(),
            postal_code: Some("1000001".to_owned()),
            prefecture: crate::prefecture::Prefecture::from_any("東京都"),
            lines: vec![language.pick("千代田区千代田1-1", "1-1 Chiyoda, Chiyoda-ku").to_owned()],
            country_code: "JP".to_owned(),
            phone: None,
            person: None,
        };
        Self {
            shop_name: shop_name.to_owned(),
            buyer_name: address.name.clone(),
            order_number: "20261124-SAMPLE".to_owned(),
            // 2026-11-24 10:00 in Japan.
            ordered_at: 1_795_482_000_000,
            lines,
            totals,
            address: Some(address),
            subscription: Some(if kind.is_confirmation() {
                Terms::Begin(CartSubscription {
                    cycle: Cycle::Months { every: 1 },
                    renewal_price: totals.goods,
                    renewal_shipping_fee: totals.shipping_fee,
                    renewal_total: totals.total,
                    deliveries: None,
                    first_delivery: jiff::civil::date(2026, 11, 29),
                })
            } else {
                Terms::Stand(StandingTerms {
                    cycle: Cycle::Months { every: 1 },
                    next: Some(jiff::civil::date(2026, 12, 29)),
                    total: Some(totals.total),
                    shipping_fee: totals.shipping_fee,
                    deliveries: None,
                    ended: kind == MailKind::SubscriptionEnded,
                })
            }),
            news: (kind.is_of_subscription() || kind == MailKind::RenewalConfirmation)
                .then(|| News::sample(kind, language)),
            payment: PaymentWords::Accepted,
            link: Some("https://shop.example/pay/sample".to_owned()),
            registration_number,
        }
    }
}

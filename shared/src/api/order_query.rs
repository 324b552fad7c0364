//! Bodies of the order list's filters: pages, counts, saved views.

use super::OrderRow;
use crate::id::OrderNumber;
use serde::{Deserialize, Serialize};

/// `GET /api/shops/{shop}/orders?before=CURSOR&limit=50&…`, with the pairs of a filter
/// ([`crate::order_query::OrderFilter`]): newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderListPage {
    /// At most `limit` rows.
    pub orders: Vec<OrderRow>,
    /// For the next page; absent on the last.
    pub next: Option<String>,
    /// The search stopped before the page was full: `next` goes on with it (「続きを探す」).
    #[serde(default)]
    pub bounded: bool,
}

/// `GET …/orders.csv/unwritable?columns=…&…`: what a file in Shift_JIS cannot hold of the orders a filter shows, for some
/// orders at a time (R51).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnwritableView {
    /// Characters that become 〓.
    pub characters: u32,
    /// Orders that have one.
    pub affected: u32,
    /// The first of those orders, at most 20.
    pub orders: Vec<OrderNumber>,
    /// Orders looked at.
    pub checked: u32,
    /// `before` of the next orders to be looked at; absent once all have been.
    pub next: Option<String>,
}

impl UnwritableView {
    /// Most orders that are named.
    pub const NAMED: usize = 20;

    /// The same with what the orders after these have.
    pub fn add(&mut self, part: Self) {
        self.characters = self.characters.saturating_add(part.characters);
        self.affected = self.affected.saturating_add(part.affected);
        self.checked = self.checked.saturating_add(part.checked);
        let room = Self::NAMED.saturating_sub(self.orders.len());
        self.orders.extend(part.orders.into_iter().take(room));
        self.next = part.next;
    }
}

/// How many orders a filter finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterCount {
    /// The filter's query.
    pub query: String,
    /// At most 1,000.
    pub count: u32,
    /// There are more.
    pub more: bool,
}

/// `GET /api/shops/{shop}/orders/counts`: one per filter offered with one press, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCounts {
    /// The counts.
    pub chips: Vec<FilterCount>,
}

/// A filter kept under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Ours.
    pub id: String,
    /// As the operator calls it.
    pub name: String,
    /// As in the page's address.
    pub query: String,
    /// Every operator of the shop sees it.
    pub shared: bool,
    /// Whether the asking operator may remove it.
    pub mine: bool,
}

/// `GET /api/shops/{shop}/order-views`; also the answer to every change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedViews {
    /// The oldest first.
    pub views: Vec<SavedView>,
}

/// `POST /api/shops/{shop}/order-views`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveViewRequest {
    /// 1 to 40 characters.
    pub name: String,
    /// A filter's query; not empty.
    pub query: String,
    /// For every operator of the shop.
    #[serde(default)]
    pub shared: bool,
}

/// A column of the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is named by its heading")]
pub enum CsvColumn {
    Number,
    PlacedAt,
    OrderStatus,
    PaymentStatus,
    Icon,
    Method,
    Origin,
    Total,
    FamilyName,
    GivenName,
    FamilyKana,
    GivenKana,
    Mail,
    Phone,
    RecipientFamilyName,
    RecipientGivenName,
    RecipientFamilyKana,
    RecipientGivenKana,
    PostalCode,
    Prefecture,
    Address,
    Lines,
    ShippingFee,
    HandlingFees,
    PointsUsed,
    CouponDiscount,
    Disputed,
    ExpiresAt,
    ChargePermissionId,
    ChargeId,
}

impl CsvColumn {
    /// Every column, in the order of the file.
    pub const ALL: [Self; 30] = [
        Self::Number,
        Self::PlacedAt,
        Self::OrderStatus,
        Self::PaymentStatus,
        Self::Icon,
        Self::Method,
        Self::Origin,
        Self::Total,
        Self::FamilyName,
        Self::GivenName,
        Self::FamilyKana,
        Self::GivenKana,
        Self::Mail,
        Self::Phone,
        Self::RecipientFamilyName,
        Self::RecipientGivenName,
        Self::RecipientFamilyKana,
        Self::RecipientGivenKana,
        Self::PostalCode,
        Self::Prefecture,
        Self::Address,
        Self::Lines,
        Self::ShippingFee,
        Self::HandlingFees,
        Self::PointsUsed,
        Self::CouponDiscount,
        Self::Disputed,
        Self::ExpiresAt,
        Self::ChargePermissionId,
        Self::ChargeId,
    ];

    /// The name in the query.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::PlacedAt => "placed_at",
            Self::OrderStatus => "order_status",
            Self::PaymentStatus => "payment_status",
            Self::Icon => "icon",
            Self::Method => "method",
            Self::Origin => "origin",
            Self::Total => "total",
            Self::FamilyName => "family_name",
            Self::GivenName => "given_name",
            Self::FamilyKana => "family_kana",
            Self::GivenKana => "given_kana",
            Self::Mail => "mail",
            Self::Phone => "phone",
            Self::RecipientFamilyName => "recipient_family_name",
            Self::RecipientGivenName => "recipient_given_name",
            Self::RecipientFamilyKana => "recipient_family_kana",
            Self::RecipientGivenKana => "recipient_given_kana",
            Self::PostalCode => "postal_code",
            Self::Prefecture => "prefecture",
            Self::Address => "address",
            Self::Lines => "lines",
            Self::ShippingFee => "shipping_fee",
            Self::HandlingFees => "handling_fees",
            Self::PointsUsed => "points_used",
            Self::CouponDiscount => "coupon_discount",
            Self::Disputed => "disputed",
            Self::ExpiresAt => "expires_at",
            Self::ChargePermissionId => "charge_permission_id",
            Self::ChargeId => "charge_id",
        }
    }

    /// The column named `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r51_what_cannot_be_written_is_added_up_over_all_orders() {
        let part = |characters, orders: std::ops::Range<u32>, next: Option<&str>| UnwritableView {
            characters,
            affected: orders.end - orders.start,
            orders: orders.map(|n| OrderNumber::new(format!("N-{n:08}")).unwrap()).collect(),
            checked: 2_000,
            next: next.map(str::to_owned),
        };
        let mut all = UnwritableView::default();
        all.add(part(15, 0..12, Some("a")));
        assert_eq!((all.characters, all.orders.len(), all.next.as_deref()), (15, 12, Some("a")));
        all.add(part(20, 12..30, None));
        let last = all.orders.last().map(OrderNumber::as_str);
        assert_eq!((all.characters, all.affected, all.checked, last), (35, 30, 4_000, Some("N-00000019")));
        assert_eq!((all.orders.len(), all.next), (UnwritableView::NAMED, None));
    }
}

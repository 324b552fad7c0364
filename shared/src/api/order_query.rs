//! Bodies of the order list's filters: pages, counts, saved views.

use super::OrderRow;
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

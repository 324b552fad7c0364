//! Bodies of the order actions (the operator's order desk).
//!
//! An action's answer is the order as it is afterwards: what Amazon refused is the order's state (キャンセルエラー,
//! 与信NG), what we refuse is a problem.

use super::{OrderMail, OrderView};
use crate::amount_change::AmountChange;
use crate::day::Day;
use crate::id::{OrderId, OrderNumber, ProductId, SubscriptionId};
use crate::identity::{Person, PersonName, is_same_name};
use crate::money::Yen;
use crate::order::OrderStatus;
use crate::order_action::{ActionRefused, ExpiryWarning, MethodBlocker, OrderAction};
use crate::payment_method::PaymentMethod;
use serde::{Deserialize, Serialize};

/// Whether an action is allowed now: made by `order_action::judge`, which the page may ask itself, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionView {
    /// What.
    pub action: OrderAction,
    /// Why not; absent where it is allowed.
    pub refused: Option<ActionRefused>,
}

/// Why money goes back or an order is canceled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// 返品.
    Returned,
    /// 誤操作.
    Mistake,
    /// その他.
    Other,
}

impl CancelReason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Returned, Self::Mistake, Self::Other];

    /// The name stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Returned => "returned",
            Self::Mistake => "mistake",
            Self::Other => "other",
        }
    }

    /// The reason stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// `POST …/orders/{id}/cancel`: 受注ステータス キャンセル, and the money let go or given back; again after a
/// キャンセルエラー (R35, R36).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// As the page had it.
    pub version: i64,
    /// Asked of the operator.
    pub reason: CancelReason,
    /// At most 500 characters.
    #[serde(default)]
    pub note: Option<String>,
    /// Mail the buyer the template of キャンセル, once nothing is charged any more; never where Amazon refuses (R33).
    #[serde(default)]
    pub send_mail: bool,
}

/// `POST …/orders/{id}/refunds`: part of the money goes back (R37).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundRequest {
    /// As the page had it.
    pub version: i64,
    /// Up to what was captured and not yet given back.
    pub amount: Yen,
    /// Asked of the operator.
    pub reason: CancelReason,
    /// At most 500 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// `POST …/orders/{id}/amount`: 金額変更 (R39).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmountChangeRequest {
    /// As the page had it.
    pub version: i64,
    /// What changes.
    pub change: AmountChange,
    /// Why; 1 to 500 characters.
    pub reason: String,
}

/// `POST …/orders/{id}/swap`: 商品の切り替え (R40).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwapItemRequest {
    /// As the page had it.
    pub version: i64,
    /// The line, from 0.
    pub line: usize,
    /// What takes its place, at the catalogue's price.
    pub product: ProductId,
    /// 1 to 999.
    pub quantity: u32,
    /// Why; 1 to 500 characters.
    pub reason: String,
}

/// Body of actions that need nothing but the version: `POST …/orders/{id}/{reauthorize, payment-link, refetch}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionRequest {
    /// As the page had it.
    pub version: i64,
}

/// `POST …/orders/{id}/method`: another way to pay; Amazon Pay is left for good (R44).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeMethodRequest {
    /// As the page had it.
    pub version: i64,
    /// The new one.
    pub method: PaymentMethod,
}

/// `POST …/orders/{id}/status`: 出荷準備中 or 発送済 (R50).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetStatusRequest {
    /// As the page had it.
    pub version: i64,
    /// `preparing` or `shipped`; a cancel is an action of its own.
    pub status: OrderStatus,
    /// Needed to ship what is not captured; 1 to 500 characters.
    #[serde(default)]
    pub reason: Option<String>,
    /// 受注対応メールを送信する: the buyer is told by the template of the new status (R33).
    #[serde(default)]
    pub send_mail: bool,
}

/// `POST …/orders/{id}/bundle`: 同梱, with these orders and no others; refused for Amazon Pay (R46).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleRequest {
    /// As the page had it.
    pub version: i64,
    /// The others, at most 20; none of them: the order is shipped alone again.
    pub with: Vec<OrderId>,
}

/// One place where a person stands: the delivery address, or the member profile (a guest's buyer data).
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonEdit {
    /// The parts of the name, once a person has told them.
    #[serde(default)]
    pub name: Option<PersonName>,
    /// Any spelling.
    #[serde(default)]
    pub phone: Option<String>,
    /// Any spelling.
    #[serde(default)]
    pub postal_code: Option<String>,
}

/// A new delivery address of this order only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressEdit {
    /// As it stands on the parcel.
    pub name: String,
    /// Any spelling.
    pub postal_code: String,
    /// Any spelling.
    pub prefecture: String,
    /// City, street, building, company.
    pub lines: Vec<String>,
    /// Any spelling.
    pub phone: String,
}

/// `POST …/orders/{id}/buyer`: edits this order only (R45, R90). What is absent stays.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditBuyerRequest {
    /// As the page had it.
    pub version: i64,
    /// The whole delivery address.
    #[serde(default)]
    pub address: Option<AddressEdit>,
    /// Parts of the delivery address.
    #[serde(default)]
    pub delivery: Option<PersonEdit>,
    /// Parts of the member profile; of the buyer data where the buyer is a guest.
    #[serde(default)]
    pub profile: Option<PersonEdit>,
    /// The member profile as the page had it: an edit over somebody else's, by another order, is refused.
    #[serde(default)]
    pub profile_version: Option<i64>,
    /// The buyer's mail address of this order.
    #[serde(default)]
    pub mail: Option<String>,
}

macro_rules! hidden {
    ($($name:ident),+) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    )+};
}
hidden!(PersonEdit, AddressEdit, EditBuyerRequest, PersonView, EnteredBuyer, LedgerLine);

/// A person as the detail shows them. Blank texts are missing, and are to be flagged.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonView {
    /// As Amazon gave it, to the letter.
    pub original: String,
    /// 姓, 名, セイ, メイ: blank until a person told them.
    pub name: PersonName,
    /// A split of the original to propose: 姓 and 名.
    pub proposed: Option<(String, String)>,
    /// Digits.
    pub phone: Option<String>,
    /// Seven digits.
    pub postal_code: Option<String>,
}

/// Who bought and who receives, with what is missing (R44, R45).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IdentityView {
    /// In the delivery address.
    pub delivery: PersonView,
    /// In the member profile, or the guest's buyer data.
    pub profile: PersonView,
    /// Whether `profile` is a member's.
    pub is_member: bool,
    /// The member profile's; absent for a guest.
    #[serde(default)]
    pub profile_version: Option<i64>,
    /// What a method that authorizes with the buyer's identity would still need.
    pub blockers: Vec<MethodBlocker>,
}

/// What was changed, in a line of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerField {
    /// 合計.
    Total,
    /// Quantity of a line; the subject is its name.
    Quantity,
    /// 商品の切り替え.
    Item,
    /// 送料.
    ShippingFee,
    /// 各種手数料.
    HandlingFees,
    /// ポイント利用.
    PointsUsed,
    /// クーポン利用.
    CouponDiscount,
    /// 決済方法; old and new are names of methods.
    Method,
    /// 受注ステータス; old and new are names of statuses.
    Status,
    /// お届け先の氏名, with its parts where they are known.
    RecipientName,
    /// お届け先の住所.
    Address,
    /// お届け先の電話番号.
    RecipientPhone,
    /// 購入者の氏名, of the member profile where one is edited.
    BuyerName,
    /// 購入者の電話番号.
    BuyerPhone,
    /// 購入者の郵便番号.
    BuyerPostalCode,
    /// 購入者のメールアドレス.
    Mail,
}

impl LedgerField {
    /// Every field.
    pub const ALL: [Self; 16] = [
        Self::Total,
        Self::Quantity,
        Self::Item,
        Self::ShippingFee,
        Self::HandlingFees,
        Self::PointsUsed,
        Self::CouponDiscount,
        Self::Method,
        Self::Status,
        Self::RecipientName,
        Self::Address,
        Self::RecipientPhone,
        Self::BuyerName,
        Self::BuyerPhone,
        Self::BuyerPostalCode,
        Self::Mail,
    ];

    /// Whether old and new are a person's data: shown to the letter, and to be erased with the buyer.
    pub const fn is_personal(self) -> bool {
        match self {
            Self::RecipientName
            | Self::Address
            | Self::RecipientPhone
            | Self::BuyerName
            | Self::BuyerPhone
            | Self::BuyerPostalCode
            | Self::Mail => true,
            Self::Total
            | Self::Quantity
            | Self::Item
            | Self::ShippingFee
            | Self::HandlingFees
            | Self::PointsUsed
            | Self::CouponDiscount
            | Self::Method
            | Self::Status => false,
        }
    }

    /// The name stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Quantity => "quantity",
            Self::Item => "item",
            Self::ShippingFee => "shipping_fee",
            Self::HandlingFees => "handling_fees",
            Self::PointsUsed => "points_used",
            Self::CouponDiscount => "coupon_discount",
            Self::Method => "method",
            Self::Status => "status",
            Self::RecipientName => "recipient_name",
            Self::Address => "address",
            Self::RecipientPhone => "recipient_phone",
            Self::BuyerName => "buyer_name",
            Self::BuyerPhone => "buyer_phone",
            Self::BuyerPostalCode => "buyer_postal_code",
            Self::Mail => "mail",
        }
    }

    /// The field stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// One line of the ledger (R42).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// Unix ms.
    pub at: i64,
    /// The operator's name.
    pub by: String,
    /// What was changed.
    pub field: LedgerField,
    /// The product's name, for lines of goods.
    pub subject: Option<String>,
    /// Before: yen without separators for amounts, a count for quantities.
    pub old: String,
    /// After.
    pub new: String,
    /// Why.
    pub reason: String,
}

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundProgress {
    /// Asked; Amazon's answer is not known (要照合).
    Asked,
    /// 審査中.
    Pending,
    /// The buyer has it.
    Refunded,
    /// Refused.
    Declined,
    /// Certainly never sent.
    NotSent,
}

impl RefundProgress {
    /// Every value.
    pub const ALL: [Self; 5] = [Self::Asked, Self::Pending, Self::Refunded, Self::Declined, Self::NotSent];

    /// The name stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Pending => "pending",
            Self::Refunded => "refunded",
            Self::Declined => "declined",
            Self::NotSent => "not_sent",
        }
    }

    /// The value stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|progress| progress.name() == name)
    }
}

/// One refund of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundView {
    /// Amazon's id, once known.
    pub refund_id: Option<String>,
    /// Yen.
    pub amount: Yen,
    /// How far it is.
    pub progress: RefundProgress,
    /// Why it was asked.
    pub reason: CancelReason,
    /// The operator's words.
    pub note: Option<String>,
    /// Amazon's code, where it refused.
    pub refused: Option<String>,
    /// Who asked.
    pub by: String,
    /// Unix ms.
    pub asked_at: i64,
    /// Unix ms; when Amazon decided.
    pub ended_at: Option<i64>,
}

/// How a キャンセルエラー was made good (R36).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// ポイント還元.
    Points,
    /// 銀行振込での返金.
    Transfer,
    /// その他.
    Other,
}

impl Remedy {
    /// Every remedy; a retry is the action itself.
    pub const ALL: [Self; 3] = [Self::Points, Self::Transfer, Self::Other];

    /// The name stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Transfer => "transfer",
            Self::Other => "other",
        }
    }

    /// The remedy stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|remedy| remedy.name() == name)
    }
}

/// `POST …/orders/{id}/remedies`: how the buyer was made good after a キャンセルエラー.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyRequest {
    /// As the page had it.
    pub version: i64,
    /// What was done.
    pub remedy: Remedy,
    /// Yen; 0 where no money moved.
    pub amount: Yen,
    /// At most 500 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// A recorded remedy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemedyView {
    /// What was done.
    pub remedy: Remedy,
    /// Yen.
    pub amount: Yen,
    /// The operator's words.
    pub note: Option<String>,
    /// Who.
    pub by: String,
    /// Unix ms.
    pub at: i64,
}

/// Answer to `POST …/orders/{id}/payment-link`: the one time the link is shown (R38, R89).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentLinkView {
    /// Opens a page that starts a new Amazon Pay order of the same lines, prices checked anew; used once.
    pub url: String,
    /// Unix ms; seven days from now. Links that were made before open no more.
    pub expires_at: i64,
    /// The address the link was put in the mail to; absent where no mail goes out.
    #[serde(default)]
    pub mailed_to: Option<String>,
    /// Why no mail goes out.
    #[serde(default)]
    pub no_mail: Option<NoMail>,
}

/// Why no mail was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoMail {
    /// The shop has no mail server.
    NoServer,
    /// The buyer has no mail address.
    NoAddress,
}

/// Another order this one is linked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedOrder {
    /// The order.
    pub id: OrderId,
    /// As people say it.
    pub number: OrderNumber,
}

/// The delivery of a subscription that an order is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedSubscription {
    /// The subscription.
    pub id: SubscriptionId,
    /// From 1.
    pub period: u32,
    /// When it is to be delivered.
    pub date: Day,
}

/// What the detail shows of the desk, beside the order itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeskView {
    /// Every action, allowed or why not.
    pub actions: Vec<ActionView>,
    /// How close the authorization is to its end (R47).
    pub expiry_warning: Option<ExpiryWarning>,
    /// Unix ms; when the authorization ends, while one stands.
    pub expires_at: Option<i64>,
    /// Yen; captured and neither given back nor on its way.
    pub refundable: Yen,
    /// Oldest first.
    pub ledger: Vec<LedgerLine>,
    /// Oldest first.
    pub refunds: Vec<RefundView>,
    /// Oldest first.
    pub remedies: Vec<RemedyView>,
    /// Corrections of points and coupons the shop has to make (R92).
    pub corrections: Vec<CorrectionView>,
    /// Who bought and who receives.
    pub identity: IdentityView,
    /// Whether Amazon Pay was left; it cannot be chosen again.
    pub left_amazon_pay: bool,
    /// The order whose place this one took.
    pub replaces: Option<LinkedOrder>,
    /// The order that took this one's place.
    pub replaced_by: Option<LinkedOrder>,
    /// The delivery of a subscription that it is.
    pub subscription: Option<LinkedSubscription>,
    /// Unix ms; when a payment link that still opens ends.
    pub link_open_until: Option<i64>,
    /// Disputes of this order (R61).
    pub disputes: Vec<DisputeView>,
    /// Whether the shop has a mail server: without one no mail goes out.
    pub mail_server: bool,
    /// 同梱: the others it is shipped with.
    #[serde(default)]
    pub bundle: Vec<LinkedOrder>,
    /// Mails about it, the newest first; at most 50.
    #[serde(default)]
    pub mails: Vec<OrderMail>,
}

/// What a correction is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionKind {
    /// ポイント; the shop's own.
    Points,
    /// クーポン; the shop's own.
    Coupon,
}

impl CorrectionKind {
    /// The name stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Coupon => "coupon",
        }
    }
}

/// A correction the shop has to make in its own points or coupons (R92).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionView {
    /// Names it.
    pub id: String,
    /// The order.
    pub order: LinkedOrder,
    /// Points or coupon.
    pub kind: CorrectionKind,
    /// Yen the buyer gets back; negative: is to be taken.
    pub amount: i64,
    /// Why: `amount_change`, `cancel`, `replaced` or `compensation`.
    pub cause: String,
    /// Unix ms.
    pub since: i64,
    /// 反映済: when (Unix ms) and by whom; absent while 未反映.
    pub done: Option<(i64, String)>,
}

/// `GET …/corrections?done=false&after=…`; all of them as `GET …/corrections.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionList {
    /// Those that are due, the oldest first, then those that are made, the newest first; at most 200.
    pub corrections: Vec<CorrectionView>,
    /// `after` of the next page, where there is one.
    #[serde(default)]
    pub next: Option<String>,
}

/// `POST …/corrections/{id}`: 反映済, or 未反映 again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionRequest {
    /// Whether the shop has made the correction.
    pub done: bool,
}

/// A dispute Amazon told of (R61). Amazon Pay offers no way to read it; it is answered in Seller Central.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeView {
    /// Amazon's name for it.
    pub id: String,
    /// The order, where it is known.
    pub order: Option<LinkedOrder>,
    /// Unix ms; when Amazon told.
    pub received_at: i64,
    /// Unix ms; the last moment to answer, counted from Amazon's shortest term.
    pub answer_by: i64,
    /// When (Unix ms) and by whom it was marked as answered.
    pub answered: Option<(i64, String)>,
    /// The operator's words.
    pub note: Option<String>,
}

/// `GET …/disputes?after=…`: open ones by the date to answer by, then the answered ones, the latest to arrive first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeList {
    /// At most 200.
    pub disputes: Vec<DisputeView>,
    /// `after` of the next page, where there is one.
    #[serde(default)]
    pub next: Option<String>,
}

/// `POST …/disputes/{id}`: it was answered in Seller Central.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerDisputeRequest {
    /// At most 500 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// A キャンセルエラー that waits for somebody (R36).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelErrorView {
    /// The order as in the list.
    pub row: super::OrderRow,
    /// Whether the buyer is still charged; else the authorization could not be released.
    pub still_charged: bool,
    /// Unix ms; since when.
    pub since: i64,
    /// What has been recorded.
    pub remedies: Vec<RemedyView>,
}

/// `GET …/cancel-errors?after=…`: the queue: those that wait, oldest first, then those with a recorded remedy, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelErrorList {
    /// At most 200.
    pub orders: Vec<CancelErrorView>,
    /// `after` of the next page, where there is one.
    #[serde(default)]
    pub next: Option<String>,
}

/// Who buys an order entered by an operator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnteredBuyer {
    /// The whole name.
    pub name: String,
    /// The parts of the name, where they are known.
    #[serde(default)]
    pub parts: Option<PersonName>,
    /// Mail address.
    #[serde(default)]
    pub mail: Option<String>,
    /// Any spelling.
    #[serde(default)]
    pub phone: Option<String>,
    /// Any spelling; the address's where the buyer is the recipient.
    #[serde(default)]
    pub postal_code: Option<String>,
}

/// One product of an order entered by an operator; the price is the catalogue's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnteredLine {
    /// The shop's code.
    pub product: ProductId,
    /// 1 to 999.
    pub quantity: u32,
}

/// `POST …/orders`: 管理画面より新規受注, without Amazon Pay (R43), perhaps in the place of a canceled order (R38).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnterOrderRequest {
    /// Made by the page; pressing twice finds the first order.
    pub order_id: OrderId,
    /// Anything but Amazon Pay.
    pub method: PaymentMethod,
    /// 1 to 100.
    pub lines: Vec<EnteredLine>,
    /// Who.
    pub buyer: EnteredBuyer,
    /// Where it goes.
    pub address: AddressEdit,
    /// The parts of the recipient's name; the buyer's where both have one name.
    #[serde(default)]
    pub recipient: Option<PersonName>,
    /// The canceled order in whose place it comes.
    #[serde(default)]
    pub replaces: Option<OrderId>,
    /// The total as the page showed it: where it is another by now, nothing is entered.
    #[serde(default)]
    pub total: Option<Yen>,
}

impl EnterOrderRequest {
    /// Whether the buyer is the recipient, as far as the names tell.
    pub fn is_for_buyer(&self) -> bool {
        is_same_name(&self.buyer.name, &self.address.name)
    }

    /// Recipient and buyer as they will stand in the order, for what a method still needs (R44). What is typed counts as
    /// readable here; the server reads it.
    pub fn persons(&self) -> (Person, Person) {
        let is_one = self.is_for_buyer();
        let text = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
        let buyer = self.buyer.parts.clone().unwrap_or_default();
        let recipient = self
            .recipient
            .clone()
            .unwrap_or_else(|| if is_one { buyer.clone() } else { PersonName::default() });
        let postal_code = text(&self.address.postal_code);
        let own = self.buyer.postal_code.as_deref().and_then(text);
        (
            Person { name: recipient, phone: text(&self.address.phone), postal_code: postal_code.clone() },
            Person {
                name: buyer,
                phone: self.buyer.phone.as_deref().and_then(text),
                postal_code: own.or_else(|| postal_code.filter(|_| is_one)),
            },
        )
    }
}

/// `POST …/entered-orders/quote`: what these lines come to, as an entered order would store it; the answer is `Totals`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnteredQuoteRequest {
    /// 1 to 100.
    pub lines: Vec<EnteredLine>,
}

/// One of Amazon's objects as Amazon shows it, in words for the detail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmazonObject {
    /// `charge_permission`, `charge` or `refund`.
    pub kind: String,
    /// Amazon's id.
    pub id: String,
    /// Amazon's state, as Amazon writes it.
    pub state: String,
    /// Amazon's reason codes.
    pub reasons: Vec<String>,
    /// Yen: the limit, the charge, the refund.
    pub amount: Option<Yen>,
    /// Yen: what is left of the limit; what was captured.
    pub second_amount: Option<Yen>,
    /// Unix ms.
    pub created_at: Option<i64>,
    /// Unix ms.
    pub updated_at: Option<i64>,
    /// Unix ms.
    pub expires_at: Option<i64>,
}

/// Answer to `POST …/orders/{id}/refetch`: Amazon's objects beside ours (R52).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefetchView {
    /// Ours, after Amazon was asked.
    pub order: OrderView,
    /// Amazon's.
    pub amazon: Vec<AmazonObject>,
}

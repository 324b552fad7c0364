//! Bodies of the shopper's side: quote, start, review, order, result, sign-in.

use super::Language;
use crate::cart::{NotOffered, Totals};
use crate::cycle::Cycle;
use crate::id::{CheckoutId, CheckoutSessionId, OrderNumber, ProductId};
use crate::identity::PersonName;
use crate::money::Yen;
use crate::payment_method::{CardBrand, PaymentMethod};
use serde::{Deserialize, Serialize};

/// One product and how many, as a browser names them. Never an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemRequest {
    /// The shop's code.
    pub product: ProductId,
    /// 1 to 999.
    pub quantity: u32,
}

/// A product of which a subscription is to begin (R5), as a browser names it. Never an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionItem {
    /// The shop's code.
    pub product: ProductId,
    /// 1 to 99 in each delivery.
    pub quantity: u32,
    /// How often; one of those the product is offered in.
    pub cycle: Cycle,
}

/// What is to be bought: exactly one of them is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CartRequest {
    /// Products of the catalogue; the server makes the cart.
    Items(Vec<ItemRequest>),
    /// A subscription of one product; the server makes the cart of its first delivery.
    Subscription(SubscriptionItem),
    /// A cart signed by the shop's server (JWS, HS256).
    Signed(String),
}

/// `POST /api/shops/{shop}/quotes`: what would it cost, and is Amazon Pay offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// What is to be bought.
    pub cart: CartRequest,
    /// In which language the shopper reads.
    #[serde(default)]
    pub language: Language,
}

/// One line as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// Product name.
    pub name: String,
    /// Price of one, tax included.
    pub unit_price: Yen,
    /// How many.
    pub quantity: u32,
    /// Price of all of them.
    pub amount: Yen,
    /// 8 or 10.
    pub tax_percent: u8,
}

/// Answer to a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteView {
    /// The lines.
    pub lines: Vec<LineView>,
    /// The totals.
    pub totals: Totals,
    /// Why Amazon Pay is not offered; absent where it is.
    pub not_offered: Option<NotOffered>,
    /// The shop's other methods, named where Amazon Pay is not offered.
    pub other_methods: Vec<PaymentMethod>,
    /// That the button begins a subscription, with amount and frequency, in the shopper's language; absent where it
    /// begins none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription: Option<String>,
    /// What the button needs.
    pub button: ButtonView,
}

/// What `amazon.Pay.renderButton` needs; no payload: that is signed at the click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ButtonView {
    /// Amazon's script.
    pub script_url: String,
    /// Amazon's merchant id.
    pub merchant_id: String,
    /// Key pair's public name.
    pub public_key_id: String,
    /// Sandbox or live.
    pub sandbox: bool,
    /// Whether the simulator stands in for Amazon: said on the page.
    pub simulator: bool,
    /// Brands shown beside the button.
    pub card_brands: Vec<CardBrand>,
    /// The shop's name.
    pub shop_name: String,
}

/// Where a purchase's pages are: ours, or a page of the shop that stands in its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pages {
    /// Review and result on pages served by Noren.
    #[default]
    Hosted,
    /// Review and result on the shop's own pages, whose addresses stand in the shop's settings.
    Shop,
}

/// `POST /api/shops/{shop}/checkouts`: the button was pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartCheckoutRequest {
    /// What is to be bought.
    pub cart: CartRequest,
    /// Where the review and result pages are.
    #[serde(default)]
    pub pages: Pages,
    /// Language of the shopper.
    #[serde(default)]
    pub language: Language,
}

/// A payload signed for Amazon's button; passed on byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedButton {
    /// `payloadJSON`.
    pub payload_json: String,
    /// `signature`.
    pub signature: String,
    /// `algorithm`.
    pub algorithm: String,
    /// `publicKeyId`.
    pub public_key_id: String,
}

/// A secret of one page; shown to nobody. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(pub String);

impl core::fmt::Debug for Token {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// Answer: the checkout is stored, the shopper may leave for Amazon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedCheckout {
    /// Random, carried in the return addresses; opens nothing.
    pub checkout_id: CheckoutId,
    /// Opens this checkout only, for 24 hours; sent as `Authorization: Bearer …`.
    pub token: Token,
    /// For `initCheckout`.
    pub button: SignedButton,
}

/// `POST /api/shops/{shop}/checkouts/{id}/claim` (hosted pages only): the first browser that arrives with
/// checkout and session gets a cookie; `…/review`: the review page's data. Same body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// Amazon's `amazonCheckoutSessionId` from the page's address.
    pub amazon_checkout_session_id: CheckoutSessionId,
}

/// A consent the shop asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentView {
    /// Sent back when ticked.
    pub key: String,
    /// The sentence, in the shopper's language.
    pub label: String,
    /// Terms to read, http(s).
    pub link: Option<String>,
}

/// The delivery address as shown; text only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressView {
    /// Name.
    pub name: String,
    /// `〒100-0001`.
    pub postal_code: Option<String>,
    /// `東京都`.
    pub prefecture: Option<String>,
    /// The rest.
    pub lines: Vec<String>,
    /// Digits.
    pub phone: Option<String>,
}

impl core::fmt::Debug for AddressView {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("AddressView(hidden)")
    }
}

/// One row of what the shopper agrees to, in the shopper's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermView {
    /// What it is about: `お届け周期`.
    pub label: String,
    /// What is agreed: `1か月ごと`.
    pub text: String,
}

/// An optional question, in the shopper's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionView {
    /// What it is about.
    pub heading: String,
    /// That it may be left alone, and what it is for.
    pub hint: String,
    /// To be typed into.
    pub fields: Vec<QuestionField>,
}

/// One line of a question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionField {
    /// Its name in the answer: `family_kana`.
    pub name: String,
    /// What stands above it.
    pub label: String,
    /// What it is filled with at first.
    pub value: String,
    /// What browsers fill in, as `autocomplete` names it.
    pub autocomplete: String,
}

impl core::fmt::Debug for QuestionField {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "QuestionField({}, hidden)", self.name)
    }
}

/// What the review page shows. `P` is the problem as its reader keeps it: pages keep less than the server writes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewView<P = super::Problem> {
    /// For `bindChangeAction`.
    pub amazon_checkout_session_id: CheckoutSessionId,
    /// The buyer's name, as Amazon gives it.
    pub buyer_name: String,
    /// Where it goes.
    pub address: Option<AddressView>,
    /// Amazon's text, never parsed: `Visa ****1111 (Amazon Pay)`.
    pub payment_text: Option<String>,
    /// The lines.
    pub lines: Vec<LineView>,
    /// The totals, fixed when the checkout began.
    pub totals: Totals,
    /// Cycle, first delivery, later payments and end of the subscription that begins (R26); empty where none does.
    pub terms: Vec<TermView>,
    /// To be ticked before 注文する.
    pub consents: Vec<ConsentView>,
    /// The buyer's name in parts and kana (R45); absent where the shop does not ask, or knows it of the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<QuestionView>,
    /// Why it cannot be ordered as it stands (area not served, sold out), as a problem; the rest still shows.
    pub problem: Option<P>,
    /// Where to go back to with the cart kept.
    pub back_url: Option<String>,
    /// For Amazon's script.
    pub button: ButtonView,
}

impl<P> core::fmt::Debug for ReviewView<P> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ReviewView(hidden)")
    }
}

/// `POST /api/shops/{shop}/checkouts/{id}/order`: 注文する. Carries no amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrderRequest {
    /// Keys of the ticked consents.
    #[serde(default)]
    pub consents: Vec<String>,
    /// The answer to [`ReviewView::question`], as it was typed; passed over where nothing is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
}

/// Answer: the shopper goes there next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceOrderView {
    /// `amazonPayRedirectUrl`.
    pub redirect_url: String,
}

/// What became of a purchase, in the shopper's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 注文が完了しました.
    Completed,
    /// 確認中: no answer yet, or Amazon is still deciding. Never offer a second payment.
    Confirming,
    /// No payment method was accepted; the cart is kept.
    Declined,
    /// The shopper left at Amazon; the cart is kept.
    Cancelled,
    /// Too old; the cart is kept.
    Lapsed,
    /// Not ordered yet: the review page is next.
    Open,
}

/// `POST …/complete` and `GET …/result`: what the result page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultView {
    /// What became of it.
    pub outcome: Outcome,
    /// Once an order exists.
    pub order_number: Option<OrderNumber>,
    /// Once an order exists.
    pub total: Option<Yen>,
    /// Whether an order exists whose authorization Amazon is still deciding.
    pub authorization_pending: bool,
    /// Where to go back to with the cart kept.
    pub back_url: Option<String>,
    /// The shop's name.
    pub shop_name: String,
    /// Whether the shop mails its shoppers: without a mail server the page promises no mail of the shop's.
    #[serde(default)]
    pub shop_mails: bool,
}

/// `POST /api/shops/{shop}/sign-ins`: the login button was pressed. `state` is made by the page, kept in its
/// sessionStorage and carried in the signed return address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartSignInRequest {
    /// 22 to 64 characters of `A-Z a-z 0-9 _ -`.
    pub state: String,
    /// Where the shopper comes back to: ours or the shop's my page.
    #[serde(default)]
    pub pages: Pages,
}

/// Answer: for `initCheckout` with `productType: SignIn`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedSignIn {
    /// For `signInConfig`.
    pub button: SignedButton,
    /// The rest of what Amazon's script needs.
    pub view: ButtonView,
}

/// `POST /api/shops/{shop}/sign-ins/finish`: back from Amazon with a token, exchanged once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishSignInRequest {
    /// Amazon's `buyerToken` from the page's address.
    pub buyer_token: Token,
    /// The state from the page's address; the page has compared it with its own.
    pub state: String,
}

/// Answer: who is signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberView {
    /// The name, as Amazon gives it.
    pub name: String,
    /// Opens this member only: 30 minutes idle, 12 hours at most.
    pub token: Token,
}

impl core::fmt::Debug for MemberView {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MemberView(hidden)")
    }
}

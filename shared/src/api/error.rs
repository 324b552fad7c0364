//! Problems (RFC 9457) with stable codes.
//!
//! A program reads `code`; a person reads `title` (what happened) and `detail` (what is safe, what to do
//! next), both in the language the request asked for.

use super::Language;
use crate::address_form::FieldError;
use crate::id::OrderNumber;
use crate::money::Yen;
use crate::name_question::FIELDS;
use crate::order_action::ActionRefused;
use crate::text;
use serde::{Deserialize, Serialize};

/// The body of every failed answer; `content-type: application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `https://noren.example/problems/{code}`: names the kind, need not resolve.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What is safe, what to do next.
    pub detail: String,
    /// Stable.
    pub code: Code,
    /// For support; also in the answer's `x-request-id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Which fields of the request are to be typed again; absent where the problem is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<FieldFault>>,
}

/// A field of a request that is to be typed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// Its name in the request: `family_kana`.
    pub field: String,
    /// What is wrong: `missing`, `too_long`, `unreadable`.
    pub problem: String,
    /// What to type instead, in the reader's language.
    pub text: String,
}

macro_rules! codes {
    ($($(#[$about:meta])* $variant:ident = $name:literal, $status:literal;)+) => {
        /// Every code a problem can have. Codes are never renamed or reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code { $($(#[$about])* #[serde(rename = $name)] $variant),+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable text.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The HTTP status it comes with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }
        }
    };
}

codes! {
    /// The body is no JSON, or not of the expected shape (also decimals, negative amounts).
    BadRequest = "bad_request", 400;
    /// No `content-type: application/json`.
    NotJson = "not_json", 415;
    /// More than 64 kB.
    BodyTooLarge = "body_too_large", 413;
    /// Unknown address or object, or another shop's.
    NotFound = "not_found", 404;
    /// The method does not fit the address.
    MethodNotAllowed = "method_not_allowed", 405;
    /// No product of that code.
    UnknownProduct = "unknown_product", 422;
    /// The product is not sold now.
    ProductNotOnSale = "product_not_on_sale", 422;
    /// Quantity below 1 or above 999, or a product twice.
    QuantityOutOfRange = "quantity_out_of_range", 422;
    /// No lines.
    CartEmpty = "cart_empty", 422;
    /// Too many lines, or a total beyond calculation.
    CartTooLarge = "cart_too_large", 422;
    /// Points and coupons exceed the total.
    DiscountExceedsTotal = "discount_exceeds_total", 422;
    /// ¥0: another way to pay.
    ZeroTotal = "zero_total", 422;
    /// Marked "not Amazon Pay", or above ¥10,000,000.
    AmazonPayNotOffered = "amazon_pay_not_offered", 422;
    /// The product is not sold as a subscription.
    SubscriptionNotSold = "subscription_not_sold", 422;
    /// The subscription is not offered in that cycle.
    CycleNotOffered = "cycle_not_offered", 422;
    /// A delivery of the subscription is dearer than the monthly cap: another way to pay.
    DearerThanCap = "dearer_than_cap", 422;
    /// The month's cap has no room for it any more: next month (R19). The detail tells used and remaining yen.
    MonthlyCapReached = "monthly_cap_reached", 409;
    /// Wrong signature, algorithm, key or shape.
    SignedCartForged = "signed_cart_forged", 422;
    /// Past its `exp`, or a life above 60 minutes.
    SignedCartExpired = "signed_cart_expired", 422;
    /// Signed for another shop or audience.
    SignedCartForeign = "signed_cart_foreign", 422;
    /// An order of this cart exists, or may exist.
    CartAlreadyOrdered = "cart_already_ordered", 409;
    /// The purchase was declined, and has been placed anew by the mailed link or by the kept cart.
    OrderPlacedAlready = "order_placed_already", 409;
    /// No `Origin`, or one that does not stand in the shop's settings.
    OriginNotAllowed = "origin_not_allowed", 403;
    /// The shop has no such page in its settings.
    ReturnUrlNotAllowed = "return_url_not_allowed", 422;
    /// No or a wrong checkout token or cookie.
    CheckoutTokenInvalid = "checkout_token_invalid", 401;
    /// The session is not of this checkout, or unknown at Amazon.
    SessionMismatch = "session_mismatch", 409;
    /// The checkout or its session has ended; start again, the cart is kept.
    CheckoutEnded = "checkout_ended", 409;
    /// Delivery to that prefecture is not offered.
    AreaNotServed = "area_not_served", 422;
    /// A required consent is not ticked.
    ConsentMissing = "consent_missing", 422;
    /// The buyer's name in parts cannot be read; `fields` tells what to type again.
    NameInvalid = "name_invalid", 422;
    /// Another money action on this order or checkout is under way.
    PaymentInProgress = "payment_in_progress", 409;
    /// Amazon does not answer; nothing was charged.
    AmazonUnavailable = "amazon_unavailable", 503;
    /// Amazon refused our request; nothing was charged.
    AmazonRefused = "amazon_refused", 502;
    /// A sign-in token of Amazon is unknown, old or used.
    BuyerTokenInvalid = "buyer_token_invalid", 422;
    /// Nobody is signed in.
    NotSignedIn = "not_signed_in", 401;
    /// Wrong mail address or password.
    SignInFailed = "sign_in_failed", 401;
    /// Too many tries; wait.
    TooManyRequests = "too_many_requests", 429;
    /// The one-time link was used, or is none of ours.
    LinkInvalid = "link_invalid", 410;
    /// The password does not follow the rules.
    PasswordTooWeak = "password_too_weak", 422;
    /// The name or mail address is no such.
    OperatorInvalid = "operator_invalid", 422;
    /// `X-Noren-CSRF` or `Origin` is missing or wrong.
    CsrfFailed = "csrf_failed", 403;
    /// The operator lacks the right.
    NotAllowed = "not_allowed", 403;
    /// The order was changed since the page showed it.
    OrderChanged = "order_changed", 409;
    /// The setting was changed since the page showed it.
    SettingsChanged = "settings_changed", 409;
    /// This payment cannot be captured now.
    CaptureNotAllowed = "capture_not_allowed", 409;
    /// Somebody has captured the order already.
    AlreadyCaptured = "already_captured", 409;
    /// Amazon refused the capture; nothing was taken.
    CaptureRefused = "capture_refused", 422;
    /// Amazon has not answered; it is being found out.
    Unconfirmed = "unconfirmed", 202;
    /// The order is canceled; it stays.
    OrderCanceled = "order_canceled", 409;
    /// Amounts and items are locked since the capture was asked.
    AmountLocked = "amount_locked", 409;
    /// The payment's state forbids it.
    PaymentState = "payment_state", 409;
    /// The authorization has run out: authorize anew.
    AuthorizationExpired = "authorization_expired", 409;
    /// The charge permission has ended: a new order is needed.
    PermissionEnded = "permission_ended", 409;
    /// Not captured: shipping needs a recorded reason.
    NotCaptured = "not_captured", 409;
    /// Not for Amazon Pay orders, or Amazon Pay cannot be chosen.
    AmazonPayExcluded = "amazon_pay_excluded", 409;
    /// Orders shipped together go to one recipient at one address.
    ParcelsDiffer = "parcels_differ", 409;
    /// Prices or fees changed since the page showed the total.
    TotalChanged = "total_changed", 409;
    /// Only for Amazon Pay orders.
    NotAmazonPay = "not_amazon_pay", 409;
    /// The goods are on their way.
    OrderShipped = "order_shipped", 409;
    /// A step of a bulk action was not finished, so the later ones were not begun.
    LaterStepsStopped = "later_steps_stopped", 409;
    /// The operator took the later steps of a bulk action upon themselves.
    LaterStepsLetGo = "later_steps_let_go", 409;
    /// Nothing would change.
    NothingToDo = "nothing_to_do", 409;
    /// The buyer has ordered the same anew, or is about to.
    OrderReplaced = "order_replaced", 409;
    /// The total would rise, or for a swap not fall.
    AmountIncrease = "amount_increase", 422;
    /// The total would be ¥0 or below: cancel instead.
    AmountZero = "amount_zero", 422;
    /// No such line, or a quantity that is not possible.
    LineUnknown = "line_unknown", 422;
    /// ¥0, or more than was captured and not given back.
    RefundTooMuch = "refund_too_much", 422;
    /// A reason is asked of the operator, or is too long.
    ReasonMissing = "reason_missing", 422;
    /// The method needs names, kana, phone and postal code.
    IdentityMissing = "identity_missing", 422;
    /// Name, kana, phone, postal code or prefecture cannot be read.
    BuyerInvalid = "buyer_invalid", 422;
    /// The payment link was used, has ended, or is none of ours.
    PaymentLinkInvalid = "payment_link_invalid", 410;
    /// A mail template has an unknown placeholder, or cannot be rendered.
    MailTemplateInvalid = "mail_template_invalid", 422;
    /// The mail server, sender or registration number is no such.
    MailSettingsInvalid = "mail_settings_invalid", 422;
    /// No mail server is set.
    MailNotConfigured = "mail_not_configured", 409;
    /// The mail is on its way or was sent; only failed and unconfirmed ones are sent again.
    MailNotResendable = "mail_not_resendable", 409;
    /// The notification's signature, merchant or topic is wrong.
    NotificationForged = "notification_forged", 403;
    /// The subscription was changed since the page showed it.
    SubscriptionChanged = "subscription_changed", 409;
    /// The subscription has ended.
    SubscriptionEnded = "subscription_ended", 409;
    /// The subscription is paused, or is not.
    SubscriptionState = "subscription_state", 409;
    /// The date is too near, past or too far ahead.
    DeliveryDate = "delivery_date", 422;
    /// Not 1 to 99 pieces in a delivery.
    SubscriptionQuantity = "subscription_quantity", 422;
    /// A subscription's address, and what has the buyer pay more or sooner, is changed by its shopper alone.
    ShopperOnly = "shopper_only", 403;
    /// A setting of the shop's subscriptions is out of its range.
    SubscriptionSettingsInvalid = "subscription_settings_invalid", 422;
    /// A delivery would cost more than the monthly cap.
    DeliveryDearerThanCap = "delivery_dearer_than_cap", 422;
    /// A field of the address cannot be read; the preview tells which.
    AddressInvalid = "address_invalid", 422;
    /// The session is not the member's own, is over, or no address was chosen in it.
    AddressNotFromAmazon = "address_not_from_amazon", 409;
    /// Too much to do; come again.
    Busy = "busy", 503;
    /// Our own fault.
    Internal = "internal", 500;
}

impl From<ActionRefused> for Code {
    fn from(refused: ActionRefused) -> Self {
        use ActionRefused as R;
        match refused {
            R::InProgress => Self::PaymentInProgress,
            R::OrderCanceled => Self::OrderCanceled,
            R::AmountLocked => Self::AmountLocked,
            R::PaymentState => Self::PaymentState,
            R::Expired => Self::AuthorizationExpired,
            R::PermissionEnded => Self::PermissionEnded,
            R::NotCaptured => Self::NotCaptured,
            R::AmazonPayExcluded => Self::AmazonPayExcluded,
            R::NotAmazonPay => Self::NotAmazonPay,
            R::Shipped => Self::OrderShipped,
            R::Nothing => Self::NothingToDo,
            R::Replaced => Self::OrderReplaced,
        }
    }
}

impl Problem {
    /// The problem of `code` for a reader of `language`.
    pub fn new(code: Code, language: Language) -> Self {
        let (title, detail) = text::problem(code, language);
        Self {
            kind: ["https://noren.example/problems/", code.name()].concat(),
            title: title.to_owned(),
            status: code.status(),
            detail: detail.to_owned(),
            code,
            request_id: None,
            fields: None,
        }
    }

    /// The answer to the question for the buyer's name cannot be read (R45): with the fields to be typed again.
    pub fn name_invalid(errors: &[FieldError], language: Language) -> Self {
        let fault = |error: &FieldError| {
            let name = FIELDS.into_iter().find(|(field, _)| *field == error.field);
            FieldFault {
                field: name.map_or("", |(_, name)| name).to_owned(),
                problem: error.problem.name().to_owned(),
                text: text::address_problem(error.field, error.problem, language),
            }
        };
        Self { fields: Some(errors.iter().map(fault).collect()), ..Self::new(Code::NameInvalid, language) }
    }

    /// The month's cap has no room (R19): with what is used of it and what is left.
    pub fn over_cap(used: Yen, remaining: Yen, language: Language) -> Self {
        let mut problem = Self::new(Code::MonthlyCapReached, language);
        problem.detail.push_str(&text::cap_figures(used, remaining, language));
        problem
    }

    /// The purchase was placed already (R89): under which number.
    pub fn placed_already(number: &OrderNumber, language: Language) -> Self {
        let mut problem = Self::new(Code::OrderPlacedAlready, language);
        problem.detail.push_str(&text::placed_as(number, language));
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r19_a_month_without_room_is_told_with_its_figures() {
        let yen = |amount| Yen::new(amount).unwrap();
        let ja = Problem::over_cap(yen(98_000), yen(2_000), Language::Ja);
        assert!(
            ja.detail.contains("翌月以降に改めてお試しください。")
                && ja.detail.contains("ご利用額 ¥98,000、残り ¥2,000")
        );
        let en = Problem::over_cap(yen(98_000), yen(2_000), Language::En);
        assert!(en.detail.contains("¥98,000") && en.detail.contains("¥2,000"), "{}", en.detail);
    }

    #[test]
    fn r89_an_order_that_was_placed_already_is_told_with_its_number() {
        let number = OrderNumber::from_parts(jiff::civil::date(2026, 11, 24), [0, 30, 31, 200, 255]);
        for language in [Language::Ja, Language::En] {
            let problem = Problem::placed_already(&number, language);
            assert!(problem.detail.contains(number.as_str()), "{}", problem.detail);
        }
    }

    /// R32: what is safe and what to do next, where a step was late: wait, and run it again; nothing is taken twice.
    #[test]
    fn r32_stopped_steps_say_that_to_run_them_again_is_safe() {
        let ja = Problem::new(Code::LaterStepsStopped, Language::Ja);
        assert!(
            ja.detail.contains("結果が出てから") && ja.detail.contains("二重に請求されることはありません")
        );
        let en = Problem::new(Code::LaterStepsStopped, Language::En);
        assert!(en.detail.contains("run this order again") && en.detail.contains("nothing is charged twice"));
    }

    #[test]
    fn every_code_has_words_in_both_languages_and_a_failing_status() {
        for code in Code::ALL {
            let ja = Problem::new(*code, Language::Ja);
            let en = Problem::new(*code, Language::En);
            assert!(!ja.title.is_ascii() && ja.detail.ends_with('。'), "{code:?}");
            assert!(en.title.is_ascii() && en.detail.ends_with('.'), "{code:?}");
            assert!(ja.status >= 400 || *code == Code::Unconfirmed);
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{}\"", code.name()));
        }
    }
}

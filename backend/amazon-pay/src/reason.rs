//! Why Amazon says no, in one word.

use std::fmt;

macro_rules! reasons {
    ($($(#[$about:meta])* $name:ident,)+) => {
        /// `reasonCode` of a refusal.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$about])* $name,)+
            /// A code that Amazon added since.
            Unknown(String),
            /// No code was given: the refusal came from something in between, and its status is all there is.
            Absent,
        }

        impl Reason {
            /// Every code that Amazon publishes.
            pub const PUBLISHED: &'static [Self] = &[$(Self::$name),+];

            /// The code on the wire; empty where none was given.
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$name => stringify!($name),)+
                    Self::Unknown(code) => code,
                    Self::Absent => "",
                }
            }

            /// Reads a code.
            pub fn from_code(code: &str) -> Self {
                match code {
                    $(stringify!($name) => Self::$name,)+
                    "" => Self::Absent,
                    other => Self::Unknown(other.chars().take(64).collect()),
                }
            }
        }
    };
}

reasons! {
    /// 400: a header is wrong, such as an overlong idempotency key.
    InvalidHeaderValue,
    /// 400: a header is missing.
    MissingHeader,
    /// 400: a header is empty.
    MissingHeaderValue,
    /// 400: the request as a whole is wrong.
    InvalidRequest,
    /// 400: the body is no JSON.
    InvalidRequestFormat,
    /// 400: the body has a member that Amazon does not know.
    UnrecognizedField,
    /// 400: a member's value is wrong.
    InvalidParameterValue,
    /// 400: a member is missing.
    MissingParameterValue,
    /// 400: two members do not go together.
    InvalidParameterCombination,
    /// 400: the key was used for another request.
    DuplicateIdempotencyKey,
    /// 400: not the currency of the checkout.
    CurrencyMismatch,
    /// 400: not an object of this version.
    InvalidAPIVersion,
    /// 400: the sandbox knows no such simulation here.
    InvalidSandboxSimulationSpecified,
    /// 400: above the limit of permission or charge.
    TransactionAmountExceeded,
    /// 400: above this month's limit; wait for the next month.
    PeriodicAmountExceeded,
    /// 401: access not granted.
    UnauthorizedAccess,
    /// 403: unknown public key.
    InvalidAuthentication,
    /// 403: the signature does not fit.
    InvalidRequestSignature,
    /// 403: the merchant's account is not ready or suspended.
    InvalidAccountStatus,
    /// 403: for solution providers.
    InvalidAuthorizationToken,
    /// 404: no such object for this merchant and environment.
    ResourceNotFound,
    /// 405: no such operation.
    UnsupportedOperation,
    /// 405: no such method.
    RequestNotSupported,
    /// 408: Amazon took too long; nobody knows what became of it.
    RequestTimeout,
    /// 409: the amount is not the session's.
    AmountMismatch,
    /// 422: the session is not in the state for this.
    InvalidCheckoutSessionStatus,
    /// 422: the buyer left, the payment was declined, or 24 hours passed.
    CheckoutSessionCanceled,
    /// 422: the permission is not in the state for this.
    InvalidChargePermissionStatus,
    /// 422: the permission can no longer be changed.
    ChargePermissionNotModifiable,
    /// 422: the charge is not in the state for this.
    InvalidChargeStatus,
    /// 422: declined, may work on another day.
    SoftDeclined,
    /// 422: declined, until the buyer changes the payment method.
    HardDeclined,
    /// 422: this payment method is not possible here.
    PaymentMethodNotAllowed,
    /// 422: the buyer did not pass an additional check.
    MFANotCompleted,
    /// 422: Amazon's own decision; do not try again.
    AmazonRejected,
    /// 422: not enough time to decide.
    TransactionTimedOut,
    /// 422: too many charges or refunds.
    TransactionCountExceeded,
    /// 426: too old a TLS version.
    TLSVersionNotSupported,
    /// 429: too many calls.
    TooManyRequests,
    /// 500: nobody knows what became of it.
    InternalServerError,
    /// 500: declined, because Amazon failed; a new attempt may work after looking at the permission.
    ProcessingFailure,
    /// 503: nobody knows what became of it.
    ServiceUnavailable,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "no reason given",
            other => other.code(),
        })
    }
}

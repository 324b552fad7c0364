//! Why a step of a checkout was refused; one enum for its four steps, which share their causes.

use super::quote::QuoteError;
use crate::shop::NoSuchPage;
use crate::store::StoreError;
use shared::address_form::FieldError;
use shared::cart::NotOffered;
use shared::id::OrderNumber;
use shared::money::Yen;

/// Why a step of a checkout was refused. In every case nothing was charged by it.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// No checkout of that id, or the page has neither its token nor its cookie.
    #[error("the page may not open this checkout")]
    NotYours,
    /// The cart.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// Amazon Pay is not offered for it.
    #[error("Amazon Pay is not offered for this cart")]
    NotOffered(NotOffered),
    /// The month's cap of the buyer has no room any more (R18, R19).
    #[error("{remaining} of the buyer's month is left")]
    OverCap {
        /// Used of it.
        used: Yen,
        /// Left of it.
        remaining: Yen,
    },
    /// The shop has no such page in its settings.
    #[error(transparent)]
    NoSuchPage(#[from] NoSuchPage),
    /// Amazon's session is unknown, or shows another checkout's id.
    #[error("the session is not of this checkout")]
    SessionMismatch,
    /// The checkout or its session is over.
    #[error("the checkout has ended")]
    Ended,
    /// Not delivered there.
    #[error("the delivery address lies outside the served area")]
    AreaNotServed,
    /// A required box is not ticked.
    #[error("a required consent is missing")]
    ConsentMissing,
    /// The buyer's name, as it was typed.
    #[error("the name in parts cannot be read")]
    NameInvalid(Vec<FieldError>),
    /// Another checkout of the same cart is ordered or under way.
    #[error("the cart is ordered already, or may be")]
    CartTaken,
    /// The same purchase was declined, and has been placed anew under this number (R89).
    #[error("the order was placed anew already")]
    PlacedAlready(OrderNumber),
    /// Completing is under way.
    #[error("the checkout is being completed")]
    InProgress,
    /// Amazon did not answer a question that moves no money.
    #[error("Amazon Pay could not be asked")]
    AmazonUnavailable(#[source] amazon_pay::Error),
    /// Amazon refused a request that moves no money.
    #[error("Amazon Pay refused the request")]
    AmazonRefused(#[source] amazon_pay::Error),
    /// The database failed.
    #[error("the checkout could not be stored")]
    Store(#[from] StoreError),
}

impl CheckoutError {
    /// What an error of a call that moves no money means for the shopper.
    pub fn of_amazon(error: amazon_pay::Error) -> Self {
        match &error {
            amazon_pay::Error::Refused { status: 404, .. } => Self::SessionMismatch,
            amazon_pay::Error::Refused { .. } => Self::AmazonRefused(error),
            _ => Self::AmazonUnavailable(error),
        }
    }
}

//! What an element shows, and what it keeps beside: one type for all four, because every type a signal holds is code to
//! load.

use super::in_app::InApp;
use crate::api::shopper::{Failure, Review};
use shared::api::{QuoteView, ResultView};
use shared::cart::NotOffered;
use std::sync::Arc;

/// What an element shows.
#[derive(Clone)]
pub enum Face {
    /// Nothing is known yet; for a result this is also an unconfirmed payment.
    Loading,
    /// The button, ours until Amazon's has come.
    Button,
    /// An in-app browser was recognised.
    InApp(InApp),
    /// Amazon Pay is not offered for this cart.
    NotOffered(NotOffered),
    /// Amazon's script did not come.
    Blocked,
    /// The first request failed; kept beside, the last one did.
    Failed(Failure),
    /// Kept beside the button: what it costs.
    Quote(Arc<QuoteView>),
    /// The review page's content.
    Review(Arc<Review>),
    /// The review is over, for this reason: what became of it.
    Over(Failure),
    /// What became of the purchase.
    Result(Arc<ResultView>),
    /// Opened in a browser that did not begin it.
    Elsewhere,
    /// No checkout in the address or the tab; kept beside, nothing.
    Nothing,
    /// Amazon's token is being exchanged.
    SigningIn,
    /// The name, as Amazon gives it.
    SignedIn(Arc<str>),
    /// Login happens on Noren's page, since it ends there.
    Link(Arc<str>),
}

impl Face {
    /// What failed, if something did.
    pub fn failed(self) -> Option<Failure> {
        if let Self::Failed(failure) = self { Some(failure) } else { None }
    }

    /// What it costs, once known.
    pub fn quoted(self) -> Option<Arc<QuoteView>> {
        if let Self::Quote(quote) = self { Some(quote) } else { None }
    }
}

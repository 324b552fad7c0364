//! What the buyer does on the hosted pages: signs in, chooses, pays, leaves. Pages and control API share it.

use super::{Answer, Call};
use crate::error::{ApiError, ApiResult};
use crate::world::{
    Address, Buyer, CancelReason, Card, CardOutcome, Environment, Intent, ProductType, Session, World,
};
use jiff::Timestamp;
use shared::charge::CheckoutSessionState;

/// Where the processing page leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Processed {
    /// To the shop, with or without success.
    Return(String),
    /// To Amazon's own page, where another card may be chosen.
    Declined,
}

/// `url` with `name=value` added to its query, before a fragment.
pub(crate) fn with_query(url: &str, name: &str, value: &str) -> String {
    let (before, fragment) = match url.split_once('#') {
        Some((before, fragment)) => (before, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let joint = match before.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{before}{joint}{name}={value}{fragment}")
}

impl Session {
    /// The review page with this session's id, or the result page where there is no review.
    pub fn review_return(&self) -> String {
        let url = self.urls.review.as_ref().or(self.urls.result.as_ref());
        self.back_to(url.map_or("", String::as_str))
    }

    /// The result page with this session's id.
    pub fn result_return(&self) -> String {
        let url = self.urls.result.as_ref().or(self.urls.review.as_ref());
        self.back_to(url.map_or("", String::as_str))
    }

    fn back_to(&self, url: &str) -> String {
        with_query(url, "amazonCheckoutSessionId", &self.id)
    }
}

impl World {
    fn open_for_buyer(&mut self, id: &str) -> ApiResult<&mut Session> {
        let session = self.sessions.get_mut(id).ok_or_else(|| ApiError::not_found("Checkout Session"))?;
        if session.state != CheckoutSessionState::Open || session.approved {
            return Err(ApiError::session_status(session.state.name()));
        }
        Ok(session)
    }

    /// The buyer signs in; an address typed in the shop stays.
    pub fn choose_buyer(&mut self, id: &str, buyer: &str, now: Timestamp) -> ApiResult<()> {
        let buyer = Buyer::find(buyer).ok_or_else(|| ApiError::not_found("buyer"))?;
        let session = self.open_for_buyer(id)?;
        session.choice.buyer = Some(buyer);
        session.updated = now;
        Ok(())
    }

    /// The buyer chooses an address of the address book.
    pub fn choose_address(&mut self, id: &str, position: usize, now: Timestamp) -> ApiResult<()> {
        let session = self.open_for_buyer(id)?;
        let book = session.choice.buyer.map_or(&[][..], |buyer| buyer.addresses.as_slice());
        let address: Address = book.get(position).cloned().ok_or_else(|| ApiError::not_found("address"))?;
        if session.product_type != Some(ProductType::PayOnly) && !session.urls.process_order {
            session.choice.address = Some(address);
        }
        session.updated = now;
        Ok(())
    }

    /// The buyer chooses a card.
    pub fn choose_card(&mut self, id: &str, digits: &str, now: Timestamp) -> ApiResult<()> {
        let card = Card::find(digits).ok_or_else(|| ApiError::not_found("card"))?;
        let session = self.open_for_buyer(id)?;
        session.choice.card = Some(card);
        session.updated = now;
        Ok(())
    }

    /// The buyer passes the processing page: the card decides. Repeating it leads to the same place.
    pub fn process(&mut self, id: &str, now: Timestamp) -> ApiResult<Processed> {
        let decline_page = self.settings.decline_page;
        let session = self.sessions.get_mut(id).ok_or_else(|| ApiError::not_found("Checkout Session"))?;
        let result = session.result_return();
        if session.state != CheckoutSessionState::Open || session.approved {
            return Ok(Processed::Return(result));
        }
        if !session.constraints().is_empty() {
            return Err(ApiError::session_status(session.state.name()));
        }
        let asks_again = decline_page || session.owner.environment == Environment::Live;
        let may_wait =
            session.payment.can_handle_pending && session.payment.intent == Some(Intent::Authorize);
        let outcome = session.choice.card.map_or(CardOutcome::Declined, |card| card.outcome);
        let canceled = match outcome {
            CardOutcome::Approved => None,
            CardOutcome::PendingThenAuthorized | CardOutcome::PendingThenDeclined if may_wait => None,
            CardOutcome::BuyerCanceled => Some(CancelReason::BuyerCanceled),
            _ if asks_again => return Ok(Processed::Declined),
            _ => Some(CancelReason::Declined),
        };
        match canceled {
            None => {
                session.approved = true;
                session.updated = now;
            }
            Some(reason) => self.cancel_session(id, reason, now)?,
        }
        Ok(Processed::Return(result))
    }

    /// The buyer leaves Amazon's pages for good; gives the address that leads back.
    pub fn leave(&mut self, id: &str, now: Timestamp) -> ApiResult<String> {
        let session = self.sessions.get(id).ok_or_else(|| ApiError::not_found("Checkout Session"))?;
        let back = match &session.urls.cancel {
            Some(cancel) => cancel.clone(),
            None if session.constraints().is_empty() => session.result_return(),
            None => session.review_return(),
        };
        if session.state == CheckoutSessionState::Open && !session.approved {
            self.cancel_session(id, CancelReason::BuyerCanceled, now)?;
        }
        Ok(back)
    }
}

/// The operations of the API that this simulator knows but does not offer.
pub(crate) fn unsupported(_call: &Call) -> ApiResult<Answer> {
    Err(ApiError::new(405, "UnsupportedOperation", "The operation is not supported for this merchant."))
}

#[cfg(test)]
mod tests {
    use super::with_query;

    #[test]
    fn the_session_is_added_to_any_return_address() {
        for (url, expected) in [
            ("https://a.jp/r", "https://a.jp/r?s=1"),
            ("https://a.jp/r?", "https://a.jp/r?s=1"),
            ("https://a.jp/r?k=v", "https://a.jp/r?k=v&s=1"),
            ("https://a.jp/r?k=v#top", "https://a.jp/r?k=v&s=1#top"),
            ("https://a.jp/r#top", "https://a.jp/r?s=1#top"),
        ] {
            assert_eq!(with_query(url, "s", "1"), expected);
        }
    }
}

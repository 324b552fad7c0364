//! Who may open a checkout, and whether Amazon's session is its own.

use super::checkout_error::CheckoutError;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::checkouts::{self, CheckoutRow};
use amazon_pay::wire::CheckoutSession;
use shared::api::Token;
use shared::id::{CheckoutId, CheckoutSessionId};

/// What a page shows to be let in.
#[derive(Debug, Clone, Default)]
pub struct Pass {
    /// The token the button's page was given, sent as a bearer.
    pub bearer: Option<Token>,
    /// The cookie of a hosted page that claimed the checkout.
    pub claim: Option<Token>,
}

/// The checkout, if the page may open it. Unknown and foreign look the same.
///
/// # Errors
/// [`CheckoutError::NotYours`], or the database failed.
pub async fn open_checkout(
    app: &App,
    shop: &OpenShop,
    id: &CheckoutId,
    pass: &Pass,
) -> Result<CheckoutRow, CheckoutError> {
    let reader = app.store.reader().await?;
    let row = checkouts::find(&reader, &shop.id, id).await?.ok_or(CheckoutError::NotYours)?;
    let bearer =
        pass.bearer.as_ref().is_some_and(|token| secret::same(&secret::token_hash(token), &row.token_hash));
    let claim = match (&pass.claim, &row.claim_hash) {
        (Some(token), Some(hash)) => secret::same(&secret::token_hash(token), hash),
        _ => false,
    };
    // A token lives as long as its checkout, and a while longer for the result page.
    let over = row.expires_at + 24 * 60 * 60 * 1000 < app.clock.now_ms();
    if (bearer || claim) && !over { Ok(row) } else { Err(CheckoutError::NotYours) }
}

/// Asks Amazon for the session and refuses it unless it was made by this checkout's own signed payload: an id
/// in an address opens nothing.
///
/// # Errors
/// [`CheckoutError::SessionMismatch`] and Amazon's refusals.
pub async fn own_session(
    app: &App,
    shop: &OpenShop,
    row: &CheckoutRow,
    session: &CheckoutSessionId,
) -> Result<CheckoutSession, CheckoutError> {
    let request = amazon_pay::prepare::get_checkout_session(session);
    let answer = shop.amazon.send(&request, app.clock.now()).await.map_err(CheckoutError::of_amazon)?;
    let found: CheckoutSession = answer.decode().map_err(CheckoutError::AmazonUnavailable)?;
    // Once it is over Amazon shows no addresses any more; then only a session we know already is accepted.
    let known = row.checkout.session() == Some(session);
    let ours = found
        .web_checkout_details
        .as_ref()
        .and_then(|details| details.checkout_review_return_url.as_deref())
        .is_some_and(|url| names_checkout(url, &row.id));
    if ours || known { Ok(found) } else { Err(CheckoutError::SessionMismatch) }
}

fn names_checkout(url: &str, id: &CheckoutId) -> bool {
    let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
    let mut named = query.split('&').filter_map(|pair| pair.strip_prefix("noren="));
    named.next() == Some(id.as_str()) && named.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_names_its_checkout_once_and_exactly() {
        let id = CheckoutId::new("abc").unwrap();
        for (url, ours) in [
            ("https://shop.example/review?noren=abc", true),
            ("https://shop.example/review?x=1&noren=abc#top", true),
            ("https://shop.example/review?noren=abcd", false),
            ("https://shop.example/review?noren=abd&noren=abc", false),
            ("https://shop.example/review?noren=abc&noren=abd", false),
            ("https://shop.example/noren=abc", false),
            ("https://shop.example/review#?noren=abc", false),
        ] {
            assert_eq!(names_checkout(url, &id), ours, "{url}");
        }
    }
}

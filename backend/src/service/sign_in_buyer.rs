//! A buyer signs in with Amazon: the button's payload, and the token that comes back, exchanged once.
//!
//! A member is recognised by Amazon's buyer id alone: two people may share a mail address, and a mail address may
//! change hands. The member's token ends after 30 idle minutes, and after 12 hours in any case.

use super::refresh_mail::refresh_mail;
use super::shops::OpenShop;
use super::{StoreError, quote, start_checkout};
use crate::app::App;
use crate::secret;
use crate::shop::{NoSuchPage, ReturnPage};
use crate::store::Unmet;
use crate::store::members::{self, MemberRow};
use amazon_pay::wire::SignedInBuyer;
use amazon_pay::wire::request::{Scope, SignIn};
use jiff::SignedDuration;
use shared::api::{
    FinishSignInRequest, Language, MemberView, Pages, StartSignInRequest, StartedSignIn, Token,
};
use shared::id::MemberId;

/// A member's session ends this long after it began.
const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(12);
/// A member's session ends this long after it was used last.
const IDLE_LIFE: SignedDuration = SignedDuration::from_mins(30);
/// Longest token of Amazon's that is sent back to it.
const LONGEST_TOKEN: usize = 2_048;

/// Why a buyer is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The page's `state` is none.
    #[error("the state is 22 to 64 characters of A-Z a-z 0-9 _ -")]
    State,
    /// The shop has no such page in its settings.
    #[error(transparent)]
    NoSuchPage(#[from] NoSuchPage),
    /// Unknown, old, or exchanged before.
    #[error("the sign-in token is not valid")]
    TokenInvalid,
    /// Amazon said no.
    #[error("Amazon Pay refused to tell the buyer")]
    AmazonRefused(#[source] amazon_pay::Error),
    /// Amazon did not answer.
    #[error("Amazon Pay could not be asked for the buyer")]
    AmazonUnavailable(#[source] amazon_pay::Error),
    /// The database failed.
    #[error("the member could not be stored")]
    Store(#[from] StoreError),
}

/// `POST /api/shops/{shop}/sign-ins`: what Amazon's button needs. Nothing is stored.
///
/// # Errors
/// [`SignInError::State`] and [`SignInError::NoSuchPage`].
pub fn start_sign_in(
    app: &App,
    shop: &OpenShop,
    request: &StartSignInRequest,
    language: Language,
) -> Result<StartedSignIn, SignInError> {
    if !is_state(&request.state) {
        return Err(SignInError::State);
    }
    let query = back_query(request.pages, &request.state, language);
    let back = shop.return_url(&app.settings.public_url, request.pages, ReturnPage::MyPage, &query)?;
    let payload = SignIn {
        sign_in_return_url: back,
        store_id: shop.settings.amazon_pay.store_id.clone(),
        sign_in_scopes: Some(vec![Scope::Name, Scope::Email]),
    };
    let payload = serde_json::to_string(&payload).expect("a payload is plain JSON");
    Ok(StartedSignIn {
        button: start_checkout::signed(&shop.key, &shop.settings.amazon_pay.public_key_id, payload),
        view: quote::button_view(app, shop),
    })
}

/// What the shopper brings back to my page: the state, and to ours the language they were reading in.
pub fn back_query(pages: Pages, state: &str, language: Language) -> String {
    match pages {
        Pages::Hosted => format!("lang={}&noren_state={state}", language.tag()),
        Pages::Shop => format!("noren_state={state}"),
    }
}

/// `POST /api/shops/{shop}/sign-ins/finish`: who came back.
///
/// # Errors
/// [`SignInError`]. A token that was tried once is used up, whatever came of it.
pub async fn finish_sign_in(
    app: &App,
    shop: &OpenShop,
    request: &FinishSignInRequest,
) -> Result<MemberView, SignInError> {
    if !is_state(&request.state) {
        return Err(SignInError::State);
    }
    let buyer_token = &request.buyer_token;
    if !(1..=LONGEST_TOKEN).contains(&buyer_token.0.len())
        || !buyer_token.0.bytes().all(|b| b.is_ascii_graphic())
    {
        return Err(SignInError::TokenInvalid);
    }
    let used = members::use_buyer_token(&shop.id, &secret::token_hash(buyer_token), app.clock.now_ms());
    match app.store.write(used).await {
        Ok(_) => {}
        Err(StoreError::Unmet(Unmet::AlreadyExists(_))) => return Err(SignInError::TokenInvalid),
        Err(error) => return Err(error.into()),
    }
    let buyer = shop.amazon.buyer(&buyer_token.0, app.clock.now()).await.map_err(of_amazon)?;
    sign_in(app, shop, buyer).await
}

async fn sign_in(app: &App, shop: &OpenShop, buyer: SignedInBuyer) -> Result<MemberView, SignInError> {
    let now = app.clock.now();
    let id = MemberId::new(secret::timed_id(now)).expect("a timed id is an id");
    let name = buyer.name.map(|name| stored(name.expose())).unwrap_or_default();
    let mail = buyer.email.map(|mail| stored(mail.expose()));
    let member = MemberRow {
        shop_id: &shop.id,
        id: &id,
        buyer_id: &buyer.buyer_id,
        name: &name,
        mail: mail.as_deref(),
    };
    let (token, token_hash) = secret::new_token();
    let forget_before = (now - SESSION_LIFE).as_millisecond();
    app.store.write(members::sign_in(&member, &token_hash, now.as_millisecond(), forget_before)).await?;
    if let Some(mail) = &mail
        && let Err(error) = refresh_mail(app, shop, &buyer.buyer_id, mail).await
    {
        tracing::warn!(%error, "the mail address of a buyer's subscriptions could not be brought up to date");
    }
    Ok(MemberView { name, token })
}

/// The member of that token, while the session lasts.
///
/// # Errors
/// The database failed.
pub async fn signed_in_member(
    app: &App,
    shop: &OpenShop,
    token: &Token,
) -> Result<Option<MemberId>, StoreError> {
    let hash = secret::token_hash(token);
    let reader = app.store.reader().await?;
    let Some(session) = members::session(&reader, &shop.id, &hash).await? else { return Ok(None) };
    drop(reader);
    let now = app.clock.now_ms();
    let older_than =
        |since: i64, life: SignedDuration| i128::from(now.saturating_sub(since)) >= life.as_millis();
    if older_than(session.created_at, SESSION_LIFE) || older_than(session.seen_at, IDLE_LIFE) {
        return Ok(None);
    }
    app.store.write(members::touch_session(&shop.id, &hash, now)).await?;
    Ok(Some(session.member))
}

/// What a database can hold: all but the one character PostgreSQL has no place for.
fn stored(text: &str) -> String {
    text.replace('\0', "")
}

/// Whether it is long enough to be random and plain enough for an address.
pub fn is_state(text: &str) -> bool {
    (22..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn of_amazon(error: amazon_pay::Error) -> SignInError {
    match &error {
        amazon_pay::Error::Refused { status: 400 | 403 | 404, .. } => SignInError::TokenInvalid,
        amazon_pay::Error::Refused { .. } => SignInError::AmazonRefused(error),
        _ => SignInError::AmazonUnavailable(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_long_enough_to_be_random_and_plain_enough_for_an_address() {
        assert!(is_state(&"a".repeat(22)) && is_state(&"Z_-9".repeat(16)));
        for bad in
            ["", &"a".repeat(21), &"a".repeat(65), &format!("{}&x=1", "a".repeat(22)), &"あ".repeat(22)]
        {
            assert!(!is_state(bad), "{bad}");
        }
    }
}

//! Operators: the first one by a one-time link, sign-in, sessions, rights, sign-out.
//!
//! A session is 256 random bits in a cookie; stored is its hash. It ends after two idle hours, and after twelve in any
//! case. The token against forged requests follows from the session, so nothing more is stored.

use super::{StoreError, password};
use crate::app::App;
use crate::secret;
use crate::store::operators::{self as table, OperatorRow};
use crate::store::{self, Unmet};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use shared::api::{FirstOperatorRequest, OperatorView, ShopView, SignInRequest, Token};
use shared::id::{OperatorId, ShopId};

/// A session ends this long after it began.
pub const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(12);
/// A session ends this long after it was used last.
const IDLE_LIFE: SignedDuration = SignedDuration::from_hours(2);
/// The last use is written no more often than this.
const SEEN_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// Something an operator may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// See orders.
    View,
    /// 決済済に変更する, and change orders.
    Capture,
    /// キャンセル and 返金.
    Refund,
    /// 設定: mails, and what else belongs to the shop as a whole.
    Settings,
}

impl Right {
    const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Capture => "capture",
            Self::Settings => "settings",
            Self::Refund => "refund",
        }
    }

    fn is_in(self, rights: &str) -> bool {
        rights.split(',').any(|right| right == "owner" || right == self.name())
    }
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The operator.
    pub id: OperatorId,
    /// Shown name.
    pub name: String,
}

/// Why somebody is not signed in, or may not do it.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The link was used, or is none of ours.
    #[error("the link for the first operator is not valid")]
    LinkInvalid,
    /// Name or mail address.
    #[error("the name or the mail address cannot be used")]
    Invalid,
    /// Too short or too long.
    #[error("the password is too short or too long")]
    PasswordTooWeak,
    /// Wrong mail address or password; which of the two nobody is told.
    #[error("the mail address or the password is wrong")]
    SignInFailed,
    /// Too many tries.
    #[error("too many tries to sign in")]
    TooManyTries,
    /// No session, or it has ended.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The operator has no right at all in that shop, or there is none.
    #[error("the operator has no such shop")]
    NoSuchShop,
    /// The operator may work in the shop, but not do this.
    #[error("the operator lacks the right")]
    NotAllowed,
    /// The database failed.
    #[error("the operator could not be read or stored")]
    Store(#[from] StoreError),
}

/// A fresh link for the first operator, while there is none; the link before ends.
///
/// # Errors
/// The database failed.
pub async fn offer_first_link(app: &App) -> Result<Option<Token>, StoreError> {
    let reader = app.store.reader().await?;
    if table::any(&reader).await? {
        return Ok(None);
    }
    drop(reader);
    let (token, hash) = secret::new_token();
    app.store.write(table::put_first_link(&hash, app.clock.now_ms())).await?;
    Ok(Some(token))
}

/// Makes the first operator and signs them in. `client` is the address that asks.
///
/// # Errors
/// [`OperatorError`]; nothing is stored then.
pub async fn create_first(
    app: &App,
    request: FirstOperatorRequest,
    client: &str,
) -> Result<(OperatorView, Token), OperatorError> {
    throttle(app, client)?;
    let link = secret::token_hash(&request.token);
    let reader = app.store.reader().await?;
    if !table::is_first_link(&reader, &link).await? {
        return Err(OperatorError::LinkInvalid);
    }
    drop(reader);
    let name = request.name.trim().to_owned();
    let mail = mail_of(&request.mail).ok_or(OperatorError::Invalid)?;
    if !(1..=100).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(OperatorError::Invalid);
    }
    if !(password::SHORTEST..=password::LONGEST).contains(&request.password.chars().count()) {
        return Err(OperatorError::PasswordTooWeak);
    }
    let hash = password::hash(request.password).await;
    let now = app.clock.now();
    let id = OperatorId::new(secret::timed_id(now)).expect("a timed id is an id");
    let operator = OperatorRow { id, name };
    let (token, token_hash) = secret::new_token();
    let mut batch = table::insert_first(&operator, &mail, &hash, &link, now.as_millisecond());
    batch.append(session(app, &token_hash, &operator.id));
    match app.store.write(batch).await {
        Ok(_) => {}
        Err(StoreError::Unmet(Unmet::Missing(_))) => return Err(OperatorError::LinkInvalid),
        Err(error) => return Err(error.into()),
    }
    tracing::info!(operator.id = %operator.id, "the first operator was made");
    let view = view(app, SignedIn { id: operator.id, name: operator.name }, &token).await?;
    Ok((view, token))
}

/// Signs in by mail address and password. `client` is the address that asks.
///
/// # Errors
/// [`OperatorError`].
pub async fn sign_in(
    app: &App,
    request: SignInRequest,
    client: &str,
) -> Result<(OperatorView, Token), OperatorError> {
    throttle(app, client)?;
    let mail = mail_of(&request.mail).ok_or(OperatorError::SignInFailed)?;
    throttle(app, &mail)?;
    if request.password.chars().count() > password::LONGEST {
        return Err(OperatorError::SignInFailed);
    }
    let reader = app.store.reader().await?;
    let (operator, hash) = table::by_mail(&reader, &mail).await?.unzip();
    drop(reader);
    let fits = password::matches(request.password, hash).await;
    let Some(operator) = operator.filter(|_| fits) else { return Err(OperatorError::SignInFailed) };
    let (token, token_hash) = secret::new_token();
    app.store.write(session(app, &token_hash, &operator.id)).await?;
    tracing::info!(operator.id = %operator.id, "operator signed in");
    let view = view(app, SignedIn { id: operator.id, name: operator.name }, &token).await?;
    Ok((view, token))
}

/// Who has the session of that token, while it lasts.
///
/// # Errors
/// [`OperatorError::NotSignedIn`], or the database failed.
pub async fn signed_in(app: &App, token: &Token) -> Result<SignedIn, OperatorError> {
    let hash = secret::token_hash(token);
    let reader = app.store.reader().await?;
    let session = table::session(&reader, &hash).await?.ok_or(OperatorError::NotSignedIn)?;
    drop(reader);
    let now = app.clock.now_ms();
    let idle = now.saturating_sub(session.seen_at);
    if now >= session.expires_at || i128::from(idle) >= IDLE_LIFE.as_millis() {
        app.store.write(table::delete_session(&hash)).await?;
        return Err(OperatorError::NotSignedIn);
    }
    if i128::from(idle) >= SEEN_EVERY.as_millis() {
        app.store.write(table::touch_session(&hash, now)).await?;
    }
    Ok(SignedIn { id: session.operator.id, name: session.operator.name })
}

/// Refuses what the operator may not do in that shop; a shop without any right might as well not exist.
///
/// # Errors
/// [`OperatorError::NoSuchShop`], [`OperatorError::NotAllowed`], or the database failed.
pub async fn require(
    app: &App,
    operator: &OperatorId,
    shop: &ShopId,
    right: Right,
) -> Result<(), OperatorError> {
    let reader = app.store.reader().await?;
    let rights = table::rights_in(&reader, shop, operator).await?.ok_or(OperatorError::NoSuchShop)?;
    if right.is_in(&rights) { Ok(()) } else { Err(OperatorError::NotAllowed) }
}

/// What the console shows of who is signed in, with the token against forged requests.
///
/// # Errors
/// The database failed.
pub async fn view(app: &App, operator: SignedIn, session: &Token) -> Result<OperatorView, OperatorError> {
    let reader = app.store.reader().await?;
    let rights = table::rights(&reader, &operator.id).await?;
    let shops = store::shops::all(&reader)
        .await?
        .into_iter()
        .filter(|shop| rights.iter().any(|right| right.shop == shop.id))
        .map(|shop| ShopView {
            sandbox: shop.settings.amazon_pay.is_sandbox(),
            simulator: app.settings.amazon_pay.simulator.is_some(),
            id: shop.id,
            name: shop.name,
        })
        .collect();
    Ok(OperatorView { id: operator.id, name: operator.name, shops, csrf: csrf(session) })
}

/// Ends the session.
///
/// # Errors
/// The database failed.
pub async fn sign_out(app: &App, session: &Token) -> Result<(), OperatorError> {
    app.store.write(table::delete_session(&secret::token_hash(session))).await?;
    Ok(())
}

/// What `X-Noren-CSRF` carries in that session: only a page that could read our answers knows it.
fn csrf(session: &Token) -> Token {
    let text = ["noren csrf ", &session.0].concat();
    Token(URL_SAFE_NO_PAD.encode(secret::sha256(text.as_bytes())))
}

/// Whether `given` is what `X-Noren-CSRF` has to carry in that session.
pub fn csrf_matches(session: &Token, given: &str) -> bool {
    secret::same(csrf(session).0.as_bytes(), given.as_bytes())
}

fn session(app: &App, token_hash: &[u8], operator: &OperatorId) -> store::Batch {
    let now = app.clock.now();
    table::insert_session(token_hash, operator, now.as_millisecond(), (now + SESSION_LIFE).as_millisecond())
}

fn throttle(app: &App, name: &str) -> Result<(), OperatorError> {
    if app.rates.sign_ins.take(name) { Ok(()) } else { Err(OperatorError::TooManyTries) }
}

/// The mail address in lower case, if it looks like one: it is a name to sign in with, and nothing is sent to it
/// before somebody has confirmed it.
fn mail_of(text: &str) -> Option<String> {
    let mail = text.trim().to_lowercase();
    let (name, host) = mail.split_once('@')?;
    let plain = mail.chars().all(|c| !c.is_control() && !c.is_whitespace());
    let fits = !name.is_empty() && host.len() >= 3 && host.contains('.') && !host.contains('@');
    (plain && fits && mail.len() <= 254).then_some(mail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_may_everything_and_others_what_is_listed() {
        assert!(Right::Capture.is_in("owner") && Right::View.is_in("owner"));
        assert!(Right::View.is_in("view") && !Right::Capture.is_in("view"));
        assert!(
            Right::Capture.is_in("view,capture") && !Right::View.is_in("") && !Right::View.is_in("viewer")
        );
    }

    #[test]
    fn a_mail_address_is_one_line_with_one_at_sign() {
        assert_eq!(mail_of(" Hanako@Example.JP ").as_deref(), Some("hanako@example.jp"));
        for bad in [
            "",
            "hanako",
            "@example.jp",
            "hanako@",
            "a b@example.jp",
            "a@b@example.jp",
            "a@example.jp\r\nBcc:x",
        ] {
            assert_eq!(mail_of(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_token_against_forged_requests_belongs_to_one_session() {
        let (one, _) = secret::new_token();
        let (other, _) = secret::new_token();
        assert!(csrf_matches(&one, &csrf(&one).0));
        assert!(!csrf_matches(&other, &csrf(&one).0));
        assert!(!csrf_matches(&one, &one.0) && !csrf_matches(&one, ""));
    }
}

//! Who is signed in, and what a lost session does.

use super::Console;
use super::route::Route;
use super::timer::spawn;
use crate::api::json::field;
use crate::api::operator::{self as api, Failure};
use leptos::prelude::{window, window_event_listener_untyped};
use shared::api::{Code, OperatorView, ShopView, Token};
use shared::id::ShopId;

/// Written with every sign-in and sign-out: other tabs of this browser hear of it.
const CHANGED_KEY: &str = "noren-who";

/// Lets other tabs ask who is signed in now.
pub fn tell_others() {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(CHANGED_KEY, &js_sys::Date::now().to_string());
    }
}

/// What is known about who sits here.
#[derive(Clone, PartialEq, Eq)]
pub enum Session {
    /// Not asked yet.
    Unknown,
    /// The server did not say.
    Unreachable(Failure),
    /// Nobody is signed in; `ended` if somebody was.
    SignedOut {
        /// Whether a session ended while the page was open.
        ended: bool,
    },
    /// Somebody is signed in.
    SignedIn(OperatorView),
}

impl Session {
    /// The operator, if signed in.
    pub const fn operator(&self) -> Option<&OperatorView> {
        match self {
            Self::SignedIn(operator) => Some(operator),
            _ => None,
        }
    }

    /// The shop of that id, if the operator may work in it.
    pub fn shop(&self, id: &ShopId) -> Option<ShopView> {
        self.operator()?.shops.iter().find(|shop| shop.id == *id).cloned()
    }
}

impl Console {
    /// Asks who is signed in.
    pub fn ask_who(self) {
        spawn(async move {
            match api::operator(self.language()).await {
                Ok(operator) => self.enter(operator),
                Err(failure) if self.is_signed_out(&failure) => {}
                // A session in use survives a lost network.
                Err(failure) => self.session.update(|session| {
                    if session.operator().is_none() {
                        *session = Session::Unreachable(failure);
                    }
                }),
            }
        });
    }

    /// Takes over a session; what another operator left on the page goes.
    pub fn enter(self, operator: OperatorView) {
        let other = self
            .session
            .with_untracked(|session| session.operator().is_some_and(|before| before.id != operator.id));
        if other {
            self.forget();
        }
        self.session.set(Session::SignedIn(operator));
    }

    /// Whether `failure` says that nobody is signed in; if so, the sign-in opens and the address stays.
    pub fn is_signed_out(self, failure: &Failure) -> bool {
        let lost = failure.code() == Some(Code::NotSignedIn);
        if lost {
            let ended = self.session.with_untracked(|session| {
                session.operator().is_some() || matches!(session, Session::SignedOut { ended: true })
            });
            self.forget();
            self.session.set(Session::SignedOut { ended });
        }
        lost
    }

    /// Follows what happens to the session in other tabs, and while this page was kept for the browser's back.
    pub fn notice_others(self) {
        let _ = window_event_listener_untyped("storage", move |event| {
            if field::<String>(&event, "key").as_deref() == Some(CHANGED_KEY) {
                self.ask_who();
            }
        });
        let _ = window_event_listener_untyped("pageshow", move |event| {
            if field(&event, "persisted") == Some(true) {
                self.spoken.set(super::kept_language());
                self.ask_who();
            }
        });
    }

    /// Ends the session.
    pub fn sign_out(self) {
        spawn(async move {
            let answer = self.with_csrf(async |csrf| api::sign_out(&csrf, self.language()).await).await;
            match answer {
                Ok(()) => {
                    tell_others();
                    self.forget();
                    self.session.set(Session::SignedOut { ended: false });
                    self.router.replace(Route::Home);
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => self.trouble.set(Some(failure)),
            }
        });
    }

    /// What is sent with every request that is no GET.
    pub fn csrf(self) -> Option<Token> {
        self.session.with_untracked(|session| session.operator().map(|operator| operator.csrf.clone()))
    }

    /// Fetches the token anew: a sign-in in another tab has changed it. Who pressed is not carried out in the name of
    /// somebody else.
    async fn renew_csrf(self) -> Result<Token, Failure> {
        let before = self.session.with_untracked(|session| session.operator().map(|it| it.id.clone()));
        let operator = api::operator(self.language()).await?;
        let (csrf, same) = (operator.csrf.clone(), before.as_ref() == Some(&operator.id));
        self.enter(operator);
        if same {
            return Ok(csrf);
        }
        self.trouble.set(Some(Failure::OtherOperator));
        Err(Failure::OtherOperator)
    }

    /// Runs `ask` with the token, and once more where a sign-in in another tab has made it old.
    pub async fn with_csrf<T>(self, ask: impl AsyncFn(Token) -> Result<T, Failure>) -> Result<T, Failure> {
        let Some(csrf) = self.csrf() else { return Err(Failure::Unreadable) };
        let answer = ask(csrf).await;
        if answer.as_ref().is_err_and(|failure| failure.code() == Some(Code::CsrfFailed)) {
            return ask(self.renew_csrf().await?).await;
        }
        answer
    }

    /// Nothing personal stays on a page nobody is signed in to.
    fn forget(self) {
        self.trouble.set(None);
        self.bulk.forget();
        self.desk.forget();
        self.orders.forget();
        self.subscriptions.forget();
    }
}

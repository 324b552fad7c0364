//! Who is signed in, and what a lost session does.

use super::Console;
use super::route::Route;
use super::timer::spawn;
use crate::api::operator::{self as api, Failure};
use leptos::prelude::*;
use shared::api::{Code, OperatorView, ShopView, Token};
use shared::id::ShopId;

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

    /// Ends the session.
    pub fn sign_out(self) {
        spawn(async move {
            let Some(csrf) = self.csrf() else { return };
            let mut answer = api::sign_out(&csrf, self.language()).await;
            // A sign-in in another tab has made the token old.
            if answer.as_ref().is_err_and(|failure| failure.code() == Some(Code::CsrfFailed))
                && let Some(csrf) = self.renew_csrf().await
            {
                answer = api::sign_out(&csrf, self.language()).await;
            }
            match answer {
                Ok(()) => {
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

    /// Fetches the token anew: a sign-in in another tab has changed it.
    pub async fn renew_csrf(self) -> Option<Token> {
        let operator = api::operator(self.language()).await.ok()?;
        self.enter(operator);
        self.csrf()
    }

    /// Nothing personal stays on a page nobody is signed in to.
    fn forget(self) {
        self.trouble.set(None);
        self.bulk.forget();
        self.desk.forget();
        self.orders.forget();
    }
}

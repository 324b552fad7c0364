//! The store of the order desk: which sheet is open, how its request fares, what Amazon showed.

use super::Console;
use super::orders::Opened;
use super::timer::spawn;
use crate::api::desk::{self as api, Act};
use crate::api::operator::Failure;
use leptos::prelude::*;
use shared::api::{AmazonObject, Code, Language, OrderRow, PaymentLinkView, Token, VersionRequest};
use shared::id::{OrderId, ShopId};
use shared::order_action::OrderAction;
use shared::payment_method::PaymentMethod;
use shared::text::{self, desk_words};

/// What Amazon showed of an order.
#[derive(Clone, PartialEq, Eq)]
pub enum AmazonSide {
    /// Not asked.
    Unasked,
    /// Being asked.
    Asking(OrderId),
    /// As Amazon shows it.
    Shown(OrderId, Vec<AmazonObject>),
    /// No answer.
    Failed(OrderId, Failure),
}

/// The store; copied freely.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The action whose sheet is open.
    pub open: RwSignal<Option<OrderAction>>,
    /// Rises when a sheet is to be built anew.
    pub round: RwSignal<u32>,
    /// Rises when an action is done: the sheet closes.
    pub done: RwSignal<u32>,
    /// Whether a request is under way.
    pub busy: RwSignal<bool>,
    /// What became of the last request.
    pub failure: RwSignal<Option<Failure>>,
    /// The link just made.
    pub link: RwSignal<Option<PaymentLinkView>>,
    /// Amazon's objects.
    pub amazon: RwSignal<AmazonSide>,
    /// Rises with every order read anew.
    pub heard: RwSignal<u32>,
}

impl Desk {
    /// Nothing open.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(None),
            round: RwSignal::new(0),
            done: RwSignal::new(0),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            link: RwSignal::new(None),
            amazon: RwSignal::new(AmazonSide::Unasked),
            heard: RwSignal::new(0),
        }
    }

    /// Opens the sheet of `action`, empty.
    pub fn show(self, action: OrderAction) {
        self.failure.set(None);
        self.link.set(None);
        self.open.set(Some(action));
        self.round.update(|round| *round = round.wrapping_add(1));
    }

    /// The sheet was closed. A request under way goes on and is told in the order.
    pub fn close(self) {
        self.open.set(None);
        self.failure.set(None);
        self.link.set(None);
    }

    /// Forgets everything.
    pub fn forget(self) {
        self.close();
        self.amazon.set(AmazonSide::Unasked);
    }
}

/// How a payment stands, in one word: the icon's, 「取消完了」, or the method's.
pub fn payment_word(row: &OrderRow, language: Language) -> &'static str {
    match (row.icon, row.method) {
        (Some(icon), _) => text::icon_label(icon, language),
        (None, PaymentMethod::AmazonPay) => text::cancel_finished(language),
        (None, method) => text::payment_method(method, language),
    }
}

impl Console {
    /// Does `act` with the order of the open sheet.
    pub fn act(self, action: OrderAction, act: Act) {
        let desk = self.desk;
        let Some((shop, order)) = self.opened_order() else { return };
        if desk.busy.get_untracked() {
            return;
        }
        desk.busy.set(true);
        desk.failure.set(None);
        spawn(async move {
            let answer = self
                .with_csrf(async |csrf| api::act(&shop, &order, &act, &csrf, self.language()).await)
                .await;
            desk.busy.set(false);
            match answer {
                Ok(view) => {
                    let language = self.language();
                    let payment = payment_word(&view.row, language);
                    self.announce(desk_words::action_done(
                        desk_words::action(action, language),
                        payment,
                        language,
                    ));
                    self.take_order(view);
                    desk.done.update(|done| *done = done.wrapping_add(1));
                }
                Err(failure) if self.is_signed_out(&failure) => desk.close(),
                Err(failure) => desk.failure.set(Some(failure)),
            }
        });
    }

    /// Makes a payment link for the order of the open sheet.
    pub fn make_link(self, version: i64) {
        let desk = self.desk;
        let Some((shop, order)) = self.opened_order() else { return };
        if desk.busy.get_untracked() {
            return;
        }
        desk.busy.set(true);
        desk.failure.set(None);
        let request = VersionRequest { version };
        spawn(async move {
            let answer = self
                .with_csrf(async |csrf| {
                    api::payment_link(&shop, &order, request, &csrf, self.language()).await
                })
                .await;
            desk.busy.set(false);
            match answer {
                Ok(link) => {
                    desk.link.set(Some(link));
                    self.read_detail(order);
                }
                Err(failure) if self.is_signed_out(&failure) => desk.close(),
                Err(failure) => desk.failure.set(Some(failure)),
            }
        });
    }

    /// Asks Amazon how the open order stands there.
    pub fn refetch(self) {
        let desk = self.desk;
        let Some((shop, order)) = self.opened_order() else { return };
        if desk.amazon.with_untracked(|side| matches!(side, AmazonSide::Asking(asked) if *asked == order)) {
            return;
        }
        desk.amazon.set(AmazonSide::Asking(order.clone()));
        let version = self.orders.opened.with_untracked(|opened| match opened {
            Opened::Ready(view) => view.row.version,
            _ => 0,
        });
        spawn(async move {
            let answer = self
                .with_csrf(async |csrf| {
                    api::refetch(&shop, &order, VersionRequest { version }, &csrf, self.language()).await
                })
                .await;
            // Another order may have been asked about meanwhile.
            if desk.amazon.with_untracked(|side| *side != AmazonSide::Asking(order.clone())) {
                return;
            }
            match answer {
                Ok(shown) => {
                    desk.amazon.set(AmazonSide::Shown(order, shown.amazon));
                    self.take_order(shown.order);
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => desk.amazon.set(AmazonSide::Failed(order, failure)),
            }
        });
    }

    /// Builds the open sheet anew on the present order.
    pub fn reopen_sheet(self) {
        let desk = self.desk;
        let Some(action) = desk.open.get_untracked() else { return };
        let Some((shop, order)) = self.opened_order() else { return };
        spawn(async move {
            match crate::api::operator::order(&shop, &order, self.language()).await {
                Ok(view) => {
                    self.take_order(view);
                    desk.show(action);
                }
                Err(failure) if self.is_signed_out(&failure) => desk.close(),
                Err(failure) => desk.failure.set(Some(failure)),
            }
        });
    }

    /// Runs `ask` with the token, and once more where a sign-in in another tab has made it old.
    pub async fn with_csrf<T>(self, ask: impl AsyncFn(Token) -> Result<T, Failure>) -> Result<T, Failure> {
        let Some(csrf) = self.csrf() else { return Err(Failure::Unreadable) };
        let answer = ask(csrf).await;
        if answer.as_ref().is_err_and(|failure| failure.code() == Some(Code::CsrfFailed))
            && let Some(csrf) = self.renew_csrf().await
        {
            return ask(csrf).await;
        }
        answer
    }

    fn opened_order(self) -> Option<(ShopId, OrderId)> {
        let order = self.orders.opened.with_untracked(|opened| opened.id().cloned())?;
        Some((self.orders.shop()?, order))
    }
}

//! The store of the order desk: which sheet is open, how its request fares, what Amazon showed.

use super::Console;
use super::orders::Opened;
use super::timer::spawn;
use crate::api::desk::{self as api, Act};
use crate::api::operator::Failure;
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::prelude::WithUntracked;
use shared::api::{AmazonObject, Language, OrderRow, PaymentLinkView, VersionRequest};
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
    /// Rises with every sheet that comes or goes: what became of a request is told where it was made, or above the screen.
    at: StoredValue<u32>,
    /// Rises when the sheet's action is done: it closes.
    pub done: RwSignal<u32>,
    /// Whether a request of the sheet is under way.
    pub busy: RwSignal<bool>,
    /// What became of the sheet's last request.
    pub failure: RwSignal<Option<Failure>>,
    /// The link just made.
    pub link: RwSignal<Option<PaymentLinkView>>,
    /// Amazon's objects.
    pub amazon: RwSignal<AmazonSide>,
    /// Rises with every order read anew, and once the feed begins.
    pub heard: RwSignal<u32>,
}

impl Desk {
    /// Nothing open.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(None),
            round: RwSignal::new(0),
            at: StoredValue::new(0),
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
        self.open.set(Some(action));
        self.round.update(|round| *round = round.wrapping_add(1));
    }

    /// A sheet comes on the screen, or another order does. A request under way goes on, and is told above the screen.
    pub fn turn(self) -> u32 {
        self.at.set_value(self.at.get_value().wrapping_add(1));
        self.busy.set(false);
        self.failure.set(None);
        self.link.set(None);
        self.at.get_value()
    }

    /// Whether the screen has not turned since.
    pub fn is_at(self, turn: u32) -> bool {
        self.at.get_value() == turn
    }

    /// Something has changed, or may have: what follows changes reads.
    pub fn has_heard(self) {
        self.heard.update(|heard| *heard = heard.wrapping_add(1));
    }

    /// Nothing is open any more.
    pub fn close(self) {
        self.open.set(None);
        self.turn();
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
        let Some((shop, order)) = self.opened_order() else { return };
        let Some(sheet) = self.begin_request() else { return };
        spawn(async move {
            let answer = self
                .with_csrf(async |csrf| api::act(&shop, &order, &act, &csrf, self.language()).await)
                .await;
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
                    self.request_done(sheet);
                }
                Err(failure) => {
                    let what = desk_words::action(action, self.language());
                    self.request_failed(sheet, &self.name_of(&order, what), failure);
                }
            }
        });
    }

    /// Begins a request of what is on the screen, unless one of its is under way; returns where it belongs.
    pub fn begin_request(self) -> Option<u32> {
        let desk = self.desk;
        if desk.busy.get_untracked() {
            return None;
        }
        desk.busy.set(true);
        desk.failure.set(None);
        Some(desk.at.get_value())
    }

    /// What the sheet asked for is done: it closes.
    pub fn request_done(self, sheet: u32) {
        let desk = self.desk;
        if desk.is_at(sheet) {
            desk.busy.set(false);
            desk.done.update(|done| *done = done.wrapping_add(1));
        }
    }

    /// It is not: told in the sheet, or where that has been closed above the screen, about `what`.
    pub fn request_failed(self, sheet: u32, what: &str, failure: Failure) {
        let desk = self.desk;
        if self.is_signed_out(&failure) {
            desk.close();
        } else if desk.is_at(sheet) {
            desk.busy.set(false);
            desk.failure.set(Some(failure));
        } else if failure != Failure::OtherOperator {
            self.trouble.set(Some(failure.about(what, self.language())));
        }
    }

    /// An order by its number, as far as the page knows it, and what is done with it.
    fn name_of(self, order: &OrderId, what: &str) -> String {
        let number = self.orders.entries.with_untracked(|entries| {
            let entry = entries.iter().find(|entry| entry.id == *order);
            entry.map(|entry| entry.row.with_untracked(|row| row.number.to_string()))
        });
        [number.as_deref().unwrap_or_default(), " ", what].concat().trim().to_owned()
    }

    /// Makes a payment link for the order of the open sheet.
    pub fn make_link(self, version: i64) {
        let desk = self.desk;
        let Some((shop, order)) = self.opened_order() else { return };
        let Some(sheet) = self.begin_request() else { return };
        let request = VersionRequest { version };
        spawn(async move {
            let answer = self
                .with_csrf(async |csrf| {
                    api::payment_link(&shop, &order, request, &csrf, self.language()).await
                })
                .await;
            match answer {
                Ok(link) => {
                    // Another sheet may be another order's, and no buyer gets the address of somebody else's payment.
                    if desk.is_at(sheet) {
                        desk.busy.set(false);
                        desk.link.set(Some(link));
                    }
                    self.read_detail(order);
                }
                Err(failure) => {
                    let what = desk_words::action(OrderAction::SendPaymentLink, self.language());
                    self.request_failed(sheet, &self.name_of(&order, what), failure);
                }
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

    fn opened_order(self) -> Option<(ShopId, OrderId)> {
        let order = self.orders.opened.with_untracked(|opened| opened.id().cloned())?;
        Some((self.orders.shop()?, order))
    }
}

//! What a signal of my page holds: one type for all of them, because every type a signal holds is code to load.

use super::failed::Asked;
use super::panel::Panel;
use super::postal_code::Choice;
use crate::api::shopper::Failure;
use shared::api::{AddressChangeView, AddressFieldView, MyOrder, MySubscriptions};
use std::sync::Arc;

/// What a signal holds.
#[derive(Clone, Default)]
pub enum Held {
    /// Nothing.
    #[default]
    Nothing,
    /// Nobody is signed in.
    SignIn,
    /// The list is shown.
    Shown,
    /// What was asked failed.
    Failed(Asked, Failure),
    /// 定期購入リスト.
    List(Arc<MySubscriptions>),
    /// The panel that is open, of the subscription with this id.
    Open(Arc<str>, Panel),
    /// Fields to be typed again.
    Errors(Arc<[AddressFieldView]>),
    /// Towns of a postal code.
    Choices(Arc<[Choice]>),
    /// What an address change reaches.
    Preview(Arc<AddressChangeView>),
    /// ご注文履歴, as far as it was fetched.
    Orders(Arc<[Arc<MyOrder>]>),
}

impl Held {
    /// Whether it is nothing.
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// The list.
    pub fn list(self) -> Option<Arc<MySubscriptions>> {
        if let Self::List(list) = self { Some(list) } else { None }
    }

    /// The open panel.
    pub fn open(self) -> Option<(Arc<str>, Panel)> {
        if let Self::Open(id, panel) = self { Some((id, panel)) } else { None }
    }

    /// Fields to be typed again; none where it is nothing.
    pub fn errors(self) -> Arc<[AddressFieldView]> {
        if let Self::Errors(errors) = self { errors } else { Arc::new([]) }
    }

    /// Towns; none where it is nothing.
    pub fn choices(self) -> Arc<[Choice]> {
        if let Self::Choices(choices) = self { choices } else { Arc::new([]) }
    }

    /// What failed.
    pub fn failed(self) -> Option<(Asked, Failure)> {
        if let Self::Failed(asked, failure) = self { Some((asked, failure)) } else { None }
    }

    /// The preview.
    pub fn preview(self) -> Option<Arc<AddressChangeView>> {
        if let Self::Preview(view) = self { Some(view) } else { None }
    }

    /// The orders fetched.
    pub fn orders(self) -> Option<Arc<[Arc<MyOrder>]>> {
        if let Self::Orders(orders) = self { Some(orders) } else { None }
    }
}

//! The rules of the shop: pure functions over plain values, the same in server and browser.
//!
//! No clock, no network, no storage, no randomness: time and chance come in as arguments. Read in this
//! order; nothing depends on anything below it.
#![warn(missing_docs)]

pub mod money;

pub mod id;

pub mod cycle;

pub mod day;

pub mod catalogue;

pub mod cart;

pub mod kept_cart;

pub mod prefecture;

pub mod address;

pub mod payment_method;

pub mod charge;

pub mod payment;

pub mod refund;

pub mod decision;

pub mod notification_outcome;

pub mod status_icon;

pub mod checkout;

pub mod intent;

pub mod order;

pub mod amount_change;

pub mod order_action;

pub mod bulk_plan;

pub mod bulk_standing;

pub mod identity;

pub mod address_form;

pub mod name_question;

pub mod mail;

pub mod monthly_cap;

pub mod subscription;

pub mod former_mail;
pub mod subscription_event;
pub mod subscription_settings;

pub mod renewal;
pub mod renewal_price;

pub mod forecast;

pub mod delivery_days;

pub mod order_query;

#[cfg(feature = "normalize")]
pub mod order_term;

pub mod text;

pub mod api;

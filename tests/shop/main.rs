//! Promises of the whole product, one module each, kept by real databases and real processes.
#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also outside the function with the attribute"
)]

mod amount_change;
mod ask_name;
mod bad_input;
mod bulk;
mod bulk_mail;
mod bulk_steps;
mod bulk_waits;
mod bundle;
mod buyer_data;
mod by_hand;
mod cancel;
mod capture;
mod checkout;
mod crash;
mod crash_renewal;
mod dashboard;
mod desk;
mod desk_queue;
mod desk_refusals;
mod dispute;
mod enter_order;
mod expiry;
mod isolation;
mod layers;
mod lost_charge;
mod mail;
mod method_change;
mod month_end;
mod monthly_cap;
mod my_page;
mod my_page_address;
mod my_page_orders;
mod notifications;
mod once;
mod operators;
mod order_filters;
mod order_list;
mod outage;
mod pages;
mod payment_link;
mod races;
mod reauthorization;
mod refund;
mod renewal;
mod renewal_mail;
mod renewal_price;
mod settings_changes;
mod sign_in;
mod start;
mod storage;
mod subscription_care;
mod subscription_checkout;
mod subscription_desk;
mod timeline;
mod two_years;
mod upkeep;

//! The bodies only my page reads and writes.

use super::json::{FromJs, ToJs, field, name, object, structs, words, written};
use shared::address_form::{AddressField, AddressForm, FieldProblem};
use shared::api::*;
use shared::monthly_cap::NoRoom;
use wasm_bindgen::JsValue;

words! {
    AddressField {
        FamilyName = "family_name", GivenName = "given_name", FamilyKana = "family_kana", GivenKana = "given_kana",
        PostalCode = "postal_code", Prefecture = "prefecture", City = "city", Street = "street",
        Building = "building", Phone = "phone",
    }
    FieldProblem { Missing = "missing", TooLong = "too_long", Unreadable = "unreadable" }
    NoRoom { Deferred = "deferred", LeftOut = "left_out", DearerThanCap = "dearer_than_cap" }
    AddressKept {
        Earlier = "earlier", Checkout = "checkout", Captured = "captured", Shipped = "shipped", Canceled = "canceled",
    }
}

structs! {
    MySubscriptions { member, subscriptions, notes }
    MyProfile { name, mail, since }
    MySubscription {
        id, number, product_id, product_name, quantity, unit_price, shipping_fee, total, cycle, state, ordered, upcoming,
        deferred, address, address_source, payment_text, payment_url, month, no_room, actions, earliest,
        version,
    }
    OrderedDelivery { date, order_number }
    DeferredDelivery { planned, charge, date, following }
    AddressChangeView { errors, address, from, reached, kept, notes, mailed, version }
    AddressFieldView { field, problem, text }
    AddressedDelivery { date, order_number, kept }
    MyOrders { orders, next }
    MyOrder { number, placed_at, lines, total, label, text, delivery }
}

written! {
    ChangeAddressRequest { version, from, address, amazon_checkout_session_id }
    AmazonAddressRequest { state, pages }
    AddressForm {
        family_name, given_name, family_kana, given_kana, postal_code, prefecture, city, street, building, phone
    }
}

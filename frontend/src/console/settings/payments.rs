//! 設定 > 決済: what becomes of an authorization that expires, and of a payment that Amazon does not decide at once;
//! whether the review asks for the name in parts.

use super::super::Sentence;
use super::super::pieces::{check, said, said_in};
use super::form::{self, Answer, Saving};
use crate::api::payment_settings as api;
use crate::ui::el::{El, classed, el};
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::prelude::*;
use shared::api::PaymentSettingsView;
use shared::id::ShopId;
use shared::text::{self, payment_words as words};
use web_sys::Event;

/// The part of the screen.
pub fn settings(shop: ShopId) -> El {
    let shop = StoredValue::new(shop);
    form::part(
        move |language| Box::pin(async move { api::settings(&shop.get_value(), language).await }),
        move |view| editor(shop, view),
    )
}

fn editor(shop: StoredValue<ShopId>, view: PaymentSettingsView) -> El {
    let version = StoredValue::new(view.version);
    let automatic = RwSignal::new(view.reauthorize_automatically);
    let pending = RwSignal::new(view.can_handle_pending_authorization);
    let ask_name = RwSignal::new(view.ask_name);
    let saving = Saving::new();
    let save = move |event: Event| {
        event.prevent_default();
        let settings = PaymentSettingsView {
            reauthorize_automatically: automatic.get_untracked(),
            can_handle_pending_authorization: pending.get_untracked(),
            ask_name: ask_name.get_untracked(),
            version: version.get_value(),
        };
        let ask = move |csrf, language| -> Answer<PaymentSettingsView> {
            Box::pin(async move { api::put_settings(&shop.get_value(), &settings, &csrf, language).await })
        };
        saving.send(ask, move |view| {
            version.try_set_value(view.version);
            Some(text::mail_kept)
        });
    };
    form::form("form mail-form subs-settings", save)
        .child(switch("reauthorize-hint", words::automatic, words::automatic_hint, automatic))
        .child(switch("pending-hint", words::pending, words::pending_hint, pending))
        .child(switch("ask-name-hint", words::ask_name, words::ask_name_hint, ask_name))
        .child(saving.told())
        .child(classed("div", "mail-acts").child(saving.button(|| true)))
}

/// A switch, and below it what it means and costs.
fn switch(hint_id: &'static str, label: Sentence, hint: Sentence, on: RwSignal<bool>) -> El {
    let input = el("input")
        .set("type", "checkbox")
        .set("aria-describedby", hint_id)
        .prop("checked", move || on.get())
        .on("change", move |event| on.set(event_target_checked(&event)));
    classed("div", "switch")
        .child(check(input).child(said("strong", label)))
        .child(said_in("p", "field-hint", hint).set("id", hint_id))
}

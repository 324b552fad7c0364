//! 設定 > 定期購入: when deliveries are charged, the shop's caps, and what happens where a payment or a month fails.

use super::super::desk_fields::{count, radios, yen};
use super::super::pieces::{check, said};
use super::super::{Sentence, use_console};
use super::form::{self, Answer, Saving, Wrong, line};
use crate::api::subscription as api;
use crate::ui::el::{El, classed, el};
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::prelude::*;
use shared::api::{AtAmazonEnd, AtCap, SettingFault, SubscriptionSettingsView};
use shared::id::ShopId;
use shared::money::Yen;
use shared::text::{self, subscription_words as words};
use web_sys::Event;

/// The part of the screen.
pub fn settings(shop: ShopId) -> El {
    let shop = StoredValue::new(shop);
    form::part(
        move |language| Box::pin(async move { api::settings(&shop.get_value(), language).await }),
        move |view| editor(shop, view),
    )
}

/// Its id, its words, its range in words, and the fault that is told at it.
type Asked = (&'static str, Sentence, Sentence, SettingFault);

const ASKED: [Asked; 6] = [
    ("first-delivery-days", words::first_delivery_days, words::upto_60, SettingFault::FirstDeliveryDays),
    ("lead-days", words::lead_days, words::upto_30, SettingFault::LeadDays),
    ("notice-days", words::notice_days, words::from_1_to_60, SettingFault::NoticeDays),
    ("retry-days", words::retry_days, words::retry_hint, SettingFault::RetryDays),
    ("monthly-cap", words::own_cap, words::own_cap_hint, SettingFault::MonthlyCap),
    ("buyer-monthly-cap", words::buyer_cap, words::buyer_cap_hint, SettingFault::BuyerMonthlyCap),
];

/// Days as typed; what is no number is out of every range.
fn days(typed: &str) -> u8 {
    count(typed).and_then(|days| days.try_into().ok()).unwrap_or(u8::MAX)
}

/// A cap as typed; what is no amount is ¥0, which is none.
fn cap(typed: &str) -> Option<Yen> {
    (!typed.trim().is_empty()).then(|| yen(typed).unwrap_or(Yen::ZERO))
}

fn editor(shop: StoredValue<ShopId>, view: SubscriptionSettingsView) -> El {
    let console = use_console();
    let version = StoredValue::new(view.version);
    let yen_of = |cap: Option<Yen>| cap.map(|cap| cap.get().to_string()).unwrap_or_default();
    let retries = view.retry_days.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let typed = [
        view.first_delivery_days.to_string(),
        view.lead_days.to_string(),
        view.notice_days.to_string(),
        retries,
        yen_of(view.monthly_cap),
        yen_of(view.buyer_monthly_cap),
    ]
    .map(RwSignal::new);
    let wrongs: [Wrong; 6] = std::array::from_fn(|_| RwSignal::new(None));
    let (at_cap, at_end) = (RwSignal::new(Some(view.at_cap)), RwSignal::new(Some(view.at_amazon_end)));
    let free_first = RwSignal::new(view.free_first);
    let saving = Saving::new();
    let save = move |event: Event| {
        event.prevent_default();
        let [first, lead, notice, retries, own, buyer] = typed.map(RwSignal::get_untracked);
        let retries = retries.split([',', '、', '，', ' ']).filter(|part| !part.trim().is_empty());
        let settings = SubscriptionSettingsView {
            first_delivery_days: days(&first),
            lead_days: days(&lead),
            monthly_cap: cap(&own),
            buyer_monthly_cap: cap(&buyer),
            at_cap: at_cap.get_untracked().unwrap_or_default(),
            free_first: free_first.get_untracked(),
            at_amazon_end: at_end.get_untracked().unwrap_or_default(),
            retry_days: retries.map(days).collect(),
            notice_days: days(&notice),
            version: version.get_value(),
        };
        let faults = settings.faults();
        for ((_, _, _, fault), wrong) in ASKED.into_iter().zip(wrongs) {
            wrong.set(faults.contains(&fault).then_some(words::out_of_range as Sentence));
        }
        saving.clear();
        if !faults.is_empty() {
            return;
        }
        let ask = move |csrf, language| -> Answer<SubscriptionSettingsView> {
            let settings = settings.clone();
            Box::pin(async move { api::put_settings(&shop.get_value(), &settings, &csrf, language).await })
        };
        saving.send(ask, move |view| {
            version.try_set_value(view.version);
            Some(text::mail_kept)
        });
    };
    let spoken = console.spoken;
    let lines = ASKED.into_iter().zip(typed).zip(wrongs);
    let lines = lines.map(|(((id, label, hint, _), value), wrong)| {
        line(id, label, "text", value, Some(wrong), Some(hint))
    });
    let cap_words = move |one| match one {
        AtCap::Defer => words::at_cap_defer(spoken.get()),
        AtCap::Drop => words::at_cap_drop(spoken.get()),
    };
    let end_words = move |one| match one {
        AtAmazonEnd::End => words::at_end_end(spoken.get()),
        AtAmazonEnd::AskAgain => words::at_end_ask(spoken.get()),
    };
    let free = el("input")
        .set("type", "checkbox")
        .prop("checked", move || free_first.get())
        .on("change", move |event| free_first.set(event_target_checked(&event)));
    form::form("form mail-form subs-settings", save)
        .child(lines.collect::<Vec<_>>())
        .child(radios("at-cap", words::at_cap, vec![AtCap::Defer, AtCap::Drop], cap_words, at_cap))
        .child(radios(
            "at-amazon-end",
            words::at_amazon_end,
            vec![AtAmazonEnd::End, AtAmazonEnd::AskAgain],
            end_words,
            at_end,
        ))
        .child(check(free).child(said("span", words::free_first)))
        .child(saving.told())
        .child(classed("div", "mail-acts").child(saving.button(|| true)))
}

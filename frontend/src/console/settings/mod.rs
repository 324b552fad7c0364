//! What stands under 設定, a program of its own (decision 8): templates, mail server, outbox, payments, subscriptions.
//! Each part reads what it shows by itself. Start at [`App`].

mod form;
mod letter;
mod mail_outbox;
mod mail_server;
mod mail_templates;
mod payments;
mod subscriptions;

use super::frame::{frame, no_page};
use super::pieces::Say;
use super::route::{Program, Route, SettingsPart, current, link};
use super::{Sentence, page, use_console};
use crate::ui::el::{El, classed, el};
use crate::ui::signal::Memo;
use leptos::prelude::*;
use mail_outbox::outbox;
use mail_server::server;
use mail_templates::templates;
use shared::id::ShopId;
use shared::text::{self, payment_words, subscription_words};

/// What only this program draws.
const SHEETS: [&str; 2] = [crate::sheet!("console/settings/settings.css"), crate::sheet!("console/desk.css")];

/// The settings, as a whole page.
#[component]
pub fn App() -> impl IntoView {
    page(Program::Settings, &SHEETS, |route| match route {
        Route::Settings { shop, .. } => settings(shop),
        _ => no_page(),
    })
}

/// The screen of a shop's settings.
fn settings(shop: ShopId) -> El {
    let console = use_console();
    let view = console.session.with_untracked(|session| session.shop(&shop));
    let part = Memo::new(move |_| match console.router.get() {
        Route::Settings { part, .. } => part,
        _ => SettingsPart::Templates,
    });
    let tab = |one: SettingsPart| {
        let words: Sentence = match one {
            SettingsPart::Templates => text::mail_tab_templates,
            SettingsPart::Server => text::mail_tab_server,
            SettingsPart::Outbox => text::mail_tab_outbox,
            SettingsPart::Payments => payment_words::tab,
            SettingsPart::Subscriptions => subscription_words::settings_tab,
        };
        link(Route::Settings { shop: shop.clone(), part: one }, "mail-tab")
            .follow_maybe("aria-current", current(move || part.get() == one))
            .say(words)
    };
    let tabs = classed("nav", "mail-tabs")
        .say_as("aria-label", text::mail_nav)
        .child(SettingsPart::ALL.map(tab).into_iter().collect::<Vec<_>>());
    let body = move || {
        let part = part.get();
        let shop = shop.clone();
        untrack(|| match part {
            SettingsPart::Templates => templates(shop),
            SettingsPart::Server => server(shop),
            SettingsPart::Outbox => outbox(shop),
            SettingsPart::Payments => payments::settings(shop),
            SettingsPart::Subscriptions => subscriptions::settings(shop),
        })
    };
    let heading = move || {
        let sentence = match part.get() {
            SettingsPart::Payments => payment_words::heading,
            SettingsPart::Subscriptions => subscription_words::settings_heading,
            _ => text::mail_heading,
        };
        sentence(console.spoken.get())
    };
    frame(view, classed("div", "mail").child(el("h1").live(heading)).child(tabs).live(body))
}

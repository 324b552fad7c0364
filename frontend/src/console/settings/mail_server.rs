//! The mail server: host, sender, password, registration number, and a test mail.

use super::super::pieces::{Tone, notice, said, while_true};
use super::super::{Sentence, use_console};
use super::form::{Answer, Saving, Wrong, choice, form, line, part, working_button};
use crate::api::mail as api;
use crate::ui::el::{El, classed, el};
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::prelude::*;
use shared::api::{
    Language, MailSettingsView, PutMailSettings, SmtpTls, SmtpView, TestMailRequest, TestMailView,
};
use shared::id::ShopId;
use shared::mail::RegistrationNumber;
use shared::text::{self, words};
use web_sys::Event;

/// The part of the screen.
pub fn server(shop: ShopId) -> El {
    let shop = StoredValue::new(shop);
    part(
        move |language| Box::pin(async move { api::settings(&shop.get_value(), language).await }),
        move |view| server_form(shop, view),
    )
}

fn server_form(shop: StoredValue<ShopId>, view: MailSettingsView) -> El {
    let console = use_console();
    let version = StoredValue::new(view.version);
    let is_set = RwSignal::new(view.smtp.is_some());
    let smtp = view.smtp.unwrap_or(SmtpView {
        host: String::new(),
        port: 587,
        tls: SmtpTls::Starttls,
        user: None,
        from_name: String::new(),
        from_address: String::new(),
    });
    let (host, port) = (RwSignal::new(smtp.host), RwSignal::new(smtp.port.to_string()));
    let (user, password) = (RwSignal::new(smtp.user.unwrap_or_default()), RwSignal::new(String::new()));
    let (from_name, from_address) = (RwSignal::new(smtp.from_name), RwSignal::new(smtp.from_address));
    let number = RwSignal::new(view.registration_number.map(String::from).unwrap_or_default());
    let tls = RwSignal::new(smtp.tls);
    let wrongs: [Wrong; 5] = std::array::from_fn(|_| RwSignal::new(None));
    let [host_wrong, port_wrong, name_wrong, address_wrong, number_wrong] = wrongs;
    let saving = Saving::new();
    let put = move |request: PutMailSettings| {
        let ask = move |csrf, language| -> Answer<MailSettingsView> {
            let request = request.clone();
            Box::pin(async move { api::put_settings(&shop.get_value(), &request, &csrf, language).await })
        };
        saving.send(ask, move |view| {
            version.try_set_value(view.version);
            is_set.try_set(view.smtp.is_some());
            password.try_set(String::new());
            Some(text::mail_kept)
        });
    };
    let save = move |event: Event| {
        event.prevent_default();
        let text_of = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        let required =
            |value: RwSignal<String>| text_of(value).is_empty().then_some(words::required as Sentence);
        let typed = port.get_untracked().trim().parse::<u16>().ok().filter(|port| *port > 0);
        let registration = match text_of(number) {
            empty if empty.is_empty() => Some(None),
            text => RegistrationNumber::new(text).ok().map(Some),
        };
        host_wrong.set(required(host));
        port_wrong.set(typed.is_none().then_some(text::mail_port_wrong as Sentence));
        name_wrong.set(required(from_name));
        address_wrong.set((!text_of(from_address).contains('@')).then_some(words::mail_wrong as Sentence));
        number_wrong.set(registration.is_none().then_some(text::mail_number_wrong as Sentence));
        let (Some(port), Some(registration_number)) = (typed, registration) else { return };
        if wrongs.iter().any(|wrong| wrong.get_untracked().is_some()) {
            return;
        }
        let user = text_of(user);
        put(PutMailSettings {
            version: version.get_value(),
            smtp: Some(SmtpView {
                host: text_of(host),
                port,
                tls: tls.get_untracked(),
                user: (!user.is_empty()).then_some(user),
                from_name: text_of(from_name),
                from_address: text_of(from_address),
            }),
            password: Some(password.get_untracked()).filter(|password| !password.is_empty()),
            registration_number,
        });
    };
    let mode = |one: SmtpTls| {
        let words: Sentence = match one {
            SmtpTls::Starttls => text::mail_tls_starttls,
            SmtpTls::Implicit => text::mail_tls_implicit,
            SmtpTls::None => text::mail_tls_none,
        };
        let option = said("option", words).set("value", one.name());
        if one == tls.get_untracked() { option.set("selected", "") } else { option }
    };
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Some(one) = SmtpTls::ALL.into_iter().find(|one| one.name() == name) {
            tls.set(one);
        }
    };
    let modes = SmtpTls::ALL.map(mode).into_iter().collect::<Vec<_>>();
    let secured = choice("smtp-tls", text::mail_tls, el("select").on("change", choose).child(modes));
    let off = move || {
        let language = console.spoken.get();
        let (title, detail) = (text::mail_off_title(language), text::mail_off_detail(language));
        (!is_set.get()).then(|| notice(Tone::Caution, title, detail, None))
    };
    let plain = "text";
    let user_hint = Some(text::mail_user_hint as Sentence);
    let (password_hint, number_hint) =
        (Some(text::mail_password_hint as Sentence), Some(text::mail_number_hint as Sentence));
    let form = form("form mail-form", save)
        .child(said("h2", text::mail_tab_server))
        .child(line("smtp-host", text::mail_host, plain, host, Some(host_wrong), None))
        .child(
            classed("div", "mail-which")
                .child(line("smtp-port", text::mail_port, plain, port, Some(port_wrong), None))
                .child(secured),
        )
        .child(line("smtp-user", text::mail_user, plain, user, None, user_hint))
        .child(line("smtp-password", words::password, "password", password, None, password_hint))
        .child(line("smtp-from-name", text::mail_from_name, plain, from_name, Some(name_wrong), None))
        .child(line(
            "smtp-from-address",
            text::mail_from_address,
            "email",
            from_address,
            Some(address_wrong),
            None,
        ))
        .child(line(
            "registration-number",
            text::mail_registration_number,
            plain,
            number,
            Some(number_wrong),
            number_hint,
        ))
        .child(saving.told())
        .child(classed("div", "mail-acts").child(saving.button(|| true)));
    classed("div", "mail-server").live(off).child(form).child(test_mail(shop, is_set))
}

fn test_mail(shop: StoredValue<ShopId>, is_set: RwSignal<bool>) -> El {
    let console = use_console();
    let recipient = RwSignal::new(String::new());
    let wrong: Wrong = RwSignal::new(None);
    let saving = Saving::new();
    let outcome = RwSignal::new(None::<TestMailView>);
    let send = move |event: Event| {
        event.prevent_default();
        let to = recipient.get_untracked().trim().to_owned();
        wrong.set((!to.contains('@')).then_some(words::mail_wrong as Sentence));
        if wrong.get_untracked().is_some() {
            return;
        }
        outcome.set(None);
        saving.send(
            move |csrf, language| {
                let request = TestMailRequest { recipient: to.clone() };
                Box::pin(async move { api::test(&shop.get_value(), &request, &csrf, language).await })
            },
            move |told| {
                outcome.try_set(Some(told));
                None
            },
        );
    };
    let told = move || {
        let language: Language = console.spoken.get();
        outcome.get().map(|outcome| {
            let tone = if outcome == TestMailView::Sent { Tone::Info } else { Tone::Critical };
            notice(tone, "", &text::mail_test_outcome(outcome, language), None)
        })
    };
    let button = working_button("quiet", saving.busy, text::mail_test_send, text::mail_testing)
        .follow_maybe("disabled", move || (!is_set.get()).then_some(""))
        .follow_maybe("aria-disabled", move || while_true(saving.busy.get()));
    form("form mail-form", send)
        .child(said("h2", text::mail_test_subject))
        .child(said("p", text::mail_test_lead))
        .child(line("test-recipient", text::mail_test_recipient, "email", recipient, Some(wrong), None))
        .child(saving.told())
        .child(el("div").set("role", "status").live(told))
        .child(classed("div", "mail-acts").child(button))
}

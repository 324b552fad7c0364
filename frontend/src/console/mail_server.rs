//! The mail server: host, sender, password, registration number, and a test mail.

use super::failure::{act, failure_notice};
use super::frame::skeleton;
use super::pieces::{Tone, notice, said, submit, while_true};
use super::timer::spawn;
use super::{Sentence, say, use_console};
use crate::api::mail as api;
use crate::api::operator::Failure;
use crate::ui::el::{El, Node, classed, el, group};
use crate::ui::field::{Field, field};
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
    let console = use_console();
    let loaded = RwSignal::new(None::<Result<MailSettingsView, Failure>>);
    let shop = StoredValue::new(shop);
    let load = move || {
        loaded.set(None);
        spawn(async move {
            let answer = api::settings(&shop.get_value(), console.language()).await;
            if !answer.as_ref().is_err_and(|failure| console.is_signed_out(failure)) {
                loaded.try_set(Some(answer));
            }
        });
    };
    load();
    group().live(move || match loaded.get() {
        None => skeleton(),
        Some(Err(failure)) => failure_notice(failure, act(load), None),
        Some(Ok(view)) => server_form(shop, view),
    })
}

type Wrong = RwSignal<Option<Sentence>>;

/// A field of these forms.
fn line(
    id: &'static str,
    label: Sentence,
    kind: &'static str,
    value: RwSignal<String>,
    wrong: Option<Wrong>,
    hint: Option<Sentence>,
) -> El {
    let spoken = use_console().spoken;
    let said = |sentence: Sentence| Signal::derive(say(sentence));
    field(Field {
        id,
        label: said(label),
        kind: Signal::stored(kind),
        autocomplete: match kind {
            "password" => "new-password",
            _ if id == "test-recipient" => "email",
            _ => "off",
        },
        value,
        error: Signal::derive(move || wrong?.get().map(|words| words(spoken.get()))),
        hint: hint.map(said),
        node: Node::new(),
    })
}

/// The button that sends a form, with other words while that is under way.
pub fn working_button(class: &str, busy: RwSignal<bool>, label: Sentence, working: Sentence) -> El {
    let spoken = use_console().spoken;
    submit(class).live(move || (if busy.get() { working } else { label })(spoken.get()))
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
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let kept = RwSignal::new(false);

    let put = move |request: PutMailSettings| {
        let Some(csrf) = console.csrf() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        kept.set(false);
        spawn(async move {
            let answer = api::put_settings(&shop.get_value(), &request, &csrf, console.language()).await;
            busy.try_set(false);
            match answer {
                Ok(view) => {
                    version.try_set_value(view.version);
                    is_set.try_set(view.smtp.is_some());
                    password.try_set(String::new());
                    kept.try_set(true);
                }
                Err(problem) if console.is_signed_out(&problem) => {}
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
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
    let choice = el("select")
        .set("id", "smtp-tls")
        .on("change", choose)
        .child(SmtpTls::ALL.map(mode).into_iter().collect::<Vec<_>>());
    let secured =
        classed("div", "field").child(said("label", text::mail_tls).set("for", "smtp-tls")).child(choice);
    let off = move || {
        let language = console.spoken.get();
        let (title, detail) = (text::mail_off_title(language), text::mail_off_detail(language));
        (!is_set.get()).then(|| notice(Tone::Caution, title, detail, None))
    };
    let save_button = working_button("", busy, text::mail_save, words::more_loading)
        .follow_maybe("aria-disabled", move || while_true(busy.get()));
    let plain = "text";
    let user_hint = Some(text::mail_user_hint as Sentence);
    let (password_hint, number_hint) =
        (Some(text::mail_password_hint as Sentence), Some(text::mail_number_hint as Sentence));
    let form = classed("form", "form mail-form")
        .set("novalidate", "")
        .on("submit", save)
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
        .live(move || failure.get().map(|failure| failure_notice(failure, None, None)))
        .child(el("div").set("role", "status").live(move || {
            kept.get().then(|| notice(Tone::Info, "", text::mail_kept(console.spoken.get()), None))
        }))
        .child(classed("div", "mail-acts").child(save_button));
    classed("div", "mail-server").live(off).child(form).child(test_mail(shop, is_set))
}

fn test_mail(shop: StoredValue<ShopId>, is_set: RwSignal<bool>) -> El {
    let console = use_console();
    let recipient = RwSignal::new(String::new());
    let wrong: Wrong = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<TestMailView, Failure>>);
    let send = move |event: Event| {
        event.prevent_default();
        let to = recipient.get_untracked().trim().to_owned();
        wrong.set((!to.contains('@')).then_some(words::mail_wrong as Sentence));
        let Some(csrf) = console.csrf() else { return };
        if busy.get_untracked() || wrong.get_untracked().is_some() {
            return;
        }
        busy.set(true);
        outcome.set(None);
        spawn(async move {
            let request = TestMailRequest { recipient: to };
            let answer = api::test(&shop.get_value(), &request, &csrf, console.language()).await;
            busy.try_set(false);
            if !answer.as_ref().is_err_and(|failure| console.is_signed_out(failure)) {
                outcome.try_set(Some(answer));
            }
        });
    };
    let told = move || {
        let language: Language = console.spoken.get();
        outcome.get().map(|outcome| match outcome {
            Ok(TestMailView::Sent) => {
                notice(Tone::Info, "", &text::mail_test_outcome(TestMailView::Sent, language), None)
            }
            Ok(other) => notice(Tone::Critical, "", &text::mail_test_outcome(other, language), None),
            Err(failure) => failure_notice(failure, None, None),
        })
    };
    let button = working_button("quiet", busy, text::mail_test_send, text::mail_testing)
        .follow_maybe("disabled", move || (!is_set.get()).then_some(""))
        .follow_maybe("aria-disabled", move || while_true(busy.get()));
    classed("form", "form mail-form")
        .set("novalidate", "")
        .on("submit", send)
        .child(said("h2", text::mail_test_subject))
        .child(said("p", text::mail_test_lead))
        .child(line("test-recipient", text::mail_test_recipient, "email", recipient, Some(wrong), None))
        .child(el("div").set("role", "status").live(told))
        .child(classed("div", "mail-acts").child(button))
}

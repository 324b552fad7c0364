//! The mail server: host, sender, password, registration number, and a test mail.

use super::failure::FailureNotice;
use super::frame::Skeleton;
use super::notice::{Tone, notice};
use super::timer::spawn;
use super::{Sentence, say, use_console};
use crate::api::mail as api;
use crate::api::operator::Failure;
use crate::ui::field::Field;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::api::{
    Language, MailSettingsView, PutMailSettings, SmtpTls, SmtpView, TestMailRequest, TestMailView,
};
use shared::id::ShopId;
use shared::mail::RegistrationNumber;
use shared::text::{self, words};

/// The part of the screen.
#[component]
pub fn Server(
    /// Whose.
    shop: ShopId,
) -> impl IntoView {
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
    move || match loaded.get() {
        None => view! { <Skeleton/> }.into_any(),
        Some(Err(failure)) => view! { <FailureNotice failure retry=move |()| load()/> }.into_any(),
        Some(Ok(view)) => view! { <ServerForm shop view/> }.into_any(),
    }
}

type Wrong = RwSignal<Option<Sentence>>;

#[component]
fn ServerForm(shop: StoredValue<ShopId>, view: MailSettingsView) -> impl IntoView {
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

    let error = |wrong: Wrong| Signal::derive(move || wrong.get().map(|words| words(console.spoken.get())));
    let none = Signal::derive(|| None);
    let label = |words: Sentence| Signal::derive(say(words));
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
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let line = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        let required =
            |value: RwSignal<String>| line(value).is_empty().then_some(words::required as Sentence);
        let typed = port.get_untracked().trim().parse::<u16>().ok().filter(|port| *port > 0);
        let registration = match line(number) {
            empty if empty.is_empty() => Some(None),
            text => RegistrationNumber::new(text).ok().map(Some),
        };
        host_wrong.set(required(host));
        port_wrong.set(typed.is_none().then_some(text::mail_port_wrong as Sentence));
        name_wrong.set(required(from_name));
        address_wrong.set((!line(from_address).contains('@')).then_some(words::mail_wrong as Sentence));
        number_wrong.set(registration.is_none().then_some(text::mail_number_wrong as Sentence));
        let (Some(port), Some(registration_number)) = (typed, registration) else { return };
        if wrongs.iter().any(|wrong| wrong.get_untracked().is_some()) {
            return;
        }
        let user = line(user);
        put(PutMailSettings {
            version: version.get_value(),
            smtp: Some(SmtpView {
                host: line(host),
                port,
                tls: tls.get_untracked(),
                user: (!user.is_empty()).then_some(user),
                from_name: line(from_name),
                from_address: line(from_address),
            }),
            password: Some(password.get_untracked()).filter(|password| !password.is_empty()),
            registration_number,
        });
    };
    let modes = SmtpTls::ALL.map(|one| {
        let words = match one {
            SmtpTls::Starttls => say(text::mail_tls_starttls),
            SmtpTls::Implicit => say(text::mail_tls_implicit),
            SmtpTls::None => say(text::mail_tls_none),
        };
        view! { <option value=one.name() selected=one == tls.get_untracked()>{words}</option> }
    });
    view! {
        <div class="mail-server">
            {move || (!is_set.get()).then(|| notice(
                Tone::Caution,
                text::mail_off_title(console.spoken.get()),
                text::mail_off_detail(console.spoken.get()),
                None,
            ))}
            <form class="form mail-form" novalidate=true on:submit=save>
                <h2>{say(text::mail_tab_server)}</h2>
                <Field id="smtp-host" label=label(text::mail_host) kind="text" autocomplete="off" value=host error=error(host_wrong)/>
                <div class="mail-which">
                    <Field id="smtp-port" label=label(text::mail_port) kind="text" autocomplete="off" value=port error=error(port_wrong)/>
                    <div class="field">
                        <label for="smtp-tls">{say(text::mail_tls)}</label>
                        <select
                            id="smtp-tls"
                            on:change=move |event| {
                                let name = event_target_value(&event);
                                if let Some(one) = SmtpTls::ALL.into_iter().find(|one| one.name() == name) { tls.set(one); }
                            }
                        >
                            {modes.collect_view()}
                        </select>
                    </div>
                </div>
                <Field id="smtp-user" label=label(text::mail_user) kind="text" autocomplete="off" value=user error=none hint=label(text::mail_user_hint)/>
                <Field id="smtp-password" label=label(words::password) kind="password" autocomplete="new-password" value=password error=none hint=label(text::mail_password_hint)/>
                <Field id="smtp-from-name" label=label(text::mail_from_name) kind="text" autocomplete="off" value=from_name error=error(name_wrong)/>
                <Field id="smtp-from-address" label=label(text::mail_from_address) kind="email" autocomplete="off" value=from_address error=error(address_wrong)/>
                <Field id="registration-number" label=label(text::mail_registration_number) kind="text" autocomplete="off" value=number error=error(number_wrong) hint=label(text::mail_number_hint)/>
                {move || failure.get().map(|failure| view! { <FailureNotice failure/> })}
                <div role="status">
                    {move || kept.get().then(|| notice(Tone::Info, "", text::mail_kept(console.spoken.get()), None))}
                </div>
                <div class="mail-acts">
                    <button type="submit" class="button" aria-disabled=move || busy.get().then_some("true")>
                        {move || if busy.get() { words::more_loading(console.spoken.get()) } else { text::mail_save(console.spoken.get()) }}
                    </button>
                </div>
            </form>
            <TestMail shop is_set/>
        </div>
    }
}

#[component]
fn TestMail(shop: StoredValue<ShopId>, is_set: RwSignal<bool>) -> impl IntoView {
    let console = use_console();
    let recipient = RwSignal::new(String::new());
    let wrong: Wrong = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<TestMailView, Failure>>);
    let send = move |event: SubmitEvent| {
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
    let said = move || {
        let language: Language = console.spoken.get();
        outcome.get().map(|outcome| match outcome {
            Ok(TestMailView::Sent) => {
                notice(Tone::Info, "", &text::mail_test_outcome(TestMailView::Sent, language), None)
            }
            Ok(other) => notice(Tone::Critical, "", &text::mail_test_outcome(other, language), None),
            Err(failure) => view! { <FailureNotice failure/> }.into_any(),
        })
    };
    view! {
        <form class="form mail-form" novalidate=true on:submit=send>
            <h2>{say(text::mail_test_subject)}</h2>
            <p>{say(text::mail_test_lead)}</p>
            <Field
                id="test-recipient"
                label=Signal::derive(say(text::mail_test_recipient))
                kind="email"
                autocomplete="email"
                value=recipient
                error=Signal::derive(move || wrong.get().map(|words| words(console.spoken.get())))
            />
            <div role="status">{said}</div>
            <div class="mail-acts">
                <button
                    type="submit"
                    class="button quiet"
                    disabled=move || !is_set.get()
                    aria-disabled=move || busy.get().then_some("true")
                >
                    {move || if busy.get() { text::mail_testing(console.spoken.get()) } else { text::mail_test_send(console.spoken.get()) }}
                </button>
            </div>
        </form>
    }
}

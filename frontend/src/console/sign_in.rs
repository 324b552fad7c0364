//! The two ways in: the one-time link of the first operator, and signing in.

use super::failure::FailureNotice;
use super::frame::LanguageSwitch;
use super::notice::{Tone, notice};
use super::route::{Link, Route};
use super::session::Session;
use super::timer::spawn;
use super::{Console, Sentence, say, use_console};
use crate::api::operator::{self as api, Failure};
use crate::ui::field::Field;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use shared::api::{FirstOperatorRequest, OperatorView, SignInRequest, Token};
use shared::text::words;

/// What is wrong with a field, in the language spoken.
type Wrong = RwSignal<Option<Sentence>>;

fn wrong(console: Console, error: Wrong) -> Signal<Option<&'static str>> {
    Signal::derive(move || error.get().map(|sentence| sentence(console.spoken.get())))
}

fn mail_error(mail: &str) -> Option<Sentence> {
    let mail = mail.trim();
    if mail.is_empty() {
        Some(words::required)
    } else {
        let parts = mail.split_once('@');
        let whole = parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        (!whole).then_some(words::mail_wrong as Sentence)
    }
}

/// Focus on the first field that is wrong; `true` if none is.
fn all_right(fields: &[(Wrong, NodeRef<html::Input>)]) -> bool {
    let first = fields.iter().find(|(error, _)| error.get_untracked().is_some());
    if let Some((_, node)) = first
        && let Some(input) = node.get_untracked()
    {
        let _ = input.focus();
    }
    first.is_none()
}

/// Password field with a switch that shows what is typed.
#[component]
fn Password(
    value: RwSignal<String>,
    error: Wrong,
    node: NodeRef<html::Input>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional, into)] hint: Option<Signal<&'static str>>,
) -> impl IntoView {
    let console = use_console();
    let shown = RwSignal::new(false);
    let kind = Signal::derive(move || if shown.get() { "text" } else { "password" });
    let label = Signal::derive(say(words::password));
    let error = wrong(console, error);
    let field = match hint {
        Some(hint) => {
            view! { <Field id="password" label kind autocomplete value error node hint/> }.into_any()
        }
        None => view! { <Field id="password" label kind autocomplete value error node/> }.into_any(),
    };
    view! {
        {field}
        <label class="check">
            <input type="checkbox" on:change=move |event| shown.set(event_target_checked(&event))/>
            {say(words::show_password)}
        </label>
    }
}

/// The page around a lone form.
#[component]
fn Lone(heading: Sentence, children: Children) -> impl IntoView {
    view! {
        <main class="lone" id="content">
            <div class="lone-head">
                <p class="wordmark" translate="no">"Noren"</p>
                <LanguageSwitch/>
            </div>
            <h1>{say(heading)}</h1>
            {children()}
        </main>
    }
}

fn submit_button(busy: RwSignal<bool>, label: Sentence, working: Sentence) -> impl IntoView {
    let (label, working) = (say(label), say(working));
    view! {
        <button
            type="submit"
            class="button"
            aria-disabled=move || busy.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
        >
            {move || if busy.get() { working() } else { label() }}
        </button>
    }
}

/// What both forms do with the answer. A wrong password is answered with 401 too, but it is no lost session.
fn finish(
    console: Console,
    answer: Result<OperatorView, Failure>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
) -> bool {
    busy.try_set(false);
    match answer {
        Ok(operator) => {
            console.enter(operator);
            true
        }
        Err(problem) => {
            failure.try_set(Some(problem));
            false
        }
    }
}

/// `/console/…` without a session: the address stays, so that signing in returns to the place.
#[component]
pub fn SignIn() -> impl IntoView {
    let console = use_console();
    let (mail, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (mail_wrong, password_wrong): (Wrong, Wrong) = (RwSignal::new(None), RwSignal::new(None));
    let (mail_node, password_node) = (NodeRef::new(), NodeRef::new());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Failure>));

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        mail_wrong.set(mail_error(&mail.get_untracked()));
        let empty = password.with_untracked(String::is_empty);
        password_wrong.set(empty.then_some(words::required as Sentence));
        if busy.get_untracked() || !all_right(&[(mail_wrong, mail_node), (password_wrong, password_node)]) {
            return;
        }
        busy.set(true);
        failure.set(None);
        let request = SignInRequest {
            mail: mail.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        };
        spawn(async move {
            let answer = api::sign_in(&request, console.language()).await;
            finish(console, answer, busy, failure);
        });
    };
    let ended = move || {
        let ended = console.session.with(|session| *session == Session::SignedOut { ended: true });
        ended.then(|| notice(Tone::Info, "", words::session_ended(console.spoken.get()), None))
    };
    view! {
        <Lone heading=words::sign_in_heading>
            <div role="status">{ended}</div>
            {move || failure.get().map(|failure| view! { <FailureNotice failure/> })}
            <form class="form" novalidate=true on:submit=submit>
                <Field
                    id="mail"
                    label=Signal::derive(say(words::mail))
                    kind="email"
                    autocomplete="username"
                    value=mail
                    error=wrong(console, mail_wrong)
                    node=mail_node
                />
                <Password value=password error=password_wrong node=password_node autocomplete="current-password"/>
                {submit_button(busy, words::sign_in_button, words::signing_in)}
            </form>
        </Lone>
    }
}

/// `/console/first`: registers the first operator.
#[component]
pub fn FirstOperator() -> impl IntoView {
    let console = use_console();
    let Some(token) = console.first_token.get_value() else {
        return view! {
            <Lone heading=words::link_missing_title>
                <p>{say(words::link_missing_detail)}</p>
                <Link route=Route::Home class="button">{say(words::to_sign_in)}</Link>
            </Lone>
        }
        .into_any();
    };
    let (name, mail, password) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (name_wrong, mail_wrong, password_wrong): (Wrong, Wrong, Wrong) =
        (RwSignal::new(None), RwSignal::new(None), RwSignal::new(None));
    let (name_node, mail_node, password_node) = (NodeRef::new(), NodeRef::new(), NodeRef::new());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Failure>));

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let nameless = name.with_untracked(|name| name.trim().is_empty());
        name_wrong.set(nameless.then_some(words::required as Sentence));
        mail_wrong.set(mail_error(&mail.get_untracked()));
        let short = password.with_untracked(|password| !(12..=200).contains(&password.chars().count()));
        password_wrong.set(short.then_some(words::password_wrong as Sentence));
        let fields = [(name_wrong, name_node), (mail_wrong, mail_node), (password_wrong, password_node)];
        if busy.get_untracked() || !all_right(&fields) {
            return;
        }
        busy.set(true);
        failure.set(None);
        let request = FirstOperatorRequest {
            token: Token(token.clone()),
            name: name.get_untracked().trim().to_owned(),
            mail: mail.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        };
        spawn(async move {
            let answer = api::register_first(&request, console.language()).await;
            if finish(console, answer, busy, failure) {
                console.first_token.set_value(None);
                console.router.replace(Route::Home);
            }
        });
    };
    view! {
        <Lone heading=words::first_heading>
            <p>{say(words::first_lead)}</p>
            {move || failure.get().map(|failure| view! { <FailureNotice failure/> })}
            <form class="form" novalidate=true on:submit=submit>
                <Field
                    id="name"
                    label=Signal::derive(say(words::name))
                    kind="text"
                    autocomplete="name"
                    value=name
                    error=wrong(console, name_wrong)
                    hint=Signal::derive(say(words::name_hint))
                    node=name_node
                />
                <Field
                    id="mail"
                    label=Signal::derive(say(words::mail))
                    kind="email"
                    autocomplete="username"
                    value=mail
                    error=wrong(console, mail_wrong)
                    node=mail_node
                />
                <Password
                    value=password
                    error=password_wrong
                    node=password_node
                    autocomplete="new-password"
                    hint=Signal::derive(say(words::password_hint))
                />
                {submit_button(busy, words::first_button, words::registering)}
            </form>
        </Lone>
    }
    .into_any()
}

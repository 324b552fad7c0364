//! The two ways in: the one-time link of the first operator, and signing in.

use super::failure::failure_notice;
use super::frame::language_switch;
use super::pieces::{Say, Tone, check, notice, said, submit, while_true};
use super::route::{Route, link};
use super::session::{Session, tell_others};
use super::timer::spawn;
use super::{Console, Sentence, say, use_console};
use crate::api::operator::{self as api, Failure};
use crate::ui::el::{El, Node, classed, el, group};
use crate::ui::field::{Field, field};
use crate::ui::signal::{RwSignal, Signal};
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
fn all_right(fields: &[(Wrong, Node)]) -> bool {
    let first = fields.iter().find(|(error, _)| error.get_untracked().is_some());
    if let Some((_, node)) = first
        && let Some(input) = node.get_untracked()
    {
        let _ = input.focus();
    }
    first.is_none()
}

/// Password field with a switch that shows what is typed; `autocomplete` is `current-password` or `new-password`.
fn password_field(
    value: RwSignal<String>,
    error: Wrong,
    node: Node,
    autocomplete: &'static str,
    hint: Option<Sentence>,
) -> El {
    let shown = RwSignal::new(false);
    let kind = Signal::derive(move || if shown.get() { "text" } else { "password" });
    let switch = el("input")
        .set("type", "checkbox")
        .on("change", move |event| shown.set(event_target_checked(&event)));
    group()
        .child(text_field("password", words::password, kind, autocomplete, value, error, hint, node))
        .child(check(switch).say(words::show_password))
}

#[expect(clippy::too_many_arguments, reason = "a field has that many sides, and each form sets them all")]
fn text_field(
    id: &'static str,
    label: Sentence,
    kind: Signal<&'static str>,
    autocomplete: &'static str,
    value: RwSignal<String>,
    error: Wrong,
    hint: Option<Sentence>,
    node: Node,
) -> El {
    let said = |sentence: Sentence| Signal::derive(say(sentence));
    let error = wrong(use_console(), error);
    field(Field { id, label: said(label), kind, autocomplete, value, error, hint: hint.map(said), node })
}

/// The page around a lone form.
fn lone(heading: Sentence) -> El {
    let head = classed("div", "lone-head")
        .child(classed("p", "wordmark").set("translate", "no").child("Noren"))
        .child(language_switch());
    classed("main", "lone").set("id", "content").child(head).child(said("h1", heading))
}

fn submit_button(busy: RwSignal<bool>, label: Sentence, working: Sentence) -> El {
    let (label, working) = (say(label), say(working));
    submit("")
        .follow_maybe("aria-disabled", move || while_true(busy.get()))
        .follow_maybe("aria-busy", move || while_true(busy.get()))
        .live(move || if busy.get() { working() } else { label() })
}

fn form(send: impl FnMut(web_sys::Event) + 'static) -> El {
    classed("form", "form").set("novalidate", "").on("submit", send)
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
            tell_others();
            true
        }
        Err(problem) => {
            failure.try_set(Some(problem));
            false
        }
    }
}

/// `/console/…` without a session: the address stays, so that signing in returns to the place.
pub fn sign_in() -> El {
    let console = use_console();
    let (mail, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (mail_wrong, password_wrong): (Wrong, Wrong) = (RwSignal::new(None), RwSignal::new(None));
    let (mail_node, password_node) = (Node::new(), Node::new());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Failure>));

    let send = move |event: web_sys::Event| {
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
    let email = Signal::stored("email");
    lone(words::sign_in_heading)
        .child(el("div").set("role", "status").live(ended))
        .live(move || failure.get().map(|failure| failure_notice(failure, None, None)))
        .child(
            form(send)
                .child(text_field("mail", words::mail, email, "username", mail, mail_wrong, None, mail_node))
                .child(password_field(password, password_wrong, password_node, "current-password", None))
                .child(submit_button(busy, words::sign_in_button, words::signing_in)),
        )
}

/// `/console/first`: registers the first operator.
pub fn first_operator() -> El {
    let console = use_console();
    let Some(token) = console.first_token.get_value() else {
        let back = link(Route::Home, "button").say(words::to_sign_in);
        return lone(words::link_missing_title).child(said("p", words::link_missing_detail)).child(back);
    };
    let (name, mail, password) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (name_wrong, mail_wrong, password_wrong): (Wrong, Wrong, Wrong) =
        (RwSignal::new(None), RwSignal::new(None), RwSignal::new(None));
    let (name_node, mail_node, password_node) = (Node::new(), Node::new(), Node::new());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Failure>));

    let send = move |event: web_sys::Event| {
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
    let (plain, email) = (Signal::stored("text"), Signal::stored("email"));
    let hint = Some(words::name_hint as Sentence);
    lone(words::first_heading)
        .child(said("p", words::first_lead))
        .live(move || failure.get().map(|failure| failure_notice(failure, None, None)))
        .child(
            form(send)
                .child(text_field("name", words::name, plain, "name", name, name_wrong, hint, name_node))
                .child(text_field("mail", words::mail, email, "username", mail, mail_wrong, None, mail_node))
                .child(password_field(
                    password,
                    password_wrong,
                    password_node,
                    "new-password",
                    Some(words::password_hint),
                ))
                .child(submit_button(busy, words::first_button, words::registering)),
        )
}

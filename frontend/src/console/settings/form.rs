//! What every part of the settings does: it reads what it shows first, and saves what was changed.

use super::super::failure::{act, failure_notice};
use super::super::frame::skeleton;
use super::super::pieces::{Tone, notice, said, said_in, submit, while_true};
use super::super::timer::spawn;
use super::super::{Console, Sentence, say, use_console};
use crate::api::operator::Failure;
use crate::ui::el::{El, Node, classed, el, group};
use crate::ui::field::{Field, field};
use crate::ui::signal::{RwSignal, Signal};
use leptos::prelude::{on_cleanup, window_event_listener_untyped};
use shared::api::{Language, Token};
use shared::text::{self, desk_words, words};
use std::pin::Pin;

/// An answer on its way.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// Reads what a part shows, and draws it once it is there.
pub fn part<T: Clone + Send + Sync + 'static>(
    read: impl Fn(Language) -> Answer<T> + Copy + Send + Sync + 'static,
    draw: impl Fn(T) -> El + Send + 'static,
) -> El {
    let console = use_console();
    let loaded = RwSignal::new(None::<Result<T, Failure>>);
    let load = move || {
        loaded.set(None);
        spawn(async move {
            let answer = read(console.language()).await;
            if !answer.as_ref().is_err_and(|failure| console.is_signed_out(failure)) {
                loaded.try_set(Some(answer));
            }
        });
    };
    load();
    group().live(move || match loaded.get() {
        None => group()
            .child(said_in("p", "visually-hidden", desk_words::loading).set("role", "status"))
            .child(skeleton()),
        Some(Err(failure)) => failure_notice(failure, act(load), None),
        Some(Ok(view)) => draw(view),
    })
}

/// How far saving is.
#[derive(Clone, Copy)]
pub struct Saving {
    console: Console,
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    /// Why it was not done.
    pub failure: RwSignal<Option<Failure>>,
    /// What was done.
    pub done: RwSignal<Option<Sentence>>,
}

impl Saving {
    /// Nothing has been saved yet.
    pub fn new() -> Self {
        Self {
            console: use_console(),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            done: RwSignal::new(None),
        }
    }

    /// What was said of an earlier try goes.
    pub fn clear(self) {
        self.failure.set(None);
        self.done.set(None);
    }

    /// Sends, unless that is under way; `take` takes the answer and says what was done.
    pub fn send<T: 'static>(
        self,
        ask: impl Fn(Token, Language) -> Answer<T> + 'static,
        take: impl FnOnce(T) -> Option<Sentence> + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.clear();
        let console = self.console;
        spawn(async move {
            let answer = console.with_csrf(async |csrf| ask(csrf, console.language()).await).await;
            self.busy.try_set(false);
            match answer {
                Ok(stored) => {
                    self.done.try_set(take(stored));
                }
                Err(problem) if console.is_signed_out(&problem) => {}
                Err(problem) => {
                    self.failure.try_set(Some(problem));
                }
            }
        });
    }

    /// What became of it.
    pub fn told(self) -> El {
        let spoken = self.console.spoken;
        let done = move || self.done.get().map(|words| notice(Tone::Info, "", words(spoken.get()), None));
        group()
            .live(move || self.failure.get().map(|failure| failure_notice(failure, None, None)))
            .child(el("div").set("role", "status").live(done))
    }

    /// The button of a form that may be sent while `may` says so.
    pub fn button(self, may: impl Fn() -> bool + Send + 'static) -> El {
        working_button("", self.busy, text::mail_save, words::more_loading)
            .follow_maybe("aria-disabled", move || while_true(self.busy.get() || !may()))
    }
}

/// What is wrong with a field.
pub type Wrong = RwSignal<Option<Sentence>>;

/// A field of these forms.
pub fn line(
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

/// A form of the settings.
pub fn form(class: &str, save: impl FnMut(web_sys::Event) + 'static) -> El {
    classed("form", class).set("novalidate", "").on("submit", save)
}

/// A labelled choice.
pub fn choice(id: &str, label: Sentence, select: El) -> El {
    classed("div", "field").child(said("label", label).set("for", id)).child(select.set("id", id))
}

/// As long as the calling component is shown, the browser asks before the page is left while `unkept` says so.
pub fn ask_before_leaving(unkept: impl Fn() -> bool + 'static) {
    let asked = window_event_listener_untyped("beforeunload", move |event| {
        if unkept() {
            event.prevent_default();
        }
    });
    on_cleanup(move || asked.remove());
}

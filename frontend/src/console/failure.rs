//! A failed request in words: what happened, what is safe, what to do.

use super::pieces::{Tone, button, notice, said_in};
use super::use_console;
use crate::api::operator::Failure;
use crate::ui::el::{El, el, group};
use leptos::prelude::*;
use shared::text::words;

/// Something a notice offers to do.
pub type Act = Callback<()>;

/// An act of `what`.
pub fn act(what: impl Fn() + Send + Sync + 'static) -> Option<Act> {
    Some(Callback::new(move |()| what()))
}

/// The notice; `retry` tries again, `dismiss` takes the notice away. Its words follow the language spoken, those of
/// the server stay in the language asked for.
pub fn failure_notice(failure: Failure, retry: Option<Act>, dismiss: Option<Act>) -> El {
    let spoken = use_console().spoken;
    let offer = |sentence, act: Act| button("quiet small", sentence, move |_| act.run(()));
    let body = move || {
        let language = spoken.get();
        let id = failure.request_id();
        let acts = (retry.is_some() || dismiss.is_some() || id.is_some()).then(|| {
            group()
                .child(retry.map(|retry| offer(words::retry, retry)))
                .child(dismiss.map(|dismiss| offer(words::close, dismiss)))
                .child(id.map(|id| {
                    said_in("p", "request-id", words::request_id).child(": ").child(el("code").child(id))
                }))
        });
        notice(Tone::Critical, &failure.title(language), &failure.detail(language), acts)
    };
    el("div").set("role", "alert").live(body)
}
